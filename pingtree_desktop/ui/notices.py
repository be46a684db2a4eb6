"""The line that says what happened, with one thing to do about it; never a modal dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton

from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme

_UNDO_MS = 12_000


class NoticeBar(QFrame):
    """One notice at a time, the newest.  Problems stay until closed, others go by themselves."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("role", "callout")
        self._action_call: Callable[[], object] | None = None
        self._text = label("", wrap=True, selectable=True)
        self._text.setObjectName("notice.text")
        self._button = QPushButton()
        self._button.setProperty("kind", "link")
        self._button.setObjectName("notice.action")
        self._button.clicked.connect(lambda _checked=False: self._act())
        close = QToolButton()
        close.setIcon(icon("close", theme.color("muted")))
        theme.changed.connect(lambda: close.setIcon(icon("close", theme.color("muted"))))
        close.setAccessibleName("Close this notice")
        close.clicked.connect(lambda _checked=False: self.hide())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 6, 8, 6)
        self.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._text, 1)
        layout.addWidget(self._button)
        layout.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(
        self,
        text: str,
        *,
        tone: str = "accent",
        action: str = "",
        call: Callable[[], object] | None = None,
        stays: bool = False,
    ) -> None:
        """Show a notice; `call` runs when its link is clicked; `stays` keeps it until closed."""
        self._text.setText(outside(text, limit=1_000))
        self._button.setText(action)
        self._button.setVisible(bool(action))
        self._action_call = call
        self.setProperty("tone", tone)
        self.style().unpolish(self)
        self.style().polish(self)
        if stays or tone == "failed":
            self._timer.stop()
        else:
            self._timer.start(_UNDO_MS)
        self.show()
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._text.text()))

    def problem(self, error: BaseException) -> None:
        """Show an error in its own words; it stays until closed."""
        self.say(str(error) or type(error).__name__, tone="failed")

    def _act(self) -> None:
        call, self._action_call = self._action_call, None
        self.hide()
        if call is not None:
            call()
