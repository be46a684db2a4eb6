"""Scenes that a child process plays in the real window; each says on stdout how far it got."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QAbstractTableModel, QEvent, QObject, QTimer, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QTableView, QWidget

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.instance import Instance
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.ui.first_screen import FirstScreen, open_first_screen
from pingtree_desktop.ui.life import Outside, live
from pingtree_desktop.ui.loop import AppEventLoop
from pingtree_desktop.ui.openings import Application

SECRET = os.environ.get("PLANTED", "")
Scene = Callable[[FirstScreen, Tasks], Coroutine[Any, Any, None]]


def say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def until(condition: Callable[[], object]) -> None:
    while not condition():
        await asyncio.sleep(0.01)


async def send(screen: FirstScreen) -> None:
    await until(lambda: screen.compose.sandbox_url)
    screen.window.findChild(QPushButton, "send").click()


async def send_and_wait(screen: FirstScreen, _tasks: Tasks) -> None:
    """Type, send, and hold the window open once the verdict can be read."""
    QTest.keyClicks(screen.window.findChild(QWidget, "field.external_clickid"), "typed")
    await send(screen)
    verdict = None
    while verdict is None or not verdict.isVisible():
        await asyncio.sleep(0.01)
        verdict = screen.window.findChild(QWidget, "reply.verdict")
    say(verdict.text())
    await asyncio.sleep(3600)


async def nine_faults(screen: FirstScreen, tasks: Tasks) -> None:  # noqa: C901 - nine places
    """Let something fail in every place where it can, then send as if nothing had been."""
    await until(lambda: screen.compose.sandbox_url)
    loop = asyncio.get_running_loop()

    def in_slot() -> None:
        raise LookupError(SECRET)

    def in_timer() -> None:
        raise LookupError(SECRET)

    async def in_task() -> None:
        raise LookupError(SECRET)

    def in_thread() -> None:
        raise LookupError(SECRET)

    def in_callback() -> None:
        raise LookupError(SECRET)

    def in_executor() -> None:
        raise LookupError(SECRET)

    async def awaits_executor() -> None:
        await loop.run_in_executor(None, in_executor)

    class Canvas(QWidget):
        def paintEvent(self, _event: object) -> None:
            self.in_paint()

        def in_paint(self) -> None:
            raise LookupError(SECRET)

    class Rows(QAbstractTableModel):
        def rowCount(self, _parent: object = None) -> int:
            return 20

        def columnCount(self, _parent: object = None) -> int:
            return 5

        def data(self, _index: object, _role: int = 0) -> object:
            return self.in_data()

        def in_data(self) -> object:
            raise LookupError(SECRET)

    class Filter(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.User:
                self.in_filter()
            return False

        def in_filter(self) -> None:
            raise LookupError(SECRET)

    button, canvas, table, rows, watch = QPushButton(), Canvas(), QTableView(), Rows(), Filter()
    button.clicked.connect(lambda _checked=False: in_slot())
    button.click()
    QTimer.singleShot(0, in_timer)
    tasks.start(in_task(), name="fault")
    thread = threading.Thread(target=in_thread)
    thread.start()
    canvas.show()
    table.setModel(rows)
    table.show()
    canvas.installEventFilter(watch)
    for _ in range(3):
        QApplication.postEvent(canvas, QEvent(QEvent.Type.User))
        canvas.update()
        table.viewport().update()
        await asyncio.sleep(0.05)
    loop.call_soon(in_callback)
    tasks.start(awaits_executor(), name="fault")
    await asyncio.sleep(0.3)
    thread.join()
    for widget in (button, canvas, table):
        widget.close()
        widget.deleteLater()
    say(screen.window.findChild(QWidget, "notice.text").text())
    await send(screen)
    await until(lambda: screen.compose.result is not None)
    say(screen.compose.result.judgement.verdict.value)
    screen.window.close()


async def opens_files(screen: FirstScreen, _tasks: Tasks) -> None:
    """Say the name of each profile that comes into the form, until one is called Last."""
    name = ""
    event = QFileOpenEvent(QUrl.fromLocalFile(os.environ["OPENED_BY_THE_SYSTEM"]))
    QApplication.sendEvent(QApplication.instance(), event)
    while name != "Last":
        profile = screen.compose.profile
        if profile is not None and profile.name != name:
            name = profile.name
            say(name)
        await asyncio.sleep(0.01)
    screen.window.close()


def play(root: str, name: str) -> int:
    """Open the window as the program does and play a scene in it."""
    app = Application(sys.argv[:1])
    app.setQuitOnLastWindowClosed(False)
    instance = Instance(open_places(Path(root)))
    instance.claim()
    held: list[BaseException] = []
    tasks = Tasks(held.append)
    screen = open_first_screen(app, open_places(Path(root)), tasks, "light")
    screen.window.show()

    outside = Outside(openings=app.openings, instance=instance)

    async def main() -> int:
        async with asyncio.TaskGroup() as group:
            group.create_task(globals()[name](screen, tasks))
            return await live(screen, tasks, held, outside)

    with asyncio.Runner(loop_factory=lambda: AppEventLoop(app)) as runner:
        return runner.run(main())


if __name__ == "__main__":
    sys.exit(play(sys.argv[1], sys.argv[2]))
