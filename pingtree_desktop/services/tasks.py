"""Owns the program's background work: keeps it alive, reports failures, stops it on exit.

The event loop holds tasks weakly, so a task that nobody keeps can vanish half way, and a failed
task that is kept stays silent.  Every piece of background work is therefore started here.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import asyncio

T = TypeVar("T")


class Tasks:
    """The set of running background tasks."""

    def __init__(self, on_error: Callable[[BaseException], None]) -> None:
        self._on_error = on_error
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run a coroutine in the background; its failure reaches `on_error` once."""
        import asyncio  # noqa: PLC0415 - 28 ms that the first frame does not need

        loop = self._loop or asyncio.get_running_loop()
        task = loop.create_task(work, name=name)
        self._running.add(task)
        task.add_done_callback(self._finished)
        return task

    def bind(
        self, loop: asyncio.AbstractEventLoop, on_error: Callable[[BaseException], None]
    ) -> None:
        """Run everything in this loop and report failures here from now on.

        Qt may ask for work (a row to paint) in a moment in which the loop is not running.
        """
        self._loop, self._on_error = loop, on_error

    async def stop(self, *, timeout_s: float = 5.0) -> int:
        """Cancel whatever still runs and wait until it has cleaned up.

        Returns how many tasks did not end within `timeout_s` seconds.
        """
        import asyncio  # noqa: PLC0415 - see start

        running = set(self._running)
        for task in running:
            task.cancel()
        if not running:
            return 0
        _, pending = await asyncio.wait(running, timeout=timeout_s)
        return len(pending)

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._on_error(error)
