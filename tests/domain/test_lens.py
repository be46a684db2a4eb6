"""The lens shows one instant on every clock, and doubts a time read off a daylight clock."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.lens import (
    IT_IS_RIGHT,
    Reading,
    clock,
    from_daylight_code,
    look,
    shown_minute,
)
from pingtree_desktop.domain.timezones import BY_CODE, DAYLIGHT_CODES, ZONES, parse_moment
from tests.domain.strategies import awkward_text

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
CET = timezone(timedelta(hours=1), "CET")
CODES = [zone.code for zone in ZONES]
moments = st.datetimes().map(lambda moment: moment.replace(microsecond=0))
own_zones = st.sampled_from(
    [ZoneInfo(name) for name in
     ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati",
      "Pacific/Pago_Pago", "UTC", "Australia/Lord_Howe")]
)  # fmt: skip


def seen(text, code, own_zone=UTC):
    return look(text, code, now=NOW, own_zone=own_zone)


def fixed(fix, date, zone):
    """The date and zone after a fix."""
    event = Event().with_field("conversion_date", FieldInput(text=date))
    event = fix(event.with_field("conversion_timezone", FieldInput(text=zone)))
    return event.text("conversion_date"), event.text("conversion_timezone")


@pytest.mark.parametrize("zone", ZONES, ids=lambda z: z.code)
def test_a_code_means_the_same_offset_all_year(zone):
    for month in range(1, 13):
        lens = seen(f"2026-{month:02d}-15 12:00:00", zone.code)
        assert lens.utc.local == datetime(2026, month, 15, 12 - zone.offset_hours, tzinfo=UTC)
        is_daylight = bool(datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone.region)).dst())
        assert (lens.daylight is not None) is is_daylight
        if is_daylight:
            assert lens.daylight.corrected == f"2026-{month:02d}-15 11:00:00"
            assert lens.daylight.code == zone.daylight_code


def test_the_line():
    ahead = seen("2026-11-24 10:00:00", "PST", CET)
    assert ahead.is_future
    assert ahead.line == "= 2026-11-24 18:00 UTC \u00b7 19:00 yours \u00b7 in the future"
    late = seen("2026-11-22 18:05:09", "PST", CET)
    assert late.line == "= 2026-11-23 02:05:09 UTC \u00b7 03:05:09 yours, next day"
    assert not seen("2026-11-24 04:00:00", "PST").is_future  # just now


def test_a_line_without_future():
    line = look("2026-11-24 10:00:00", "PST", now=NOW + timedelta(days=1), own_zone=CET).line
    assert line == "= 2026-11-24 18:00 UTC \u00b7 19:00 yours"


def test_a_day_alone_has_no_instant():
    lens = seen("2026-07-04", "EST", CET)
    assert lens.line.startswith("time not stated")
    assert (lens.has_time, lens.utc, lens.own, lens.zones) == (False, None, None, ())
    assert (lens.daylight, lens.is_future) == (None, False)


def test_day_flips_are_said_in_words():
    lens = seen("2026-11-22 23:30:00", "AST", timezone(timedelta(hours=14), "LINT"))
    assert {one.name: one.day_word for one in lens.zones} == dict.fromkeys(CODES, "")
    assert (lens.utc.day_word, lens.own.day_word) == ("next day", "next day")
    early = seen("2026-11-22 00:30:00", "AST")
    assert {one.name: one.day_word for one in early.zones} == (
        dict.fromkeys(CODES, "day before") | {"AST": ""}
    )
    far = seen("2026-11-22 23:30:00", "SST", timezone(timedelta(hours=14), "LINT"))
    assert (far.own.day_shift, far.own.day_word) == (2, "2 days later")
    back = Reading(name="x", label="x", local=NOW, day_shift=-2)
    assert back.day_word == "2 days earlier"


def test_the_chosen_zone_is_marked_and_shows_what_was_typed():
    lens = seen("2026-11-22 18:05:00", "MST")
    (chosen,) = [one for one in lens.zones if one.is_chosen]
    assert (chosen.name, chosen.label, shown_minute(chosen.local)) == (
        "MST", "Mountain, UTC\u22127", "2026-11-22 18:05",
    )  # fmt: skip


def test_new_york_in_july_near_midnight_is_a_day_off():
    lens = seen("2026-07-04 00:30:00", "EST")
    assert lens.daylight.corrected == "2026-07-03 23:30:00"
    time, zone, right = lens.daylight.fixes
    assert fixed(time, "2026-07-04 00:30:00", "EST") == ("2026-07-03 23:30:00", "EST")
    assert fixed(zone, "2026-07-04 00:30:00", "EST") == ("2026-07-04 00:30:00", "AST")
    assert fixed(right, "2026-07-04 00:30:00", "EST") == ("2026-07-04 00:30:00", "EST")
    assert (time.label, zone.label) == ("Use 2026-07-03 23:30:00", "Use AST, same time")
    assert all(fix.settles_time for fix in lens.daylight.fixes)


def test_no_zone_of_the_eight_has_the_offset_of_atlantic_daylight_time():
    fixes = seen("2026-07-04 12:00:00", "AST").daylight.fixes
    assert [fix.label for fix in fixes] == ["Use 2026-07-04 11:00:00", IT_IS_RIGHT.label]


@given(st.datetimes(min_value=datetime(2007, 3, 12), max_value=datetime(2037, 12, 31)),  # noqa: DTZ001
       st.sampled_from([zone for zone in ZONES if zone.daylight_code]))  # fmt: skip
def test_both_corrections_name_the_moment_the_wall_clock_showed(moment, zone):
    text = moment.replace(microsecond=0).isoformat(" ")
    lens = seen(text, zone.code)
    wall = moment.replace(microsecond=0, tzinfo=ZoneInfo(zone.region))
    if not wall.dst():
        assert lens.daylight is None
        return
    for fix in lens.daylight.fixes[:-1]:
        date, code = fixed(fix, text, zone.code)
        assert parse_moment(date).local.replace(tzinfo=BY_CODE[code].tz) == wall


@given(moments, st.sampled_from(CODES), own_zones)
def test_every_clock_shows_the_same_instant(moment, code, own_zone):
    text = moment.isoformat(" ")
    lens = seen(text, code, own_zone)
    if lens is None:  # near the first and the last day of the calendar
        assert moment < datetime(1, 1, 3) or moment > datetime(9999, 12, 29)  # noqa: DTZ001
        return
    instant = moment.replace(tzinfo=BY_CODE[code].tz)
    for reading in (lens.utc, lens.own, *lens.zones):
        assert reading.local == instant
        assert reading.local.date() == moment.date() + timedelta(days=reading.day_shift)
        assert bool(reading.day_word) is (reading.local.date() != moment.date())
    assert [one.name for one in lens.zones] == CODES
    assert lens.own.local.utcoffset() == instant.astimezone(own_zone).utcoffset()
    assert lens.is_future is (instant > NOW)
    assert lens.line.startswith("= ")


def test_the_computers_own_zone_is_the_default():
    lens = look("2026-11-22 18:05:00", "PST", now=NOW)
    assert lens.own.local == lens.utc.local
    assert lens.own.label


class Nameless(tzinfo):
    """A time zone that tells no name, as some systems have it."""

    def utcoffset(self, dt):
        return timedelta(0)

    def dst(self, dt):
        return timedelta(0)

    def tzname(self, dt):
        return None


def test_a_zone_without_a_name_is_called_local():
    assert seen("2026-11-22 18:05:00", "PST", Nameless()).own.label == "local"


def test_extreme_years():
    assert seen("0001-01-02 00:00:00", "PST").line.startswith("= 0001-01-02 08:00 UTC")
    assert seen("9999-12-31 23:59:59", "PST") is None
    assert seen("0001-01-01 00:00:00", "AST") is None
    assert seen("9999-07-01 12:00:00", "PST").daylight.corrected == "9999-07-01 11:00:00"


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "PST"), ("2026-11-22", ""), ("2026-11-22", "PDT"), ("2026-11-22", "pst"),
     ("2026-02-30", "PST"), ("2026-11-22 18:05", "PST")],
)  # fmt: skip
def test_what_is_not_documented_is_no_reading(text, code):
    assert seen(text, code) is None


@given(awkward_text, awkward_text)
def test_any_text_is_survived(text, code):
    lens = seen(text, code)
    assert lens is None or lens.line


@pytest.mark.parametrize("code", sorted(DAYLIGHT_CODES))
@pytest.mark.parametrize("month", [1, 7])
def test_a_daylight_code_becomes_the_same_moment_in_the_documented_code(code, month):
    zone = DAYLIGHT_CODES[code]
    before = f"2026-{month:02d}-04 00:30:00"
    fix = from_daylight_code(before, code)
    date, standard = fixed(fix, before, code)
    assert standard == zone.code
    assert date == f"2026-{month:02d}-03 23:30:00"
    assert fix.settles_time
    assert fix.label == f"Use {date} {zone.code}"


def test_a_daylight_code_without_a_time_becomes_the_code_alone():
    for date in ("", "2026-07-04", "soon"):
        fix = from_daylight_code(date, "PDT")
        assert (fix.label, fix.settles_time) == ("Use PST", False)
        assert fixed(fix, date, "PDT") == (date, "PST")
    assert from_daylight_code("2026-07-04 10:00:00", "PST") is None
    assert from_daylight_code("0001-01-01 00:30:00", "PDT") is None


def test_seconds_are_shown_where_there_are_any():
    assert clock(NOW) == "12:00"
    assert clock(NOW.replace(second=5)) == "12:00:05"
