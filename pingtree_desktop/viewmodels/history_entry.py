"""The chosen entry of the History screen: whole, with its verdict, its note and its labels."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum, auto

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.judgement import Judgement, judge
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.curation import Curation
from pingtree_desktop.viewmodels.changes import Changes


class EntryTopic(Enum):
    """SHOWN: another entry, or none.  REMARKS: its note, labels or pin."""

    SHOWN = auto()
    REMARKS = auto()


class EntryModel:
    """One entry, read whole."""

    def __init__(self, archive: Archive, curation: Curation) -> None:
        self.changes: Changes[EntryTopic] = Changes()
        self.exchange: Exchange | None = None
        self.judgement: Judgement | None = None
        self.problem = ""
        self._archive, self._curation = archive, curation
        self._serial = 0

    async def show(self, entry_id: int | None) -> None:
        """Read an entry; a later call overtakes an earlier one."""
        self._serial += 1
        serial = self._serial
        exchange, problem = None, ""
        if entry_id is not None:
            try:
                exchange = await self._archive.get(entry_id)
            except PingTreeError as error:
                problem = str(error)
        if serial == self._serial:
            self._take(exchange, problem)
            self.changes.tell(EntryTopic.SHOWN)

    def _take(self, exchange: Exchange | None, problem: str) -> None:
        self.exchange, self.problem, self.judgement = exchange, problem, None
        if exchange is not None:
            outcome = exchange.outcome
            self.judgement = judge(
                outcome.response if outcome else None, outcome.failure if outcome else None
            )

    async def set_note(self, note: str) -> None:
        """Keep a note on the entry."""
        if self.exchange is not None and note != self.exchange.note:
            entry_id = self.exchange.id
            await self._curation.set_note(entry_id, note)
            await self._read_again(entry_id)

    async def set_labels(self, labels: Sequence[str]) -> None:
        """Give the entry exactly these labels."""
        if self.exchange is not None:
            entry_id, before = self.exchange.id, self.exchange.labels
            await self._curation.change_labels(
                [entry_id],
                add=[label for label in labels if label not in before],
                remove=[label for label in before if label not in labels],
            )
            await self._read_again(entry_id)

    async def pin(self, *, is_pinned: bool) -> None:
        """Pin the entry or unpin it."""
        if self.exchange is not None:
            entry_id = self.exchange.id
            await self._curation.pin([entry_id], is_pinned=is_pinned)
            await self._read_again(entry_id)

    async def _read_again(self, entry_id: int) -> None:
        exchange = await self._archive.get(entry_id)
        if self.exchange is not None and self.exchange.id == entry_id:
            self._take(exchange, "")
            self.changes.tell(EntryTopic.REMARKS)
