"""What `pingtree lint` reads: a JSON payload, postback URLs or a CSV table, as events.

Values keep the spelling and the type that they have in the text.  Nothing is fetched: an address
is text here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import unquote, unquote_plus, urlsplit

from pingtree_desktop.cli.lint_subject import Draft, Reading, Shape, Subject, by_keys
from pingtree_desktop.domain.advice import ORG_ID, Advice
from pingtree_desktop.domain.advice_ids import PATH_ID
from pingtree_desktop.domain.advice_terms import heuristic
from pingtree_desktop.domain.catalogue import BY_WIRE, Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import (
    FieldInput,
    LeadField,
    LeadType,
    Mode,
    json_string,
    value_token,
)
from pingtree_desktop.formats.paste.postback_url import HASH_MACRO

FRAGMENT = heuristic(
    "fragment",
    "What follows a # in an address stays in the browser and is never sent (RFC 3986); as part of "
    "a value it is written %23.",
)
ADDRESS = "address"
_WEB = re.compile(r"https?://", re.IGNORECASE)
_PATH = re.compile(r"/api/event/(?:(trigger)|(global)(?:/([^/]*))?|([^/]+))/?")


def read(text: str, endpoint: Endpoint | None) -> Reading:
    """Read a text as what it is.  Raises UnreadableInput, for a table also while it is walked.

    `endpoint` is what the person said; None means: by the address, else by the keys.
    """
    stripped = text.strip()
    if not stripped:
        raise UnreadableInput("There is nothing to read.", "Give a payload, a URL or a CSV file.")
    if stripped[0] in "{[":
        return Reading(shape=Shape.PAYLOAD, subjects=_payloads(text, endpoint))
    if _WEB.match(stripped):
        subjects = [
            _from_url(line.strip(), number, endpoint)
            for number, line in enumerate(text.splitlines(), 1)
            if line.strip()
        ]
        return Reading(shape=Shape.URL, subjects=subjects)
    from pingtree_desktop.cli.lint_table import read_table  # noqa: PLC0415 - for tables alone

    return read_table(text, endpoint)


# ---- JSON ---------------------------------------------------------------------------------------


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Object(list[tuple[str, object]]):
    """A JSON object with every key that it has."""


def _payloads(text: str, endpoint: Endpoint | None) -> list[Subject]:
    source = text.removeprefix("\ufeff")
    try:
        value = json.loads(
            source,
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_no_constant,
            object_pairs_hook=_Object,
        )
    except json.JSONDecodeError as error:
        raise UnreadableInput(
            f"It is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            "Correct it there, or give a URL or a CSV file.",
        ) from None
    except RecursionError:
        raise UnreadableInput("The JSON is nested too deep.", "Give one payload.") from None
    items = [value] if isinstance(value, _Object) else value
    if not items or not all(isinstance(item, _Object) for item in items):
        raise UnreadableInput(
            "The JSON is not an object, nor a list of objects.", "Give one payload, or a list."
        )
    lines = _object_lines(source, len(items))
    return [_from_object(i, endpoint, n) for i, n in zip(items, lines, strict=True)]


def _no_constant(word: str) -> object:
    raise UnreadableInput(f"It is not JSON: there is no number {word}.", "Write a number or null.")


def _object_lines(source: str, count: int) -> list[Mapping[str, int]]:
    """On which line each key of each outermost object stands."""
    from pingtree_desktop.domain.jsontext import tokens  # noqa: PLC0415 - for JSON alone

    found: list[dict[str, int]] = []
    outermost = 0 if source.lstrip().startswith("{") else 1
    depth, line, at = 0, 1, 0
    for kind, start, end in tokens(source, limit_tokens=2_000_000):
        line, at = line + source.count("\n", at, start), start
        if kind == "punct" and source[start] in "{[":
            if depth == outermost:
                found.append({"": line})
            depth += 1
        elif kind == "punct" and source[start] in "}]":
            depth -= 1
        elif kind == "key" and depth == outermost + 1:
            found[-1][str(json.loads(source[start:end]))] = line
    found.extend({"": line} for _ in range(count - len(found)))  # beyond the limit of tokens
    return list(found)


def _from_object(item: _Object, endpoint: Endpoint | None, lines: Mapping[str, int]) -> Subject:
    where = by_keys((name for name, _ in item), endpoint)
    draft = Draft(Event(endpoint=where))
    for name, value in item:
        draft.add(name, _json_input(name, value), _json_lead(name, value))
    return Subject(
        event=draft.finished(),
        line=lines[""],
        lines=lines,
        remarks=tuple(draft.remarks),
        elsewhere=frozenset({ORG_ID} if where is not Endpoint.CAMPAIGN else {ORG_ID, "cid"}),
    )


def _json_input(name: str, value: object) -> FieldInput:
    if value is None:
        return FieldInput(mode=Mode.NULL)
    if value == "" and not isinstance(value, _Number):
        return FieldInput(mode=Mode.EMPTY)
    token = _token(value)
    if (
        name in BY_WIRE
        and isinstance(value, str)
        and value_token(BY_WIRE[name].kind, value) == token
    ):
        return FieldInput(text=str(value))
    return FieldInput(mode=Mode.RAW, text=token)


def _json_lead(name: str, value: object) -> LeadField:
    match value:
        case None:
            return LeadField(name=name, type=LeadType.NULL)
        case bool():
            return LeadField(name=name, text=_token(value), type=LeadType.BOOLEAN)
        case _Number():
            return LeadField(name=name, text=str(value), type=LeadType.NUMBER)
        case str():
            return LeadField(name=name, text=value)
        case _:
            return LeadField(name=name, text=_token(value), type=LeadType.JSON)


def _token(value: object) -> str:
    """The JSON of a value, numbers as they were written."""
    match value:
        case _Number():
            return str(value)
        case str():
            return json_string(value)
        case _Object():
            return "{" + ",".join(f"{json_string(k)}:{_token(v)}" for k, v in value) + "}"
        case list():
            return "[" + ",".join(_token(one) for one in value) + "]"
        case _:
            return json.dumps(value)


# ---- URL ----------------------------------------------------------------------------------------


def _from_url(url: str, line: int, endpoint: Endpoint | None) -> Subject:
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError as error:
        raise UnreadableInput(
            f"Line {line} is not a web address: {error}.", "Give one URL a line."
        ) from None
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise UnreadableInput(f"Line {line} is not a web address.", "Give one URL a line.")
    query = parts.query
    found = _PATH.fullmatch(parts.path)
    remarks = [] if found else [_other_address(parts.path)]
    if parts.fragment:
        said = f"Everything from #{parts.fragment[:40]} on is never sent."
        remarks.append(Advice(wire=ADDRESS, text=said, rule=FRAGMENT))
        # As an import does: a macro between two of them was meant to be sent.
        query = HASH_MACRO.sub("%23", url.partition("?")[2]).partition("#")[0]
    pairs = [_pair(part) for part in query.split("&") if part]
    event = Event(endpoint=by_keys((k for k, _ in pairs), endpoint), method=Method.GET)
    elsewhere = {"cid", ORG_ID} - {name for name, _ in pairs}
    if found is not None:
        event, elsewhere = _at(found, event), set()
    draft = Draft(event, remarks)
    for name, text in pairs:
        if name == "cid" and event.endpoint is not Endpoint.TRIGGER and found is not None:
            said = "cid belongs in the body of Trigger alone; this address has its own id."
            remarks.append(Advice(wire=name, text=said, rule=PATH_ID, level="note"))
            continue
        value = FieldInput(text=text) if text else FieldInput(mode=Mode.EMPTY)
        draft.add(name, value, LeadField(name=name, text=text))
    return Subject(
        event=draft.finished(), line=line, remarks=tuple(remarks), elsewhere=frozenset(elsewhere)
    )


def _at(found: re.Match[str], event: Event) -> Event:
    """The event with the endpoint and the id that its path names."""
    if found[1]:
        return replace(event, endpoint=Endpoint.TRIGGER)
    if found[2]:
        return replace(event, endpoint=Endpoint.GLOBAL, org_id=unquote(found[3] or ""))
    campaign = replace(event, endpoint=Endpoint.CAMPAIGN)
    return campaign.with_field("cid", FieldInput(text=unquote(found[4])))


def _other_address(path: str) -> Advice:
    said = f"The path {path or '/'} is none of the three documented ones."
    return Advice(wire=ADDRESS, text=said, rule=PATH_ID)


def _pair(part: str) -> tuple[str, str]:
    name, _, value = part.partition("=")
    return unquote_plus(name), unquote_plus(value)
