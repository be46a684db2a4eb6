"""Eight fixed offsets, and the two documented forms of a date."""

from datetime import datetime

import pytest
from hypothesis import given

from pingtree_desktop.domain.timezones import (
    BY_CODE,
    DAYLIGHT_CODES,
    ZONES,
    parse_moment,
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


@pytest.mark.parametrize(
    "text",
    [
        "", "2026-02-30", "2026-11-22 24:00:00", "2026-11-22T18:05:00", " 2026-11-22",
        "2026-11-2", "２０２６-11-22", "2026-11-22 18:05", "2026-11-22\n",
    ],
)  # fmt: skip
def test_what_is_not_documented_is_no_moment(text):
    assert parse_moment(text) is None


def test_both_documented_dates_are_read():
    assert parse_moment("2026-11-22").has_time is False
    assert parse_moment("2026-11-22 18:05:09").local == datetime(2026, 11, 22, 18, 5, 9)  # noqa: DTZ001


@given(awkward_text)
def test_any_text_is_survived(text):
    moment = parse_moment(text)
    assert moment is None or text.startswith(f"{moment.local.year:04d}-")
