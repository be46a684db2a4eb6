"""One window a workspace: a second start finds the first one and hands it what it was to open.

A lock of the operating system, free again the moment its process ends, however that ends.  Taken
before the first frame, so without the lock library, which loads asyncio.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from pathlib import Path

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown, write_bytes
from pingtree_desktop.storage.places import Places

PATIENCE_S = 10.0
_LOOK_EVERY_S = 0.05
_STALE_S = 60.0
_REQUEST = "window.wanted-"


class Instance:
    """The claim of this process on a workspace's window, and what other starts ask of it."""

    def __init__(self, places: Places) -> None:
        self._folder = places.locks
        self._file = places.locks / "window.lock"
        self._descriptor: int | None = None

    def claim(self) -> bool:
        """Whether this process owns the window now.  Raises StorageUnavailable."""
        try:
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise StorageUnavailable(
                f"{shown(self._file)} cannot be locked: {reason(error)}.",
                "Choose another workspace with --workspace.",
            ) from error
        if not _lock(descriptor):
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        self._forget_old()
        return True

    def claim_or_ask(self, file: Path | None, *, patience_s: float = PATIENCE_S) -> bool:
        """Whether this process owns the window; if not, the owner has taken `file` to open it.

        An owner that is just closing does not take the request: then the window is this
        process's after all.  Raises StorageUnavailable when nobody answers.
        """
        if self.claim():
            return True
        request = self._folder / f"{_REQUEST}{os.getpid()}-{time.time_ns()}"
        write_bytes(request, b"" if file is None else os.fsencode(file.absolute()))
        deadline = time.monotonic() + patience_s
        try:
            while time.monotonic() < deadline:
                if not request.exists():
                    return False
                if self.claim():
                    return True
                time.sleep(_LOOK_EVERY_S)
        finally:
            _forget(request)
        raise StorageUnavailable(
            "The window of this workspace is open already and does not answer.",
            "Close it, or end it in the system's list of programs, then start again.",
        )

    def requests(self) -> list[Path | None]:
        """What other starts asked since the last call: a file to open, or None to come forward.

        For the owner, a few times a second; it asks the disk.
        """
        found: list[Path | None] = []
        for request in self._waiting():
            with contextlib.suppress(OSError):  # withdrawn meanwhile
                text = os.fsdecode(request.read_bytes())
                request.unlink()
                found.append(Path(text) if text else None)
        return found

    def release(self) -> None:
        """Let the next one have the window.  Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _waiting(self) -> list[Path]:
        try:
            return sorted(self._folder.glob(f"{_REQUEST}*"))
        except OSError:  # the folder cannot be listed at the moment: the asking one waits
            return []

    def _forget_old(self) -> None:
        """Remove what starts left behind that ended hard while they waited."""
        for request in self._waiting():
            with contextlib.suppress(OSError):
                if time.time() - request.stat().st_mtime > _STALE_S:
                    request.unlink()


def _forget(request: Path) -> None:
    with contextlib.suppress(OSError):
        request.unlink(missing_ok=True)


def _lock(descriptor: int) -> bool:
    """Lock an open file if nobody else has; the system frees it when it is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - Windows only

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - all but Windows

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
