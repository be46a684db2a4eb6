"""Several processes on one history, and what is there after they are killed."""

import threading

import pytest

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import Places
from tests.storage.processes import child, kill, told
from tests.storage.samples import exchange, finished

KILLS = 10


@pytest.mark.parametrize("action", ["begin_and_wait", "finish_and_wait"])
def test_what_was_acknowledged_is_there_after_a_kill(places: Places, action: str) -> None:
    acknowledged: dict[int, str] = {}
    for number in range(KILLS):
        with child(action, places.root, f"T-{number}") as process:
            acknowledged[int(told(process))] = f"T-{number}"
            kill(process)
    store = HistoryStore.open(places)
    try:
        rows = {row.id: row for row in store.reader.newest(100).result()}
        assert {n: row.transaction_id for n, row in rows.items()} == acknowledged
        recovered = store.recover_in_doubt().result()
        states = {row.state for row in store.reader.newest(100).result()}
        if action == "begin_and_wait":
            assert (recovered, states) == (KILLS, {"in_doubt"})
            assert {row.verdict for row in store.reader.newest(100).result()} == {"in_doubt"}
        else:
            assert (recovered, states) == (0, {"done"})
            kept = store.reader.get(max(rows)).result()
            assert kept == finished(exchange(acknowledged[kept.id]), id=kept.id)
        assert store.recover_in_doubt().result() == 0
    finally:
        store.close()
    assert {p.name for p in places.locks.iterdir()} == {".gitignore", "opening.lock"}


def test_only_rows_of_ended_processes_become_in_doubt(places: Places) -> None:
    with child("begin_and_wait", places.root, "dead") as process:
        told(process)
        kill(process)
    with child("begin_and_wait", places.root, "alive") as living:
        told(living)
        store = HistoryStore.open(places)
        try:
            mine = store.begin(exchange("mine")).result()
            assert store.recover_in_doubt().result() == 1
            states = {row.transaction_id: row.state for row in store.reader.newest(10).result()}
            assert states == {"dead": "in_doubt", "alive": "sending", "mine": "sending"}
            store.finish(mine, finished(exchange("mine"))).result()
            kill(living)
            assert store.recover_in_doubt().result() == 1
        finally:
            store.close()


def test_a_second_store_in_this_process_is_alive_too(places: Places) -> None:
    first, second = HistoryStore.open(places), HistoryStore.open(places)
    first.begin(exchange("a")).result()
    assert second.recover_in_doubt().result() == 0
    first.close()
    assert second.recover_in_doubt().result() == 1
    second.close()


def test_two_processes_write_at_once_without_an_error(places: Places) -> None:
    with child("write_for", places.root, "a", 2) as a, child("write_for", places.root, "b", 2) as b:
        written = {"a": int(told(a)), "b": int(told(b))}
        assert (a.wait(30), b.wait(30)) == (0, 0)
    assert min(written.values()) > 0
    store = HistoryStore.open(places)
    try:
        assert store.reader.count().result() == sum(written.values())
        assert {row.state for row in store.reader.page(store.reader.ids().result()).result()} == {
            "done"
        }
    finally:
        store.close()


def test_many_open_at_once_make_one_history(places: Places) -> None:
    stores: list[HistoryStore] = []
    threads = [
        threading.Thread(target=lambda: stores.append(HistoryStore.open(places))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(stores) == 8
    for store in stores:
        store.begin(exchange()).result()
    assert stores[0].reader.count().result() == 8
    for store in stores:
        store.close()
