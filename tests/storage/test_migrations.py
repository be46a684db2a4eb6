"""Files of every version open; newer, foreign and damaged ones are refused and left alone."""

import hashlib
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path

import apsw
import pytest

from pingtree_desktop.domain.errors import (
    NewerVersion,
    PingTreeError,
    StorageUnavailable,
    UnreadableInput,
)
from pingtree_desktop.storage.backups import BACKUPS_KEPT
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.migrations import APPLICATION_ID, version_of
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.schema import STEPS
from tests.storage.samples import exchange, finished

KILLS = int(os.environ.get("PINGTREE_MIGRATION_KILLS", "4"))
DATA = Path(__file__).parents[1] / "data" / "databases"


def fingerprint(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def refused(places: Places, kind: type[PingTreeError]) -> PingTreeError:
    """What opening raises; the file is untouched and no lock or thread stays behind."""
    before = fingerprint(places.history_db)
    with pytest.raises(kind) as caught:
        HistoryStore.open(places)
    assert fingerprint(places.history_db) == before
    assert caught.value.problem.endswith(".")
    assert "\n" not in str(caught.value)
    return caught.value


def test_version_1_opens_with_its_rows(places: Places) -> None:
    shutil.copy(DATA / "v1.db", places.history_db)
    store = HistoryStore.open(places)
    try:
        assert list(store.reader.ids().result()) == [3, 2, 1]
        fired, refusal, pending = (store.reader.get(n).result() for n in (1, 2, 3))
        assert fired.profile == "Quote view \U0001f600"
        assert fired.outcome is not None
        assert fired.outcome.response is not None
        assert fired.outcome.response.body == b'{"status":"success","message":"ok"}'
        assert refusal.transaction_id == "T-\ud800\x00-2"
        assert refusal.message == "half \ud83d and \ude00 apart"
        assert pending.outcome is None
        assert store.recover_in_doubt().result() == 1
        assert store.reader.newest(1).result()[0].state == "in_doubt"
    finally:
        store.close()
    assert version_of(places.history_db) == len(STEPS)


def test_a_newer_version_with_other_tables_is_named_and_left(places: Places) -> None:
    with apsw.Connection(str(places.history_db)) as connection:
        connection.execute("CREATE TABLE future (x)")
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", len(STEPS) + 1)
    connection.close()
    error = refused(places, NewerVersion)
    assert "was made by a newer version" in error.problem
    assert "Install the newer version" in error.remedy


def test_a_newer_version_that_can_be_read_is_only_looked_at(places: Places) -> None:
    store = HistoryStore.open(places)
    sent = exchange()
    store.finish(store.begin(sent).result(), finished(sent)).result()
    store.close()
    connection = apsw.Connection(str(places.history_db))
    connection.pragma("user_version", len(STEPS) + 1)
    connection.execute("ALTER TABLE exchange ADD COLUMN future TEXT")
    connection.close()
    before = fingerprint(places.history_db)
    store = HistoryStore.open(places)
    try:
        assert "can only be looked at" in store.read_only_reason
        assert "newer version" in store.read_only_reason
        assert store.reader.get(1).result().transaction_id == "T-1"
        assert [row.id for row in store.reader.newest(5).result()] == [1]
        with pytest.raises(StorageUnavailable, match="can only be looked at"):
            store.begin(sent).result()
        with pytest.raises(StorageUnavailable, match="can only be looked at"):
            store.remarks.set_note(1, "x").result()
        assert not store.care.back_up_daily()
    finally:
        store.close()
    assert fingerprint(places.history_db) == before


def test_a_newer_version_still_in_its_journal_is_seen(places: Places) -> None:
    connection = apsw.Connection(str(places.history_db))
    connection.pragma("journal_mode", "wal")
    connection.execute("CREATE TABLE future (x)")
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", 99)
    refused(places, NewerVersion)
    connection.close()


@pytest.mark.parametrize("application_id", [0, 0x12345678])
def test_another_programs_database_is_left(places: Places, application_id: int) -> None:
    with apsw.Connection(str(places.history_db)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.pragma("application_id", application_id)
    connection.close()
    refused(places, UnreadableInput)


def test_a_folder_in_its_place_is_named(places: Places) -> None:
    places.history_db.mkdir()
    with pytest.raises(StorageUnavailable, match="cannot be"):
        HistoryStore.open(places)


def test_an_empty_file_becomes_a_history(places: Places) -> None:
    places.history_db.touch(mode=0o644)
    HistoryStore.open(places).close()
    assert version_of(places.history_db) == len(STEPS)
    if os.name == "posix":
        assert stat.S_IMODE(places.history_db.stat().st_mode) == 0o600


def test_an_older_file_is_backed_up_and_brought_up(places: Places) -> None:
    shutil.copy(DATA / "v1.db", places.history_db)
    steps = (*STEPS, "ALTER TABLE exchange ADD COLUMN note TEXT NOT NULL DEFAULT 'none';")
    for _ in range(2):
        database = Database.open(places.history_db, places.backups, steps)
        assert (
            database.read(lambda c: c.execute("SELECT note FROM exchange").get).result()
            == ["none"] * 3
        )
        database.close()
    assert version_of(places.history_db, steps) == len(steps)
    (backup,) = places.backups.iterdir()
    assert version_of(backup) == 1
    if os.name == "posix":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600


def test_a_migration_that_fails_leaves_the_old_version(places: Places) -> None:
    shutil.copy(DATA / "v1.db", places.history_db)
    steps = (*STEPS, "ALTER TABLE exchange ADD COLUMN note TEXT; INSERT INTO missing VALUES (1);")
    with pytest.raises(apsw.SQLError):
        Database.open(places.history_db, places.backups, steps)
    assert version_of(places.history_db) == 1
    HistoryStore.open(places).close()


def test_the_newest_backups_are_kept(places: Places) -> None:
    for _ in range(BACKUPS_KEPT + 2):
        shutil.copy(DATA / "v1.db", places.history_db)
        Database.open(places.history_db, places.backups, (*STEPS, "SELECT 1")).close()
    assert len(list(places.backups.iterdir())) == BACKUPS_KEPT


def grown_version_1(path: Path, rows: int) -> None:
    """A file of version 1 with many rows, copied from the sample's first."""
    shutil.copy(DATA / "v1.db", path)
    connection = apsw.Connection(str(path))
    names = [name for _, name, *_ in connection.execute("PRAGMA table_info(exchange)")][1:]
    columns = ", ".join(names)
    with connection:
        for entry_id in range(10, rows + 10):
            connection.execute(
                f"INSERT INTO exchange (id, {columns}) SELECT ?, {columns} FROM exchange "
                "WHERE id = 1",
                (entry_id,),
            )
            connection.execute(
                "INSERT INTO body SELECT ?, request, response, meta, crc32 FROM body "
                "WHERE exchange_id = 1",
                (entry_id,),
            )
    connection.close()


@pytest.mark.skipif(os.name != "posix", reason="a kill is a signal")
@pytest.mark.parametrize("share", [n / KILLS for n in range(KILLS)])
def test_a_kill_in_a_migration_leaves_the_old_or_the_new(places: Places, share: float) -> None:
    rows = 1_500
    grown_version_1(places.history_db, rows)
    child = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path\n"
            "from pingtree_desktop.storage.history import HistoryStore\n"
            "from pingtree_desktop.storage.places import Places\n"
            "print('go', flush=True)\n"
            "HistoryStore.open(Places(root=Path(sys.argv[1])))",
            str(places.root),
        ],
        stdout=subprocess.PIPE,
    )
    with child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"go\n"
        time.sleep(share * 0.8)
        child.kill()
    assert version_of(places.history_db) in {1, len(STEPS)}
    store = HistoryStore.open(places)
    try:
        assert store.recovery is None
        assert store.reader.count().result() == rows + 3
        assert store.reader.get(10 + rows - 1).result().profile == "Quote view \U0001f600"
        assert store.care.verify().result().is_sound
    finally:
        store.close()
