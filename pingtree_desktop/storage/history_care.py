"""Keeps the history in shape: removing for good, retention, compacting, checking.

Long work is cut into short transactions, so that a send never waits for it.  Methods return
futures of `concurrent.futures`; those whose names end in `_step` are called again until they
resolve to a number of zero.
"""

from __future__ import annotations

import json
import threading
import time
from array import array
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import apsw

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.history_names import NAMED, sweep
from pingtree_desktop.storage.history_words import tokens
from pingtree_desktop.storage.history_writer import EntryWriter
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.records import Record, unpack
from pingtree_desktop.storage.retention import Retention
from pingtree_desktop.storage.sql import fetch, fetch_one

PURGE_STEP = 1000
_MERGE_PAGES = 200
_CHECK_STEP = 500
_NOT_PINNED = "deleted_ms IS NULL AND state <> 0 AND NOT pinned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What a retention would remove: entry ids, and the time of the oldest and newest of them."""

    ids: array[int]
    oldest_ms: int | None
    newest_ms: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """The history in figures.  Times are UTC milliseconds; `file_bytes` is the file alone."""

    entries: int
    deleted: int
    pinned: int
    oldest_ms: int | None
    newest_ms: int | None
    file_bytes: int
    by_verdict: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What a check found: SQLite's own words, and the entries whose record is damaged."""

    problems: tuple[str, ...]
    damaged_ids: tuple[int, ...]
    checked: int

    @property
    def is_sound(self) -> bool:
        return not self.problems and not self.damaged_ids


class HistoryCare:
    """The housekeeping of an open history."""

    def __init__(self, places: Places, database: Database, writer: EntryWriter) -> None:
        self._places, self._database, self._writer = places, database, writer

    # ---- removing for good -------------------------------------------------------------------

    def deleted_ids(self, older_than_ms: int = 0) -> Future[array[int]]:
        """The ids of entries that were deleted at least `older_than_ms` ago."""
        before_ms = time.time_ns() // 1_000_000 - older_than_ms
        sql = "SELECT id FROM exchange WHERE deleted_ms <= ? AND state <> 0"

        def job(connection: apsw.Connection) -> array[int]:
            return array("q", (entry_id for (entry_id,) in connection.execute(sql, (before_ms,))))

        return self._database.scan(job)

    def purge(self, ids: Sequence[int]) -> Future[int]:
        """Remove entries and their words; at most PURGE_STEP at a time keep sends from waiting.

        Their bytes are overwritten in the file; call `erase_step` and `finish_purge` after the
        last one.
        """
        chosen = json.dumps(list(ids))

        def job(connection: apsw.Connection) -> int:
            among = "(SELECT value FROM json_each(?))"
            connection.execute(f"DELETE FROM words WHERE rowid IN {among}", (chosen,))
            connection.execute(
                f"DELETE FROM exchange WHERE id IN {among} AND state <> 0", (chosen,)
            )
            return connection.changes()

        return self._database.write(job)

    def erase_step(self, *, is_first: bool) -> Future[int]:
        """Rewrite a part of the index without the removed words; resolves to 0 when it is done."""
        pages = -_MERGE_PAGES if is_first else _MERGE_PAGES

        def job(connection: apsw.Connection) -> int:
            before = connection.total_changes()
            connection.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
            return connection.total_changes() - before - 1

        return self._database.write(job)

    def finish_purge(self) -> Future[None]:
        """Forget names that nothing uses any more and empty the journal that held the old bytes."""

        def forget(connection: apsw.Connection) -> None:
            sweep(connection, NAMED)

        forgotten = self._database.write(forget)

        def empty_journal(connection: apsw.Connection) -> None:
            forgotten.result()  # resolved: orders run one after the other
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)

        return self._database.write_alone(empty_journal)

    def removable(self, retention: Retention) -> Future[Removal]:
        """What a retention would remove now; removes nothing."""

        def job(connection: apsw.Connection) -> Removal:
            parts, parameters = ["0"], []
            if retention.days is not None:
                parts.append("started_ms < ?")
                parameters.append(time.time_ns() // 1_000_000 - retention.days * 86_400_000)
            kept = self._most_entries(connection, retention)
            if kept is not None:
                oldest_kept = fetch_one(
                    connection,
                    "SELECT min(id) FROM (SELECT id FROM exchange WHERE deleted_ms IS NULL "
                    "ORDER BY id DESC LIMIT ?)",
                    (kept,),
                )
                parts.append("id < ?")
                parameters.append(2**62 if oldest_kept is None else oldest_kept)
            where = f"{_NOT_PINNED} AND ({' OR '.join(parts)})"
            found = fetch(
                connection,
                f"SELECT id, started_ms FROM exchange WHERE {where} ORDER BY id",
                parameters,
            )
            times = [started_ms for _, started_ms in found]
            return Removal(
                ids=array("q", (entry_id for entry_id, _ in found)),
                oldest_ms=min(times, default=None),
                newest_ms=max(times, default=None),
            )

        return self._database.scan(job)

    @staticmethod
    def _most_entries(connection: apsw.Connection, retention: Retention) -> int | None:
        limits = [] if retention.entries is None else [max(0, retention.entries)]
        if retention.megabytes is not None:
            entries = fetch_one(connection, "SELECT count(*) FROM exchange") or 1
            used = int(str(connection.pragma("page_count"))) * int(
                str(connection.pragma("page_size"))
            )
            limits.append(retention.megabytes * 1_000_000 * entries // used)
        return min(limits, default=None)

    # ---- looking after the file ----------------------------------------------------------------

    def compact(self) -> Future[tuple[int, int]]:
        """Rewrite the file without gaps; resolves to its bytes before and after.

        Writes wait meanwhile, and the disk needs room for a second copy.
        """

        def job(connection: apsw.Connection) -> tuple[int, int]:
            before = self._places.history_db.stat().st_size
            connection.execute("INSERT INTO words (words) VALUES ('optimize')")
            connection.execute("VACUUM")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            return before, self._places.history_db.stat().st_size

        return self._database.write_alone(job)

    def stats(self) -> Future[Stats]:
        """The history in figures."""

        def job(connection: apsw.Connection) -> Stats:
            entries, deleted, pinned, oldest, newest = fetch_one(
                connection,
                "SELECT count(*) - count(deleted_ms), count(deleted_ms), ifnull(sum(pinned), 0), "
                "min(started_ms), max(started_ms) FROM exchange",
            )
            counted = fetch(
                connection,
                "SELECT text, count(*) FROM exchange AS e JOIN name ON name.id = e.verdict "
                "WHERE deleted_ms IS NULL GROUP BY verdict ORDER BY 2 DESC",
            )
            return Stats(
                entries=entries,
                deleted=deleted,
                pinned=pinned,
                oldest_ms=oldest,
                newest_ms=newest,
                file_bytes=self._places.history_db.stat().st_size,
                by_verdict=tuple((str(text), int(count)) for text, count in counted),
            )

        return self._database.scan(job)

    def verify(
        self,
        stop: threading.Event | None = None,
        progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> Future[Findings]:
        """Check the file and every record in it; `progress` is told (done, total) on the way."""

        def job(connection: apsw.Connection) -> Findings:
            found = fetch(connection, "PRAGMA quick_check(20)")
            problems = tuple(str(line) for (line,) in found if line != "ok")
            total = int(fetch_one(connection, "SELECT count(*) FROM exchange"))
            damaged: list[int] = []
            done, last = 0, 0
            sql = (
                "SELECT e.id, ifnull(r.codec, p.codec), ifnull(r.crc32, p.crc32), "
                "ifnull(r.data, p.data) FROM exchange AS e "
                "LEFT JOIN record AS r ON r.exchange_id = e.id "
                "LEFT JOIN pending AS p ON p.exchange_id = e.id "
                "WHERE e.id > ? ORDER BY e.id LIMIT ?"
            )
            while found_rows := fetch(connection, sql, (last, _CHECK_STEP)):
                damaged += [row[0] for row in found_rows if not _is_whole(*row)]
                last = found_rows[-1][0]
                done += len(found_rows)
                progress(done, total)
            return Findings(problems=problems, damaged_ids=tuple(damaged), checked=done)

        return self._database.scan(job, stop)

    def rebuild_step(self, after_id: int) -> Future[int]:
        """Make the words of the next entries anew; resolves to the last id done, 0 at the end.

        Call it with 0 first: it empties the index then.
        """

        def job(connection: apsw.Connection) -> int:
            if after_id == 0:
                connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
            sql = (
                "SELECT e.id, codec, crc32, data FROM exchange AS e JOIN record "
                "ON exchange_id = e.id WHERE e.id > ? AND state <> 0 ORDER BY e.id LIMIT ?"
            )
            found = fetch(connection, sql, (after_id, _CHECK_STEP))
            for entry_id, codec, crc32, data in found:
                try:
                    kept = unpack(entry_id, Record(codec=codec, crc32=crc32, data=data))
                except UnreadableInput:
                    continue  # told of when it is opened and by `verify`; it has no words
                self._writer.index(entry_id, tokens(kept))
            return int(found[-1][0]) if found else 0

        return self._database.write(job)


def _is_whole(entry_id: int, codec: int | None, crc32: int, data: bytes) -> bool:
    if codec is None:
        return False
    try:
        unpack(entry_id, Record(codec=codec, crc32=crc32, data=data))
    except UnreadableInput:
        return False
    return True
