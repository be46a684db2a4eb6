"""Advice under the fields and the time-zone lens: what is said, and one click puts it right."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QToolButton, QWidget

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from tests.window import Desk


def load(desk: Desk, *, lead: tuple[LeadField, ...] = (), **fields: str) -> None:
    event = Event(lead=lead)
    for wire, text in (
        {"cid": "demo", "event_id": "sale", "transaction_id": "T1"} | fields
    ).items():
        event = event.with_field(wire, FieldInput(text=text))
    desk.do(lambda: desk.screen.compose.load(event))


def event(desk: Desk) -> Event:
    return desk.screen.compose.event


def texts(widget: QWidget) -> list[str]:
    """What the visible labels under a widget say."""
    return [one.text() for one in widget.findChildren(QLabel) if one.isVisible() and one.text()]


def line(desk: Desk) -> str:
    button = desk.find("lens.line")
    assert isinstance(button, QToolButton)
    return button.text()


def named(desk: Desk, name: str) -> list[QWidget]:
    return [one for one in desk.window.findChildren(QWidget, name) if one.isVisible()]


@pytest.mark.parametrize(
    ("wire", "text", "says", "after"),
    [
        ("amount", "$1,234.50", "currency sign", "1234.50"),
        ("cost_operation", "subtract", "spells it substract", "substract"),
        ("transaction_id", " T1", "a space before", "T1"),
    ],
)
def test_a_note_has_a_link_that_puts_it_right_and_says_why(desk, wire, text, says, after):
    load(desk, **{wire: text})
    link = desk.find(f"advice.{wire}.fix")
    assert isinstance(link, QPushButton)
    notes = link.parentWidget()
    (note,) = [one for one in notes.findChildren(QLabel) if says in one.text()]
    assert note.accessibleDescription().split(":")[0] in {"Documented", "Heuristic"}
    assert note.toolTip().startswith(("<span>Documented:", "<span>Heuristic:"))
    desk.click(f"advice.{wire}.fix")
    assert event(desk).text(wire) == after
    assert named(desk, f"advice.{wire}.fix") == []
    assert not any(says in one for one in texts(desk.window))


def test_a_lead_name_moves_into_its_field(desk):
    load(
        desk, lead=(LeadField(name="adspend", text="1.75"), LeadField(name="first_name", text="A"))
    )
    desk.do(lambda: desk.find("advice.lead:0.fix").click())
    assert event(desk).text("adSpend") == "1.75"
    assert event(desk).lead == (LeadField(name="first_name", text="A"),)
    assert desk.find("field.adSpend").text() == "1.75"
    assert named(desk, "advice.lead:0.fix") == []


def test_the_lens_is_one_line_until_it_is_opened(desk):
    load(desk)
    assert named(desk, "lens") == []
    load(desk, conversion_date="2025-11-24 00:30:00", conversion_timezone="AST")
    assert "= 2025-11-24 04:30 UTC \u00b7 " in line(desk)
    assert " yours" in line(desk)
    assert desk.window.findChildren(QWidget, "lens.table") == []  # nothing is built yet
    desk.click("lens.line")
    shown = texts(desk.find("lens.table"))
    assert shown[:3] == ["Zone", "Offset", "Date and time"]
    assert [
        one for one in shown if one in {"AST", "EST", "CST", "MST", "PST", "AKST", "HST", "SST"}
    ]
    assert "Atlantic, UTC\u22124 \u00b7 chosen" in shown
    assert shown.count("day before") >= 7
    load(desk, conversion_date="2025-11-24 12:00:00", conversion_timezone="PST")
    shown = texts(desk.find("lens.table"))
    assert "2025-11-24 12:00" in shown
    assert "Pacific, UTC\u22128 \u00b7 chosen" in shown
    assert "Atlantic, UTC\u22124" in shown
    assert "day before" not in shown
    desk.click("lens.line")
    assert named(desk, "lens.table") == []


def test_a_day_alone_says_that_the_time_is_not_stated(desk):
    load(desk, conversion_date="2025-07-04", conversion_timezone="EST")
    assert any(one.startswith("time not stated") for one in texts(desk.find("lens")))
    assert named(desk, "lens.line") == []
    assert named(desk, "lens.daylight") == []


@pytest.mark.parametrize(
    ("link", "date", "zone"),
    [
        ("lens.fix.0", "2025-07-03 23:30:00", "EST"),
        ("lens.fix.1", "2025-07-04 00:30:00", "AST"),
        ("lens.fix.2", "2025-07-04 00:30:00", "EST"),
    ],
)
def test_daylight_time_is_put_right_once(desk, link, date, zone):
    load(desk, conversion_date="2025-07-04 00:30:00", conversion_timezone="EST")
    assert any("clocks there show EDT" in one for one in texts(desk.find("lens.daylight")))
    assert sum("clocks there show EDT" in one for one in texts(desk.window)) == 1
    desk.click(link)
    assert event(desk).text("conversion_date") == date
    assert event(desk).text("conversion_timezone") == zone
    assert desk.find("field.conversion_date").text() == date
    assert named(desk, "lens.daylight") == []  # not doubted again
    load(desk, conversion_date="2025-07-05 10:00:00", conversion_timezone="EST")
    assert len(named(desk, "lens.daylight")) == 1  # another time is


def test_a_daylight_code_keeps_its_moment(desk):
    load(desk, conversion_date="2025-07-04 00:30:00", conversion_timezone="PDT")
    desk.click("advice.conversion_timezone.fix")
    assert event(desk).text("conversion_date") == "2025-07-03 23:30:00"
    assert event(desk).text("conversion_timezone") == "PST"
    assert named(desk, "lens.daylight") == []


def test_a_used_pair_is_said(desk):
    load(desk, event_id="quote_view")
    desk.choose("action.send")
    desk.until(lambda: any("already fired this event" in one for one in texts(desk.window)))
