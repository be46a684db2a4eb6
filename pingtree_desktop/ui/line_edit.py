"""A line of text that leaves the window's shortcuts to the window.

On X11 Qt's line edit keeps Ctrl+K, Ctrl+E and Ctrl+U for the editing commands of a terminal;
here they open the palette, choose the environment and make a new transaction id.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit

_WINDOW_KEYS = {Qt.Key.Key_K, Qt.Key.Key_E, Qt.Key.Key_U, Qt.Key.Key_D}


class LineEdit(QLineEdit):
    """QLineEdit without the terminal's editing keys."""

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.modifiers() == Qt.KeyboardModifier.ControlModifier
            and event.key() in _WINDOW_KEYS
        ):
            event.ignore()
            return True
        return super().event(event)
