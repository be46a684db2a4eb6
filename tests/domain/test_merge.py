"""Two changes of one profile: each is kept, and what both changed keeps ours and is named."""

from dataclasses import replace
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.merge import merge
from pingtree_desktop.domain.profile import COLOURS, Profile
from pingtree_desktop.domain.verdict import Verdict
from tests.domain.strategies import any_text, events

BASE = Profile(
    slug="sale",
    campaign="demo",
    name="Sale",
    event=Event(
        fields=MappingProxyType({"event_id": FieldInput(text="e"), "amount": FieldInput(text="1")}),
        lead=(LeadField(name="a", text="1"), LeadField(name="b", text="2")),
    ),
)
profiles = st.builds(
    Profile,
    slug=st.just("sale"),
    campaign=st.just("demo"),
    name=any_text,
    event=events(),
    expect=st.sampled_from(Verdict),
    notes=any_text,
    colour=st.sampled_from(["", *COLOURS]),
    order=st.none() | st.integers(),
)


def event_of(**fields: str) -> Event:
    event = BASE.event
    for wire, text in fields.items():
        event = event.with_field(wire, FieldInput(text=text))
    return event


def with_lead(*rows: tuple[str, str]) -> Profile:
    lead = tuple(LeadField(name=name, text=text) for name, text in rows)
    return replace(BASE, event=replace(BASE.event, lead=lead))


def test_changes_of_different_fields_go_together():
    ours = replace(BASE, event=event_of(pid="9"), notes="mine", slug="other")
    theirs = replace(
        BASE, event=event_of(event_id="f", sub1="s"), name="Their sale", colour="red", order=3
    )
    merged = merge(BASE, ours, theirs)
    assert merged.conflicts == ()
    assert merged.profile == replace(
        ours, event=event_of(pid="9", event_id="f", sub1="s"), name="Their sale", colour="red",
        order=3,
    )  # fmt: skip


def test_a_change_of_both_keeps_ours_and_is_named():
    ours = replace(BASE, event=event_of(event_id="mine", pid="1"), expect=Verdict.DUPLICATE)
    theirs = replace(BASE, event=event_of(event_id="their", pid="1"), expect=Verdict.LOCKED)
    merged = merge(BASE, ours, theirs)
    assert merged.profile == ours
    assert merged.conflicts == ("event_id", "Expected verdict")


def test_the_money_s_name_and_amount_change_apart():
    ours = replace(BASE, event=BASE.event.with_endpoint(Endpoint.TRIGGER))
    theirs = replace(BASE, event=event_of(amount="2"))
    merged = merge(BASE, ours, theirs)
    assert merged.conflicts == ()
    assert merged.profile.event.money_key == "revenue"
    assert merged.profile.event.text("revenue") == "2"
    assert merged.profile.event.endpoint is Endpoint.TRIGGER
    ours = replace(BASE, event=event_of(revenue="3"))
    assert merge(BASE, ours, theirs).conflicts == ("revenue",)
    assert merge(BASE, ours, theirs).profile == ours


def test_what_one_side_emptied_is_empty():
    ours = replace(BASE, event=BASE.event.with_field("event_id", FieldInput()))
    theirs = replace(BASE, event=replace(event_of(pid="1"), method=Method.GET))
    merged = merge(BASE, ours, theirs).profile.event
    assert "event_id" not in merged.fields
    assert (merged.text("pid"), merged.method) == ("1", Method.GET)


@pytest.mark.parametrize(
    ("ours", "theirs", "rows", "conflicts"),
    [
        ([("a", "9"), ("b", "2")], [("a", "1"), ("b", "8")], [("a", "9"), ("b", "8")], ()),
        ([("a", "1"), ("b", "2"), ("c", "3")], [("d", "4"), ("a", "1"), ("b", "2")],
         [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")], ()),
        ([("b", "2"), ("c", "3")], [("a", "1")], [("c", "3")], ()),
        ([("b", "2")], [("a", "5"), ("b", "2")], [("b", "2")], ("a",)),
        ([("a", "3"), ("b", "2")], [("a", "4"), ("b", "2")], [("a", "3"), ("b", "2")], ("a",)),
        ([("a", "1"), ("a", "2")], [("a", "5"), ("b", "2")], [("a", "1"), ("a", "2")],
         ("Lead fields",)),
        ([("", "1")], [("", "2")], [("", "1")], ("Lead fields",)),
        ([("a", "1")], [("a", "1")], [("a", "1")], ()),
    ],
)  # fmt: skip
def test_lead_rows_are_taken_one_by_one(ours, theirs, rows, conflicts):
    # Another change on each side, so that it does not take one event as it is.
    merged = merge(BASE, with_lead(*ours), with_lead(*theirs))
    assert [(row.name, row.text) for row in merged.profile.event.lead] == rows
    assert merged.conflicts == conflicts


SETTINGS = settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)


@SETTINGS
@given(profiles, profiles)
def test_a_change_of_one_side_is_that_side(base, changed):
    for ours, theirs in ((changed, base), (base, changed), (changed, changed)):
        merged = merge(base, ours, theirs)
        assert merged.profile == changed
        assert merged.conflicts == ()


@SETTINGS
@given(profiles, profiles, profiles)
def test_everything_comes_from_one_side(base, ours, theirs):
    merged = merge(base, ours, theirs).profile
    for key in ("name", "expect", "notes", "colour", "order"):
        assert getattr(merged, key) in (getattr(ours, key), getattr(theirs, key))
    for field in FIELDS:
        if field.wire not in MONEY_KEYS:
            sides = (ours.event.get(field.wire), theirs.event.get(field.wire))
            assert merged.event.get(field.wire) in sides
    assert set(merged.event.lead) <= {*ours.event.lead, *theirs.event.lead}
    assert sum(key in merged.event.fields for key in MONEY_KEYS) <= 1
    if merge(base, ours, theirs).conflicts == ():
        assert merge(base, theirs, ours).conflicts == ()
