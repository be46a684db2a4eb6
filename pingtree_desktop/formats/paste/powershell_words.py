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
from pingtree_desktop.formats.paste.powershell_texts import DOUBLES, SINGLES, Texts
from pingtree_desktop.formats.paste.powershell_values import (
    Bare,
    Call,
    Calls,
    Number,
    Unknown,
    Value,
    as_json,
    as_text,
    size_of,
)
from pingtree_desktop.formats.paste.reading import check_growth, unbalanced

_MAX_DEPTH = 60
_BLANK = re.compile(r"(?:[ \t\r\xa0]|`\r?\n)+")
_BETWEEN = re.compile(r"[;\n{}]|(?:try|finally)\b|(?:catch)\b[^{]*", re.IGNORECASE)
_ASSIGNMENT = re.compile(r"\$((?:\w+:)?\w+(?:\.\w+)*)[ \t]*=(?!=)")
_METHOD = re.compile(r"\$[\w.]+\(")
_STATIC = re.compile(r"\[([\w.\[\]]+)\](?:::(\w+)(?:\.(\w+))?)?")
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])", re.ASCII)
_BARE = re.compile(r"(?:[^\s'\"`;|(){},$@\u2018-\u201e]|@(?![({'\"]))+")
_SPLAT = re.compile(r"@(\w+)(?=[\s;|)},]|$)")
_PIPE = re.compile(r"\s*\|")
_BARE_MORE = re.compile(r"[^\s'\"`;|(){},$\u2018-\u201e]+")
_KEY = re.compile(r"[\w-]+")


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


class _Reader(Texts):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.calls: list[Call] = []
        self.files: dict[str, bytes] = {}
        self.skipped: list[str] = []
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
        while (found := _PIPE.match(self.text, self._at)) is not None:
            self._at = found.end()
            self._skip(lines=True)
            value = self._command(value)
        self._skip()
        return value

    def _begins_value(self) -> bool:
        signs = (*SINGLES, *DOUBLES, "$", "@(", "@{", "@'", '@"', "(", "[")
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
            if text is None:
                return Unknown(self.text[start : self._at])
            # Written as JSON again and again, each quote doubles its backslashes.
            self._grown = check_growth(self._grown + len(text) - size_of(stdin))
            return text
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
        splat = _SPLAT.match(self.text, self._at)
        if splat is not None:
            self._at = splat.end()
            name = splat[1].lower()
            return self._known(name) if name in self.variables else self._doubted(splat[0])
        if self._peek("$"):
            value = self._variable()
            if not self._peek(*DOUBLES) and _BARE_MORE.match(self.text, self._at) is None:
                return value
            return self._joined(as_text(value))
        if self._peek(*SINGLES, *DOUBLES):
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
            elif self._peek(*SINGLES, *DOUBLES):
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
            sign = self.text[self._at]
            parts = [value]
            while self._taken(sign):
                self._skip(lines=True)
                parts.append(self._primary())
                self._skip()
            if sign == "+":
                value = "".join(as_text(one) for one in parts)
            else:
                value = [*(value if isinstance(value, list) else [value]), *parts[1:]]
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
        if self._peek(*SINGLES, *DOUBLES):
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
        if self._peek(*SINGLES, *DOUBLES):
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


def _from_base64(values: list[Value]) -> Value:
    try:
        return base64.b64decode(as_text(values), validate=True)
    except (binascii.Error, ValueError):
        return None
