"""Reads the history: pages, whole entries, filters, counts over time.

Quick reads and long scans run on connections of their own, so that a page of the list never
waits behind a filter.  Methods return futures of `concurrent.futures`.
"""

from __future__ import annotations

import json
import threading
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import apsw

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.query import Everything, Query, is_slow
from pingtree_desktop.storage import history_rows as rows
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.escapes import unescape
from pingtree_desktop.storage.history_names import NAMED, Names, kind_of
from pingtree_desktop.storage.history_query import LIVE_ROWS, Condition, condition
from pingtree_desktop.storage.history_rows import Summary
from pingtree_desktop.storage.records import Record, damaged, unpack
from pingtree_desktop.storage.sql import fetch, fetch_one

RECENT_COLUMNS = frozenset({"event_id", "transaction_id", "pid"})
_RECENT_ROWS = 5000
_SLOW_WINDOW = 5000
_LAST = 2**63 - 1
_ALL = Everything()


class SortKey(StrEnum):
    """The columns of the list, by which it can be sorted."""

    TIME = "time"
    ENVIRONMENT = "environment"
    CAMPAIGN = "campaign"
    EVENT = "event_id"
    TRANSACTION = "transaction_id"
    PID = "pid"
    PROFILE = "profile"
    MONEY = "amount"
    VERDICT = "verdict"
    STATUS = "http_status"
    MESSAGE = "message"
    TOOK = "elapsed_us"
    SENT = "request_bytes"
    RECEIVED = "response_bytes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sort:
    """An order of the list; newest first unless chosen otherwise."""

    key: SortKey = SortKey.TIME
    is_descending: bool = True


NEWEST_FIRST = Sort()


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """Entries over time: per bar of `width_ms` from `start_ms` on, how many of each verdict."""

    start_ms: int
    width_ms: int
    bars: tuple[dict[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a slow scan is: entries looked at, of how many, and how many were found."""

    done: int
    total: int
    found: int


class HistoryReader:
    """The reading half of an open history."""

    def __init__(self, database: Database, names: Names) -> None:
        self._database, self._names = database, names

    # ---- lists -----------------------------------------------------------------------------

    def newest(
        self, limit: int, query: Query = _ALL, before_id: int | None = None
    ) -> Future[list[Summary]]:
        """The newest entries that a query finds, those before an id when one is given."""
        before = _LAST if before_id is None else before_id

        def job(connection: apsw.Connection) -> list[Summary]:
            where = condition(connection, query)
            if where.words:  # the index walks its list from the newest on and stops in time
                sql = (
                    "SELECT e.id FROM words CROSS JOIN exchange AS e ON e.id = words.rowid "
                    f"WHERE words MATCH ? AND words.rowid < ? AND {LIVE_ROWS} "
                    "ORDER BY words.rowid DESC LIMIT ?"
                )
            else:
                sql = (
                    f"SELECT e.id FROM exchange AS e WHERE {where.sql} AND e.id < ? "
                    "ORDER BY e.id DESC LIMIT ?"
                )
            found = fetch(connection, sql, (*where.parameters, before, limit))
            return self._page(connection, [entry_id for (entry_id,) in found])

        return self._database.scan(job) if is_slow(query) else self._database.read(job)

    def ids(
        self,
        query: Query = _ALL,
        sort: Sort = NEWEST_FIRST,
        stop: threading.Event | None = None,
        progress: Callable[[Progress], None] | None = None,
    ) -> Future[array[int]]:
        """The ids of all entries that a query finds, in order.

        Fails with Stopped once `stop` is set.  `progress` is called in the scanner's thread, for
        queries that look into bodies only.
        """

        def job(connection: apsw.Connection) -> array[int]:
            where = condition(connection, query)
            if where.is_slow and sort == NEWEST_FIRST:
                return _ids_in_windows(connection, where, progress or (lambda _p: None))
            if where.words and sort == NEWEST_FIRST:
                inner = (
                    "SELECT e.id FROM words CROSS JOIN exchange AS e ON e.id = words.rowid "
                    f"WHERE words MATCH ? AND {LIVE_ROWS} ORDER BY words.rowid DESC"
                )
            else:
                inner = (
                    f"SELECT e.id FROM exchange AS e {_joins(sort)} WHERE {where.sql} "
                    f"ORDER BY {_order(sort)}"
                )
            # One text instead of a million rows: the interpreter is taken once, not per row.
            text = fetch_one(
                connection, f"SELECT group_concat(id) FROM ({inner})", where.parameters
            )
            return _numbers(text)

        return self._database.scan(job, stop)

    def matching(self, ids: Sequence[int], query: Query) -> Future[list[int]]:
        """Those of some ids that a query finds."""
        chosen = json.dumps(list(ids))

        def job(connection: apsw.Connection) -> list[int]:
            where = condition(connection, query)
            sql = (
                "SELECT e.id FROM exchange AS e WHERE e.id IN (SELECT value FROM json_each(?)) "
                f"AND {where.sql}"
            )
            return [i for (i,) in fetch(connection, sql, (chosen, *where.parameters))]

        return self._database.read(job)

    def page(self, ids: Sequence[int]) -> Future[list[Summary]]:
        """The summaries of some ids in their order; ids that are gone are left out."""
        chosen = list(ids)
        return self._database.read(lambda connection: self._page(connection, chosen))

    def count(self) -> Future[int]:
        """How many entries there are, without deleted ones."""
        sql = f"SELECT count(*) FROM exchange AS e WHERE {LIVE_ROWS}"
        return self._database.scan(lambda c: int(c.execute(sql).get))

    def histogram(
        self, query: Query = _ALL, bars: int = 60, stop: threading.Event | None = None
    ) -> Future[Histogram | None]:
        """How many entries a query finds over time, by verdict; None when it finds none."""

        def job(connection: apsw.Connection) -> Histogram | None:
            where = condition(connection, query)
            first, last = fetch_one(
                connection,
                f"SELECT min(started_ms), max(started_ms) FROM exchange AS e WHERE {where.sql}",
                where.parameters,
            )
            if first is None:
                return None
            width_ms = max(1, -(-(last - first + 1) // bars))
            counted: list[dict[str, int]] = [{} for _ in range(bars)]
            rows_found = connection.execute(
                f"SELECT (started_ms - {first}) / {width_ms}, verdict, count(*) "
                f"FROM exchange AS e WHERE {where.sql} GROUP BY 1, 2",
                where.parameters,
            )
            for bar, verdict, count in rows_found:
                counted[bar][self._names.text(connection, verdict)] = count
            return Histogram(start_ms=first, width_ms=width_ms, bars=tuple(counted))

        return self._database.scan(job, stop)

    def version(self) -> Future[int]:
        """A number that changes with every commit, this process's own and others'."""
        return self._database.read(lambda c: int(str(c.pragma("data_version"))))

    # ---- entries ---------------------------------------------------------------------------

    def get(self, entry_id: int) -> Future[Exchange]:
        """One exchange whole, deleted or not.

        Fails with UsageError when there is none of that id, and with UnreadableInput ("Damaged
        record: …") when its bytes changed on the disk.
        """

        def job(connection: apsw.Connection) -> Exchange:
            found = _exchanges(connection, [entry_id])
            if not found:
                raise rows.unknown(entry_id)
            exchange = found[0]
            if isinstance(exchange, UnreadableInput):
                raise exchange
            return exchange

        return self._database.read(job)

    def exchanges(self, ids: Sequence[int]) -> Future[list[Exchange]]:
        """Some exchanges whole, in the order of their ids given; damaged ones are left out."""
        chosen = list(ids)

        def job(connection: apsw.Connection) -> list[Exchange]:
            found = _exchanges(connection, chosen)
            return [exchange for exchange in found if isinstance(exchange, Exchange)]

        return self._database.read(job)

    def for_transaction(self, transaction_id: str, limit: int) -> Future[list[Summary]]:
        """The newest entries of one transaction."""
        wanted = rows.column_text(transaction_id)

        def job(connection: apsw.Connection) -> list[Summary]:
            ids = _of_transaction(connection, wanted)[:limit]
            return self._page(connection, ids)

        return self._database.read(job)

    def transaction_exchanges(self, transaction_id: str) -> Future[list[Exchange]]:
        """Everything that was sent for one transaction, oldest first."""
        wanted = rows.column_text(transaction_id)

        def job(connection: apsw.Connection) -> list[Exchange]:
            found = _exchanges(connection, _of_transaction(connection, wanted)[::-1])
            return [exchange for exchange in found if isinstance(exchange, Exchange)]

        return self._database.read(job)

    def pair_states(
        self, transaction_ids: Sequence[str]
    ) -> Future[list[tuple[str, str, str, bool]]]:
        """(transaction, event, verdict, may have arrived) of every entry of some transactions."""
        wanted = json.dumps([rows.column_text(text) for text in transaction_ids])
        sql = (
            "SELECT CAST(transaction_id AS BLOB), event_id, verdict, codec, crc32, data, e.id "
            "FROM ("
            "SELECT exchange_id, transaction_id, codec, crc32, data FROM json_each(?1) AS w "
            "CROSS JOIN record ON transaction_id = w.value COLLATE NOCASE "
            "WHERE transaction_id <> '' AND transaction_id = w.value UNION ALL "
            "SELECT exchange_id, transaction_id, codec, crc32, data FROM pending "
            "WHERE transaction_id IN (SELECT value FROM json_each(?1))) "
            f"JOIN exchange AS e ON e.id = exchange_id WHERE {LIVE_ROWS} ORDER BY e.id"
        )

        def job(connection: apsw.Connection) -> list[tuple[str, str, str, bool]]:
            states = []
            for transaction, event, verdict, codec, crc32, data, entry_id in connection.execute(
                sql, (wanted,)
            ):
                word = self._names.text(connection, verdict)
                record = Record(codec=codec, crc32=crc32, data=data)
                states.append(
                    (
                        unescape(bytes(transaction).decode("utf-8", "replace")),
                        self._names.text(connection, event),
                        word,
                        _may_have_arrived(entry_id, word, record),
                    )
                )
            return states

        return self._database.scan(job)

    # ---- values for completion ---------------------------------------------------------------

    def recent_values(self, column: str, limit: int) -> Future[list[str]]:
        """The values last used in a column of RECENT_COLUMNS, newest first, each once."""
        if column not in RECENT_COLUMNS:
            raise UsageError(f"{column!r} has no recent values.", "Ask for another column.")
        if column == "transaction_id":
            value = (
                "(SELECT CAST(transaction_id AS BLOB) FROM record WHERE exchange_id = id "
                "UNION ALL SELECT CAST(transaction_id AS BLOB) FROM pending WHERE exchange_id = id)"
            )
        else:
            value = f"(SELECT CAST(text AS BLOB) FROM name WHERE name.id = newest.{column})"
        sql = (
            f"SELECT {value} AS value, max(id) AS latest FROM (SELECT * FROM exchange AS e "
            f"WHERE {LIVE_ROWS} ORDER BY id DESC LIMIT ?) AS newest "
            "GROUP BY value HAVING length(value) > 0 ORDER BY latest DESC LIMIT ?"
        )

        def job(connection: apsw.Connection) -> list[str]:
            found: list[Any] = fetch(connection, sql, (_RECENT_ROWS, limit))
            return [unescape(bytes(value).decode("utf-8", "replace")) for value, _ in found]

        return self._database.read(job)

    def names(self, column: str, limit: int = 200) -> Future[list[str]]:
        """The texts that a column of names holds, those first seen last first."""
        sql = "SELECT id FROM name WHERE kind = ? AND text <> '' ORDER BY id DESC LIMIT ?"

        def job(connection: apsw.Connection) -> list[str]:
            found = fetch(connection, sql, (kind_of(column), limit))
            return [self._names.text(connection, number) for (number,) in found]

        return self._database.read(job)

    def _page(self, connection: apsw.Connection, ids: list[int]) -> list[Summary]:
        where = "WHERE e.id IN (SELECT value FROM json_each(?))"
        chosen = (json.dumps(ids),)
        try:
            found = fetch(connection, f"{rows.summary_sql()} {where}", chosen)
        except UnicodeDecodeError:  # a flipped bit in a text must not hide the whole page
            sql = rows.summary_sql(as_bytes=True)
            found = fetch(connection, f"{sql} {where}", chosen)
        by_id = {row[0]: rows.summary(connection, self._names, row) for row in found}
        return [by_id[entry_id] for entry_id in ids if entry_id in by_id]


def _exchanges(connection: apsw.Connection, ids: Sequence[int]) -> list[Exchange | UnreadableInput]:
    """Whole entries in the order of `ids`; an error in the place of a damaged one."""
    sql = (
        "SELECT e.id, e.pinned, ifnull(r.codec, p.codec), ifnull(r.crc32, p.crc32), "
        "ifnull(r.data, p.data), CAST(note AS BLOB), CAST(labels AS BLOB) "
        "FROM exchange AS e LEFT JOIN record AS r ON r.exchange_id = e.id "
        "LEFT JOIN pending AS p ON p.exchange_id = e.id AND e.state = 0 "
        "LEFT JOIN remark AS k ON k.exchange_id = e.id "
        "WHERE e.id IN (SELECT value FROM json_each(?))"
    )
    by_id: dict[int, Exchange | UnreadableInput] = {}
    for entry_id, pinned, codec, crc32, data, note, labels in connection.execute(
        sql, (json.dumps(list(ids)),)
    ):
        try:
            if data is None:
                raise damaged(entry_id)
            exchange = unpack(entry_id, Record(codec=codec, crc32=crc32, data=data))
        except UnreadableInput as error:
            by_id[entry_id] = error
            continue
        by_id[entry_id] = replace(
            exchange,
            pinned=bool(pinned),
            note=unescape(bytes(note or b"").decode("utf-8", "replace")),
            labels=rows.labels_of(bytes(labels) if labels is not None else None),
        )
    return [by_id[entry_id] for entry_id in ids if entry_id in by_id]


def _of_transaction(connection: apsw.Connection, wanted: str) -> list[int]:
    """The ids of a transaction's entries, newest first."""
    sql = (
        "SELECT e.id FROM (SELECT exchange_id FROM record WHERE transaction_id = ?1 COLLATE NOCASE "
        "AND transaction_id = ?1 AND transaction_id <> '' UNION ALL "
        "SELECT exchange_id FROM pending WHERE transaction_id = ?1 AND transaction_id <> '') "
        f"JOIN exchange AS e ON e.id = exchange_id WHERE {LIVE_ROWS} ORDER BY e.id DESC"
    )
    return [entry_id for (entry_id,) in fetch(connection, sql, (wanted,))]


_SURE = frozenset({"fired", "duplicate"})
_DOUBTFUL = frozenset({"no_reply", "cancelled", "in_doubt"})


def _may_have_arrived(entry_id: int, verdict: str, record: Record) -> bool:
    """Whether the request may have reached the server; a damaged record may always have."""
    if verdict not in _DOUBTFUL:
        return True
    try:
        outcome = unpack(entry_id, record).outcome
    except UnreadableInput:
        return True
    return outcome is None or outcome.failure is None or outcome.failure.may_have_arrived


def _ids_in_windows(
    connection: apsw.Connection, where: Condition, progress: Callable[[Progress], None]
) -> array[int]:
    """The ids of a slow condition, newest first, a window of ids at a time."""
    newest, oldest = fetch_one(connection, "SELECT max(id), min(id) FROM exchange")
    found = array("q")
    if newest is None:
        return found
    sql = (
        f"SELECT group_concat(id) FROM (SELECT e.id FROM exchange AS e WHERE {where.sql} "
        "AND e.id BETWEEN ? AND ? ORDER BY e.id DESC)"
    )
    for last in range(newest, oldest - 1, -_SLOW_WINDOW):
        first = max(oldest, last - _SLOW_WINDOW + 1)
        text = fetch_one(connection, sql, (*where.parameters, first, last))
        found.extend(_numbers(text))
        progress(Progress(done=newest - first + 1, total=newest - oldest + 1, found=len(found)))
    return found


def _numbers(text: str | None) -> array[int]:
    """Numbers separated by commas, piece by piece: a million small texts at once are 60 MB."""
    found = array("q")
    at, end = 0, len(text or "")
    while text and at < end:
        stop = text.find(",", at + 65_536)
        stop = end if stop < 0 else stop
        found.extend(map(int, text[at:stop].split(",")))
        at = stop + 1
    return found


def _joins(sort: Sort) -> str:
    match sort.key:
        case SortKey.TRANSACTION | SortKey.MESSAGE:
            return "LEFT JOIN record AS s ON s.exchange_id = e.id"
        case key if key.value in NAMED:
            return f"LEFT JOIN name AS s ON s.id = e.{key.value}"
        case _:
            return ""


def _order(sort: Sort) -> str:
    way = "DESC" if sort.is_descending else "ASC"
    match sort.key:
        case SortKey.TIME:
            return f"e.id {way}"
        case SortKey.TRANSACTION | SortKey.MESSAGE:
            return f"s.{sort.key.value} COLLATE NOCASE {way}, e.id DESC"
        case key if key.value in NAMED:
            return f"s.text COLLATE NOCASE {way}, e.id DESC"
        case key:  # what has no value comes last, whichever way
            return f"e.{key.value} IS NULL, e.{key.value} {way}, e.id DESC"
