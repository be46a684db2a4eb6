"""Exchanges are kept exactly, listed, filtered, deleted and recovered."""

from collections.abc import Iterator
from dataclasses import replace

import apsw
import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome
from pingtree_desktop.domain.query import Transaction, Words
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.history_reader import Sort, SortKey
from pingtree_desktop.storage.places import Places, open_places
from tests.storage.samples import exchange, finished
from tests.storage.strategies import exchanges


def keep(store: HistoryStore, **changes: object) -> int:
    sent = exchange(**changes)
    entry_id = store.begin(sent).result()
    store.finish(entry_id, finished(sent)).result()
    return entry_id


def test_an_entry_before_and_after_its_reply(store: HistoryStore) -> None:
    sent = exchange("T-1")
    entry_id = store.begin(sent).result()
    (row,) = store.reader.newest(10).result()
    assert (row.id, row.state, row.verdict, row.http_status) == (
        entry_id,
        "sending",
        "in_doubt",
        None,
    )
    assert row.elapsed_ms is None
    done = finished(sent)
    store.finish(entry_id, done).result()
    (row,) = store.reader.newest(10).result()
    assert (row.state, row.verdict, row.http_status, row.elapsed_ms) == (
        "done",
        "fired",
        200,
        12.345,
    )
    assert (row.pid, row.as_expected) == ("organic", True)
    assert (row.request_bytes, row.response_bytes) == (25, 35)


def test_a_failure_is_kept(store: HistoryStore) -> None:
    failure = Failure(kind=FailureKind.DNS, sentence="No such host.", detail="x")
    outcome = Outcome(response=None, failure=failure, phases=(), elapsed_ms=1.0)
    sent = exchange()
    entry_id = store.begin(sent).result()
    done = finished(sent, outcome=outcome, verdict="no_reply", id=entry_id)
    store.finish(entry_id, done).result()
    assert store.reader.get(entry_id).result() == done
    assert store.reader.newest(1).result()[0].http_status is None


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=60,
)
@given(before=exchanges, after=exchanges)
def test_any_exchange_comes_back_exactly(
    store: HistoryStore, before: Exchange, after: Exchange
) -> None:
    entry_id = store.begin(before).result()
    assert store.reader.get(entry_id).result() == replaced(before, entry_id)
    found = store.reader.for_transaction(before.transaction_id, 1).result()
    assert [row.id for row in found] == ([entry_id] if before.transaction_id else [])
    store.finish(entry_id, after).result()
    assert store.reader.get(entry_id).result() == replaced(after, entry_id)
    (row,) = store.reader.page([entry_id]).result()
    assert row.transaction_id == after.transaction_id[:500]
    assert row.verdict == after.verdict[:500]


def replaced(kept: Exchange, entry_id: int) -> Exchange:
    return replace(kept, id=entry_id)


def test_an_unknown_entry_is_said(store: HistoryStore) -> None:
    with pytest.raises(UsageError, match="There is no entry 7 in the history"):
        store.reader.get(7).result()
    with pytest.raises(UsageError, match="There is no entry 7"):
        store.finish(7, finished(exchange())).result()


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HistoryStore]:
    store = HistoryStore.open(open_places(tmp_path_factory.mktemp("large")))
    futures = [store.begin(exchange(f"T-{n % 100}")) for n in range(20_000)]
    for future in futures:
        future.result()
    store.delete([n for n in range(1, 20_001) if n % 10 == 0]).result()
    yield store
    store.close()


def test_ids_and_pages_of_20000_rows(large: HistoryStore) -> None:
    expected = [n for n in range(20_000, 0, -1) if n % 10]
    ids = large.reader.ids().result()
    assert list(ids) == expected
    assert large.reader.count().result() == len(expected) == 18_000
    for start in (0, 9_000, 17_900):
        wanted = ids[start : start + 100]
        page = large.reader.page(wanted).result()
        assert [row.id for row in page] == list(wanted)
        assert [row.transaction_id for row in page] == [f"T-{(n - 1) % 100}" for n in wanted]
    assert large.reader.page([5, 1, 99_999, 3]).result() == large.reader.page([5, 1, 3]).result()
    filtered = large.reader.ids(Transaction(text="T-42")).result()
    assert list(filtered) == []  # nothing of it is over, so no record and no word is there yet
    for n in (5, 15):
        large.finish(n, finished(exchange("T-4"))).result()
    assert list(large.reader.ids(Transaction(text="T-4", is_whole=True)).result()) == [15, 5]


def test_newest_pages_meet_without_gap(large: HistoryStore) -> None:
    first = large.reader.newest(250).result()
    second = large.reader.newest(250, before_id=first[-1].id).result()
    ids = [row.id for row in first + second]
    assert ids == list(large.reader.ids().result()[:500])


def test_recent_values_are_each_there_once_newest_first(store: HistoryStore) -> None:
    for transaction_id in ("a", "b", "\ud800", "a", ""):
        keep(store, transaction_id=transaction_id)
    assert store.reader.recent_values("transaction_id", 10).result() == ["a", "\ud800", "b"]
    assert store.reader.recent_values("transaction_id", 2).result() == ["a", "\ud800"]
    assert store.reader.recent_values("pid", 5).result() == ["organic"]
    with pytest.raises(UsageError):
        store.reader.recent_values("money", 5)


def test_deleting_and_undoing(store: HistoryStore) -> None:
    ids = [keep(store, transaction_id=f"T-{n}") for n in range(4)]
    store.delete(ids[1:3]).result()
    assert list(store.reader.ids().result()) == [ids[3], ids[0]]
    assert store.reader.for_transaction("T-1", 5).result() == []
    store.undelete([ids[2]]).result()
    assert list(store.reader.ids().result()) == [ids[3], ids[2], ids[0]]
    assert list(store.care.deleted_ids(60_000).result()) == []
    assert list(store.care.deleted_ids().result()) == [ids[1]]
    assert store.care.purge([ids[1]]).result() == 1
    with pytest.raises(UsageError):
        store.reader.get(ids[1]).result()
    assert keep(store) == ids[3] + 1


def shown_or_refused(store: HistoryStore, entry_id: int) -> Exchange | None:
    """The entry, or None when it is refused as damaged."""
    try:
        return store.reader.get(entry_id).result()
    except UnreadableInput as error:
        return None if f"Damaged record: entry {entry_id} " in str(error) else error


def test_every_flipped_byte_of_a_record_is_noticed(places: Places) -> None:
    store = HistoryStore.open(places)
    entry_id = keep(store)
    store.close()
    connection = apsw.Connection(str(places.history_db))
    (data,) = connection.execute("SELECT data FROM record").fetchone()
    store = HistoryStore.open(places)
    whole, noticed = store.reader.get(entry_id).result(), 0
    try:
        for position in range(len(data)):
            flipped = bytearray(data)
            flipped[position] ^= 1 << (position % 8)
            connection.execute("UPDATE record SET data = ?", (bytes(flipped),))
            shown = shown_or_refused(store, entry_id)
            if shown is None:
                noticed += 1
                assert store.reader.exchanges([entry_id]).result() == []
                assert store.care.verify().result().damaged_ids == (entry_id,)
            else:
                assert shown == whole  # a bit that says nothing
        assert noticed >= len(data) - 2
        connection.execute("UPDATE record SET data = ?", (data,))
        assert store.reader.get(entry_id).result().transaction_id == "T-1"
        assert store.care.verify().result().is_sound
    finally:
        store.close()
        connection.close()


def test_text_that_is_no_longer_utf8_hides_no_other_row(places: Places) -> None:
    store = HistoryStore.open(places)
    keep(store)
    keep(store)
    connection = apsw.Connection(str(places.history_db))
    connection.execute("UPDATE record SET message = CAST(x'61ff' AS TEXT) WHERE exchange_id = 1")
    connection.close()
    try:
        assert [row.message for row in store.reader.page([2, 1]).result()] == ["ok", "a\ufffd"]
        assert len(store.reader.ids(sort=Sort(key=SortKey.MESSAGE)).result()) == 2
    finally:
        store.close()


def test_closing_twice_is_fine_and_the_file_stands_alone(places: Places) -> None:
    store = HistoryStore.open(places)
    keep(store)
    store.close()
    store.close()
    assert {p.name for p in places.history.iterdir()} == {".gitignore", "history.db"}
    assert {p.name for p in places.locks.iterdir()} == {".gitignore", "opening.lock"}


def test_an_empty_history_lists_nothing(store: HistoryStore) -> None:
    assert list(store.reader.ids().result()) == []
    assert list(store.reader.ids(Words(text="word")).result()) == []
    assert store.reader.histogram().result() is None
    assert store.reader.page([]).result() == []
    assert store.reader.count().result() == 0
