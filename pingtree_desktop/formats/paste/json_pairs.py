"""The members of a JSON object with their tokens as written: numbers keep every digit."""

from __future__ import annotations

import json

from pingtree_desktop.domain.errors import UnreadableInput

_SPACE = " \t\r\n"


def _no_constant(word: str) -> object:
    raise ValueError(f"there is no number {word}")


_DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=_no_constant)


def parsed(text: str) -> object:
    """A JSON text as Python values, numbers as texts.  Raises UnreadableInput."""
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        raise UnreadableInput(
            f"It is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.",
            "Correct it there.",
        ) from None
    except RecursionError:
        raise UnreadableInput("The JSON is nested too deep.", "Paste one payload.") from None
    except ValueError as error:
        raise UnreadableInput(f"It is not JSON: {error}.", "Write a number or null.") from None


def object_pairs(text: str) -> list[tuple[str, str]]:
    """Names and tokens of an object that is known to be one, repeated names included."""
    pairs = []
    at = _skipped(text, text.index("{") + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _skipped(text, _skipped(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        pairs.append((name, text[start:end]))
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)
    return pairs


def list_items(text: str) -> list[str]:
    """The tokens of a list that is known to be one."""
    items = []
    at = _skipped(text, text.index("[") + 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        items.append(text[at:end])
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)
    return items


def _skipped(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at
