"""The values of a PowerShell script, as far as a text spells them out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.field import json_string

_MAX_DEPTH = 60


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Bare(str):
    """A word without quotes: a parameter when it begins with a dash."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Unknown:
    """What only PowerShell itself could work out, as it is written."""

    text: str


Value = str | bool | bytes | list["Value"] | dict[str, "Value"] | Unknown | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A program or cmdlet with its arguments, and what is piped into it (None: nothing)."""

    name: str
    arguments: tuple[Value, ...]
    stdin: Value = None
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Calls:
    """All calls of a script; `files` are those that it writes itself."""

    calls: tuple[Call, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    properties: Mapping[str, Value] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()


def size_of(value: Value, depth: int = 0) -> int:
    """About how many characters a value has, written out.  Raises UnreadableInput.

    Values that hold each other grow faster, and lie deeper, than the text that says so.
    """
    if depth > _MAX_DEPTH:
        raise UnreadableInput("The script is nested too deep.", "Paste one command.")
    match value:
        case dict():
            return sum(len(name) + 1 + size_of(one, depth + 1) for name, one in value.items())
        case list():
            return sum(1 + size_of(one, depth + 1) for one in value)
        case bytes():
            return 4 * len(value)
        case _:
            return len(as_text(value))


def as_text(value: Value) -> str:
    """A value as PowerShell writes it into a text."""
    match value:
        case None:
            return ""
        case bool():
            return str(value)
        case str():
            return str(value)
        case list():
            return " ".join(as_text(one) for one in value)
        case bytes():
            return " ".join(str(byte) for byte in value)
        case Unknown(text):
            return text
        case _:
            return "System.Collections.Hashtable"


def as_json(value: Value) -> str | None:
    """What ConvertTo-Json makes of a value, in one line; None when part of it is unknown."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case Number():
            return str(value)
        case str():
            return json_string(value)
        case list():
            items = [as_json(one) for one in value]
            return None if None in items else f"[{','.join(i or '' for i in items)}]"
        case dict():
            pairs = [(json_string(name), as_json(one)) for name, one in value.items()]
            if any(text is None for _, text in pairs):
                return None
            return "{" + ",".join(f"{name}:{text}" for name, text in pairs) + "}"
        case _:
            return None
