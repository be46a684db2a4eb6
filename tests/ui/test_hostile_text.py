"""Fault C1: outside text is shown as text, wherever it turns up, and fetches nothing."""

from __future__ import annotations

import json
import os
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QTextBrowser, QToolButton, QToolTip

from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.ui.plain import set_tip
from tests.net.hostile_server import answer, replying
from tests.ui.traps import Traps, traps
from tests.ui.walker import every_widget, findings, tips_of

CTRL = Qt.KeyboardModifier.ControlModifier
TEXTS = {
    "P25 nested tables": "<table>" * 300 + "deep" + "</table>" * 300,
    "P26 a local picture": '<img src="{file}"><b>bold</b>',
    "P26 a remote picture": '<img src="{address}"><a href="{address}">click</a>',
    "P31 directions": "rtl \u202e evil \u2066 and \u200b hidden \U0001f469\u200d\U0001f4bb",
    "P31 marks": "<i>A</i>" + "\u0301" * 50,
    "P30 half a character": "half \ud800 and <b>bold</b>",
    "P30 NUL": "nul\x00inside <b>bold</b> \x1b[31m",
}


@pytest.fixture
def set_traps(tmp_path: Path) -> Iterator[Traps]:
    with traps(tmp_path) as found:
        yield found


def behaviour(text: str):
    """A server that puts a text wherever a server can put one."""
    plain = "".join(c for c in text if c >= " ").encode("utf-8", "replace")
    body = json.dumps(
        {
            "status": "error",
            "type": text,
            "message": text,
            "missingFields": {text: text, "adSpend": text},
            "invalidFields": {f"{text} 2": text},
        }
    )
    head = answer(body.encode(), status="400 REASON", headers=("X-Note: NOTE",))
    reason, note = plain[:300], plain[:2000].strip()
    return replying(head.replace(b"REASON", reason, 1).replace(b"NOTE", note, 1))


def see_everything(desk) -> None:
    """Open every view, tab, popup and tool tip, and have each painted."""
    for tabs_name in ("preview.tabs", "reply.tabs", "detail.tabs"):
        tabs = desk.find(tabs_name)
        for index in range(tabs.count()):
            desk.do(lambda i=index, t=tabs: t.setCurrentIndex(i))
            assert findings() == []
    for view in ("history", "sandbox", "settings", "compose"):
        desk.do(lambda v=view: desk.window.show_view(v))
        desk.do(desk.window.grab)
        assert findings() == []
    desk.press(Qt.Key.Key_K, CTRL)
    desk.do(lambda: desk.find("palette").grab())
    desk.press(Qt.Key.Key_Escape, target=desk.find("palette.search"))
    for tip in tips_of(desk.window.findChildren(QToolButton) + every_widget()):
        desk.do(lambda t=tip: QToolTip.showText(QPoint(5, 5), t, desk.window))
    desk.do(QToolTip.hideText)
    assert findings() == []


@pytest.mark.parametrize("kind", TEXTS)
def test_hostile_text_is_only_text(open_desk, set_traps, kind):
    text = TEXTS[kind].format(file=set_traps.file_url, address=set_traps.address)
    desk = open_desk()
    program, model = desk.program, desk.program.compose
    server = set_traps.server.url(behaviour(text), "")
    target = Environment(name=text, base_url=server, declared=Danger.LIVE)
    campaign = desk.run(
        program.workspace.save_campaign(
            Campaign(slug="", name=text, cid=text, events=(EventKind(id=text, name=text),))
        )
    )
    event = model.event
    for wire in (
        "event_id",
        "pid",
        "conversion_date",
        "conversion_timezone",
        "cost_operation",
        "amount",
    ):
        event = event.with_field(wire, FieldInput(text=text))
    event = replace(event, org_id=text, lead=(LeadField(name=text, text=text),) * 2)
    profile = desk.run(
        program.workspace.save_profile(
            Profile(slug="", campaign=campaign.slug, name=text, event=event, notes=text)
        )
    )
    desk.do(lambda: program.profiles.open(profile))
    assert model.profile == profile
    desk.do(lambda: model.set_environment(target))
    desk.click("send")
    assert desk.find("arming").isVisible()
    assert findings() == []
    desk.click("arming.arm")
    desk.click("send")
    desk.until(lambda: model.result is not None or model.problem is not None)
    desk.until(lambda: not model.is_sending)
    assert model.result is not None, model.problem
    assert findings() == []
    desk.do(lambda: program.tell(StorageUnavailable(text, text)))
    assert findings() == []
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: len(program.wake.history.ids) == 1)
    desk.do(lambda: program.wake.history_view.entries.table.selectRow(0))
    desk.until(lambda: program.wake.entry.exchange is not None)
    assert program.wake.entry.exchange.event_id == text
    see_everything(desk)
    desk.do(lambda: program.wake.history_view.filter.setText(text))
    desk.pause(0.3)
    assert findings() == []
    assert not set_traps.was_sprung
    kept = model.event
    desk.close()
    again = open_desk(desk.folder)
    assert again.program.compose.event == kept
    assert findings() == []
    assert not set_traps.was_sprung


# ---- controls: the walker and the traps do catch ------------------------------------------------


def test_the_walker_catches_what_is_unsafe(qapp):
    bare, safe_tip, bare_tip = QLabel("<b>bold</b>"), QToolButton(), QToolButton()
    set_tip(safe_tip, "<b>shown</b> & told" * 200)
    bare_tip.setToolTip("<img src='x'>")
    hidden = QLabel("a \u202e b")
    hidden.setTextFormat(Qt.TextFormat.PlainText)
    browser = QTextBrowser()
    assert ["label" in text for text in findings([bare])] == [True]
    assert findings([safe_tip]) == []
    assert ["tool tip" in text for text in findings([bare_tip])] == [True]
    assert ["cannot be seen" in text for text in findings([hidden])] == [True]
    assert ["by nature" in text for text in findings([browser])] == [True]
    long_tip = QToolButton()
    long_tip.setToolTip("x" * 501)
    assert len(findings([long_tip])) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_the_file_trap_is_sprung_by_a_bare_label(qapp, set_traps):
    label = QLabel(f'<img src="{set_traps.file_url}">')
    label.grab()
    deadline = time.monotonic() + 10
    while not set_traps.was_sprung and time.monotonic() < deadline:
        time.sleep(0.01)  # the writer notes it in its own time
    assert set_traps.was_sprung


def test_the_address_trap_is_sprung_by_a_fetch(set_traps):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    opener.open(set_traps.address, timeout=10).close()
    assert set_traps.hits == 1
    assert set_traps.was_sprung


def test_a_copied_text_is_the_exact_one(desk):
    desk.do(lambda: desk.program.compose.set_field("pid", FieldInput(text="<b>\u202e")))
    desk.click("preview.copy")
    assert "<b>\u202e" in QGuiApplication.clipboard().text()
