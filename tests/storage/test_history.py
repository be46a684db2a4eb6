"""Exchanges are kept exactly, listed, filtered, deleted and recovered."""

from collections.abc import Iterator
from dataclasses import replace

import apsw
import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome
from pingtree_desktop.storage.history import HistoryStore
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
    (row,) = store.newest(10).result()
    assert (row.id, row.state, row.verdict, row.http_status) == (
        entry_id,
        "sending",
        "in_doubt",
        None,
    )
    assert row.elapsed_ms is None
    done = finished(sent)
    store.finish(entry_id, done).result()
    (row,) = store.newest(10).result()
    assert (row.state, row.verdict, row.http_status, row.elapsed_ms) == (
        "done",
        "fired",
        200,
        12.345,
    )
    assert (row.pid, row.url_path, row.as_expected) == ("organic", "/api/event/demo", True)
    assert (row.request_bytes, row.response_bytes) == (25, 35)


def test_a_failure_is_kept(store: HistoryStore) -> None:
    failure = Failure(kind=FailureKind.DNS, sentence="No such host.", detail="x")
    outcome = Outcome(response=None, failure=failure, phases=(), elapsed_ms=1.0)
    sent = exchange()
    entry_id = store.begin(sent).result()
    done = finished(sent, outcome=outcome, verdict="no_reply", id=entry_id)
    store.finish(entry_id, done).result()
    assert store.get(entry_id).result() == done
    assert store.newest(1).result()[0].failure_kind == "dns"


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
    assert store.get(entry_id).result() == replaced(before, entry_id)
    store.finish(entry_id, after).result()
    assert store.get(entry_id).result() == replaced(after, entry_id)
    found = store.for_transaction(after.transaction_id, 1).result()
    assert [row.id for row in found] == [entry_id]
    assert found[0].transaction_id == after.transaction_id[:500]
    assert store.page([entry_id]).result() == found


def replaced(kept: Exchange, entry_id: int) -> Exchange:
    return replace(kept, id=entry_id)


def test_an_unknown_entry_is_said(store: HistoryStore) -> None:
    with pytest.raises(UsageError, match="There is no entry 7 in the history"):
        store.get(7).result()
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
    ids = large.ids().result()
    assert list(ids) == expected
    assert large.count().result() == len(expected) == 18_000
    for start in (0, 9_000, 17_900):
        wanted = ids[start : start + 100]
        page = large.page(wanted).result()
        assert [row.id for row in page] == list(wanted)
        assert [row.transaction_id for row in page] == [f"T-{(n - 1) % 100}" for n in wanted]
    assert large.page([5, 1, 99_999, 3]).result() == large.page([5, 1, 3]).result()
    filtered = large.ids("T-42").result()
    assert list(filtered) == [n for n in expected if (n - 1) % 100 == 42]


def test_newest_pages_meet_without_gap(large: HistoryStore) -> None:
    first = large.newest(250).result()
    second = large.newest(250, before_id=first[-1].id).result()
    ids = [row.id for row in first + second]
    assert ids == list(large.ids().result()[:500])


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", [3, 2, 1]),
        ("alpha", [1]),
        ("ALPHA", [1]),
        ("100%", [2]),
        ("a_b", [2]),
        ("%", [2]),
        ("_", [3, 2, 1]),
        ("!", []),
        ("\\", [3]),
        ("\ud800", [3]),
        ("stra\u00dfe", [2]),
        ("\u00c4PFEL", [3]),
        ("fired 200", [3, 2, 1]),
        ("fired   404", []),
        ("demo alpha", [1]),
        ("' OR 1=1 --", []),
        ("alpha " * 3000, [1]),
        ("alpha\x00", []),
    ],
)
def test_the_filter(store: HistoryStore, words: str, found: list[int]) -> None:
    keep(store, transaction_id="Alpha-1")
    keep(store, transaction_id="100%", profile="Stra\u00dfe", campaign="a_b")
    keep(store, transaction_id="\ud800\\n", campaign="\u00e4pfel")
    assert list(store.ids(words).result()) == found
    assert [row.id for row in store.newest(10, words).result()] == found


def test_recent_values_are_each_there_once_newest_first(store: HistoryStore) -> None:
    for transaction_id in ("a", "b", "\ud800", "a", ""):
        keep(store, transaction_id=transaction_id)
    assert store.recent_values("transaction_id", 10).result() == ["a", "\ud800", "b"]
    assert store.recent_values("transaction_id", 2).result() == ["a", "\ud800"]
    assert store.recent_values("pid", 5).result() == ["organic"]
    with pytest.raises(UsageError):
        store.recent_values("money", 5)


def test_deleting_and_undoing(store: HistoryStore) -> None:
    ids = [keep(store, transaction_id=f"T-{n}") for n in range(4)]
    store.delete(ids[1:3]).result()
    assert list(store.ids().result()) == [ids[3], ids[0]]
    assert store.for_transaction("T-1", 5).result() == []
    store.undelete([ids[2]]).result()
    assert list(store.ids().result()) == [ids[3], ids[2], ids[0]]
    assert store.purge_deleted(60_000).result() == 0
    assert store.purge_deleted(0).result() == 1
    with pytest.raises(UsageError):
        store.get(ids[1]).result()
    assert keep(store) == ids[3] + 1


def test_what_is_purged_is_in_no_file(places: Places) -> None:
    store = HistoryStore.open(places)
    canary = "canary-7f3a@example.com"
    request = exchange().request
    for n in range(300):
        keep(store, transaction_id=canary, request=replace(request, body=canary.encode() * 50))
        if n % 100 == 0:
            store.count().result()
    files = [places.history_db, places.history_db.with_name("history.db-wal")]
    assert any(canary.encode() in file.read_bytes() for file in files)
    store.delete(store.ids().result()).result()
    assert store.purge_deleted(0).result() == 300
    for file in files:
        assert canary.encode() not in file.read_bytes()
    store.close()


def test_every_flipped_byte_of_a_record_is_noticed(places: Places) -> None:
    store = HistoryStore.open(places)
    entry_id = keep(store)
    store.close()
    connection = apsw.Connection(str(places.history_db))
    request, response, meta = connection.execute(
        "SELECT request, response, meta FROM body"
    ).fetchone()
    parts = {"request": request, "response": response, "meta": meta}
    store = HistoryStore.open(places)
    try:
        for name, data in parts.items():
            for position in range(0, len(data), 7):
                flipped = bytearray(data)
                flipped[position] ^= 1 << (position % 8)
                connection.execute(f"UPDATE body SET {name} = ?", (bytes(flipped),))
                with pytest.raises(UnreadableInput, match=f"Damaged record: entry {entry_id} "):
                    store.get(entry_id).result()
            connection.execute(f"UPDATE body SET {name} = ?", (data,))
        assert store.get(entry_id).result().transaction_id == "T-1"
    finally:
        store.close()
        connection.close()


def test_text_that_is_no_longer_utf8_hides_no_other_row(places: Places) -> None:
    store = HistoryStore.open(places)
    keep(store)
    keep(store)
    connection = apsw.Connection(str(places.history_db))
    connection.execute("UPDATE exchange SET event_id = CAST(x'61ff' AS TEXT) WHERE id = 1")
    connection.close()
    try:
        assert [row.event_id for row in store.page([2, 1]).result()] == ["quote_view", "a\ufffd"]
        assert store.recent_values("event_id", 5).result() == ["quote_view", "a\ufffd"]
        assert list(store.ids("\u00fc").result()) == []
    finally:
        store.close()


def test_closing_twice_is_fine_and_the_file_stands_alone(places: Places) -> None:
    store = HistoryStore.open(places)
    keep(store)
    store.close()
    store.close()
    assert [p.name for p in places.history.iterdir()] == ["history.db"]
    assert [p.name for p in places.locks.iterdir()] == ["opening.lock"]


def test_an_empty_history_lists_nothing(store: HistoryStore) -> None:
    assert list(store.ids().result()) == []
    assert list(store.ids("word").result()) == []
    assert store.page([]).result() == []
    assert store.count().result() == 0
