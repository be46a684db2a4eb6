"""Eight fixed offsets, and what a date means in them."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.timezones import (
    BY_CODE,
    DAYLIGHT_CODES,
    ZONES,
    parse_moment,
    read_zone,
)
from tests.domain.strategies import awkward_text

OFFSETS = {"AST": -4, "EST": -5, "CST": -6, "MST": -7, "PST": -8, "AKST": -9, "HST": -10,
           "SST": -11}  # fmt: skip
DAYLIGHT = {"AST": "ADT", "EST": "EDT", "CST": "CDT", "MST": "MDT", "PST": "PDT", "AKST": "AKDT"}


def test_the_eight_documented_codes():
    assert {zone.code: zone.offset_hours for zone in ZONES} == OFFSETS
    assert {zone.code: code for code, zone in DAYLIGHT_CODES.items()} == DAYLIGHT
    assert BY_CODE["PST"].label == "PST \u2014 Pacific, UTC\u22128"
    assert BY_CODE["SST"].offset_label == "UTC\u221211"


@pytest.mark.parametrize("zone", ZONES, ids=lambda z: z.code)
def test_a_code_means_the_same_offset_all_year(zone):
    for month in range(1, 13):
        reading = read_zone(f"2026-{month:02d}-15 12:00:00", zone.code, UTC)
        assert reading.utc == datetime(2026, month, 15, 12 - zone.offset_hours, tzinfo=UTC)
        regional = datetime(2026, month, 15, 12, tzinfo=ZoneInfo(zone.region))
        is_daylight = bool(regional.dst())
        assert (reading.daylight_corrected is not None) is is_daylight
        if is_daylight:
            assert reading.daylight_corrected == f"2026-{month:02d}-15 11:00:00"


def test_new_york_in_july_near_midnight_is_a_day_off():
    reading = read_zone("2026-07-04 00:30:00", "EST", UTC)
    assert reading.daylight_corrected == "2026-07-03 23:30:00"


@pytest.mark.parametrize(
    ("text", "own_hours", "flips"),
    [
        ("2026-11-22 18:05:00", -8, False),
        ("2026-11-22 18:05:00", 1, True),
        ("2026-11-22 00:00:00", -9, True),
        ("2026-11-22", 1, False),
    ],
)
def test_day_flips_are_seen_when_a_time_is_stated(text, own_hours, flips):
    reading = read_zone(text, "PST", timezone(timedelta(hours=own_hours), "OWN"))
    assert reading.day_flips is flips


def test_the_line_under_the_picker():
    own = timezone(timedelta(hours=1), "CET")
    line = read_zone("2026-11-22 18:05:00", "PST", own).line
    assert line == (
        "= 2026-11-23 02:05:00 UTC \u00b7 2026-11-23 03:05 your time (CET), another day "
        "\u00b7 fixed offset, no daylight time"
    )
    same_day = read_zone("2026-11-22 08:00:00", "PST", own).line
    assert "\u00b7 17:00 your time (CET) \u00b7" in same_day
    assert read_zone("2026-11-22", "PST", own).line.startswith("time not stated")


def test_the_computers_own_zone_is_the_default():
    reading = read_zone("2026-11-22 18:05:00", "PST")
    assert reading.own == reading.utc
    assert reading.own_name


class Nameless(tzinfo):
    """A time zone that tells no name, as some systems have it."""

    def utcoffset(self, dt):
        return timedelta(0)

    def dst(self, dt):
        return timedelta(0)

    def tzname(self, dt):
        return None


def test_a_zone_without_a_name_is_called_local():
    assert read_zone("2026-11-22 18:05:00", "PST", Nameless()).own_name == "local"


def test_extreme_years():
    early = read_zone("0001-01-01 00:00:00", "PST", UTC)
    assert early.line.startswith("= 0001-01-01 08:00:00 UTC")
    assert read_zone("9999-12-31 23:59:59", "PST", UTC) is None
    assert read_zone("0001-01-01 00:00:00", "AST", timezone(timedelta(hours=-12))) is None
    assert read_zone("9999-07-01 12:00:00", "PST", UTC).daylight_corrected == "9999-07-01 11:00:00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "PST"), ("2026-11-22", ""), ("2026-11-22", "PDT"), ("2026-11-22", "pst"),
        ("2026-02-30", "PST"), ("2026-11-22 24:00:00", "PST"), ("2026-11-22T18:05:00", "PST"),
        (" 2026-11-22", "PST"), ("2026-11-2", "PST"), ("２０２６-11-22", "PST"),
        ("2026-11-22 18:05", "PST"), ("2026-11-22\n", "PST"),
    ],
)  # fmt: skip
def test_what_is_not_documented_is_no_reading(text, code):
    assert read_zone(text, code) is None


def test_both_documented_dates_are_read():
    assert parse_moment("2026-11-22").has_time is False
    assert parse_moment("2026-11-22 18:05:09").local == datetime(2026, 11, 22, 18, 5, 9)  # noqa: DTZ001


@settings(deadline=None)
@given(
    st.datetimes(min_value=datetime(1, 1, 1)),  # noqa: DTZ001
    st.sampled_from([zone.code for zone in ZONES]),
)
def test_any_date_is_read_or_is_out_of_range(moment, code):
    text = moment.replace(microsecond=0).isoformat(" ")
    reading = read_zone(text, code, UTC)
    if reading is not None:
        naive = reading.utc.replace(tzinfo=None) + timedelta(hours=OFFSETS[code])
        assert naive == moment.replace(microsecond=0)
        assert reading.line


@settings(deadline=None)
@given(awkward_text, awkward_text)
def test_any_text_is_survived(text, code):
    reading = read_zone(text, code, UTC)
    assert reading is None or reading.line
