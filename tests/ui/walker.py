"""Walks a window and names whatever could show outside text as markup, or hide part of it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QErrorMessage,
    QLabel,
    QMessageBox,
    QPlainTextEdit,
    QProgressDialog,
    QTextEdit,
    QWidget,
    QWizard,
)

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.ui.plain import TIP_LIMIT

RICH_BY_NATURE = (QTextEdit, QMessageBox, QErrorMessage, QProgressDialog, QWizard)
_OUR_TIP = re.compile(r"<span>([^<>]*)</span>", re.DOTALL)
_LABEL_LIMIT = 3_000


def every_widget() -> list[QWidget]:
    """All widgets of the application: windows, popups, dialogs, tool tips and what is in them."""
    return list(QApplication.allWidgets())


def findings(widgets: list[QWidget] | None = None) -> list[str]:
    """What is wrong, in words; an empty list is what a test wants."""
    return [
        f"{type(widget).__name__} {widget.objectName()!r}: {problem}"
        for widget in (every_widget() if widgets is None else widgets)
        for problem in _problems(widget)
    ]


def _problems(widget: QWidget) -> Iterator[str]:
    if isinstance(widget, RICH_BY_NATURE):
        yield "shows rich text by nature"
    is_tip_window = widget.metaObject().className() == "QTipLabel"  # Qt's own, fed by tool tips
    if isinstance(widget, QLabel) and not is_tip_window:
        if widget.textFormat() is not Qt.TextFormat.PlainText:
            yield f"a label that may show markup: {widget.text()[:60]!r}"
        if len(widget.text()) > _LABEL_LIMIT:
            yield f"{len(widget.text())} characters in a label"
    yield from _tip_problems(widget.toolTip())
    for action in widget.actions() if not widget.inherits("QMenu") else ():
        yield from _tip_problems(action.toolTip())
    for text in _shown(widget, is_tip_window=is_tip_window):
        if to_display(text, limit=len(text) + 1, wrap=len(text) + 1) != text:
            yield f"characters that cannot be seen: {text[:80]!a}"


def _tip_problems(tip: str) -> Iterator[str]:
    inside = _OUR_TIP.fullmatch(tip)
    if inside is None:
        if GuiQt.mightBeRichText(tip):
            yield f"a tool tip with markup: {tip[:60]!r}"
        shown = tip
    else:
        shown = html.unescape(inside[1])
    if len(shown) > TIP_LIMIT:
        yield f"a tool tip of {len(shown)} characters"


def _shown(widget: QWidget, *, is_tip_window: bool) -> Iterator[str]:
    if (isinstance(widget, QLabel) and not is_tip_window) or isinstance(widget, QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QPlainTextEdit) and widget.isReadOnly():
        yield widget.toPlainText()


def tips_of(widgets: list[QWidget]) -> list[str]:
    """Every tool tip that these widgets and their actions can show."""
    actions: list[QAction] = [a for w in widgets for a in w.actions()]
    return sorted({w.toolTip() for w in widgets} | {a.toolTip() for a in actions} - {""})
