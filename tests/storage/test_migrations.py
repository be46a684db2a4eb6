"""Files of every version open; newer, foreign and damaged ones are refused and left alone."""

import hashlib
import os
import shutil
import stat
from pathlib import Path

import apsw
import pytest

from pingtree_desktop.domain.errors import (
    NewerVersion,
    PingTreeError,
    StorageUnavailable,
    UnreadableInput,
)
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.migrations import APPLICATION_ID, BACKUPS_KEPT, STEPS, version_of
from pingtree_desktop.storage.places import Places

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


def test_a_newer_version_is_named_and_left(places: Places) -> None:
    with apsw.Connection(str(places.history_db)) as connection:
        connection.execute("CREATE TABLE future (x)")
        connection.pragma("application_id", APPLICATION_ID)
        connection.pragma("user_version", len(STEPS) + 1)
    connection.close()
    error = refused(places, NewerVersion)
    assert "was made by a newer version" in error.problem
    assert "Install the newer version" in error.remedy


def test_a_newer_version_still_in_its_journal_is_seen(places: Places) -> None:
    connection = apsw.Connection(str(places.history_db))
    connection.pragma("journal_mode", "wal")
    connection.execute("CREATE TABLE future (x)")
    connection.pragma("application_id", APPLICATION_ID)
    connection.pragma("user_version", 99)
    refused(places, NewerVersion)
    connection.close()


@pytest.mark.parametrize(
    "content",
    [b"not a database at all", b"SQLite format 3\0", b"\0" * 8192, b"x" * 8192],
    ids=["text", "cut", "zeros", "letters"],
)
def test_a_foreign_file_is_named_and_left(places: Places, content: bytes) -> None:
    places.history_db.write_bytes(content)
    error = refused(places, UnreadableInput)
    assert "is damaged or is not a history of PingTree Desktop" in error.problem
    assert "Move the file away" in error.remedy


@pytest.mark.parametrize("application_id", [0, 0x12345678])
def test_another_programs_database_is_left(places: Places, application_id: int) -> None:
    with apsw.Connection(str(places.history_db)) as connection:
        connection.execute("CREATE TABLE theirs (x)")
        connection.pragma("application_id", application_id)
    connection.close()
    refused(places, UnreadableInput)


@pytest.mark.parametrize("keep", [100, 4096, 5000])
def test_a_truncated_history_is_named(places: Places, keep: int) -> None:
    places.history_db.write_bytes((DATA / "v1.db").read_bytes()[:keep])
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
    assert version_of(places.history_db, steps) == 2
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
