"""One event in all six forms: what differs, why, and what a form asks for."""

from __future__ import annotations

from datetime import UTC, datetime

from pingtree_desktop.domain.advice import Context
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.endpoint_forms import MONEY, NEEDS, forms, table, with_transaction
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, Mode

CONTEXT = Context(now=datetime(2026, 11, 24, tzinfo=UTC), conversion_events=frozenset({"sale"}))


def event(**fields: str) -> Event:
    made = Event()
    for wire, text in {"cid": "c-1", "event_id": "sale", "transaction_id": "T"}.items():
        made = made.with_field(wire, FieldInput(text=text))
    for wire, text in fields.items():
        made = made.with_field(wire, FieldInput(text=text))
    return made


def cells(found, name: str) -> dict[str, str | None]:
    row = next(row for row in table(found) if row.name == name)
    return dict(zip((form.name for form in found), row.cells, strict=True))


def test_all_six_forms_with_the_events_own_first():
    made = event().with_endpoint(Endpoint.TRIGGER)
    found = forms(made, "http://h", CONTEXT, org_id="o-1")
    assert found[0].name == "Trigger POST"
    assert {form.name for form in found} == {
        f"{endpoint} {method}"
        for endpoint in ("Campaign", "Trigger", "Global")
        for method in ("POST", "GET")
    }
    assert all(form.request is not None for form in found)
    assert found[0].event == made


def test_the_money_has_the_name_that_the_endpoint_documents():
    found = forms(event(amount="42.50"), "http://h", CONTEXT, org_id="o-1")
    money = cells(found, MONEY)
    assert money["Campaign POST"] == "amount: 42.50"
    assert money["Trigger POST"] == "revenue: 42.50"
    assert money["Global GET"] == "amount: 42.50"
    row = next(row for row in table(found) if row.name == MONEY)
    assert [row.differs(at) for at in range(6)].count(True) == 2
    assert "Trigger revenue" in row.why
    assert not row.is_same


def test_the_campaign_id_stands_where_the_endpoint_wants_it():
    found = forms(event(), "http://h/x", CONTEXT, org_id="o-1")
    assert cells(found, "path")["Campaign GET"] == "/api/event/c-1"
    assert cells(found, "path")["Global POST"] == "/api/event/global/o-1"
    assert cells(found, "cid") == {
        "Campaign POST": None, "Campaign GET": None, "Trigger POST": '"c-1"', "Trigger GET": "c-1",
        "Global POST": None, "Global GET": None,
    }  # fmt: skip


def test_what_is_the_same_has_no_reason_and_types_are_named_as_one():
    made = event(pid="p").with_field("sub1", FieldInput(mode=Mode.RAW, text="12"))
    found = forms(made, "http://h", CONTEXT, org_id="o-1")
    rows = {row.name: row for row in table(found)}
    assert rows["sub1"].is_same
    assert rows["sub1"].why == ""
    assert rows["pid"].is_same
    assert rows["pid"].cells[:2] == ('"p"', "p")
    assert "no types" in rows["pid"].why
    assert not rows["method"].is_same


def test_a_form_that_cannot_be_built_says_why():
    made = Event().with_field("event_id", FieldInput(text="x"))
    found = {form.name: form for form in forms(made, "http://h", CONTEXT)}
    assert found["Campaign POST"].request is None
    assert "campaign id" in found["Campaign POST"].problem
    assert "organisation id" in found["Global GET"].problem
    assert found["Trigger POST"].request is not None
    assert all(form.problem for form in forms(event(), "nonsense", CONTEXT, org_id="o"))


def test_what_the_documentation_asks_for_is_named_by_form():
    found = forms(event(), "http://h", CONTEXT, org_id="o-1")
    needs = cells(found, NEEDS)
    assert all(needs.values()), "a conversion without money, everywhere"
    found = forms(event(amount="1"), "http://h", CONTEXT, org_id="o-1")
    assert NEEDS not in {row.name for row in table(found)}


def test_the_events_own_organisation_comes_first():
    made = Event(org_id="mine", endpoint=Endpoint.GLOBAL, method=Method.GET)
    found = forms(made, "http://h", CONTEXT, org_id="other")
    assert found[0].name == "Global GET"
    assert found[0].event.org_id == "mine"
    assert with_transaction(made, "T-2").text("transaction_id") == "T-2"
