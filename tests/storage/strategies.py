"""Generated events, profiles and exchanges: any Python text, lone surrogates and NUL included."""

from types import MappingProxyType

from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.environment import BUILT_IN, Danger, Environment
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
from pingtree_desktop.domain.extra_headers import header_fault
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.profile import COLOURS, Campaign, EventKind, Profile
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.variable import Variable, variable_fault
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
    colour=st.sampled_from(["", *COLOURS]),
    order=st.none() | st.integers(-(2**63), 2**63 - 1),
)

_variable_names = st.sampled_from(
    ["a", "b", "api.key", "_x", "Buyer-1", "secret", "escaped", "true", "inf"]
) | st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]*", fullmatch=True).filter(
    lambda name: not variable_fault(name)
)
variables = st.lists(
    st.builds(Variable, name=_variable_names, text=any_text)
    | st.builds(Variable, name=_variable_names, secret=st.just(True)),
    max_size=4,
    unique_by=lambda one: one.name.casefold(),
).map(tuple)
extra_headers = st.lists(
    st.tuples(
        st.sampled_from(["X-Team", "Authorization", "accept", "a.b", "'", "#x"]),
        st.sampled_from(["", "a", "Bearer {{token}}", '"\\', "# no comment", "a  b"]),
    ).filter(lambda pair: not header_fault(*pair)),
    max_size=4,
    unique_by=lambda pair: pair[0].lower(),
).map(tuple)
_environment = st.builds(
    Environment,
    name=st.sampled_from(["one", "two", "three"]) | any_text,
    base_url=any_text,
    declared=st.sampled_from(Danger),
    timeout_s=st.sampled_from([30.0, 1.5, 60.0]),
    proxy=st.sampled_from(["none", "system"]),
    ca_file=st.sampled_from(["", "/ca.pem"]),
    verify_tls=st.booleans(),
    headers=extra_headers,
    variables=variables,
)
_taken = {one.name.casefold() for one in BUILT_IN}
environments = st.lists(
    _environment.filter(lambda e: e.name.strip() and e.name.casefold() not in _taken),
    max_size=3,
    unique_by=lambda one: one.name.casefold(),
).map(tuple)
_kinds = st.builds(
    EventKind,
    id=any_text,
    name=any_text,
    conversion=st.booleans(),
    multi_trigger=st.booleans(),
    affiliate_conversion=st.booleans(),
    money=st.sampled_from(["", "42.50", "0", "1e400", "x"]),
)
campaigns = st.builds(
    Campaign,
    slug=st.just("a-slug"),
    name=any_text,
    cid=any_text,
    org_id=any_text,
    pid=any_text,
    events=st.lists(_kinds, max_size=3).map(tuple),
    variables=variables,
    order=st.none() | st.integers(-(2**63), 2**63 - 1),
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
