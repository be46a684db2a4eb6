"""A fix changes what its label says and nothing else, and two equal ones are equal."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import BY_WIRE, Endpoint
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.fix import (
    Fix,
    is_free,
    lead_to_field,
    leave,
    money_key,
    set_fields,
    set_lead,
    set_org,
    use,
)
from pingtree_desktop.domain.request import body_tokens
from tests.domain.strategies import awkward_text, events, json_text, lead_fields

ROWS = (LeadField(name="a", text="1"), LeadField(name="adspend", text="2"), LeadField(name="c"))


def test_fields_are_set_together():
    fields = (("sub1", FieldInput(text="x")), ("revenue", FieldInput(text="5")))
    event = Event().with_field("amount", FieldInput(text="4"))
    better = set_fields(event, *fields)
    assert dict(better.fields) == dict(fields)  # one money, under its new name


def test_use_names_what_it_types():
    fix = use("sub1", "x")
    assert (fix.label, fix(Event()).text("sub1")) == ("Use x", "x")
    assert use("sub1", "x", "Take it out").label == "Take it out"
    assert fix == use("sub1", "x")
    assert fix != use("sub1", "y")


def test_the_organisation_id_and_the_money_key():
    event = Event(org_id=" o ").with_field("revenue", FieldInput(text="5"))
    assert set_org(event, "o").org_id == "o"
    assert money_key(event, "amount").fields == {"amount": FieldInput(text="5")}


def test_a_lead_row_is_replaced_in_its_place():
    row = LeadField(name="b", text="9")
    changed = set_lead(Event(lead=ROWS), 1, row)
    assert changed.lead == (ROWS[0], row, ROWS[2])
    assert set_lead(Event(lead=ROWS), 3, row) == Event(lead=ROWS)


@pytest.mark.parametrize(
    ("row", "wire", "value"),
    [
        (LeadField(name="x", text="2.50"), "adSpend", FieldInput(text="2.50")),
        (LeadField(name="x"), "pid", FieldInput(mode=Mode.EMPTY)),
        (LeadField(name="x", text="2", type=LeadType.NUMBER), "adSpend", FieldInput(text="2")),
        (LeadField(name="x", text="1e5", type=LeadType.NUMBER), "adSpend",
         FieldInput(mode=Mode.RAW, text="1e5")),
        (LeadField(name="x", text="7", type=LeadType.NUMBER), "pid",
         FieldInput(mode=Mode.RAW, text="7")),
        (LeadField(name="x", text="true", type=LeadType.BOOLEAN), "tcpa_consent",
         FieldInput(mode=Mode.RAW, text="true")),
        (LeadField(name="x", type=LeadType.NULL), "pid", FieldInput(mode=Mode.NULL)),
        (LeadField(name="x", type=LeadType.JSON), "pid", FieldInput(mode=Mode.NULL)),
        (LeadField(name="x", type=LeadType.NUMBER), "adSpend", FieldInput(mode=Mode.EMPTY)),
        (LeadField(name="x", text="two", type=LeadType.NUMBER), "adSpend", FieldInput(text="two")),
        (LeadField(name="x", text="[1]", type=LeadType.JSON), "pid",
         FieldInput(mode=Mode.RAW, text="[1]")),
    ],
)  # fmt: skip
def test_a_lead_row_moves_into_its_field(row, wire, value):
    event = Event(lead=(ROWS[0], row, ROWS[2]))
    better = lead_to_field(event, 1, wire)
    assert better.lead == (ROWS[0], ROWS[2])
    assert better.get(wire) == value
    assert lead_to_field(event, 3, wire) == event


@given(
    lead_fields(json_text).filter(lambda row: row.type is not LeadType.TEXT),
    st.sampled_from(sorted(BY_WIRE)),
)
def test_a_moved_value_goes_out_as_it_did(row, wire):
    row = replace(row, name="x")
    ((_, before),) = body_tokens(Event(lead=(row,)))
    moved = lead_to_field(Event(endpoint=Endpoint.TRIGGER, lead=(row,)), 0, wire)
    assert body_tokens(moved) == ((wire, before),)


def test_a_field_is_free_when_nothing_is_in_it():
    event = Event().with_field("amount", FieldInput(text="4"))
    event = event.with_field("pid", FieldInput(mode=Mode.OMIT, text="kept"))
    assert is_free(event, "sub1")
    assert not is_free(event, "revenue")  # the same money
    assert not is_free(event, "amount")
    assert not is_free(event, "pid")
    assert is_free(Event(), "revenue")


@given(events(), awkward_text)
def test_a_fix_leaves_the_event_it_was_given_alone(event, text):
    before = Event(
        endpoint=event.endpoint,
        method=event.method,
        org_id=event.org_id,
        fields=MappingProxyType(dict(event.fields)),
        lead=event.lead,
    )
    changed = Fix(label="x", act=set_fields, arguments=(("sub1", FieldInput(text=text)),))(event)
    assert event == before
    assert leave(event) is event
    assert changed.get("sub1").text == text
