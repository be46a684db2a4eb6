"""Moments, durations, sizes, money and statuses as a person writes them, and exact periods."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.query_periods import (
    EARLIEST_MS,
    LATEST_MS,
    Period,
    instant,
    read_period,
    read_periods,
    within_calendar,
)
from pingtree_desktop.domain.query_values import (
    Bounds,
    read_duration,
    read_moment,
    read_money,
    read_size,
    read_status,
)
from tests.domain.strategies import awkward_text

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 24, 9, 30, 15, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("today", "2026-11-24", "2026-11-25"),
        (" Yesterday ", "2026-11-23", "2026-11-24"),
        ("7d", "2026-11-17 09:30:15", "2026-11-24 09:30:15"),
        ("12h", "2026-11-23 21:30:15", "2026-11-24 09:30:15"),
        ("30m", "2026-11-24 09:00:15", "2026-11-24 09:30:15"),
        ("2w", "2026-11-10 09:30:15", "2026-11-24 09:30:15"),
        ("2026-11-01", "2026-11-01", "2026-11-02"),
        ("2026-11-01T14:30", "2026-11-01 14:30", "2026-11-01 14:31"),
        ("2026-11-01 14:30:05", "2026-11-01 14:30:05", "2026-11-01 14:30:06"),
    ],
)
def test_moments(text, start, end):
    moment = read_moment(text, NOW)
    assert moment.start == datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert moment.end == datetime.fromisoformat(end).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "7", "7y", "-7d", "2026-02-30", "2026-13-01", "2026-11-01 25:00", "0000-01-01",
     "9999-12-31", "999999w", "\u0667d", "2026-11-01T14"],
)  # fmt: skip
def test_what_is_no_moment(text):
    assert read_moment(text, NOW) is None
    assert read_period(text, NOW) is None
    assert read_periods(f"2026-11-01..{text}", NOW) is None


def test_hours_pass_as_they_do_where_the_clocks_change_and_days_keep_the_time_on_the_clock():
    after = datetime(2026, 3, 29, 10, tzinfo=BERLIN)  # the clocks went forward at two
    assert after.astimezone(UTC) - read_moment("12h", after).start.astimezone(UTC) == timedelta(
        hours=12
    )
    assert read_moment("1d", after).start == datetime(2026, 3, 28, 10, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("read", "text", "low", "high"),
    [
        (read_duration, "500ms", 500_000, 500_000),
        (read_duration, "1.5S", 1_500_000, 1_500_000),
        (read_duration, "2 min", 120_000_000, 120_000_000),
        (read_duration, ">= 5us", 5, None),
        (read_duration, ">5us", 6, None),
        (read_duration, "<5us", None, 4),
        (read_duration, "<0.5us", None, 0),
        (read_duration, ">0.5ms", 501, None),
        (read_duration, ">=0.0015ms", 2, None),
        (read_duration, ">0.0015ms", 2, None),
        (read_size, "1.5MB", 1_500_000, 1_500_000),
        (read_size, "7", 7, 7),
        (read_status, "404", 404, 404),
        (read_status, "5xx", 500, 599),
        (read_status, "400..", 400, None),
    ],
)
def test_whole_numbers_within_bounds(read, text, low, high):
    assert read(text).whole() == (low, high)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_duration, ""),
        (read_duration, ".."),
        (read_duration, "x..5"),
        (read_duration, "5..x"),
        (read_duration, "5parsec"),
        (read_duration, "-5ms"),
        (read_duration, "5ms!"),
        (read_size, "\u0665"),
        (read_size, "5ms"),
        (read_money, "1,5"),
        (read_money, "1e5"),
        (read_money, "NaN"),
        (read_money, "\u0661"),
        (read_money, ">1..2"),
        (read_status, "40"),
        (read_status, "0xx"),
        (read_status, "4x4"),
    ],
)
def test_what_is_no_number(read, text):
    assert read(text) is None


def test_money_is_exact_and_its_bounds_are_open_or_closed():
    assert read_money("10..20.5") == Bounds(low=Decimal(10), high=Decimal("20.5"))
    assert read_money(">0.1") == Bounds(low=Decimal("0.1"), low_is_open=True)
    assert read_money("<=-0.1") == Bounds(high=Decimal("-0.1"))


def test_a_long_value_is_looked_at_once():
    assert read_duration("a" * 1_000_000 + "!") is None


@given(awkward_text)
def test_any_text_is_a_value_or_none(text):
    for read in (read_duration, read_size, read_money, read_status):
        assert read(text) is None or isinstance(read(text), Bounds)
    assert read_periods(text, NOW) is None or isinstance(read_periods(text, NOW), Period)


# ---- periods -----------------------------------------------------------------------------------


def _ms(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def test_a_period_ends_with_what_was_named():
    noon = _ms(datetime(2026, 11, 1, 12, tzinfo=UTC))
    exact = Period(first_ms=noon + 123, last_ms=noon + 123)
    assert read_period("2026-11-01T12:00:00.123Z", NOW) == exact
    assert read_period("2026-11-01T12:00:00Z", NOW) == Period(first_ms=noon, last_ms=noon + 999)
    minute = read_period("2026-11-01T13:00", NOW)  # Berlin
    assert minute == Period(first_ms=noon, last_ms=noon + 59_999)


def test_a_day_on_which_the_clocks_change_is_whole():
    short = read_period("2026-03-29", NOW)
    assert short.last_ms + 1 - short.first_ms == 23 * 3_600_000
    both = read_periods("2026-03-29..2026-03-30", NOW)
    assert both.first_ms == short.first_ms
    assert both.last_ms + 1 - both.first_ms == 47 * 3_600_000


@pytest.mark.parametrize(
    "text",
    ["2026-02-30T12:00:00Z", "2026-11-01T12:00:00.1Z", "2026-11-01T12:00:00.123456Z",
     "2026-11-01T12:00:00+01:00", "2026-11-01..", "..2026-11-01", "2026-11-01..x..2026-11-02"],
)  # fmt: skip
def test_what_is_no_period(text):
    assert read_periods(text, NOW) is None


@given(st.integers(EARLIEST_MS, LATEST_MS + 1))
def test_an_instant_is_read_as_itself(moment_ms):
    assert read_period(instant(moment_ms), NOW) == Period(first_ms=moment_ms, last_ms=moment_ms)


def test_the_calendar_ends():
    assert within_calendar(EARLIEST_MS - 1) == EARLIEST_MS
    assert within_calendar(LATEST_MS + 5) == LATEST_MS
    assert within_calendar(0) == 0
    assert instant(EARLIEST_MS) == "0001-01-01T00:00:00.000Z"
    assert instant(LATEST_MS + 1) == "9999-12-31T23:59:59.999Z"
