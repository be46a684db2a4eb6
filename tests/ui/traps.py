"""Traps that notice a file being opened and an address being fetched."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.net.hostile_server import HostileServer, answer, replying

_PICTURE = replying(answer(b"GIF89a"))


class Fifo:
    """A named pipe; `was_opened` tells whether anybody opened it for reading.

    Its writer closes at once, so that a reader is let go instead of hanging.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.was_opened = False
        self._is_ending = False
        os.mkfifo(path)
        self._thread = threading.Thread(target=self._wait_for_a_reader)
        self._thread.start()

    def _wait_for_a_reader(self) -> None:
        descriptor = os.open(self.path, os.O_WRONLY)
        self.was_opened = not self._is_ending
        os.close(descriptor)

    def close(self) -> None:
        self._is_ending = not self.was_opened
        if self._thread.is_alive():
            os.close(os.open(self.path, os.O_RDONLY | os.O_NONBLOCK))
        self._thread.join(10)


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
