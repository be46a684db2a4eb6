"""An event keeps its invariants: one money, catalogue names only, no key twice."""

import pytest

from pingtree_desktop.domain.catalogue import MONEY_KEYS, Endpoint
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, sendable_lead
from pingtree_desktop.domain.field import BLANK, FieldInput, LeadField, Mode

MONEY = FieldInput(text="42.50")


def test_fields_are_set_and_taken_away_in_copies():
    empty = Event()
    filled = empty.with_field("pid", FieldInput(text="organic"))
    assert empty.get("pid") is BLANK
    assert filled.text("pid") == "organic"
    assert dict(filled.with_field("pid", BLANK).fields) == {}
    assert dict(empty.with_field("pid", BLANK).fields) == {}


def test_a_field_that_is_not_sent_has_no_text():
    event = Event().with_field("pid", FieldInput(mode=Mode.OMIT, text="organic"))
    assert event.text("pid") == ""
    assert event.get("pid").text == "organic"


def test_an_unknown_name_is_refused_with_a_way_out():
    with pytest.raises(UsageError, match="no field called 'first_name'") as caught:
        Event().with_field("first_name", MONEY)
    assert "lead table" in caught.value.remedy


def test_one_money_key_takes_the_place_of_the_other():
    event = Event().with_field("amount", MONEY).with_field("revenue", FieldInput(text="1"))
    assert [key for key in MONEY_KEYS if key in event.fields] == ["revenue"]
    assert event.money_key == "revenue"


def test_clearing_one_money_key_leaves_the_other():
    event = Event().with_field("amount", MONEY).with_field("revenue", BLANK)
    assert event.text("amount") == "42.50"


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        (Endpoint.CAMPAIGN, Endpoint.TRIGGER, "revenue"),
        (Endpoint.CAMPAIGN, Endpoint.GLOBAL, "amount"),
        (Endpoint.TRIGGER, Endpoint.GLOBAL, "revenue"),
        (Endpoint.TRIGGER, Endpoint.CAMPAIGN, "amount"),
    ],
)
def test_money_moves_with_the_endpoint(start, end, key):
    event = Event(endpoint=start)
    event = event.with_field(event.money_key, MONEY).with_endpoint(end)
    assert event.endpoint is end
    assert event.money_key == key
    assert event.text(key) == "42.50"
    assert sum(name in event.fields for name in MONEY_KEYS) == 1


def test_without_money_the_endpoint_proposes_the_key():
    assert Event(endpoint=Endpoint.TRIGGER).money_key == "revenue"
    assert Event(endpoint=Endpoint.GLOBAL).money_key == "amount"
    assert Event().with_endpoint(Endpoint.TRIGGER).money_key == "revenue"


def test_the_person_picks_globals_money_key():
    event = Event(endpoint=Endpoint.GLOBAL).with_field("amount", MONEY).with_money_key("revenue")
    assert event.text("revenue") == "42.50"
    assert "amount" not in event.fields
    with pytest.raises(UsageError, match="no money key"):
        event.with_money_key("cost")


def test_lead_rows_whose_key_is_taken_are_left_out_and_named():
    rows = (
        LeadField(name="first_name", text="Ann"),
        LeadField(name="pid", text="x"),
        LeadField(name="first_name", text="Bea"),
        LeadField(name="", text="lost"),
        LeadField(name="", text=""),
        LeadField(name="FIRST_NAME", text="another key"),
    )
    sent, problems = sendable_lead(Event(lead=rows))
    assert sent == (rows[0], rows[5])
    assert [(one.index, one.name) for one in problems] == [(1, "pid"), (2, "first_name"), (3, "")]
    assert all(one.reason.endswith(".") for one in problems)


def test_two_spellings_of_one_emoji_are_one_key():
    """A JSON reader joins two escaped halves into the character."""
    rows = (LeadField(name="\U0001f600"), LeadField(name="\ud83d\ude00"), LeadField(name="\ud83d"))
    sent, problems = sendable_lead(Event(lead=rows))
    assert sent == (rows[0], rows[2])
    assert [one.index for one in problems] == [1]
