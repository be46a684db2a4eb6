"""Lines to choose from, found by typing: with Ctrl+K every action and every profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from pingtree_desktop.domain.display import to_display

_CALL = Qt.ItemDataRole.UserRole + 1
_WIDTH_PX, _MOST_PX, _SHOWN = 560, 420, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of the palette and what it does."""

    text: str
    note: str
    call: Callable[[], object]


class Palette(QFrame):
    """A popup over the window; Enter runs the chosen line, Esc closes."""

    def __init__(self, window: QWidget, *, hint: str) -> None:
        super().__init__(window, Qt.WindowType.Popup)
        self.setProperty("role", "popup")
        self.setObjectName("palette")
        self._window = window
        self._entries: list[Entry] = []
        self._edit = QLineEdit()
        self._edit.setObjectName("palette.search")
        self._edit.setPlaceholderText(hint)
        self._edit.setAccessibleName(hint)
        self._model = QStandardItemModel(self)
        self._list = QListView()
        self._list.setModel(self._model)
        self._list.setFrameShape(QFrame.Shape.NoFrame)
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(8, 8, 8, 8)
        layout.addWidget(self._edit)
        layout.addWidget(self._list)
        self._edit.textChanged.connect(lambda _text: self._fill())
        self._edit.installEventFilter(self)
        self._list.clicked.connect(lambda _index: self._run())

    def open_with(self, entries: list[Entry]) -> None:
        """Show the palette over the top of the window."""
        self._entries = entries
        self._edit.clear()
        self._fill()
        lines = len(entries) * max(self._list.sizeHintForRow(0), 1)
        self.setFixedSize(_WIDTH_PX, min(_MOST_PX, lines + self._edit.sizeHint().height() + 40))
        left = (self._window.width() - _WIDTH_PX) // 2
        self.move(self._window.mapToGlobal(QPoint(max(0, left), 60)))
        self.show()
        self._edit.setFocus()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        row = self._list.currentIndex().row()
        match event.key():
            case Qt.Key.Key_Down:
                self._choose(row + 1)
            case Qt.Key.Key_Up:
                self._choose(row - 1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._run()
            case Qt.Key.Key_Escape:
                self.hide()
            case _:
                return False
        return True

    def _choose(self, row: int) -> None:
        if 0 <= row < self._model.rowCount():
            self._list.setCurrentIndex(self._model.index(row, 0))

    def _fill(self) -> None:
        words = self._edit.text().lower().split()
        self._model.clear()
        for entry in self._entries:
            haystack = f"{entry.text} {entry.note}".lower()
            if all(word in haystack for word in words):
                note = f"    {entry.note}" if entry.note else ""
                item = QStandardItem(to_display(entry.text + note, limit=160, one_line=True))
                item.setData(entry.call, _CALL)
                item.setEditable(False)
                self._model.appendRow(item)
                if self._model.rowCount() >= _SHOWN:
                    break
        self._choose(0)

    def _run(self) -> None:
        call = self._list.currentIndex().data(_CALL)
        self.hide()
        if callable(call):
            call()
