"""Entries over time as bars in the verdicts' colours; dragging over them chooses a stretch."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from pingtree_desktop.domain.verdict import MEANINGS, Tone, verdict_of
from pingtree_desktop.storage.history_reader import Histogram
from pingtree_desktop.ui.plain import set_tip
from pingtree_desktop.ui.theme import Theme

_HEIGHT_PX = 62
_LABELS_PX = 15
_ORDER = (Tone.GOOD, Tone.REFUSED, Tone.FAILED, Tone.NEUTRAL)


class HistogramView(QWidget):
    """`range_chosen` carries (first, last) as UTC milliseconds, the last one exclusive."""

    range_chosen = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("history.histogram")
        self.setAccessibleName("Exchanges over time; drag, or press the arrow keys and Enter")
        self.setFixedHeight(_HEIGHT_PX)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self._theme = theme
        self._histogram: Histogram | None = None
        self._from: int | None = None
        self._to = 0
        theme.changed.connect(self.update)

    def show_histogram(self, histogram: Histogram | None) -> None:
        """Draw other counts; None draws nothing."""
        self._histogram, self._from = histogram, None
        self.setVisible(histogram is not None)
        self.update()

    # ---- painting ------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        histogram = self._histogram
        if histogram is None:
            return
        painter = QPainter(self)
        t = self._theme
        floor = self.height() - _LABELS_PX
        step = self.width() / len(histogram.bars)
        if self._from is not None or self.hasFocus():
            first, last = self._span()
            painter.fillRect(
                QRectF(first * step, 0, (last - first + 1) * step, floor), t.color("accent_soft")
            )
        highest = max((sum(bar.values()) for bar in histogram.bars), default=0) or 1
        for index, bar in enumerate(histogram.bars):
            base = float(floor)
            for tone in _ORDER:
                count = sum(n for word, n in bar.items() if MEANINGS[verdict_of(word)].tone is tone)
                if count:
                    height = max(1.5, count / highest * (floor - 4))
                    text, _soft = t.tokens.tone(tone)
                    rect = QRectF(index * step + 0.5, base - height, max(1.0, step - 1), height)
                    painter.fillRect(rect, QColor(text))
                    base -= height
        painter.setPen(t.color("border_strong"))
        painter.drawLine(QPointF(0, floor + 0.5), QPointF(self.width(), floor + 0.5))
        self._paint_times(painter, histogram, floor)

    def _paint_times(self, painter: QPainter, histogram: Histogram, floor: int) -> None:
        font = self.font()
        font.setPixelSize(11)
        painter.setFont(font)
        painter.setPen(self._theme.color("muted"))
        area = QRectF(0, floor + 1, self.width(), _LABELS_PX - 1)
        last_ms = histogram.start_ms + histogram.width_ms * len(histogram.bars)
        for at_ms, side in (
            (histogram.start_ms, Qt.AlignmentFlag.AlignLeft),
            ((histogram.start_ms + last_ms) // 2, Qt.AlignmentFlag.AlignHCenter),
            (last_ms, Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(area, side | Qt.AlignmentFlag.AlignVCenter, _moment(at_ms))

    # ---- choosing ------------------------------------------------------------------------------

    def _bar_at(self, x: float) -> int:
        bars = len(self._histogram.bars) if self._histogram else 1
        return max(0, min(bars - 1, int(x / max(1, self.width()) * bars)))

    def _span(self) -> tuple[int, int]:
        start = self._to if self._from is None else self._from
        return min(start, self._to), max(start, self._to)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._from = self._to = self._bar_at(event.position().x())
            self.update()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = self._bar_at(event.position().x())
        if self._from is not None:
            self._to = at
            self.update()
        set_tip(self, self._words(at))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self._from is not None:
            self._choose()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        bars = len(self._histogram.bars) if self._histogram else 1
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if step is not None:
            if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self._from = None
            elif self._from is None:
                self._from = self._to
            self._to = max(0, min(bars - 1, self._to + step))
            self.setAccessibleDescription(self._words(self._to))
            self.update()
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self._choose()
        else:
            super().keyPressEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _choose(self) -> None:
        histogram = self._histogram
        if histogram is None:
            return
        first, last = self._span()
        self._from = None
        start_ms = histogram.start_ms + first * histogram.width_ms
        end_ms = histogram.start_ms + (last + 1) * histogram.width_ms
        self.range_chosen.emit((start_ms, end_ms))

    def _words(self, bar: int) -> str:
        histogram = self._histogram
        if histogram is None:
            return ""
        counts = histogram.bars[bar]
        start = _moment(histogram.start_ms + bar * histogram.width_ms)
        end = _moment(histogram.start_ms + (bar + 1) * histogram.width_ms)
        lines = [f"{start} to {end}"] + [
            f"{MEANINGS[verdict_of(word)].label}: {count:,}"
            for word, count in sorted(counts.items(), key=lambda item: -item[1])
        ]
        return "\n".join(lines) if counts else f"{lines[0]}: nothing sent"


def _moment(at_ms: int) -> str:
    when = datetime.fromtimestamp(at_ms / 1000).astimezone()
    return f"{when:%Y-%m-%d %H:%M}"
