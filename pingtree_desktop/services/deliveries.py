"""Brings the results of the history's threads into the event loop, many with one wake-up.

`asyncio.wrap_future` wakes the loop once per result; at thousands of writes a second that costs
more than the writes.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

T = TypeVar("T")


class Deliveries:
    """Awaits futures of other threads in whichever loop the caller runs."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._arrived: dict[
            asyncio.AbstractEventLoop, deque[tuple[asyncio.Future[Any], Future[Any]]]
        ] = {}

    async def wait(self, future: Future[T]) -> T:
        """The result of a future.  A cancelled wait cancels the future if it has not begun."""
        loop = asyncio.get_running_loop()
        waiter: asyncio.Future[T] = loop.create_future()
        future.add_done_callback(lambda done: self._arrive(loop, waiter, done))
        try:
            return await waiter
        except asyncio.CancelledError:
            future.cancel()
            raise

    def _arrive(
        self, loop: asyncio.AbstractEventLoop, waiter: asyncio.Future[Any], done: Future[Any]
    ) -> None:
        with self._lock:
            queue = self._arrived.get(loop)
            if queue is not None:
                queue.append((waiter, done))
                return
            self._arrived[loop] = deque([(waiter, done)])
        try:
            loop.call_soon_threadsafe(self._deliver, loop)
        except RuntimeError:  # the loop has ended, and with it everybody who waited in it
            with self._lock:
                self._arrived.pop(loop, None)

    def _deliver(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._lock:
            queue = self._arrived.pop(loop)
        for waiter, done in queue:
            if waiter.done():
                continue
            try:
                error = done.exception(0)
            except CancelledError:
                waiter.cancel()
                continue
            if error is not None:
                waiter.set_exception(error)
            else:
                waiter.set_result(done.result(0))
