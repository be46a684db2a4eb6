"""The History screen's rows: new ones on top, pages on demand, nothing lost to a race."""

from __future__ import annotations

import asyncio
from array import array
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.history import HistoryStore, Summary
from pingtree_desktop.storage.history_reader import Sort, SortKey
from pingtree_desktop.viewmodels.history import PAGE, HistoryModel, Topic
from tests.storage.samples import exchange, finished

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Screen:
    """A model with the tasks that it starts, and what it told."""

    def __init__(self, archive: Archive) -> None:
        self.failures: list[BaseException] = []
        self.tasks = Tasks(self.failures.append)
        self.started: list[asyncio.Task[object]] = []
        self.model = HistoryModel(archive, self._start, lambda: NOW)
        self.told: list[Topic] = []
        self.model.changes.listen(self.told.append)

    def _start(self, work):
        self.started.append(self.tasks.start(work, name="read"))
        return self.started[-1]

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

    async def ids(self, *asked: object) -> array[int]:
        found = await self._archive.ids(*asked)
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

    ids = newest = count = page = _fail


def fill(store: HistoryStore, *names: str) -> None:
    sent = [exchange(name) for name in names]
    begun = [store.begin(one) for one in sent]
    done = [
        store.finish(future.result(), finished(one))
        for future, one in zip(begun, sent, strict=True)
    ]
    for future in done:
        future.result()


async def keep(archive: Archive, name: str) -> None:
    sent = exchange(name)
    await archive.finish(await archive.begin(sent), finished(sent))


async def loaded(archive: object) -> Screen:
    screen = Screen(archive)
    await screen.model.refresh()
    await screen.settle()
    return screen


async def shown(screen: Screen) -> list[str | None]:
    """The rows as a view gets them: asked, read, asked again whenever they changed."""
    await screen.settle()
    for _ in range(5):
        if None not in screen.names():
            break
        await screen.settle()
    return screen.names()


def test_rows_come_newest_first_and_only_when_asked_for(store, archive):
    fill(store, *(f"n{i}" for i in range(PAGE + 5)))

    async def run() -> None:
        screen = await loaded(archive)
        assert screen.model.total == PAGE + 5
        assert screen.started == []
        first = screen.names()
        assert first[:PAGE] == [f"n{i}" for i in range(PAGE + 4, 4, -1)]  # read at once
        assert first[PAGE:] == [None] * 5
        assert len(screen.started) == 1  # one page, however many of its rows are asked for
        await screen.settle()
        assert screen.names()[PAGE:] == ["n4", "n3", "n2", "n1", "n0"]
        assert Topic.EXTENDED in screen.told

    asyncio.run(run())


def test_a_new_entry_goes_on_top_and_its_result_changes_one_row(store, archive):
    fill(store, "a")

    async def run() -> None:
        screen = await loaded(archive)
        await shown(screen)
        screen.told.clear()
        sent = exchange("b")
        entry_id = await archive.begin(sent)
        await screen.settle()
        assert Topic.INSERTED in screen.told
        assert Topic.RESET not in screen.told
        assert list(screen.model.ids) == [entry_id, 1]
        assert await shown(screen) == ["b", "a"]
        assert screen.model.row(0).state == "sending"
        screen.told.clear()
        await archive.finish(entry_id, finished(sent))
        await screen.settle()
        assert set(screen.told) == {Topic.ROWS, Topic.COUNT}
        await shown(screen)
        assert screen.model.row(0).state == "done"
        assert screen.model.total == 2

    asyncio.run(run())


def test_many_entries_at_once_are_few_changes(store, archive):
    async def run() -> None:
        screen = await loaded(archive)
        for name in range(300):
            await archive.begin(exchange(f"n{name}"))
        await screen.settle()
        assert len(screen.model.ids) == 300
        assert screen.told.count(Topic.INSERTED) < 30
        assert screen.model.row_of(1) == 299

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
        screen.model.row(PAGE)
        screen.model.row(2 * PAGE - 1)
        assert len(screen.started) == 2
        await screen.settle()

    asyncio.run(run())


def test_the_search_narrows_and_the_latest_text_wins(store, archive):
    fill(store, "apple", "banana", "cherry")

    async def run() -> None:
        screen = await loaded(archive)
        for text in ("a", "ap", "cherry"):
            screen.model.set_text(text)
        await screen.settle()
        assert await shown(screen) == ["cherry"]
        assert screen.model.total == 3
        before = len(screen.started)
        screen.model.set_text("cherry")
        assert len(screen.started) == before
        await keep(archive, "date")
        await keep(archive, "cherry2")
        await screen.settle()
        assert await shown(screen) == ["cherry2", "cherry"]
        screen.model.set_text("")
        await screen.settle()
        assert len(await shown(screen)) == 5

    asyncio.run(run())


def test_a_result_decides_whether_an_entry_fits(store, archive):
    async def run() -> None:
        screen = await loaded(archive)
        screen.model.set_text("-verdict:fired")
        await screen.settle()
        sent = exchange("a")
        entry_id = await archive.begin(sent)
        await screen.settle()
        assert list(screen.model.ids) == [entry_id]  # it is being sent, and not fired yet
        screen.told.clear()
        await archive.finish(entry_id, finished(sent))
        await screen.settle()
        assert list(screen.model.ids) == []
        assert Topic.REMOVED in screen.told

    asyncio.run(run())


def test_a_mistake_in_the_search_leaves_the_rows(store, archive):
    fill(store, "a")

    async def run() -> None:
        screen = await loaded(archive)
        screen.model.set_text("status:maybe")
        await screen.settle()
        assert screen.model.query_error is not None
        assert (screen.model.query_error.position, screen.model.query_error.length) == (0, 12)
        assert await shown(screen) == ["a"]
        screen.model.set_text("status:4xx")
        await screen.settle()
        assert screen.model.query_error is None
        assert await shown(screen) == []

    asyncio.run(run())


def test_rows_are_sorted_and_new_ones_find_their_place(store, archive):
    fill(store, "b", "c", "a")

    async def run() -> None:
        screen = await loaded(archive)
        screen.model.set_sort(Sort(key=SortKey.TRANSACTION, is_descending=False))
        await screen.settle()
        assert await shown(screen) == ["a", "b", "c"]
        assert screen.model.row_of(3) == 0
        await keep(archive, "aa")
        await screen.settle()
        assert await shown(screen) == ["a", "aa", "b", "c"]

    asyncio.run(run())


def test_a_slow_search_tells_how_far_it_is_and_can_be_stopped(store, archive):
    fill(store, *(f"n{i}" for i in range(20)))

    async def run() -> None:
        screen = await loaded(archive)
        screen.model.set_text("reply:success")
        await screen.settle()
        assert len(screen.model.ids) == 20
        gated = GatedArchive(archive)
        slow = await loaded(gated)
        gated.gate.clear()
        slow.model.set_text("reply:nothing-like-it")
        while not slow.model.is_loading:
            await asyncio.sleep(0)
        slow.model.stop()
        gated.gate.set()
        await slow.settle()
        assert not slow.model.is_loading
        assert "stopped" in slow.model.problem

    asyncio.run(run())


def test_what_another_program_writes_is_found(store, archive, places):
    async def run() -> None:
        screen = await loaded(archive)
        await screen.model.look_for_others()
        other = HistoryStore.open(places)
        fill(other, "theirs")
        other.close()
        await screen.model.look_for_others()
        await screen.settle()
        assert await shown(screen) == ["theirs"]

    asyncio.run(run())


def test_the_histogram_counts_by_verdict(store, archive):
    fill(store, "a", "b")

    async def run() -> HistoryModel:
        return (await loaded(archive)).model

    model = asyncio.run(run())
    assert sum(bar.get("fired", 0) for bar in model.histogram.bars) == 2


def test_an_older_refresh_never_overwrites_a_newer_one(store, archive):
    fill(store, "apple", "banana")

    async def run() -> None:
        gated = GatedArchive(archive)
        screen = await loaded(gated)
        gated.gate.clear()
        gated.has_read.clear()
        screen.model.set_text("apple")
        await gated.has_read.wait()
        screen.model.set_text("banana")
        gated.gate.set()
        await screen.settle()
        assert await shown(screen) == ["banana"]

    asyncio.run(run())


def test_deleting_can_be_undone(store, archive):
    fill(store, "a", "b")

    async def run() -> None:
        screen = await loaded(archive)
        await screen.model.delete([1])
        assert await shown(screen) == ["b"]
        assert screen.model.total == 1
        await screen.model.restore([1])
        assert await shown(screen) == ["b", "a"]

    asyncio.run(run())


def test_a_disk_that_went_away_is_said_and_ends_the_loading():
    async def run() -> HistoryModel:
        return (await loaded(BrokenArchive())).model

    model = asyncio.run(run())
    assert "disk is gone" in model.problem
    assert not model.is_loading


@pytest.mark.parametrize("row", [0, 5])
def test_a_row_beyond_the_end_is_nothing(store, archive, row):
    async def run() -> object:
        screen = await loaded(archive)
        screen.model.row(row)
        await screen.settle()
        return screen.model.row(row)

    assert asyncio.run(run()) is None
