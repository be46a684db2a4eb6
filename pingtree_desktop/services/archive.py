"""Keeps every exchange: the `sending` row before the socket, the result before the verdict shows.

A thin asynchronous face on the history store, and the place where views learn that an entry was
added or changed.  It knows no screen.
"""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from typing import TypeVar

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.query import Everything, Query
from pingtree_desktop.services.deliveries import Deliveries
from pingtree_desktop.storage.history import HistoryStore, Summary, TakenIn
from pingtree_desktop.storage.history_reader import NEWEST_FIRST, Histogram, Progress, Sort

Listener = Callable[[int, bool], None]
"""Called with an entry's id and whether it is new (True) or changed (False)."""

T = TypeVar("T")
ALL = Everything()
_DELIVERIES = Deliveries()


class Archive:
    """The history as the rest of the program sees it."""

    def __init__(self, store: HistoryStore) -> None:
        self._store = store
        self._listeners: list[Listener] = []

    def on_entry(self, listener: Listener) -> None:
        """Have `listener` called in the event loop's thread after each commit."""
        self._listeners.append(listener)

    def tell(self, entry_id: int, *, new: bool) -> None:
        """Tell the listeners that an entry was added or changed."""
        for listener in self._listeners:
            listener(entry_id, new)

    # ---- writing -----------------------------------------------------------------------------

    async def begin(self, exchange: Exchange) -> int:
        """Commit the `sending` row and return its id; only then may a byte leave."""
        entry_id = await _DELIVERIES.wait(self._store.begin(exchange))
        self.tell(entry_id, new=True)
        return entry_id

    async def finish(self, entry_id: int, exchange: Exchange) -> None:
        """Commit the result."""
        await _DELIVERIES.wait(self._store.finish(entry_id, exchange))
        self.tell(entry_id, new=False)

    async def take_in(self, exchanges: Sequence[Exchange]) -> TakenIn:
        """Add finished exchanges from elsewhere; those that are there already are left out."""
        return await _DELIVERIES.wait(self._store.take_in(exchanges))

    async def delete(self, ids: Sequence[int]) -> None:
        await _DELIVERIES.wait(self._store.delete(ids))

    async def undelete(self, ids: Sequence[int]) -> None:
        await _DELIVERIES.wait(self._store.undelete(ids))

    async def recover_in_doubt(self) -> int:
        """Mark what an ended program left `sending` as in doubt; returns how many."""
        return await _DELIVERIES.wait(self._store.recover_in_doubt())

    # ---- reading -----------------------------------------------------------------------------

    async def ids(
        self,
        query: Query = ALL,
        sort: Sort = NEWEST_FIRST,
        progress: Callable[[Progress], None] | None = None,
    ) -> array[int]:
        """The ids that a query finds, in order; a cancelled call stops the search behind it.

        `progress` is called in another thread.
        """
        reader = self._store.reader
        return await stoppable(lambda stop: reader.ids(query, sort, stop, progress))

    async def histogram(self, query: Query = ALL, bars: int = 60) -> Histogram | None:
        """How many entries a query finds over time; None when it finds none."""
        return await stoppable(lambda stop: self._store.reader.histogram(query, bars, stop))

    async def newest(self, limit: int, query: Query = ALL) -> list[Summary]:
        return await _DELIVERIES.wait(self._store.reader.newest(limit, query))

    async def matching(self, ids: Sequence[int], query: Query) -> list[int]:
        """Those of some ids that a query finds."""
        return await _DELIVERIES.wait(self._store.reader.matching(ids, query))

    async def page(self, ids: Sequence[int]) -> list[Summary]:
        return await _DELIVERIES.wait(self._store.reader.page(ids))

    async def get(self, entry_id: int) -> Exchange:
        return await _DELIVERIES.wait(self._store.reader.get(entry_id))

    async def exchanges(self, ids: Sequence[int]) -> list[Exchange]:
        """Some entries whole, in the order of `ids`; damaged ones are left out."""
        return await _DELIVERIES.wait(self._store.reader.exchanges(ids))

    async def for_transaction(self, transaction_id: str, limit: int) -> list[Summary]:
        return await _DELIVERIES.wait(self._store.reader.for_transaction(transaction_id, limit))

    async def transaction_exchanges(self, transaction_id: str) -> list[Exchange]:
        """Everything that was sent for one transaction, oldest first."""
        return await _DELIVERIES.wait(self._store.reader.transaction_exchanges(transaction_id))

    async def pair_states(self, transaction_ids: Sequence[str]) -> list[tuple[str, str, str, bool]]:
        """(transaction, event, verdict, may have arrived) of each entry of some transactions."""
        return await _DELIVERIES.wait(self._store.reader.pair_states(transaction_ids))

    async def count(self) -> int:
        return await _DELIVERIES.wait(self._store.reader.count())

    async def version(self) -> int:
        """A number that changes with every commit, other programs' commits included."""
        return await _DELIVERIES.wait(self._store.reader.version())

    async def recent_values(self, column: str, limit: int) -> list[str]:
        return await _DELIVERIES.wait(self._store.reader.recent_values(column, limit))

    async def names(self, column: str) -> list[str]:
        """The texts that were ever sent in a column, those first seen last first."""
        return await _DELIVERIES.wait(self._store.reader.names(column))

    # ---- pair bank -----------------------------------------------------------------------------

    async def bank(self) -> list[str]:
        return await _DELIVERIES.wait(self._store.remarks.bank())

    async def set_bank(self, ids: Sequence[str]) -> None:
        await _DELIVERIES.wait(self._store.remarks.set_bank(ids))


async def stoppable(start: Callable[[threading.Event], Future[T]]) -> T:
    """Await a scan; when the waiting is cancelled, the scan is told to stop."""
    stop = threading.Event()
    try:
        return await _DELIVERIES.wait(start(stop))
    except asyncio.CancelledError:
        stop.set()
        raise
