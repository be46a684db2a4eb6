"""The state of the Compare page: two sides, what differs, and what of it is shown.

The comparing itself is `domain.comparison`; it runs in a worker thread, as large replies take a
moment.  A later call always overtakes an earlier one.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

from pingtree_desktop.domain.comparison import Comparison, Section, compare
from pingtree_desktop.domain.comparison_rows import DIFFERENT, Row, RowKind
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.ignore_list import FIELD, HEADER, IgnoreList, parse_ignored
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.viewmodels.changes import Changes

Start = Callable[[Coroutine[Any, Any, Any]], object]
Side = Exchange | Request
MOST_LINES = 20_000
_DIVIDERS = re.compile("[,;\n]")  # of the ignore list; in a place they become a wildcard


class ExchangeSource(Protocol):
    """Where exchanges are read from."""

    async def get(self, entry_id: int) -> Exchange: ...


class ComparisonTopic(Enum):
    """SHOWN: other sides, or still reading.  LINES: other lines of the same two sides."""

    SHOWN = auto()
    LINES = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the page: the heading of a part, a note on it, or a row."""

    heading: str = ""
    note: str = ""
    row: Row | None = None
    section: str = ""


class ComparisonModel:
    """Two sides and their comparison."""

    def __init__(self, archive: ExchangeSource, start: Start) -> None:
        self.changes: Changes[ComparisonTopic] = Changes()
        self.left: Side | None = None
        self.right: Side | None = None
        self.comparison: Comparison | None = None
        self.lines: tuple[Line, ...] = ()
        self.ignored = IgnoreList()
        self.only_differences = True
        self.is_loading = False
        self.problem = ""
        self._archive, self._start = archive, start
        self._serial = 0

    # ---- what is compared ------------------------------------------------------------------

    def show_entries(self, left_id: int, right_id: int) -> None:
        """Compare two entries of the history."""
        self._start(self.compare_entries(left_id, right_id))

    def show_with_draft(self, entry_id: int, draft: Callable[[], Request]) -> None:
        """Compare an entry with what would be sent now; `draft` may raise a PingTreeError."""
        self._start(self.compare_with_draft(entry_id, draft))

    def show(self, left: Side, right: Side) -> None:
        """Compare two sides that are at hand."""
        self._start(self.compare_sides(left, right))

    async def compare_entries(self, left_id: int, right_id: int) -> None:
        """Read two entries and compare them."""

        async def read() -> tuple[Side, Side]:
            return await self._archive.get(left_id), await self._archive.get(right_id)

        await self._take(read)

    async def compare_with_draft(self, entry_id: int, draft: Callable[[], Request]) -> None:
        """Read an entry and compare it with the draft's request."""

        async def read() -> tuple[Side, Side]:
            return await self._archive.get(entry_id), draft()

        await self._take(read)

    async def compare_sides(self, left: Side, right: Side) -> None:
        """Compare two sides."""

        async def read() -> tuple[Side, Side]:
            return left, right

        await self._take(read)

    async def _take(self, read: Callable[[], Coroutine[Any, Any, tuple[Side, Side]]]) -> None:
        self._serial += 1
        serial = self._serial
        self.is_loading, self.problem = True, ""
        self.changes.tell(ComparisonTopic.SHOWN)
        left: Side | None = None
        right: Side | None = None
        found, problem = None, ""
        try:
            left, right = await read()
            found = await asyncio.to_thread(compare, left, right, self.ignored)
        except PingTreeError as error:
            problem = str(error)
        if serial != self._serial:
            return
        self.left, self.right, self.comparison = left, right, found
        self.is_loading, self.problem = False, problem
        self._lay_out()
        self.changes.tell(ComparisonTopic.SHOWN)

    def swap(self) -> None:
        """Change the sides."""
        if self.left is not None and self.right is not None:
            self.show(self.right, self.left)

    # ---- what is shown ---------------------------------------------------------------------

    def set_only_differences(self, *, is_on: bool) -> None:
        """Show only what differs, or everything."""
        self.only_differences = is_on
        self._lay_out()
        self.changes.tell(ComparisonTopic.LINES)

    def set_ignored(self, text: str) -> None:
        """Pass over other names and paths; an empty text passes over nothing."""
        self._ignore(parse_ignored(text))

    def ignore(self, line: Line) -> None:
        """Pass over the place of one line's row from now on."""
        if line.row is not None:
            scope = HEADER if "headers" in line.section else FIELD
            place = _DIVIDERS.sub("*", line.row.place.partition("#")[0])
            self.set_ignored(f"{self.ignored}, {scope}:{place}")

    def _ignore(self, ignored: IgnoreList) -> None:
        if ignored != self.ignored:
            self.ignored = ignored
            if self.left is not None and self.right is not None:
                self.show(self.left, self.right)
            else:
                self.changes.tell(ComparisonTopic.LINES)

    @property
    def summary(self) -> str:
        """What the comparison found, in a few words."""
        if self.comparison is None:
            return ""
        found, ignored = self.comparison.differences, self.comparison.count(RowKind.IGNORED)
        words = "No difference" if not found else _counted(found, "difference")
        return f"{words}, {ignored:,} passed over" if ignored else words

    def _lay_out(self) -> None:
        lines = [] if self.comparison is None else list(self._lines(self.comparison))
        if len(lines) > MOST_LINES:
            left_out = len(lines) - MOST_LINES
            lines = [*lines[:MOST_LINES], Line(note=f"{left_out:,} more lines are not shown.")]
        self.lines = tuple(lines)

    def _lines(self, comparison: Comparison) -> Iterator[Line]:
        for note in comparison.notes:
            yield Line(note=note)
        for section in comparison.sections:
            rows = [row for row in section.rows if self._is_shown(row)]
            if not rows and not section.notes and self.only_differences:
                continue
            yield Line(heading=_heading(section))
            yield from (Line(note=note) for note in section.notes)
            yield from (Line(row=row, section=section.name) for row in rows)

    def _is_shown(self, row: Row) -> bool:
        return not self.only_differences or row.kind in DIFFERENT


def side_title(side: Side | None) -> str:
    """What a side is, in one line: its event, its verdict and when it was sent."""
    if side is None:
        return ""
    if isinstance(side, Request):
        return "The open draft, as it would be sent now"
    when = datetime.fromtimestamp(side.started_ms / 1000).astimezone()
    verdict = MEANINGS[verdict_of(side.verdict)].label
    event = side.event_id or "event"
    return f"{event} \u00b7 {verdict} \u00b7 {side.environment} \u00b7 {when:%Y-%m-%d %H:%M:%S}"


def _heading(section: Section) -> str:
    differing = sum(row.kind in DIFFERENT for row in section.rows)
    total = len(section.rows)
    if not total:
        return section.name
    return f"{section.name} \u00b7 {differing:,} of {total:,} differ"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
