"""The History screen's rows: new ones on top, pages on demand, nothing lost to a race."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.history import HistoryStore, Summary
from pingtree_desktop.viewmodels.history import PAGE, HistoryModel, Topic
from tests.storage.samples import exchange, finished


class Screen:
    """A model with the tasks that it starts, and what it told."""

    def __init__(self, archive: Archive) -> None:
        self.failures: list[BaseException] = []
        self.tasks = Tasks(self.failures.append)
        self.started: list[asyncio.Task[object]] = []
        self.model = HistoryModel(archive, self._start)
        self.told: list[Topic] = []
        self.model.changes.listen(self.told.append)

    def _start(self, work):
        self.started.append(self.tasks.start(work, name="read"))

    async def settle(self) -> None:
        """Wait until nothing is being read any more."""
        while waiting := [task for task in self.started if not task.done()]:
            await asyncio.wait(waiting)
        if self.failures:
            raise ExceptionGroup("reading failed", self.failures)

    def names(self) -> list[str | None]:
        rows = [self.model.row(i) for i in range(len(self.model.ids))]
        return [row.transaction_id if row else None for row in rows]


class GatedArchive:
    """The real archive, whose lists and pages are read at once but handed out when told to."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.gate = asyncio.Event()
        self.gate.set()
        self.has_read = asyncio.Event()

    def __getattr__(self, name: str) -> object:
        return getattr(self._archive, name)

    async def ids(self, words: str = "") -> array[int]:
        found = await self._archive.ids(words)
        self.has_read.set()
        await self.gate.wait()
        return found

    async def page(self, ids: Sequence[int]) -> list[Summary]:
        found = await self._archive.page(ids)
        self.has_read.set()
        await self.gate.wait()
        return found


class BrokenArchive:
    """An archive on a disk that went away."""

    def on_entry(self, _listener: object) -> None:
        pass

    async def _fail(self, *_args: object) -> None:
        raise StorageUnavailable("The disk is gone.", "Plug it in.")

    ids = get = _fail


def fill(store: HistoryStore, *names: str) -> None:
    sent = [exchange(name) for name in names]
    begun = [store.begin(one) for one in sent]
    done = [
        store.finish(future.result(), finished(one))
        for future, one in zip(begun, sent, strict=True)
    ]
    for future in done:
        future.result()


async def loaded(archive: object) -> Screen:
    screen = Screen(archive)
    await screen.model.refresh()
    await screen.settle()
    return screen


async def shown(screen: Screen) -> list[str | None]:
    """The rows as a view gets them: asked, read, asked again."""
    screen.names()
    await screen.settle()
    return screen.names()


def test_rows_come_newest_first_and_only_when_asked_for(store, archive):
    fill(store, "a", "b", "c")

    async def run() -> None:
        screen = await loaded(archive)
        assert screen.model.total == 3
        assert screen.started == []
        assert screen.names() == [None, None, None]
        assert len(screen.started) == 1  # one page, however many of its rows are asked for
        await screen.settle()
        assert screen.names() == ["c", "b", "a"]
        assert screen.told == [Topic.RESET, Topic.COUNT, Topic.ROWS]

    asyncio.run(run())


def test_a_new_entry_goes_on_top_and_its_result_changes_one_row(store, archive):
    fill(store, "a")

    async def run() -> None:
        screen = await loaded(archive)
        await shown(screen)
        screen.told.clear()
        sent = exchange("b")
        entry_id = await archive.begin(sent)
        assert screen.told == [Topic.COUNT, Topic.INSERTED]
        assert list(screen.model.ids) == [entry_id, 1]
        assert await shown(screen) == ["b", "a"]
        assert screen.model.row(0).state == "sending"
        screen.told.clear()
        await archive.finish(entry_id, finished(sent))
        assert screen.told == [Topic.ROWS]
        await shown(screen)
        assert screen.model.row(0).state == "done"
        assert screen.model.total == 2

    asyncio.run(run())


def test_a_result_in_the_middle_of_a_read_is_not_covered_by_older_rows(store, archive):
    async def run() -> None:
        gated = GatedArchive(archive)
        screen = await loaded(gated)
        sent = exchange("b")
        entry_id = await archive.begin(sent)
        gated.gate.clear()
        gated.has_read.clear()
        screen.model.row(0)
        await gated.has_read.wait()  # this page still holds the row as it is being sent
        await archive.finish(entry_id, finished(sent))
        gated.gate.set()
        await shown(screen)
        assert screen.model.row(0).state == "done"

    asyncio.run(run())


def test_an_entry_that_arrives_while_the_list_is_read_is_not_lost(store, archive):
    fill(store, "a")

    async def run() -> None:
        gated = GatedArchive(archive)
        screen = await loaded(gated)
        gated.gate.clear()
        gated.has_read.clear()
        refreshing = asyncio.get_running_loop().create_task(screen.model.refresh())
        await gated.has_read.wait()  # this list does not hold the entry that comes now
        await archive.begin(exchange("b"))
        gated.gate.set()
        await refreshing
        await screen.settle()
        assert await shown(screen) == ["b", "a"]
        assert screen.model.total == 2
        assert not screen.model.is_loading

    asyncio.run(run())


def test_entries_that_arrive_while_pages_are_read_keep_their_places(store, archive):
    fill(store, "a", "b")

    async def run() -> None:
        screen = await loaded(archive)
        for name in ("c", "d", "e"):
            screen.names()
            await archive.begin(exchange(name))
        assert await shown(screen) == ["e", "d", "c", "b", "a"]

    asyncio.run(run())


def test_only_the_pages_looked_at_are_read_and_kept(store, archive):
    fill(store, *(f"n{i}" for i in range(2 * PAGE + 5)))

    async def run() -> None:
        screen = await loaded(archive)
        last = len(screen.model.ids) - 1
        assert screen.model.row(last) is None
        await screen.settle()
        assert screen.model.row(last).transaction_id == "n0"
        assert screen.model.row(2 * PAGE).transaction_id == "n4"
        assert len(screen.started) == 1
        screen.model.row(0)
        screen.model.row(PAGE - 1)
        assert len(screen.started) == 2
        await screen.settle()

    asyncio.run(run())


def test_the_filter_narrows_and_the_latest_words_win(store, archive):
    fill(store, "apple", "banana", "cherry")

    async def run() -> None:
        screen = await loaded(archive)
        for words in ("a", "ap", "cherry"):
            screen.model.set_words(words)
        await screen.settle()
        assert await shown(screen) == ["cherry"]
        assert screen.model.total == 3
        before = len(screen.started)
        screen.model.set_words("cherry")
        assert len(screen.started) == before
        await archive.begin(exchange("date"))
        await screen.settle()
        assert await shown(screen) == ["cherry"]
        await archive.begin(exchange("cherry 2"))
        await screen.settle()
        assert await shown(screen) == ["cherry 2", "cherry"]
        screen.model.set_words("")
        await screen.settle()
        assert len(await shown(screen)) == 5

    asyncio.run(run())


def test_an_older_refresh_never_overwrites_a_newer_one(store, archive):
    fill(store, "apple", "banana")

    async def run() -> None:
        gated = GatedArchive(archive)
        screen = await loaded(gated)
        gated.gate.clear()
        gated.has_read.clear()
        screen.model.set_words("apple")
        await gated.has_read.wait()
        screen.model.set_words("banana")
        gated.gate.set()
        await screen.settle()
        assert await shown(screen) == ["banana"]

    asyncio.run(run())


def test_selecting_reads_the_whole_entry_and_deleting_can_be_undone(store, archive):
    fill(store, "a", "b")

    async def run() -> None:
        screen = await loaded(archive)
        await screen.model.select(1)
        assert screen.model.selected.transaction_id == "a"
        assert screen.model.judgement.verdict.value == "fired"
        await screen.model.delete([1])
        assert screen.model.selected is None
        assert await shown(screen) == ["b"]
        assert screen.model.total == 1
        await screen.model.restore([1])
        assert await shown(screen) == ["b", "a"]

    asyncio.run(run())


def test_an_entry_that_is_gone_is_said_in_words(store, archive):
    async def run() -> HistoryModel:
        screen = await loaded(archive)
        await screen.model.select(99)
        return screen.model

    model = asyncio.run(run())
    assert model.selected is None
    assert "no entry 99" in model.problem


def test_a_disk_that_went_away_is_said_and_ends_the_loading():
    async def run() -> HistoryModel:
        screen = await loaded(BrokenArchive())
        await screen.model.select(1)
        return screen.model

    model = asyncio.run(run())
    assert "disk is gone" in model.problem
    assert not model.is_loading
    assert model.selected is None


@pytest.mark.parametrize("row", [0, 5])
def test_a_row_beyond_the_end_is_nothing(store, archive, row):
    async def run() -> object:
        screen = await loaded(archive)
        screen.model.row(row)
        await screen.settle()
        return screen.model.row(row)

    assert asyncio.run(run()) is None
