"""The line that searches the history: what may come next, what is wrong with it, saved searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.completion import Choice, Completions
from pingtree_desktop.domain.query_completion import complete
from pingtree_desktop.domain.query_text import QueryError
from pingtree_desktop.domain.query_words import VOCABULARY
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside, set_tip, unkeyed
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.ui.word_completer import WordCompleter

_WAIT_MS = 120


class _QueryLine(LineEdit):
    """A line with choices for the word at the cursor."""

    def __init__(self, values: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._completer = WordCompleter(
            self,
            find=lambda text, cursor: complete(text, cursor, values),
            put=self._put,
            name="history.choices",
        )
        self.popup_view = self._completer.view
        self.textEdited.connect(lambda _text: self._completer.offer())

    def offer_names(self) -> None:
        """Show every name that can be searched by."""
        choices = tuple(
            Choice(text=f"{term.name}:", help=f"{term.help}, as in {term.example}")
            for term in VOCABULARY
        )
        at = self.cursorPosition()
        self._completer.show_choices(Completions(start=at, end=at, choices=choices))

    def _put(self, text: str, found: Completions, chosen: str) -> tuple[str, int]:
        before, after = text[: found.start], text[found.end :]
        is_name = chosen.endswith(":")
        space = "" if is_name or after.startswith(" ") else " "
        if is_name:
            QTimer.singleShot(0, self._completer.offer)
        return before + chosen + space + after, len(before) + len(chosen) + (not is_name)


class QueryBar(QWidget):
    """`asked` carries the search's text a moment after the last key."""

    asked = Signal(object)
    save_wanted = Signal(object)
    forget_wanted = Signal(object)

    def __init__(self, theme: Theme, values: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._theme = theme
        self._saved: Sequence[tuple[str, str]] = ()
        self.line = _QueryLine(values)
        self.line.setObjectName("history.filter")
        self.line.setAccessibleName("Search the history")
        self.line.setPlaceholderText(
            "Search: words, status:4xx, verdict:duplicate, since:7d, sub1:aff-220\u2026  (Ctrl+F)"
        )
        self.line.setClearButtonEnabled(True)
        search = self.line.addAction(
            icon("search", theme.color("muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        self._names = QToolButton()
        self._names.setText("Filters \u25be")
        self._names.setObjectName("history.names")
        set_tip(self._names, "Everything that can be searched by, and saved searches")
        self._names.setAccessibleName("Filters and saved searches")
        self._names.clicked.connect(lambda _checked=False: self._open_menu())
        self._problem = label("", role="warn", wrap=True)
        self._problem.setObjectName("history.problem")
        self._problem.hide()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_WAIT_MS)
        self._wait.timeout.connect(lambda: self.asked.emit(self.line.text().strip()))
        self.line.textChanged.connect(lambda _text: self._wait.start())
        self.line.returnPressed.connect(lambda: self.asked.emit(self.line.text().strip()))
        self._row = QHBoxLayout()
        self._row.setSpacing(8)
        self._row.addWidget(self.line, 1)
        self._row.addWidget(self._names)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._row)
        layout.addWidget(self._problem)
        theme.changed.connect(lambda: search.setIcon(icon("search", theme.color("muted"))))

    def add_beside(self, widget: QWidget) -> None:
        """Put a widget behind the line, on its height."""
        self._row.addWidget(widget)

    def show_error(self, error: QueryError | None) -> None:
        """Say what is wrong with the search, below it; None when all is well."""
        self._problem.setVisible(error is not None)
        self.line.setProperty("state", "bad" if error else "")
        self.line.style().unpolish(self.line)
        self.line.style().polish(self.line)
        if error is not None:
            self._problem.setText(outside(str(error), limit=300))

    def show_saved(self, saved: Sequence[tuple[str, str]]) -> None:
        """Offer saved searches: (name, text)."""
        self._saved = saved

    def add_term(self, term: str, *, instead_of: Sequence[str] = ()) -> None:
        """Put a term at the end; terms of the same names make room for it."""
        kept = [
            word
            for word in self.line.text().split(" ")
            if word and not any(word.startswith(f"{name}:") for name in instead_of)
        ]
        self.line.setText(" ".join((*kept, term)).strip())

    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("history.filters.menu")
        for name, text in self._saved:
            action = menu.addAction(unkeyed(outside(name, limit=60)))
            set_tip(action, text)
            action.triggered.connect(lambda _c=False, t=text: self.line.setText(t))
        if self._saved:
            menu.addSeparator()
        text = self.line.text().strip()
        keep = menu.addAction("Save this search\u2026")
        keep.setEnabled(bool(text))
        keep.triggered.connect(lambda _c=False: self.save_wanted.emit(text))
        known = next((name for name, kept in self._saved if kept == text and text), "")
        if known:
            forget = menu.addAction(unkeyed(f"Forget \u201c{outside(known, limit=40)}\u201d"))
            forget.triggered.connect(lambda _c=False: self.forget_wanted.emit(known))
        menu.addSeparator()
        names = menu.addAction("All filter names\u2026")
        names.triggered.connect(lambda _c=False: QTimer.singleShot(0, self._show_names))
        menu.popup(self._names.mapToGlobal(self._names.rect().bottomLeft()))

    def _show_names(self) -> None:
        self.line.setFocus()
        self.line.offer_names()
