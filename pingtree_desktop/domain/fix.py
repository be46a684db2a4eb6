"""A one-click change of an event: a label and a pure function from Event to Event.

A fix holds a function and its arguments, so two equal fixes compare equal.  It never decides by
itself: a person or a test applies it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Kind
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import (
    BLANK,
    FieldInput,
    LeadField,
    LeadType,
    Mode,
    lead_token,
    value_token,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """What a button says and does: `act(event, *arguments)`.

    `settles_time` marks a change that has already taken daylight time into account: the
    resulting date and zone are not to be doubted a second time.
    """

    label: str
    act: Callable[..., Event]
    arguments: tuple[object, ...] = ()
    settles_time: bool = False

    def __call__(self, event: Event) -> Event:
        """The event as it is after the change."""
        return self.act(event, *self.arguments)


# ---- what a fix may do --------------------------------------------------------------------------


def leave(event: Event) -> Event:
    """Change nothing: the person says that it is right."""
    return event


def set_fields(event: Event, *fields: tuple[str, FieldInput]) -> Event:
    """Put inputs into catalogue fields, all at once."""
    for wire, value in fields:
        event = event.with_field(wire, value)
    return event


def set_org(event: Event, org_id: str) -> Event:
    """Set the organisation id of the Global path."""
    return replace(event, org_id=org_id)


def set_lead(event: Event, index: int, row: LeadField) -> Event:
    """Replace one lead row; nothing happens when the row is gone."""
    if index >= len(event.lead):
        return event
    return replace(event, lead=(*event.lead[:index], row, *event.lead[index + 1 :]))


def lead_to_field(event: Event, index: int, wire: str) -> Event:
    """Move a lead row's value into the catalogue field that it means."""
    if index >= len(event.lead):
        return event
    value = _as_input(event.lead[index], BY_WIRE[wire].kind)
    lead = (*event.lead[:index], *event.lead[index + 1 :])
    return replace(event, lead=lead).with_field(wire, value)


def money_key(event: Event, key: str) -> Event:
    """Send the money under its other name."""
    return event.with_money_key(key)


def use(wire: str, text: str, label: str = "") -> Fix:
    """A fix that types a text into one field."""
    value = FieldInput(text=text)
    return Fix(label=label or f"Use {text}", act=set_fields, arguments=((wire, value),))


def is_free(event: Event, wire: str) -> bool:
    """Whether a field holds nothing yet, its money under the other name included."""
    if wire in MONEY_KEYS:
        return all(event.get(key) == BLANK for key in MONEY_KEYS)
    return event.get(wire) == BLANK


def _as_input(row: LeadField, kind: Kind) -> FieldInput:
    """The row's value as the field's input: text as typed, everything else as it is sent now."""
    token = lead_token(row)
    if row.type is not LeadType.TEXT and token not in {value_token(kind, row.text), '""', "null"}:
        return FieldInput(mode=Mode.RAW, text=token)
    if token == '""':
        return FieldInput(mode=Mode.EMPTY)
    return FieldInput(mode=Mode.NULL) if token == "null" else FieldInput(text=row.text)
