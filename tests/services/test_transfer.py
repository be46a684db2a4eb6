"""Exports appear whole or not at all and need little memory; imports add each entry once."""

from __future__ import annotations

import asyncio
import tracemalloc
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput
from pingtree_desktop.formats.exports import BY_KEY
from pingtree_desktop.services.transfer import export, import_file, text_of
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from tests.storage.samples import exchange, finished

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def fill(store, count: int) -> None:
    begun = [(store.begin(exchange(f"T-{n}")), exchange(f"T-{n}")) for n in range(count)]
    done = [store.finish(future.result(), finished(sent)) for future, sent in begun]
    for future in done:
        future.result()


def run_export(archive, ids, key, path, **more):
    return asyncio.run(export(archive, ids, BY_KEY[key], path, now=NOW, **more))


@pytest.mark.parametrize("key", ["jsonl", "har"])
def test_what_was_written_whole_comes_back_in_another_history(store, archive, tmp_path, key):
    fill(store, 450)
    asyncio.run(_annotate(archive, store))
    told = []
    path = tmp_path / f"out{BY_KEY[key].suffix}"
    ids = store.reader.ids().result()
    done = run_export(archive, ids, key, path, redact=False, told=lambda *d: told.append(d))
    assert (done.entries, done.left_out) == (450, 0)
    assert done.file_bytes == path.stat().st_size
    assert told == [(200, 450), (400, 450), (450, 450)]
    other = HistoryStore.open(open_places(tmp_path / "other"))
    try:
        from pingtree_desktop.services.archive import Archive

        target = Archive(other)
        first = asyncio.run(import_file(target, path))
        again = asyncio.run(import_file(target, path))
        assert (first.added, first.known, first.notes) == (450, 0, ())
        assert (again.added, again.known) == (0, 450)
        theirs = other.reader.exchanges(other.reader.ids().result()).result()
        ours = store.reader.exchanges(ids).result()
        assert {replace(one, id=0) for one in theirs} == {replace(one, id=0) for one in ours}
    finally:
        other.close()


async def _annotate(archive, store):
    await asyncio.wrap_future(store.remarks.set_note(3, "a note"))
    await asyncio.wrap_future(store.remarks.change_labels([3], ["x"]))
    await asyncio.wrap_future(store.remarks.pin([3], is_pinned=True))


def test_a_damaged_entry_is_left_out_and_counted(store, archive, tmp_path, places):
    import apsw

    fill(store, 3)
    connection = apsw.Connection(str(places.history_db))
    connection.execute("UPDATE record SET data = x'00' WHERE exchange_id = 2")
    connection.close()
    done = run_export(archive, [3, 2, 1], "csv", tmp_path / "x.csv")
    assert (done.entries, done.left_out) == (2, 1)


def test_a_cancelled_export_leaves_the_old_file_alone(store, archive, tmp_path):
    fill(store, 500)
    path = tmp_path / "x.csv"
    path.write_text("old", "utf-8")

    async def run() -> None:
        told = asyncio.Event()
        work = asyncio.get_running_loop().create_task(
            export(
                archive,
                store.reader.ids().result(),
                BY_KEY["csv"],
                path,
                now=NOW,
                told=lambda *_done: told.set(),
            )
        )
        await told.wait()
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work

    asyncio.run(run())
    assert path.read_text("utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir() if file.is_file()] == ["x.csv"]


def test_a_folder_that_is_not_there_is_said(archive, tmp_path):
    with pytest.raises(StorageUnavailable, match="was not saved"):
        run_export(archive, [], "csv", tmp_path / "none" / "x.csv")


def test_text_for_the_clipboard_is_redacted_unless_told_otherwise(store, archive):
    fill(store, 1)
    form = BY_KEY["support"]
    shown = asyncio.run(text_of(archive, [1], form, now=NOW))
    assert "Lead (transaction id): \u2022\u2022\u2022" in shown
    assert "Lead (transaction id): T-0" in asyncio.run(
        text_of(archive, [1], form, now=NOW, redact=False)
    )


class Endless:
    """Entries without end, each made when it is asked for."""

    async def exchanges(self, ids):
        return [replace(finished(exchange(f"T-{n}")), id=n) for n in ids]


@pytest.mark.parametrize("key", ["har", "html"])
def test_an_export_needs_no_more_memory_for_more_entries(tmp_path, key):
    run_export(Endless(), range(20), key, tmp_path / "warm")
    tracemalloc.start()
    try:
        run_export(Endless(), range(1_500), key, tmp_path / "x")
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 4_000_000
    assert (tmp_path / "x").stat().st_size > 500_000


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("x.har", b"{}", "This is no HAR file"),
        ("x.jsonl", b'{"pingtree":1}\n', "Line 1 cannot be read"),
        ("x.jsonl", b"\xff\n", "Line 1 cannot be read: it is no UTF-8"),
    ],
)
def test_a_file_that_is_none_is_said(archive, tmp_path, name, content, why):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableInput, match=why):
        asyncio.run(import_file(archive, path))


def test_a_file_that_is_not_there_is_said(archive, tmp_path):
    with pytest.raises(StorageUnavailable, match="cannot be read"):
        asyncio.run(import_file(archive, tmp_path / "none.har"))


def test_empty_lines_and_a_byte_order_mark_are_no_matter(store, archive, tmp_path):
    fill(store, 2)
    path = tmp_path / "x.jsonl"
    run_export(archive, [1, 2], "jsonl", path, redact=False)
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\n\n"))
    assert asyncio.run(import_file(archive, path)).known == 2
