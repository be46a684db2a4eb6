"""The strings and variables of PowerShell: quotes of both kinds, here-strings, subexpressions."""

from __future__ import annotations

import re

from pingtree_desktop.formats.paste.powershell_values import Unknown, Value, as_text, size_of
from pingtree_desktop.formats.paste.reading import check_growth, unbalanced

SINGLES = "'\u2018\u2019\u201a\u201b"
DOUBLES = '"\u201c\u201d\u201e'
"""PowerShell takes typographic quotes for plain ones."""

_VARIABLE = re.compile(r"\$(?:\{([^{}]+)\}|((?:\w+:)?\w+))")
_PROPERTY = re.compile(r"(?:\.\w+|\[[^\[\]]*\])+")
_IN_SINGLE = re.compile(f"[^{SINGLES}]+")
_IN_DOUBLE = re.compile(f"[^{DOUBLES}`$]+")
_IN_HERE = re.compile(r"[^`$]+")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r",
            "t": "\t", "v": "\v"}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}
_HERE = re.compile(r"@(['\"])[ \t]*\r?\n")


class Texts:
    """A place in a text, and what can be read from there: a string, a variable."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.variables: dict[str, Value] = {}
        self._doubts: list[str] = []
        self._grown = 0  # characters that stand for variables
        self._at = 0

    def _peek(self, *signs: str) -> bool:
        return self.text.startswith(signs, self._at)

    def _taken(self, sign: str) -> bool:
        if not self._peek(sign):
            return False
        self._at += len(sign)
        return True

    def _variable(self) -> Value:
        start = self._at
        if self._peek("$("):
            return self._doubted(self._subexpression())
        found = _VARIABLE.match(self.text, self._at)
        if found is None:
            self._at += 1
            return "$"
        self._at = found.end()
        name = (found[1] or found[2]).lower()
        rest = _PROPERTY.match(self.text, self._at)
        if name in _WORDS:
            return _WORDS[name]
        if rest is None and name in self.variables:
            return self._known(name)
        self._at = rest.end() if rest else self._at
        return self._doubted(self.text[start : self._at])

    def _known(self, name: str) -> Value:
        value = self.variables[name]
        self._grown = check_growth(self._grown + size_of(value))
        return value

    def _doubted(self, piece: str) -> Unknown:
        self._doubts.append(piece[:60])
        return Unknown(piece)

    def _subexpression(self) -> str:
        start, depth = self._at, 0
        for found in re.compile(r"[()]").finditer(self.text, start):
            depth += 1 if found[0] == "(" else -1
            if not depth:
                self._at = found.end()
                return self.text[start : self._at]
        raise unbalanced(self.text, start, "The bracket $(")

    def _string(self) -> str:
        if self._peek(*SINGLES):
            return self._single()
        start = self._at
        self._at += 1
        parts: list[str] = []
        while self._at < len(self.text):
            found = _IN_DOUBLE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                parts.append(found[0])
            elif self._peek("`", "$"):
                parts.append(self._in_text())
            elif self.text[self._at + 1 : self._at + 2] in set(DOUBLES):
                parts.append('"')
                self._at += 2
            else:
                self._at += 1
                return "".join(parts)
        raise unbalanced(self.text, start, "The double quote")

    def _in_text(self) -> str:
        """A backtick or a dollar inside a text."""
        if self._peek("$("):
            return as_text(self._variable())
        if self._peek("$"):
            found = _VARIABLE.match(self.text, self._at)
            if found is None:
                self._at += 1
                return "$"
            self._at = found.end()
            name = (found[1] or found[2]).lower()
            if name in _WORDS:
                return as_text(_WORDS[name])
            known = self._known(name) if name in self.variables else Unknown(found[0])
            return as_text(self._doubted(found[0]) if isinstance(known, Unknown) else known)
        following = self.text[self._at + 1 : self._at + 2]
        self._at += 2
        return _ESCAPES.get(following, following)

    def _single(self) -> str:
        start = self._at
        self._at += 1
        parts: list[str] = []
        while self._at < len(self.text):
            found = _IN_SINGLE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                parts.append(found[0])
            elif self.text[self._at + 1 : self._at + 2] in set(SINGLES):
                parts.append("'")
                self._at += 2
            else:
                self._at += 1
                return "".join(parts)
        raise unbalanced(self.text, start, "The single quote")

    def _here_string(self) -> Value:
        found = _HERE.match(self.text, self._at)
        start = self._at
        if found is None:
            self._at += 1
            return self._string()
        mark = f"\n{found[1]}@"
        end = self.text.find(mark, found.end() - 1)
        if end < 0:
            raise unbalanced(self.text, start, "The text @" + found[1])
        inside = self.text[found.end() : end].removesuffix("\r")
        self._at = end + len(mark)
        if found[1] == "'":
            return inside
        inner = Texts(inside)
        inner.variables = self.variables
        inner._grown = self._grown
        text = inner.interpolated()
        self._grown = inner._grown
        self._doubts.extend(inner._doubts)
        return text

    def interpolated(self) -> str:
        """The whole text as the inside of a double-quoted here-string."""
        parts: list[str] = []
        while self._at < len(self.text):
            found = _IN_HERE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                parts.append(found[0])
            else:
                parts.append(self._in_text())
        return "".join(parts)
