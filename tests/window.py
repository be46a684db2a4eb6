"""The real window on a temporary workspace, driven inside the real event loop."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytestqt.plugin
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.ui.crash import CrashReporter
from pingtree_desktop.ui.first_screen import FirstScreen, open_first_screen
from pingtree_desktop.ui.loop import AppEventLoop
from pingtree_desktop.ui.program import Program

PATIENCE_S = 20.0

# pytest-qt handles Qt's events after each phase of a test, while the event loop does not run; a
# task that steps on in such a moment fails.  The desk lets the window live by itself.
pytestqt.plugin._process_events = lambda: None


class Desk:
    """A running window.  Everything blocks until the loop has done it."""

    def __init__(self, app: QApplication, folder: Path, *, size: tuple[int, int]) -> None:
        app.setQuitOnLastWindowClosed(False)
        self.app, self.folder = app, folder
        self.places = open_places(folder)
        self.failures: list[BaseException] = []
        self.tasks = Tasks(self.failures.append)
        self.screen: FirstScreen = open_first_screen(app, self.places, self.tasks, "light")
        self.window = self.screen.window
        self.window.restore_shape(self.screen.settings, size)
        self.window.show_view("compose")
        self.window.show()
        self.loop = AppEventLoop(app)
        asyncio.set_event_loop(self.loop)
        self.tasks.bind(self.loop, self.failures.append)
        self.disk = ThreadPoolExecutor(1)
        self.work = ThreadPoolExecutor(4)
        self.loop.set_default_executor(self.work)
        self.crash = CrashReporter(self.places.crash_log)
        self.program = self.run(self._make())
        self.until(lambda: self.screen.compose.sandbox_url != "")
        self.until(lambda: self.program.wake.history_view is not None)

    async def _make(self) -> Program:
        return Program(self.screen, self.tasks, self.disk, self.crash)

    def run(self, work):
        """Run a coroutine to its end inside the window's loop.

        Not by run_until_complete: qasync ends that with a round of Qt events outside the running
        loop, in which other tasks would step and fail.
        """
        task = self.loop.create_task(asyncio.wait_for(work, PATIENCE_S))
        task.add_done_callback(lambda _task: self.loop.stop())
        self.loop.run_forever()
        return task.result()

    def until(self, condition: Callable[[], object]) -> None:
        """Let the window live until a condition holds; fails after a generous while."""

        async def wait() -> None:
            while not condition():
                await asyncio.sleep(0.01)

        self.run(wait())

    def do(self, act: Callable[[], object]) -> None:
        """Act as the person does: while the window's loop runs."""

        async def acting() -> None:
            act()

        self.run(acting())

    def press(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier, target=None) -> None:
        """Press a key in the window, or in one of its widgets."""
        self.do(lambda: QTest.keyClick(target or self.window, key, modifier))

    def type(self, target: QWidget, text: str) -> None:
        self.do(lambda: QTest.keyClicks(target, text))

    def click(self, name: str) -> None:
        """Click the middle of a widget, once a layout has shown it."""
        self.until(lambda: any(w.isVisible() for w in self.window.findChildren(QWidget, name)))
        widget = self.find(name)
        self.do(lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton))

    def choose(self, name: str) -> None:
        """Choose the entry of a menu by its object name."""
        (action,) = self.window.findChildren(QAction, name)
        assert action.isEnabled(), f"{name} cannot be chosen"
        self.do(action.trigger)

    def pause(self, seconds: float) -> None:
        """Let the window live for a while."""
        self.run(asyncio.sleep(seconds))

    def find(self, name: str) -> QWidget:
        """The widget with an object name; there must be exactly one."""
        found = self.window.findChildren(QWidget, name)
        assert len(found) == 1, f"{name}: {len(found)} widgets"
        return found[0]

    def close(self) -> None:
        """Close as a person does, and wait for the orderly stop."""
        self.do(self.window.close)
        self.run(self.program.stop())
        self.run(self.tasks.stop())
        self.program.drop_window()
        self.disk.shutdown()
        self.work.shutdown()
        self.app.setStyleSheet("")
        left = asyncio.all_tasks(self.loop)
        assert not left, left
        self.loop.close()
        asyncio.set_event_loop(None)
        if self.failures:
            raise ExceptionGroup("background work failed", self.failures)
