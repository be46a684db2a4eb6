"""The History view by hand: search, order, columns, notes, time, limits."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from tests.storage.samples import exchange, finished

VERDICTS = ("fired", "duplicate", "server_error")


def keep(folder, count: int = 40) -> None:
    store = HistoryStore.open(open_places(folder))
    now_ms = time.time_ns() // 1_000_000
    try:
        for n in range(count):
            sent = exchange(
                f"T-{n}", started_ms=now_ms - (count - n) * 3_600_000, event_id=f"event_{n % 4}"
            )
            done = finished(sent, verdict=VERDICTS[n % 3], message=f"reply {n}")
            done = replace(done, outcome=replace(done.outcome, elapsed_ms=float(n)))
            store.finish(store.begin(sent).result(), done).result()
    finally:
        store.close()


@pytest.fixture
def filled(open_desk, tmp_path):
    keep(tmp_path / "w")
    desk = open_desk(tmp_path / "w")
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: len(desk.program.wake.history.ids) == 40)
    desk.until(lambda: desk.program.wake.history.histogram is not None)
    return desk


def page(desk):
    return desk.program.wake.history_view.entries


def texts(desk, column: str) -> list[str]:
    from pingtree_desktop.ui.history.columns import BY_KEY, COLUMNS

    rows = page(desk).table.rows
    at = COLUMNS.index(BY_KEY[column])
    return [rows.data(rows.index(row, at)) for row in range(rows.rowCount())]


def search(desk, text: str, count: int) -> None:
    desk.do(lambda: page(desk).bar.line.setText(text))
    desk.until(
        lambda: (
            desk.program.wake.history.text == text
            and not desk.program.wake.history.is_loading
            and len(desk.program.wake.history.ids) == count
        )
    )


def test_a_search_is_typed_completed_and_saved(filled):
    line = filled.find("history.filter")
    filled.do(line.setFocus)
    filled.type(line, "verd")
    choices = page(filled).bar.line.popup_view
    filled.until(choices.isVisible)
    filled.press(Qt.Key.Key_Tab, target=choices)
    assert line.text() == "verdict:"
    filled.until(choices.isVisible)
    filled.type(line, "dup")
    filled.press(Qt.Key.Key_Tab, target=choices)
    assert line.text() == "verdict:duplicate "
    filled.until(lambda: len(filled.program.wake.history.ids) == 13)
    assert filled.find("history.count").text() == "13 of 40"
    filled.run(filled.program.wake.context.curation.save_filter("My duplicates", line.text()))
    assert filled.run(filled.program.wake.context.curation.saved_filters()) == [
        ("My duplicates", "verdict:duplicate ")
    ]


def test_a_mistake_is_said_below_and_the_rows_stay(filled):
    filled.do(lambda: page(filled).bar.line.setText("staus:4xx"))
    problem = filled.find("history.problem")
    filled.until(problem.isVisible)
    assert "Did you mean status" in problem.text()
    assert len(filled.program.wake.history.ids) == 40
    search(filled, "status:2xx", 40)
    assert not problem.isVisible()


def test_nothing_found_offers_the_way_back(filled):
    search(filled, "nowhere-to-be-found", 0)
    filled.click("history.empty")
    filled.until(lambda: len(filled.program.wake.history.ids) == 40)


def test_a_click_on_a_header_sorts_and_another_turns_it(filled):
    from pingtree_desktop.ui.history.columns import BY_KEY, COLUMNS

    header = page(filled).table.horizontalHeader()
    took = COLUMNS.index(BY_KEY["took"])
    place = QPoint(header.sectionViewportPosition(took) + 20, header.height() // 2)
    for expected in ("39 ms", "0 ms"):
        filled.do(lambda: QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place))
        filled.until(lambda e=expected: texts(filled, "took")[0] == e)
    assert texts(filled, "took")[-1] == "39 ms"


def test_columns_are_chosen_and_remembered(filled, open_desk):
    table = page(filled).table
    filled.do(lambda: page(filled).choose_column("sent", is_shown=True))
    filled.do(lambda: page(filled).choose_column("message", is_shown=False))
    assert "sent" in table.shown_columns
    filled.pause(0.1)
    filled.close()
    again = open_desk(filled.folder)
    again.until(lambda: "sent" in page(again).table.shown_columns)
    shown = page(again).table.shown_columns
    assert "message" not in shown
    assert "verdict" in shown


def test_a_note_labels_and_a_pin_are_kept(filled):
    filled.do(lambda: page(filled).table.selectRow(0))
    filled.until(lambda: filled.program.wake.entry.exchange is not None)
    note, labels = filled.find("history.note"), filled.find("history.labels")
    filled.type(note, "asked support")
    filled.press(Qt.Key.Key_Return, target=note)
    filled.type(labels, "late, ticket-1,late")
    filled.press(Qt.Key.Key_Return, target=labels)
    filled.click("history.pin")
    filled.until(lambda: filled.program.wake.entry.exchange.pinned)
    kept = filled.program.wake.entry.exchange
    assert (kept.note, kept.labels) == ("asked support", ("late", "ticket-1"))
    filled.until(lambda: texts(filled, "marks")[0] == "\u25c6 \u270e late, ticket-1")
    search(filled, "label:late", 1)
    search(filled, "is:pinned note:support", 1)


def test_dragging_over_the_bars_narrows_the_time(filled):
    bars = page(filled).histogram
    assert bars.isVisible()

    def drag() -> None:
        QTest.mousePress(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() // 2, 20))
        QTest.mouseMove(bars, QPoint(bars.width() - 2, 20))
        QTest.mouseRelease(bars, Qt.MouseButton.LeftButton, pos=QPoint(bars.width() - 2, 20))

    filled.do(drag)
    filled.until(lambda: 0 < len(filled.program.wake.history.ids) < 40)
    assert "since:" in filled.find("history.filter").text()
    rows = filled.run(filled.program.wake.context.archive.page(filled.program.wake.history.ids))
    assert {row.id for row in rows} == set(range(40, 40 - len(rows), -1))


def test_the_bars_answer_to_the_keyboard(filled):
    bars = page(filled).histogram
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Return):
        filled.press(key, target=bars)
    filled.until(lambda: "since:" in filled.find("history.filter").text())
    filled.until(lambda: len(filled.program.wake.history.ids) < 40)


def test_rows_that_come_in_do_not_push_what_is_read(filled):
    table = page(filled).table
    bar = table.verticalScrollBar()
    filled.do(lambda: bar.setValue(310))
    before = table.rows.id_at(table.rowAt(40))

    async def more() -> None:
        for n in range(5):
            sent = exchange(f"new-{n}")
            archive = filled.program.wake.context.archive
            await archive.finish(await archive.begin(sent), finished(sent))

    filled.run(more())
    filled.until(lambda: len(filled.program.wake.history.ids) == 45)
    filled.pause(0.3)
    assert table.rows.id_at(table.rowAt(40)) == before


def test_the_keyboard_deletes_and_brings_back(filled):
    table = page(filled).table
    filled.do(lambda: table.selectRow(0))
    filled.do(table.setFocus)
    filled.press(Qt.Key.Key_Delete, target=table)
    filled.until(lambda: len(filled.program.wake.history.ids) == 39)
    filled.until(filled.find("notice.action").isVisible)
    filled.click("notice.action")
    filled.until(lambda: len(filled.program.wake.history.ids) == 40)


def test_limits_say_what_they_would_remove_before_they_do(filled):
    filled.do(lambda: filled.window.show_view("settings"))
    says, edit = filled.find("settings.history.says"), filled.find("settings.retention.entries")
    filled.type(edit, "0x")
    filled.press(Qt.Key.Key_Return, target=edit)
    assert "whole number" in says.text()
    filled.do(edit.clear)
    filled.type(edit, "30")
    filled.press(Qt.Key.Key_Return, target=edit)
    filled.until(lambda: "10 entries would be removed" in says.text())
    assert len(filled.program.wake.history.ids) == 40
    filled.click("settings.history.remove")
    filled.until(lambda: says.text() == "Removed 10 entries for good.")
    filled.until(lambda: len(filled.program.wake.history.ids) == 30)
    filled.click("settings.history.verify")
    filled.until(lambda: says.text() == "All 30 entries are as they were written.")
    filled.click("settings.history.compact")
    filled.until(lambda: "The file had" in says.text())


def test_the_limits_hold_at_the_next_start(filled, open_desk):
    filled.do(lambda: filled.window.show_view("settings"))
    edit = filled.find("settings.retention.entries")
    filled.type(edit, "12")
    filled.press(Qt.Key.Key_Return, target=edit)
    filled.pause(0.2)
    filled.close()
    again = open_desk(filled.folder)
    again.until(lambda: again.program.wake.history.total == 12)
    assert "28 entries" in again.find("notice.text").text()
