"""Looks whether the history's file is sound; changes nothing.  For the doctor.

Blocks: call it from a worker thread or the command line.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import apsw

from pingtree_desktop.storage.database import explained
from pingtree_desktop.storage.migrations import version_of
from pingtree_desktop.storage.schema import STEPS

_MOST_PROBLEMS = 20
_BUSY_TIMEOUT_MS = 5000


def sqlite_version() -> str:
    """The version of the SQLite that the program carries."""
    return apsw.sqlite_lib_version()


def quick_check(path: Path) -> tuple[str, ...]:
    """What SQLite finds wrong in the history's file; empty when it is sound or not made yet.

    Raises StorageUnavailable, NewerVersion or UnreadableInput when it cannot be looked at.
    """
    try:
        if not path.exists():
            return ()
        version_of(path, STEPS)
        connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE)
        with contextlib.closing(connection):
            connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
            found = connection.execute(f"PRAGMA quick_check({_MOST_PROBLEMS})").fetchall()
    except (apsw.Error, OSError) as error:
        raise explained(error, path) from error
    return tuple(str(line) for (line,) in found if line != "ok")
