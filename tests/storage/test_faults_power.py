"""A power cut at any write or sync loses nothing that was acknowledged (fault row A2).

The same gate run with `synchronous=OFF` must fail: that is its positive control.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import apsw
import pytest

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.history_names import Names
from pingtree_desktop.storage.history_rows import SENDING
from pingtree_desktop.storage.history_writer import EntryWriter, prepare
from tests.storage.power import NAME, Disk, PowerVFS
from tests.storage.samples import exchange, finished

CUTS = int(os.environ.get("PINGTREE_POWER_CUTS", "60"))
ENTRIES = 12


def prepared(tmp_path: Path) -> bytes:
    """An empty history, made by the real file system."""
    path = tmp_path / "history.db"
    Database.open(path, tmp_path / "backups").close()
    return path.read_bytes()


def write(path: Path, disk: Disk, *, synchronous: str) -> dict[int, str]:
    """Write until the power goes; what was acknowledged, by id."""
    acknowledged: dict[int, str] = {}
    vfs = PowerVFS(disk)
    try:
        database = Database.open(path, path.parent / "backups", vfs=NAME)
        writer = EntryWriter(Names())
        database.watch_transactions(writer.begin, writer.end, writer.undo)
        database.write_alone(lambda c: c.pragma("synchronous", synchronous)).result()
        if disk.cut_at is not None:
            disk.cut_at += disk.steps
        try:
            for n in range(ENTRIES):
                sent = exchange(f"T-{n}")
                begun = database.write(
                    lambda c, s=sent: writer.insert(
                        c, prepare(s, is_over=False), state=SENDING, owner="x"
                    )
                ).result()
                acknowledged[begun] = "sending"
                done = finished(sent)
                database.write(lambda c, i=begun, d=done: writer.finish(c, i, prepare(d))).result()
                acknowledged[begun] = "done"
                if n == ENTRIES // 2:
                    database.write_alone(lambda c: c.wal_checkpoint()).result()
        except (PingTreeError, apsw.Error):
            assert disk.is_off
        database.close()
    finally:
        vfs.unregister()
    return acknowledged


def lost_or_corrupt(found: dict[str, bytes], acknowledged: dict[int, str], folder: Path) -> str:
    """What a new start on the real file system misses; empty when all is there."""
    folder.mkdir()
    for name, data in found.items():
        if not name.endswith("-shm"):
            (folder / Path(name).name).write_bytes(data)
    try:
        connection = apsw.Connection(str(folder / "history.db"))
        if connection.execute("PRAGMA integrity_check").get != "ok":
            return "corrupt"
        states = dict(connection.execute("SELECT id, state FROM exchange").fetchall())
        records = {i for (i,) in connection.execute("SELECT exchange_id FROM record")}
        connection.close()
    except apsw.Error as error:
        return f"corrupt: {error}"
    for entry_id, state in acknowledged.items():
        if entry_id not in states or (state == "done" and entry_id not in records):
            return f"lost {state} {entry_id}"
    return ""


def cut_many(tmp_path: Path, cuts: int, *, synchronous: str) -> list[str]:
    path = tmp_path / "history.db"
    start = prepared(tmp_path)
    whole = Disk()
    whole.files[str(path)] = (bytearray(start), bytearray(start))
    write(path, whole, synchronous=synchronous)
    luck = random.Random(7)
    failures = []
    for number in range(cuts):
        disk = Disk(cut_at=luck.randrange(2, max(3, whole.steps - 8)))
        disk.files[str(path)] = (bytearray(start), bytearray(start))
        acknowledged = write(path, disk, synchronous=synchronous)
        found = disk.after_cut(luck, is_torn=number % 2 == 1)
        missing = lost_or_corrupt(found, acknowledged, tmp_path / f"after-{number}")
        if missing:
            failures.append(missing)
    return failures


@pytest.mark.skipif(os.name != "posix", reason="the file system that loses power is built on unix")
def test_no_power_cut_loses_what_was_acknowledged(tmp_path: Path) -> None:
    assert cut_many(tmp_path, CUTS, synchronous="FULL") == []


@pytest.mark.skipif(os.name != "posix", reason="the file system that loses power is built on unix")
def test_the_gate_notices_a_setting_that_does_lose(tmp_path: Path) -> None:
    assert cut_many(tmp_path, 20, synchronous="OFF") != []
