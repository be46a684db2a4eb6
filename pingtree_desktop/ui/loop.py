"""The event loop: asyncio on Qt's own loop, with timers that can be cancelled.

qasync 0.28 gives every `call_later` a Qt timer of its own and keeps it until its deadline even
when the handle is cancelled; one HTTP request cancels several, and Windows allows about 10,000
timers in a process.  Here they live in one heap behind one precise QTimer.  It can go once
qasync frees cancelled timers itself.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import os
from collections.abc import Callable
from contextvars import Context
from typing import Any

os.environ.setdefault("QT_API", "pyside6")

import qasync
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication


class AppEventLoop(qasync.QEventLoop):  # type: ignore[misc]
    """A qasync loop whose timers live in one heap behind one QTimer."""

    def __init__(self, app: QApplication) -> None:
        self._heap: list[asyncio.TimerHandle] = []
        self._cancelled_count = 0
        super().__init__(app)
        self._alarm = QTimer()
        self._alarm.setSingleShot(True)
        self._alarm.setTimerType(Qt.TimerType.PreciseTimer)
        self._alarm.timeout.connect(self._fire_due)

    def call_later(
        self,
        delay: float,
        callback: Callable[..., Any],
        *args: Any,
        context: Context | None = None,
    ) -> Any:
        if delay <= 0:
            return super().call_later(0, callback, *args, context=context)
        return self.call_at(self.time() + delay, callback, *args, context=context)

    def call_at(
        self,
        when: float,
        callback: Callable[..., Any],
        *args: Any,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)
        handle._scheduled = True  # type: ignore[attr-defined]  # asyncio's own flag
        heapq.heappush(self._heap, handle)
        if self._heap[0] is handle:
            self._rearm()
        return handle

    def _timer_handle_cancelled(self, _handle: asyncio.TimerHandle) -> None:
        """Sweep the heap now and then.  This is asyncio's own hook."""
        self._cancelled_count += 1
        if self._cancelled_count > 100 and self._cancelled_count > len(self._heap) // 2:
            self._heap = [handle for handle in self._heap if not handle.cancelled()]
            heapq.heapify(self._heap)
            self._cancelled_count = 0

    def _rearm(self) -> None:
        while self._heap and self._heap[0].cancelled():
            heapq.heappop(self._heap)
        if self._heap:
            wait_ms = math.ceil((self._heap[0].when() - self.time()) * 1000)
            self._alarm.start(min(max(0, wait_ms), 2_000_000_000))
        else:
            self._alarm.stop()

    def _fire_due(self) -> None:
        now = self.time()
        while self._heap and (self._heap[0].cancelled() or self._heap[0].when() <= now):
            handle = heapq.heappop(self._heap)
            handle._scheduled = False  # type: ignore[attr-defined]
            if not handle.cancelled():
                self._add_callback(handle)
        self._rearm()
