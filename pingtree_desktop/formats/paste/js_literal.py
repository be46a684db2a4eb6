"""Values as JavaScript writes them: strings, numbers, lists, objects, and a few calls of them.

Nothing is run.  A name or an expression whose value only a program knows is `Unknown`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.field import json_string
from pingtree_desktop.formats.paste.reading import check_growth, form_bytes, unbalanced

_MAX_DEPTH = 60
_BLANK = re.compile(r"(?:\s+|//[^\n]*)+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)
_NAME = re.compile(r"[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*")
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|(\r?\n)|(.))", re.DOTALL
)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "0": "\0"}
_STRINGS = {
    quote: re.compile(rf"[^{quote}\\]*(?:\\.[^{quote}\\]*)*", re.DOTALL) for quote in "'\"`"
}


class Undefined:
    """The value of `undefined`: JSON has no place for it."""


_NUMBER_OTHERWISE = re.compile(
    r"-?(?:0[xX]([0-9A-Fa-f]{1,13})|0[oO]([0-7]{1,17})|0[bB]([01]{1,53})|(\.\d+|[1-9]\d*\.|0\.))"
    r"(?![\w.])",
    re.ASCII,
)
UNDEFINED = Undefined()
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "undefined": UNDEFINED}
_ARROW = re.compile(r"\(\w+\)\s*=>[^,)]*\)?")


@dataclass(frozen=True, slots=True)
class Unknown:
    """An expression that is not worked out, as it is written."""

    text: str


class Number(str):
    """A number as it is written."""

    __slots__ = ()


class Table(list[tuple[str, Any]]):
    """An object: its names and values in order."""

    def get(self, name: str) -> Any:
        """The last value of a name; None when there is none."""
        found = next((value for known, value in reversed(self) if known == name), None)
        return None if found is UNDEFINED else found


def json_text(value: Any) -> str | None:
    """What JSON.stringify makes of a value; None when a part of it is not known."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case Number():
            return str(value)
        case str():
            return json_string(value)
        case Table():
            kept = [(name, one) for name, one in value if one is not UNDEFINED]
            pairs = [(json_string(name), json_text(one)) for name, one in kept]
            if any(text is None for _, text in pairs):
                return None
            return "{" + ",".join(f"{name}:{text}" for name, text in pairs) + "}"
        case list():
            items = ["null" if one is UNDEFINED else json_text(one) for one in value]
            return None if None in items else f"[{','.join(i or '' for i in items)}]"
        case _:
            return None


class Literals:
    """Reads values from a text, one after the other; `at` is where the next one begins."""

    def __init__(self, text: str, at: int) -> None:
        self.text = text
        self.at = at
        self._depth = 0
        self._grown = 0  # characters that calls have made

    def skip(self) -> None:
        """Pass over white space and remarks."""
        while True:
            found = _BLANK.match(self.text, self.at)
            if found is not None:
                self.at = found.end()
            elif self.text.startswith("/*", self.at):
                end = self.text.find("*/", self.at)
                self.at = len(self.text) if end < 0 else end + 2
            else:
                return

    def take(self, sign: str) -> bool:
        """Pass over a sign, if it comes next."""
        self.skip()
        if not self.text.startswith(sign, self.at):
            return False
        self.at += len(sign)
        return True

    def value(self) -> Any:
        """The next value, sums of texts included.  Raises UnreadableInput."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnreadableInput("The call is nested too deep.", "Paste one fetch call.")
        parts = [self._one()]
        while self.take("+"):
            parts.append(self._one())
        self._depth -= 1
        if len(parts) == 1:
            return parts[0]
        texts = [one for one in parts if isinstance(one, str)]
        is_reckoned = all(isinstance(one, Number) for one in parts[:2])  # 1 + 2 is no text
        is_known = len(texts) == len(parts) and not is_reckoned
        return "".join(texts) if is_known else Unknown("a sum")

    def _one(self) -> Any:
        self.skip()
        start, char = self.at, self.text[self.at : self.at + 1]
        if char and char in "'\"`":
            return self._string(char)
        if self.take("{"):
            return self._table(start)
        if self.take("["):
            return self.items("]", start)
        found = _NUMBER.match(self.text, start)
        if found is not None:
            self.at = found.end()
            return Number(found[0])
        found = _NUMBER_OTHERWISE.match(self.text, start)
        if found is not None:
            self.at = found.end()
            return Number(_usual(found))
        name = _NAME.match(self.text, start)
        if name is not None:
            self.at = name.end()
            return self._named(name[0], start)
        raise UnreadableInput(
            f"{self.text[start : start + 20]!r} is no value that can be read.",
            "Copy the whole call.",
        )

    def items(self, end: str, start: int) -> list[Any]:
        """The values up to a closing bracket that was opened at `start`."""
        found: list[Any] = []
        while not self.take(end):
            if self.at >= len(self.text):
                raise unbalanced(self.text, start, f"The bracket {self.text[start]}")
            arrow = _ARROW.match(self.text, self.at)
            if arrow is not None:
                self.at = arrow.end()
                found.append(Unknown(arrow[0]))
            elif not self.take(","):
                found.append(self.value())
        return found

    def _table(self, start: int) -> Table:
        made = Table()
        while not self.take("}"):
            if self.take(","):
                continue
            char = self.text[self.at : self.at + 1]
            name = _NAME.match(self.text, self.at) or _NUMBER.match(self.text, self.at)
            if char and char in "'\"":
                key = self._string(char)
            elif name is not None:
                self.at = name.end()
                key = name[0]
            else:
                raise unbalanced(self.text, start, "The brace {")
            made.append((key, self.value() if self.take(":") else Unknown(key)))
        return made

    def _string(self, quote: str) -> Any:
        found = _STRINGS[quote].match(self.text, self.at + 1)
        assert found is not None  # it matches the empty text too
        if not self.text.startswith(quote, found.end()):
            raise unbalanced(self.text, self.at, f"The quote {quote}")
        self.at = found.end() + 1
        if quote == "`" and "${" in found[0]:
            return Unknown(found[0])
        text = _ESCAPE.sub(_escaped, found[0])
        # Two escapes of one character pair are that character.
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")

    def _named(self, name: str, start: int) -> Any:
        if name in _WORDS:
            return _WORDS[name]
        if name == "new":
            self.skip()
            found = _NAME.match(self.text, self.at)
            name = found[0] if found else ""
            self.at = found.end() if found else self.at
        if not self.take("("):
            return Unknown(self.text[start : self.at])
        values = self.items(")", self.at - 1)
        if name == "TextEncoder" and self.take(".encode"):
            opened = self.at
            values = self.items(")", opened) if self.take("(") else []
        maker = _CALLS.get(name)
        known = [one for one in values[:1] if not isinstance(one, Unknown)]
        made = maker(known[0]) if maker and known else None
        if isinstance(made, str | bytes):  # a text written as JSON again and again doubles
            self._grown = check_growth(self._grown + len(made) - (self.at - start))
        return Unknown(self.text[start : self.at]) if made is None else made


def _usual(found: re.Match[str]) -> str:
    """A number as JavaScript writes it out: 0.5 for .5, 16 for 0x10."""
    sign = "-" if found[0].startswith("-") else ""
    for digits, base in zip(found.groups(), (16, 8, 2), strict=False):
        if digits:
            return f"{sign}{int(digits, base)}"
    text = found[0].removeprefix("-")
    whole, _, part = text.partition(".")
    part = part.rstrip("0")
    return f"{sign}{whole or 0}.{part}" if part else f"{sign}{whole or 0}"


def _escaped(found: re.Match[str]) -> str:
    long, short, byte, line_end, letter = found.groups()
    digits = long or short or byte
    if digits:
        code = int(digits, 16)
        return chr(code) if code < 0x110000 else found[0]
    return "" if line_end else _LETTERS.get(letter, letter)


def _pairs(value: Any) -> bytes | None:
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    if not isinstance(value, Table):
        return None
    pairs = [(name, one if isinstance(one, str) else json_text(one)) for name, one in value]
    if any(text is None for _, text in pairs):
        return None
    return form_bytes((name, text or "") for name, text in pairs)


def _from_base64(value: Any) -> bytes | None:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, TypeError, ValueError):
        return None


_CALLS: dict[str, Callable[[Any], Any]] = {
    "JSON.stringify": json_text,
    "URLSearchParams": _pairs,
    "Headers": lambda value: value if isinstance(value, list) else None,
    "TextEncoder": lambda value: _pairs(value) if isinstance(value, str) else None,
    "atob": _from_base64,
    "Uint8Array.from": lambda value: value if isinstance(value, bytes) else None,
}
