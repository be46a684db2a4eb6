"""The small window shown when the program cannot open its workspace."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme


def show_refusal(app: QApplication, error: PingTreeError) -> None:
    """Show the sentence and wait until the window is closed (no other loop runs yet)."""
    theme = Theme(app)
    page = QWidget()
    page.setObjectName("page")
    page.setWindowTitle("PingTree Desktop")
    page.setMinimumWidth(480)
    layout = QVBoxLayout(page)
    layout.setContentsMargins(22, 20, 22, 18)
    layout.setSpacing(10)
    layout.addWidget(label("The workspace cannot be opened", role="title"))
    layout.addWidget(label(outside(error.problem), wrap=True, selectable=True))
    layout.addWidget(label(outside(error.remedy), role="muted", wrap=True, selectable=True))
    close = QPushButton("Close")
    close.clicked.connect(lambda _checked=False: app.quit())
    layout.addWidget(close)
    app.setQuitOnLastWindowClosed(True)
    theme.dress()
    page.show()
    app.exec()
    theme.deleteLater()
