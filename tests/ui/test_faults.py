"""Faults C4 and C5: what fails is said once and the window lives; what ends loses nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import Qt

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.storage.draft import Draft, load_draft, save_draft
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.ui.crash import CrashReporter
from tests.net.hostile_server import HostileServer

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("child.py")
SECRET = "planted-7781@example.com"
PLACES = (
    "slot", "timer", "task", "thread", "paint", "data", "filter", "callback", "executor",
)  # fmt: skip


@contextmanager
def window(folder: Path, scene: str) -> Iterator[subprocess.Popen[str]]:
    """A child process that plays a scene; it is killed at the end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-W", "error", str(CHILD), str(folder), scene],
        env={**os.environ, "PYTHONPATH": str(ROOT), "PLANTED": SECRET},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()
            process.wait(30)


def test_nine_faults_are_each_reported_once_and_the_window_lives(tmp_path):
    with window(tmp_path, "nine_faults") as process:
        said, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    notice, verdict = said.splitlines()
    assert "your data is safe" in notice
    assert verdict == "fired"
    log = (tmp_path / "crash.log").read_text("utf-8")
    assert SECRET not in log + said + errors
    reports = re.split(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d ", log, flags=re.MULTILINE)[1:]
    found = Counter(place for one in reports for place in PLACES if f"in in_{place}\n" in one)
    assert found == dict.fromkeys(PLACES, 1)
    assert len(reports) == len(PLACES)


def test_a_reporter_without_memory_would_repeat_itself(tmp_path):
    """The control: two different faults are two reports, the same one again is none."""
    told: list[str] = []
    crash = CrashReporter(tmp_path / "crash.log")
    crash.tell_by(told.append)

    def fail(kind: type[Exception]) -> None:
        try:
            raise kind(SECRET)
        except Exception as error:  # noqa: BLE001 - what the hooks hand over
            crash.report(error)

    for _ in range(5):
        fail(LookupError)
    fail(ArithmeticError)
    assert len(told) == crash.count == 2
    assert SECRET not in (tmp_path / "crash.log").read_text("utf-8")


def test_closing_with_a_send_in_flight_ends_soon_and_keeps_it_as_cancelled(open_desk):
    before = set(threading.enumerate())
    desk = open_desk()
    desk.do(lambda: desk.program.wake._set_fault("delay:15000"))
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.find("reply.cancel").isVisible())
    started = time.monotonic()
    desk.close()
    assert time.monotonic() - started < 5 + 5  # the promise, and slack for a busy computer
    assert set(threading.enumerate()) <= before
    store = HistoryStore.open(desk.places)
    try:
        (summary,) = store.reader.newest(5).result()
        assert (summary.state, summary.verdict) == ("done", "cancelled")
    finally:
        store.close()


def test_a_kill_after_the_verdict_loses_neither_it_nor_the_draft(tmp_path, open_desk):
    with window(tmp_path / "w", "send_and_wait") as process:
        assert process.stdout.readline().strip() == "Fired"
    desk = open_desk(tmp_path / "w")
    desk.until(lambda: len(desk.program.wake.history.ids) == 1)
    desk.run(desk.program.wake.entry.show(desk.program.wake.history.ids[0]))
    kept = desk.program.wake.entry.exchange
    assert kept.verdict == "fired"
    assert b"typed" in kept.request.body
    assert "typed" in desk.program.compose.event.text("external_clickid")


def test_a_kill_in_flight_is_in_doubt_and_keeps_the_draft(tmp_path, open_desk):
    with HostileServer() as server:
        places = open_places(tmp_path / "w")
        silent = Environment(name="silent", base_url=server.url("silence", ""))
        files = Workspace(places)
        files.seed_demo()
        files.save_environments((silent,))
        event = (
            files.load().profiles[0].event.with_field("external_clickid", FieldInput(text="kept-"))
        )
        save_draft(places, Draft(event=event, environment="silent"))
        with window(places.root, "send_and_wait"):
            deadline = time.monotonic() + 30
            while not server.receipts("silence") and time.monotonic() < deadline:
                time.sleep(0.01)
            assert server.receipts("silence") == 1
        assert "typed" in load_draft(places).event.text("external_clickid")
        desk = open_desk(places.root)
        history = desk.program.wake.history
        desk.until(lambda: len(history.ids) == 1)
        desk.do(lambda: history.row(0))
        desk.until(lambda: history.row(0) is not None)
        assert (history.row(0).state, history.row(0).verdict) == ("in_doubt", "in_doubt")
        assert "marked in doubt" in desk.find("notice.text").text()
        assert desk.program.compose.event.text("external_clickid") in {"kept-typed", "typedkept-"}
        assert server.receipts("silence") == 1  # never sent again by itself
