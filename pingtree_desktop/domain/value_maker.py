"""Makes the values of `{{…}}` in one text after the other, the same one each time for one send."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

from pingtree_desktop.domain.dynamic_time import UTC_NAME, CannotMake, shifted, written, zone_named
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
class Filled:
    """A text with its values made."""

    text: str
    has_values: bool
    uses_seq: bool
    unmade: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


def malformed(text: str) -> Iterator[tuple[str, str]]:
    """The placeholders of a text that no source could ever fill, each with why.

    Names that are unknown are not among them: they may be a variable's.
    """
    facts = Facts(last_transaction="?", unused_transaction="?")
    some = Sources(now=datetime(2026, 1, 1, tzinfo=UTC), seed="", facts=facts)
    maker = Maker(some, zone="")
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


class Maker:
    """Makes values for one send; the same placeholder gives the same value."""

    def __init__(self, sources: Sources, *, zone: str) -> None:
        self._sources = sources
        self._zone = zone_named(zone or UTC_NAME, sources.own_zone) or zone_named(UTC_NAME, None)
        self._used_seq = False
        self._variables: dict[str, str | CannotMake] = {}

    def fill(self, text: str, *, is_inner: bool = False) -> Filled:
        """A text with its values made; `is_inner` for a text inside another one."""
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
