"""Read-only text of requests and replies: plain, monospaced, coloured as JSON, bounded.

A long text is cut and hard-wrapped before Qt sees it: one unbroken line of 256 KB would hold
the window for seconds.
"""

from __future__ import annotations

from PySide6.QtGui import (
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.jsontext import tokens
from pingtree_desktop.ui.theme import Theme

SHOWN_LIMIT = 256_000
_COLOUR_LIMIT = 60_000


class _JsonColours(QSyntaxHighlighter):
    """Colours keys, strings, numbers and words, line by line."""

    def __init__(self, document: QTextDocument, theme: Theme) -> None:
        super().__init__(document)
        self._theme = theme
        self._formats: dict[str, QTextCharFormat] = {}
        self.is_on = True
        self._take_theme()
        theme.changed.connect(self._theme_changed)

    def _take_theme(self) -> None:
        for kind in ("key", "string", "number", "word"):
            style = QTextCharFormat()
            style.setForeground(self._theme.color(f"json_{kind}"))
            self._formats[kind] = style

    def _theme_changed(self) -> None:
        self._take_theme()
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        if not self.is_on:
            return
        is_plain = text.isascii()
        for kind, start, end in tokens(text):
            style = self._formats.get(kind)
            if style is None:
                continue
            if is_plain:
                self.setFormat(start, end - start, style)
            else:
                self.setFormat(_units(text[:start]), _units(text[start:end]), style)


def _units(text: str) -> int:
    """How long Qt finds a text: in UTF-16 units, which differ from characters beyond the BMP."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class CodeView(QPlainTextEdit):
    """A read-only, selectable block of plain text."""

    def __init__(self, theme: Theme, *, name: str, json: bool = False) -> None:
        super().__init__()
        self.setReadOnly(True)
        self.setProperty("role", "code")
        self.setObjectName(name)
        self.setAccessibleName("Request" if name.startswith("preview") else "Exchange as text")
        self.setFont(theme.mono)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAnywhere)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(48)
        self._colours = _JsonColours(self.document(), theme) if json else None

    def show_text(self, text: str) -> None:
        """Replace the text; capped, hard-wrapped, controls made visible."""
        shown = to_display(text, limit=SHOWN_LIMIT)
        if self._colours is not None:
            self._colours.is_on = len(shown) <= _COLOUR_LIMIT
        if shown != self.toPlainText():
            self.setPlainText(shown)
