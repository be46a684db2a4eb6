"""An editor for pasted text of any size: of a long one it shows the beginning and keeps the rest.

Laying out one line takes a time that grows with the square of its length: a second for 100,000
characters, minutes for a million.
"""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QPlainTextEdit

from pingtree_desktop.domain.display import to_display

SHOWN_CHARS = 20_000


class PasteEdit(QPlainTextEdit):
    """A plain text editor; a text that is only shown in part cannot be edited, only replaced."""

    def __init__(self) -> None:
        super().__init__()
        self._whole = ""
        self.is_cut = False

    def whole_text(self) -> str:
        """What was typed or pasted, also where only its beginning is shown."""
        return self._whole if self.is_cut else self.toPlainText()

    def show_text(self, text: str) -> None:
        """Replace the text."""
        self.is_cut = len(text) > SHOWN_CHARS
        self._whole = text if self.is_cut else ""
        self.setPlainText(
            to_display(text[:SHOWN_CHARS], limit=SHOWN_CHARS) if self.is_cut else text
        )

    def insertFromMimeData(self, source: QMimeData) -> None:
        pasted = source.text()
        if self.is_cut or len(pasted) > SHOWN_CHARS:
            self.show_text(pasted)
        else:
            super().insertFromMimeData(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        types = bool(event.text()) and event.text() != "\t"
        if not self.is_cut or not types or event.matches(QKeySequence.StandardKey.Paste):
            super().keyPressEvent(event)
        elif event.key() in {Qt.Key.Key_Backspace, Qt.Key.Key_Delete}:
            self.show_text("")  # a part of what is not shown cannot be deleted
        else:
            event.ignore()
