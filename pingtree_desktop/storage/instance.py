"""One window a workspace: a second start finds the first one and asks it to come to the front.

A lock of the operating system, free again the moment its process ends, however that ends.  Taken
before the first frame, so without the lock library, which loads asyncio.
"""

from __future__ import annotations

import contextlib
import os
import sys

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.places import Places


class Instance:
    """The claim of this process on a workspace's window."""

    def __init__(self, places: Places) -> None:
        self._file = places.locks / "window.lock"
        self._wanted = places.locks / "window.wanted"
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
        self._forget()
        return True

    def ask_owner(self) -> None:
        """Ask the process that owns the window to bring it to the front."""
        with contextlib.suppress(OSError):  # it stays where it is, which the person is told
            self._wanted.touch(mode=0o600)

    def is_asked(self) -> bool:
        """Whether somebody asked since the last call; for the owner, a few times a second."""
        if not self._wanted.exists():
            return False
        self._forget()
        return True

    def release(self) -> None:
        """Let the next one have the window.  Idempotent."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _forget(self) -> None:
        with contextlib.suppress(OSError):
            self._wanted.unlink(missing_ok=True)


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
