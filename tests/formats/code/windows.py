r"""How Windows reads a command, by its documented rules: cmd's parser and the C runtime's.

A reimplementation for tests, independent of the code it checks.  cmd: percent signs first
(differently in a file and at the prompt), then carets, quotes and redirections.  The C runtime:
2n backslashes before a quote are n backslashes and the quote's own meaning, 2n+1 are n and a
quote.  Only the commands that a generated script uses are known; any other is an error.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LINE_LIMIT = 8_191


def split_arguments(line: str, *, doubled_quotes: bool = True) -> list[str]:
    """Split by the C runtime's rules; `doubled_quotes` is its undocumented rule since 2008."""
    found: list[str] = []
    at = 0
    while at < len(line):
        if line[at] in " \t":
            at += 1
            continue
        word, is_quoted = "", False
        while at < len(line) and (is_quoted or line[at] not in " \t"):
            run = re.compile(r'(\\*)("?)').match(line, at)
            assert run is not None
            slashes, quote = len(run[1]), run[2]
            at = run.end()
            if not quote:
                word += "\\" * slashes
                if slashes == 0:
                    word += line[at]
                    at += 1
                continue
            word += "\\" * (slashes // 2)
            if slashes % 2:
                word += '"'
            elif is_quoted and doubled_quotes and line[at : at + 1] == '"':
                word += '"'
                at += 1
            else:
                is_quoted = not is_quoted
        found.append(word)
    return found


@dataclass(slots=True)
class Cmd:
    """Runs a script; `calls` gathers the arguments of every curl.exe."""

    is_file: bool
    variables: dict[str, str] = field(default_factory=dict)
    calls: list[list[str]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)

    def run(self, script: str) -> None:
        assert "\r" not in script
        lines = iter(script.split("\n"))
        for line in lines:
            command = self._percent(line)
            if command.lstrip().startswith("rem"):
                continue
            text, target, is_appended = self._parse(command, lines)
            if text.strip():
                self._execute(text, target, is_appended)

    def _percent(self, line: str) -> str:
        assert len(line) <= LINE_LIMIT
        out, at = "", 0
        while at < len(line):
            if line[at] != "%":
                out += line[at]
                at += 1
                continue
            if self.is_file and line[at + 1 : at + 2] == "%":
                out += "%"
                at += 2
                continue
            if self.is_file and re.match(r"[0-9*]", line[at + 1 : at + 2]):
                at += 2  # an argument of the file, and it has none
                continue
            found = re.compile(r"%([^%:]+)(?::~(\d+),(\d+))?%").match(line, at)
            value = self.variables.get(found[1].upper()) if found else None
            if found and value is not None:
                start = int(found[2] or 0)
                out += value[start : start + int(found[3])] if found[3] else value
                at = found.end()
            elif self.is_file:
                at = found.end() if found else at + 1
            else:
                out += "%"
                at += 1
        assert len(out) <= LINE_LIMIT
        return out

    def _parse(self, line: str, lines: Iterator[str]) -> tuple[str, str | None, bool]:
        out, at, is_quoted = "", 0, False
        target, is_appended = None, False
        while at < len(line):
            char = line[at]
            if char == '"':
                is_quoted = not is_quoted
            elif char == "^" and not is_quoted:
                if at + 1 == len(line):
                    line += self._percent(next(lines))
                    assert len(line) <= LINE_LIMIT
                out += line[at + 1]
                at += 2
                continue
            elif char in "&|<()" and not is_quoted:
                raise AssertionError(f"cmd would split the command at {line[at:][:40]!r}")
            elif char == ">" and not is_quoted:
                found = re.compile(r'(>>?) *("[^"]*"|\S+)').match(line, at)
                assert found is not None
                target, is_appended = found[2].strip('"'), found[1] == ">>"
                at = found.end()
                continue
            out += char
            at += 1
        assert not is_quoted, "a quote is left open"
        return out, target, is_appended

    def _execute(self, text: str, target: str | None, is_appended: bool) -> None:
        name, _, rest = text.strip().partition(" ")
        match name:
            case "@echo":
                assert rest in {"off", "on"}
            case "set":
                found = re.fullmatch(r'"(\w+)=(.*)"', rest)
                assert found is not None
                self.variables[found[1].upper()] = found[2]
            case "echo":
                assert target is not None
                with Path(target).open("a" if is_appended else "w") as file:
                    file.write(rest + "\r\n")
            case "certutil":
                force, decode, source, made = split_arguments(rest)
                assert (force, decode, target) == ("-f", "-decode", "nul")
                Path(made).write_bytes(base64.b64decode(Path(source).read_text("ascii")))
            case "del":
                assert self.calls, "files are deleted before they are used"
                self.deleted.extend(split_arguments(rest))
            case "curl.exe":
                arguments = split_arguments(rest)
                assert arguments == split_arguments(rest, doubled_quotes=False)
                self.calls.append(arguments)
            case _:
                raise AssertionError(f"an unknown command: {text[:80]!r}")
