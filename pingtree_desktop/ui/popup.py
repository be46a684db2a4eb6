"""Where a popup goes on the screen, and how large it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget

_WIDEST_PX, _NARROWEST_PX = 620, 280
_MARGINS_PX = 52
"""What a row of a list has beside its text: its padding, the list's, and the scroll bar."""


def popup_place(anchor: QWidget, size: QSize) -> QPoint:
    """Where a popup of a size fits on the screen, below its anchor or else above it."""
    screen = anchor.screen().availableGeometry()
    below = QRect(anchor.mapToGlobal(QPoint(0, anchor.height() + 3)), size)
    if below.bottom() > screen.bottom():
        below.moveBottom(anchor.mapToGlobal(QPoint(0, -3)).y())
    if below.right() > screen.right():
        below.moveRight(screen.right())
    return QPoint(max(below.left(), screen.left()), max(below.top(), screen.top()))


def list_width(view: QWidget, texts: Sequence[str]) -> int:
    """How wide a list of these texts has to be, within reason; a longer one ends in an ellipsis."""
    metrics = view.fontMetrics()
    needed = max((metrics.horizontalAdvance(text) for text in texts), default=0)
    return max(_NARROWEST_PX, min(_WIDEST_PX, needed + _MARGINS_PX))
