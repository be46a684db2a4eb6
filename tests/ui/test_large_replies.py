"""Faults C2 and C3: a reply of any size is shown in part, in bounded lines, and never parsed here.

How long showing takes is measured by tests/benchmarks/bench_reply_view.py.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.ui import reply_view
from tests.storage.samples import exchange, finished

SHOWN_LIMIT = 256_000
LINE_LIMIT = 2_000
REMARK_ROOM = 100


def keep(folder, body: bytes) -> None:
    """Put one exchange with this reply into the history."""
    store = HistoryStore.open(open_places(folder))
    try:
        sent = exchange()
        done = finished(sent)
        response = replace(done.outcome.response, body=body, wire_bytes=len(body))
        done = replace(done, outcome=replace(done.outcome, response=response))
        store.finish(store.begin(sent).result(), done).result()
    finally:
        store.close()


def opened(open_desk, folder):
    """A window that shows the only entry of the history."""
    desk = open_desk(folder)
    history = desk.program.wake.history
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: len(history.ids) == 1)
    desk.do(lambda: desk.program.wake.history_view.entries.table.selectRow(0))
    desk.until(lambda: desk.program.wake.entry.exchange is not None)
    desk.pause(0.1)
    return desk


def texts(desk) -> list[str]:
    """What the tabs Reply and Raw show."""
    found = []
    for index, view in ((0, "detail.reply"), (1, "detail.text")):
        desk.do(lambda i=index: desk.find("detail.tabs").setCurrentIndex(i))
        desk.pause(0.05)
        found.append(desk.find(view).toPlainText())
    return found


@pytest.mark.parametrize(
    "body",
    [
        b'{"rows":[' + b'{"name":"value"},\n' * 2_900_000 + b"0]}",
        b'{"message":"' + b"x" * 1_000_000 + b'"}',
        b"\x00" * 1_000_000,
        "\u202e".encode() * 400_000,
    ],
    ids=["50 MB", "1 MB in one line", "1 MB of NUL", "1 MB of direction marks"],
)
def test_a_large_reply_is_shown_in_part(open_desk, tmp_path, body):
    keep(tmp_path / "w", body)
    desk = opened(open_desk, tmp_path / "w")
    assert desk.program.wake.entry.exchange.outcome.response.body == body
    for text in texts(desk):
        head, _, remark = text.rpartition("\n")
        assert "more characters)" in remark
        assert len(head.replace("\n", "")) <= 2 * SHOWN_LIMIT
        assert len(remark) <= REMARK_ROOM
        assert max(map(len, text.split("\n"))) <= LINE_LIMIT


def test_plain_text_of_50_mb_stays_within_the_limit(open_desk, tmp_path):
    keep(tmp_path / "w", b"abc " * 12_500_000)
    desk = opened(open_desk, tmp_path / "w")
    for text in texts(desk):
        assert len(text) <= SHOWN_LIMIT + SHOWN_LIMIT // LINE_LIMIT + REMARK_ROOM


@pytest.mark.parametrize(("size", "is_parsed"), [(4_000_001, False), (100_000, True)])
def test_a_body_over_4_mb_is_not_parsed_in_the_window(
    open_desk, tmp_path, monkeypatch, size, is_parsed
):
    parsed: list[int] = []
    real = reply_view.pretty

    def counting(text):
        parsed.append(len(text))
        return real(text)

    monkeypatch.setattr(reply_view, "pretty", counting)
    start = b'{"message":"ok","rest":['
    body = start + b"1," * ((size - len(start)) // 2) + b"1]}"
    keep(tmp_path / "w", body)
    desk = opened(open_desk, tmp_path / "w")
    if is_parsed:
        desk.until(lambda: desk.find("detail.reply").toPlainText().startswith("{\n"))
    else:
        assert desk.find("detail.reply").toPlainText().startswith('{"message":"ok","rest":[1,1')
    assert bool(parsed) is is_parsed
