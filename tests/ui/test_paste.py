"""Paste anything: from the clipboard into the form, by keys, by dropping, with an environment."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from tests.window import Desk

CURL = (
    "curl https://staging.example.com/api/event/6f9c "
    """--json '{"event_id":"sale","adspend":3,"amount":42.50}' -o out.txt"""
)


def shows(desk: Desk) -> list[str]:
    return [one.text() for one in desk.find("paste").findChildren(QLabel) if one.text()]


def open_with(desk: Desk, text: str) -> None:
    desk.do(lambda: QGuiApplication.clipboard().setText(text))
    desk.choose("action.paste")
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    desk.until(lambda: desk.find("dialog.accept").isEnabled() or not text)


def accept(desk: Desk) -> None:
    desk.click("dialog.accept")
    desk.until(lambda: not desk.window.findChildren(QWidget, "paste"))


def test_a_command_of_the_clipboard_fills_the_form(desk):
    open_with(desk, CURL)
    said = shows(desk)
    assert "This is a curl command." in said
    assert "adspend \u2192 adSpend" in said
    assert any("out.txt" in one for one in said)
    accept(desk)
    event = desk.screen.compose.event
    assert (event.text("cid"), event.text("event_id")) == ("6f9c", "sale")
    assert event.text("amount") == "42.50"
    assert [row.name for row in event.lead] == ["adspend"]
    assert desk.screen.compose.environment.name == "sandbox", "nothing goes elsewhere unasked"


def test_names_and_a_new_environment_when_the_person_wants_them(desk):
    open_with(desk, CURL)
    desk.do(desk.find("paste.names").click)
    where = desk.find("paste.environment")
    assert isinstance(where, QComboBox)
    desk.do(lambda: where.setCurrentIndex(where.count() - 1))
    accept(desk)
    assert desk.screen.compose.event.text("adSpend") == "3"
    desk.until(lambda: desk.screen.compose.environment.base_url == "https://staging.example.com")
    assert desk.screen.workspace.environment("staging.example.com") is not None


def test_what_cannot_be_read_is_said_and_can_be_replaced(desk):
    desk.do(lambda: QGuiApplication.clipboard().setText("hello"))
    desk.choose("action.paste")
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    desk.until(lambda: any("none of what can be read" in one for one in shows(desk)))
    assert not desk.find("dialog.accept").isEnabled()
    desk.do(lambda: desk.find("paste.text").setPlainText('{"event_id":"typed"}'))
    desk.until(lambda: desk.find("dialog.accept").isEnabled())
    accept(desk)
    assert desk.screen.compose.event.text("event_id") == "typed"


def test_a_dropped_file_is_read_and_one_that_cannot_be_is_said(desk, tmp_path):
    file = tmp_path / "event.json"
    file.write_text('{"event_id":"dropped"}', "utf-8")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file))])
    desk.do(lambda: desk.window.dropped.emit(mime))
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    desk.until(lambda: desk.find("dialog.accept").isEnabled())
    accept(desk)
    assert desk.screen.compose.event.text("event_id") == "dropped"
    file.write_bytes(b"\xff\xfe")
    desk.do(lambda: desk.window.dropped.emit(mime))
    desk.until(lambda: any("no text in UTF-8" in one.text()
                           for one in desk.window.findChildren(QLabel)))  # fmt: skip


def test_the_draft_before_a_paste_is_set_aside(desk):
    before = desk.screen.compose.event
    desk.do(lambda: desk.screen.compose.set_org("typed"))
    open_with(desk, '{"event_id":"pasted"}')
    accept(desk)
    desk.choose("action.bring_back")
    desk.until(lambda: desk.screen.compose.event.org_id == "typed")
    assert desk.screen.compose.event.org_id == "typed"
    assert desk.screen.compose.event.fields == before.fields
