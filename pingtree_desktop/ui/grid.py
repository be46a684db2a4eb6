"""A small read-only table of texts, for short lists that are simply shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.ui.theme import Theme


class Grid(QTableView):
    """Rows of plain text; the column named `stretch` takes the remaining width."""

    def __init__(
        self,
        theme: Theme,
        columns: Sequence[tuple[str, int]],
        *,
        name: str,
        mono: Sequence[int] = (),
        right: Sequence[int] = (),
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(name.replace(".", " "))
        self._theme, self._mono, self._right = theme, set(mono), set(right)
        self._columns = columns
        self._model = QStandardItemModel(0, len(columns), self)
        self.setModel(self._model)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(30)
        self._set_header()

    def _set_header(self) -> None:
        self._model.setHorizontalHeaderLabels([title for title, _ in self._columns])
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        for index, (_, width) in enumerate(self._columns):
            if index in self._right:
                item = self._model.horizontalHeaderItem(index)
                side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                item.setTextAlignment(side)
            if width:
                header.resizeSection(index, width)
            else:
                header.setSectionResizeMode(index, QHeaderView.ResizeMode.Stretch)

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Replace all rows."""
        self._model.setRowCount(0)
        for row in rows:
            self._model.appendRow([self._cell(i, text) for i, text in enumerate(row)])

    def _cell(self, column: int, text: str) -> QStandardItem:
        item = QStandardItem(to_display(text, limit=200, one_line=True))
        item.setEditable(False)
        if column in self._mono:
            item.setFont(self._theme.mono)
        if column in self._right:
            item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        return item
