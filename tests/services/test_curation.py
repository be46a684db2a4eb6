"""Clearing, checking and repairing the history through the service."""

from __future__ import annotations

import asyncio
import time

import apsw
import pytest

from pingtree_desktop.domain.query import Words
from pingtree_desktop.services.curation import Curation
from pingtree_desktop.storage.retention import Retention
from tests.storage.samples import exchange, finished

DAY_MS = 86_400_000


@pytest.fixture
def curation(store, archive):
    return Curation(store, archive)


def fill(store, count: int) -> None:
    now_ms = time.time_ns() // 1_000_000
    for n in range(count):
        sent = exchange(f"canary-{n}", started_ms=now_ms - (count - n) * DAY_MS)
        store.finish(store.begin(sent).result(), finished(sent)).result()


@pytest.mark.parametrize(
    ("retention", "left"),
    [
        (Retention(), 10),
        (Retention(entries=4), 4),
        (Retention(days=3), 2),
        (Retention(days=5, entries=8), 4),
        (Retention(entries=100, days=100), 10),
        (Retention(megabytes=1), 10),
    ],
)
def test_a_limit_says_and_removes_the_same(store, curation, retention, left):
    fill(store, 10)
    told = []

    async def run() -> int:
        removal = await curation.removable(retention)
        assert removal.ids.tolist() == list(range(1, 11 - left))
        return await curation.purge(removal.ids, lambda *done: told.append(done))

    assert asyncio.run(run()) == 10 - left
    assert len(store.reader.ids().result()) == left
    assert retention.is_off == (retention == Retention())
    assert told == ([(10 - left, 10 - left)] if left < 10 else [])


def test_pinned_entries_stay(store, curation):
    fill(store, 5)

    async def run() -> list[int]:
        await curation.pin([1, 3], is_pinned=True)
        removal = await curation.removable(Retention(entries=1))
        return removal.ids.tolist()

    assert asyncio.run(run()) == [2, 4]


def test_deleted_entries_wait_before_they_go_for_good(store, archive, curation):
    fill(store, 3)

    async def run() -> None:
        await archive.delete([1, 2])
        assert await curation.purge_deleted(older_than_ms=60_000) == 0
        assert list(await curation.deleted()) == [1, 2]
        assert await curation.purge_deleted() == 2
        await archive.undelete([1, 2])

    asyncio.run(run())
    assert list(store.reader.ids().result()) == [3]


def test_a_lost_index_is_made_again(store, archive, curation, places):
    fill(store, 7)
    connection = apsw.Connection(str(places.history_db))
    connection.execute("INSERT INTO words (words) VALUES ('delete-all')")
    connection.close()
    query = Words(text="canary-3")

    async def run() -> list[list[int]]:
        before = list(await archive.ids(query))
        await curation.rebuild_index()
        return [before, list(await archive.ids(query))]

    assert asyncio.run(run()) == [[], [4]]


def test_figures_and_a_check(store, curation):
    fill(store, 4)
    told = []

    async def run():
        await curation.change_labels([1, 2], add=["x"])
        await curation.change_labels([2], remove=["x"])
        findings = await curation.verify(lambda *done: told.append(done))
        before, after = await curation.compact()
        return await curation.stats(), findings, before, after

    stats, findings, before, after = asyncio.run(run())
    assert (stats.entries, stats.deleted, stats.by_verdict) == (4, 0, (("fired", 4),))
    assert findings.is_sound
    assert findings.checked == 4
    assert told == [(4, 4)]
    assert after > 0
    assert before > 0
    assert store.remarks.labels().result() == ["x"]
