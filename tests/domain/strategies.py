"""Generated events: every field, mode and lead type, any Python text, lone surrogates included."""

from types import MappingProxyType

from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode

any_text = st.text(st.characters(exclude_categories=()), max_size=20)
awkward_text = any_text | st.sampled_from(
    ["42.50", "42,50", "1,234", "2026-07-04 01:30:00", "12/25/2026", "PDT", "est", "Subtract",
     "yes", " x ", "{click_id}", "\ud800", "\ud83d", "\ude00", "\U0001f600", "\x00", "\u202e", "..",
     "a/b?c#d", "%2F", "null", '"', "\\", "\r\n", "9999-12-31 23:59:59", "0001-01-01"]
)  # fmt: skip
json_text = st.sampled_from(
    ['"abc"', "1.10", "1e400", "9" * 400, "true", "null", "[1, 2]", '{"a": 1, "a": 2}', '"\\ud800"',
     ' {"cid": "x"} ', '"\U0001f600"']
)  # fmt: skip
plain_fields = sorted(set(BY_WIRE) - set(MONEY_KEYS))
names = awkward_text | st.sampled_from(
    ["first_name", "adspend", "external_click_id", "cid", "\ud83d\ude00", "\U0001f600"]
)


def inputs(raw: st.SearchStrategy[str]) -> st.SearchStrategy[FieldInput]:
    modes = st.sampled_from([mode for mode in Mode if mode is not Mode.RAW])
    return st.one_of(
        st.builds(FieldInput, mode=modes, text=awkward_text),
        st.builds(FieldInput, mode=st.just(Mode.RAW), text=raw),
    )


def lead_fields(raw: st.SearchStrategy[str]) -> st.SearchStrategy[LeadField]:
    types = st.sampled_from([type_ for type_ in LeadType if type_ is not LeadType.JSON])
    return st.one_of(
        st.builds(LeadField, name=names, text=awkward_text, type=types),
        st.builds(LeadField, name=names, text=raw, type=st.just(LeadType.JSON)),
    )


@st.composite
def events(draw: st.DrawFn, *, raw: st.SearchStrategy[str] = json_text) -> Event:
    """Any event; `raw` makes the text of raw fields and of lead rows of type JSON."""
    fields = draw(st.dictionaries(st.sampled_from(plain_fields), inputs(raw), max_size=8))
    money = draw(st.none() | st.sampled_from(MONEY_KEYS))
    if money is not None:
        fields[money] = draw(inputs(raw))
    return Event(
        endpoint=draw(st.sampled_from(Endpoint)),
        method=draw(st.sampled_from(Method)),
        org_id=draw(awkward_text),
        fields=MappingProxyType(fields),
        lead=tuple(draw(st.lists(lead_fields(raw), max_size=5))),
    )
