"""Advice as lines under an editor: what, a link that puts it right, and why on hovering.

Advice is an amber note and never a wall: nothing here can block a send.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.domain.fix import Fix
from pingtree_desktop.ui.plain import label, outside, set_tip, unkeyed


class AdviceNotes(QWidget):
    """The notes of one row; `fixed` carries the Fix whose link was clicked."""

    fixed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Advice, ...] = ()
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)

    def show_advice(self, advice: tuple[Advice, ...]) -> None:
        """Show exactly these notes; none hides the whole."""
        if advice != self._shown:
            self._shown = advice
            while (item := self._layout.takeAt(0)) is not None:
                old = item.widget()
                if old is not None:
                    old.hide()
                    old.deleteLater()
            for one in advice:
                self._add(one)
        self.setVisible(bool(advice))

    def _add(self, advice: Advice) -> None:
        is_warning = advice.level == "warning"
        mark = "\u26a0 " if is_warning else ""
        said = mark + outside(advice.text, limit=400)
        line = label(said, role="advice" if is_warning else "note", wrap=True)
        line.setAccessibleDescription(advice.why)
        set_tip(line, advice.why)
        self._layout.addWidget(line)
        if advice.fix is not None:
            button = fix_link(advice.fix, f"advice.{advice.wire}.fix")
            button.clicked.connect(lambda _checked=False, f=advice.fix: self.fixed.emit(f))
            self._layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


def fix_link(fix: Fix, name: str) -> QPushButton:
    """A link that says what it will do; `name` is its name for automation."""
    button = QPushButton(unkeyed(outside(fix.label, limit=120)))
    button.setProperty("kind", "link")
    button.setObjectName(name)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    return button
