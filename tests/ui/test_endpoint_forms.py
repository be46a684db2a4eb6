"""The comparison of endpoints: the table, and six real sends with pairs of their own."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTableWidget, QWidget

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import Danger, Environment
from tests.window import Desk


def table(desk: Desk) -> QTableWidget:
    found = desk.find("endpoints.table")
    assert isinstance(found, QTableWidget)
    return found


def shown(desk: Desk, row: str) -> list[str]:
    rows = [table(desk).verticalHeaderItem(i).text() for i in range(table(desk).rowCount())]
    at = rows.index(row)
    return [table(desk).item(at, i).text() for i in range(table(desk).columnCount())]


def said(desk: Desk) -> str:
    label = desk.find("endpoints.said")
    assert isinstance(label, QLabel)
    return label.text()


def opened(desk: Desk) -> None:
    desk.do(lambda: desk.screen.compose.set_org("demo"))
    desk.choose("action.compare_endpoints")
    desk.until(lambda: desk.window.findChildren(QWidget, "endpoints.table"))


def test_six_forms_side_by_side_are_sent_with_new_ids(desk):
    opened(desk)
    assert shown(desk, "money") == [
        "amount: 42.50", "amount: 42.50", "\u2260 revenue: 42.50", "\u2260 revenue: 42.50",
        "amount: 42.50", "amount: 42.50",
    ]  # fmt: skip
    desk.do(desk.find("endpoints.new_ids").click)
    desk.click("endpoints.send")
    desk.until(lambda: said(desk).startswith("Fired:"))
    assert all(one.startswith("Fired \u00b7 200") for one in shown(desk, "verdict")[:4])
    history = desk.run(desk.program.wake.context.archive.newest(10))
    assert len(history) == 6
    assert len({one.transaction_id for one in history}) == 6
    assert {one.endpoint for one in history} == {"campaign", "trigger", "global"}
    desk.click("endpoints.copy")
    copied = QGuiApplication.clipboard().text()
    assert "Campaign POST: Fired" in copied
    assert not any(one.transaction_id in copied for one in history)
    desk.click("dialog.accept")


def test_the_pair_bank_gives_each_form_its_own_or_says_how_many_are_missing(desk):
    archive = desk.program.wake.context.archive
    desk.run(archive.set_bank(["B-1", "B-2"]))
    opened(desk)
    desk.click("endpoints.send")
    desk.until(lambda: "2 unused transaction ids" in said(desk))
    assert desk.run(archive.count()) == 0, "nothing was sent"
    for at in range(2, 6):
        desk.do(desk.find(f"endpoints.choose.{at}").click)
    desk.click("endpoints.send")
    desk.until(lambda: "of 2 that were sent" in said(desk))
    assert {one.transaction_id for one in desk.run(archive.newest(10))} == {"B-1", "B-2"}
    desk.do(lambda: table(desk).setCurrentCell(0, 3))
    desk.click("endpoints.open")
    desk.until(lambda: desk.screen.compose.event.endpoint is Endpoint.TRIGGER)
    assert desk.screen.compose.event.method.value == "GET"
    assert desk.screen.compose.event.text("revenue") == "42.50"


def test_nothing_is_sent_to_production_unarmed(desk):
    live = Environment(name="x", base_url="http://127.0.0.1:9", declared=Danger.LIVE)
    desk.do(lambda: desk.screen.compose.set_environment(live))
    opened(desk)
    assert not desk.find("endpoints.send").isEnabled()
    assert "LIVE is not armed" in said(desk)
    desk.click("dialog.accept")


def test_a_server_that_does_not_answer_is_a_result_too(desk):
    gone = Environment(name="gone", base_url="http://127.0.0.1:9")
    desk.do(lambda: desk.screen.compose.set_environment(replace(gone, timeout_s=2)))
    opened(desk)
    desk.do(desk.find("endpoints.new_ids").click)
    desk.click("endpoints.send")
    desk.until(lambda: said(desk).startswith("None of the 6 forms"))
    assert {one.partition(" ·")[0] for one in shown(desk, "verdict")} == {"No reply"}
    desk.click("dialog.accept")
