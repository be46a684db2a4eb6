"""A file system that loses its power: what was not brought to the disk is gone, or half there.

An SQLite VFS in memory.  Each file has what the disk holds and what was written since the last
sync; a cut throws the latter away, or keeps some sectors of it, as drives do.
"""

from __future__ import annotations

import random
import threading

import apsw

SECTOR_BYTES = 512
NAME = "losing-power"


class PowerCut(Exception):
    """The moment at which the power went."""


class Disk:
    """The files, by path; `cut_at` counts the writes and syncs until the power goes."""

    def __init__(self, cut_at: int | None = None) -> None:
        self.files: dict[str, tuple[bytearray, bytearray]] = {}
        self.cut_at, self.steps = cut_at, 0
        self.is_off = False
        self.lock = threading.RLock()

    def step(self) -> None:
        """One thing that reaches the drive."""
        with self.lock:
            self.steps += 1
            if self.cut_at is not None and self.steps >= self.cut_at:
                self.is_off = True

    def after_cut(self, luck: random.Random, *, is_torn: bool) -> dict[str, bytes]:
        """What a new start finds."""
        found = {}
        for name, (synced, written) in self.files.items():
            kept = bytearray(synced)
            if is_torn:
                kept.extend(bytes(max(0, len(written) - len(kept))))
                for at in range(0, len(written), SECTOR_BYTES):
                    if luck.random() < 0.5:
                        kept[at : at + SECTOR_BYTES] = written[at : at + SECTOR_BYTES]
            found[name] = bytes(kept)
        return found


class PowerVFS(apsw.VFS):
    """Files of a `Disk`; locks and shared memory are SQLite's own, on files that stay empty."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__(NAME, "unix")

    def xOpen(self, name, flags):
        return PowerFile(self.disk, name, flags)

    def xAccess(self, path, flags):
        return path in self.disk.files

    def xDelete(self, path, _sync):
        self.disk.step()
        self.disk.files.pop(path, None)

    def xFullPathname(self, name):
        return name


class PowerFile(apsw.VFSFile):
    def __init__(self, disk, name, flags) -> None:
        super().__init__("unix", name, flags)
        self.disk = disk
        path = name if isinstance(name, str) else name.filename()
        with disk.lock:
            self.pair = disk.files.setdefault(path, (bytearray(), bytearray()))

    def xRead(self, amount, offset):
        with self.disk.lock:
            data = bytes(self.pair[1][offset : offset + amount])
        return data

    def xWrite(self, data, offset):
        self._live()
        with self.disk.lock:
            written = self.pair[1]
            if len(written) < offset:
                written.extend(bytes(offset - len(written)))
            written[offset : offset + len(data)] = data

    def xTruncate(self, size):
        self._live()
        with self.disk.lock:
            del self.pair[1][size:]
            del self.pair[0][size:]

    def xSync(self, _flags):
        self._live()
        with self.disk.lock:
            self.pair[0][:] = self.pair[1]

    def xFileSize(self):
        return len(self.pair[1])

    def _live(self) -> None:
        self.disk.step()
        if self.disk.is_off:
            raise apsw.IOError("the power is gone")
