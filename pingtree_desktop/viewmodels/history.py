"""The state of the History screen: a vector of ids, pages of rows read on demand, one selection.

A million rows cost one array of 64-bit ids; a page is read when the view asks for one of its
rows.  Plain Python: the Qt table model on top asks `row(i)` and is told what changed.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Coroutine
from enum import Enum, auto
from typing import Any

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.judgement import Judgement, judge
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.storage.history import Summary
from pingtree_desktop.viewmodels.changes import Changes

PAGE = 200
_CACHED_PAGES = 50
_LOOK_FOR_ROW = 2_000

Start = Callable[[Coroutine[Any, Any, Any]], object]


class Topic(Enum):
    """RESET: other rows altogether.  INSERTED: one row on top.  ROWS: contents of some rows."""

    RESET = auto()
    INSERTED = auto()
    ROWS = auto()
    SELECTED = auto()
    COUNT = auto()


class HistoryModel:
    """The rows that a filter leaves, newest first."""

    def __init__(self, archive: Archive, start: Start) -> None:
        self.changes: Changes[Topic] = Changes()
        self.words = ""
        self.ids: array[int] = array("q")
        self.total = 0
        self.is_loading = False
        self.selected: Exchange | None = None
        self.judgement: Judgement | None = None
        self.problem = ""
        self._archive, self._start = archive, start
        self._pages: dict[int, list[Summary]] = {}
        self._wanted: set[int] = set()
        self._serial = 0
        self._refresh_number = 0
        archive.on_entry(self._entry_changed)

    # ---- rows -------------------------------------------------------------------------------

    def row(self, index: int) -> Summary | None:
        """The summary of a row, or None while its page is being read."""
        number = index // PAGE
        page = self._pages.get(number)
        if page is None:
            if number not in self._wanted:
                self._wanted.add(number)
                self._start(self._read_page(number))
            return None
        offset = index - number * PAGE
        return page[offset] if offset < len(page) else None

    def set_words(self, words: str) -> None:
        """Filter by words; the rows follow as soon as they are read."""
        if words != self.words:
            self.words = words
            self._start(self.refresh())

    async def refresh(self) -> None:
        """Read the ids anew; a later call overtakes an earlier one."""
        self._serial += 1
        self._refresh_number += 1
        number, words = self._refresh_number, self.words
        self.is_loading = True
        try:
            ids = await self._archive.ids(words)
            total = await self._archive.count()
        except PingTreeError as error:
            self.problem = str(error)
            ids, total = array("q"), self.total
        if number != self._refresh_number:
            return
        self.is_loading = False
        self.ids, self.total = ids, total
        self._forget_pages()
        self.changes.tell(Topic.RESET)
        self.changes.tell(Topic.COUNT)

    async def _read_page(self, number: int) -> None:
        serial = self._serial
        wanted = self.ids[number * PAGE : (number + 1) * PAGE]
        rows = await self._archive.page(wanted)
        self._wanted.discard(number)
        if serial != self._serial:
            return
        by_id = {row.id: row for row in rows}
        if list(self.ids[number * PAGE : (number + 1) * PAGE]) != list(wanted):
            return  # rows moved meanwhile: the view asks again
        self._pages[number] = [by_id[i] for i in wanted if i in by_id]
        while len(self._pages) > _CACHED_PAGES:
            self._pages.pop(next(iter(self._pages)))
        self.changes.tell(Topic.ROWS)

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._wanted.clear()

    def _entry_changed(self, entry_id: int, new: bool) -> None:
        if new:
            self.total += 1
            self.changes.tell(Topic.COUNT)
        if self.words or self.is_loading:  # what is being read may or may not hold it
            self._start(self.refresh())
        elif new:
            self.ids.insert(0, entry_id)
            self._forget_pages()
            self._serial += 1
            self.changes.tell(Topic.INSERTED)
        elif entry_id in self.ids[:_LOOK_FOR_ROW]:
            self._pages.pop(self.ids.index(entry_id) // PAGE, None)
            self._wanted.clear()  # a page on its way may hold the row as it was before
            self._serial += 1
            self.changes.tell(Topic.ROWS)

    # ---- selection --------------------------------------------------------------------------

    async def select(self, entry_id: int | None) -> None:
        """Read one entry whole."""
        if entry_id is None:
            self.selected, self.judgement = None, None
        else:
            try:
                exchange = await self._archive.get(entry_id)
            except PingTreeError as error:
                self.problem = str(error)
                self.selected, self.judgement = None, None
            else:
                self.problem = ""
                outcome = exchange.outcome
                self.selected = exchange
                self.judgement = judge(
                    outcome.response if outcome else None, outcome.failure if outcome else None
                )
        self.changes.tell(Topic.SELECTED)

    # ---- deleting ---------------------------------------------------------------------------

    async def delete(self, ids: list[int]) -> None:
        """Take entries out; `restore` puts the same ones back."""
        await self._archive.delete(ids)
        await self.select(None)
        await self.refresh()

    async def restore(self, ids: list[int]) -> None:
        await self._archive.undelete(ids)
        await self.refresh()
