"""The way of a history from older tables to the newest, with a copy taken first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import apsw

from pingtree_desktop.domain.errors import NewerVersion, StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.backups import back_up
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.schema import STEPS, Step

APPLICATION_ID = 0x50547265
"""Marks a file as ours in SQLite's header ("PTre")."""


def version_of(path: Path, steps: Sequence[Step] = STEPS) -> int:
    """The schema version of a history file, 0 where there is none yet; never writes to it.

    Raises NewerVersion, or UnreadableInput for a file that is damaged or not ours.
    """
    try:
        with path.open("rb") as file:
            header = file.read(100)
    except FileNotFoundError:
        return 0
    except OSError as error:
        raise StorageUnavailable(
            f"The history {shown(path)} cannot be read: {reason(error)}.",
            "Check its permissions, or choose another workspace.",
        ) from error
    if not header:
        return 0
    if len(header) < 100 or not header.startswith(b"SQLite format 3\0"):
        raise not_ours(path)
    if int.from_bytes(header[68:72], "big") not in {0, APPLICATION_ID}:
        raise not_ours(path)
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        connection.set_busy_timeout(5000)
        application_id = connection.pragma("application_id")
        version = connection.pragma("user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    finally:
        connection.close()
    if application_id == 0 and version == 0 and tables == 0:
        return 0
    if application_id != APPLICATION_ID or not isinstance(version, int) or version < 1:
        raise not_ours(path)
    if version > len(steps):
        raise NewerVersion(
            f"The history {shown(path)} was made by a newer version of PingTree Desktop "
            f"(format {version}; this one knows up to {len(steps)}).",
            "Install the newer version, or choose another workspace; the file was left as it is.",
        )
    return version


def not_ours(path: Path) -> UnreadableInput:
    """The error on a file that is damaged, or was never a history."""
    return UnreadableInput(
        f"{shown(path)} is damaged or is not a history of PingTree Desktop.",
        "Move the file away and start again, and a new history is made; it was left as it is.",
    )


def migrate(
    connection: apsw.Connection, path: Path, backups: Path, steps: Sequence[Step] = STEPS
) -> None:
    """Bring a history to the newest version in one transaction, after a backup of an older one."""
    version = int(str(connection.pragma("user_version")))
    if version == len(steps):
        return
    if version > 0:
        back_up(connection, path, backups, version)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in steps[version:]:
            if isinstance(step, str):
                connection.execute(step)
            else:
                step(connection)
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", len(steps))
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
