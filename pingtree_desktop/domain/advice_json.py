"""Advice on the JSON of a field: broken raw text, and types that are not the documented ones."""

from __future__ import annotations

import json
import re

from pingtree_desktop.domain.advice_terms import Advice, documented, heuristic
from pingtree_desktop.domain.catalogue import Field, Kind
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import (
    FieldInput,
    LeadField,
    LeadType,
    Mode,
    is_json,
    lead_token,
    value_token,
)
from pingtree_desktop.domain.fix import use

BROKEN = documented("broken-json", "The body is JSON (content type application/json).")
TYPE = documented(
    "type",
    "Each field is documented as a string or as a number; money and tcpa_consent are numbers.",
)
LEAD_TYPE = heuristic(
    "lead-type",
    "A lead field has the type that the account's field management gives it; a number in quotes "
    "is a text to a JSON reader.",
)
RULES = (BROKEN, TYPE, LEAD_TYPE)

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLAIN_TYPES = {LeadType.NUMBER, LeadType.BOOLEAN}

_FORMED = {Kind.DATE, Kind.DATE_TIME, Kind.TIME_ZONE, Kind.CHOICE}
_FLAGS = {"true": "1", "false": "0"}
_WORDS = {'"': "text", "{": "an object", "[": "a list", "n": "null", "t": "true", "f": "false"}


def inner_text(event: Event, value: FieldInput) -> str | None:
    """The text that the receiver reads for a field, where it reads a text or a number."""
    if value.mode is Mode.VALUE:
        return value.text
    if value.mode is not Mode.RAW:
        return None
    if event.method is Method.GET:
        return value.text  # a query knows no JSON
    if not is_json(value.text):
        return None
    token = value.text.strip()
    if token.startswith('"'):
        return str(json.loads(token))
    return None if token[0] in "{[n" else token


def about_json(field: Field, event: Event, value: FieldInput) -> list[Advice]:
    """Whether a field that is not in value mode is sent as the documented type."""
    match value.mode:
        case Mode.RAW:
            return [] if event.method is Method.GET else _about_raw(field, value.text)
        case Mode.EMPTY if field.kind in _FORMED:
            said = f"The documentation asks for {field.format_hint}; an empty text is sent."
        case Mode.EMPTY if field.kind.is_number:
            said = "The API expects a number; an empty text is sent."
        case Mode.NULL:
            said = f"The API expects a {field.json_type}; null is sent."
        case _:
            return []
    return [Advice(wire=field.wire, text=said, rule=TYPE)]


def lead_texts(row: LeadField) -> str:
    """What a lead row says in words: of a JSON list or object only its strings ([[1]] is data)."""
    if row.type is LeadType.JSON and is_json(row.text):
        return " ".join(_STRING.findall(row.text))
    return row.text


def about_lead(place: str, row: LeadField, method: Method) -> list[Advice]:
    """Whether a lead row goes out as the type that was chosen for it; a query knows no types."""
    if method is Method.GET or not row.name or not row.text:
        return []
    if row.type is LeadType.JSON and not is_json(row.text):
        said = "Not one JSON value: it is sent as typed and breaks the whole body."
        return [Advice(wire=place, text=said, rule=BROKEN)]
    if row.type in _PLAIN_TYPES and lead_token(row) != row.text:
        said = f"It is no JSON {row.type.value}, so it is sent as text."
        return [Advice(wire=place, text=said, rule=LEAD_TYPE, level="note")]
    return []


def _about_raw(field: Field, text: str) -> list[Advice]:
    wire = field.wire
    if not is_json(text):
        said = "Not one JSON value: it is sent as typed and breaks the whole body."
        return [Advice(wire=wire, text=said, rule=BROKEN)]
    token = text.strip()
    word = _WORDS.get(token[0], "a number")
    if field.kind.is_number:
        if word == "a number":
            return []
        said = f"The API expects a number; this is sent as {word}."
        inner = str(json.loads(token)) if word == "text" else token
        if field.kind is Kind.FLAG:
            inner = _FLAGS.get(inner, inner)
        fix = None
        if value_token(field.kind, inner) == inner:
            fix = use(wire, inner, f"Send the number {inner}")
        return [Advice(wire=wire, text=said, rule=TYPE, fix=fix)]
    if word == "text":
        return []
    said = f"The API expects a string; this is sent as {word}."
    fix = None
    if word == "a number":
        fix = use(wire, token, "Send it as text")
    return [Advice(wire=wire, text=said, rule=TYPE, fix=fix)]
