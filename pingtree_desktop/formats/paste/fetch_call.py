"""A call of fetch as the browser's developer tools copy it.  Nothing is run."""

from __future__ import annotations

import re
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.js_literal import Literals, Table, Unknown, json_text
from pingtree_desktop.formats.paste.reading import (
    CUT,
    MOST_REQUESTS,
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    check_length,
    path_of,
    wire_text,
)

FETCH = re.compile(r"\bfetch\s*\(")
_TEXT_TYPE = "text/plain;charset=UTF-8"
_FORM_TYPE = "application/x-www-form-urlencoded;charset=UTF-8"
_SILENT = {"mode", "referrerPolicy", "cache", "redirect", "keepalive", "priority", "integrity"}
_UPPER = {"delete", "get", "head", "options", "post", "put"}


def read_fetch(text: str) -> Reading:
    """The requests of every fetch call in a text.  Raises UnreadableInput."""
    check_length(text)
    made: list[Taken] = []
    at = 0
    while len(made) <= MOST_REQUESTS and (found := FETCH.search(text, at)) is not None:
        reader = Literals(text, found.end())
        values = reader.items(")", found.end() - 1)
        at = reader.at
        made.append(_taken(values))
    if not made:
        raise UnreadableInput("There is no call of fetch in this text.", "Copy the whole call.")
    notes = (CUT,) if len(made) > MOST_REQUESTS else ()
    return Reading(source=Source.FETCH, requests=tuple(made[:MOST_REQUESTS]), notes=notes)


def _taken(values: list[Any]) -> Taken:
    address = values[0] if values else None
    given = values[1] if len(values) > 1 and isinstance(values[1], Table) else Table()
    if not isinstance(address, str):
        raise UnreadableInput(
            "The address of this fetch call is not written out.", "Write it as a text."
        )
    not_taken: list[Note] = []
    headers = _headers(given.get("headers"), not_taken)
    method = given.get("method")
    method = method if isinstance(method, str) else "GET"
    method = method.upper() if method.lower() in _UPPER else method
    body, default_type = _body(given, not_taken)
    implied = []
    if body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        implied.append(("Content-Type", default_type))
    notes: list[str] = []
    for name, value in given:
        if name == "referrer" and isinstance(value, str):
            headers.append(("Referer", value))
        elif name == "credentials":
            notes.append("The browser's cookies are not part of the call, so none are taken.")
        elif name not in _SILENT and name not in {"headers", "method", "body"}:
            not_taken.append(Note(part=name, why="it has no counterpart here"))
    headers += implied
    url = address.partition("#")[0]
    return Taken(
        title=f"{method} {path_of(url)}",
        method=method,
        url=url,
        headers=tuple(headers),
        body=body,
        carrier=carrier_of(headers, body),
        implied=frozenset(name.lower() for name, _ in implied),
        not_taken=tuple(not_taken),
        notes=(*notes, *host_notes(url)),
    )


def _headers(value: Any, not_taken: list[Note]) -> list[tuple[str, str]]:
    made: list[tuple[str, str]] = []
    for row in value if isinstance(value, list) else []:
        match row:
            case (str(name), str(text)) | [str(name), str(text)]:
                encoded = text.encode("utf-8", "surrogatepass")
                made.append((name, text if _is_latin(text) else wire_text(encoded)))
            case _:
                not_taken.append(Note(part=f"header {row!s:.60}", why="its value is not known"))
    if value is not None and not isinstance(value, list):
        not_taken.append(Note(part="headers", why="their values are not written out"))
    return made


def _is_latin(text: str) -> bool:
    return all(ord(char) < 256 for char in text)


def _body(given: Table, not_taken: list[Note]) -> tuple[bytes | None, str]:
    match given.get("body"):
        case None:
            return None, ""
        case bytes(data):
            return data, _FORM_TYPE
        case str(text):
            return text.encode("utf-8", "surrogatepass"), _TEXT_TYPE
        case Unknown(text):
            not_taken.append(Note(part=f"body {text:.60}", why="only a program knows its value"))
        case other:
            not_taken.append(Note(part=f"body {json_text(other)!s:.60}", why="it is no text"))
    return None, ""
