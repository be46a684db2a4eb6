"""Deleting with a way back: what is deleted moves to the trash folder and can be restored.

What lies there longer than 30 days is removed for good.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import move_new, reason, shown, sync_folder, write_text

KEPT_S = 30 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """The way back of one deletion."""

    original: Path
    trashed: Path

    def restore(self) -> None:
        """Put back exactly what was deleted.  Raises StorageUnavailable when it cannot."""
        if self.original.exists():
            raise StorageUnavailable(
                f"{shown(self.original)} was not put back: something of that name is there now.",
                f"The deleted one is kept in {shown(self.trashed)}.",
            )
        try:
            self.original.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.trashed.is_dir():
                self.trashed.rename(self.original)
                sync_folder(self.original.parent)
            else:
                move_new(self.trashed, self.original)
        except OSError as error:
            raise StorageUnavailable(
                f"{shown(self.original)} was not put back: {reason(error)}.",
                f"Look for it in {shown(self.trashed)}.",
            ) from error


def move_to_trash(path: Path, trash: Path) -> Undo:
    """Move a file or folder to the trash.  Raises StorageUnavailable when it cannot."""
    trashed = trash / f"{time.time_ns()}-{path.name}"
    try:
        trash.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.rename(trashed)
        sync_folder(path.parent)
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(path)} was not deleted: {reason(error)}.",
            "Close what uses it, or check its permissions.",
        ) from error
    _expire(trash)
    return Undo(original=path, trashed=trashed)


def keep_copy(path: Path, text: str, trash: Path) -> Path:
    """Keep a text in the trash as if the file had been deleted.  Raises StorageUnavailable."""
    copy = trash / f"{time.time_ns()}-{path.name}"
    try:
        trash.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {shown(trash)} cannot be made: {reason(error)}.",
            "Check the workspace's permissions.",
        ) from error
    write_text(copy, text)
    return copy


def _expire(trash: Path) -> None:
    oldest_ns = time.time_ns() - KEPT_S * 1_000_000_000
    for entry in trash.iterdir():
        stamp = entry.name.partition("-")[0]
        if stamp.isascii() and stamp.isdigit() and int(stamp) < oldest_ns:
            with contextlib.suppress(OSError):  # the next deletion tries again
                if entry.is_dir() and not entry.is_symlink():
                    shutil.rmtree(entry)
                else:
                    entry.unlink()
