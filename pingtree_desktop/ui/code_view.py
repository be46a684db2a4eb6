"""Read-only text of requests and replies: plain, monospaced, coloured as JSON, bounded.

A long text is cut and hard-wrapped before Qt sees it: one unbroken line of 256 KB would hold
the window for seconds.
"""

from __future__ import annotations

import re

from PySide6.QtGui import (
    QSyntaxHighlighter,
    QTextCharFormat,
    QTextDocument,
    QTextOption,
)
from PySide6.QtWidgets import QPlainTextEdit

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.ui.theme import Theme

SHOWN_LIMIT = 256_000
_COLOUR_LIMIT = 60_000
_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<string>"(?:[^"\\]|\\.)*"?)'
    r"|(?P<number>-?\b\d[\d.eE+-]*)|(?P<word>\b(?:true|false|null)\b)"
)


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
        for found in _TOKEN.finditer(text):
            kind = found.lastgroup
            if kind is not None:
                # Qt counts UTF-16 units, Python code points; they differ only beyond the BMP.
                start = len(text[: found.start()].encode("utf-16-le", "surrogatepass")) // 2
                length = len(found[0].encode("utf-16-le", "surrogatepass")) // 2
                self.setFormat(start, length, self._formats[kind])


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
