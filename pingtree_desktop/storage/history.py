"""Every exchange, kept: the `sending` row before the socket, the result after it.

Methods return futures of `concurrent.futures` and never block; await them with
`asyncio.wrap_future`.  Here entries are written; the store's `reader`, `remarks` and `care` do
the rest.
"""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

import apsw

from pingtree_desktop.domain.errors import (
    NewerVersion,
    PingTreeError,
    StorageUnavailable,
    UnreadableInput,
)
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage import history_rows as rows
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.history_care import HistoryCare
from pingtree_desktop.storage.history_names import Names
from pingtree_desktop.storage.history_reader import HistoryReader
from pingtree_desktop.storage.history_remarks import HistoryRemarks
from pingtree_desktop.storage.history_rows import Summary
from pingtree_desktop.storage.history_writer import EntryWriter, prepare, remark
from pingtree_desktop.storage.owners import Owner, is_alive, opening, sweep_locks
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.records import Record, unpack
from pingtree_desktop.storage.recovery import Recovery, is_foreign, recover, wanted_file
from pingtree_desktop.storage.sql import fetch, fetch_one

__all__ = ["HistoryStore", "Summary", "TakenIn"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """What became of imported entries: how many were added, and how many were there already."""

    added: int
    known: int


class HistoryStore:
    """The history of one workspace, open in this process (others may have it open too)."""

    def __init__(
        self, places: Places, database: Database, owner: Owner | None, recovery: Recovery | None
    ) -> None:
        self._places, self._database, self._owner = places, database, owner
        self.recovery = recovery
        self._writer = EntryWriter(Names())
        database.watch_transactions(self._writer.begin, self._writer.end, self._writer.undo)
        self.reader = HistoryReader(database, self._writer.names)
        self.remarks = HistoryRemarks(database)
        self.care = HistoryCare(places, database, self._writer)

    @classmethod
    def open(cls, places: Places) -> HistoryStore:
        """Open or make the history.  Blocks.

        A damaged file is put aside and what it holds is brought back: see `recovery`.  A file of a
        newer version, or one that cannot be written, is opened to be looked at: see
        `read_only_reason`.  Raises StorageUnavailable, NewerVersion or UnreadableInput when even
        that is not possible; the file is then as it was.
        """
        try:
            lock = opening(places.locks)
        except StorageUnavailable as error:
            return cls._open_to_read(places, error)
        try:
            sweep_locks(places.locks)
            owner = Owner(places.locks)
            try:
                database, recovery = _open_or_recover(places)
            except NewerVersion as error:
                owner.release()
                return cls._open_to_read(places, error)
            except BaseException:
                owner.release()
                raise
        finally:
            lock.release()
        return cls(places, database, owner, recovery)

    @classmethod
    def _open_to_read(cls, places: Places, why: StorageUnavailable | NewerVersion) -> HistoryStore:
        """Only to look at; raises `why` where even that is not possible."""
        if not places.history_db.exists():
            raise why
        try:
            database = Database.open_to_read(places.history_db, _not_written(why))
        except PingTreeError as error:
            raise why from error
        return cls(places, database, None, None)

    @property
    def read_only_reason(self) -> str:
        """Why nothing can be kept, in one plain sentence; empty when it can."""
        why = self._database.read_only_reason
        return "" if why is None else str(why)

    def close(self) -> None:
        """Write everything out and end the threads.  Blocks; idempotent."""
        self._database.close()
        if self._owner is not None:
            self._owner.release()

    @property
    def _token(self) -> str:
        return self._owner.token if self._owner is not None else ""

    def begin(self, exchange: Exchange) -> Future[int]:
        """Keep an exchange that is about to be sent; resolves to its id once on the disk."""

        def job(connection: apsw.Connection) -> int:
            prepared = prepare(exchange, is_over=False)
            return self._writer.insert(connection, prepared, state=rows.SENDING, owner=self._token)

        return self._database.write(job)

    def finish(self, entry_id: int, exchange: Exchange) -> Future[None]:
        """Keep the result of an exchange; resolves once it is on the disk."""

        def job(connection: apsw.Connection) -> None:
            if not self._writer.finish(connection, entry_id, prepare(exchange)):
                raise rows.unknown(entry_id)

        return self._database.write(job)

    def take_in(self, exchanges: Sequence[Exchange]) -> Future[TakenIn]:
        """Add finished exchanges from elsewhere; one whose uid is there already is left out."""

        def job(connection: apsw.Connection) -> TakenIn:
            connection.execute("CREATE INDEX IF NOT EXISTS record_uid ON record (uid)")
            added = 0
            for exchange in exchanges:
                uid = rows.uid_bytes(exchange.uid)
                if fetch_one(connection, "SELECT 1 FROM record WHERE uid = ?", (uid,)):
                    continue
                state = rows.IN_DOUBT if exchange.outcome is None else rows.DONE
                entry_id = self._writer.insert(connection, prepare(exchange), state=state)
                remark(connection, entry_id, exchange.note, exchange.labels)
                if exchange.pinned:
                    connection.execute("UPDATE exchange SET pinned = 1 WHERE id = ?", (entry_id,))
                added += 1
            return TakenIn(added=added, known=len(exchanges) - added)

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

    def recover_in_doubt(self) -> Future[int]:
        """Mark what processes that have ended left `sending` as in doubt; resolves to how many.

        Rows of a process that still runs, this one included, are not touched.
        """

        def job(connection: apsw.Connection) -> int:
            found = fetch(connection, "SELECT DISTINCT owner FROM exchange WHERE state = 0")
            others = {str(token) for (token,) in found} - {self._token}
            ended = [token for token in others if not is_alive(self._places.locks, token)]
            left = fetch(
                connection,
                "SELECT e.id, codec, crc32, data FROM exchange AS e "
                "LEFT JOIN pending ON exchange_id = e.id WHERE state = 0 "
                "AND owner IN (SELECT value FROM json_each(?))",
                (json.dumps(ended),),
            )
            verdict = self._writer.names.number(connection, "verdict", Verdict.IN_DOUBT.value)
            for entry_id, codec, crc32, data in left:
                connection.execute(
                    "UPDATE exchange SET state = ?, verdict = ?, owner = NULL WHERE id = ?",
                    (rows.IN_DOUBT, verdict, entry_id),
                )
                if codec is not None:
                    kept = Record(codec=codec, crc32=crc32, data=data)
                    self._keep_in_doubt(connection, entry_id, kept)
            return len(left)

        return self._database.write(job)

    def _keep_in_doubt(self, connection: apsw.Connection, entry_id: int, pending: Record) -> None:
        try:
            self._writer.keep(connection, entry_id, prepare(unpack(entry_id, pending)))
        except UnreadableInput:  # its bytes stay as they are; opening it says that they are damaged
            connection.execute(
                "INSERT OR REPLACE INTO record SELECT * FROM pending WHERE exchange_id = ?",
                (entry_id,),
            )
            connection.execute("DELETE FROM pending WHERE exchange_id = ?", (entry_id,))


def _open_or_recover(places: Places) -> tuple[Database, Recovery | None]:
    recovery = None
    try:
        if wanted_file(places).exists():
            recovery = recover(places)
        return Database.open(places.history_db, places.backups), recovery
    except NewerVersion:
        raise
    except UnreadableInput:
        if recovery is not None or is_foreign(places.history_db):
            raise
    recovery = recover(places)
    return Database.open(places.history_db, places.backups), recovery


def _not_written(why: StorageUnavailable | NewerVersion) -> StorageUnavailable:
    return StorageUnavailable(f"The history can only be looked at: {why.problem}", why.remedy)
