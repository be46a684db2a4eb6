"""Keeps the open draft on disk while it is typed, so that a crash loses nothing.

A change is written at once, in the worker thread; writes never overlap, and the newest
draft always wins.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.storage.draft import Draft, save_draft
from pingtree_desktop.storage.places import Places

WAIT_S = 0.02


class DraftJournal:
    """Writes drafts; `on_state` is told `saving`, `saved` or the sentence of a failure."""

    def __init__(
        self,
        places: Places,
        disk: Executor,
        start: Callable[[Coroutine[Any, Any, Any]], object],
        on_state: Callable[[str], None],
    ) -> None:
        self._places, self._disk, self._start, self._on_state = places, disk, start, on_state
        self._next: Draft | None = None
        self._is_writing = False

    def note(self, draft: Draft) -> None:
        """Have this draft written soon."""
        self._next = draft
        self._on_state("saving")
        if not self._is_writing:
            self._is_writing = True
            self._start(self._write())

    async def _write(self) -> None:
        try:
            await asyncio.sleep(WAIT_S)
            await self.flush()
        finally:
            self._is_writing = False

    async def flush(self) -> None:
        """Write what waits now and return when it is safe, or told as a failure."""
        loop = asyncio.get_running_loop()
        while self._next is not None:
            draft, self._next = self._next, None
            try:
                await loop.run_in_executor(self._disk, save_draft, self._places, draft)
            except PingTreeError as error:
                self._on_state(f"Draft not saved: {error.problem}")
                return
        self._on_state("saved")
