"""The window's life from the first frame to the end: crash reporting, services, orderly stop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.instance import Instance
from pingtree_desktop.ui.crash import CrashReporter
from pingtree_desktop.ui.first_screen import FirstScreen
from pingtree_desktop.ui.openings import Openings, listen
from pingtree_desktop.ui.program import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What reaches the window from outside; with `screenshot` it is rendered and ends."""

    openings: Openings
    instance: Instance | None = None
    screenshot: Path | None = None


async def live(
    screen: FirstScreen, tasks: Tasks, held: list[BaseException], outside: Outside
) -> int:
    """Run the open window until it is closed; returns the exit code."""
    crash = CrashReporter(screen.places.crash_log)
    loop = asyncio.get_running_loop()
    # Four workers: one slow disk or parse must not hold up the others.
    loop.set_default_executor(ThreadPoolExecutor(4, thread_name_prefix="work"))
    loop.set_exception_handler(crash.loop_handler)
    left_over = crash.install()
    tasks.bind(loop, crash.report)
    disk = ThreadPoolExecutor(1, thread_name_prefix="disk")
    program = Program(screen, tasks, disk, crash)
    try:
        for error in held:
            crash.report(error)
        for problem in screen.problems[:1]:
            program.tell(problem)
        if left_over:
            program.tell(
                PingTreeError(
                    "The program ended hard last time; the trace is in crash.log of the "
                    "workspace folder.",
                    "What was sent and typed is kept.",
                )
            )
        outside.openings.give_to(program.shared.open_file)
        if outside.screenshot is not None:
            return await program.screenshot(outside.screenshot)
        closed = asyncio.Event()
        if outside.instance is not None:
            asked = tasks.start(
                listen(outside.instance, outside.openings, screen.window, closed), name="asked"
            )
        await program.window_closed()
        closed.set()
        if outside.instance is not None:
            await asked
        return 0
    finally:
        await program.stop()
        await tasks.stop()
        crash.tell_by(None)
        program.drop_window()  # last: until here something may still want to show itself
        await asyncio.to_thread(disk.shutdown)
        crash.uninstall()
