"""Reads a PowerShell script as far as it spells its values out: strings, tables, lists, calls.

Nothing is run.  Variables that the text itself sets are known; whatever else has a value only
while PowerShell runs stays as it is written and is said.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.powershell_values import (
    Bare,
    Call,
    Calls,
    Number,
    Unknown,
    Value,
    as_json,
    as_text,
)
from pingtree_desktop.formats.paste.reading import unbalanced

_MAX_DEPTH = 60
_BLANK = re.compile(r"(?:[ \t\r\xa0]|`\r?\n)+")
_BETWEEN = re.compile(r"[;\n{}]|(?:try|finally)\b|(?:catch)\b[^{]*", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"\$((?:\w+:)?\w+(?:\.\w+)*)[ \t]*=(?!=)")
_METHOD = re.compile(r"\$[\w.]+\(")
_STATIC = re.compile(r"\[([\w.\[\]]+)\](?:::(\w+)(?:\.(\w+))?)?")
_VARIABLE = re.compile(r"\$(?:\{([^}]+)\}|((?:\w+:)?\w+))")
_PROPERTY = re.compile(r"(?:\.\w+|\[[^\]]*\])+")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)
_BARE = re.compile(r"[^\s'\"`;|(){},$@\u2018-\u201e]+|[$@](?=[\s;|(){},]|$)")
_BARE_MORE = re.compile(r"[^\s'\"`;|(){},$\u2018-\u201e]+")
_KEY = re.compile(r"[\w-]+")
_SINGLES = "'\u2018\u2019\u201a\u201b"
_DOUBLES = '"\u201c\u201d\u201e'
_IN_SINGLE = re.compile(f"[^{_SINGLES}]+")
_IN_DOUBLE = re.compile(f"[^{_DOUBLES}`$]+")
_ESCAPES = {"0": "\0", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "n": "\n", "r": "\r",
            "t": "\t", "v": "\v"}  # fmt: skip
_WORDS = {"true": True, "false": False, "null": None}
_HERE = re.compile(r"@(['\"])[ \t]*\r?\n")


def powershell_calls(text: str) -> Calls:
    """The calls of a script.  Raises UnreadableInput for what is opened and never closed."""
    reader = _Reader(text)
    reader.run()
    return Calls(
        calls=tuple(reader.calls),
        files=reader.files,
        properties=reader.variables,
        skipped=tuple(reader.skipped),
    )


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.calls: list[Call] = []
        self.files: dict[str, bytes] = {}
        self.variables: dict[str, Value] = {}
        self.skipped: list[str] = []
        self._doubts: list[str] = []
        self._at = 0
        self._depth = 0
        self._temporary = 0

    def run(self) -> None:
        while True:
            self._skip(lines=True)
            if self._at >= len(self.text):
                return
            before = self._at
            self._statement()
            if self._at == before:  # a sign that begins nothing
                self._at += 1

    def _skip(self, *, lines: bool = False) -> None:
        while self._at < len(self.text):
            found = _BLANK.match(self.text, self._at)
            if found is None and lines:
                found = _BETWEEN.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
            elif self.text.startswith("#", self._at):
                end = self.text.find("\n", self._at)
                self._at = len(self.text) if end < 0 else end
            elif self.text.startswith("<#", self._at):
                end = self.text.find("#>", self._at)
                self._at = len(self.text) if end < 0 else end + 2
            else:
                return

    def _peek(self, *signs: str) -> bool:
        return self.text.startswith(signs, self._at)

    def _taken(self, sign: str) -> bool:
        if not self._peek(sign):
            return False
        self._at += len(sign)
        return True

    # ---- statements ------------------------------------------------------------------------------

    def _statement(self) -> None:
        found = _ASSIGNMENT.match(self.text, self._at)
        if found is not None:
            self._at = found.end()
            self.variables[found[1].lower()] = self._pipeline()
        elif (method := _METHOD.match(self.text, self._at)) is not None:
            start, self._at = self._at, method.end()
            self._items(")", start)
            self.skipped.append(self.text[start : self._at])
        else:
            self._pipeline()

    def _pipeline(self) -> Value:
        self._skip()
        value = self._expression() if self._begins_value() else self._command(None)
        self._skip()
        while self._peek("|"):
            self._at += 1
            self._skip(lines=True)
            value = self._command(value)
            self._skip()
        return value

    def _begins_value(self) -> bool:
        signs = (*_SINGLES, *_DOUBLES, "$", "@(", "@{", "@'", '@"', "(", "[")
        return self._peek(*signs) or _NUMBER.match(self.text, self._at) is not None

    def _command(self, stdin: Value) -> Value:
        self._taken("&")
        self._skip()
        start = self._at
        name = as_text(self._argument()) if self._at < len(self.text) else ""
        arguments: list[Value] = []
        self._skip()
        while self._at < len(self.text) and not self._peek("\n", ";", "|", ")", "}"):
            before = self._at
            arguments.append(self._argument())
            if self._at == before:
                self._at += 1
            self._skip()
        if name.lower() == "convertto-json":
            text = as_json(stdin)
            return Unknown(self.text[start : self._at]) if text is None else text
        doubts, self._doubts = tuple(self._doubts), []
        call = Call(name=name, arguments=tuple(arguments), stdin=stdin, doubts=doubts)
        self.calls.append(call)
        return Unknown(self.text[start : self._at].strip())

    # ---- arguments -------------------------------------------------------------------------------

    def _argument(self) -> Value:
        items = [self._one_argument()]
        while self._peek(","):
            self._at += 1
            self._skip(lines=True)
            items.append(self._one_argument())
        return items[0] if len(items) == 1 else items

    def _one_argument(self) -> Value:
        if self._peek("@(", "@{", "@'", '@"', "("):
            return self._primary()
        splat = re.compile(r"@(\w+)").match(self.text, self._at)
        if splat is not None and splat[1].lower() in self.variables:
            self._at = splat.end()
            return self.variables[splat[1].lower()]
        if self._peek("$"):
            value = self._variable()
            if not self._peek(*_DOUBLES) and _BARE_MORE.match(self.text, self._at) is None:
                return value
            return self._joined(as_text(value))
        if self._peek(*_SINGLES, *_DOUBLES):
            return self._joined(self._string())
        found = _BARE.match(self.text, self._at)
        if found is None and not self._peek("`"):
            return Bare("")
        self._at = found.end() if found else self._at
        return self._joined(Bare(found[0] if found else ""))

    def _joined(self, head: str) -> str:
        """A word with the quoted and unquoted parts that follow without a space."""
        parts = [head]
        while self._at < len(self.text):
            found = _BARE_MORE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                parts.append(found[0])
            elif self._peek(*_SINGLES, *_DOUBLES):
                parts.append(self._string())
            elif self._peek("$"):
                parts.append(as_text(self._variable()))
            elif self._peek("`") and not _BLANK.match(self.text, self._at):
                parts.append(self.text[self._at + 1 : self._at + 2])
                self._at += 2
            else:
                break
        text = "".join(parts)
        return Bare(text) if isinstance(head, Bare) else text

    # ---- expressions -----------------------------------------------------------------------------

    def _expression(self) -> Value:
        value = self._primary()
        self._skip()
        while self._peek("+", ","):
            is_sum = self._peek("+")
            self._at += 1
            self._skip(lines=True)
            right = self._primary()
            if is_sum:
                value = as_text(value) + as_text(right)
            else:
                value = [*(value if isinstance(value, list) else [value]), right]
            self._skip()
        return value

    def _primary(self) -> Value:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise UnreadableInput("The script is nested too deep.", "Paste one command.")
        try:
            return self._inner_primary()
        finally:
            self._depth -= 1

    def _inner_primary(self) -> Value:
        start = self._at
        if self._peek("@'", '@"'):
            return self._here_string()
        if self._taken("@{"):
            return self._table(start)
        if self._taken("@("):
            return self._items(")", start)
        if self._taken("("):
            value = self._pipeline()
            self._skip(lines=True)
            if not self._taken(")"):
                raise unbalanced(self.text, start, "The bracket (")
            return value
        if self._peek(*_SINGLES, *_DOUBLES):
            return self._string()
        if self._peek("$"):
            return self._variable()
        if (found := _STATIC.match(self.text, self._at)) is not None:
            self._at = found.end()
            return self._static(found, start)
        if (found := _NUMBER.match(self.text, self._at)) is not None:
            self._at = found.end()
            return Number(found[0])
        return self._one_argument()

    def _items(self, end: str, start: int) -> list[Value]:
        """The values up to a closing bracket, between commas or on lines of their own."""
        found: list[Value] = []
        while True:
            self._skip(lines=True)
            if self._taken(end):
                return found
            if self._at >= len(self.text):
                raise unbalanced(self.text, start, f"The bracket {self.text[start]}")
            if self._taken(","):
                continue
            before = self._at
            value = self._primary()
            found.extend(value if isinstance(value, list) else [value])
            if self._at == before:
                self._at += 1

    def _table(self, start: int) -> dict[str, Value]:
        made: dict[str, Value] = {}
        while True:
            while self._at < len(self.text) and (self._peek("\n", ";")):
                self._at += 1
                self._skip()
            self._skip()
            if self._peek("\n", ";"):
                continue
            if self._taken("}"):
                return made
            key = self._key()
            self._skip()
            if key is None or not self._taken("="):
                raise unbalanced(self.text, start, "The table @{")
            self._skip(lines=False)
            made[key] = self._pipeline() if not self._peek("}") else None

    def _key(self) -> str | None:
        if self._peek(*_SINGLES, *_DOUBLES):
            return self._string()
        found = _KEY.match(self.text, self._at)
        if found is None:
            return None
        self._at = found.end()
        return found[0]

    def _static(self, found: re.Match[str], start: int) -> Value:
        kind, member = found[1].lower().removeprefix("system."), (found[2] or "").lower()
        if not member:  # a cast
            self._skip()
            return self._primary()
        if not self._taken("("):
            return Unknown(found[0])
        values = self._items(")", start)
        unknown = Unknown(self.text[start : self._at])
        makers: dict[tuple[str, str], Callable[[list[Value]], Value]] = {
            ("convert", "frombase64string"): _from_base64,
            ("io.path", "gettempfilename"): self._temporary_name,
            ("io.file", "writeallbytes"): self._write,
        }
        if kind == "text.encoding" and (found[3] or "").lower() == "getbytes":
            known = [v for v in values if isinstance(v, str)]
            return known[0].encode("utf-8", "surrogatepass") if known else unknown
        maker = makers.get((kind, member))
        made = maker(values) if maker else None
        return unknown if made is None else made

    def _temporary_name(self, _values: list[Value]) -> Value:
        self._temporary += 1
        return f"(temporary file {self._temporary})"

    def _write(self, values: list[Value]) -> Value:
        match values:
            case [str(name), bytes(data)]:
                self.files[name] = data
        return None

    # ---- strings and variables -------------------------------------------------------------------

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
            return self.variables[name]
        self._at = rest.end() if rest else self._at
        return self._doubted(self.text[start : self._at])

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
        if self._peek(*_SINGLES):
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
            elif self.text[self._at + 1 : self._at + 2] in set(_DOUBLES):
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
            known = self.variables.get(name, _WORDS.get(name, Unknown(found[0])))
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
            elif self.text[self._at + 1 : self._at + 2] in set(_SINGLES):
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
        inner = _Reader(inside)
        inner.variables = self.variables
        text = inner.interpolated()
        self._doubts.extend(inner._doubts)
        return text

    def interpolated(self) -> str:
        """The whole text as the inside of a double-quoted here-string."""
        parts: list[str] = []
        plain = re.compile(r"[^`$]+")
        while self._at < len(self.text):
            found = plain.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                parts.append(found[0])
            else:
                parts.append(self._in_text())
        return "".join(parts)


def _from_base64(values: list[Value]) -> Value:
    try:
        return base64.b64decode(as_text(values), validate=True)
    except (binascii.Error, ValueError):
        return None
