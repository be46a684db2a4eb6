"""One SQLite file: a writer thread with group commit, a reader and a scanner thread beside it.

Callers hand in jobs (functions of a connection) and get futures; a write's future resolves only
after its COMMIT is on the disk.  A job may run more than once before that, so it must be a
function of the connection alone.  Knows no table.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Never, TypeVar
from urllib.parse import quote

import apsw

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.migrations import migrate, not_ours, version_of
from pingtree_desktop.storage.schema import STEPS, Step

T = TypeVar("T")
Job = Callable[[apsw.Connection], T]

GROUP_LIMIT = 400
_BUSY_TIMEOUT_MS = 5000
_STEPS_BETWEEN_LOOKS = 20_000
_JOURNAL_LIMIT_BYTES = 32_000_000
_CHECKPOINT_PAGES = 6000
_CACHE_KIB = 16_000
_READ_TABLES = ("exchange", "record", "pending", "name", "remark", "words")


@dataclass(slots=True, kw_only=True)
class _Order:
    """A job in the queue.  `alone` runs outside any transaction, after all before it."""

    job: Job[Any]
    alone: bool = False
    future: Future[Any] = field(default_factory=Future)


class Stopped(Exception):
    """A scan was told to stop."""


class Database:
    """An open history file.  Close it, or what is queued may not be written."""

    def __init__(
        self,
        path: Path,
        writer: apsw.Connection | None,
        *readers: apsw.Connection,
        read_only_reason: StorageUnavailable | None = None,
    ) -> None:
        self.read_only_reason = read_only_reason
        self._path = path
        self._writer, (self._reader, self._scanner) = writer, readers
        self._at_begin: Job[None] = _nothing
        self._at_end: Job[None] = _nothing
        self._at_undo: Callable[[], None] = lambda: None
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._gate = threading.Lock()
        self._is_closed = False
        self._closing = threading.Event()
        self._read_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history-reader")
        self._scan_pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="history-scanner")
        self._thread = threading.Thread(target=self._run, name="history-writer", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls, path: Path, backups: Path, steps: Sequence[Step] = STEPS, *, vfs: str | None = None
    ) -> Database:
        """Check, open and migrate a file; a missing one is made, readable by its owner only.

        `vfs` names another of SQLite's ways to reach files, as the tests of power cuts do.

        The caller sees to it that no other process opens the file at the same moment.  Raises
        StorageUnavailable, NewerVersion or UnreadableInput, with the file left as it was.
        """
        writer: apsw.Connection | None = None
        try:
            version_of(path, steps)
            _make_private(path)
            writer = _connect(path, vfs)
            migrate(writer, path, backups, steps)
            reader, scanner = _connect(path, vfs), _connect(path, vfs)
            for connection in (reader, scanner):
                connection.pragma("query_only", True)
        except (apsw.Error, OSError) as error:
            if writer is not None:
                writer.close()
            raise_explained(error, path)
        return cls(path, writer, reader, scanner)

    @classmethod
    def open_to_read(cls, path: Path, why: StorageUnavailable) -> Database:
        """Open a file only to look at it; each write fails with the reason.

        Raises UnreadableInput or StorageUnavailable when even that is not possible.
        """
        for mode in (
            "mode=ro",
            "immutable=1",
        ):  # the latter needs no file beside, and sees no journal
            try:
                return cls(path, None, *_readers(path, mode), read_only_reason=why)
            except apsw.Error as error:
                problem = error
        raise UnreadableInput(
            f"The history {shown(path)} cannot be read by this version.", "Use the newer version."
        ) from problem

    def watch_transactions(
        self, at_begin: Job[None], at_end: Job[None], at_undo: Callable[[], None]
    ) -> None:
        """Run a job first in each transaction, one last, and a function after one undone."""
        self._at_begin, self._at_end, self._at_undo = at_begin, at_end, at_undo

    def write(self, job: Job[T]) -> Future[T]:
        """Run a job in the next transaction; resolved after COMMIT, or with what went wrong."""
        return self._enqueue(_Order(job=job))

    def write_alone(self, job: Job[T]) -> Future[T]:
        """Run a job outside any transaction, after all writes before it (for checkpoints)."""
        return self._enqueue(_Order(job=job, alone=True))

    def read(self, job: Job[T]) -> Future[T]:
        """Run a job on the reading connection; it sees every write resolved before."""
        with self._gate:
            if not self._is_closed:
                return self._read_pool.submit(self._read, self._reader, job)
        return self._refused()

    def scan(self, job: Job[T], stop: threading.Event | None = None) -> Future[T]:
        """Run a job that may take long on a connection of its own, beside the quick reads.

        Fails with Stopped soon after `stop` is set.
        """
        with self._gate:
            if not self._is_closed:
                return self._scan_pool.submit(self._scan, job, stop or self._closing)
        return self._refused()

    def close(self) -> None:
        """Write what is queued, fold the journal into the file, end both threads.  Idempotent."""
        with self._gate:
            first = not self._is_closed
            self._is_closed = True
            if first:
                self._orders.put(None)
        self._closing.set()
        self._thread.join()
        self._read_pool.shutdown(wait=True)
        self._scan_pool.shutdown(wait=True)
        if first:
            self._reader.close()
            self._scanner.close()
            if self._writer is not None:
                with contextlib.suppress(apsw.Error):  # all is safe in the journal already
                    self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
                with contextlib.suppress(apsw.Error):  # a disk that went away
                    self._writer.close()

    # ---- threads ---------------------------------------------------------------------------

    def _enqueue(self, order: _Order) -> Future[Any]:
        if self.read_only_reason is not None:
            order.future.set_exception(self.read_only_reason)
            return order.future
        with self._gate:
            if not self._is_closed:
                self._orders.put(order)
                return order.future
        return self._refused()

    def _refused(self) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_exception(
            StorageUnavailable("The history is closed.", "Start the program again.")
        )
        return future

    def _read(self, connection: apsw.Connection, job: Job[T]) -> T:
        try:
            return job(connection)
        except apsw.InterruptError as error:
            raise Stopped from error
        except (apsw.Error, UnicodeDecodeError) as error:
            raise_explained(error, self._path)

    def _scan(self, job: Job[T], stop: threading.Event) -> T:
        def is_over() -> bool:
            return stop.is_set() or self._closing.is_set()

        if is_over():
            raise Stopped
        self._scanner.set_progress_handler(is_over, _STEPS_BETWEEN_LOOKS)
        return self._read(self._scanner, job)

    def _run(self) -> None:
        while (order := self._orders.get()) is not None:
            group, is_last = [order], False
            while len(group) < GROUP_LIMIT and not group[-1].alone:
                try:
                    following = self._orders.get_nowait()
                except Empty:
                    break
                if following is None:
                    is_last = True
                    break
                group.append(following)
            alone = group.pop() if group[-1].alone else None
            self._write_group(group)
            if alone is not None:
                self._write_group([alone])
            if is_last:
                return

    def _write_group(self, group: list[_Order]) -> None:
        """Commit a group together; where that fails as a whole, each of its jobs by itself."""
        live = [order for order in group if order.future.set_running_or_notify_cancel()]
        if not live:
            return
        try:
            results = self._commit(live)
        except Exception as error:  # noqa: BLE001 - it reaches the callers through their futures
            if len(live) == 1:
                live[0].future.set_exception(explained(error, self._path))
                return
            for order in live:
                self._write_one(order)
            return
        for order, result in zip(live, results, strict=True):
            order.future.set_result(result)

    def _write_one(self, order: _Order) -> None:
        try:
            result = self._commit([order])[0]
        except Exception as error:  # noqa: BLE001 - it reaches the caller through the future
            order.future.set_exception(explained(error, self._path))
        else:
            order.future.set_result(result)

    def _commit(self, group: list[_Order]) -> list[Any]:
        """Results after COMMIT.  Raises, with all of the group undone."""
        connection = self._writer
        assert connection is not None  # without one no order is taken
        if group[0].alone:
            return [group[0].job(connection)]
        connection.execute("BEGIN IMMEDIATE")
        try:
            self._at_begin(connection)
            results = [order.job(connection) for order in group]
            self._at_end(connection)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._at_undo()
            raise
        return results


def _nothing(_connection: apsw.Connection) -> None:
    """What is done at the start of a transaction that nobody watches."""


def _readers(path: Path, mode: str) -> list[apsw.Connection]:
    """Two connections that only read, if the tables that are read are there."""
    uri = f"file:{quote(path.absolute().as_posix())}?{mode}"
    flags = apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI
    made: list[apsw.Connection] = []
    try:
        for _ in range(2):
            made.append(apsw.Connection(uri, flags=flags))
            for needed in _READ_TABLES:
                made[-1].execute(f"SELECT * FROM {needed} LIMIT 0")
    except apsw.Error:
        for connection in made:
            connection.close()
        raise
    return made


def _make_private(path: Path) -> None:
    """Make the file readable by its owner only; SQLite's side files take the same rights."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    os.close(descriptor)
    if os.name == "posix" and path.stat().st_mode & 0o077:
        path.chmod(0o600)


def _connect(path: Path, vfs: str | None) -> apsw.Connection:
    connection = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    try:
        connection.set_busy_timeout(_BUSY_TIMEOUT_MS)
        connection.pragma("journal_mode", "wal")
        connection.pragma("synchronous", "FULL")
        if sys.platform == "darwin":  # a plain fsync leaves the data in the drive's cache there
            connection.pragma("fullfsync", True)
            connection.pragma("checkpoint_fullfsync", True)
        connection.pragma("secure_delete", True)
        connection.pragma("foreign_keys", True)
        connection.pragma("trusted_schema", False)
        connection.pragma("journal_size_limit", _JOURNAL_LIMIT_BYTES)
        connection.pragma("wal_autocheckpoint", _CHECKPOINT_PAGES)
        connection.pragma("cache_size", -_CACHE_KIB)
    except apsw.Error:
        connection.close()
        raise
    return connection


def explained(error: Exception, path: Path) -> Exception:
    """An SQLite or system error in plain words; anything else (a fault of ours) unchanged."""
    name = f"The history {shown(path)}"
    match error:
        case PingTreeError():
            return error
        case apsw.NotADBError() | apsw.CorruptError():
            return not_ours(path)
        case apsw.FullError():
            return _full(name)
        case apsw.BusyError() | apsw.LockedError():
            return StorageUnavailable(
                f"{name} is kept busy by another program.", "Close the other one and try again."
            )
        case apsw.ReadOnlyError() | apsw.CantOpenError() | apsw.PermissionsError():
            return StorageUnavailable(
                f"{name} cannot be written: it is read-only, or permission is denied.",
                "Check its permissions, or choose another workspace with --workspace.",
            )
        case apsw.IOError():
            # A WAL file that cannot grow on a full disk is reported as an I/O error.
            return _full(name) if _is_full(path) else _broken(name)
        case OSError():
            return StorageUnavailable(
                f"{name} cannot be opened: {reason(error)}.",
                "Check its permissions, or choose another workspace with --workspace.",
            )
        case UnicodeDecodeError():
            return UnreadableInput(f"{name} holds damaged text.", "The other entries can be read.")
        case _:
            return error


def raise_explained(error: Exception, path: Path) -> Never:
    """Raise an error in its plain words, or as it is where there are none."""
    told = explained(error, path)
    if told is error:
        raise error
    raise told from error


def _full(name: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{name} could not be written: the disk is full.",
        "Free some space and try again; what was kept before is safe.",
    )


def _broken(name: str) -> StorageUnavailable:
    return StorageUnavailable(
        f"{name} could not be read or written: the disk reported an error.",
        "Check the disk; what was kept before is most likely safe.",
    )


def _is_full(path: Path) -> bool:
    import shutil  # noqa: PLC0415 - only on an error

    try:
        return shutil.disk_usage(path.parent).free < 64_000
    except OSError:
        return False
