"""What the documentation asks for and a draft does not follow: said, never enforced.

A tester sends wrong data on purpose, so advice never blocks.  Each piece names its field, says
in one sentence what is wrong and, where there is one right answer, offers it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import assert_never

from pingtree_desktop.domain.catalogue import (
    BY_WIRE,
    FIELDS,
    MONEY_KEYS,
    Endpoint,
    Field,
    Kind,
    money_keys,
)
from pingtree_desktop.domain.event import Event, sendable_lead
from pingtree_desktop.domain.field import (
    FieldInput,
    LeadType,
    Mode,
    is_json,
    normalise_money,
    why_not_money,
)
from pingtree_desktop.domain.timezones import (
    BY_CODE,
    DATE,
    DAYLIGHT_CODES,
    parse_moment,
    read_zone,
)

ORG_ID = "org_id"
"""The name under which advice on the organisation id of the Global path stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One remark.  `wire` is a field's wire name, `org_id`, or `lead:<index>`.

    `fix` is the input that would put it right.  `level` is `warning` (amber) or `note`.
    """

    wire: str
    text: str
    fix: FieldInput | None = None
    fix_label: str = ""
    level: str = "warning"


_MACRO = re.compile(
    r"\{\{[\w.|:-]+\}\}|\{[\w.|:-]+\}|#\w+#|\[\[\w+\]\]|(?:%7B){1,2}[\w.|:-]+(?:%7D){1,2}",
    re.IGNORECASE,
)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})( \d{2}:\d{2}:\d{2})?", re.ASCII)
_ISO_T = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?", re.ASCII
)
_NO_SECONDS = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})", re.ASCII)
_YES = {"1", "true", "yes", "y", "on"}
_NO = {"0", "false", "no", "n", "off"}


def advise(
    event: Event,
    *,
    now: datetime,
    conversion_events: frozenset[str] = frozenset(),
    known_events: frozenset[str] | None = None,
) -> tuple[Advice, ...]:
    """Everything worth saying about an event, in the order of the form.  Never raises.

    `now` is an aware moment; `conversion_events` and `known_events` come from the campaign's own
    list of events, None meaning that there is no list.
    """
    found: list[Advice] = []
    if event.endpoint is Endpoint.GLOBAL:
        found.extend(_org(event))
    for field in FIELDS:
        if field.wire in MONEY_KEYS and field.wire != event.money_key:
            continue
        if field.wire == "cid" and event.endpoint is Endpoint.GLOBAL:
            continue
        value = event.get(field.wire)
        if value.is_sent:
            found.extend(_about_value(field, value, event, now))
        found.extend(_about_need(field, value, event, conversion_events, known_events))
    found.extend(_lead(event))
    return tuple(found)


# ---- what must be there -----------------------------------------------------------------------


def _org(event: Event) -> list[Advice]:
    if not event.org_id:
        return [Advice(wire=ORG_ID, text="Global needs the organisation id in its path.")]
    macro = _macro(ORG_ID, event.org_id)
    if macro:
        return [macro]
    if event.org_id != event.org_id.strip():
        return [Advice(wire=ORG_ID, text="It has a space before or after it.")]
    return []


def _about_need(
    field: Field,
    value: FieldInput,
    event: Event,
    conversion_events: frozenset[str],
    known_events: frozenset[str] | None,
) -> list[Advice]:
    wire = field.wire
    if wire == "cid" and event.endpoint is Endpoint.CAMPAIGN and not event.text("cid"):
        return [Advice(wire=wire, text="Campaign needs the campaign id in its path.")]
    has_value = value.is_sent and value.mode in {Mode.VALUE, Mode.RAW}
    if event.endpoint in field.required_on and not has_value:
        return [Advice(wire=wire, text=f"The API requires {wire}; without it the answer is 400.")]
    is_listed = not known_events or value.mode is not Mode.VALUE or value.text in known_events
    if wire == "event_id" and value.is_sent and not is_listed:
        text = "It is not one of the campaign's events as you listed them."
        return [Advice(wire=wire, text=text, level="note")]
    if field.kind is Kind.MONEY and wire in MONEY_KEYS:
        is_conversion = event.text("event_id") in conversion_events
        return _money_need(field, value, event, is_missing=is_conversion and not has_value)
    return []


def _money_need(field: Field, value: FieldInput, event: Event, *, is_missing: bool) -> list[Advice]:
    found = []
    documented = money_keys(event.endpoint)
    if value.is_sent and field.wire not in documented:
        text = f"This endpoint documents {documented[0]}; {field.wire} is sent as you chose."
        found.append(Advice(wire=field.wire, text=text))
    if is_missing:
        text = f"A conversion event without {field.wire} is answered with 400."
        found.append(Advice(wire=field.wire, text=text))
    return found


# ---- what is typed ----------------------------------------------------------------------------


def _about_value(field: Field, value: FieldInput, event: Event, now: datetime) -> list[Advice]:
    match value.mode:
        case Mode.RAW:
            return _about_raw(field, value)
        case Mode.VALUE:
            return _about_text(field, value.text, event, now)
        case _:
            return []


def _about_raw(field: Field, value: FieldInput) -> list[Advice]:
    if not is_json(value.text):
        text = "Not one JSON value: it is sent as typed and breaks the whole body."
        return [Advice(wire=field.wire, text=text)]
    is_text = value.text.lstrip().startswith('"')
    macro = _macro(field.wire, value.text) if is_text else None
    if macro:
        return [macro]
    if field.kind.is_number and is_text:
        return [Advice(wire=field.wire, text="The API expects a number; this is sent as text.")]
    return []


def _about_text(field: Field, text: str, event: Event, now: datetime) -> list[Advice]:
    macro = _macro(field.wire, text)
    if macro:
        return [macro]
    match field.kind:
        case Kind.MONEY:
            return _money(field, text)
        case Kind.DATE_TIME | Kind.DATE:
            return _date(field, text, event, now)
        case Kind.TIME_ZONE:
            return _zone(field, text, event)
        case Kind.CHOICE:
            return _choice(field, text)
        case Kind.FLAG:
            return _flag(field, text)
        case Kind.IDENTIFIER | Kind.EVENT_ID | Kind.TRANSACTION_ID | Kind.TEXT:
            return _spaces(field, text)
        case _:
            assert_never(field.kind)


def _macro(wire: str, text: str) -> Advice | None:
    found = _MACRO.search(text)
    if found is None:
        return None
    said = f"{found[0][:40]} looks like a macro that nobody replaced: it is sent as it is."
    return Advice(wire=wire, text=said)


def _fixed(field: Field, text: str, value: str, *, label: str = "") -> Advice:
    return Advice(
        wire=field.wire,
        text=text,
        fix=FieldInput(text=value),
        fix_label=label or f"Use {value}",
    )


def _spaces(field: Field, text: str) -> list[Advice]:
    stripped = text.strip()
    if stripped == text:
        return []
    return [_fixed(field, "It has a space before or after it.", stripped, label="Take it out")]


def _money(field: Field, text: str) -> list[Advice]:
    number = normalise_money(text)
    if number == text:
        return []
    if number is not None:
        note = f"The comma is read as a decimal point: {number} is sent."
        return [Advice(wire=field.wire, text=note, level="note")]
    stripped = text.strip().lstrip("$\u20ac\u00a3+").strip()
    better = normalise_money(stripped)
    said = f"{why_not_money(text)} It is sent as text, and the API expects a number."
    return [_fixed(field, said, better) if better else Advice(wire=field.wire, text=said)]


def _date(field: Field, text: str, event: Event, now: datetime) -> list[Advice]:
    only_day = field.kind is Kind.DATE
    moment = parse_moment(text)
    if moment is None or (only_day and not DATE.fullmatch(text)):
        said = f"The documentation asks for {field.format_hint}."
        better = _better_date(text, only_day=only_day)
        return [_fixed(field, said, better) if better else Advice(wire=field.wire, text=said)]
    found = []
    zone = BY_CODE.get(event.text("conversion_timezone")) if not only_day else None
    tz = zone.tz if zone else UTC
    try:
        is_future = moment.local.replace(tzinfo=tz) > now + timedelta(hours=0 if zone else 14)
    except OverflowError:
        is_future = True
    if is_future:
        found.append(Advice(wire=field.wire, text="This moment is in the future."))
    if not only_day and not event.get("conversion_timezone").is_sent:
        said = "Without a time zone it is not documented which one applies."
        found.append(Advice(wire=field.wire, text=said, level="note"))
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


def _zone(field: Field, text: str, event: Event) -> list[Advice]:
    if text not in BY_CODE:
        upper = text.strip().upper()
        daylight = DAYLIGHT_CODES.get(upper)
        if daylight:
            said = (
                f"{upper} is a daylight-time code, which the API does not know; in {daylight.code} "
                "the same moment reads one hour earlier."
            )
            return [_fixed(field, said, daylight.code)]
        said = f"The documentation asks for {field.format_hint}."
        if upper in BY_CODE:
            return [_fixed(field, said, upper)]
        return [Advice(wire=field.wire, text=said)]
    reading = read_zone(event.text("conversion_date"), text)
    if reading and reading.daylight_corrected:
        zone = BY_CODE[text]
        said = (
            f"On that day clocks there show {zone.daylight_code}. If the time was read off such a "
            f"clock, {text} needs {reading.daylight_corrected}."
        )
        return [Advice(wire=field.wire, text=said)]
    if not event.get("conversion_date").is_sent:
        return [Advice(wire=field.wire, text="It has no date to apply to.", level="note")]
    return []


def _choice(field: Field, text: str) -> list[Advice]:
    values = {choice.value for choice in field.choices}
    if text in values:
        return []
    said = f"The documentation asks for {field.format_hint}."
    lowered = text.strip().lower()
    if lowered == "subtract":
        return [_fixed(field, "The API spells it substract.", "substract")]
    if lowered in values:
        return [_fixed(field, said, lowered)]
    return [Advice(wire=field.wire, text=said)]


def _flag(field: Field, text: str) -> list[Advice]:
    if text in {"0", "1"}:
        return []
    said = "The documentation asks for 0 or 1."
    lowered = text.strip().lower()
    if lowered in {*_YES, *_NO}:
        return [_fixed(field, said, "1" if lowered in _YES else "0")]
    return [Advice(wire=field.wire, text=said)]


# ---- lead fields ------------------------------------------------------------------------------


def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


_BY_PLAIN_NAME = {_plain_name(field.label): field.wire for field in FIELDS} | {
    _plain_name(field.wire): field.wire for field in FIELDS
}


def _lead(event: Event) -> list[Advice]:
    _, problems = sendable_lead(event)
    found = [Advice(wire=f"lead:{one.index}", text=one.reason) for one in problems]
    for index, row in enumerate(event.lead):
        macro = _macro(f"lead:{index}", row.text) if row.type is LeadType.TEXT else None
        if macro:
            found.append(macro)
        known = _BY_PLAIN_NAME.get(_plain_name(row.name))
        if known and row.name not in BY_WIRE:
            said = f"It resembles {known}, which is a field of its own: use that name."
            found.append(Advice(wire=f"lead:{index}", text=said))
    return found
