r"""Dynamic values: `{{uuid}}`, `{{now-2d|YYYY-MM-DD|PST}}`, variables, parts of the last reply.

A placeholder is filled at the time of sending, once: the same placeholder has the same value
everywhere in one event.  What is no known name, or cannot be made, stays as it is written and is
sent so; a backslash before it, as in `\{{uuid}}`, sends a known one as it is written too.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from types import MappingProxyType
from uuid import UUID

from pingtree_desktop.domain.dynamic_time import UTC_NAME, CannotMake, shifted, written, zone_named
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Resolved
from pingtree_desktop.domain.extra_headers import Headers
from pingtree_desktop.domain.field import LeadType, Mode
from pingtree_desktop.domain.reply_path import part_of
from pingtree_desktop.domain.value_facts import Facts, Sources
from pingtree_desktop.domain.variable import BUILT_IN_NAMES

# One run of characters between the braces: with white space named apart, the time to find that
# the braces never close would grow with the cube of the text.
PLACEHOLDER = re.compile(r"(\\?)\{\{([^{}]*)\}\}")
_HEAD = re.compile(r"(now|today)((?:\s*[+-]\s*\d{1,6}\s*[smhdw])*)")
_MOST_DIGITS = 18
_LONGEST_MOMENT = 200
_LONGEST = 100_000
_LAST = "last.response"


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A text with its values made."""

    text: str
    has_values: bool
    uses_seq: bool
    unmade: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def resolve(event: Event, sources: Sources) -> Resolution:
    """Make every dynamic value of an event.  Never raises."""
    maker = _Maker(sources, zone=zone_of(event, sources))
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
    return _Maker(sources, zone="").fill(code.text).text if code.mode is Mode.VALUE else ""


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
    maker = _Maker(sources, zone=zone)
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


def resolve_text(text: str, sources: Sources) -> Filled:
    """Make the dynamic values of a text that belongs to no event."""
    return _Maker(sources, zone="").fill(text)


def malformed(text: str) -> Iterator[tuple[str, str]]:
    """The placeholders of a text that no source could ever fill, each with why.

    Names that are unknown are not among them: they may be a variable's.
    """
    facts = Facts(last_transaction="?", unused_transaction="?")
    some = Sources(now=datetime(2026, 1, 1, tzinfo=UTC), seed="", facts=facts)
    maker = _Maker(some, zone="")
    for found in PLACEHOLDER.finditer(text):
        inner = found[2].strip()
        if found[1] or _name_of(inner) not in BUILT_IN_NAMES or inner.startswith(f"{_LAST}."):
            continue
        try:
            maker.value(inner)
        except CannotMake as problem:
            yield found[0], str(problem)


def _name_of(inner: str) -> str:
    return re.split(r"[:|.+\s-]", inner, maxsplit=1)[0]


class _Maker:
    """Makes values for one send; the same placeholder gives the same value."""

    def __init__(self, sources: Sources, *, zone: str) -> None:
        self._sources = sources
        self._zone = zone_named(zone or UTC_NAME, sources.own_zone) or zone_named(UTC_NAME, None)
        self._used_seq = False
        self._variables: dict[str, str | CannotMake] = {}

    def fill(self, text: str, *, is_inner: bool = False) -> Filled:
        unmade: list[tuple[str, str]] = []
        unknown: list[str] = []
        found_value = False
        self._used_seq = self._used_seq and is_inner

        def made(found: re.Match[str]) -> str:
            nonlocal found_value
            escaped, inner = found[1], found[2].strip()
            try:
                value = self.value(inner)
            except CannotMake as problem:
                if not escaped:
                    unmade.append((found[0], str(problem)))
                    return found[0]
                value = ""
            if value is None:
                if not escaped:
                    unknown.append(found[0])
                return found[0]
            found_value = True
            return found[0][1:] if escaped else value

        filled = PLACEHOLDER.sub(made, text)
        if len(filled) > _LONGEST >= len(text):
            unmade.append((text[:40], "what it would become is too long"))
            filled, found_value = text, False
        return Filled(
            text=filled,
            has_values=found_value,
            uses_seq=self._used_seq,
            unmade=tuple(unmade),
            unknown=tuple(unknown),
        )

    def value(self, inner: str) -> str | None:
        """A placeholder's value; None for an unknown name.  Raises CannotMake."""
        sources = self._sources
        if inner in sources.variables:
            return self._variable(inner)
        if inner in sources.missing:
            raise CannotMake(sources.missing[inner])
        head, *rest = (part.strip() for part in inner.split("|"))
        moment = _HEAD.fullmatch(head) if len(head) <= _LONGEST_MOMENT else None
        if moment is not None:
            return self._moment(moment[1], moment[2], rest)
        if rest:
            if _name_of(head) in BUILT_IN_NAMES:
                raise CannotMake("only now and today take a form and a zone")
            return None
        name, colon, arguments = head.partition(":")
        makers = {
            "uuid": partial(self._uuid, head),
            "seq": partial(self._seq, arguments),
            "random_int": partial(self._random_int, head, arguments),
            "random_choice": partial(self._random_choice, head, arguments),
            "transaction": partial(self._transaction, head, arguments),
        }
        if name in makers:
            if colon and not arguments:
                raise CannotMake("nothing stands after its colon")
            return makers[name]()
        if head.startswith((f"{_LAST}.", f"{_LAST}[")):
            return part_of(sources.facts.last_reply, head.removeprefix(_LAST))
        if head == "last" or head.startswith("last."):
            raise CannotMake("write it as last.response. and a name in the reply")
        if head.startswith(("now", "today")) and _name_of(head) in BUILT_IN_NAMES:
            raise CannotMake("write it as now-2d or now+90m, with s, m, h, d or w")
        return None

    def _variable(self, name: str) -> str:
        if name not in self._variables:
            self._variables[name] = CannotMake("the variables name each other in a circle")
            self._variables[name] = self._variable_made(name)
        found = self._variables[name]
        if isinstance(found, CannotMake):
            raise found
        return found

    def _variable_made(self, name: str) -> str | CannotMake:
        filled = self.fill(self._sources.variables[name], is_inner=True)
        if filled.unmade:
            placeholder, why = filled.unmade[0]
            return CannotMake(why if "{{" in why else f"in its text, {placeholder}: {why}")
        return filled.text

    def _moment(self, name: str, steps: str, rest: list[str]) -> str:
        layout, zone, *more = (*rest, "", "")
        if len(rest) > 2 or any(more[: len(rest) - 2]):
            raise CannotMake("after it stand a form and a zone, no more")
        where = zone_named(zone, self._sources.own_zone) if zone else self._zone
        if where is None:
            raise CannotMake(f"{zone[:40]} is no zone: use one of the eight codes, UTC or local")
        moment = shifted(self._sources.now, steps, where)
        return written(moment, layout or ("YYYY-MM-DD" if name == "today" else ""))

    def _random(self, placeholder: str) -> random.Random:
        return random.Random(f"{self._sources.seed}|{placeholder}")

    def _uuid(self, placeholder: str) -> str:
        return str(UUID(int=self._random(placeholder).getrandbits(128), version=4))

    def _seq(self, arguments: str) -> str:
        if arguments and not re.fullmatch(r"[1-9]|1[0-8]", arguments):
            raise CannotMake("seq:6 gives six digits; 1 to 18 can be asked for")
        self._used_seq = True
        return str(self._sources.facts.seq).zfill(int(arguments or 0))

    def _random_int(self, placeholder: str, arguments: str) -> str:
        found = re.fullmatch(r"(-?[0-9]+):(-?[0-9]+)", arguments)
        if found is None or any(len(one) > _MOST_DIGITS for one in found.groups()):
            raise CannotMake("write it as random_int:1:100")
        low, high = int(found[1]), int(found[2])
        if low > high:
            raise CannotMake("its first number is larger than its second")
        return str(self._random(placeholder).randint(low, high))

    def _random_choice(self, placeholder: str, arguments: str) -> str:
        if not arguments:
            raise CannotMake("write it as random_choice:a,b")
        return self._random(placeholder).choice([one.strip() for one in arguments.split(",")])

    def _transaction(self, placeholder: str, arguments: str) -> str:
        match arguments:
            case "new":
                return self._uuid(placeholder)
            case "" if self._sources.facts.last_transaction:
                return self._sources.facts.last_transaction
            case "":
                raise CannotMake("nothing was sent yet in this environment")
            case "unused" if self._sources.facts.unused_transaction:
                return self._sources.facts.unused_transaction
            case "unused":
                raise CannotMake("the pair bank has no unused transaction id for this event")
        raise CannotMake("write it as transaction, transaction:new or transaction:unused")


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
