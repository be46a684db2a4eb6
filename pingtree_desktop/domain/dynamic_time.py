"""Moments as dynamic values: arithmetic, forms such as `YYYY-MM-DD`, and zones."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from pingtree_desktop.domain.timezones import BY_CODE

UTC_NAME = "UTC"
USUAL_FORM = "YYYY-MM-DD HH:mm:ss"
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_STEP = re.compile(r"([+-])\s*(\d+)\s*([smhdw])")
_PART = re.compile(r"\[([^\]]*)\]|YYYY|YY|MM|M|DD|D|HH|H|hh|h|mm|m|ss|s|SSS|A|a|Z|X|x")
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)
_ISO = "iso"
_LONGEST_FORM = 200


class CannotMake(Exception):
    """Why a value cannot be made: half a sentence without its full stop."""


def shifted(moment: datetime, steps: str, zone: tzinfo) -> datetime:
    """A moment with steps such as `-2d+90m`, in a zone.  Raises CannotMake outside the calendar."""
    try:
        for sign, number, unit in _STEP.findall(steps):
            step = timedelta(**{_UNITS[unit]: int(number)})
            moment = moment - step if sign == "-" else moment + step
        return moment.astimezone(zone)
    except OverflowError:
        raise CannotMake("it leads out of the calendar") from None


def zone_named(name: str, own_zone: tzinfo | None) -> tzinfo | None:
    """The zone of a code (PST), `UTC`, `local` or an offset (+02:00); None for any other."""
    if name.upper() == UTC_NAME:
        return UTC
    if name.lower() == "local":
        return own_zone or datetime.now(UTC).astimezone().tzinfo
    offset = _OFFSET.fullmatch(name)
    if offset is not None:
        minutes = int(offset[2]) * 60 + int(offset[3])
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))
    zone = BY_CODE.get(name.upper())
    return zone.tz if zone else None


def written(moment: datetime, layout: str) -> str:
    """A moment in a form of YYYY YY MM M DD D HH H hh h mm m ss s SSS A Z X x and [words].

    `iso` is ISO 8601 with the offset, X seconds and x milliseconds since 1970.  Raises CannotMake
    for a form without end.
    """
    if len(layout) > _LONGEST_FORM:
        raise CannotMake(f"its form is longer than {_LONGEST_FORM} characters")
    if layout.lower() == _ISO:
        return moment.isoformat(timespec="seconds")
    return _PART.sub(lambda found: _part(moment, found), layout or USUAL_FORM)


def _part(moment: datetime, found: re.Match[str]) -> str:
    if found[1] is not None:
        return found[1]
    hour = moment.hour % 12 or 12
    whole = int(moment.replace(microsecond=0).timestamp())
    offset = moment.strftime("%z")
    parts: dict[str, str] = {
        "YYYY": f"{moment.year:04d}",
        "YY": f"{moment.year % 100:02d}",
        "MM": f"{moment.month:02d}",
        "M": str(moment.month),
        "DD": f"{moment.day:02d}",
        "D": str(moment.day),
        "HH": f"{moment.hour:02d}",
        "H": str(moment.hour),
        "hh": f"{hour:02d}",
        "h": str(hour),
        "mm": f"{moment.minute:02d}",
        "m": str(moment.minute),
        "ss": f"{moment.second:02d}",
        "s": str(moment.second),
        "SSS": f"{moment.microsecond // 1000:03d}",
        "A": "AM" if moment.hour < 12 else "PM",
        "a": "am" if moment.hour < 12 else "pm",
        "Z": f"{offset[:3]}:{offset[3:5]}",
        "X": str(whole),
        "x": str(whole * 1000 + moment.microsecond // 1000),
    }
    return parts[found[0]]
