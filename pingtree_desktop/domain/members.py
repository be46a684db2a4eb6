"""The members of a JSON text or a query, each by its path, with its token as it was written.

Numbers keep their digits and are never read as floating point.  Linear and without recursion:
a text that is too long, too deep or no JSON at all is a plain sentence and not a crash.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import unquote

from pingtree_desktop.domain.jsontext import MAX_DEPTH, tokens

LIMIT_CHARS = 1_000_000
LIMIT_TOKENS = 100_000
LIMIT_PATH_CHARS = 8_000_000
"""All paths together: long names, nested deep, would outgrow their text many times over."""

WHOLE = "(whole)"
_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_NUMBER = re.compile(r"(-?)(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?", re.ASCII)
_LONGEST_EXPONENT = 18
_WORDS = {"true", "false", "null"}
_SPACE = " \t\r\n"


class Shape(StrEnum):
    """What a member's value is.  EMPTY: an object or list with nothing in it; TEXT: a query's."""

    STRING = "string"
    NUMBER = "number"
    WORD = "word"
    EMPTY = "empty"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One value.  `token` is as written; `value` what it says: decoded text, canonical number."""

    path: str
    token: str
    shape: Shape
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Members:
    """The values in their order, or the `problem` that kept them from being read."""

    items: tuple[Member, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()


def canonical_number(text: str) -> str | None:
    """The same text for all spellings of a JSON number, or None when it is none.

    An exponent of more than 18 digits is beyond arithmetic: such a number equals only itself.
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    sign, whole, fraction, power = found[1], found[2], found[3] or "", found[4] or "0"
    if len(power.lstrip("+-0")) > _LONGEST_EXPONENT:
        return text
    digits = (whole + fraction).lstrip("0")
    kept = digits.rstrip("0")
    if not kept:
        return "0"
    return f"{sign}{kept}e{int(power) - len(fraction) + len(digits) - len(kept)}"


def query_members(query: str) -> Members:
    """The parameters of a query, decoded; a plus sign stays one, as the sender writes spaces %20.

    A repeated name is counted: `sub1`, then `sub1#2`.
    """
    seen: dict[str, int] = {}
    items = []
    for pair in query.split("&") if query else ():
        name, _, raw = pair.partition("=")
        path = numbered(_step("", unquote(name)), seen)
        items.append(Member(path=path, token=raw, shape=Shape.TEXT, value=unquote(raw)))
    return Members(items=tuple(items))


def numbered(name: str, seen: dict[str, int]) -> str:
    """A name, with #2 and so on from its second time on; `seen` counts."""
    seen[name] = seen.get(name, 0) + 1
    return name if seen[name] == 1 else f"{name}#{seen[name]}"


def json_members(text: str) -> Members:
    """The values of a JSON text by their paths, such as `data.items[0].id`.  Never raises."""
    source = text.removeprefix("\ufeff")
    if len(source) > LIMIT_CHARS:
        return Members(
            problem=f"It has {len(source):,} characters: more than {LIMIT_CHARS:,} are not read "
            "by their members."
        )
    reader = _Reader()
    try:
        reader.run(source)
    except _Unreadable as error:
        return Members(problem=str(error))
    return Members(items=tuple(reader.items), notes=tuple(reader.notes))


class _Unreadable(Exception):
    pass


_NOT_JSON = "It is not JSON."


@dataclass(slots=True)
class _Level:
    """An open object (`is_object`) or list: where it stands, and what it has had so far."""

    is_object: bool
    path: str
    seen: dict[str, int]
    count: int = 0


class _Reader:
    """A state machine over tokens: `want` is what may come next."""

    def __init__(self) -> None:
        self.items: list[Member] = []
        self.notes: dict[str, None] = {}
        self._levels: list[_Level] = []
        self._want = "value"
        self._path = ""
        self._path_chars = 0

    def run(self, source: str) -> None:
        at = 0
        for count, (kind, start, end) in enumerate(tokens(source, limit_tokens=LIMIT_TOKENS + 1)):
            if count == LIMIT_TOKENS:
                raise _Unreadable(
                    f"It has more than {LIMIT_TOKENS:,} parts: it is not read by its members."
                )
            if source[at:start].strip(_SPACE):
                raise _Unreadable(_NOT_JSON)
            self._take(kind, source[start:end])
            at = end
        if source[at:].strip(_SPACE) or self._want != "end":
            raise _Unreadable(_NOT_JSON)

    def _take(self, kind: str, token: str) -> None:
        want = self._want
        if kind == "key" and "key" in want:
            self._key(token)
        elif kind in {"string", "number", "word"} and "value" in want:
            self._leaf(kind, token)
        elif token in {"{", "["} and "value" in want:
            self._open(is_object=token == "{")
        elif token == ":" and want == "colon":
            self._want = "value"
        elif token == "," and want == "comma or close":
            self._want = "key" if self._levels[-1].is_object else "value"
        elif (
            token in {"}", "]"} and "close" in want and self._levels[-1].is_object is (token == "}")
        ):
            self._close()
        else:
            raise _Unreadable(_NOT_JSON)

    def _key(self, token: str) -> None:
        level = self._levels[-1]
        step = _step(level.path, _text(token))
        self._path = numbered(step, level.seen)
        if self._path != step:
            self.notes[f"{step} stands more than once in its object."] = None
        level.count += 1
        self._want = "colon"

    def _leaf(self, kind: str, token: str) -> None:
        match kind:
            case "string":
                self._add(token, Shape.STRING, _text(token))
            case "number":
                number = canonical_number(token)
                if number is None:
                    raise _Unreadable(_NOT_JSON)
                self._add(token, Shape.NUMBER, number)
            case _:
                if token not in _WORDS:
                    raise _Unreadable(_NOT_JSON)
                self._add(token, Shape.WORD, token)

    def _add(self, token: str, shape: Shape, value: str) -> None:
        path = self._place()
        self._path_chars += len(path)
        if self._path_chars > LIMIT_PATH_CHARS:
            raise _Unreadable("Its names are too long and too deep to be read by its members.")
        self.items.append(Member(path=path or WHOLE, token=token, shape=shape, value=value))
        self._after()

    def _place(self) -> str:
        """The path of the value that comes now."""
        if not self._levels or self._levels[-1].is_object:
            return self._path
        level = self._levels[-1]
        level.count += 1
        return f"{level.path}[{level.count - 1}]"

    def _open(self, *, is_object: bool) -> None:
        if len(self._levels) >= MAX_DEPTH:
            raise _Unreadable(
                f"It is nested more than {MAX_DEPTH} levels deep: it is not read by its members."
            )
        self._levels.append(_Level(is_object=is_object, path=self._place(), seen={}))
        self._want = "key or close" if is_object else "value or close"

    def _close(self) -> None:
        level = self._levels.pop()
        if level.count:
            self._after()
            return
        self._path = level.path
        if self._levels and not self._levels[-1].is_object:
            self._levels[-1].count -= 1  # counted once when it opened
        self._add("{}" if level.is_object else "[]", Shape.EMPTY, "{}" if level.is_object else "[]")

    def _after(self) -> None:
        self._want = "comma or close" if self._levels else "end"


def _text(token: str) -> str:
    """What a string token says; a control character written bare is taken as it stands."""
    try:
        return str(json.loads(token, strict=False))
    except ValueError:
        raise _Unreadable(_NOT_JSON) from None


def _step(path: str, name: str) -> str:
    if _PLAIN_NAME.fullmatch(name):
        return f"{path}.{name}" if path else name
    return f"{path}[{json.dumps(name, ensure_ascii=False)}]"
