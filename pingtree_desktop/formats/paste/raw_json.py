"""Bare JSON: one payload, a list of payloads, and what the history says of an exchange."""

from __future__ import annotations

import json
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.exchange_json import body_from_json
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.json_pairs import list_items, object_pairs, parsed
from pingtree_desktop.formats.paste.reading import (
    MOST_REQUESTS,
    Carrier,
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    check_length,
)

_REPLY = ("status", "type", "message", "missingFields", "invalidFields")
_REPLY_MARKS = {"missingFields", "invalidFields"}
_TYPE = (("Content-Type", "application/json"),)


def read_json(text: str) -> Reading:
    """The payloads of a JSON text.  Raises UnreadableInput."""
    check_length(text)
    source = text.strip().removeprefix("\ufeff")
    tokens, values = _tokens(source)
    if not values or not all(isinstance(value, dict) for value in values):
        raise UnreadableInput(
            "The JSON is not an object, nor a list of objects.", "Paste one payload, or a list."
        )
    notes = []
    if len(values) > MOST_REQUESTS:
        notes.append(f"Only the first {MOST_REQUESTS:,} of {len(values):,} payloads are taken.")
    made = [_taken(t, v) for t, v in zip(tokens[:MOST_REQUESTS], values, strict=False)]
    return Reading(source=Source.JSON, requests=tuple(made), notes=tuple(notes))


def _tokens(source: str) -> tuple[list[str], list[Any]]:
    lines = [line for line in source.splitlines() if line.strip()]
    if len(lines) > 1 and all(line.startswith("{") and line.endswith("}") for line in lines):
        return lines, [parsed(line) for line in lines]
    value = parsed(source)
    if isinstance(value, list):
        return list_items(source), value
    return [source], [value]


def _taken(token: str, value: dict[str, Any]) -> Taken:
    request = value.get("request")
    if isinstance(request, dict) and isinstance(request.get("url"), str):
        return _exchange(request)
    if _REPLY_MARKS & set(value) or {"status", "message"} <= set(value):
        return _reply(token)
    return _payload(token)


def _payload(token: str) -> Taken:
    return Taken(
        title="JSON payload",
        method="POST",
        url="",
        headers=_TYPE,
        body=token.encode("utf-8", "surrogatepass"),
        carrier=Carrier.JSON,
    )


def _reply(token: str) -> Taken:
    """What a reply of the API repeats of its event; its own words are no fields."""
    pairs = object_pairs(token)
    kept = [(name, text) for name, text in pairs if name not in _REPLY]
    if not kept:
        raise UnreadableInput(
            "This is a reply of the API, not a request, and it repeats no field of the event.",
            "Copy the request: in the history, from its tab As sent.",
        )
    body = ",".join(f"{json.dumps(name)}:{text}" for name, text in kept)
    why = "it is a part of a reply, not of an event"
    return Taken(
        title="Reply",
        method="POST",
        url="",
        headers=_TYPE,
        body=f"{{{body}}}".encode("utf-8", "surrogatepass"),
        carrier=Carrier.JSON,
        not_taken=tuple(
            Note(part=f"{name} {text:.60}", why=why) for name, text in pairs if name in _REPLY
        ),
    )


def _exchange(request: dict[str, Any]) -> Taken:
    """The request of an exchange as the history writes it, in an export or on a terminal."""
    try:
        held = request.get("body") or ""
        if "body_base64" in request:
            held = {"base64": request["body_base64"]}
        body = body_from_json({"text": held} if isinstance(held, str) else held)
        headers = tuple((str(name), str(value)) for name, value in request.get("headers") or ())
        method, url = str(request.get("method") or "POST"), str(request["url"])
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableInput(
            f"The request of this exchange cannot be read: {error!r:.80}.", "Copy it once more."
        ) from None
    return Taken(
        title=f"{method} {url}",
        method=method,
        url=url,
        headers=headers,
        body=body or None,
        carrier=carrier_of(headers, body),
        notes=host_notes(url),
    )
