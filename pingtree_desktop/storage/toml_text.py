"""Reads TOML as a person wrote it, with plain words and the line on every fault.

Knows nothing of what the files mean; `toml_edit` is the way back.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage.escapes import escape, has_surrogate, unescape

_PLACE = re.compile(r"\(at (?:line (\d+), column (\d+)|end of document)\)")
_REMEDY = "Correct that line, or move the file away; it was left as it is."


class Document:
    """A parsed TOML file.  `name` is how messages call it."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self._text = text
        try:
            self.values: dict[str, Any] = tomllib.loads(text, parse_float=_exact)
        except tomllib.TOMLDecodeError as error:
            raise UnreadableInput(
                f"{name} cannot be read: {_said(error, text)}.", _REMEDY
            ) from error
        except (ValueError, RecursionError) as error:
            raise UnreadableInput(
                f"{name} cannot be read: a number is too long or tables are nested too deep.",
                _REMEDY,
            ) from error

    def wrong(self, key: str, what: str, remedy: str = _REMEDY) -> UnreadableInput:
        """The error on a key's value, with the line it stands on."""
        return UnreadableInput(f"{self.name}{self._line(key)}: {key} {what}.", remedy)

    def _line(self, key: str) -> str:
        pattern = re.compile(rf"""(^|[{{,.\[\s])["']?{re.escape(key)}["']?\s*[=\].]""")
        for number, line in enumerate(self._text.splitlines(), 1):
            if pattern.search(line):
                return f", line {number}"
        return ""

    def text(self, key: str, default: str = "", *, within: Mapping[str, Any] | None = None) -> str:
        """The text of a key, at the top or in a table."""
        value = (self.values if within is None else within).get(key, default)
        plain = plain_text(value)
        if plain is None:
            raise self.wrong(key, "must be a text in quotes")
        return plain

    def flag(self, key: str, default: bool, *, within: Mapping[str, Any]) -> bool:
        """The true or false of a key in a table."""
        value = within.get(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "must be true or false")
        return value

    def whole(self, key: str) -> int | None:
        """The whole number of a key at the top; None when absent."""
        value = self.values.get(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.wrong(key, "must be a whole number")
        return value

    def table(self, key: str, *, within: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """A table, at the top or in another one; empty when absent."""
        value = (self.values if within is None else within).get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"must be a table: write [{key}]")
        return value

    def rows(self, key: str) -> Sequence[Mapping[str, Any]]:
        """An array of tables at the top; empty when absent."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.wrong(key, f"must be a list of tables: write [[{key}]]")
        return value


def _exact(literal: str) -> str:
    """A float's own spelling; TOML's underscores between digits mean nothing."""
    return literal.replace("_", "")


def _said(error: tomllib.TOMLDecodeError, text: str) -> str:
    message = str(error)
    place = _PLACE.search(message)
    what = _PLACE.sub("", message).strip().rstrip(".") or "it is no TOML"
    if place is None:
        return what
    last = text.rstrip().count("\n") + 1
    where = f"line {place[1]}, column {place[2]}" if place[1] else f"line {last}, at the end"
    return f"{where}: {what}"


def plain_text(value: object) -> str | None:
    """The text a TOML value stands for, or None for a list, table or boolean.

    Numbers and dates keep their spelling; `{ escaped = "…" }` holds what TOML text cannot.
    """
    match value:
        case bool():
            return None
        case str():
            return value
        case int():
            return _digits(value)
        case datetime():
            return value.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case {"escaped": str(escaped), **others} if not others:
            return unescape(escaped)
        case _:
            return None


def _digits(number: int) -> str | None:
    try:
        return str(number)
    except ValueError:  # thousands of digits, from a hexadecimal literal
        return None


def text_value(text: str) -> dict[str, str] | str:
    """A text as TOML holds it: itself, or `{ escaped = … }` when it has lone surrogates."""
    return {"escaped": escape(text)} if has_surrogate(text) else text
