"""A completer that replaces the word at the cursor of a line, not the whole line."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from pingtree_desktop.domain.completion import Choice, Completions
from pingtree_desktop.ui.popup import list_width

_ROWS_SHOWN = 9

Find = Callable[[str, int], Completions]
"""The choices for a text and a cursor."""

Put = Callable[[str, Completions, str], tuple[str, int]]
"""A text with a choice put in, and the cursor's new place."""


class WordCompleter(QObject):
    """Offers choices while a person types; Tab or Enter takes one."""

    def __init__(self, line: QLineEdit, *, find: Find, put: Put, name: str) -> None:
        super().__init__(line)
        self._line, self._find, self._put = line, find, put
        self._found = Completions(start=0, end=0, choices=())
        self._list = QStringListModel(self)
        self._popup = QCompleter(self._list, self)
        self._popup.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._popup.setMaxVisibleItems(_ROWS_SHOWN)
        self._popup.setWidget(line)
        self.view = QListView()
        self.view.setObjectName(name)
        self.view.setProperty("role", "list")
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._popup.setPopup(self.view)
        self.view.setItemDelegate(_ChoiceDelegate(self, lambda: self._found.choices))
        self.view.installEventFilter(self)
        self._popup.activated[str].connect(self.take)  # type: ignore[index]

    def offer(self) -> None:
        """Show what fits at the cursor; hide the list when nothing does."""
        self.show_choices(self._find(self._line.text(), self._line.cursorPosition()))

    def hide(self) -> None:
        """Offer nothing any more."""
        self._found = Completions(start=0, end=0, choices=())
        self.view.hide()

    def show_choices(self, found: Completions) -> None:
        """Show these choices."""
        if not found.choices:
            self.hide()
            return
        self._found = found
        self._list.setStringList([choice.text for choice in found.choices])
        width = list_width(self.view, [_words(one) for one in found.choices])
        widest = self._line.window().width() - 24
        left = self._line.cursorRect().left()
        # As high as the line, so that the list covers none of it, above or below.
        self._popup.complete(QRect(left, 0, min(widest, width), self._line.height()))

    def take(self, chosen: str) -> None:
        """Put a choice in, if it is still offered."""
        if not any(one.text == chosen for one in self._found.choices):
            return
        text, cursor = self._put(self._line.text(), self._found, chosen)
        self._line.setText(text)
        self._line.setCursorPosition(cursor)
        self.view.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
                event.accept()  # the window's Esc stops a send; this one is for the list
                return True
            if event.type() == QEvent.Type.KeyPress and self._key_pressed(event.key()):
                return True
        return super().eventFilter(watched, event)

    def _key_pressed(self, key: int) -> bool:
        """Do what a key means while the list is open; says whether that was all of it."""
        chosen = self.view.currentIndex()
        if key == Qt.Key.Key_Escape:
            self.hide()
        elif key == Qt.Key.Key_Tab:
            self.take(self._found.choices[chosen.row() if chosen.isValid() else 0].text)
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not chosen.isValid():
            self.hide()
        else:
            return False
        return True


def _words(choice: Choice) -> str:
    return f"{choice.text}    {choice.help}" if choice.help else choice.text


class _ChoiceDelegate(QStyledItemDelegate):
    """Shows a choice with what it means behind it."""

    def __init__(self, parent: QObject, choices: Callable[[], Sequence[Choice]]) -> None:
        super().__init__(parent)
        self._choices = choices

    def initStyleOption(self, option: QStyleOptionViewItem, index: object) -> None:
        super().initStyleOption(option, index)  # type: ignore[arg-type]
        choices = self._choices()
        row = index.row()  # type: ignore[attr-defined]
        if row < len(choices):
            option.text = _words(choices[row])

    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        """No wider than the list, so that a long text ends in an ellipsis."""
        size = super().sizeHint(option, index)
        size.setWidth(0)
        return size
