"""Traps that notice a file being opened and an address being fetched."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.net.hostile_server import HostileServer, answer, replying

_WRITER = ': > "$0"; : > "$0.opened"; while :; do : > "$0"; done'
_PICTURE = replying(answer(b"GIF89a"))


class Fifo:
    """A named pipe; `was_opened` tells whether anybody opened it for reading.

    Its writer closes at once, so that every reader is let go.  It is a process of its own: Qt opens
    a file without letting other threads run.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._writer = subprocess.Popen(["/bin/sh", "-c", _WRITER, str(path)])

    @property
    def was_opened(self) -> bool:
        return self.path.with_name(f"{self.path.name}.opened").exists()

    def close(self) -> None:
        self._writer.kill()
        self._writer.wait(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traps:
    """`fifo` is None where the system has no named pipes."""

    server: HostileServer
    fifo: Fifo | None
    address: str = field(default="")

    @property
    def hits(self) -> int:
        """How many connections reached the address."""
        return len(self.server.received(_PICTURE))

    @property
    def file_url(self) -> str:
        return self.fifo.path.as_uri() if self.fifo else "file:///nowhere"

    @property
    def was_sprung(self) -> bool:
        return self.hits > 0 or (self.fifo is not None and self.fifo.was_opened)


@contextmanager
def traps(folder: Path) -> Iterator[Traps]:
    with HostileServer() as server:
        fifo = Fifo(folder / "trap.png") if hasattr(os, "mkfifo") else None
        try:
            yield Traps(server=server, fifo=fifo, address=server.url(_PICTURE, "/x.png"))
        finally:
            if fifo is not None:
                fifo.close()
