"""A card of the form: a heading that collapses, a count, and fields in as many columns as fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.ui.plain import label

MIN_COLUMN_PX = {1: 200, 2: 236, 3: 172, 5: 100}


class Columns(QWidget):
    """Places widgets in a grid whose number of columns follows the width."""

    def __init__(self, max_columns: int) -> None:
        super().__init__()
        self._max = max_columns
        self._items: list[tuple[QWidget, int]] = []
        self._placed = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(9)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.setSizePolicy(policy)
        self.setMinimumWidth(160)

    def add(self, widget: QWidget, *, span: int = 1) -> None:
        """Append a widget; `span` 0 means a whole row."""
        self._items.append((widget, span))
        widget.setParent(self)
        widget.installEventFilter(self)

    def place(self) -> None:
        """Lay the visible widgets out again, in their order."""
        self._placed = self._fitting()
        for widget, _ in self._items:
            self._grid.removeWidget(widget)
        row = column = 0
        for widget, span in self._items:
            if _is_taken_out(widget):
                continue
            wide = self._placed if span == 0 else min(span, self._placed)
            if column + wide > self._placed:
                row, column = row + 1, 0
            self._grid.addWidget(widget, row, column, 1, wide, Qt.AlignmentFlag.AlignTop)
            column += wide
        for index in range(self._max):
            self._grid.setColumnStretch(index, 1 if index < self._placed else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self._fitting() != self._placed:
            self.place()

    def eventFilter(self, _watched: object, event: QEvent) -> bool:
        if event.type() in {QEvent.Type.HideToParent, QEvent.Type.ShowToParent}:
            self.place()
        return False

    def _fitting(self) -> int:
        least = MIN_COLUMN_PX[self._max]
        fitting = max(1, (self.width() + 12) // (least + 12))
        if fitting >= self._max:
            return self._max
        # Five columns fall to three or less; four would leave an orphan in every row.
        return int(min(fitting, 3) if self._max == 5 else fitting)


def _is_taken_out(widget: QWidget) -> bool:
    """Whether a widget was hidden on purpose (a new one is hidden too, until its window shows)."""
    return widget.isHidden() and widget.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


class Card(QFrame):
    """A titled frame around `Columns`."""

    toggled = Signal(object)

    def __init__(self, title: str, *, max_columns: int, name: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName(f"card.{name}")
        self.title, self._number = title, 0
        self.columns = Columns(max_columns)
        self._head = QToolButton()
        self._head.setProperty("role", "card-head")
        self._head.setCheckable(True)
        self._head.setChecked(True)
        self._head.setObjectName(f"card.{name}.toggle")
        self._head.setAccessibleName(f"{title} fields")
        self._head.toggled.connect(self._toggled)
        self._count = label("", role="small")
        self._warnings = label("", role="advice")
        self._warnings.setObjectName(f"card.{name}.warnings")
        self._warnings.hide()
        top = QHBoxLayout()
        top.setContentsMargins(0, 0, 0, 0)
        top.addWidget(self._head)
        top.addStretch()
        top.addWidget(self._warnings)
        top.addWidget(self._count)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(14, 9, 14, 12)
        self._layout.setSpacing(6)
        self._layout.addLayout(top)
        self._layout.addWidget(self.columns)
        self._show_head()

    @property
    def is_open(self) -> bool:
        return self._head.isChecked()

    def set_open(self, is_open: bool) -> None:
        self._head.setChecked(is_open)

    def set_count(self, text: str) -> None:
        self._count.setText(text)

    def set_warnings(self, number: int) -> None:
        """How many warnings stand in the card; a closed one would hide them."""
        self._number = number
        self._warnings.setText(f"\u26a0 {number}")
        self._warnings.setAccessibleName(f"{number} pieces of advice in {self.title}")
        self._warnings.setVisible(number > 0 and not self.is_open)

    def _toggled(self, is_open: bool) -> None:
        self.columns.setVisible(is_open)
        self._show_head()
        self.set_warnings(self._number)
        self.toggled.emit(is_open)

    def _show_head(self) -> None:
        is_open = self._head.isChecked()
        self._head.setText(("\u25be " if is_open else "\u25b8 ") + self.title)
        self._layout.setContentsMargins(14, 9, 14, 12 if is_open else 9)
