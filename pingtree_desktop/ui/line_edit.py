"""A line of text that leaves the window's shortcuts to the window.

On X11 Qt's line edit keeps Ctrl+K, Ctrl+E and Ctrl+U for the editing commands of a terminal;
here they open the palette, choose the environment and make a new transaction id.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLineEdit

_UNDO_KEYS = {Qt.Key.Key_Z, Qt.Key.Key_Y}
_WINDOW_KEYS = {Qt.Key.Key_K, Qt.Key.Key_E, Qt.Key.Key_U, Qt.Key.Key_D}


class LineEdit(QLineEdit):
    """QLineEdit without the terminal's editing keys.

    A line of the form `leaves_undo` to the window: there one undo serves the whole form.
    """

    leaves_undo = False

    def event(self, event: QEvent) -> bool:
        if is_for_window(event, leaves_undo=self.leaves_undo):
            event.ignore()
            return True
        return super().event(event)


def is_for_window(event: QEvent, *, leaves_undo: bool) -> bool:
    """Whether a key that an editor would keep for itself is one of the window's shortcuts."""
    if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
        return False
    control = Qt.KeyboardModifier.ControlModifier
    if event.modifiers() == control and event.key() in _WINDOW_KEYS:
        return True
    return leaves_undo and (
        event.matches(QKeySequence.StandardKey.Undo)
        or event.matches(QKeySequence.StandardKey.Redo)
        or (bool(event.modifiers() & control) and event.key() in _UNDO_KEYS)
    )
