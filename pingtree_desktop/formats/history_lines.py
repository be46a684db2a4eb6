"""The history as JSON lines: one exchange a line, lossless, for keeping and for moving."""

from __future__ import annotations

import json

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.formats.exchange_json import exchange_from_json, exchange_to_json

VERSION = 1


def line_of(exchange: Exchange) -> str:
    """One line, its end included."""
    data = {"pingtree": VERSION, **exchange_to_json(exchange)}
    return json.dumps(data, ensure_ascii=True, separators=(",", ":")) + "\n"


def exchange_of(line: str, number: int) -> Exchange:
    """The exchange of a line.  Raises UnreadableInput that names the line by its number."""
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise _unreadable(number, "it is no JSON") from error
    version = data.get("pingtree") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise _unreadable(number, "it is no exchange of PingTree Desktop")
    if version > VERSION:
        raise _unreadable(number, "a newer version of PingTree Desktop wrote it")
    try:
        return exchange_from_json(data)
    except UnreadableInput as error:
        raise _unreadable(number, error.problem) from error


def _unreadable(number: int, why: str) -> UnreadableInput:
    return UnreadableInput(
        f"Line {number} cannot be read: {why}.", "Choose a file that PingTree Desktop exported."
    )
