"""From the table to the comparison, the transaction and the pair bank, and back into the form."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from tests.storage.samples import exchange, finished


@pytest.fixture
def filled(open_desk, tmp_path):
    places = open_places(tmp_path / "w")
    store = HistoryStore.open(places)
    for number, verdict in enumerate(("fired", "duplicate", "fired")):
        sent = exchange("T-1", uid=f"u{number}", money=f"1{number}.50")
        store.finish(store.begin(sent).result(), finished(sent, verdict=verdict)).result()
    store.close()
    desk = open_desk(tmp_path / "w")
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: len(desk.program.wake.history.ids) == 3)
    return desk


def pages(desk):
    return desk.program.history.pages


def test_two_chosen_entries_are_compared(filled):
    view = filled.program.wake.history_view
    filled.do(lambda: view.entries.many_wanted.emit(("compare", [3, 2])))
    assert view.page == "compare"
    filled.until(lambda: pages(filled).comparison.right is not None)
    left, right = pages(filled).comparison.left, pages(filled).comparison.right
    assert (left.id, right.id) == (2, 3)
    filled.until(lambda: "differ" in pages(filled).comparison.summary)


def test_an_entry_is_compared_with_the_draft_as_it_is_then(filled):
    view = filled.program.wake.history_view
    filled.do(lambda: view.entries.table.selectRow(0))
    filled.until(lambda: filled.program.wake.entry.exchange is not None)
    compose = filled.program.compose
    filled.do(lambda: compose.set_field("transaction_id", FieldInput(text="T-draft")))
    filled.choose("history.more.compare_draft")
    filled.until(lambda: pages(filled).comparison.right is not None)
    assert b"T-draft" in pages(filled).comparison.right.body


def test_everything_of_a_transaction(filled):
    view = filled.program.wake.history_view
    filled.do(lambda: view.entries.table.selectRow(1))
    filled.until(lambda: filled.program.wake.entry.exchange is not None)
    filled.choose("history.more.dossier")
    assert view.page == "dossier"
    filled.until(lambda: pages(filled).dossier.dossier is not None)
    assert filled.find("history.dossier.id").text() == "T-1"
    assert len(pages(filled).dossier.dossier.moments) == 3


def test_the_next_unused_pair_fills_the_form(filled):
    view, model = filled.program.wake.history_view, pages(filled).pairs
    filled.run(filled.program.wake.context.archive.set_bank(["T-1", "T-2"]))
    filled.run(model.load())
    filled.do(lambda: view.open_page("pairs"))
    filled.do(lambda: model.choose_event("quote_view"))
    filled.until(filled.find("history.pairs.next").isEnabled)
    filled.click("history.pairs.next")
    filled.until(lambda: filled.window.view_name == "compose")
    event = filled.program.compose.event
    assert (event.text("transaction_id"), event.text("event_id")) == ("T-2", "quote_view")


def test_the_tabs_are_reached_by_keys(filled):
    view = filled.program.wake.history_view
    filled.do(view.tabs.setFocus)
    for page in ("compare", "dossier", "pairs"):
        filled.press(Qt.Key.Key_Right, target=view.tabs)
        assert view.page == page
