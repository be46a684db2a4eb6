"""An empty page that teaches: a title, one sentence, and one button that does the next thing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.ui.plain import label, outside


class Teaching(QWidget):
    """`clicked` is emitted when the next thing is wanted."""

    clicked = Signal()

    def __init__(self, *, name: str) -> None:
        super().__init__()
        self._title = label("", role="heading")
        self._text = label("", role="muted", wrap=True)
        self._text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._text.setObjectName(f"{name}.text")
        self.button = QPushButton()
        self.button.setObjectName(name)
        self.button.clicked.connect(lambda _checked=False: self.clicked.emit())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 12, 24, 12)
        layout.addStretch()
        layout.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._text)
        layout.addSpacing(4)
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()

    def say(self, title: str, text: str, button: str) -> None:
        """Show these words; without a button's word there is none."""
        self._title.setText(title)
        self._text.setText(outside(text, limit=400))
        self.button.setText(button)
        self.button.setVisible(bool(button))
