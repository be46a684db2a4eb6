"""How PowerShell reads a generated script: its strings, and its two ways to pass arguments.

A reimplementation for tests of the few statements that such a script consists of; any other is
an error.  `legacy` is Windows PowerShell 5.1 (and 7 up to 7.2), which puts quotes around an
argument with white space and escapes nothing; `standard` is 7.3 and later, which escapes by the C
runtime's rules.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from pathlib import Path

from tests.formats.code.windows import split_arguments

COMMAND_LIMIT = 32_767
_TOKEN = re.compile(
    r"(?P<comment>#[^\n]*)|(?P<space>[ ]+)|(?P<end>\n)"
    r"|'(?P<text>(?:[^']|'')*)'|\"@\$(?P<at>\w+)\"|\$(?P<variable>\w+)"
    r"|(?P<call>\[[\w.]+\](?:::\w+)(?:\.\w+)?)|(?P<splat>@\w+)|(?P<word>[A-Za-z][\w.-]*|-\w+)"
    r"|(?P<sign>@\(|[(){},=]|::|\.\w+)"
)
_CURLY_QUOTES = "\u2018\u2019\u201a\u201b\u201c\u201d\u201e"


def legacy(arguments: list[str]) -> str:
    return " ".join(f'"{a}"' if re.search(r"\s", a) else a for a in arguments)


def standard(arguments: list[str]) -> str:
    def quoted(text: str) -> str:
        if text and not re.search(r'[\s"]', text):
            return text
        escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
        return '"' + re.sub(r"(\\+)$", r"\1\1", escaped) + '"'

    return " ".join(quoted(argument) for argument in arguments)


@dataclass(slots=True)
class PowerShell:
    """Runs a script; `calls` gathers the arguments of every curl.exe."""

    folder: Path
    variables: dict[str, object] = field(default_factory=dict)
    calls: list[list[str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    _tokens: list[tuple[str, str]] = field(default_factory=list)

    def run(self, script: str) -> None:
        assert script.isascii(), "5.1 would read it in the system's code page"
        assert not set(script) & set(_CURLY_QUOTES)
        at = 0
        while at < len(script):
            found = _TOKEN.match(script, at)
            assert found is not None, f"not understood: {script[at:][:60]!r}"
            kind = found.lastgroup or ""
            if kind not in {"comment", "space"}:
                self._tokens.append((kind, found[kind]))
            at = found.end()
        while self._tokens:
            self._statement()

    def _take(self, kind: str, text: str | None = None) -> str:
        got, value = self._tokens.pop(0)
        assert got == kind, (got, value, kind)
        assert text is None or value == text, (value, text)
        return value

    def _statement(self) -> None:
        kind, value = self._tokens.pop(0)
        match kind, value:
            case ("end", _) | ("word", "try" | "finally") | ("sign", "{" | "}"):
                pass
            case "variable", name:
                self._take("sign", "=")
                self.variables[name] = self._expression()
            case "call", "[IO.File]::WriteAllBytes":
                path, data = self._list()
                assert isinstance(data, bytes)
                Path(str(path)).write_bytes(data)
            case "word", "curl.exe":
                self._call(self._take("splat"))
            case "word", "Remove-Item":
                self._take("word", "-LiteralPath")
                while self._tokens[0][0] != "end":
                    token, name = self._tokens.pop(0)
                    if token == "variable":
                        self.deleted.append(str(self.variables[name]))
            case _:
                raise AssertionError((kind, value))

    def _list(self) -> list[object]:
        self._take("sign", "(")
        found = []
        while self._tokens[0] != ("sign", ")"):
            found.append(self._expression())
            if self._tokens[0] == ("sign", ","):
                self._take("sign")
        self._take("sign", ")")
        return found

    def _expression(self) -> object:
        kind, value = self._tokens.pop(0)
        match kind, value:
            case "text", text:
                return text.replace("''", "'")
            case "at", name:
                return f"@{self.variables[name]}"
            case "variable", name:
                return self.variables[name]
            case "call", "[Text.Encoding]::ASCII.GetBytes":
                (text,) = self._list()
                return str(text).encode("ascii")
            case "call", "[Convert]::FromBase64String":
                (text,) = self._list()
                return base64.b64decode(str(text), validate=True)
            case "call", "[IO.Path]::GetTempFileName":
                assert self._list() == []
                path = self.folder / f"tmp{len(self.variables)}.tmp"
                path.write_bytes(b"")
                return str(path)
            case "sign", "@(":
                return self._array()
        raise AssertionError((kind, value))

    def _array(self) -> list[object]:
        found: list[object] = []
        while self._tokens[0] != ("sign", ")"):
            if self._tokens[0][0] == "end" or self._tokens[0] == ("sign", ","):
                self._tokens.pop(0)
            else:
                found.append(self._expression())
        self._take("sign", ")")
        return found

    def _call(self, splat: str) -> None:
        options = self.variables[splat.removeprefix("@")]
        assert isinstance(options, list)
        arguments = [str(option) for option in options]
        for line in (legacy(arguments), standard(arguments)):
            assert len(line) <= COMMAND_LIMIT
            assert split_arguments(line) == arguments
            assert split_arguments(line, doubled_quotes=False) == arguments
        self.calls.append(arguments)
