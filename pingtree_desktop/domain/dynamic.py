r"""Dynamic values: `{{uuid}}`, `{{now-2d|YYYY-MM-DD|PST}}`, variables, parts of the last reply.

A placeholder is filled at the time of sending, once: the same placeholder has the same value
everywhere in one event.  What is no known name, or cannot be made, stays as it is written and is
sent so; a backslash before it, as in `\{{uuid}}`, sends a known one as it is written too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Resolved
from pingtree_desktop.domain.extra_headers import Headers
from pingtree_desktop.domain.field import LeadType, Mode
from pingtree_desktop.domain.value_facts import Sources
from pingtree_desktop.domain.value_maker import Filled, Maker


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A built-in value for completion: what to write, and what it becomes."""

    form: str
    help: str


BUILT_IN: tuple[Known, ...] = (
    Known(form="uuid", help="a new UUID; {{uuid:b}} is another one"),
    Known(form="now", help="date and time in the chosen zone, else UTC"),
    Known(form="now-2d", help="earlier or later: s m h d w, as in now+90m"),
    Known(form="now|YYYY-MM-DD HH:mm:ss|PST", help="in a form and a zone of your own"),
    Known(form="today", help="the day alone; today-1d is yesterday"),
    Known(form="seq", help="a number that grows with every send that uses it"),
    Known(form="random_int:1:100", help="a whole number, both ends included"),
    Known(form="random_choice:a,b", help="one of these"),
    Known(form="transaction", help="the transaction id that was sent last"),
    Known(form="transaction:new", help="a new UUID as transaction id"),
    Known(form="transaction:unused", help="the next unused one of the pair bank"),
    Known(form="last.response.message", help="a part of the last reply, by its names"),
)
"""What there is without any variable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmade:
    """A placeholder that stays as it is, and why.

    `place` is `org_id`, a wire name, `lead:0` or `header:NAME`.
    """

    place: str
    placeholder: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An event with every value made.

    `made` has the made text of each place that holds a placeholder, `uses_seq` says that the
    sequence has moved on with it.  `unmade` are known names that could not be made, `unknown`
    names that nobody knows.
    """

    event: Event
    resolved: tuple[Resolved, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict)
    unmade: tuple[Unmade, ...] = ()
    unknown: tuple[Unmade, ...] = ()
    uses_seq: bool = False


def resolve(event: Event, sources: Sources) -> Resolution:
    """Make every dynamic value of an event.  Never raises."""
    maker = Maker(sources, zone=zone_of(event, sources))
    resolved: list[Resolved] = []
    made: dict[str, str] = {}
    unmade: list[Unmade] = []
    unknown: list[Unmade] = []
    seq = False

    def fill(place: str, text: str, name: str = "") -> str:
        nonlocal seq
        if "{{" not in text:
            return text
        filled = maker.fill(text)
        unmade.extend(_not_made(place, filled))
        unknown.extend(_not_known(place, filled))
        if filled.text == text and not filled.has_values:
            return text
        seq = seq or filled.uses_seq
        made[place] = filled.text
        resolved.append(_record(name or place, text, filled.text, sources))
        return filled.text

    fields = {
        wire: replace(value, text=fill(wire, value.text))
        if value.mode in {Mode.VALUE, Mode.RAW}
        else value
        for wire, value in event.fields.items()
    }
    lead = tuple(
        row
        if row.type is LeadType.NULL
        else replace(row, text=fill(f"lead:{index}", row.text, f"lead:{row.name}"))
        for index, row in enumerate(event.lead)
    )
    filled = replace(
        event, org_id=fill("org_id", event.org_id), fields=MappingProxyType(fields), lead=lead
    )
    return Resolution(
        event=filled,
        resolved=tuple(resolved),
        made=MappingProxyType(made),
        unmade=tuple(unmade),
        unknown=tuple(unknown),
        uses_seq=seq,
    )


def zone_of(event: Event, sources: Sources) -> str:
    """The zone that an event's own moments are written in; empty for UTC."""
    code = event.get("conversion_timezone")
    return Maker(sources, zone="").fill(code.text).text if code.mode is Mode.VALUE else ""


def _not_made(place: str, filled: Filled) -> list[Unmade]:
    return [Unmade(place=place, placeholder=one, why=why) for one, why in filled.unmade]


def _not_known(place: str, filled: Filled) -> list[Unmade]:
    why = "no value and no variable has this name"
    return [Unmade(place=place, placeholder=one, why=why) for one in filled.unknown]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedHeaders:
    """Extra headers with their values made; `unmade` and `unknown` as in `Resolution`."""

    headers: Headers
    resolved: tuple[Resolved, ...]
    unmade: tuple[Unmade, ...]
    unknown: tuple[Unmade, ...]
    uses_seq: bool


def resolve_headers(headers: Headers, sources: Sources, *, zone: str = "") -> ResolvedHeaders:
    """Make the dynamic values of extra headers; whether they can be sent is checked later.

    `zone` is the one of the event that they go with (`zone_of`).
    """
    made: list[tuple[str, str]] = []
    resolved: list[Resolved] = []
    unmade: list[Unmade] = []
    unknown: list[Unmade] = []
    uses_seq = False
    maker = Maker(sources, zone=zone)
    for name, value in headers:
        filled = maker.fill(value)
        made.append((name, filled.text))
        unmade.extend(_not_made(f"header:{name}", filled))
        unknown.extend(_not_known(f"header:{name}", filled))
        if filled.has_values:
            uses_seq = uses_seq or filled.uses_seq
            resolved.append(_record(f"header:{name}", value, filled.text, sources))
    return ResolvedHeaders(
        headers=tuple(made),
        resolved=tuple(resolved),
        unmade=tuple(unmade),
        unknown=tuple(unknown),
        uses_seq=uses_seq,
    )


def _record(place: str, template: str, made: str, sources: Sources) -> Resolved:
    return Resolved(
        place=place, template=template, value=made, is_secret=sources.holds_secret(made)
    )


def templated(event: Event, resolved: tuple[Resolved, ...]) -> Event:
    """A sent event with its placeholders put back where their values stand."""
    by_place = {(one.place, one.value): one.template for one in resolved}
    fields = {
        wire: replace(value, text=by_place.get((wire, value.text), value.text))
        for wire, value in event.fields.items()
    }
    lead = tuple(
        replace(row, text=by_place.get((f"lead:{row.name}", row.text), row.text))
        for row in event.lead
    )
    org_id = by_place.get(("org_id", event.org_id), event.org_id)
    return replace(event, org_id=org_id, fields=MappingProxyType(fields), lead=lead)
