"""JSON as the server wrote it: re-indented token by token, never parsed and written again.

Numbers keep their digits, keys their order and duplicates, escapes their spelling.  Linear and
without recursion, so a hundred thousand brackets are a remark and not a crash.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_DEPTH = 400
_LONG_INTEGER_DIGITS = 19
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![0-9A-Za-z.]))"
    r"|(?P<word>true\b|false\b|null\b)"
    r"|(?P<strange>-?Infinity\b|NaN\b)"
    r"|(?P<open>[\[{])|(?P<close>[\]}])|(?P<comma>,)|(?P<colon>:)"
)
_SPACE = re.compile(r"[ \t\r\n]*")
_SURROGATE = re.compile(r"\\u[dD]([89abAB])[0-9a-fA-F]{2}|\\u[dD]([c-fC-F])[0-9a-fA-F]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pretty:
    """A re-indented text, or the text as it came where that is not possible, with remarks."""

    text: str
    problems: tuple[str, ...] = ()


def pretty(text: str, *, limit_chars: int = 2_000_000) -> Pretty:
    """Re-indent a JSON text by its own tokens.  Never raises.

    Over `limit_chars` characters, nested deeper than 400, or not JSON: the text as it came, and
    the reason first among the problems.
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
            self.out.append(",\n" + "  " * len(self._stack))
            self._want = "key" if self._stack[-1][0] == "{" else "value"
        elif "close" in self._want and kind == "close" and self._closes(token):
            self._close(token)
        else:
            raise _not_json(source, found.start(), f"{token[:20]} where {self._want} belongs")

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
        if token in keys:
            self._remark(f"The key {token[:60]} stands twice in one object.")
        keys.add(token)
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
            self.out.append("\n" + "  " * len(self._stack))
        self._want = "key or close" if token == "{" else "value or close"

    def _closes(self, token: str) -> bool:
        return bool(self._stack) and self._stack[-1][0] + token in {"{}", "[]"}

    def _close(self, token: str) -> None:
        is_empty = self.out[-1] in {"{", "["} and self._want != "comma or close"
        self._stack.pop()
        self.out.append(token if is_empty else "\n" + "  " * len(self._stack) + token)
        self._after_value()

    def _after_value(self) -> None:
        self._want = "comma or close" if self._stack else "end"

    def _check_number(self, token: str) -> None:
        digits = token.lstrip("-")
        if digits.isdigit():
            if len(digits) > _LONG_INTEGER_DIGITS:
                self._remark(f"An integer of {len(digits):,} digits: most programs round it.")
        elif len(token) > 400 or float(token) in {float("inf"), float("-inf")}:
            self._remark(f"The number {token[:40]} is beyond what most programs can hold.")

    def _check_string(self, token: str) -> None:
        if "\\u" in token and _has_lone_surrogate(token):
            self._remark("A string holds half of a character pair (a lone surrogate).")

    def _remark(self, text: str) -> None:
        if len(self._remarks) < 20:
            self._remarks[text] = None


def _has_lone_surrogate(token: str) -> bool:
    waiting = -1
    for found in _SURROGATE.finditer(token):
        is_high = found[1] is not None
        if waiting >= 0:
            if is_high or found.start() != waiting:
                return True
            waiting = -1
        elif is_high:
            waiting = found.end()
        else:
            return True
    return waiting >= 0


def _end_of_space(source: str, at: int) -> int:
    found = _SPACE.match(source, at)
    return found.end() if found else at


def _strange(source: str, at: int) -> str:
    head = source[at : at + 12].split("\n", maxsplit=1)[0]
    return f"{head!r}" if head.strip() else "a character that does not belong"
