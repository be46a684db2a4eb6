"""Names: one number per text, right across processes and after names were swept."""

from collections.abc import Callable

import apsw

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.history_names import NAMED, Names, sweep
from pingtree_desktop.storage.places import Places
from tests.storage.samples import exchange, finished


def keep(store: HistoryStore, **changes: object) -> int:
    sent = exchange(**changes)
    entry_id = store.begin(sent).result()
    store.finish(entry_id, finished(sent)).result()
    return entry_id


def in_transaction(connection: apsw.Connection, work: Callable[[], object]) -> object:
    connection.execute("BEGIN IMMEDIATE")
    result = work()
    connection.execute("COMMIT")
    return result


def test_a_swept_name_gets_a_new_number_in_every_process(places: Places) -> None:
    first, second = HistoryStore.open(places), HistoryStore.open(places)
    try:
        gone = keep(first, campaign="Old campaign")
        keep(second, campaign="Kept campaign")
        first.delete([gone]).result()
        first.care.purge([gone]).result()
        first.care.finish_purge().result()
        assert "Old campaign" not in first.reader.names("campaign").result()
        for store in (first, second):  # both had a number of it in mind, or none
            keep(store, campaign="Old campaign")
            row = store.reader.newest(1).result()[0]
            assert row.campaign == "Old campaign"
        assert [row.campaign for row in second.reader.newest(9).result()] == [
            "Old campaign",
            "Old campaign",
            "Kept campaign",
        ]
    finally:
        first.close()
        second.close()


def test_names_of_an_undone_transaction_are_forgotten(places: Places) -> None:
    store = HistoryStore.open(places)
    keep(store)
    store.close()
    connection = apsw.Connection(str(places.history_db))
    names = Names()
    connection.execute("BEGIN IMMEDIATE")
    names.check(connection)
    lost = names.number(connection, "campaign", "New")
    connection.execute("ROLLBACK")
    names.forget()
    kept = in_transaction(connection, lambda: names.number(connection, "campaign", "New"))
    text = connection.execute("SELECT text FROM name WHERE id = ?", (kept,)).get
    assert text == "New"
    assert names.text(connection, kept) == "New"
    assert names.text(connection, lost + 99) == ""
    in_transaction(connection, lambda: sweep(connection, NAMED))
    assert connection.execute("SELECT count(*) FROM name WHERE text = 'New'").get == 0
    connection.close()


def test_texts_that_sqlite_cannot_take_are_names_too(places: Places) -> None:
    store = HistoryStore.open(places)
    for text in ("\ud800 half", "a\x00b", "back\\slash", "x" * 600):
        keep(store, campaign=text)
    shown = [row.campaign for row in store.reader.newest(9).result()]
    assert shown == ["x" * 500, "back\\slash", "a\x00b", "\ud800 half"]
    assert set(store.reader.names("campaign").result()) == set(shown)
    store.close()
