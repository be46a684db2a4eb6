"""Which process is sending what: each one holds a lock file as long as it lives.

A lock of the operating system, so that it ends with the process however that dies.
"""

from __future__ import annotations

import contextlib
import uuid
from pathlib import Path

from filelock import BaseFileLock, FileLock, Timeout

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown

_OPENING_WAIT_S = 15.0


class Owner:
    """One opening of the history: a token, and the lock that shows it is alive."""

    def __init__(self, folder: Path) -> None:
        self.token = uuid.uuid4().hex
        self._file = folder / f"{self.token}.lock"
        self._lock = _lock(self._file)
        try:
            self._lock.acquire(timeout=0)
        except (OSError, Timeout) as error:
            raise _unusable(self._file, error) from error

    def release(self) -> None:
        """Let others see that this one has ended.  Idempotent."""
        self._lock.release()
        with contextlib.suppress(OSError):  # an empty file; the next recovery removes it
            self._file.unlink(missing_ok=True)


def is_alive(folder: Path, token: str) -> bool:
    """Whether the process with this token still runs; the lock file of a dead one is removed."""
    if not token.isalnum():
        return False
    file = folder / f"{token}.lock"
    if not file.exists():
        return False
    lock = _lock(file)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError as error:
        raise _unusable(file, error) from error
    lock.release()
    with contextlib.suppress(OSError):  # an empty file that harms nobody
        file.unlink(missing_ok=True)
    return False


def sweep_locks(folder: Path) -> None:
    """Remove the lock files of ended processes; call it under the `opening` lock only."""
    for file in folder.glob(f"{'[0-9a-f]' * 32}.lock"):
        is_alive(folder, file.stem)


def opening(folder: Path) -> BaseFileLock:
    """A held lock under which one process at a time opens or migrates the history."""
    file = folder / "opening.lock"
    lock = _lock(file)
    try:
        lock.acquire(timeout=_OPENING_WAIT_S)
    except (OSError, Timeout) as error:
        raise _unusable(file, error) from error
    return lock


def _lock(file: Path) -> BaseFileLock:
    # Not bound to a thread: it is taken in one and given back in another.
    return FileLock(file, mode=0o600, thread_local=False)


def _unusable(file: Path, error: OSError | Timeout) -> StorageUnavailable:
    if isinstance(error, Timeout):
        return StorageUnavailable(
            "Another copy of the program is busy opening the history.", "Wait for it and try again."
        )
    return StorageUnavailable(
        f"{shown(file)} cannot be locked: {reason(error)}.",
        "Choose another workspace with --workspace.",
    )
