"""Keeps the history in shape: removing for good, retention, compacting, checking.

Long work is cut into short transactions, so that a send never waits for it.  Methods return
futures of `concurrent.futures`; those whose names end in `_step` are called again until they
resolve to a number of zero.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import apsw

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage import backups as copies
from pingtree_desktop.storage.database import Database, raise_explained
from pingtree_desktop.storage.files import write_text
from pingtree_desktop.storage.history_names import NAMED, sweep
from pingtree_desktop.storage.history_words import tokens
from pingtree_desktop.storage.history_writer import EntryWriter
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.records import Record, unpack
from pingtree_desktop.storage.recovery import wanted_file
from pingtree_desktop.storage.retention import Retention
from pingtree_desktop.storage.schema import STEPS
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
        """Forget names that nothing uses any more, and the bytes that lived on elsewhere.

        The file is written anew: SQLite's secure_delete leaves pieces of removed rows in the gaps
        of pages that it rearranged.  The journal is emptied, and older backups are replaced by a
        new one.
        """

        def forget(connection: apsw.Connection) -> None:
            sweep(connection, NAMED)

        forgotten = self._database.write(forget)

        def empty_journal(connection: apsw.Connection) -> None:
            forgotten.result()  # resolved: orders run one after the other
            connection.execute("VACUUM")
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            path, folder = self._places.history_db, self._places.backups
            if copies.newest_first(path, folder):
                copies.forget(path, folder)
                copies.back_up(connection, path, folder, len(STEPS))

        return self._database.write_alone(empty_journal)

    def back_up_daily(self) -> bool:
        """Make a copy if the newest is more than a day old; whether one was made.  Blocks.

        On a connection of its own, so that sends do not wait.
        """
        path, folder = self._places.history_db, self._places.backups
        is_due = copies.is_due(path, folder, now_s=time.time())
        if self._database.read_only_reason is not None or not is_due:
            return False
        try:
            with contextlib.closing(apsw.Connection(str(path))) as connection:
                connection.set_busy_timeout(5000)
                if fetch_one(connection, "SELECT 1 FROM exchange LIMIT 1") is None:
                    return False
                copies.back_up(connection, path, folder, len(STEPS))
        except (apsw.Error, OSError) as error:
            raise_explained(error, path)
        return True

    def want_repair(self) -> None:
        """Have the next start put the file aside and bring back what it holds.  Blocks."""
        write_text(wanted_file(self._places), "The history is repaired at the next start.\n")

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
            problems, damaged, done = list[str](), list[int](), 0
            try:
                problems += _quick_check(connection)
                total = int(fetch_one(connection, "SELECT count(*) FROM exchange"))
                for entry_id, is_whole in _checked(connection):
                    done += 1
                    if not is_whole:
                        damaged.append(entry_id)
                    if done % _CHECK_STEP == 0 or done == total:
                        progress(done, total)
            except apsw.CorruptError as error:
                problems.append(f"The file is damaged: {error}")
            return Findings(problems=tuple(problems), damaged_ids=tuple(damaged), checked=done)

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


def _quick_check(connection: apsw.Connection) -> list[str]:
    try:
        found = fetch(connection, "PRAGMA quick_check(20)")
    except apsw.CorruptError as error:
        return [f"The file is damaged: {error}"]
    return [str(line) for (line,) in found if line != "ok"]


def _checked(connection: apsw.Connection) -> Iterator[tuple[int, bool]]:
    """Every entry's id, and whether its record is as it was written."""
    sql = (
        "SELECT e.id, ifnull(r.codec, p.codec), ifnull(r.crc32, p.crc32), ifnull(r.data, p.data) "
        "FROM exchange AS e LEFT JOIN record AS r ON r.exchange_id = e.id "
        "LEFT JOIN pending AS p ON p.exchange_id = e.id WHERE e.id > ? ORDER BY e.id LIMIT ?"
    )
    last = 0
    while found := fetch(connection, sql, (last, _CHECK_STEP)):
        for row in found:
            yield row[0], _is_whole(*row)
        last = found[-1][0]


def _is_whole(entry_id: int, codec: int | None, crc32: int, data: bytes) -> bool:
    if codec is None:
        return False
    try:
        unpack(entry_id, Record(codec=codec, crc32=crc32, data=data))
    except UnreadableInput:
        return False
    return True
