"""The time-zone lens: what a typed date and zone code mean, in UTC, here, and in all eight zones.

Offsets are fixed, as documented; a clock on a wall is not, so a time read off a clock on
daylight time is an hour off, and near midnight a day off.  The lens shows that and offers the
corrected time; it never changes anything itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.fix import Fix, leave, set_fields, use
from pingtree_desktop.domain.timezones import BY_CODE, DAYLIGHT_CODES, ZONES, Zone, parse_moment

TIME_NOT_STATED = "time not stated"
_DATE, _ZONE = "conversion_date", "conversion_timezone"
_BY_OFFSET = {zone.offset_hours: zone for zone in ZONES}

IT_IS_RIGHT = Fix(label="It is right as it is", act=leave, settles_time=True)
"""What a person says who read the time off a clock on standard time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One clock's view of the instant; `day_shift` counts days from the day that was typed."""

    name: str
    label: str
    local: datetime
    day_shift: int
    is_chosen: bool = False

    @property
    def day_word(self) -> str:
        """How the day differs from the typed one, in words; empty when it does not."""
        match self.day_shift:
            case 0:
                return ""
            case 1:
                return "next day"
            case -1:
                return "day before"
            case shift:
                return f"{abs(shift)} days {'later' if shift > 0 else 'earlier'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Daylight:
    """That clocks of the zone show daylight time then, and what to send if such a clock was read.

    `corrected` is the same moment in the chosen standard-time code.  `fixes`: that time, the code
    with the daylight clock's offset if there is one, and leaving it as it is.
    """

    code: str
    corrected: str
    fixes: tuple[Fix, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lens:
    """What a date and a zone code together mean.

    With a day alone there is no instant: `utc` and `own` are None and `zones` is empty.
    """

    zone: Zone
    utc: Reading | None
    own: Reading | None
    zones: tuple[Reading, ...]
    is_future: bool
    daylight: Daylight | None

    @property
    def has_time(self) -> bool:
        return self.utc is not None

    @property
    def line(self) -> str:
        """The collapsed panel: for example `= 2026-11-24 18:00 UTC · 19:00 yours`."""
        if self.utc is None or self.own is None:
            return f"{TIME_NOT_STATED} \u00b7 the documentation does not say which one applies"
        parts = [f"= {shown_minute(self.utc.local)} UTC", f"{clock(self.own.local)} yours"]
        if self.own.day_shift:
            parts[1] += f", {self.own.day_word}"
        if self.is_future:
            parts.append("in the future")
        return " \u00b7 ".join(parts)


def shown(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS`; strftime leaves out the zeros of early years on some systems."""
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


def shown_minute(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM`, with the seconds where they are not zero."""
    text = shown(moment)
    return text.removesuffix(":00") if text.endswith(":00") else text


def clock(moment: datetime) -> str:
    """`HH:MM`, with the seconds where they are not zero."""
    return shown_minute(moment)[11:]


def look(text: str, code: str, *, now: datetime, own_zone: tzinfo | None = None) -> Lens | None:
    """Combine a typed date with a zone code; None when either is not documented.

    `now` is an aware moment.  `own_zone` is the person's zone; None means this computer's.
    """
    zone = BY_CODE.get(code)
    moment = parse_moment(text)
    if zone is None or moment is None:
        return None
    if not moment.has_time:
        return Lens(zone=zone, utc=None, own=None, zones=(), is_future=False, daylight=None)
    typed = moment.local.date()
    try:
        utc = moment.local.replace(tzinfo=zone.tz).astimezone(UTC)
        own = utc.astimezone(own_zone)
        zones = tuple(_in_zone(utc, one, typed, chosen=zone) for one in ZONES)
        daylight = _daylight(text, moment.local, zone)
    except (OverflowError, ValueError, OSError):  # the years 1 and 9999 have an end
        return None
    return Lens(
        zone=zone,
        utc=_reading("UTC", "Universal time", utc, typed),
        own=_reading("yours", own.tzname() or "local", own, typed),
        zones=zones,
        is_future=utc > now,
        daylight=daylight,
    )


def _reading(name: str, label: str, local: datetime, typed: date) -> Reading:
    return Reading(name=name, label=label, local=local, day_shift=(local.date() - typed).days)


def _in_zone(utc: datetime, zone: Zone, typed: date, *, chosen: Zone) -> Reading:
    local = utc.astimezone(zone.tz)
    return Reading(
        name=zone.code,
        label=f"{zone.name.removesuffix(' Standard Time')}, {zone.offset_label}",
        local=local,
        day_shift=(local.date() - typed).days,
        is_chosen=zone is chosen,
    )


def _daylight(text: str, local: datetime, zone: Zone) -> Daylight | None:
    if zone.daylight_code is None:
        return None
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a slow import, rarely needed

    regional = local.replace(tzinfo=ZoneInfo(zone.region))
    if not regional.dst():
        return None
    corrected = shown(regional.astimezone(UTC).astimezone(zone.tz))
    fixes = [send_time(corrected, zone, label=f"Use {corrected}")]
    offset = regional.utcoffset()
    same_offset = _BY_OFFSET.get(round(offset / timedelta(hours=1))) if offset else None
    if same_offset is not None:
        fixes.append(send_time(text, same_offset, label=f"Use {same_offset.code}, same time"))
    fixes.append(IT_IS_RIGHT)
    return Daylight(code=zone.daylight_code, corrected=corrected, fixes=tuple(fixes))


def from_daylight_code(text: str, code: str) -> Fix | None:
    """The documented code and time for a daylight code such as PDT; None for any other code.

    PDT is UTC−7, so in PST (UTC−8) the same moment reads one hour earlier.
    """
    zone = DAYLIGHT_CODES.get(code)
    if zone is None:
        return None
    moment = parse_moment(text)
    if moment is None or not moment.has_time:
        return use(_ZONE, zone.code)
    try:
        corrected = shown(moment.local - timedelta(hours=1))
    except OverflowError:  # the first hour of the year 1
        return None
    return send_time(corrected, zone, label=f"Use {corrected} {zone.code}")


def send_time(text: str, zone: Zone, *, label: str) -> Fix:
    """A fix that sends this date in this zone, and is not doubted again."""
    fields = ((_DATE, FieldInput(text=text)), (_ZONE, FieldInput(text=zone.code)))
    return Fix(label=label, act=set_fields, arguments=fields, settles_time=True)
