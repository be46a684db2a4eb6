"""Copy as code, from the draft and from the history."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QListWidget, QPlainTextEdit, QWidget

from tests.window import Desk


def text(desk: Desk) -> str:
    view = desk.find("code.text")
    assert isinstance(view, QPlainTextEdit)
    return view.toPlainText()


def choose(desk: Desk, words: str) -> None:
    languages = desk.find("code.languages")
    assert isinstance(languages, QListWidget)
    rows = [languages.item(row).text() for row in range(languages.count())]
    row = next(at for at, one in enumerate(rows) if words in one)
    desk.do(lambda: languages.setCurrentRow(row))


def test_the_draft_in_every_language_masked_until_asked_otherwise(desk):
    desk.choose("action.export_code")
    desk.until(lambda: desk.window.findChildren(QWidget, "code.text"))
    mask = desk.find("code.mask")
    assert isinstance(mask, QCheckBox)
    assert mask.isChecked()
    transaction = desk.screen.compose.event.text("transaction_id")
    assert transaction not in text(desk)
    desk.do(mask.click)
    assert transaction in text(desk)
    for words, mark in (
        ("Python", "import httpx"), ("JavaScript", "await fetch("), ("PHP", "<?php"),
        ("HAR", '"log"'), ("Postman", '"info"'), ("PowerShell", "$body"), ("cmd", "curl.exe"),
    ):  # fmt: skip
        choose(desk, words)
        assert mark in text(desk), words
    choose(desk, "Plain URL")
    assert "transaction_id=" in text(desk)
    choose(desk, "Python")
    desk.click("code.copy")
    assert QGuiApplication.clipboard().text().replace("\r", "") in text(desk) + "\n"
    desk.click("dialog.cancel")
    desk.until(lambda: not desk.window.findChildren(QWidget, "code.text"))
    desk.choose("action.export_code")
    desk.until(lambda: desk.window.findChildren(QWidget, "code.text"))
    assert "import httpx" in text(desk), "the language is remembered"
    desk.click("dialog.cancel")


def test_an_entry_of_the_history_as_code(desk):
    desk.choose("action.send")
    desk.until(lambda: desk.screen.compose.result is not None)
    exchange = desk.screen.compose.result.exchange
    desk.do(lambda: desk.program.history._wanted(("code", exchange)))
    desk.until(lambda: desk.window.findChildren(QWidget, "code.text"))
    assert "curl" in text(desk)
    desk.click("dialog.cancel")
