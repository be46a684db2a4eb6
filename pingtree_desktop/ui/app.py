"""Starts the window: the first frame at once, everything else behind it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QApplication

from pingtree_desktop import __version__
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.instance import Instance
from pingtree_desktop.storage.places import Places, open_places
from pingtree_desktop.storage.start_workspace import open_start_places
from pingtree_desktop.ui.first_screen import FirstPaint, open_first_screen
from pingtree_desktop.ui.openings import Application

NO_DISPLAY = (
    "There is no display to open the window on. In a terminal, send an event with: "
    "pingtree send --env sandbox --campaign demo --event-id quote_view --transaction-id T1"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowOptions:
    """How to open the window.

    `screenshot` renders one view into a PNG and ends; `open_file` is an exported profile.
    """

    workspace: Path | None = None
    view: str = ""
    theme: str = ""
    size: tuple[int, int] | None = None
    screenshot: Path | None = None
    open_file: Path | None = None


def run(options: WindowOptions) -> int:
    """Open the window and return the exit code when it is closed.

    Without a display a screenshot is still rendered; a window is refused in one sentence.
    """
    if not has_display():
        if options.screenshot is None:
            sys.stderr.write(NO_DISPLAY + "\n")
            return 2
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    app = Application(sys.argv[:1])
    if options.open_file is not None:
        app.openings.add(options.open_file.absolute())
    app.setApplicationName("PingTree Desktop")
    app.setApplicationVersion(__version__)
    app.setDesktopFileName("pingtree-desktop")
    app.setQuitOnLastWindowClosed(False)
    try:
        if options.workspace is not None or options.screenshot is not None:
            return _open(app, open_places(options.workspace), options)
        places, problem = open_start_places()
        return _open(app, places, options, problem)
    except PingTreeError as error:
        return _refuse(app, error, in_window=options.screenshot is None)


def has_display() -> bool:
    """Whether a window can be shown here (only Linux and BSD can lack a display)."""
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


OPEN_ALREADY = "The window of this workspace is open already and comes to the front.\n"


def _open(
    app: Application,
    places: Places,
    options: WindowOptions,
    problem: PingTreeError | None = None,
) -> int:
    if options.screenshot is not None:
        return _show(app, places, options, None)
    instance = Instance(places)
    if not instance.claim_or_ask(options.open_file):
        sys.stderr.write(OPEN_ALREADY)
        return 0
    try:
        return _show(app, places, options, instance, problem)
    finally:
        instance.release()


def _show(
    app: Application,
    places: Places,
    options: WindowOptions,
    instance: Instance | None,
    problem: PingTreeError | None = None,
) -> int:
    held: list[BaseException] = []  # failures before the crash reporter is there
    tasks = Tasks(held.append)
    screen = open_first_screen(app, places, tasks, options.theme)
    if problem is not None:
        screen = replace(screen, problems=(problem, *screen.problems))
    screen.window.restore_shape(screen.settings, options.size)
    screen.window.show_view(options.view or screen.settings.view)
    screen.window.show()
    FirstPaint(screen.window).wait()
    # Only now: together these imports cost more than the first frame.
    import asyncio  # noqa: PLC0415

    from pingtree_desktop.ui.life import Outside, live  # noqa: PLC0415
    from pingtree_desktop.ui.loop import AppEventLoop  # noqa: PLC0415

    outside = Outside(openings=app.openings, instance=instance, screenshot=options.screenshot)
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(app)) as runner:
        return runner.run(live(screen, tasks, held, outside))


def _refuse(app: QApplication, error: PingTreeError, *, in_window: bool) -> int:
    """Say why the window cannot open, in a window if one can be shown."""
    sys.stderr.write(f"{error}\n")
    if in_window and os.environ.get("QT_QPA_PLATFORM") != "offscreen":
        from pingtree_desktop.ui.refusal import show_refusal  # noqa: PLC0415 - rarely needed

        show_refusal(app, error)
    return error.exit_code
