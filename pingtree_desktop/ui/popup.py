"""Where a popup goes on the screen."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtWidgets import QWidget


def popup_place(anchor: QWidget, size: QSize) -> QPoint:
    """Where a popup of a size fits on the screen, below its anchor or else above it."""
    screen = anchor.screen().availableGeometry()
    below = QRect(anchor.mapToGlobal(QPoint(0, anchor.height() + 3)), size)
    if below.bottom() > screen.bottom():
        below.moveBottom(anchor.mapToGlobal(QPoint(0, -3)).y())
    if below.right() > screen.right():
        below.moveRight(screen.right())
    return QPoint(max(below.left(), screen.left()), max(below.top(), screen.top()))
