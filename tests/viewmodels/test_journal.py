"""The draft on disk: the newest one wins, a failure is told, a flush leaves nothing behind."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.draft import Draft, load_draft
from pingtree_desktop.storage.places import Places
from pingtree_desktop.viewmodels.journal import DraftJournal


def draft(text: str) -> Draft:
    return Draft(event=Event().with_field("transaction_id", FieldInput(text=text)))


class Desk:
    """A journal with its worker, its tasks and what it told."""

    def __init__(self, places: Places) -> None:
        self.failures: list[BaseException] = []
        self.states: list[str] = []
        self.disk = ThreadPoolExecutor(1)
        tasks = Tasks(self.failures.append)
        self.started: list[asyncio.Task[object]] = []
        self.journal = DraftJournal(
            places,
            self.disk,
            lambda work: self.started.append(tasks.start(work, name="draft")),
            self.states.append,
        )

    async def settle(self) -> None:
        if self.started:
            await asyncio.wait(self.started)
        if self.failures:
            raise ExceptionGroup("writing failed", self.failures)


def with_desk(places: Places, scene) -> Desk:
    async def run() -> Desk:
        desk = Desk(places)
        try:
            await scene(desk)
            await desk.settle()
        finally:
            desk.disk.shutdown()
        return desk

    return asyncio.run(run())


def test_typing_is_written_once_it_rests_and_the_newest_wins(places):
    async def scene(desk: Desk) -> None:
        for text in ("T", "T-", "T-1"):
            desk.journal.note(draft(text))

    desk = with_desk(places, scene)
    assert load_draft(places) == draft("T-1")
    assert len(desk.started) == 1  # one write for three keystrokes
    assert desk.states == ["saving", "saving", "saving", "saved"]


def test_what_is_typed_while_a_write_runs_is_written_after_it(places):
    async def scene(desk: Desk) -> None:
        let_go = threading.Event()
        desk.disk.submit(let_go.wait, 10)  # the disk is busy
        desk.journal.note(draft("first"))
        flushing = asyncio.get_running_loop().create_task(desk.journal.flush())
        await asyncio.sleep(0)
        desk.journal.note(draft("second"))
        let_go.set()
        await flushing
        await desk.settle()
        desk.journal.note(draft("third"))

    with_desk(places, scene)
    assert load_draft(places) == draft("third")


def test_a_flush_does_not_wait_for_the_rest(places):
    async def scene(desk: Desk) -> None:
        desk.journal.note(draft("now"))
        await desk.journal.flush()
        assert load_draft(places) == draft("now")
        await desk.journal.flush()  # with nothing to write

    desk = with_desk(places, scene)
    assert desk.states[-1] == "saved"


def test_a_failure_is_told_and_the_next_draft_is_tried_again(places):
    (places.state / "draft.json").mkdir()  # nothing can be written in its place

    async def scene(desk: Desk) -> None:
        desk.journal.note(draft("lost"))
        await desk.settle()
        assert desk.states[-1].startswith("Draft not saved: ")
        (places.state / "draft.json").rmdir()
        desk.journal.note(draft("found"))

    desk = with_desk(places, scene)
    assert desk.states[-1] == "saved"
    assert load_draft(places) == draft("found")
