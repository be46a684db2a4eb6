"""A Postman collection, version 2.1: its requests, with the collection's own variables filled in.

Scripts in it are not run, and files that it names are not read.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.json_pairs import parsed
from pingtree_desktop.formats.paste.reading import (
    CUT,
    MOST_REQUESTS,
    Carrier,
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    check_length,
    distinct,
    form_bytes,
    wire_text,
)
from pingtree_desktop.formats.paste.words import encoded

_VARIABLE = re.compile(r"\{\{([^{}]{1,120})\}\}")
_DEEPEST = 60
_SWITCHED_OFF = "it is switched off in the collection"
_MULTIPART = (
    "a multipart form is not one of the ways in which this API takes an event; its texts are taken "
    "as fields"
)
_KEYS = ("token", "username", "password", "in", "key", "value")
_MOST_FILLED = 10_000_000
_TYPES = {"json": "application/json", "xml": "application/xml", "html": "text/html"}


def is_collection(value: object) -> bool:
    """Whether a JSON value is a collection, or looks like one."""
    return isinstance(value, dict) and isinstance(value.get("info"), dict) and "item" in value


def read_postman(text: str) -> Reading:
    """The requests of a collection in their order.  Raises UnreadableInput."""
    check_length(text)
    data = parsed(text.strip().removeprefix("\ufeff"))
    if not isinstance(data, dict) or not is_collection(data):
        raise UnreadableInput(
            "This is no Postman collection: it holds no info with items.",
            "Export the collection as version 2.1.",
        )
    notes: list[str] = []
    if "v2" not in str(data["info"].get("schema", "v2")):
        notes.append("The collection is not of version 2.1; parts of it may be missed.")
    made: list[Taken] = []
    scopes = _Scopes()
    for item, above in _walk(data):
        if len(made) == MOST_REQUESTS:
            notes.append(CUT)
            break
        made.append(_Item(item, above, scopes).taken())
    if not made:
        raise UnreadableInput("The collection holds no request.", "Export one that does.")
    return Reading(source=Source.POSTMAN, requests=tuple(made), notes=tuple(notes))


def _walk(
    item: dict[str, Any], above: tuple[dict[str, Any], ...] = ()
) -> Iterator[tuple[dict[str, Any], tuple[dict[str, Any], ...]]]:
    """Every request with the folders that it is in, the collection first."""
    if "request" in item:
        yield item, above
    elif len(above) < _DEEPEST:
        for inner in _rows(item.get("item")):
            yield from _walk(inner, (*above, item))


def _rows(value: object) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value)


def _enabled(rows: object, what: str, not_taken: list[Note]) -> list[dict[str, Any]]:
    kept = []
    for row in _rows(rows):
        if row.get("disabled"):
            name = _text(row.get("key"))
            not_taken.append(Note(part=f"{what} {name}", why=_SWITCHED_OFF))
        else:
            kept.append(row)
    return kept


@dataclass(slots=True)
class _Scopes:
    """The variables of every folder, read once, and how much they have been made to stand for."""

    grown: int = 0
    _known: dict[int, tuple[dict[str, str], tuple[Note, ...]]] = field(default_factory=dict)

    def of(self, folder: dict[str, Any]) -> tuple[dict[str, str], tuple[Note, ...]]:
        """The variables of a folder, and what of them is not taken."""
        if id(folder) not in self._known:  # the collection stays in memory all the while
            not_taken: list[Note] = []
            values = {
                _text(row.get("key") or row.get("id")): _text(row.get("value"))
                for row in _enabled(folder.get("variable"), "variable", not_taken)
            }
            self._known[id(folder)] = values, distinct(not_taken)
        return self._known[id(folder)]

    def grow(self, chars: int) -> None:
        self.grown += chars
        if self.grown > _MOST_FILLED:
            raise UnreadableInput(
                f"With its variables filled in, the collection has more than {_MOST_FILLED:,} "
                "characters.",
                "Export a single request or folder of it.",
            )


@dataclass(slots=True)
class _Item:
    item: dict[str, Any]
    above: tuple[dict[str, Any], ...]
    scopes: _Scopes
    not_taken: list[Note] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    _variables: list[dict[str, str]] = field(default_factory=list)

    def taken(self) -> Taken:
        for folder in self.above:
            variables, not_taken = self.scopes.of(folder)
            self._variables.insert(0, variables)  # the nearest folder counts
            self.not_taken += not_taken
        request = self.item["request"]
        if not isinstance(request, dict):
            request = {"url": request}
        url = self._url(request.get("url"))
        headers = [
            (self._filled(row.get("key")), wire_text(encoded(self._filled(row.get("value")))))
            for row in self._enabled(request.get("header"), "header")
        ]
        headers += self._authorization(request)
        body, pairs, kind = self._body(request.get("body"))
        implied = []
        if kind and not any(name.lower() == "content-type" for name, _ in headers):
            implied.append(("Content-Type", kind))
        for level in (*self.above, self.item):
            if level.get("event"):
                self.not_taken.append(Note(part="script", why="scripts are not run"))
        headers += implied
        return Taken(
            title=" / ".join(_text(one.get("name"))[:200] for one in (*self.above[1:], self.item)),
            method=_text(request.get("method") or "GET").upper(),
            url=url,
            headers=tuple(headers),
            body=body,
            carrier=Carrier.MULTIPART if pairs else carrier_of(headers, body),
            implied=frozenset(name.lower() for name, _ in implied),
            pairs=pairs,
            not_taken=distinct(self.not_taken),
            reads=tuple(self.reads),
            notes=host_notes(url),
        )

    def _enabled(self, rows: object, what: str) -> list[dict[str, Any]]:
        return _enabled(rows, what, self.not_taken)

    def _filled(self, value: object) -> str:
        """A text with the collection's variables; one may name another."""
        text = _text(value)
        for _ in range(5):
            filled = _VARIABLE.sub(self._value, text)
            if filled == text:
                break
            text = filled
        for found in _VARIABLE.finditer(text):
            why = "Postman would fill it in from elsewhere; its name is taken as it is written"
            self.not_taken.append(Note(part=found[0], why=why))
        return text

    def _value(self, found: re.Match[str]) -> str:
        name = found[1].strip()
        known = next((scope[name] for scope in self._variables if name in scope), None)
        if known is None:
            return found[0]
        self.scopes.grow(len(known))
        return known

    def _url(self, value: object) -> str:
        if not isinstance(value, dict):
            return self._filled(value).partition("#")[0]
        self._enabled(value.get("query"), "parameter")
        raw = self._filled(value.get("raw") or self._put_together(value)).partition("#")[0]
        path, mark, query = raw.partition("?")
        rows = _rows(value.get("variable"))
        values = {f":{_text(row.get('key'))}": self._filled(row.get("value")) for row in rows}
        path = "/".join(self._part(part, values) for part in path.split("/"))
        url = path + mark + query
        return url if "://" in url or not url else f"http://{url}"

    def _part(self, part: str, values: dict[str, str]) -> str:
        """A segment of a path, the value of `:name` in its place."""
        if part not in values:
            return part
        self.scopes.grow(len(values[part]))
        return values[part]

    def _put_together(self, value: dict[str, Any]) -> str:
        def joined(part: object, sign: str) -> str:
            return sign.join(map(_text, part)) if isinstance(part, list) else _text(part)

        port = f":{_text(value['port'])}" if value.get("port") else ""
        pairs = [
            f"{_text(row.get('key'))}={_text(row.get('value'))}"
            for row in _rows(value.get("query"))
            if not row.get("disabled")
        ]
        query = f"?{'&'.join(pairs)}" if pairs else ""
        scheme = _text(value.get("protocol") or "http")
        host = joined(value.get("host"), ".")
        return f"{scheme}://{host}{port}/{joined(value.get('path'), '/')}{query}"

    def _authorization(self, request: dict[str, Any]) -> list[tuple[str, str]]:
        auth = next(
            (
                level["auth"]
                for level in (request, *reversed(self.above))
                if isinstance(level.get("auth"), dict)
            ),
            {"type": "noauth"},
        )
        kind = _text(auth.get("type"))
        values = {
            _text(row.get("key")): self._filled(row.get("value"))
            for row in _rows(auth.get(kind))
            if row.get("key") in _KEYS
        }
        match kind:
            case "noauth":
                return []
            case "bearer":
                return [("Authorization", f"Bearer {values.get('token', '')}")]
            case "basic":
                pair = f"{values.get('username', '')}:{values.get('password', '')}"
                code = base64.b64encode(encoded(pair)).decode("ascii")
                return [("Authorization", f"Basic {code}")]
            case "apikey" if values.get("in", "header") == "header":
                return [(values.get("key", ""), values.get("value", ""))]
        why = "this kind of authentication is worked out by Postman"
        self.not_taken.append(Note(part=f"auth {kind}", why=why))
        return []

    def _body(self, value: object) -> tuple[bytes | None, tuple[tuple[str, str], ...], str]:
        """The body, the texts of a multipart form, and the Content-Type that goes with it."""
        if not isinstance(value, dict) or value.get("disabled"):
            return None, (), ""
        match value.get("mode"):
            case "raw":
                text = self._filled(value.get("raw"))
                options = value.get("options")
                raw = options.get("raw") if isinstance(options, dict) else None
                language = _text(raw.get("language")) if isinstance(raw, dict) else ""
                body = encoded(text)
                return (body or None), (), _TYPES.get(language, "text/plain") if body else ""
            case "urlencoded":
                pairs = self._pairs(value.get("urlencoded"))
                return form_bytes(pairs), (), "application/x-www-form-urlencoded"
            case "formdata":
                self.not_taken.append(Note(part="body", why=_MULTIPART))
                return None, self._pairs(value.get("formdata")), ""
            case mode:
                if mode == "file":
                    self.reads.append(f"body {_text(value.get('file'))[:80]}")
                self.not_taken.append(
                    Note(part=f"body {mode}", why="only texts and forms are read")
                )
                return None, (), ""

    def _pairs(self, rows: object) -> tuple[tuple[str, str], ...]:
        made = []
        for row in self._enabled(rows, "form field"):
            name = self._filled(row.get("key"))
            if row.get("type") == "file":
                self.reads.append(f"form field {name}: {_text(row.get('src'))[:80]}")
            else:
                made.append((name, self._filled(row.get("value"))))
        return tuple(made)
