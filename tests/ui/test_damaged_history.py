"""A damaged or newer history as the person meets it: one sentence, and what can be done."""

from __future__ import annotations

import apsw

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.recovery import wanted_file
from pingtree_desktop.storage.schema import STEPS
from tests.storage.samples import exchange, finished


def keep(places, count: int = 30) -> None:
    store = HistoryStore.open(places)
    for n in range(count):
        sent = exchange(f"T-{n}")
        store.finish(store.begin(sent).result(), finished(sent)).result()
    store.close()


def test_a_damaged_history_is_brought_back_and_said(open_desk, tmp_path):
    places = open_places(tmp_path / "w")
    keep(places)
    data = places.history_db.read_bytes()
    places.history_db.write_bytes(b"x" * 100 + data[100:])
    desk = open_desk(tmp_path / "w")
    desk.until(lambda: "30 entries were brought back" in desk.find("notice.text").text())
    desk.until(lambda: len(desk.program.wake.history.ids) == 30)


def test_a_page_that_is_gone_offers_the_repair(open_desk, tmp_path):
    places = open_places(tmp_path / "w")
    keep(places)
    connection = apsw.Connection(str(places.history_db))
    (page,) = connection.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'record_transaction'"
    ).fetchone()
    connection.close()
    data = bytearray(places.history_db.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = bytes(4096)
    places.history_db.write_bytes(data)
    desk = open_desk(tmp_path / "w")
    desk.until(lambda: "damaged in places" in desk.find("notice.text").text())
    desk.click("notice.action")
    assert wanted_file(places).exists()
    desk.close()
    again = open_desk(tmp_path / "w")
    again.until(lambda: "30 entries were brought back" in again.find("notice.text").text())
    assert not wanted_file(places).exists()


def test_a_newer_history_is_looked_at_and_nothing_is_sent(open_desk, tmp_path):
    places = open_places(tmp_path / "w")
    keep(places)
    connection = apsw.Connection(str(places.history_db))
    connection.pragma("user_version", len(STEPS) + 1)
    connection.close()
    desk = open_desk(tmp_path / "w")
    desk.until(lambda: len(desk.program.wake.history.ids) == 30)
    assert "can only be looked at" in desk.find("notice.text").text()
    assert not desk.find("send").isEnabled()
