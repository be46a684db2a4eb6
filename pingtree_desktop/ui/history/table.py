"""The Qt face of the history's rows: it asks the view-model, which reads pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.storage.history import Summary
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history import HistoryModel, Topic

COLUMNS = ("Time", "Environment", "Campaign", "Event", "Transaction", "Verdict", "Message", "Took")
_VERDICT = COLUMNS.index("Verdict")
_MONO = {COLUMNS.index("Event"), COLUMNS.index("Transaction")}
SUMMARY_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


class HistoryTable(QAbstractTableModel):
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
            return COLUMNS[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = "AlignRight" if section == len(COLUMNS) - 1 else "AlignLeft"
            return Qt.AlignmentFlag[side] | Qt.AlignmentFlag.AlignVCenter
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = "AlignRight" if index.column() == len(COLUMNS) - 1 else "AlignLeft"
            return Qt.AlignmentFlag[side] | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.FontRole and index.column() in _MONO:
            return self._theme.mono
        if role not in {Qt.ItemDataRole.DisplayRole, SUMMARY_ROLE}:
            return None
        summary = self._model.row(index.row())
        if role == SUMMARY_ROLE:
            return summary
        if summary is None:
            return "\u2026" if index.column() == 0 else ""
        return to_display(_cell(summary, index.column()), limit=200, one_line=True)

    def id_at(self, row: int) -> int | None:
        """The entry's id of a row."""
        return self._model.ids[row] if 0 <= row < len(self._model.ids) else None

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.RESET:
                self.beginResetModel()
                self._count = len(self._model.ids)
                self.endResetModel()
            case Topic.INSERTED:
                self.beginInsertRows(QModelIndex(), 0, 0)
                self._count = len(self._model.ids)
                self.endInsertRows()
            case Topic.ROWS:
                last = self.index(self._count - 1, len(COLUMNS) - 1)
                self.dataChanged.emit(self.index(0, 0), last)
            case Topic.SELECTED | Topic.COUNT:
                pass


def _cell(summary: Summary, column: int) -> str:
    match COLUMNS[column]:
        case "Time":
            when = datetime.fromtimestamp(summary.started_ms / 1000).astimezone()
            now = datetime.now().astimezone()
            if when.date() == now.date():
                return f"{when:%H:%M:%S}"
            same_year = when.year == now.year
            return f"{when:%m-%d %H:%M:%S}" if same_year else f"{when:%Y-%m-%d %H:%M}"
        case "Environment":
            return summary.environment
        case "Campaign":
            return summary.campaign or summary.cid
        case "Event":
            return summary.event_id
        case "Transaction":
            return summary.transaction_id
        case "Verdict":
            return verdict_words(summary)
        case "Message":
            return summary.message
        case _:
            return "" if summary.elapsed_ms is None else f"{summary.elapsed_ms:,.0f} ms"


def verdict_words(summary: Summary) -> str:
    """`Fired · 200`, or what is known while it is being sent."""
    if summary.state == "sending":
        return "Sending\u2026"
    words = MEANINGS[verdict_of(summary.verdict)].label
    return f"{words} \u00b7 {summary.http_status}" if summary.http_status else words


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
