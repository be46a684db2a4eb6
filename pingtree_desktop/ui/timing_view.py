"""A small waterfall of an exchange's phases, drawn from the figures in milliseconds."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pingtree_desktop.domain.exchange import Outcome, Phase
from pingtree_desktop.ui.theme import Theme

_WORDS = {
    "resolve": "Resolve name",
    "connect": "Connect",
    "tls": "TLS",
    "send": "Send",
    "wait": "Wait for reply",
    "receive": "Receive",
}
_ROW_PX = 26


class TimingView(QWidget):
    """One bar a phase, on one scale from the start to the end of the exchange."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._phases: tuple[Phase, ...] = ()
        self._total_ms = 0.0
        self._remote = ""
        self.setAccessibleName("Timing")
        theme.changed.connect(self.update)

    def show_outcome(self, outcome: Outcome | None) -> None:
        self._phases = outcome.phases if outcome else ()
        self._total_ms = outcome.elapsed_ms if outcome else 0.0
        self._remote = outcome.remote if outcome else ""
        self.setAccessibleDescription(self.as_text())
        self.updateGeometry()
        self.update()

    def as_text(self) -> str:
        """The figures as lines of text."""
        lines = [
            f"{_WORDS.get(p.name, p.name)}: {p.end_ms - p.start_ms:.2f} ms" for p in self._phases
        ]
        lines.append(f"Total: {self._total_ms:.2f} ms")
        if self._remote:
            lines.append(f"Server: {self._remote}")
        return "\n".join(lines)

    def sizeHint(self) -> QSize:
        return QSize(320, _ROW_PX * (len(self._phases) + 2) + 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        t = self._theme
        painter.setPen(t.color("border"))
        painter.setBrush(t.color("code"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        left, right = 12, self.width() - 12
        name_px, figure_px = 104, 84
        bar_left, bar_right = left + name_px, right - figure_px
        scale = max(self._total_ms, 0.001)
        vertical = Qt.AlignmentFlag.AlignVCenter
        y = 8
        for phase in self._phases:
            painter.setPen(t.color("text"))
            words = _WORDS.get(phase.name, phase.name)
            painter.drawText(QRectF(left, y, name_px, _ROW_PX), vertical, words)
            width = bar_right - bar_left
            start = bar_left + width * min(1.0, phase.start_ms / scale)
            length = max(2.0, width * min(1.0, (phase.end_ms - phase.start_ms) / scale))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(t.color("accent"))
            bar = QRectF(start, y + 8, min(length, bar_right - start + 2), _ROW_PX - 16)
            painter.drawRoundedRect(bar, 3, 3)
            painter.setPen(t.color("muted"))
            figure = f"{phase.end_ms - phase.start_ms:,.2f} ms"
            painter.drawText(
                QRectF(bar_right, y, figure_px, _ROW_PX),
                vertical | Qt.AlignmentFlag.AlignRight,
                figure,
            )
            y += _ROW_PX
        painter.setPen(t.color("text"))
        total = f"Total {self._total_ms:,.2f} ms"
        if self._remote:
            total += f"  \u00b7  server {self._remote}"
        if not self._phases:
            total = "No timing is known for this exchange."
        painter.drawText(QRectF(left, y, right - left, _ROW_PX), vertical, total)
        painter.end()
