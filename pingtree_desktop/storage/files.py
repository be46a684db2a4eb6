"""Writes files whole or not at all, and reads them with a limit and a plain word on failure.

Knows nothing of what the files mean.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput

READ_LIMIT_BYTES = 4_000_000
_LEFTOVER_AGE_S = 3600
_counter = itertools.count()
_FULL = {errno.ENOSPC, errno.EFBIG, *({errno.EDQUOT} if hasattr(errno, "EDQUOT") else ())}


def shown(path: Path) -> str:
    """A path as a message can show it; bytes that are no text become escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode("utf-8")


def reason(error: OSError) -> str:
    """Why the operating system refused, in a few plain words without a full stop."""
    if error.errno in _FULL:
        return "the disk is full"
    if error.errno == errno.EROFS:
        return "the disk is read-only"
    if isinstance(error, PermissionError):
        return "permission is denied"
    if isinstance(error, FileNotFoundError):
        return "it does not exist"
    if isinstance(error, IsADirectoryError):
        return "it is a folder"
    if isinstance(error, NotADirectoryError):
        return "a file stands where a folder is needed"
    return error.strerror or type(error).__name__


def write_text(path: Path, text: str) -> None:
    """Replace a file's text in one step, as UTF-8 with the line ends given.

    After a crash or on a full disk the file holds either the old or the new text.  Raises
    StorageUnavailable.
    """
    write_bytes(path, text.encode("utf-8"))


def write_bytes(path: Path, data: bytes) -> None:
    """Replace a file's content in one step; only its owner may read it."""
    with writing_file(path) as file:
        file.write_bytes(data)
        file.finish()


def replace_text(path: Path, text: str, *, expected: str | None) -> bool:
    """Replace a file's text if it still is `expected` (None: no file) the moment before.

    Returns whether it was.  Raises StorageUnavailable, and UnreadableInput for what is there.
    """
    with writing_file(path) as file:
        file.write_bytes(text.encode("utf-8"))
        file.settle()
        if text_or_none(path) != expected:
            return False
        file.finish()
    return True


def text_or_none(path: Path) -> str | None:
    """A file's text, or None where there is no file.  Raises as `read_text` does."""
    try:
        return read_text(path)
    except StorageUnavailable as error:
        if isinstance(error.__cause__, FileNotFoundError | NotADirectoryError):
            return None
        raise


class GrowingFile:
    """A file that is written piece by piece beside its place, and stands there once finished."""

    def __init__(self, target: Path) -> None:
        self._target = target
        name = f".pingtree-{os.getpid()}-{next(_counter)}-{time.time_ns()}.tmp"
        self._temporary = target.parent / name
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._file = os.fdopen(os.open(self._temporary, flags, 0o600), "wb")
        self._is_settled = self._is_finished = False
        self._size = 0

    def write(self, text: str) -> None:
        """Add text as UTF-8; a lone surrogate becomes the mark that stands for it."""
        self._file.write(text.encode("utf-8", "replace"))

    def write_bytes(self, data: bytes) -> None:
        """Add bytes."""
        self._file.write(data)

    def settle(self) -> None:
        """Bring what was written to the disk, still beside its place."""
        if not self._is_settled:
            self._file.flush()
            self._size = self._file.tell()
            os.fsync(self._file.fileno())
            self._file.close()
            self._is_settled = True

    def finish(self) -> int:
        """Bring what was written to the disk, and into its place; returns its bytes."""
        self.settle()
        _replace(self._temporary, self._target)
        self._is_finished = True
        return self._size

    def abandon(self) -> None:
        """Leave nothing behind, unless it was finished."""
        if not self._is_finished:
            with contextlib.suppress(OSError):  # on a full disk even closing fails
                self._file.close()
            with contextlib.suppress(OSError):
                self._temporary.unlink()


@contextlib.contextmanager
def writing_file(path: Path) -> Iterator[GrowingFile]:
    """A file to write and `finish`; left without that, an older one stays as it was.

    Raises StorageUnavailable.
    """
    target = path.resolve() if path.is_symlink() else path
    file: GrowingFile | None = None
    try:
        file = GrowingFile(target)
        yield file
    except OSError as error:
        old = " The old file is unchanged." if target.exists() else ""
        remedy = (
            "Free some space and save again."
            if error.errno in _FULL
            else "Check the folder's permissions, or choose another workspace."
        )
        raise StorageUnavailable(
            f"{shown(path)} was not saved: {reason(error)}.{old}", remedy
        ) from error
    finally:
        if file is not None:
            file.abandon()


@contextlib.contextmanager
def reading_file(path: Path, *, limit_bytes: int | None = None) -> Iterator[BinaryIO]:
    """A file to read.  Raises StorageUnavailable, or UnreadableInput when it is too large."""
    try:
        with path.open("rb") as file:
            if limit_bytes is not None and os.fstat(file.fileno()).st_size > limit_bytes:
                raise _too_large(path, limit_bytes)
            yield file
    except OSError as error:
        raise _unread(path, error) from error


def _too_large(path: Path, limit_bytes: int) -> UnreadableInput:
    return UnreadableInput(
        f"{shown(path)} is larger than {limit_bytes // 1000:,} kB and was not read.",
        "Check that it is the right file.",
    )


def _unread(path: Path, error: OSError) -> StorageUnavailable:
    return StorageUnavailable(
        f"{shown(path)} cannot be read: {reason(error)}.", "Check the file and its permissions."
    )


def _replace(source: Path, target: Path) -> None:
    # A virus scanner on Windows may hold a file for a moment: try again, for half a second.
    attempts = 10 if os.name == "nt" else 1
    for attempt in range(attempts):
        try:
            source.replace(target)
            break
        except PermissionError:
            if attempt == attempts - 1:
                raise
            time.sleep(0.05)
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a folder's names survive a power cut, where its file system offers that."""
    if os.name != "posix":
        return
    # The change is made already and its content is on the disk: some network and FUSE file
    # systems refuse this last step, and saying "not saved" for that would be wrong.
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_text(path: Path, *, limit_bytes: int = READ_LIMIT_BYTES) -> str:
    """A file's text, line ends as they are, without a byte order mark.

    Raises UnreadableInput when it is larger than `limit_bytes` or not UTF-8, and
    StorageUnavailable when it cannot be opened.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limit_bytes + 1)
    except OSError as error:
        raise _unread(path, error) from error
    if len(data) > limit_bytes:
        raise _too_large(path, limit_bytes)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"{shown(path)} is not UTF-8 text: line {line} has a byte that is no part of it.",
            "Save the file as UTF-8.",
        ) from error


def move_new(source: Path, target: Path) -> None:
    """Give a file another place where nothing is yet.  Raises OSError."""
    if os.name == "posix" and not source.is_symlink():
        # A rename would take the place of a file that came there meanwhile; a link cannot.
        try:
            target.hardlink_to(source)
        except FileExistsError:
            raise
        except OSError:
            pass  # a file system without links
        else:
            source.unlink()
            _sync_both(source, target)
            return
    if target.exists():
        raise FileExistsError(errno.EEXIST, "something of that name is there", str(target))
    source.rename(target)
    _sync_both(source, target)


def _sync_both(source: Path, target: Path) -> None:
    for folder in {source.parent, target.parent}:
        sync_folder(folder)


def set_aside(path: Path) -> Path:
    """Move an unreadable file to the same name with `.bad`, and return where it is now."""
    kept = path.with_name(path.name + ".bad")
    try:
        path.replace(kept)
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(path)} cannot be moved aside: {reason(error)}.", "Move it away by hand."
        ) from error
    return kept


def sweep_leftovers(folder: Path) -> None:
    """Remove half-written files that a killed program left in a folder more than an hour ago."""
    try:
        leftovers = list(folder.glob(".pingtree-*.tmp"))
    except OSError:
        return  # a folder that cannot be listed is reported by whoever needs its content
    oldest = time.time() - _LEFTOVER_AGE_S
    for leftover in leftovers:
        with contextlib.suppress(OSError):  # another program may be sweeping too
            if leftover.stat().st_mtime < oldest:
                leftover.unlink()
