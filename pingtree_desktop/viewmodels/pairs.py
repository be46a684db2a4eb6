"""The state of the Pair bank page: transaction ids × events, rows worked out when asked for.

A hundred thousand ids cost one list; the states of a page of them are read when the view asks
for one of its rows.  What is offered as unused is always read anew: another window may send too.
"""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import Any, Protocol

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.id_list import parse_ids
from pingtree_desktop.domain.pairs import (
    UNTRIED,
    Pair,
    PairState,
    Use,
    Uses,
    next_unused,
    pair_uses,
)
from pingtree_desktop.domain.profile import EventKind
from pingtree_desktop.storage.files import read_text
from pingtree_desktop.viewmodels.changes import Changes

Start = Callable[[Coroutine[Any, Any, Any]], object]
PAGE = 500
MOST_EVENTS = 60
FILE_LIMIT_BYTES = 20_000_000
_CACHED_PAGES = 60
_TOLD_EVERY_S = 0.3

_REASONS = {
    PairState.UNUSED: "it may be used.",
    PairState.MULTI: "it may be used again.",
    PairState.FIRED: "it was fired, and another send would be a duplicate.",
    PairState.DUPLICATE: "the server called it a duplicate.",
    PairState.UNKNOWN: "something may have arrived, and nobody knows what became of it.",
}


class PairSource(Protocol):
    """Where the bank is kept, and what the history says of its ids."""

    async def pair_states(
        self, transaction_ids: Sequence[str]
    ) -> Sequence[tuple[str, str, str, bool]]: ...

    async def bank(self) -> list[str]: ...

    async def set_bank(self, ids: Sequence[str]) -> None: ...

    def on_entry(self, listener: Callable[[int, bool], None]) -> None: ...


class PairsTopic(Enum):
    """RESET: other rows or columns.  ROWS: their contents.  STATE: words, and what may be done."""

    RESET = auto()
    ROWS = auto()
    STATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairLine:
    """One id with its use for each event, in the events' order."""

    transaction_id: str
    uses: tuple[Use, ...]


class PairsModel:
    """The bank's grid, and the next unused pair."""

    def __init__(self, archive: PairSource, start: Start) -> None:
        self.changes: Changes[PairsTopic] = Changes()
        self.ids: list[str] = []
        self.events: tuple[EventKind, ...] = ()
        self.chosen_event = ""
        self.filter: PairState | None = None
        self.is_loading = False
        self.is_scanning = False
        self.scanned = 0
        self.said: tuple[str, ...] = ()
        self.problem = ""
        self.offered: Pair | None = None
        self._archive, self._start = archive, start
        self._known: dict[str, EventKind] = {}
        self._pages: dict[int, Uses] = {}
        self._wanted: set[int] = set()
        self._visible: array[int] | None = None
        self._before: list[str] | None = None
        self._editing = asyncio.Lock()
        self._serial = self._changes_seen = 0
        self._is_watched = self._is_stale = self._is_flushing = False
        archive.on_entry(self._entry_changed)

    # ---- rows ----------------------------------------------------------------------------------

    @property
    def row_count(self) -> int:
        """How many rows the filter leaves."""
        return len(self.ids) if self._visible is None else len(self._visible)

    def row(self, index: int) -> PairLine | None:
        """A row, or None while its page is being read."""
        at = index if self._visible is None else self._visible[index]
        page = self._pages.get(at // PAGE)
        if page is None:
            self._want(at // PAGE)
            return None
        transaction_id = self.ids[at]
        uses = tuple(page.get((transaction_id, event.id), UNTRIED) for event in self.events)
        return PairLine(transaction_id=transaction_id, uses=uses)

    def id_at(self, index: int) -> str:
        """The transaction id of a row."""
        return self.ids[index if self._visible is None else self._visible[index]]

    def pair_at(self, row: int, column: int) -> Pair | None:
        """The pair of a cell, when it may be used: unused, or of a multi-trigger event."""
        line = self.row(row)
        if line is None or line.uses[column].state not in {PairState.UNUSED, PairState.MULTI}:
            return None
        return Pair(transaction_id=line.transaction_id, event_id=self.events[column].id)

    def refuse(self, row: int, column: int) -> None:
        """Say why the pair of a cell is not offered."""
        line = self.row(row)
        if line is not None:
            pair = f"{self.events[column].id} of {line.transaction_id[:80]}"
            self.problem = f"{pair} is not offered: {_REASONS[line.uses[column].state]}"
            self.changes.tell(PairsTopic.STATE)

    def _want(self, number: int) -> None:
        if number not in self._wanted:
            self._wanted.add(number)
            self._start(self._read_page(number))

    async def _read_page(self, number: int) -> None:
        serial, changes = self._serial, self._changes_seen
        try:
            uses = await self._uses(self.ids[number * PAGE : (number + 1) * PAGE])
        except PingTreeError as error:
            self._fail(error)
            return  # it stays among the wanted: asked for again after the next change
        if serial == self._serial:
            self._wanted.discard(number)
            self._keep(number, uses)
            self.changes.tell(PairsTopic.ROWS)
            if changes != self._changes_seen:  # something was sent while it was being read
                self._is_stale = True
                self._follow()

    async def _uses(self, ids: Sequence[str]) -> Uses:
        return pair_uses(await self._archive.pair_states(ids), self.multi_events)

    def _keep(self, number: int, uses: Uses) -> None:
        self._pages[number] = uses
        while len(self._pages) > _CACHED_PAGES:
            self._pages.pop(next(iter(self._pages)))

    def _fail(self, error: PingTreeError) -> None:
        self.problem = str(error)
        self.changes.tell(PairsTopic.STATE)

    # ---- events --------------------------------------------------------------------------------

    @property
    def multi_events(self) -> frozenset[str]:
        """The ids of the events that may be fired again."""
        return frozenset(event.id for event in self.events if event.multi_trigger)

    @property
    def event_text(self) -> str:
        """The events as a person edits them: ids with commas."""
        return ", ".join(event.id for event in self.events)

    def set_events(self, events: Sequence[EventKind]) -> None:
        """Take the columns from a campaign's event settings."""
        self._known = {event.id: event for event in events}
        self._take_events(events)

    def set_event_text(self, text: str) -> None:
        """Take the columns from ids with commas; those of the campaign keep what is known."""
        names = dict.fromkeys(part.strip() for part in text.split(",") if part.strip())
        self._take_events([self._known.get(name) or EventKind(id=name) for name in names])

    def _take_events(self, events: Sequence[EventKind]) -> None:
        taken = tuple({event.id: event for event in events if event.id}.values())[:MOST_EVENTS]
        if taken == self.events:
            return
        self.events = taken
        if self.chosen_event not in {event.id for event in taken}:
            self.chosen_event = ""
        self._reset()

    def choose_event(self, event_id: str) -> None:
        """Filter and offer for one event only; an empty id means any."""
        if event_id != self.chosen_event:
            self.chosen_event = event_id
            self._reset()

    # ---- the bank ------------------------------------------------------------------------------

    async def load(self) -> None:
        """Read the bank."""
        async with self._editing:
            self.is_loading, self.problem = True, ""
            self.changes.tell(PairsTopic.STATE)
            try:
                self.ids = await self._archive.bank()
            except PingTreeError as error:
                self.problem = str(error)
            self.is_loading = False
            self._reset()

    async def add_text(self, text: str) -> None:
        """Add the transaction ids in a pasted or read text to the bank."""
        async with self._editing:
            found = await asyncio.to_thread(parse_ids, text, frozenset(self.ids))
            if await self._save([*self.ids, *found.ids] if found.ids else self.ids):
                self.said = found.sentences
                self.changes.tell(PairsTopic.STATE)

    async def add_file(self, path: Path) -> None:
        """Add the transaction ids in a text, CSV or TSV file."""
        try:
            text = await asyncio.to_thread(read_text, path, limit_bytes=FILE_LIMIT_BYTES)
        except PingTreeError as error:
            self._fail(error)
            return
        await self.add_text(text)

    async def remove(self, rows: Sequence[int]) -> None:
        """Take some rows' ids out of the bank; the history keeps what was sent for them."""
        gone = {self.id_at(row) for row in rows}
        await self._take_out(gone)

    async def clear(self) -> None:
        """Take all ids out of the bank."""
        await self._take_out(set(self.ids))

    async def _take_out(self, gone: set[str]) -> None:
        async with self._editing:
            before = self.ids
            if gone and await self._save([one for one in before if one not in gone]):
                self._before = before
                words = "1 id" if len(gone) == 1 else f"{len(gone):,} ids"
                self.said = (f"{words} taken out of the bank.",)
                self.changes.tell(PairsTopic.STATE)

    @property
    def may_undo(self) -> bool:
        """Whether what was taken out last can be put back."""
        return self._before is not None

    async def undo(self) -> None:
        """Put back what was taken out last."""
        async with self._editing:
            before = self._before
            if before is not None and await self._save(before):
                self.said = ("The ids are back in the bank.",)
                self.changes.tell(PairsTopic.STATE)

    async def _save(self, ids: list[str]) -> bool:
        self.problem, self.said = "", ()
        if ids is not self.ids:
            try:
                await self._archive.set_bank(ids)
            except PingTreeError as error:
                self._fail(error)
                return False
            self.ids, self._before = ids, None
            self._reset()
        return True

    # ---- the filter ----------------------------------------------------------------------------

    def set_filter(self, state: PairState | None) -> None:
        """Show only ids with a pair in this state; None shows all."""
        if state is not self.filter:
            self.filter = state
            self._reset()

    def _reset(self) -> None:
        """Forget what is known of the rows, and filter them anew."""
        self._serial += 1
        self._pages.clear()
        self._wanted.clear()
        self.is_scanning, self.scanned = False, 0
        self._visible = None if self.filter is None else array("l")
        self.changes.tell(PairsTopic.RESET)
        self.changes.tell(PairsTopic.STATE)
        if self.filter is not None and self.ids and self.events:
            self.is_scanning = True
            self._start(self._scan(self._serial, self.filter))

    async def _scan(self, serial: int, wanted: PairState) -> None:
        """Find the rows that the filter leaves; they show page by page."""
        columns = self._chosen_ids()
        try:
            for start in range(0, len(self.ids), PAGE):
                page = self.ids[start : start + PAGE]
                uses = await self._uses(page)
                if serial != self._serial or self._visible is None:
                    return
                found = [
                    start + offset
                    for offset, one in enumerate(page)
                    if any(uses.get((one, c), UNTRIED).state is wanted for c in columns)
                ]
                self._keep(start // PAGE, uses)
                self.scanned = start + len(page)
                self._visible.extend(found)
                self.changes.tell(PairsTopic.RESET if found else PairsTopic.STATE)
        except PingTreeError as error:
            if serial == self._serial:
                self._fail(error)
        if serial == self._serial:
            self.is_scanning = False
            self.changes.tell(PairsTopic.STATE)

    def _chosen_ids(self) -> list[str]:
        return [self.chosen_event] if self.chosen_event else [event.id for event in self.events]

    # ---- the next unused pair ------------------------------------------------------------------

    @property
    def why_not(self) -> str:
        """Why no pair can be offered now, and what to do; empty when one can be asked for."""
        if self.is_loading:
            return "The bank is being read."
        if not self.ids:
            return "The bank is empty: paste or import transaction ids first."
        if not self.events:
            return "No event is named: write at least one event id first."
        return ""

    async def next_unused(self) -> Pair | None:
        """The first unused pair by the bank's order, read anew; None says why in `problem`."""
        self.problem, self.said = self.why_not, ()
        if self.problem:
            self.changes.tell(PairsTopic.STATE)
            return None
        try:
            self.offered = await self._find_unused()
        except PingTreeError as error:
            self._fail(error)
            return None
        if self.offered is None:
            what = self.chosen_event or "any of these events"
            self.problem = (
                f"No pair is left for {what}: every one is used up, or nobody knows whether it "
                "is. Add more transaction ids."
            )
        self.changes.tell(PairsTopic.STATE)
        return self.offered

    async def _find_unused(self) -> Pair | None:
        columns, ids = self._chosen_ids(), self.ids
        uses: dict[tuple[str, str], Use] = {}
        for page in _chunks(ids):
            found = await self._uses(page)
            if pair := next_unused(page, columns, found):
                return pair
            uses.update(found)
        multi = self.multi_events
        return next_unused(ids, columns, uses, multi=multi, after=self.offered) if multi else None

    # ---- following -----------------------------------------------------------------------------

    def watch(self, *, is_watched: bool) -> None:
        """Follow new entries while somebody looks; what was missed is read at once."""
        self._is_watched = is_watched
        self._follow()

    def _entry_changed(self, _entry_id: int, _new: bool) -> None:
        self._changes_seen += 1
        self._is_stale = True
        self._follow()

    def _follow(self) -> None:
        if self._is_watched and self._is_stale and self.ids and not self._is_flushing:
            self._is_flushing = True
            self._start(self._flush())

    async def _flush(self) -> None:
        """Show the states as they are now, and again a moment later while entries keep coming."""
        try:
            while self._is_stale and self._is_watched:
                self._is_stale = False
                await self._read_again()
                await asyncio.sleep(_TOLD_EVERY_S)
        finally:
            self._is_flushing = False

    async def _read_again(self) -> None:
        """Read the known pages anew; a filter keeps the rows that it left, with their new states.

        Rows that left and came back while one works through them would be lost from sight.
        """
        serial = self._serial
        for number in list(self._pages):
            try:
                uses = await self._uses(self.ids[number * PAGE : (number + 1) * PAGE])
            except PingTreeError as error:
                self._fail(error)
                return
            if serial != self._serial:
                return
            self._pages[number] = uses
        self.changes.tell(PairsTopic.ROWS)


def _chunks(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(ids), PAGE):
        yield ids[start : start + PAGE]
