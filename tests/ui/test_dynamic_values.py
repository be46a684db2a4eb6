"""Dynamic values on the form: offered, shown as they will be, sent so, and kept with the entry."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QListView

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.ui.compose.made_line import MadeLine
from tests.window import Desk


def made(desk: Desk) -> list[str]:
    return [one.text() for one in desk.window.findChildren(MadeLine) if one.isVisible()]


def load(desk: Desk, *, lead: tuple[LeadField, ...] = (), **fields: str) -> None:
    event = Event(lead=lead)
    for wire, text in fields.items():
        event = event.with_field(wire, FieldInput(text=text))
    desk.do(lambda: desk.screen.compose.load(event))


def test_typing_braces_offers_values_and_tab_takes_one(desk):
    load(desk, cid="demo")
    line = desk.find("field.transaction_id")
    desk.do(line.setFocus)
    desk.type(line, "T-{{uu")
    choices = next(
        one
        for one in QApplication.allWidgets()
        if isinstance(one, QListView) and one.objectName() == "value.choices" and one.isVisible()
    )
    desk.press(Qt.Key.Key_Tab, target=choices)
    assert line.text() == "T-{{uuid}}"
    (shown,) = made(desk)
    assert shown.startswith("= T-")
    assert "{{" not in shown


def test_what_is_shown_is_what_is_sent_and_recorded(desk):
    load(
        desk, cid="demo", event_id="quote_view", transaction_id="{{uuid}}",
        lead=(LeadField(name="zip", text="{{random_int:10000:99999}}"),),
    )  # fmt: skip
    desk.until(lambda: len(made(desk)) == 2)
    event = desk.screen.compose.made_event
    shown = event.text("transaction_id")
    desk.choose("action.send")
    desk.until(lambda: desk.screen.compose.result is not None)
    exchange = desk.screen.compose.result.exchange
    assert exchange.transaction_id == shown
    assert {one.place for one in exchange.resolved} == {"transaction_id", "lead:zip"}
    assert desk.screen.compose.event.text("transaction_id") == "{{uuid}}", "the form keeps it"
    assert desk.screen.compose.made_event.text("transaction_id") != shown
    load(desk, cid="demo", transaction_id="{{transaction}}")
    desk.until(lambda: made(desk) == [f"= {shown}"])


def test_a_value_that_cannot_be_made_is_said(desk):
    load(desk, cid="demo", transaction_id="{{transaction:unused}}", event_id="x")
    rows = desk.window.compose.form.rows
    desk.until(lambda: made(desk) == [])
    desk.until(
        lambda: any("pair bank has no unused" in one.text for one in desk.screen.compose.advice())
    )
    assert rows["transaction_id"].value().text == "{{transaction:unused}}"


def test_a_pair_that_has_fired_is_said_before_it_is_sent_again(desk):
    load(desk, cid="demo", event_id="quote_view", transaction_id="T-AGAIN")
    desk.choose("action.send")
    desk.until(lambda: desk.screen.compose.result is not None)
    desk.until(lambda: any(one.rule.id == "used-pair" for one in desk.screen.compose.advice()))
    desk.do(lambda: desk.screen.compose.set_field("transaction_id", FieldInput(text="T-OTHER")))
    desk.until(lambda: not any(one.rule.id == "used-pair" for one in desk.screen.compose.advice()))


def test_the_history_shows_what_each_placeholder_became_and_opens_with_them(desk):
    load(desk, cid="demo", event_id="quote_view", transaction_id="{{uuid}}", sub1="plain")
    desk.choose("action.send")
    desk.until(lambda: desk.screen.compose.result is not None)
    sent = desk.screen.compose.result.exchange.transaction_id
    desk.do(lambda: desk.program.profiles.new())
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: desk.program.history is not None)
    desk.do(lambda: desk.program.history.show_entry(desk.screen.compose.result.exchange.id))
    desk.until(lambda: desk.find("history.entry").isVisible())
    tabs = desk.find("detail.tabs")
    assert tabs.isTabVisible(tabs.count() - 1)
    desk.do(lambda: tabs.setCurrentIndex(tabs.count() - 1))
    assert f"transaction_id\n  {{{{uuid}}}}\n  = {sent}" in desk.find("detail.text").toPlainText()
    desk.choose("history.more.open_template")
    desk.until(lambda: desk.screen.compose.event.text("transaction_id") == "{{uuid}}")
    assert desk.screen.compose.event.text("sub1") == "plain"


def test_without_placeholders_there_is_nothing_about_them(desk):
    load(desk, cid="demo", event_id="quote_view", transaction_id="T-1")
    desk.choose("action.send")
    desk.until(lambda: desk.screen.compose.result is not None)
    tabs = desk.find("reply.tabs")
    desk.until(tabs.isVisible)
    assert not tabs.isTabVisible(tabs.count() - 1)
