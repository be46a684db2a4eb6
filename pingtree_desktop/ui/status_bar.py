"""The line at the bottom: where events go, how many are kept, the last send, the draft."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from pingtree_desktop.domain.environment import Danger
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic


class StatusBar(QFrame):
    """Words only, with one coloured dot that has the same meaning as the window's edge."""

    disarm_wanted = Signal()

    def __init__(self, model: ComposeModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("statusbar")
        self._model, self._theme = model, theme
        self._dot = label("\u25cf")
        self._where = label("")
        self._where.setObjectName("status.where")
        self._disarm = QPushButton("Disarm")
        self._disarm.setProperty("kind", "link")
        self._disarm.setObjectName("status.disarm")
        self._disarm.clicked.connect(lambda _checked=False: self.disarm_wanted.emit())
        self._history = label("")
        self._history.setObjectName("status.history")
        self._last = label("")
        self._draft = label("")
        self._draft.setObjectName("status.draft")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 3, 12, 3)
        layout.setSpacing(6)
        layout.addWidget(self._dot)
        layout.addWidget(self._where)
        layout.addWidget(self._disarm)
        layout.addSpacing(12)
        layout.addWidget(self._history)
        layout.addSpacing(12)
        layout.addWidget(self._last)
        layout.addStretch()
        layout.addWidget(self._draft)
        self.setMinimumHeight(28)
        model.changes.listen(self._model_changed)
        theme.changed.connect(self.refresh)
        self._tick = QTimer(self)
        self._tick.setInterval(500)
        self._tick.timeout.connect(self._ticked)
        self.refresh()

    def show_count(self, count: int) -> None:
        self._history.setText(f"History {count:,}")

    def show_draft(self, text: str) -> None:
        self._draft.setText(text)

    def refresh(self) -> None:
        model = self._model
        color = {Danger.SANDBOX: "good", Danger.TEST: "accent", Danger.LIVE: "bad"}
        token = color[model.environment.danger]
        self._dot.setStyleSheet(f"color: {self._theme.color(token).name()};")
        self._where.setText(outside(self._words(), limit=160))
        armed = model.is_live and model.arming.is_armed
        self._disarm.setVisible(armed)
        if armed and not self._tick.isActive():
            self._tick.start()

    def _words(self) -> str:
        model = self._model
        if model.blocked:
            return model.blocked
        if model.is_live:
            if model.arming.is_armed:
                return f"LIVE armed for {model.arming.countdown}: sends fire real payouts"
            return "LIVE \u2014 sends fire real payouts \u00b7 disarmed"
        if model.environment.is_embedded:
            if not model.sandbox_url:
                return "Sandbox is starting\u2026"
            host = model.sandbox_url.removeprefix("http://")
            return f"Sandbox listening on {host} \u00b7 SIMULATED"
        return f"{model.environment.name} \u00b7 {model.environment.base_url}"

    def _ticked(self) -> None:
        if not self._model.arming.is_armed:
            self._tick.stop()
            self._model.disarm()
        self.refresh()

    def _model_changed(self, topic: Topic) -> None:
        if topic is Topic.RESULT and self._model.result is not None:
            outcome = self._model.result.exchange.outcome
            if outcome is not None:
                self._last.setText(f"Last send {outcome.elapsed_ms:,.0f} ms")
        if topic in {Topic.TARGET, Topic.ARMING, Topic.LOADED}:
            self.refresh()
