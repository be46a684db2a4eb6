"""Two changes of the same profile put together, field by field."""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TypeVar

from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import BLANK, FieldInput, LeadField
from pingtree_desktop.domain.profile import Profile

T = TypeVar("T")
_PROFILE_FIELDS = (
    ("name", "Name"), ("expect", "Expected verdict"), ("notes", "Notes"), ("colour", "Colour"),
    ("order", "Place in the list"),
)  # fmt: skip
_EVENT_FIELDS = (("endpoint", "Endpoint"), ("method", "Method"), ("org_id", "Organisation ID"))
_LEAD = "Lead fields"


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """Both changes in one profile, and the names of what both changed in different ways."""

    profile: Profile
    conflicts: tuple[str, ...]


class _Picker:
    """Takes what one side changed from that side; ours where both did, and says so."""

    def __init__(self) -> None:
        self.conflicts: list[str] = []

    def pick(self, name: str, base: T, ours: T, theirs: T) -> T:
        if theirs in (base, ours):
            return ours
        if ours == base:
            return theirs
        self.conflicts.append(name)
        return ours


def merge(base: Profile, ours: Profile, theirs: Profile) -> Merged:
    """The changes from `base` to `ours` and from `base` to `theirs` in one profile.

    Slug and campaign are ours.  Conflicts keep ours and are named by wire name or label.
    """
    picker = _Picker()
    event = _events(picker, base.event, ours.event, theirs.event)
    plain = {
        key: picker.pick(label, getattr(base, key), getattr(ours, key), getattr(theirs, key))
        for key, label in _PROFILE_FIELDS
    }
    merged = replace(ours, event=event, **plain)
    return Merged(profile=merged, conflicts=tuple(dict.fromkeys(picker.conflicts)))


def _events(picker: _Picker, base: Event, ours: Event, theirs: Event) -> Event:
    if theirs in (base, ours):
        return ours
    if ours == base:
        return theirs
    plain = {
        key: picker.pick(label, getattr(base, key), getattr(ours, key), getattr(theirs, key))
        for key, label in _EVENT_FIELDS
    }
    fields: dict[str, FieldInput] = {}
    for field in FIELDS:
        if field.wire not in MONEY_KEYS:
            one = [event.get(field.wire) for event in (base, ours, theirs)]
            _put(fields, field.wire, picker.pick(field.wire, *one))
    # Two names of one money: what it is called and how much it is can change apart.
    key = picker.pick(ours.money_key, base.money_key, ours.money_key, theirs.money_key)
    money = [event.get(event.money_key) for event in (base, ours, theirs)]
    _put(fields, key, picker.pick(ours.money_key, *money))
    lead = _leads(picker, base.lead, ours.lead, theirs.lead)
    return replace(ours, fields=MappingProxyType(fields), lead=lead, **plain)


def _put(fields: dict[str, FieldInput], wire: str, value: FieldInput) -> None:
    if value != BLANK:
        fields[wire] = value


def _leads(
    picker: _Picker,
    base: tuple[LeadField, ...],
    ours: tuple[LeadField, ...],
    theirs: tuple[LeadField, ...],
) -> tuple[LeadField, ...]:
    """Row by row where each name stands once, in our order with their new rows at the end."""
    if theirs in (base, ours) or ours == base:
        return picker.pick(_LEAD, base, ours, theirs)
    old, own, other = ({row.name: row for row in side} for side in (base, ours, theirs))
    if (len(old), len(own), len(other)) != (len(base), len(ours), len(theirs)):
        picker.conflicts.append(_LEAD)
        return ours
    rows = [
        picker.pick(name or _LEAD, old.get(name), own.get(name), other.get(name))
        for name in dict.fromkeys([*own, *other])
    ]
    return tuple(row for row in rows if row is not None)
