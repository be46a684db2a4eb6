"""What the tables of the History view share: their bearing, and cells drawn as tinted pills."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter
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
from pingtree_desktop.ui.theme import Theme

Index = QModelIndex | QPersistentModelIndex

LOOK_ROLE = Qt.ItemDataRole.UserRole + 1
ROW_PX = 30
_PAD_PX = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How a cell is drawn; colours are names of tokens.

    With `pill` the text stands in a rounded shape of that colour, with `fill` the whole cell is
    of it.
    """

    color: str = "text"
    pill: str = ""
    fill: str = ""
    is_bold: bool = False
    is_mono: bool = False
    is_right: bool = False


PLAIN = Look()
MONO = Look(is_mono=True)
NUMBER = Look(is_mono=True, is_right=True)
QUIET = Look(color="muted")


def bear(table: QTableView, theme: Theme, *, name: str, accessible: str) -> None:
    """Give a table the bearing of this view's tables; its cells are drawn by their LOOK_ROLE."""
    table.setObjectName(name)
    table.setAccessibleName(accessible)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setTabKeyNavigation(False)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    table.setItemDelegate(LookDelegate(theme, table))
    side = table.verticalHeader()
    side.hide()
    side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    side.setDefaultSectionSize(ROW_PX)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setSectionsClickable(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    theme.changed.connect(table.viewport().update)


def cell_text(text: str) -> str:
    """A text as one cell shows it."""
    return to_display(text, one_line=True)


class LookDelegate(QStyledItemDelegate):
    """Draws a cell by its `Look`, with a line below it."""

    def __init__(self, theme: Theme, parent: QTableView) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        found = index.data(LOOK_ROLE)
        look = found if isinstance(found, Look) else PLAIN
        text = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
        color = self._theme.color
        rect: QRect = option.rect
        is_selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if is_selected:
            painter.fillRect(rect, color("accent_soft"))
        elif look.fill:
            painter.fillRect(rect, color(look.fill))
        painter.setPen(color("border"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(color("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        painter.setFont(self._font(option.font, look))
        if look.pill and text:
            self._draw_pill(painter, rect, text, look)
        elif text:
            painter.setPen(color(look.color))
            inside = rect.adjusted(_PAD_PX, 0, -_PAD_PX, 0)
            side = Qt.AlignmentFlag.AlignRight if look.is_right else Qt.AlignmentFlag.AlignLeft
            mode = Qt.TextElideMode.ElideRight
            shown = painter.fontMetrics().elidedText(text, mode, inside.width())
            painter.drawText(inside, side | Qt.AlignmentFlag.AlignVCenter, shown)
        painter.restore()

    def _font(self, base: QFont, look: Look) -> QFont:
        font = QFont(self._theme.mono if look.is_mono else base)
        font.setPixelSize(12 if look.is_mono or look.pill else 13)
        if look.is_bold or look.pill:
            font.setWeight(QFont.Weight.DemiBold)
        return font

    def _draw_pill(self, painter: QPainter, rect: QRect, text: str, look: Look) -> None:
        wanted = painter.fontMetrics().horizontalAdvance(text) + 18
        width = min(wanted, rect.width() - _PAD_PX)
        pill = QRectF(rect.left() + _PAD_PX // 2, rect.center().y() - 9, width, 19)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.color(look.pill))
        painter.drawRoundedRect(pill, 9.5, 9.5)
        painter.setPen(QColor(self._theme.color(look.color)))
        inside = pill.adjusted(6, 0, -6, 0)
        mode = Qt.TextElideMode.ElideRight
        shown = painter.fontMetrics().elidedText(text, mode, int(inside.width()) + 1)
        painter.drawText(inside, Qt.AlignmentFlag.AlignCenter, shown)
