"""The rows of the History screen: a vector of ids in order, pages of lines read on demand.

A million rows cost one array of 64-bit ids; a page is read when the view asks for one of its
rows.  Plain Python: the Qt table model on top asks `row(i)` and is told what changed, ten times a
second at most.
"""

from __future__ import annotations

import asyncio
from array import array
from bisect import bisect_left
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.query import Everything, Query, is_slow
from pingtree_desktop.domain.query_text import QueryError, parse
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.storage.history import Summary
from pingtree_desktop.storage.history_reader import NEWEST_FIRST, Histogram, Progress, Sort
from pingtree_desktop.viewmodels.changes import Changes

PAGE = 200
BARS = 96
_CACHED_PAGES = 50
_TOLD_EVERY_S = 0.1
_SORTED_AGAIN_AFTER_S = 1.0

Start = Callable[[Coroutine[Any, Any, Any]], "asyncio.Task[Any]"]


class Topic(Enum):
    """RESET: other rows.  INSERTED, REMOVED, EXTENDED: see `HistoryModel.edit`.  ROWS: contents."""

    RESET = auto()
    INSERTED = auto()
    REMOVED = auto()
    EXTENDED = auto()
    ROWS = auto()
    COUNT = auto()
    PROBLEM = auto()
    HISTOGRAM = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Rows that came or went: `count` of them from row `first` on."""

    first: int
    count: int


class HistoryModel:
    """The rows that a query leaves, newest first unless sorted otherwise."""

    def __init__(
        self,
        archive: Archive,
        start: Start,
        now: Callable[[], datetime] = lambda: datetime.now().astimezone(),
    ) -> None:
        self.changes: Changes[Topic] = Changes()
        self.text = ""
        self.query: Query = Everything()
        self.query_error: QueryError | None = None
        self.sort = NEWEST_FIRST
        self.ids: array[int] = array("q")
        self.total = 0
        self.is_loading = False
        self.is_counting = False
        self.progress: Progress | None = None
        self.histogram: Histogram | None = None
        self.problem = ""
        self.edit = Edit(first=0, count=0)
        self._archive, self._start, self._now = archive, start, now
        self._pages: dict[int, list[Summary]] = {}
        self._wanted: set[int] = set()
        self._serial = 0
        self._search: asyncio.Task[Any] | None = None
        self._dirty: dict[int, bool] = {}
        self._flusher: asyncio.Task[Any] | None = None
        self._version = -1
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

    def row_of(self, entry_id: int) -> int | None:
        """The row of an entry, or None where the query does not show it."""
        if self.sort == NEWEST_FIRST:
            at = bisect_left(self.ids, -entry_id, key=lambda one: -one)
            return at if at < len(self.ids) and self.ids[at] == entry_id else None
        return self.ids.index(entry_id) if entry_id in self.ids else None

    # ---- searching ---------------------------------------------------------------------------

    def set_text(self, text: str) -> None:
        """Search by a query as a person writes it; a mistake in it leaves the rows as they are."""
        if text == self.text and self.query_error is None:
            return
        self.text = text
        try:
            query = parse(text, now=self._now())
        except QueryError as error:
            self.query_error = error
            self.changes.tell(Topic.PROBLEM)
            return
        self.query_error = None
        self.query = query
        self.changes.tell(Topic.PROBLEM)
        self.search()

    def set_sort(self, sort: Sort) -> None:
        """Order the rows; they follow as soon as they are read."""
        if sort != self.sort:
            self.sort = sort
            self.search()

    def search(self) -> None:
        """Read the rows anew; a search that still runs is stopped."""
        if self._search is not None:
            self._search.cancel()
        self._search = self._start(self.refresh())

    async def refresh(self) -> None:
        """Read the rows anew: the first page at once, then all, then the counts over time."""
        self._serial += 1
        serial, query, sort = self._serial, self.query, self.sort
        self.is_loading, self.progress, self.problem = True, None, ""
        self.changes.tell(Topic.COUNT)
        try:
            if sort == NEWEST_FIRST and not is_slow(query):
                await self._show_first(serial, query)
            ids = await self._archive.ids(query, sort, self._progress_from(serial))
            if serial == self._serial:
                self._show_all(ids)
            total = await self._archive.count()
            histogram = await self._archive.histogram(query, BARS)
        except PingTreeError as error:
            if serial != self._serial:
                return
            self.problem = str(error)
            self._replace(array("q"))
        else:
            if serial != self._serial:
                return
            self.total, self.histogram = total, histogram
        finally:
            if serial == self._serial:
                self.is_loading, self.progress = False, None
        self.changes.tell(Topic.HISTOGRAM)
        self.changes.tell(Topic.COUNT)

    def stop(self) -> None:
        """Stop a search that takes too long; what was found so far stays."""
        if self._search is not None and self.is_loading:
            self._serial += 1
            self._search.cancel()
            self.is_loading, self.progress = False, None
            self.problem = "The search was stopped; what it had found is shown."
            self.changes.tell(Topic.COUNT)

    async def _show_first(self, serial: int, query: Query) -> None:
        rows = await self._archive.newest(PAGE, query)
        if serial == self._serial:
            self._replace(array("q", (row.id for row in rows)))
            if rows:
                self._pages[0] = rows

    def _show_all(self, ids: array[int]) -> None:
        known = len(self.ids)
        self.is_loading = False
        if known and ids[:known] == self.ids:
            self.ids = ids
            self._pages = {0: self._pages[0]} if 0 in self._pages and known >= PAGE else {}
            self.edit = Edit(first=known, count=len(ids) - known)
            if self.edit.count:
                self.changes.tell(Topic.EXTENDED)
        else:
            self._replace(ids)
        self.changes.tell(Topic.COUNT)

    def _replace(self, ids: array[int]) -> None:
        self.ids = ids
        self._forget_pages()
        self.changes.tell(Topic.RESET)

    def _progress_from(self, serial: int) -> Callable[[Progress], None]:
        """Brings the scanner's progress into the loop's thread, and drops a stale one."""
        loop = asyncio.get_running_loop()

        def show(progress: Progress) -> None:
            if serial == self._serial and self.is_loading:
                self.progress = progress
                self.changes.tell(Topic.COUNT)

        def bring(progress: Progress) -> None:
            loop.call_soon_threadsafe(show, progress)

        return bring

    async def _read_page(self, number: int) -> None:
        serial = self._serial
        wanted = self.ids[number * PAGE : (number + 1) * PAGE]
        try:
            rows = await self._archive.page(wanted)
        except PingTreeError as error:
            self.problem = str(error)
            self.changes.tell(Topic.COUNT)
            return  # it stays among the wanted: asked for again after the next search
        self._wanted.discard(number)
        if serial != self._serial or self.ids[number * PAGE : (number + 1) * PAGE] != wanted:
            self.changes.tell(Topic.ROWS)  # rows moved meanwhile: the view asks again
            return
        by_id = {row.id: row for row in rows}
        self._pages[number] = [by_id[i] for i in wanted if i in by_id]
        while len(self._pages) > _CACHED_PAGES:
            self._pages.pop(next(iter(self._pages)))
        self.changes.tell(Topic.ROWS)

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._wanted.clear()

    # ---- following -----------------------------------------------------------------------------

    async def look_for_others(self) -> None:
        """Search anew if another program changed the history since the last look."""
        version = await self._archive.version()
        if version == self._version:
            return
        self._version = version
        newest = await self._archive.newest(1)
        known = max(self.ids[0] if self.ids and self.sort == NEWEST_FIRST else 0, self._newest_own)
        if newest and newest[0].id > known and not self.is_loading:
            self._newest_own = newest[0].id
            self.search()

    _newest_own = 0

    def _entry_changed(self, entry_id: int, new: bool) -> None:
        self._newest_own = max(self._newest_own, entry_id)
        if new:
            self.total += 1
        self._dirty[entry_id] = self._dirty.get(entry_id, False) or new
        if self._flusher is None or self._flusher.done():
            self._flusher = self._start(self._flush_soon())

    async def _flush_soon(self) -> None:
        """Show what changed since the last time; many changes at once are one."""
        while self._dirty:
            if self.is_loading:  # merged into what is being read, once that is there
                await asyncio.sleep(_TOLD_EVERY_S)
                continue
            dirty, self._dirty = self._dirty, {}
            if self.sort == NEWEST_FIRST:
                await self._merge(list(dirty))
                await asyncio.sleep(_TOLD_EVERY_S)
            else:
                self.changes.tell(Topic.COUNT)
                await asyncio.sleep(_SORTED_AGAIN_AFTER_S)
                if not self.is_loading:
                    self.search()

    async def _merge(self, changed: Sequence[int]) -> None:
        """Put changed entries where they belong, or take them out."""
        serial = self._serial
        if isinstance(self.query, Everything):
            found = set(changed)
        else:
            found = set(await self._archive.matching(changed, self.query))
        if serial != self._serial:
            return
        newest = self.ids[0] if self.ids else 0
        came = sorted((i for i in found if i > newest), reverse=True)
        if came:
            self.ids = array("q", came) + self.ids
            self._forget_pages()
            self.edit = Edit(first=0, count=len(came))
            self.changes.tell(Topic.INSERTED)
        for entry_id in changed:
            if entry_id in found and entry_id <= newest:
                self._show_changed(entry_id)
            elif entry_id not in found and (row := self.row_of(entry_id)) is not None:
                self.ids.pop(row)
                self._forget_pages()
                self.edit = Edit(first=row, count=1)
                self.changes.tell(Topic.REMOVED)
        self._serial += 1
        self._wanted.clear()  # a page on its way may hold a row as it was before
        self.changes.tell(Topic.ROWS)
        self.changes.tell(Topic.COUNT)

    def _show_changed(self, entry_id: int) -> None:
        row = self.row_of(entry_id)
        if row is not None:
            self._pages.pop(row // PAGE, None)
            return
        at = bisect_left(self.ids, -entry_id, key=lambda one: -one)
        self.ids.insert(at, entry_id)
        self._forget_pages()
        self.edit = Edit(first=at, count=1)
        self.changes.tell(Topic.INSERTED)

    # ---- deleting ------------------------------------------------------------------------------

    async def delete(self, ids: Sequence[int]) -> None:
        """Take entries out; `restore` puts the same ones back."""
        await self._archive.delete(ids)
        await self.refresh()

    async def restore(self, ids: Sequence[int]) -> None:
        await self._archive.undelete(ids)
        await self.refresh()
