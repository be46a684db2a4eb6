"""The eight `conversion_timezone` codes and the two documented forms of a date.

Source: event-postback facts, table `conversion_timezone`: fixed offsets, standard time only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone


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
