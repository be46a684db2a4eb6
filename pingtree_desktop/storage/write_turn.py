"""One writer of the workspace's shared files at a time, and none while git writes them.

Two windows or terminals take turns by a lock of the operating system.  Git takes no part in that,
but holds `index.lock` from before it looks for changes until after it wrote the last file: who
saves waits for it, and looks again afterwards.  Blocks; call it from a worker thread.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.places import Places

_TURN_WAIT_S = 10.0
_GIT_WAIT_S = 3.0
_STEP_S = 0.005
# A lock this old was left behind by a git that was killed; git itself only ever says so.
_STALE_S = 600.0


class WriteTurn:
    """The turns of one workspace."""

    def __init__(self, places: Places) -> None:
        self._file = places.locks / "workspace.lock"
        self._campaigns = places.campaigns

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Write within this.  Raises StorageUnavailable when others do not come to an end."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - loads asyncio

        lock = FileLock(self._file, timeout=_TURN_WAIT_S, poll_interval=_STEP_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise StorageUnavailable(
                "Another window or terminal is still saving in this workspace.",
                "Wait for it, then save again.",
            ) from error
        except OSError as error:
            raise StorageUnavailable(
                f"{shown(self._file)} cannot be locked: {reason(error)}.",
                "Check the permissions of the workspace.",
            ) from error
        try:
            self.wait_for_git()
            yield
        finally:
            lock.release()

    def is_git_at_work(self) -> bool:
        """Whether git is changing files around the campaigns at this moment."""
        lock = _index_lock(self._campaigns)
        try:
            return lock is not None and time.time() - lock.stat().st_mtime < _STALE_S
        except OSError:
            return False

    def wait_for_git(self) -> bool:
        """Wait a little until git is done; whether it is."""
        last = time.monotonic() + _GIT_WAIT_S
        while self.is_git_at_work():
            if time.monotonic() > last:
                return False
            time.sleep(_STEP_S)
        return True


def _index_lock(folder: Path) -> Path | None:
    """Where git's lock of the folder's repository would be; None outside a repository."""
    for place in (folder, *folder.parents):
        git = place / ".git"
        if git.is_dir():
            return git / "index.lock"
        if git.is_file():  # a worktree or submodule: the file names the folder
            try:
                told = git.read_text("utf-8", "replace").removeprefix("gitdir:").strip()
            except OSError:
                return None
            return place / told / "index.lock"
    return None
