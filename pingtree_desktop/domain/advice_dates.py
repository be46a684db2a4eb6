"""Advice on dates and time zones: documented forms, the eight codes, daylight time, the future."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

from pingtree_desktop.domain.advice_terms import Advice, Context, documented, heuristic
from pingtree_desktop.domain.catalogue import Field, Kind
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.fix import use
from pingtree_desktop.domain.timezones import BY_CODE, DATE, DAYLIGHT_CODES, parse_moment

FORM = documented(
    "date-form",
    "conversion_date is YYYY-MM-DD or YYYY-MM-DD HH:MM:SS; tcpa_consent_date is YYYY-MM-DD.",
)
ZONE = documented(
    "zone",
    "conversion_timezone is one of AST, EST, CST, MST, PST, AKST, HST, SST: fixed offsets, "
    "standard time only. No daylight code (PDT, EDT) exists.",
)
DAYLIGHT = heuristic(
    "daylight-time",
    "The codes are fixed offsets. A clock on a wall shows daylight time on that day, one hour "
    "ahead of its standard-time code.",
)
FUTURE = heuristic("future", "What has happened lies in the past; nothing about it is documented.")
NO_ZONE = heuristic(
    "date-without-zone",
    "What time zone applies when conversion_timezone is left out is not stated.",
)
NO_DATE = heuristic(
    "zone-without-date", "A time zone says how to read conversion_date, and there is none."
)
RULES = (FORM, ZONE, DAYLIGHT, FUTURE, NO_ZONE, NO_DATE)

_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( \d{2}:\d{2}:\d{2})?", re.ASCII)
_ISO_T = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_NO_SECONDS = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})", re.ASCII)
_AHEAD_OF_UTC = timedelta(hours=14)  # somewhere on earth that day has begun


def about_date(field: Field, text: str, event: Event, context: Context) -> list[Advice]:
    """Whether a date has a documented form, lies in the past, and has a time zone."""
    only_day = field.kind is Kind.DATE
    moment = parse_moment(text)
    if moment is None or (only_day and not DATE.fullmatch(text)):
        said = f"The documentation asks for {field.format_hint}."
        better = _better_date(text, only_day=only_day)
        fix = use(field.wire, better) if better else None
        return [Advice(wire=field.wire, text=said, rule=FORM, fix=fix)]
    found = []
    zone = BY_CODE.get(event.text("conversion_timezone")) if not only_day else None
    tz = zone.tz if zone else UTC
    try:
        latest = context.now + (timedelta() if zone else _AHEAD_OF_UTC)
        is_future = moment.local.replace(tzinfo=tz) > latest
    except OverflowError:
        is_future = True
    if is_future:
        said = "This moment is in the future."
        found.append(Advice(wire=field.wire, text=said, rule=FUTURE))
    if not only_day and not event.get("conversion_timezone").is_sent:
        said = "Without a time zone it is not documented which one applies."
        found.append(Advice(wire=field.wire, text=said, rule=NO_ZONE, level="note"))
    return found


def _better_date(text: str, *, only_day: bool) -> str:
    candidate = ""
    iso = _ISO_T.fullmatch(text.strip())
    slashed = _SLASHED.fullmatch(text.strip())
    short = _NO_SECONDS.fullmatch(text.strip())
    if iso and not iso[5]:
        candidate = f"{iso[1]} {iso[2]}{iso[3] or ':00'}"
    elif short:
        candidate = f"{short[1]} {short[2]}:00"
    elif slashed:
        candidate = _slashed_date(slashed)
    elif parse_moment(text.strip()):
        candidate = text.strip()
    if only_day:
        candidate = candidate[:10]
    return candidate if parse_moment(candidate) else ""


def _slashed_date(found: re.Match[str]) -> str:
    first, second = int(found[1]), int(found[2])
    if first <= 12 and second <= 12 and first != second:
        return ""  # 3/4/2026 is March in one country and April in another
    month, day = (first, second) if first <= 12 else (second, first)
    return f"{found[3]}-{month:02d}-{day:02d}{found[4] or ''}"


def about_zone(field: Field, text: str, event: Event, context: Context) -> list[Advice]:
    """Whether a zone is one of the eight, has a date, and was not mixed up with daylight time."""
    date = event.text("conversion_date")
    if text not in BY_CODE:
        return [_other_zone(field, text, date)]
    if date and (date, text) not in context.settled_times:
        from pingtree_desktop.domain.lens import look  # noqa: PLC0415 - for a zone with a date

        # The person's own zone changes nothing here; UTC spares asking the system.
        seen = look(date, text, now=context.now, own_zone=UTC)
        if seen is not None and seen.daylight is not None:
            said = (
                f"On that day clocks there show {seen.daylight.code}. If the time was read off "
                f"such a clock, {text} needs {seen.daylight.corrected}."
            )
            fix = seen.daylight.fixes[0]
            return [Advice(wire=field.wire, text=said, rule=DAYLIGHT, fix=fix)]
    if not event.get("conversion_date").is_sent:
        said = "It has no date to apply to."
        return [Advice(wire=field.wire, text=said, rule=NO_DATE, level="note")]
    return []


def _other_zone(field: Field, text: str, date: str) -> Advice:
    upper = text.strip().upper()
    daylight = DAYLIGHT_CODES.get(upper)
    if daylight:
        from pingtree_desktop.domain.lens import from_daylight_code  # noqa: PLC0415 - rare

        said = (
            f"{upper} is a daylight-time code, which the API does not know; in {daylight.code} "
            "the same moment reads one hour earlier."
        )
        fix = from_daylight_code(date, upper)
        return Advice(wire=field.wire, text=said, rule=ZONE, fix=fix)
    said = f"The documentation asks for {field.format_hint}."
    known = use(field.wire, upper) if upper in BY_CODE else None
    return Advice(wire=field.wire, text=said, rule=ZONE, fix=known)
