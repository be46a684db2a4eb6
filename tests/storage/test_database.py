"""Group commit, failures of one job or of all, closing, and what a full disk does."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import apsw
import pytest

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable
from pingtree_desktop.storage.database import GROUP_LIMIT, Database
from tests.storage.processes import fill, mounted

STEPS = ("CREATE TABLE t (x INTEGER PRIMARY KEY, y) STRICT;".replace("y)", "y BLOB)"),)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(tmp_path / "t.db", tmp_path / "backups", STEPS)
    yield opened
    opened.close()


def insert(number: int, data: bytes = b"") -> "object":
    def job(connection: apsw.Connection) -> int:
        connection.execute("INSERT INTO t VALUES (?, ?)", (number, data))
        return number

    return job


def numbers(connection: apsw.Connection) -> list[int]:
    return [x for (x,) in connection.execute("SELECT x FROM t ORDER BY x").fetchall()]


class Held:
    """Keeps the writer busy, so that what is written meanwhile forms one group."""

    def __init__(self, database: Database) -> None:
        self._may_go = threading.Event()
        self.future: Future[bool] = database.write_alone(lambda _c: self._may_go.wait(30))

    def release(self) -> None:
        self._may_go.set()
        assert self.future.result(30)


def test_waiting_writes_share_commits(database: Database) -> None:
    commits = []
    database.write_alone(lambda c: c.set_commit_hook(lambda: commits.append(1) or 0)).result()
    held = Held(database)
    futures = [database.write(insert(n)) for n in range(3 * GROUP_LIMIT)]
    held.release()
    assert [f.result(30) for f in futures] == list(range(3 * GROUP_LIMIT))
    assert len(commits) == 3
    assert database.read(numbers).result() == list(range(3 * GROUP_LIMIT))


def test_one_failing_job_does_not_sink_the_others(database: Database) -> None:
    def broken(connection: apsw.Connection) -> None:
        insert(99)(connection)
        raise LookupError("a fault of ours")

    held = Held(database)
    first, failing, last = (
        database.write(insert(1)),
        database.write(broken),
        database.write(insert(2)),
    )
    held.release()
    assert (first.result(30), last.result(30)) == (1, 2)
    with pytest.raises(LookupError, match="a fault of ours"):
        failing.result(30)
    assert database.read(numbers).result() == [1, 2]


def test_a_job_that_loses_the_transaction_fails_alone(database: Database) -> None:
    def losing(connection: apsw.Connection) -> None:
        connection.execute("ROLLBACK")
        raise apsw.FullError("as SQLite does on a full disk")

    held = Held(database)
    first, failing, last = (
        database.write(insert(1)),
        database.write(losing),
        database.write(insert(2)),
    )
    held.release()
    assert (first.result(30), last.result(30)) == (1, 2)
    with pytest.raises(StorageUnavailable, match="the disk is full"):
        failing.result(30)
    assert database.read(numbers).result() == [1, 2]


def test_a_cancelled_write_is_not_written(database: Database) -> None:
    held = Held(database)
    cancelled, kept = database.write(insert(1)), database.write(insert(2))
    assert cancelled.cancel()
    held.release()
    assert kept.result(30) == 2
    assert database.read(numbers).result() == [2]


def test_the_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StorageUnavailable):
        database.read(insert(1)).result()


def test_settings_of_the_connection(database: Database) -> None:
    names = ("journal_mode", "synchronous", "secure_delete", "busy_timeout", "foreign_keys")
    found = database.write(lambda c: [c.pragma(name) for name in names]).result()
    assert found == ["wal", 2, 1, 5000, 1]


def test_closing_writes_what_waits_and_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    database = Database.open(tmp_path / "t.db", tmp_path / "backups", STEPS)
    held = Held(database)
    futures = [database.write(insert(n)) for n in range(120)]
    threading.Timer(0.05, held.release).start()
    database.close()
    database.close()
    assert [f.result(0) for f in futures] == list(range(120))
    for refused in (database.write(insert(1)), database.read(numbers)):
        with pytest.raises(StorageUnavailable, match="The history is closed"):
            refused.result(0)
    for thread in threading.enumerate():
        if isinstance(thread, threading.Timer):
            thread.join()
    assert threading.active_count() == before
    assert {p.name for p in tmp_path.iterdir()} == {"t.db"}
    with apsw.Connection(str(tmp_path / "t.db")) as connection:
        assert len(numbers(connection)) == 120
    connection.close()


def test_a_full_disk_keeps_what_was_acknowledged_and_heals(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=2m") as disk:
        database = Database.open(disk / "t.db", disk / "backups", STEPS)
        database.write(insert(1, b"x" * 1000)).result()
        filler = fill(disk)
        acknowledged = [1]
        refusals: list[PingTreeError] = []
        for number in range(2, 40):
            try:
                acknowledged.append(database.write(insert(number, b"x" * 100_000)).result(30))
            except PingTreeError as error:
                refusals.append(error)
        assert refusals
        assert {type(error) for error in refusals} == {StorageUnavailable}
        assert {error.problem.partition(" could ")[2] for error in refusals} == {
            "not be written: the disk is full."
        }
        assert database.read(numbers).result() == acknowledged
        filler.unlink()
        assert database.write(insert(100, b"x" * 1000)).result(30) == 100
        assert database.read(numbers).result() == [*acknowledged, 100]
        database.close()
