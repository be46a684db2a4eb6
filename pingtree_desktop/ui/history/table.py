"""The table of the history: the Qt face of the view-model's rows, and the view that shows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.storage.history import Summary
from pingtree_desktop.storage.history_reader import Sort
from pingtree_desktop.ui.history.columns import BY_KEY, COLUMNS, FIRST_COLUMNS, verdict_words
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history import HistoryModel, Topic

SUMMARY_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_PX = 31
NARROW_PX = 1040
_VERDICT = COLUMNS.index(BY_KEY["verdict"])

Index = QModelIndex | QPersistentModelIndex


class HistoryRows(QAbstractTableModel):
    """Rows of `HistoryModel`."""

    def __init__(self, model: HistoryModel, theme: Theme) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self._count = len(model.ids)
        model.changes.listen(self._model_changed)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return COLUMNS[section].title
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        column = COLUMNS[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(index.column())
        if role == Qt.ItemDataRole.FontRole and column.is_mono:
            return self._theme.mono
        if role not in {Qt.ItemDataRole.DisplayRole, SUMMARY_ROLE}:
            return None
        summary = self._model.row(index.row())
        if role == SUMMARY_ROLE:
            return summary
        if summary is None:
            return "\u2026" if index.column() == 0 else ""
        return to_display(column.cell(summary), limit=200, one_line=True)

    def id_at(self, row: int) -> int | None:
        """The entry's id of a row."""
        return self._model.ids[row] if 0 <= row < len(self._model.ids) else None

    def _model_changed(self, topic: Topic) -> None:
        edit = self._model.edit
        match topic:
            case Topic.RESET:
                self.beginResetModel()
                self._count = len(self._model.ids)
                self.endResetModel()
            case Topic.INSERTED | Topic.EXTENDED:
                self.beginInsertRows(QModelIndex(), edit.first, edit.first + edit.count - 1)
                self._count += edit.count
                self.endInsertRows()
            case Topic.REMOVED:
                self.beginRemoveRows(QModelIndex(), edit.first, edit.first + edit.count - 1)
                self._count -= edit.count
                self.endRemoveRows()
            case Topic.ROWS if self._count:
                last = self.index(self._count - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            case _:
                pass


def _alignment(section: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if COLUMNS[section].is_number else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class HistoryTable(QTableView):
    """The table: columns by choice, sorted by a click on a header, steady while rows come in."""

    def __init__(self, model: HistoryModel, theme: Theme) -> None:
        super().__init__()
        self._model = model
        self.rows = HistoryRows(model, theme)
        self._shown: tuple[str, ...] = FIRST_COLUMNS
        self.setObjectName("history.table")
        self.setAccessibleName("Exchanges")
        self.setModel(self.rows)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setItemDelegateForColumn(_VERDICT, VerdictDelegate(theme, self))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        side = self.verticalHeader()
        side.hide()
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setDefaultSectionSize(ROW_PX)
        header = self.horizontalHeader()
        header.setObjectName("history.header")
        header.setHighlightSections(False)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(56)
        for index, column in enumerate(COLUMNS):
            if column.width_px:
                header.resizeSection(index, column.width_px)
            else:
                header.setSectionResizeMode(index, QHeaderView.ResizeMode.Stretch)
        header.sectionClicked.connect(self._header_clicked)
        self._show_sort()
        self.rows.rowsInserted.connect(self._keep_place)
        self.show_columns(self._shown)

    def show_columns(self, keys: Sequence[str]) -> None:
        """Show these columns, in the table's own order; the time and the verdict always."""
        self._shown = tuple(dict.fromkeys((*keys, "time", "verdict")))
        self._lay_out()

    @property
    def shown_columns(self) -> tuple[str, ...]:
        return self._shown

    def selected_ids(self) -> list[int]:
        """The ids of the chosen rows, top to bottom."""
        chosen = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [one for row in chosen if (one := self.rows.id_at(row)) is not None]

    def show_entry(self, entry_id: int) -> bool:
        """Choose the row of an entry; False where the query does not show it."""
        row = self._model.row_of(entry_id)
        if row is None:
            return False
        self.selectRow(row)
        self.scrollTo(self.rows.index(row, 0), QAbstractItemView.ScrollHint.PositionAtCenter)
        return True

    def fit(self, width_px: int) -> None:
        """Leave out what a narrow window has no room for."""
        self._is_narrow = width_px < NARROW_PX
        self._lay_out()

    _is_narrow = False

    def _lay_out(self) -> None:
        for index, column in enumerate(COLUMNS):
            is_left_out = self._is_narrow and column.is_wide_only
            self.setColumnHidden(index, column.key not in self._shown or is_left_out)

    def _header_clicked(self, section: int) -> None:
        key = COLUMNS[section].sort
        if key is not None:
            now = self._model.sort
            is_descending = not now.is_descending if now.key is key else key.value in _DOWN_FIRST
            self._model.set_sort(Sort(key=key, is_descending=is_descending))
        self._show_sort()

    def _show_sort(self) -> None:
        sort = self._model.sort
        way = Qt.SortOrder.DescendingOrder if sort.is_descending else Qt.SortOrder.AscendingOrder
        section = next(i for i, column in enumerate(COLUMNS) if column.sort is sort.key)
        self.horizontalHeader().setSortIndicatorShown(True)
        self.horizontalHeader().setSortIndicator(section, way)

    def _keep_place(self, _parent: QModelIndex, first: int, last: int) -> None:
        """Rows that come in above what is being read push it down: scroll along with it."""
        bar = self.verticalScrollBar()
        if bar.value() > 0 and first * ROW_PX < bar.value():
            self.updateGeometries()
            bar.setValue(bar.value() + (last - first + 1) * ROW_PX)


_DOWN_FIRST = {"time", "amount", "elapsed_us", "request_bytes", "response_bytes", "http_status"}


class VerdictDelegate(QStyledItemDelegate):
    """Draws the verdict as a pill in its tone."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        summary = index.data(SUMMARY_ROLE)
        rect = option.rect
        t = self._theme
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, t.color("accent_soft"))
        painter.setPen(t.color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if isinstance(summary, Summary):
            words = verdict_words(summary)
            tone = MEANINGS[verdict_of(summary.verdict)].tone
            text, soft = t.tokens.tone(tone)
            font = option.font
            font.setPixelSize(12)
            font.setBold(True)
            painter.setFont(font)
            width = min(painter.fontMetrics().horizontalAdvance(words) + 18, rect.width() - 8)
            pill = QRectF(rect.left() + 8, rect.center().y() - 9, width, 19)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(soft))
            painter.drawRoundedRect(pill, 9.5, 9.5)
            painter.setPen(QColor(text))
            painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, words)
        painter.restore()
