"""Widgets that can only ever show plain text, and the few ways out of the program.

Outside text (a server's reply, a file's name, a profile's name) is data: QLabel, tool tips and
message boxes would read it as HTML.  Every such text goes through here; a test forbids the
bare forms elsewhere in this floor.
"""

from __future__ import annotations

import html

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QIcon, QResizeEvent
from PySide6.QtWidgets import QLabel, QTableWidgetItem, QToolButton, QWidget

from pingtree_desktop.domain.display import to_display

TIP_LIMIT = 500


class PlainLabel(QLabel):
    """A label whose text is never markup."""

    def __init__(self, text: str = "", parent: QWidget | None = None, *, role: str = "") -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setText(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._keep_whole()

    def setText(self, text: str) -> None:  # noqa: N802 - Qt's name
        super().setText(text)
        self._keep_whole()

    def _keep_whole(self) -> None:
        """Never let a layout squeeze wrapped text: a line cut in half cannot be read."""
        if self.wordWrap() and self.width() > 0:
            needed = self.heightForWidth(self.width()) if self.text() else 0
            if self.minimumHeight() != max(0, needed):
                self.setMinimumHeight(max(0, needed))


def label(
    text: str = "", *, role: str = "", wrap: bool = False, selectable: bool = False
) -> PlainLabel:
    """A plain-text label in one of the style sheet's roles."""
    made = PlainLabel(text, role=role)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return made


def unkeyed(text: str) -> str:
    """A text for a button or menu entry in which & stands for itself, not for a key."""
    return text.replace("&", "&&")


def icon_button(picture: QIcon, tip: str, *, name: str) -> QToolButton:
    """A small button that is only a picture; its words are the tool tip and accessible name."""
    button = QToolButton()
    button.setIcon(picture)
    button.setObjectName(name)
    button.setAccessibleName(tip)
    set_tip(button, tip)
    return button


def outside(text: str, *, limit: int = 2_000) -> str:
    """A text from outside, safe to show in one label: capped, controls made visible."""
    return to_display(text, limit=limit)


def set_tip(target: QWidget | QAction | QTableWidgetItem, text: str) -> None:
    """A tool tip that shows exactly this text, at most 500 characters."""
    shown = to_display(text, limit=TIP_LIMIT)
    if len(shown) > TIP_LIMIT:  # escapes and the remark at the end count too
        shown = f"{shown[: TIP_LIMIT - 1]}\u2026"
    target.setToolTip(f"<span>{html.escape(shown)}</span>" if shown else "")


def open_in_system(address: QUrl) -> bool:
    """Open a web address or a local folder of our own; anything else is refused."""
    if address.isLocalFile() or address.scheme() in {"http", "https"}:
        return QDesktopServices.openUrl(address)
    return False
