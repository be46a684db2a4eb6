"""Copies of the history: whole, checked, private, and the five newest of them.

Each is made by SQLite itself into a file beside, checked, brought to the disk and renamed, so that
whatever bears the name of a backup is one.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import apsw

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.storage.files import sync_folder

BACKUPS_KEPT = 5
DAY_S = 24 * 3600


def back_up(connection: apsw.Connection, path: Path, backups: Path, version: int) -> Path:
    """Write a compact copy of a history into `backups`; the five newest copies are kept."""
    backups.mkdir(mode=0o700, exist_ok=True)
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    final = backups / f"{path.stem}-v{version}-{stamp}-{time.time_ns() % 1_000_000_000:09}.db"
    unfinished = final.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)  # SQLite fills an empty file and keeps its rights
    try:
        connection.execute("VACUUM INTO ?", (str(unfinished),))
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        unfinished.replace(final)
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(backups)
    for old in newest_first(path, backups)[BACKUPS_KEPT:]:
        old.unlink()
    return final


def newest_first(path: Path, backups: Path) -> list[Path]:
    """The copies of a history, the newest first."""
    copies = backups.glob(f"{path.stem}-v*.db")
    return sorted(copies, key=lambda copy: (copy.stat().st_mtime_ns, copy.name), reverse=True)


def is_due(path: Path, backups: Path, *, now_s: float) -> bool:
    """Whether the newest copy is more than a day old, or lies in the future."""
    copies = newest_first(path, backups)
    return not copies or not 0 <= now_s - copies[0].stat().st_mtime < DAY_S


def is_sound(copy: Path) -> bool:
    """Whether SQLite finds nothing wrong in a copy."""
    try:
        connection = apsw.Connection(f"file:{copy.as_posix()}?immutable=1", flags=_READ_URI)
        with contextlib.closing(connection):
            return bool(connection.execute("PRAGMA quick_check(1)").get == "ok")
    except (apsw.Error, OSError, PingTreeError):
        return False


def forget(path: Path, backups: Path) -> None:
    """Remove every copy: what is removed from the history for good is not to live on there."""
    for copy in newest_first(path, backups):
        copy.unlink()


_READ_URI = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
