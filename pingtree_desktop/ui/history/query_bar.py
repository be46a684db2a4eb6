"""The line that searches the history: what may come next, what is wrong with it, saved searches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QStringListModel, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.query_completion import Choice, complete
from pingtree_desktop.domain.query_text import QueryError
from pingtree_desktop.domain.query_words import VOCABULARY
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside, set_tip, unkeyed
from pingtree_desktop.ui.theme import Theme

_WAIT_MS = 120
_ROWS_SHOWN = 9


class _ChoiceDelegate(QStyledItemDelegate):
    """Shows a choice with what it means behind it."""

    def __init__(self, parent: QObject, choices: Callable[[], Sequence[Choice]]) -> None:
        super().__init__(parent)
        self._choices = choices

    def initStyleOption(self, option: QStyleOptionViewItem, index: object) -> None:
        super().initStyleOption(option, index)  # type: ignore[arg-type]
        choices = self._choices()
        row = index.row()  # type: ignore[attr-defined]
        if row < len(choices) and choices[row].help:
            option.text = f"{choices[row].text}    {choices[row].help}"


class _QueryLine(LineEdit):
    """A line edit whose completer replaces the word at the cursor, not the whole line."""

    def __init__(self, values: Callable[[str], Sequence[str]]) -> None:
        super().__init__()
        self._values = values
        self._choices: tuple[Choice, ...] = ()
        self._from = self._to = 0
        self._list = QStringListModel(self)
        self._popup = QCompleter(self._list, self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.setMaxVisibleItems(_ROWS_SHOWN)
        self._popup.setWidget(self)
        self.popup_view = QListView()
        self.popup_view.setObjectName("history.choices")
        self._popup.setPopup(self.popup_view)
        self.popup_view.setItemDelegate(_ChoiceDelegate(self, lambda: self._choices))
        self.popup_view.installEventFilter(self)
        self._popup.activated[str].connect(self._take)  # type: ignore[index]
        self.textEdited.connect(lambda _text: self._offer())

    def offer_names(self) -> None:
        """Show every name that can be searched by."""
        self._choices = tuple(
            Choice(text=f"{term.name}:", help=f"{term.help}, as in {term.example}")
            for term in VOCABULARY
        )
        self._from = self._to = self.cursorPosition()
        self._show_choices()

    def _offer(self) -> None:
        found = complete(self.text(), self.cursorPosition(), self._values)
        self._choices, self._from, self._to = found.choices, found.start, found.end
        self._show_choices()

    def _show_choices(self) -> None:
        self._list.setStringList([choice.text for choice in self._choices])
        if not self._choices:
            self.popup_view.hide()
            return
        place = self.cursorRect()
        place.setWidth(min(560, max(320, self.width() - place.left())))
        place.translate(0, 6)
        self._popup.complete(place)

    def _take(self, text: str) -> None:
        before, after = self.text()[: self._from], self.text()[self._to :]
        is_name = text.endswith(":")
        self.setText(before + text + ("" if is_name or after.startswith(" ") else " ") + after)
        self.setCursorPosition(len(before) + len(text) + (not is_name))
        self.popup_view.hide()
        if is_name:
            QTimer.singleShot(0, self._offer)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            chosen = self.popup_view.currentIndex()
            if event.key() == Qt.Key.Key_Tab:
                row = chosen.row() if chosen.isValid() else 0
                self._take(self._choices[row].text)
                return True
            if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not chosen.isValid():
                self.popup_view.hide()
                return True
        return super().eventFilter(watched, event)


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
