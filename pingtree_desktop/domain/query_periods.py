"""Stretches of time in a search, in whole UTC milliseconds, both ends inclusive.

How one moment is written by a person is `query_values`; this adds the exact form in UTC that the
printed search uses, which means the same in every time zone, and ranges of moments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pingtree_desktop.domain.query_values import read_moment

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{3})?Z", re.ASCII)

EARLIEST_MS = (datetime.min.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND
LATEST_MS = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // _MILLISECOND - 1
"""One below the last writable millisecond, so that the moment after it can be written too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From the first to the last millisecond since 1970, both inclusive."""

    first_ms: int
    last_ms: int


def read_period(text: str, now: datetime) -> Period | None:
    """One moment as `read_moment` takes it, or the exact `2026-11-01T14:30:00.000Z`.

    The period ends with the day, minute, second or millisecond that was named.
    """
    if exact := _INSTANT.fullmatch(text):
        try:
            first_ms = _milliseconds(datetime.fromisoformat(text))
        except ValueError:
            return None
        return Period(first_ms=first_ms, last_ms=first_ms + (0 if exact[1] else 999))
    moment = read_moment(text, now)
    if moment is None:
        return None
    return Period(first_ms=_milliseconds(moment.start), last_ms=_milliseconds(moment.end) - 1)


def read_periods(text: str, now: datetime) -> Period | None:
    """One moment, or two with `..` between them: from the first to the end of the second."""
    first_text, dots, last_text = text.partition("..")
    first = read_period(first_text, now)
    last = read_period(last_text, now) if dots else first
    if first is None or last is None:
        return None
    return Period(first_ms=first.first_ms, last_ms=last.last_ms)


def within_calendar(moment_ms: int) -> int:
    """The nearest millisecond that can be written as a date."""
    return max(EARLIEST_MS, min(moment_ms, LATEST_MS))


def instant(moment_ms: int) -> str:
    """The exact form in UTC.  Raises OverflowError outside the years 1 to 9999."""
    moment = _EPOCH + moment_ms * _MILLISECOND
    return moment.replace(tzinfo=None).isoformat("T", "milliseconds") + "Z"


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // _MILLISECOND
