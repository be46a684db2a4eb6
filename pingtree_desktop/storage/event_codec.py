"""Events as JSON values, for the draft and the history: every text survives exactly.

Pure text work; the caller writes the JSON (`ensure_ascii=True` keeps it plain ASCII).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Never

from pingtree_desktop.domain.catalogue import BY_WIRE, Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.storage.escapes import escape, has_surrogate, unescape

JsonText = str | dict[str, str]


def text_to_json(text: str) -> JsonText:
    """The text itself, or `{"escaped": …}` where JSON would change it (surrogates)."""
    return {"escaped": escape(text)} if has_surrogate(text) else text


def text_from_json(value: object) -> str:
    """The text that `text_to_json` was given.  Raises UnreadableInput."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and isinstance(escaped := value.get("escaped"), str):
        return unescape(escaped)
    _refuse(f"{value!r:.80} stands where a text is needed")


def event_to_json(event: Event) -> dict[str, Any]:
    """An event as JSON values: objects, lists and texts only."""
    return {
        "endpoint": event.endpoint.value,
        "method": event.method.value,
        "org_id": text_to_json(event.org_id),
        "fields": {
            wire: {"mode": value.mode.value, "text": text_to_json(value.text)}
            for wire, value in event.fields.items()
        },
        "lead": [
            {
                "name": text_to_json(row.name),
                "text": text_to_json(row.text),
                "type": row.type.value,
            }
            for row in event.lead
        ],
    }


def event_from_json(data: object) -> Event:
    """The event that `event_to_json` was given.  Raises UnreadableInput on anything else."""
    if not isinstance(data, Mapping):
        _refuse("it is no JSON object")
    try:
        return Event(
            endpoint=Endpoint(data["endpoint"]),
            method=Method(data["method"]),
            org_id=text_from_json(data["org_id"]),
            fields=MappingProxyType(
                {_known(wire): _input_from_json(value) for wire, value in data["fields"].items()}
            ),
            lead=tuple(_lead_from_json(row) for row in data["lead"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _unreadable(f"{error!r:.120}") from error


def _known(wire: str) -> str:
    if wire not in BY_WIRE:
        _refuse(f"{wire!r:.80} is no field of the API")
    return wire


def _input_from_json(value: Mapping[str, Any]) -> FieldInput:
    return FieldInput(mode=Mode(value["mode"]), text=text_from_json(value["text"]))


def _lead_from_json(row: Mapping[str, Any]) -> LeadField:
    return LeadField(
        name=text_from_json(row["name"]),
        text=text_from_json(row["text"]),
        type=LeadType(row["type"]),
    )


def _refuse(why: str) -> Never:
    raise _unreadable(why)


def _unreadable(why: str) -> UnreadableInput:
    return UnreadableInput(
        f"The stored event cannot be read: {why}.",
        "It was changed by hand or by another version of the program.",
    )
