"""What a person does to the history beside sending: notes, labels, pins, saved filters, clearing.

Removing for good and repairing run in small steps, so that a send never waits long for them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from pingtree_desktop.services.archive import Archive, stoppable
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.history_care import (
    PURGE_STEP,
    Findings,
    Removal,
    Stats,
)
from pingtree_desktop.storage.retention import Retention

Told = Callable[[int, int], None]
"""Called with how much is done, of how much."""


def _nobody(_done: int, _total: int) -> None:
    """Told to nobody."""


class Curation:
    """The annotating and housekeeping side of the archive."""

    def __init__(self, store: HistoryStore, archive: Archive) -> None:
        self._store, self._archive = store, archive

    # ---- remarks -------------------------------------------------------------------------------

    async def set_note(self, entry_id: int, note: str) -> None:
        await asyncio.wrap_future(self._store.remarks.set_note(entry_id, note))
        self._archive.tell(entry_id, new=False)

    async def change_labels(
        self, ids: Sequence[int], add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> None:
        await asyncio.wrap_future(self._store.remarks.change_labels(ids, add, remove))
        for entry_id in ids:
            self._archive.tell(entry_id, new=False)

    async def pin(self, ids: Sequence[int], *, is_pinned: bool) -> None:
        await asyncio.wrap_future(self._store.remarks.pin(ids, is_pinned=is_pinned))
        for entry_id in ids:
            self._archive.tell(entry_id, new=False)

    async def labels(self) -> list[str]:
        return await asyncio.wrap_future(self._store.remarks.labels())

    async def saved_filters(self) -> list[tuple[str, str]]:
        return await asyncio.wrap_future(self._store.remarks.saved_filters())

    async def save_filter(self, name: str, text: str) -> None:
        await asyncio.wrap_future(self._store.remarks.save_filter(name, text))

    async def forget_filter(self, name: str) -> None:
        await asyncio.wrap_future(self._store.remarks.forget_filter(name))

    # ---- removing for good ---------------------------------------------------------------------

    async def removable(self, retention: Retention) -> Removal:
        """What a retention would remove now."""
        return await asyncio.wrap_future(self._store.care.removable(retention))

    async def deleted(self, older_than_ms: int = 0) -> Sequence[int]:
        """The ids of entries that were deleted at least that long ago, and can still come back."""
        return await asyncio.wrap_future(self._store.care.deleted_ids(older_than_ms))

    async def purge_deleted(self, older_than_ms: int = 0, told: Told = _nobody) -> int:
        """Remove for good what was deleted at least that long ago; returns how many entries."""
        return await self.purge(await self.deleted(older_than_ms), told)

    async def purge(self, ids: Sequence[int], told: Told = _nobody) -> int:
        """Remove entries for good: rows, words and the bytes they left in the file and backups."""
        care, removed = self._store.care, 0
        for first in range(0, len(ids), PURGE_STEP):
            removed += await asyncio.wrap_future(care.purge(ids[first : first + PURGE_STEP]))
            told(min(first + PURGE_STEP, len(ids)), len(ids))
        if removed:
            is_first = True
            while await asyncio.wrap_future(care.erase_step(is_first=is_first)) > 0:
                is_first = False
            await asyncio.wrap_future(care.finish_purge())
        return removed

    # ---- looking after the file ----------------------------------------------------------------

    async def stats(self) -> Stats:
        return await asyncio.wrap_future(self._store.care.stats())

    async def compact(self) -> tuple[int, int]:
        """Rewrite the file without gaps; returns its bytes before and after."""
        return await asyncio.wrap_future(self._store.care.compact())

    async def verify(self, told: Told = _nobody) -> Findings:
        """Check the file and every record; `told` is called in another thread."""
        return await stoppable(lambda stop: self._store.care.verify(stop, told))

    async def rebuild_index(self) -> None:
        """Make the words of all entries anew."""
        last = await asyncio.wrap_future(self._store.care.rebuild_step(0))
        while last:
            last = await asyncio.wrap_future(self._store.care.rebuild_step(last))
