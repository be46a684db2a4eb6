"""The chosen entry: read whole, judged, annotated."""

from __future__ import annotations

import asyncio

import pytest

from pingtree_desktop.services.curation import Curation
from pingtree_desktop.viewmodels.history_entry import EntryModel, EntryTopic
from pingtree_desktop.viewmodels.history_values import KnownValues
from tests.storage.samples import exchange, finished


@pytest.fixture
def curation(store, archive):
    return Curation(store, archive)


async def kept(archive, name: str = "a") -> int:
    sent = exchange(name)
    entry_id = await archive.begin(sent)
    await archive.finish(entry_id, finished(sent))
    return entry_id


def test_an_entry_is_read_whole_and_judged(archive, curation):
    async def run() -> EntryModel:
        model = EntryModel(archive, curation)
        await model.show(await kept(archive))
        return model

    model = asyncio.run(run())
    assert model.exchange.transaction_id == "a"
    assert model.judgement.verdict.value == "fired"
    assert model.problem == ""


def test_an_entry_that_is_gone_is_said_in_words(archive, curation):
    async def run() -> EntryModel:
        model = EntryModel(archive, curation)
        await model.show(99)
        return model

    model = asyncio.run(run())
    assert model.exchange is None
    assert "no entry 99" in model.problem


def test_a_note_labels_and_a_pin_are_kept_and_shown(archive, curation, store):
    async def run() -> EntryModel:
        entry_id = await kept(archive)
        model = EntryModel(archive, curation)
        await model.show(entry_id)
        told: list[EntryTopic] = []
        model.changes.listen(told.append)
        await model.set_note("asked support \ud800")
        await model.set_labels(["ticket-1", "late"])
        await model.set_labels(["late", "x,y"])
        await model.pin(is_pinned=True)
        assert told == [EntryTopic.REMARKS] * 4
        await model.set_note("asked support \ud800")
        assert len(told) == 4  # nothing changed, nothing written
        return model

    model = asyncio.run(run())
    assert model.exchange.note == "asked support \ud800"
    assert model.exchange.labels == ("late", "x,y")
    assert model.exchange.pinned
    (row,) = store.reader.newest(1).result()
    assert (row.labels, row.has_note, row.pinned) == (("late", "x,y"), True, True)
    assert store.remarks.labels().result() == ["late", "x,y"]


def test_known_values_come_a_moment_later(archive, curation):
    async def run() -> KnownValues:
        await kept(archive)
        started = []
        known = KnownValues(archive, curation, started.append)
        assert list(known.of("campaign")) == []
        for term in ("event", "label", "tx"):
            known.of(term)
        assert list(known.of("status")) == []
        assert len(started) == 4
        for work in started:
            await work
        return known

    known = asyncio.run(run())
    assert list(known.of("campaign")) == ["Demo"]
    assert list(known.of("event")) == ["quote_view"]
    assert list(known.of("tx")) == ["a"]
