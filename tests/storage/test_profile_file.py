"""Profile files as people write them: comments, spelling, mistakes."""

import textwrap
import tomllib
from dataclasses import replace

import pytest

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.profile_file import read_profile, write_profile

WRITTEN = textwrap.dedent(
    """\
    # The morning check
    name = "Quote view"   # shown in the list
    colour = "red"
    endpoint = "campaign"

    [fields]   # all of them
    event_id = "quote_view"
    amount = 42.50        # exact
    conversion_date = 2026-11-22 18:05:00
    tcpa_consent = 1
    adSpend = { raw = "\\"abc\\"" }
    pid = { mode = "null" }
    sub1 = true
    sub2 = { mode = "omit", text = "kept" }
    utm_sorce = "typo"
    # the end

    [[lead]]   # who
    name = "first_name"
    value = "Ada"
    origin = "form"

    [[lead]]
    name = "age"
    value = 36
    type = "number"
    """
)


def read(text: str) -> Profile:
    return read_profile(text, name="quote-view.toml", slug="quote-view", campaign="demo")[0]


def edit(old_text: str, profile: Profile) -> str:
    return write_profile(profile, old_text=old_text, name="quote-view.toml")


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    old, new = before.splitlines(), after.splitlines()
    return [x for x in old if x not in new], [x for x in new if x not in old]


def test_every_form_is_read() -> None:
    event = read(WRITTEN).event
    assert event.fields == {
        "event_id": FieldInput(text="quote_view"),
        "amount": FieldInput(text="42.50"),
        "conversion_date": FieldInput(text="2026-11-22 18:05:00"),
        "tcpa_consent": FieldInput(text="1"),
        "adSpend": FieldInput(mode=Mode.RAW, text='"abc"'),
        "pid": FieldInput(mode=Mode.NULL),
        "sub1": FieldInput(mode=Mode.RAW, text="true"),
        "sub2": FieldInput(mode=Mode.OMIT, text="kept"),
    }
    assert event.lead == (
        LeadField(name="first_name", text="Ada"),
        LeadField(name="age", text="36", type=LeadType.NUMBER),
    )


@pytest.mark.parametrize("spelling", ["42.50", "0.10", "1e5", "-0.0", "100.00", "3"])
def test_numbers_keep_their_spelling(spelling: str) -> None:
    assert read(f"[fields]\namount = {spelling}\n").event.text("amount") == spelling


def test_an_unknown_field_is_a_warning_with_its_line() -> None:
    _, warnings = read_profile(WRITTEN, name="quote-view.toml", slug="q", campaign="demo")
    assert [w.problem for w in warnings] == [
        "quote-view.toml, line 15: utm_sorce is no field of the API and is not sent; "
        "it stays in the file."
    ]


def test_saving_what_was_read_changes_no_byte() -> None:
    assert edit(WRITTEN, read(WRITTEN)) == WRITTEN


def test_one_changed_field_is_one_changed_line() -> None:
    profile = read(WRITTEN)
    event = profile.event.with_field("amount", FieldInput(text="43"))
    after = edit(WRITTEN, replace(profile, event=event))
    assert changed_lines(WRITTEN, after) == (
        ["amount = 42.50        # exact"],
        ['amount = "43"        # exact'],
    )


def test_a_changed_lead_row_keeps_the_others_and_unknown_keys() -> None:
    profile = read(WRITTEN)
    lead = (
        LeadField(name="age", text="36", type=LeadType.NUMBER),
        LeadField(name="first_name", text="Grace"),
        LeadField(name="city", text="Paris"),
    )
    after = edit(WRITTEN, replace(profile, event=replace(profile.event, lead=lead)))
    assert read(after).event.lead == lead
    assert 'origin = "form"' in after
    gone, come = changed_lines(WRITTEN, after)
    assert gone == ['value = "Ada"']
    assert come == ['value = "Grace"', 'name = "city"', 'value = "Paris"']


def test_rows_and_fields_in_one_line_can_be_edited_too() -> None:
    text = 'lead = [{ name = "a", value = "1" }]\nfields = { event_id = "x" }\n'
    profile = read(text)
    event = profile.event.with_field("pid", FieldInput(text="p"))
    event = replace(event, lead=(*event.lead, LeadField(name="b", text="2")))
    after = edit(text, replace(profile, event=event))
    assert read(after).event == event
    assert after.startswith('lead = [{ name = "a", value = "1" }')
    emptied = edit(after, replace(profile, event=Event()))
    assert read(emptied).event == Event()


def test_defaults_are_left_out() -> None:
    plain = Profile(slug="a", campaign="b", name="N")
    assert edit("", plain) == 'name = "N"\n'
    full = replace(
        plain,
        event=Event(endpoint=Endpoint.GLOBAL, method=Method.GET, org_id="o"),
        expect=Verdict.DUPLICATE,
        notes="first\nsecond",
    )
    text = edit("", full)
    assert tomllib.loads(text) == {
        "name": "N", "endpoint": "global", "method": "GET", "org_id": "o",
        "expect": "duplicate", "notes": "first\nsecond",
    }  # fmt: skip
    assert '"""\nfirst\nsecond"""' in text
    assert edit(text, plain) == 'name = "N"\n'


def test_a_file_without_a_name_is_called_by_its_slug() -> None:
    assert read("").name == "quote-view"


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('name = "x"\nbroken', "line 2", "quote-view.toml cannot be read"),
        ('name = ["x"]', "line 1", "name must be a text in quotes"),
        ('name = "x"\nendpoint = "elsewhere"', "line 2", "endpoint is 'elsewhere'"),
        ('expect = "maybe"', "line 1", "expect is 'maybe', which is not known"),
        ("fields = 3", "line 1", "fields must be a table"),
        ("lead = 3", "line 1", "lead must be a list of tables"),
        ("[fields]\nevent_id = []", "line 2", "event_id must be a text"),
        ("[fields]\npid = { mode = 'nil' }", "line 2", "mode is 'nil'"),
        ("[fields]\npid = { rw = '1' }", "line 2", "pid is a table that is not understood"),
        ("[fields]\npid = { mode = 'null', raw = '1' }", "line 2", "pid is a table"),
        ("[fields]\namount = 1\nrevenue = 2", "line 3", "revenue stands beside amount"),
        ("[[lead]]\nname = 'a'\ntype = 'date'", "line 3", "type is 'date'"),
        ("a = " + "[" * 5000, "", "nested too deep"),
        ("a = " + "9" * 5000, "", "number is too long"),
    ],
)
def test_a_mistake_is_named_with_its_line_and_a_remedy(text: str, line: str, what: str) -> None:
    with pytest.raises(UnreadableInput) as caught:
        read(text)
    assert what in caught.value.problem
    assert line in caught.value.problem
    assert caught.value.remedy.endswith(".")


def test_a_file_broken_meanwhile_is_not_overwritten() -> None:
    with pytest.raises(UnreadableInput, match="cannot be read"):
        edit("name = ", Profile(slug="a", campaign="b", name="N"))
