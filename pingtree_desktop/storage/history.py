"""Every exchange, kept: the `sending` row before the socket, the result after it.

Methods return futures of `concurrent.futures` and never block; await them with
`asyncio.wrap_future`.  The only place with SQL on the history's tables.
"""

from __future__ import annotations

import json
import time
from array import array
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import apsw

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage import history_rows as rows
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.escapes import unescape
from pingtree_desktop.storage.history_filter import condition, register
from pingtree_desktop.storage.history_rows import Body, Summary
from pingtree_desktop.storage.owners import Owner, is_alive, opening, sweep_locks
from pingtree_desktop.storage.places import Places

__all__ = ["RECENT_COLUMNS", "HistoryStore", "Summary"]

RECENT_COLUMNS = frozenset({"event_id", "transaction_id", "pid"})
_CHUNK = 5000
_RECENT_ROWS = 5000


class HistoryStore:
    """The history of one workspace, open in this process (others may have it open too)."""

    def __init__(self, places: Places, database: Database, owner: Owner) -> None:
        self._places, self._database, self._owner = places, database, owner

    @classmethod
    def open(cls, places: Places) -> HistoryStore:
        """Open or make the history.  Blocks.

        Raises StorageUnavailable, NewerVersion or UnreadableInput; the file is then as it was.
        """
        lock = opening(places.locks)
        try:
            sweep_locks(places.locks)
            owner = Owner(places.locks)
            try:
                database = Database.open(places.history_db, places.backups)
            except BaseException:
                owner.release()
                raise
        finally:
            lock.release()
        return cls(places, database, owner)

    def close(self) -> None:
        """Write everything out and end the threads.  Blocks; idempotent."""
        self._database.close()
        self._owner.release()

    # ---- writing ---------------------------------------------------------------------------

    def begin(self, exchange: Exchange) -> Future[int]:
        """Keep an exchange that is about to be sent; resolves to its id once on the disk."""
        values = rows.columns(exchange, state="sending") | {"owner": self._owner.token}
        stored = rows.body(exchange)

        def job(connection: apsw.Connection) -> int:
            names, marks = ", ".join(values), ", ".join("?" * len(values))
            connection.execute(
                f"INSERT INTO exchange ({names}) VALUES ({marks})", tuple(values.values())
            )
            entry_id = connection.last_insert_rowid()
            connection.execute(
                "INSERT INTO body (exchange_id, request, response, meta, crc32) "
                "VALUES (?, ?, ?, ?, ?)",
                (entry_id, stored.request, stored.response, stored.meta, stored.crc32),
            )
            return entry_id

        return self._database.write(job)

    def finish(self, entry_id: int, exchange: Exchange) -> Future[None]:
        """Keep the result of an exchange; resolves once it is on the disk."""
        values = rows.columns(exchange, state="done")
        stored = rows.body(exchange)

        def job(connection: apsw.Connection) -> None:
            settings = ", ".join(f"{name} = ?" for name in values)
            connection.execute(
                f"UPDATE exchange SET {settings} WHERE id = ?", (*values.values(), entry_id)
            )
            if not connection.changes():
                raise _unknown(entry_id)
            connection.execute(
                "UPDATE body SET request = ?, response = ?, meta = ?, crc32 = ? "
                "WHERE exchange_id = ?",
                (stored.request, stored.response, stored.meta, stored.crc32, entry_id),
            )

        return self._database.write(job)

    def delete(self, ids: Sequence[int]) -> Future[None]:
        """Take entries out of every list; they stay on the disk until purged."""
        return self._mark(ids, time.time_ns() // 1_000_000)

    def undelete(self, ids: Sequence[int]) -> Future[None]:
        """Put deleted entries back."""
        return self._mark(ids, None)

    def _mark(self, ids: Sequence[int], deleted_ms: int | None) -> Future[None]:
        chosen = json.dumps(list(ids))

        def job(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE exchange SET deleted_ms = ? WHERE id IN (SELECT value FROM json_each(?))",
                (deleted_ms, chosen),
            )

        return self._database.write(job)

    def purge_deleted(self, older_than_ms: int) -> Future[int]:
        """Remove for good what was deleted at least `older_than_ms` ago; resolves to how many.

        The bytes are overwritten in the file, and the journal that held them is emptied.
        """
        before_ms = time.time_ns() // 1_000_000 - older_than_ms

        def purge(connection: apsw.Connection) -> int:
            connection.execute(
                "DELETE FROM exchange WHERE deleted_ms <= ? AND state <> 'sending'",
                (before_ms,),
            )
            return connection.changes()

        purged = self._database.write(purge)

        def empty_journal(connection: apsw.Connection) -> int:
            count = purged.result()  # resolved: orders run one after the other
            connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
            return count

        return self._database.write_alone(empty_journal)

    def recover_in_doubt(self) -> Future[int]:
        """Mark what processes that have ended left `sending` as in doubt; resolves to how many.

        Rows of a process that still runs, this one included, are not touched.
        """

        def job(connection: apsw.Connection) -> int:
            found = connection.execute(
                "SELECT DISTINCT owner FROM exchange WHERE state = 'sending'"
            ).fetchall()
            others = {str(token) for (token,) in found} - {self._owner.token}
            ended = [token for token in others if not is_alive(self._places.locks, token)]
            connection.execute(
                "UPDATE exchange SET state = 'in_doubt', verdict = ? WHERE state = 'sending' "
                "AND owner IN (SELECT value FROM json_each(?))",
                (Verdict.IN_DOUBT.value, json.dumps(ended)),
            )
            return connection.changes()

        return self._database.write(job)

    # ---- reading ---------------------------------------------------------------------------

    def ids(self, words: str = "") -> Future[array[int]]:
        """The ids of all entries that hold every word, newest first."""
        where = condition(words)
        # One text per step instead of one number: the interpreter is taken only once in 5000.
        sql = (
            "SELECT group_concat(id), min(id) FROM (SELECT id FROM exchange "
            f"WHERE {where.sql} AND id < ? ORDER BY id DESC LIMIT {_CHUNK})"
        )

        def job(connection: apsw.Connection) -> array[int]:
            register(connection)
            found = array("q")
            last: int | None = 2**63 - 1
            with connection:  # all chunks see the same moment
                while last is not None:
                    text, last = connection.execute(sql, (*where.parameters, last)).get
                    if text is not None:
                        found.extend(map(int, text.split(",")))
            return found

        return self._database.read(job)

    def page(self, ids: Sequence[int]) -> Future[list[Summary]]:
        """The summaries of some ids in their order; ids that are gone are left out."""
        chosen = list(ids)
        sql = "FROM exchange WHERE id IN (SELECT value FROM json_each(?))"

        def job(connection: apsw.Connection) -> list[Summary]:
            found = {s.id: s for s in _summaries(connection, sql, (json.dumps(chosen),))}
            return [found[entry_id] for entry_id in chosen if entry_id in found]

        return self._database.read(job)

    def newest(
        self, limit: int, words: str = "", before_id: int | None = None
    ) -> Future[list[Summary]]:
        """The newest entries that hold every word, those before an id when one is given."""
        where = condition(words)
        sql = f"FROM exchange WHERE {where.sql} AND id < ? ORDER BY id DESC LIMIT ?"
        before = 2**63 - 1 if before_id is None else before_id

        def job(connection: apsw.Connection) -> list[Summary]:
            register(connection)
            return _summaries(connection, sql, (*where.parameters, before, limit))

        return self._database.read(job)

    def for_transaction(self, transaction_id: str, limit: int) -> Future[list[Summary]]:
        """The newest entries of one transaction."""
        sql = (
            "FROM exchange WHERE transaction_id = ? AND deleted_ms IS NULL ORDER BY id DESC LIMIT ?"
        )
        wanted = rows.column_text(transaction_id)
        return self._database.read(lambda c: _summaries(c, sql, (wanted, limit)))

    def get(self, entry_id: int) -> Future[Exchange]:
        """One exchange whole, deleted or not.

        Fails with UsageError when there is none of that id, and with UnreadableInput ("Damaged
        record: …") when its bytes changed on the disk.
        """

        def job(connection: apsw.Connection) -> Exchange:
            with connection:  # both rows of the same moment
                found = _summaries(connection, "FROM exchange WHERE id = ?", (entry_id,))
                if not found:
                    raise _unknown(entry_id)
                stored = connection.execute(
                    "SELECT request, response, meta, crc32 FROM body WHERE exchange_id = ?",
                    (entry_id,),
                ).fetchone()
            if stored is None:
                raise rows.damaged(entry_id)
            request, response, meta, crc32 = stored
            kept = Body(request=request, response=response, meta=meta, crc32=crc32)
            return rows.exchange(found[0], kept)

        return self._database.read(job)

    def count(self) -> Future[int]:
        """How many entries there are, without deleted ones."""
        sql = "SELECT count(*) FROM exchange WHERE deleted_ms IS NULL"
        return self._database.read(lambda c: int(c.execute(sql).get))

    def recent_values(self, column: str, limit: int) -> Future[list[str]]:
        """The values last used in a column of RECENT_COLUMNS, newest first, each once."""
        if column not in RECENT_COLUMNS:
            raise UsageError(f"{column!r} has no recent values.", "Ask for another column.")
        sql = (
            f"SELECT CAST({column} AS BLOB), max(id) AS latest FROM (SELECT id, {column} "
            "FROM exchange WHERE deleted_ms IS NULL ORDER BY id DESC LIMIT ?) "
            f"WHERE {column} <> '' GROUP BY {column} ORDER BY latest DESC LIMIT ?"
        )

        def job(connection: apsw.Connection) -> list[str]:
            found: list[Any] = connection.execute(sql, (_RECENT_ROWS, limit)).fetchall()
            return [unescape(bytes(value).decode("utf-8", "replace")) for value, _ in found]

        return self._database.read(job)


def _summaries(connection: apsw.Connection, sql: str, parameters: tuple[Any, ...]) -> list[Summary]:
    try:
        found = connection.execute(f"SELECT {rows.SUMMARY_SQL} {sql}", parameters).fetchall()
    except UnicodeDecodeError:  # a flipped bit in a text must not hide the whole page
        as_bytes = f"SELECT {rows.SUMMARY_SQL_AS_BYTES} {sql}"
        found = connection.execute(as_bytes, parameters).fetchall()
    return [rows.summary(row) for row in found]


def _unknown(entry_id: int) -> UsageError:
    return UsageError(
        f"There is no entry {entry_id} in the history.", "List the entries to see their ids."
    )
