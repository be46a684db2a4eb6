"""Values in a search as a person writes them: moments, durations, money, sizes, statuses.

Each reader returns bounds, or None where the text is none of its kind.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from string import ascii_lowercase

_COMPARISON = re.compile(r"(>=|<=|>|<|=)?(.*)", re.DOTALL)
_AGO = re.compile(r"(\d{1,6})(m|h|d|w)", re.ASCII)
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,12}(?:\.\d{1,6})?", re.ASCII)
_MONEY = re.compile(r"-?\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_TIME_UNITS = {"us": 1, "ms": 1_000, "s": 1_000_000, "min": 60_000_000, "": 1_000}
_SIZE_UNITS = {"": 1, "b": 1, "kb": 1_000, "mb": 1_000_000}
_AGO_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """A range of exact numbers; an open end does not belong to it."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_is_open: bool = False
    high_is_open: bool = False

    def whole(self) -> tuple[int | None, int | None]:
        """The whole numbers inside, both ends inclusive."""
        low = high = None
        if self.low is not None:
            low = int(self.low.to_integral_value(ROUND_CEILING))
            low += 1 if self.low_is_open and low == self.low else 0
        if self.high is not None:
            high = int(self.high.to_integral_value(ROUND_FLOOR))
            high -= 1 if self.high_is_open and high == self.high else 0
        return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment, and the end of the day, minute or second that was named (exclusive)."""

    start: datetime
    end: datetime


def read_moment(text: str, now: datetime) -> Moment | None:
    """`7d` (that long ago), `today`, `yesterday`, `2026-11-01`, `2026-11-01 14:30`."""
    word = text.strip().casefold()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if word in {"today", "yesterday"}:
        start = midnight - timedelta(days=word == "yesterday")
        return Moment(start=start, end=start + timedelta(days=1))
    if ago := _AGO.fullmatch(word):
        try:
            start = _ago(timedelta(minutes=int(ago[1]) * _AGO_MINUTES[ago[2]]), now, ago[2])
        except (OverflowError, ValueError):
            return None
        return Moment(start=start, end=now)
    found = _DAY.fullmatch(text.strip())
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        start = datetime(year, month, day, hour, minute, second, tzinfo=now.tzinfo)
        step = timedelta(days=1)
        if found[4]:
            step = timedelta(seconds=1) if found[6] else timedelta(minutes=1)
        return Moment(start=start, end=start + step)
    except (ValueError, OverflowError):
        return None


def _ago(span: timedelta, now: datetime, unit: str) -> datetime:
    """Minutes and hours pass as they do; days and weeks keep the time on the clock."""
    if unit in "mh":
        return (now.astimezone(UTC) - span).astimezone(now.tzinfo)
    return now - span


def read_duration(text: str) -> Bounds | None:
    """A range of microseconds: `>500ms`, `<2s`, `100..500ms`; a bare number is milliseconds."""
    return _read_range(text.casefold(), _TIME_UNITS)


def read_size(text: str) -> Bounds | None:
    """A range of bytes: `>10KB`, `1..5MB`; a bare number is bytes."""
    return _read_range(text.casefold(), _SIZE_UNITS)


def read_money(text: str) -> Bounds | None:
    """A range of exact money: `42.50`, `>=10`, `10..20`."""
    return _bounds(text, lambda part: Decimal(part) if _MONEY.fullmatch(part) else None)


def read_status(text: str) -> Bounds | None:
    """A range of HTTP statuses: `404`, `4xx`, `>=400`, `400..403`."""
    word = text.casefold()
    if re.fullmatch(r"[1-9]xx", word):
        first = Decimal(int(word[0]) * 100)
        return Bounds(low=first, high=first + 99)
    return _bounds(word, lambda part: Decimal(part) if re.fullmatch(r"\d{3}", part, re.A) else None)


def _read_range(text: str, units: dict[str, int]) -> Bounds | None:
    unit = text[len(text.rstrip(ascii_lowercase)) :]
    default = unit if unit in units else ""

    def read(part: str) -> Decimal | None:
        number = re.match(_NUMBER, part)
        if number is None:
            return None
        named = part[number.end() :].strip() or default
        return Decimal(number[0]) * units[named] if named in units else None

    return _bounds(text, read)


def _bounds(text: str, read: Callable[[str], Decimal | None]) -> Bounds | None:
    if ".." in text:
        first, _, last = text.partition("..")
        low = read(first.strip()) if first.strip() else None
        high = read(last.strip()) if last.strip() else None
        is_bad = (first.strip() and low is None) or (last.strip() and high is None)
        return None if is_bad or (low is None and high is None) else Bounds(low=low, high=high)
    found = _COMPARISON.fullmatch(text)
    sign, part = (found[1] or "=", found[2].strip()) if found else ("=", "")
    value = read(part)
    if value is None:
        return None
    if sign == "=":
        return Bounds(low=value, high=value)
    if sign[0] == ">":
        return Bounds(low=value, low_is_open=sign == ">")
    return Bounds(high=value, high_is_open=sign == "<")
