"""An event as a person composes it, before it becomes a request.

Invariants: `amount` and `revenue` are two names of one money, at most one holds an input;
`fields` holds catalogue names only.  Changing the endpoint moves the money and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint, money_keys
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.field import BLANK, FieldInput, LeadField


class Method(StrEnum):
    """POST with a JSON body, or the postback URL form: GET with the fields as a query."""

    POST = "POST"
    GET = "GET"


def _no_fields() -> Mapping[str, FieldInput]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One composed event.  `fields` maps wire names to inputs; blank ones may be absent."""

    endpoint: Endpoint = Endpoint.CAMPAIGN
    method: Method = Method.POST
    org_id: str = ""
    fields: Mapping[str, FieldInput] = field(default_factory=_no_fields)
    lead: tuple[LeadField, ...] = ()

    def get(self, wire: str) -> FieldInput:
        """The input of a catalogue field; BLANK when nothing was typed."""
        return self.fields.get(wire, BLANK)

    def text(self, wire: str) -> str:
        """The typed text of a field that is sent, else an empty text."""
        value = self.get(wire)
        return value.text if value.is_sent else ""

    def with_field(self, wire: str, value: FieldInput) -> Event:
        """A copy with one field set.  Setting one money key takes the other one's place."""
        if wire not in BY_WIRE:
            raise UsageError(
                f"There is no field called {wire!r}.",
                "Lead details are added in the lead table (--lead NAME=VALUE).",
            )
        fields = dict(self.fields)
        if wire in MONEY_KEYS and value != BLANK:
            for other in MONEY_KEYS:
                fields.pop(other, None)
        if value == BLANK:
            fields.pop(wire, None)
        else:
            fields[wire] = value
        return replace(self, fields=MappingProxyType(fields))

    @property
    def has_placeholders(self) -> bool:
        """Whether it may hold dynamic values (`{{…}}`); cheap, and certain when False."""
        return (
            "{{" in self.org_id
            or any("{{" in value.text for value in self.fields.values())
            or any("{{" in row.text for row in self.lead)
        )

    @property
    def money_key(self) -> str:
        """The money key in use: the one that holds an input, else the endpoint's first."""
        for key in MONEY_KEYS:
            if key in self.fields:
                return key
        return money_keys(self.endpoint)[0]

    def with_money_key(self, key: str) -> Event:
        """A copy whose money travels under the other name."""
        if key not in MONEY_KEYS:
            raise UsageError(f"{key!r} is no money key.", "Use amount or revenue.")
        current = self.get(self.money_key)
        fields = {k: v for k, v in self.fields.items() if k not in MONEY_KEYS}
        fields[key] = current
        return replace(self, fields=MappingProxyType(fields))

    def with_endpoint(self, endpoint: Endpoint) -> Event:
        """A copy for another endpoint, its money under the key that endpoint documents."""
        moved = replace(self, endpoint=endpoint)
        if self.money_key in money_keys(endpoint):
            return moved
        return moved.with_money_key(money_keys(endpoint)[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadProblem:
    """A lead row that is left out, because a key never appears twice in a body."""

    index: int
    name: str
    reason: str


def sendable_lead(event: Event) -> tuple[tuple[LeadField, ...], tuple[LeadProblem, ...]]:
    """Split the lead rows into those that are sent and those whose key is already taken."""
    sent: list[LeadField] = []
    problems: list[LeadProblem] = []
    seen: set[bytes] = set()
    for index, row in enumerate(event.lead):
        if not row.name:
            if row.text:
                problems.append(
                    LeadProblem(index=index, name="", reason="The row has a value but no name.")
                )
            continue
        # Two halves of a character pair and the character itself are one key to a JSON reader.
        key = row.name.encode("utf-16-le", "surrogatepass")
        if row.name in BY_WIRE:
            reason = f"{row.name} is a field of its own on the form; this row is not sent."
        elif key in seen:
            reason = f"{row.name} stands in an earlier row; this row is not sent."
        else:
            seen.add(key)
            sent.append(row)
            continue
        problems.append(LeadProblem(index=index, name=row.name, reason=reason))
    return tuple(sent), tuple(problems)
