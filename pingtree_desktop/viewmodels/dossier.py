"""The state of the Transaction page: one transaction's account, kept up to date while it is seen.

The sums and states are `domain.dossier`; here is only when they are worked out anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from enum import Enum, auto
from typing import Any, Protocol

from pingtree_desktop.domain.dossier import Dossier, dossier
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.viewmodels.changes import Changes

Start = Callable[[Coroutine[Any, Any, Any]], object]
_TOLD_EVERY_S = 0.3


class TransactionSource(Protocol):
    """Where a transaction's exchanges are read from, and who tells of new ones."""

    async def transaction_exchanges(self, transaction_id: str) -> Sequence[Exchange]: ...

    def on_entry(self, listener: Callable[[int, bool], None]) -> None: ...


class DossierTopic(Enum):
    """SHOWN: another account, a newer one, a problem, or still reading."""

    SHOWN = auto()


def _no_events() -> frozenset[str]:
    return frozenset()


class DossierModel:
    """One transaction.  `multi_events` gives the ids of the multi-trigger events known now."""

    def __init__(
        self,
        archive: TransactionSource,
        start: Start,
        multi_events: Callable[[], frozenset[str]] = _no_events,
    ) -> None:
        self.changes: Changes[DossierTopic] = Changes()
        self.transaction_id = ""
        self.dossier: Dossier | None = None
        self.is_loading = False
        self.problem = ""
        self._archive, self._start, self._multi_events = archive, start, multi_events
        self._serial = 0
        self._is_watched = self._is_stale = self._is_flushing = False
        archive.on_entry(self._entry_changed)

    def show(self, transaction_id: str) -> None:
        """Show a transaction's account; an empty id shows none."""
        self._start(self.load(transaction_id))

    async def load(self, transaction_id: str) -> None:
        """Read everything of a transaction; a later call overtakes an earlier one."""
        self._serial += 1
        if transaction_id != self.transaction_id:
            self.dossier = None
        self.transaction_id = transaction_id
        self.is_loading, self.problem = bool(transaction_id), ""
        self.changes.tell(DossierTopic.SHOWN)
        if transaction_id:
            await self._read(self._serial)

    async def refresh(self) -> None:
        """Read the shown transaction anew, without a word meanwhile."""
        if self.transaction_id:
            self._serial += 1
            await self._read(self._serial)

    async def _read(self, serial: int) -> None:
        found, problem = None, ""
        self._is_stale = False
        try:
            exchanges = await self._archive.transaction_exchanges(self.transaction_id)
            if serial == self._serial:
                found = await asyncio.to_thread(
                    dossier, self.transaction_id, exchanges, self._multi_events()
                )
        except PingTreeError as error:
            problem = str(error)
        if serial == self._serial:
            self.dossier, self.problem, self.is_loading = found, problem, False
            self.changes.tell(DossierTopic.SHOWN)

    # ---- following -----------------------------------------------------------------------------

    def watch(self, *, is_watched: bool) -> None:
        """Follow new entries while somebody looks; what was missed is read at once."""
        self._is_watched = is_watched
        self._follow()

    def _entry_changed(self, _entry_id: int, _new: bool) -> None:
        self._is_stale = True
        self._follow()

    def _follow(self) -> None:
        if self._is_watched and self._is_stale and self.transaction_id and not self._is_flushing:
            self._is_flushing = True
            self._start(self._flush())

    async def _flush(self) -> None:
        """Read anew now, and again a moment later while entries keep coming."""
        try:
            while self._is_stale and self._is_watched:
                await self.refresh()
                await asyncio.sleep(_TOLD_EVERY_S)
        finally:
            self._is_flushing = False
