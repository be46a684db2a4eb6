"""Generated events, profiles and exchanges: any Python text, lone surrogates and NUL included."""

from types import MappingProxyType

from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.exchange import (
    BodyState,
    Exchange,
    Failure,
    FailureKind,
    Outcome,
    Phase,
    Response,
)
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.verdict import Verdict

any_text = st.one_of(
    st.text(st.characters(exclude_categories=()), max_size=20),
    st.sampled_from(
        ["", "\ud800", "\ud83d\ude00", "\U0001f600\\ud83d", "\x00\\", "a\r\nb\n", '"""\n\\',
         "\ufeff", "true", "42.50", "\x7f\x85\u2028", " x ", "{ mode }", "x" * 600]
    ),
)  # fmt: skip
inputs = st.builds(FieldInput, mode=st.sampled_from(Mode), text=any_text)
_plain = sorted(set(BY_WIRE) - set(MONEY_KEYS))


@st.composite
def events(draw: st.DrawFn) -> Event:
    fields = draw(st.dictionaries(st.sampled_from(_plain), inputs, max_size=5))
    money = draw(st.none() | st.sampled_from(MONEY_KEYS))
    if money is not None:
        fields[money] = draw(inputs)
    leads = st.builds(LeadField, name=any_text, text=any_text, type=st.sampled_from(LeadType))
    return Event(
        endpoint=draw(st.sampled_from(Endpoint)),
        method=draw(st.sampled_from(Method)),
        org_id=draw(any_text),
        fields=MappingProxyType(fields),
        lead=tuple(draw(st.lists(leads, max_size=4))),
    )


profiles = st.builds(
    Profile,
    slug=st.just("a-slug"),
    campaign=st.just("demo"),
    name=any_text,
    event=events(),
    expect=st.sampled_from(Verdict),
    notes=any_text,
)

_milliseconds = st.floats(min_value=0, max_value=1e7, allow_nan=False)
_headers = st.lists(st.tuples(any_text, any_text), max_size=3).map(tuple)
_responses = st.builds(
    Response,
    status=st.integers(100, 999),
    reason=any_text,
    http_version=st.sampled_from(["HTTP/1.0", "HTTP/1.1"]),
    headers=_headers,
    body=st.binary(max_size=50),
    body_state=st.sampled_from(BodyState),
    wire_bytes=st.integers(0, 2**40),
    notes=st.lists(any_text, max_size=2).map(tuple),
)
_failures = st.builds(
    Failure,
    kind=st.sampled_from(FailureKind),
    sentence=any_text,
    detail=any_text,
    may_have_arrived=st.booleans(),
)
outcomes = st.builds(
    Outcome,
    response=st.none() | _responses,
    failure=st.none() | _failures,
    phases=st.lists(
        st.builds(Phase, name=any_text, start_ms=_milliseconds, end_ms=_milliseconds), max_size=3
    ).map(tuple),
    elapsed_ms=_milliseconds,
    remote=any_text,
    proxy=any_text,
)
exchanges = st.builds(
    Exchange,
    uid=any_text,
    started_ms=st.integers(0, 2**50),
    environment=any_text,
    danger=any_text,
    base_url=any_text,
    endpoint=any_text,
    campaign=any_text,
    profile=any_text,
    cid=any_text,
    event_id=any_text,
    transaction_id=any_text,
    money=any_text,
    request=st.builds(
        Request, method=any_text, url=any_text, headers=_headers, body=st.binary(max_size=50)
    ),
    outcome=st.none() | outcomes,
    verdict=any_text,
    expected=any_text,
    message=any_text,
    event_text=any_text,
)
