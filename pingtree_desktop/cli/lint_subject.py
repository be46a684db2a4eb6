"""One event of what `pingtree lint` reads, and the remarks on how it is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.domain.advice_money import MONEY_KEY
from pingtree_desktop.domain.advice_terms import heuristic
from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint, money_keys
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField

REPEATED_KEY = heuristic(
    "repeated-key",
    "Of a key that stands twice different programs read different ones (RFC 8259); the last one "
    "is looked at here.",
)


class Shape(StrEnum):
    """What kind of text was read."""

    PAYLOAD = "payload"
    URL = "url"
    CSV = "csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One event of the input.

    `line` is where it stands, `lines` where single keys stand, both counted from 1.  `elsewhere`
    names fields that this kind of input leaves to something else, such as the id in an address.
    """

    event: Event
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    remarks: tuple[Advice, ...] = ()
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The whole input; `remarks` are about its first line."""

    shape: Shape
    subjects: Iterable[Subject]
    remarks: tuple[Advice, ...] = ()


@dataclass(slots=True)
class Draft:
    """Collects the keys of one event; the last of a repeated key wins."""

    event: Event
    remarks: list[Advice] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _lead: dict[str, LeadField] = field(default_factory=dict)
    _fields: dict[str, FieldInput] = field(default_factory=dict)

    def add(self, name: str, value: FieldInput, lead: LeadField) -> None:
        """Take one key, as a catalogue field or as a lead field by its name."""
        if name in self._seen:
            said = f"The key {name} stands more than once."
            self.remarks.append(Advice(wire=name, text=said, rule=REPEATED_KEY))
        self._seen.add(name)
        if name in BY_WIRE:
            self._fields[name] = value
        else:
            self._lead[name] = lead

    def finished(self) -> Event:
        """The event; of two names of the money the endpoint's own is kept."""
        if all(key in self._fields for key in MONEY_KEYS):
            wanted = money_keys(self.event.endpoint)[0]
            other = next(key for key in MONEY_KEYS if key != wanted)
            del self._fields[other]
            said = f"{other} stands beside {wanted}: two names of one money."
            self.remarks.append(Advice(wire=other, text=said, rule=MONEY_KEY))
        fields = MappingProxyType({**self.event.fields, **self._fields})
        return replace(self.event, fields=fields, lead=tuple(self._lead.values()))


def by_keys(keys: Iterable[str], endpoint: Endpoint | None) -> Endpoint:
    """The endpoint of a payload without an address: the one that documents its keys."""
    if endpoint is not None:
        return endpoint
    names = set(keys)
    if "cid" in names:
        return Endpoint.TRIGGER
    return Endpoint.GLOBAL if "revenue" in names else Endpoint.CAMPAIGN
