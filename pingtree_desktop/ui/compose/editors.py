"""The editors of the form, one per kind of field; each holds plain text and nothing else.

What is typed is kept as typed: an editor never corrects.  The mouse wheel never changes a value
(it is money), it scrolls the form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QStandardItem,
    QStandardItemModel,
    QWheelEvent,
)
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QListView, QWidget

from pingtree_desktop.domain.catalogue import Choice
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import set_tip
from pingtree_desktop.ui.popup import list_width
from pingtree_desktop.ui.theme import Theme

Suggestion = tuple[str, str]
"""A value and the line that explains it in the list."""

_VALUE_ROLE = Qt.ItemDataRole.UserRole + 1


class TextEdit(LineEdit):
    """A line of text with an optional muted hint at its right end."""

    edited = Signal()
    leaves_undo = True

    def __init__(self, theme: Theme, *, mono: bool = False) -> None:
        super().__init__()
        self._theme = theme
        self._hint = ""
        self._quiet = False
        self.setProperty("mono", mono)
        self.textChanged.connect(self._text_changed)

    def set_text(self, text: str) -> None:
        """Show a text without reporting it as an edit; the cursor stays where it can."""
        if text == self.text():
            return
        self._quiet = True
        place = self.cursorPosition()
        self.setText(text)
        self.setCursorPosition(min(place, len(text)) if self.hasFocus() else 0)
        self._quiet = False

    def set_hint(self, hint: str) -> None:
        """Show what the text means, in grey, at the right end, where there is room."""
        if hint != self._hint:
            self._hint = hint
            self.update()

    def add_button(self, name: str, tip: str, slot: Callable[[], object]) -> QAction:
        """A small icon at the right end that does something."""
        action = QAction(icon(name, self._theme.color("muted")), tip, self)
        set_tip(action, tip)
        action.triggered.connect(lambda _checked=False: slot())
        self.addAction(action, QLineEdit.ActionPosition.TrailingPosition)
        self._theme.changed.connect(lambda: action.setIcon(icon(name, self._theme.color("muted"))))
        return action

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._hint:
            return
        metrics = QFontMetrics(self._theme_font())
        buttons = 26 * len(self.actions())
        room = self.rect().adjusted(10, 0, -10 - buttons, 0)
        used = self.fontMetrics().horizontalAdvance(self.text() or self.placeholderText())
        wanted = metrics.horizontalAdvance(self._hint)
        if room.width() - used - 16 < wanted:
            return
        painter = QPainter(self)
        painter.setFont(self._theme_font())
        painter.setPen(self._theme.color("muted"))
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(room, flags, self._hint)
        painter.end()

    def _theme_font(self) -> QFont:
        font = self.window().font()
        font.setPixelSize(12)
        return font

    def _text_changed(self, _text: str) -> None:
        if not self._quiet:
            self.edited.emit()


class _ValueCompleter(QCompleter):
    """Completes to the value while matching anywhere in the explaining line."""

    def pathFromIndex(self, index: QModelIndex | QPersistentModelIndex) -> str:  # noqa: N802
        return str(index.data(_VALUE_ROLE))


class SuggestEdit(TextEdit):
    """Free text with a searchable list of suggestions behind a chevron (or Alt+Down)."""

    def __init__(
        self, theme: Theme, suggest: Callable[[], Sequence[Suggestion]], *, tip: str
    ) -> None:
        super().__init__(theme, mono=True)
        self._suggest = suggest
        self._completer: _ValueCompleter | None = None
        self.add_button("chevron-down", tip, self.open_list)

    def open_list(self) -> None:
        """Open the whole list, whatever is typed."""
        completer = self._fill()
        completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        completer.setCompletionPrefix("")
        completer.complete(self.rect())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        alt_down = (
            event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier
        )
        if alt_down or event.key() == Qt.Key.Key_F4:
            self.open_list()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        completer = self._fill()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        super().focusInEvent(event)

    def _fill(self) -> _ValueCompleter:
        if self._completer is None:
            completer = _ValueCompleter(self)
            completer.setModel(QStandardItemModel(completer))
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            completer.setMaxVisibleItems(10)
            popup = QListView()
            popup.setObjectName("completer")
            popup.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            completer.setPopup(popup)
            self.setCompleter(completer)
            self._completer = completer
        model = self._completer.model()
        assert isinstance(model, QStandardItemModel)
        model.clear()
        suggestions = self._suggest()
        shown = self._completer.popup()
        assert shown is not None
        shown.setMinimumWidth(list_width(shown, [line for _, line in suggestions]))
        for value, line in suggestions:
            item = QStandardItem(line)
            item.setData(value, _VALUE_ROLE)
            item.setEditable(False)
            model.appendRow(item)
        return self._completer


class ChoiceEdit(QComboBox):
    """A drop-down of documented values; an undocumented one is shown as what it is."""

    edited = Signal()

    def __init__(self, choices: Sequence[Choice]) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.addItem("Not sent", "")
        for choice in choices:
            self.addItem(f"{choice.label}  \u2192  {choice.value}", choice.value)
        self._documented = self.count()
        self.activated.connect(lambda _index: self.edited.emit())

    def text(self) -> str:
        return str(self.currentData() or "")

    def set_text(self, text: str) -> None:
        """Choose the entry of a value, adding one for an undocumented value."""
        while self.count() > self._documented:
            self.removeItem(self.count() - 1)
        place = self.findData(text)
        if place < 0:
            self.addItem(f"\u201c{text[:60]}\u201d (not documented)", text)
            place = self.count() - 1
        self.setCurrentIndex(place)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class DateEdit(TextEdit):
    """A date, with or without a time, typed or picked from a calendar."""

    def __init__(self, theme: Theme, *, with_time: bool) -> None:
        super().__init__(theme, mono=True)
        self._with_time = with_time
        self._picker: QWidget | None = None
        self.add_button("calendar", "Pick a date (Alt+Down)", self.open_calendar)

    def open_calendar(self) -> None:
        """Open the calendar under the field, at the typed date if there is one."""
        from pingtree_desktop.ui.compose.date_picker import DatePicker  # noqa: PLC0415 - lazy

        if not isinstance(self._picker, DatePicker):
            self._picker = DatePicker(self, self._theme, with_time=self._with_time)
            self._picker.picked.connect(self._take)
        self._picker.open_at(self.text(), self._below())

    def _below(self) -> QPoint:
        return self.mapToGlobal(QPoint(0, self.height() + 3))

    def _take(self, text: object) -> None:
        self.setText(str(text))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.open_calendar()
            return
        super().keyPressEvent(event)


Editor = TextEdit | ChoiceEdit
