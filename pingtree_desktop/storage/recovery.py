"""Opens a damaged history again.

The file is put aside, never deleted, and what can be read of it goes into a new one, on top of the
newest sound backup.
"""

from __future__ import annotations

import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import apsw

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage import backups as copies
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.history_names import Names
from pingtree_desktop.storage.history_rows import DONE, IN_DOUBT
from pingtree_desktop.storage.history_writer import EntryWriter, prepare, remark
from pingtree_desktop.storage.migrations import APPLICATION_ID
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.salvage import Salvaged, holds_entries, salvage
from pingtree_desktop.storage.sql import fetch_one

_MAGIC = b"SQLite format 3\0"
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """What was done about a damaged history.  `quarantined` holds every byte it had."""

    quarantined: Path
    restored_from: Path | None
    from_backup: int
    salvaged: int

    @property
    def sentence(self) -> str:
        """One plain sentence for the person."""
        total = self.from_backup + self.salvaged
        kept = f"{total:,} entries were brought back" if total else "no entry could be brought back"
        return (
            f"The history was damaged: {kept}, and the damaged file is kept as "
            f"{shown(self.quarantined)}."
        )


def wanted_file(places: Places) -> Path:
    """Stands where a repair at the next start was asked for."""
    return places.history / "repair.wanted"


def is_foreign(path: Path) -> bool:
    """Whether a file is another program's database, which is nothing to repair."""
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except OSError:
        return True
    if not header.startswith(_MAGIC) or len(header) < 100:
        return False
    if int.from_bytes(header[68:72], "big") == APPLICATION_ID:
        return False
    return not holds_entries(path)


def recover(places: Places) -> Recovery:
    """Put the damaged file aside and open a new one with all that can be had.

    Raises StorageUnavailable when the disk refuses; the damaged file is then where it was, or in
    the quarantine.
    """
    aside = _quarantine(places)
    restored_from, from_backup = _restore(places)
    database = Database.open(places.history_db, places.backups)
    try:
        salvaged = _merge(database, aside)
    finally:
        database.close()
    wanted_file(places).unlink(missing_ok=True)
    return Recovery(
        quarantined=aside,
        restored_from=restored_from,
        from_backup=from_backup,
        salvaged=salvaged,
    )


def _quarantine(places: Places) -> Path:
    folder = places.history / "quarantine"
    path = places.history_db
    stamp = f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{time.time_ns() % 1_000_000:06}"
    aside = folder / f"{path.stem}-{stamp}.corrupt"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _fold_journal(path)
        for suffix in ("-wal", "-shm"):
            side = path.with_name(path.name + suffix)
            if side.exists():
                side.replace(aside.with_name(aside.name + suffix))
        path.replace(aside)
        aside.chmod(0o600)
    except OSError as error:
        raise UnreadableInput(
            f"The history {shown(path)} is damaged and cannot be put aside: {reason(error)}.",
            "Move the file away, and a new history is made.",
        ) from error
    return aside


def _fold_journal(path: Path) -> None:
    """Let SQLite write the journal into the file if it still can: the newest entries are there."""
    try:
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
    except apsw.Error:
        return
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.Error:
        return  # the journal goes aside together with the file
    finally:
        connection.close()


def _restore(places: Places) -> tuple[Path | None, int]:
    """Put the newest sound backup in the place of the history; how many entries it has."""
    for copy in copies.newest_first(places.history_db, places.backups):
        if not copies.is_sound(copy):
            continue
        shutil.copyfile(copy, places.history_db)
        places.history_db.chmod(0o600)
        database = Database.open(places.history_db, places.backups)
        try:
            count = database.read(lambda c: int(fetch_one(c, "SELECT count(*) FROM exchange")))
            return copy, count.result()
        finally:
            database.close()
    return None, 0


def _merge(database: Database, aside: Path) -> int:
    """Add what the damaged file still holds and the backup has not; returns how many entries."""
    writer = EntryWriter(Names())
    database.watch_transactions(writer.begin, writer.end, writer.undo)
    added, chunk = 0, list[Salvaged]()
    for entry in salvage(aside):
        chunk.append(entry)
        if len(chunk) == _CHUNK:
            added += database.write(partial(_add, writer, tuple(chunk))).result()
            chunk.clear()
    return added + database.write(partial(_add, writer, tuple(chunk))).result()


def _add(writer: EntryWriter, entries: tuple[Salvaged, ...], connection: apsw.Connection) -> int:
    added = 0
    for entry in entries:
        known = "SELECT 1 FROM exchange WHERE id = ?"
        if fetch_one(connection, known, (entry.entry_id,)):
            continue
        exchange = entry.exchange
        state = IN_DOUBT if exchange.outcome is None else DONE
        writer.insert(connection, prepare(exchange), state=state, entry_id=entry.entry_id)
        remark(connection, entry.entry_id, exchange.note, exchange.labels)
        connection.execute(
            "UPDATE exchange SET pinned = ?, deleted_ms = ? WHERE id = ?",
            (int(exchange.pinned), 0 if entry.is_deleted else None, entry.entry_id),
        )
        added += 1
    return added
