"""What the window is asked from outside: open a file, come to the front.

By the command line, by a second start in the same workspace, by the system (on macOS the Finder
sends an event instead of starting a program).  What comes before the window is ready waits.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    import asyncio

    from pingtree_desktop.storage.instance import Instance

_LOOK_EVERY_S = 0.4


class Openings:
    """Files to open, in the order in which they were asked for."""

    def __init__(self) -> None:
        self._waiting: list[Path] = []
        self._open: Callable[[Path], object] | None = None

    def add(self, file: Path) -> None:
        """Open a file as soon as the window can."""
        if self._open is None:
            self._waiting.append(file)
        else:
            self._open(file)

    def give_to(self, call: Callable[[Path], object]) -> None:
        """From now on `call` opens every file, those that wait first."""
        self._open = call
        waiting, self._waiting = self._waiting, []
        for file in waiting:
            call(file)


class Application(QApplication):
    """The application object, to which the system sends the files that it wants opened."""

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(list(arguments))
        self.openings = Openings()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.file():
            self.openings.add(Path(event.file()))
            return True
        return super().event(event)


async def listen(
    instance: Instance, openings: Openings, window: QWidget, closed: asyncio.Event
) -> None:
    """Do what other starts ask of this window until it is closed; takes nothing after that."""
    import asyncio  # noqa: PLC0415 - after the first frame

    loop = asyncio.get_running_loop()
    while not closed.is_set():
        requests = await loop.run_in_executor(None, instance.requests)
        for file in requests:
            if file is not None:
                openings.add(file)
        if requests:
            come_to_front(window)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(closed.wait(), _LOOK_EVERY_S)


def come_to_front(window: QWidget) -> None:
    """Show a window above the others, also when it was minimised."""
    window.setWindowState(window.windowState() & ~Qt.WindowState.WindowMinimized)
    window.raise_()
    window.activateWindow()
