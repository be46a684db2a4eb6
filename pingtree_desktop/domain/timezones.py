"""The eight `conversion_timezone` codes and what a conversion date means in them.

Source: event-postback facts, table `conversion_timezone`: fixed offsets, standard time only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """One documented code; `offset_hours` is added to UTC all year round."""

    code: str
    name: str
    offset_hours: int
    region: str
    daylight_code: str | None

    @property
    def tz(self) -> timezone:
        return timezone(timedelta(hours=self.offset_hours), self.code)

    @property
    def offset_label(self) -> str:
        return f"UTC\u2212{-self.offset_hours}"

    @property
    def label(self) -> str:
        """For example `PST — Pacific, UTC−8`."""
        return f"{self.code} \u2014 {self.name.removesuffix(' Standard Time')}, {self.offset_label}"


ZONES: tuple[Zone, ...] = (
    Zone(code="AST", name="Atlantic Standard Time", offset_hours=-4,
         region="America/Halifax", daylight_code="ADT"),
    Zone(code="EST", name="Eastern Standard Time", offset_hours=-5,
         region="America/New_York", daylight_code="EDT"),
    Zone(code="CST", name="Central Standard Time", offset_hours=-6,
         region="America/Chicago", daylight_code="CDT"),
    Zone(code="MST", name="Mountain Standard Time", offset_hours=-7,
         region="America/Denver", daylight_code="MDT"),
    Zone(code="PST", name="Pacific Standard Time", offset_hours=-8,
         region="America/Los_Angeles", daylight_code="PDT"),
    Zone(code="AKST", name="Alaska Standard Time", offset_hours=-9,
         region="America/Anchorage", daylight_code="AKDT"),
    Zone(code="HST", name="Hawaii-Aleutian Standard Time", offset_hours=-10,
         region="Pacific/Honolulu", daylight_code=None),
    Zone(code="SST", name="Samoa Standard Time", offset_hours=-11,
         region="Pacific/Pago_Pago", daylight_code=None),
)  # fmt: skip

BY_CODE = {zone.code: zone for zone in ZONES}
DAYLIGHT_CODES = {zone.daylight_code: zone for zone in ZONES if zone.daylight_code}

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
DATE_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A documented date as typed; `has_time` is False when only the day was stated."""

    local: datetime
    has_time: bool


def parse_moment(text: str) -> Moment | None:
    """Read `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`; anything else is None."""
    for shape, layout, has_time in (
        (DATE_TIME, "%Y-%m-%d %H:%M:%S", True),
        (DATE, "%Y-%m-%d", False),
    ):
        if shape.fullmatch(text):
            try:
                return Moment(local=datetime.strptime(text, layout), has_time=has_time)  # noqa: DTZ007
            except ValueError:
                return None
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneReading:
    """What a date and a zone code together mean.

    `daylight_corrected` is the wall-clock text to send instead when a person read the time
    off a clock on daylight time; None outside daylight time.
    """

    utc: datetime
    own: datetime
    own_name: str
    day_flips: bool
    daylight_corrected: str | None
    has_time: bool

    @property
    def line(self) -> str:
        """The line under the picker: UTC, the person's own time, the fixed-offset reminder."""
        if not self.has_time:
            return "time not stated \u00b7 the API's own default applies"
        own = f"{self.own:%H:%M} your time ({self.own_name})"
        if self.day_flips:
            own = f"{_shown(self.own)[:-3]} your time ({self.own_name}), another day"
        return f"= {_shown(self.utc)} UTC \u00b7 {own} \u00b7 fixed offset, no daylight time"


def _shown(moment: datetime) -> str:
    """`YYYY-MM-DD HH:MM:SS`; strftime leaves out the zeros of early years on some systems."""
    return moment.replace(tzinfo=None).isoformat(" ", "seconds")


def read_zone(text: str, code: str, own_zone: tzinfo | None = None) -> ZoneReading | None:
    """Combine a typed date with a zone code; None when either is not documented.

    `own_zone` is the person's zone; None means the zone of this computer.
    """
    zone = BY_CODE.get(code)
    moment = parse_moment(text)
    if zone is None or moment is None:
        return None
    try:
        utc = moment.local.replace(tzinfo=zone.tz).astimezone(UTC)
        own = utc.astimezone(own_zone)
        corrected = _daylight_corrected(moment, zone)
    except (OverflowError, ValueError, OSError):
        return None
    return ZoneReading(
        utc=utc,
        own=own,
        own_name=own.tzname() or "local",
        day_flips=moment.has_time and own.date() != moment.local.date(),
        daylight_corrected=corrected,
        has_time=moment.has_time,
    )


def _daylight_corrected(moment: Moment, zone: Zone) -> str | None:
    if not moment.has_time or zone.daylight_code is None:
        return None
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - a slow import, rarely needed

    regional = moment.local.replace(tzinfo=ZoneInfo(zone.region))
    if not regional.dst():
        return None
    standard = regional.astimezone(UTC).astimezone(zone.tz)
    return _shown(standard)
