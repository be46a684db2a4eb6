"""Ctrl+Z in a line of the form takes back a change of the form, wherever it was made."""

from __future__ import annotations

from PySide6.QtCore import Qt

CTRL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier


def test_undo_and_redo_by_keys_across_fields(desk):
    before = desk.screen.compose.event
    sub1, pid = desk.find("field.sub1"), desk.find("field.pid")
    desk.do(desk.window.activateWindow)
    desk.do(sub1.setFocus)
    desk.do(sub1.selectAll)
    desk.type(sub1, "new")
    desk.do(pid.setFocus)
    desk.type(pid, "p-1")
    assert desk.screen.compose.event.text("pid") == "p-1"
    desk.press(Qt.Key.Key_Z, CTRL, target=pid)
    assert desk.screen.compose.event.text("pid") == before.text("pid")
    assert sub1.text() == "new"
    desk.press(Qt.Key.Key_Z, CTRL, target=pid)
    assert desk.screen.compose.event == before
    assert sub1.text() == before.text("sub1")
    desk.press(Qt.Key.Key_Z, CTRL | SHIFT, target=pid)
    desk.press(Qt.Key.Key_Y, CTRL, target=pid)
    assert (sub1.text(), pid.text()) == ("new", "p-1")


def test_a_search_line_keeps_its_own_undo(desk):
    before = desk.screen.compose.event
    search = desk.find("form.search")
    desk.do(search.setFocus)
    desk.type(search, "abc")
    desk.press(Qt.Key.Key_Z, CTRL, target=search)
    assert search.text() == ""
    assert desk.screen.compose.event == before


def test_nothing_to_undo_is_said(desk):
    desk.choose("action.undo")
    desk.until(lambda: "nothing to undo" in desk.find("notice.text").text())
