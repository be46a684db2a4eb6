"""The LIVE switch of the window, and the way from a kept exchange back to its event."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from pingtree_desktop.domain.event import Event
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel

if TYPE_CHECKING:
    from pingtree_desktop.domain.exchange import Exchange


class ArmingPanel(QFrame):
    """The one deliberate act: an inline panel that says what LIVE does and offers to arm it."""

    armed = Signal()

    def __init__(self, model: ComposeModel, theme: Theme) -> None:
        super().__init__()
        del theme  # the style sheet colours it
        self._model = model
        self.setObjectName("arming")
        self.setProperty("role", "callout")
        self.setProperty("tone", "failed")
        self._title = label("", role="heading", wrap=True)
        text = label(
            "A send there fires a real event: a conversion triggers payout processing and buyer "
            "postbacks, and no test mode is documented. Arming allows sends for ten minutes.",
            wrap=True,
        )
        arm, leave = QPushButton("Arm LIVE for 10 minutes"), QPushButton("Leave it disarmed")
        arm.setProperty("kind", "danger")
        arm.setObjectName("arming.arm")
        leave.setObjectName("arming.leave")
        arm.clicked.connect(lambda _checked=False: self._arm())
        leave.clicked.connect(lambda _checked=False: self.hide())
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._title)
        words.addWidget(text)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 9, 12, 9)
        layout.setSpacing(10)
        layout.addLayout(words, 1)
        layout.addWidget(leave)
        layout.addWidget(arm)
        self._leave = leave
        self.hide()

    def ask(self) -> None:
        """Show the panel; the harmless button has the focus."""
        environment = self._model.environment
        words = f"{environment.name} is LIVE: {environment.base_url}"
        self._title.setText(outside(words, limit=300))
        self.show()
        # Focus moves after the click that opened it, so that key repeat cannot press it.
        QTimer.singleShot(0, self._leave.setFocus)

    def _arm(self) -> None:
        self.hide()
        self._model.arm()
        self.armed.emit()


def event_of(exchange: Exchange) -> Event | None:
    """The composed event of a kept exchange, or None when it was not recorded."""
    if not exchange.event_text:
        return None
    import json  # noqa: PLC0415 - not before the first frame

    from pingtree_desktop.storage.event_codec import event_from_json  # noqa: PLC0415 - likewise

    return event_from_json(json.loads(exchange.event_text))
