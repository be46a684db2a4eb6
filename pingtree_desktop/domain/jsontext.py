"""JSON as the server wrote it: re-indented token by token, never parsed and written again.

Numbers keep their digits, keys their order and duplicates, escapes their spelling.  Linear and
without recursion, so a hundred thousand brackets are a remark and not a crash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_DEPTH = 400
_MAX_INDENT = 40  # deeper levels are not indented further: spaces would outgrow the text
_LONG_INTEGER_DIGITS = 19
_MAX_REMARKS = 20
# Possessive quantifiers (*+): a hostile text must not make the matcher go back.
# Possessive after a class only: before Python 3.11.5 a possessive group that fails half way in an
# optional part goes on from there.
_STRING = r'"[^"\\\x00-\x1f]*+(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*+)*"'
_NUMBER = r"-?(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?(?:[eE][+-]?[0-9]++)?(?![0-9A-Za-z.])"
_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<number>{_NUMBER})"
    r"|(?P<word>true\b|false\b|null\b)"
    r"|(?P<strange>-?Infinity\b|NaN\b)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)"
)
_SPACE = re.compile(r"[ \t\r\n]*")
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|.)")
_COLOURED = re.compile(
    r'(?P<key>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"(?=[ \t\r\n]*:))'
    r'|(?P<string>"[^"\\\n]*+(?:\\.[^"\\\n]*+)*"?)'
    r"|(?P<number>-?[0-9][0-9.eE+-]*+)|(?P<word>[A-Za-z]++)|(?P<punct>[\[\]{},:])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretty:
    """A re-indented text, or the text as it came where that is not possible, with remarks."""

    text: str
    problems: tuple[str, ...] = ()


def pretty(text: str, *, limit_chars: int = 2_000_000) -> Pretty:
    """Re-indent a JSON text by its own tokens.  Never raises.

    Over `limit_chars` characters, nested deeper than 400, or not JSON: the text as it came, with
    the reason among the problems.
    """
    problems: list[str] = []
    source = text
    if source.startswith("\ufeff"):
        problems.append("It starts with a byte order mark.")
        source = source[1:]
    if len(source) > limit_chars:
        problems.append(f"Too long to re-indent ({len(source):,} characters): shown as it came.")
        return Pretty(text=text, problems=tuple(problems))
    writer = _Writer()
    try:
        writer.run(source)
    except _NotJson as error:
        return Pretty(text=text, problems=(*problems, str(error)))
    return Pretty(text="".join(writer.out), problems=(*problems, *writer.problems()))


def tokens(text: str, *, limit_tokens: int = 100_000) -> Iterator[tuple[str, int, int]]:
    """Where the tokens of a text stand: (kind, start, end), for colouring.  Never raises.

    Kinds: key, string, number, word, punct.  The text need not be JSON: what is no token is
    passed over, an unfinished string ends with its line.  Stops after `limit_tokens`.
    """
    for count, found in enumerate(_COLOURED.finditer(text)):
        if count >= limit_tokens:
            return
        yield found.lastgroup or "", found.start(), found.end()


class _NotJson(Exception):
    pass


def _not_json(source: str, at: int, what: str) -> _NotJson:
    line = source.count("\n", 0, at) + 1
    column = at - (source.rfind("\n", 0, at) + 1) + 1
    return _NotJson(f"Not JSON: {what} at line {line}, column {column}.")


class _Writer:
    """A state machine over tokens: `want` is what may come next."""

    def __init__(self) -> None:
        self.out: list[str] = []
        self._stack: list[tuple[str, set[str]]] = []
        self._want = "value"
        self._remarks: dict[str, None] = {}

    def problems(self) -> tuple[str, ...]:
        return tuple(self._remarks)

    def run(self, source: str) -> None:
        at = _end_of_space(source, 0)
        if at == len(source):
            raise _not_json(source, at, "nothing but white space")
        while at < len(source):
            if self._want == "end":
                raise _not_json(source, at, "more text after the end")
            found = _TOKEN.match(source, at)
            if found is None:
                raise _not_json(source, at, _strange(source, at))
            self._take(source, found)
            at = _end_of_space(source, found.end())
        if self._want != "end":
            raise _not_json(source, at, "it ends too early")

    def _take(self, source: str, found: re.Match[str]) -> None:
        kind, token = found.lastgroup or "", found[0]
        if self._want in {"value", "value or close"} and kind in {
            "string", "number", "word", "strange",
        }:  # fmt: skip
            self._value(kind, token)
        elif self._want in {"value", "value or close"} and kind == "open":
            self._open(source, found.start(), token)
        elif self._want in {"key", "key or close"} and kind == "string":
            self._key(token)
        elif self._want == "colon" and kind == "colon":
            self.out.append(": ")
            self._want = "value"
        elif self._want == "comma or close" and kind == "comma":
            self.out.append("," + self._new_line())
            self._want = "key" if self._stack[-1][0] == "{" else "value"
        elif "close" in self._want and kind == "close" and self._closes(token):
            self._close(token)
        else:
            raise _not_json(source, found.start(), f"{token[:20]} where {self._want} belongs")

    def _new_line(self) -> str:
        return "\n" + "  " * min(len(self._stack), _MAX_INDENT)

    def _value(self, kind: str, token: str) -> None:
        self.out.append(token)
        if kind == "strange":
            self._remark(f"{token} is no JSON number.")
        elif kind == "number":
            self._check_number(token)
        elif kind == "string":
            self._check_string(token)
        self._after_value()

    def _key(self, token: str) -> None:
        keys = self._stack[-1][1]
        # "a" and "\u0061" are one key in two spellings.
        name = json.loads(token) if "\\" in token else token[1:-1]
        if name in keys:
            self._remark(f"The key {token[:60]} stands twice in one object.")
        keys.add(name)
        self._check_string(token)
        self.out.append(token)
        self._want = "colon"

    def _open(self, source: str, at: int, token: str) -> None:
        if len(self._stack) >= MAX_DEPTH:
            raise _NotJson(f"Nested too deep to re-indent (more than {MAX_DEPTH} levels).")
        self._stack.append((token, set()))
        self.out.append(token)
        rest = _end_of_space(source, at + 1)
        if source[rest : rest + 1] not in {"]", "}"}:
            self.out.append(self._new_line())
        self._want = "key or close" if token == "{" else "value or close"

    def _closes(self, token: str) -> bool:
        return bool(self._stack) and self._stack[-1][0] + token in {"{}", "[]"}

    def _close(self, token: str) -> None:
        is_empty = self._want != "comma or close"
        self._stack.pop()
        self.out.append(token if is_empty else self._new_line() + token)
        self._after_value()

    def _after_value(self) -> None:
        self._want = "comma or close" if self._stack else "end"

    def _check_number(self, token: str) -> None:
        digits = token.lstrip("-")
        if digits.isdigit():
            if len(digits) > _LONG_INTEGER_DIGITS:
                self._remark(f"An integer of {len(digits):,} digits: most programs round it.")
            return
        nearest = abs(float(token))
        mantissa = re.split("[eE]", digits, maxsplit=1)[0]
        if nearest == float("inf"):
            self._remark(f"The number {token[:40]} is beyond what most programs can hold.")
        elif nearest == 0 and mantissa.strip("0."):
            self._remark(f"The number {token[:40]} is so small that most programs read zero.")

    def _check_string(self, token: str) -> None:
        if "\\u" in token and _has_lone_surrogate(token):
            self._remark("A string holds half of a character pair (a lone surrogate).")

    def _remark(self, text: str) -> None:
        if len(self._remarks) < _MAX_REMARKS:
            self._remarks[text] = None


def _has_lone_surrogate(token: str) -> bool:
    waiting = -1  # where the second half of a pair must start
    for found in _ESCAPE.finditer(token):
        code = int(found[1] or "0", 16)
        if waiting >= 0:
            if found.start() != waiting or not 0xDC00 <= code < 0xE000:
                return True
            waiting = -1
        elif 0xD800 <= code < 0xDC00:
            waiting = found.end()
        elif 0xDC00 <= code < 0xE000:
            return True
    return waiting >= 0


def _end_of_space(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    assert found is not None  # it matches the empty text too
    return found.end()


def _strange(source: str, at: int) -> str:
    head = source[at : at + 12].split("\n", maxsplit=1)[0]
    return f"{head!r}" if head.strip() else "a character that does not belong"
