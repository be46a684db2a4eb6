"""Keeps every exchange: the `sending` row before the socket, the result before the verdict shows.

A thin asynchronous face on the history store, and the place where views learn that an entry was
added or changed.  It knows no screen.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Sequence

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.storage.history import HistoryStore, Summary

Listener = Callable[[int, bool], None]
"""Called with an entry's id and whether it is new (True) or changed (False)."""


class Archive:
    """The history as the rest of the program sees it."""

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._listeners: list[Listener] = []

    def on_entry(self, listener: Listener) -> None:
        """Have `listener` called in the event loop's thread after each commit."""
        self._listeners.append(listener)

    async def begin(self, exchange: Exchange) -> int:
        """Commit the `sending` row and return its id; only then may a byte leave."""
        entry_id = await asyncio.wrap_future(self._store.begin(exchange))
        self._tell(entry_id, new=True)
        return entry_id

    async def finish(self, entry_id: int, exchange: Exchange) -> None:
        """Commit the result."""
        await asyncio.wrap_future(self._store.finish(entry_id, exchange))
        self._tell(entry_id, new=False)

    async def ids(self, words: str = "") -> array[int]:
        return await asyncio.wrap_future(self._store.ids(words))

    async def page(self, ids: Sequence[int]) -> list[Summary]:
        return await asyncio.wrap_future(self._store.page(ids))

    async def newest(self, limit: int, words: str = "") -> list[Summary]:
        return await asyncio.wrap_future(self._store.newest(limit, words))

    async def get(self, entry_id: int) -> Exchange:
        return await asyncio.wrap_future(self._store.get(entry_id))

    async def for_transaction(self, transaction_id: str, limit: int) -> list[Summary]:
        return await asyncio.wrap_future(self._store.for_transaction(transaction_id, limit))

    async def count(self) -> int:
        return await asyncio.wrap_future(self._store.count())

    async def recent_values(self, column: str, limit: int) -> list[str]:
        return await asyncio.wrap_future(self._store.recent_values(column, limit))

    async def delete(self, ids: Sequence[int]) -> None:
        await asyncio.wrap_future(self._store.delete(ids))

    async def undelete(self, ids: Sequence[int]) -> None:
        await asyncio.wrap_future(self._store.undelete(ids))

    async def recover_in_doubt(self) -> int:
        """Mark what an ended program left `sending` as in doubt; returns how many."""
        return await asyncio.wrap_future(self._store.recover_in_doubt())

    def _tell(self, entry_id: int, *, new: bool) -> None:
        for listener in self._listeners:
            listener(entry_id, new)
