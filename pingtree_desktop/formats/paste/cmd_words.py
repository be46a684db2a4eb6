r"""The words of commands of Windows' cmd, in one pass over each line.

First percent signs, then carets, quotes and redirections, then the C runtime's splitting with its
backslashes.  Nothing is run; `set`, `echo` into a file and `certutil -decode` are followed, so
that a body which the text itself spells out is known.
"""

from __future__ import annotations

import base64
import binascii
import re

from pingtree_desktop.formats.paste.reading import check_growth
from pingtree_desktop.formats.paste.words import Command, Script, Word, encoded

_REFERENCE = re.compile(r"%([^%:\n]+)(?::~(\d+)(?:,(\d+))?)?%")
_PLAIN = re.compile(r'[^"^&|<>]+')
_TARGET = re.compile(r'>?[ \t]*("[^"]*"?|[^\s&|<>]+)?')
_SET = re.compile(r'set\s+"?([^="]+)=([^"]*)"?\s*', re.IGNORECASE)
_ECHO = re.compile(r"@?echo[ .](.*)", re.IGNORECASE | re.DOTALL)
_DECODE = re.compile(r"certutil\b.*?\s[-/]decode\s+(.*)", re.IGNORECASE | re.DOTALL)
_SILENT = re.compile(r"@?(?:rem\b|echo\b|del\b|certutil\b|set\b|::).*", re.IGNORECASE | re.DOTALL)
_SLASHES = re.compile(r'(\\*)("?)')
_LETTERS = re.compile(r'[^"\\ \t\n]+')
_QUOTED_LETTERS = re.compile(r'[^"\\]+')
_HEX_PAIR = re.compile(r"[0-9A-Fa-f]{2}")
_NAME = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NAMED = re.compile(r"(?=(%[A-Za-z_]\w*(?::~\d+(?:,\d+)?)?%))", re.ASCII)


def cmd_script(text: str) -> Script:
    """The commands of a text.  Raises UnreadableInput when its variables make it too long.

    cmd has no quote that must be closed.
    """
    reader = _Reader(text.replace("\r\n", "\n"))
    reader.run()
    return Script(commands=tuple(reader.commands), files=reader.files)


class _Reader:
    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")
        self._at = 0
        self._is_file = "%%" in text
        self._variables: dict[str, str] = {}
        self._grown = 0  # characters that stand for variables
        self._doubts: list[str] = []
        self.commands: list[Command] = []
        self.files: dict[str, bytes] = {}
        self._encoded: dict[str, list[str]] = {}
        self._stdin: Word | None = None
        self._stdin_from = ""
        self._out: list[str] = []
        self._targets: list[tuple[str, str]] = []

    def run(self) -> None:
        while self._at < len(self._lines):
            self._line(self._next())

    def _next(self) -> str:
        line = self._lines[self._at]
        self._at += 1
        return self._with_variables(line)

    def _with_variables(self, line: str) -> str:
        out: list[str] = []
        at = 0
        while (sign := line.find("%", at)) >= 0:
            out.append(line[at:sign])
            found = _REFERENCE.match(line, sign)
            value = self._variables.get(found[1].upper()) if found else None
            if found is not None and value is not None:
                start = int(found[2] or 0)
                end = start + int(found[3]) if found[3] else None
                out.append(value[start:end])
                self._grown = check_growth(self._grown + len(out[-1]))
                at = found.end()
                continue
            out.append("%")
            at = sign + 1
            if self._is_file and line.startswith("%", at):
                at += 1
            elif found is not None and _is_name(found[1]):
                self._doubts.append(found[0])
        return "".join([*out, line[at:]])

    # ---- carets, quotes, redirections ----------------------------------------------------------

    def _line(self, line: str) -> None:
        at = 0
        while at < len(line):
            found = _PLAIN.match(line, at)
            if found is not None:
                self._out.append(found[0])
                at = found.end()
                continue
            char = line[at]
            at += 1
            if char == '"':
                end = line.find('"', at)
                end = len(line) if end < 0 else end + 1
                self._out.append(line[at - 1 : end])
                at = end
            elif char == "^" and at == len(line):
                line, at = self._continued()
            elif char == "^":
                self._out.append(line[at])
                at += 1
            elif char in "<>":
                at = self._redirected(char, line, at)
            else:
                is_double = line.startswith(char, at)
                at += is_double
                self._end(is_piped=char == "|" and not is_double)
        self._end()

    def _continued(self) -> tuple[str, int]:
        """The line after a caret at a line's end: its first character is taken as it is."""
        if self._at >= len(self._lines):
            return "", 0
        line = self._next()
        if line:
            self._out.append(line[0])
            return line, 1
        self._out.append("\n")
        return (self._next() if self._at < len(self._lines) else ""), 0

    def _redirected(self, sign: str, line: str, at: int) -> int:
        found = _TARGET.match(line, at)
        assert found is not None  # it matches the empty text too
        target = (found[1] or "").strip('"')
        if sign == "<":
            self._stdin_from = target
        else:
            self._targets.append((target, ">>" if found[0].startswith(">") else ">"))
        return found.end()

    # ---- commands --------------------------------------------------------------------------------

    def _end(self, *, is_piped: bool = False) -> None:
        whole = "".join(self._out)
        targets, self._out, self._targets = self._targets, [], []
        doubts, self._doubts = self._doubts, []
        printed = None
        if is_piped and (found := _ECHO.fullmatch(whole.lstrip(" \t"))) is not None:
            kept = _doubts_in(found[1], set(doubts))
            printed = Word(data=encoded(f"{found[1]}\r\n"), doubts=kept)
        else:
            self._run(whole.strip(" \t"), targets, doubts)
        self._stdin = printed
        self._stdin_from = f"the output of {whole.strip()[:40]}" if is_piped else ""

    def _run(self, text: str, targets: list[tuple[str, str]], doubts: list[str]) -> None:
        if (found := _SET.fullmatch(text)) is not None:
            self._variables[found[1].strip().upper()] = found[2]
        elif (found := _ECHO.fullmatch(text)) is not None:
            for name, mark in targets:
                rows = self._encoded.setdefault(name, [])
                if mark == ">":
                    rows.clear()
                rows.append(found[1])
        elif (found := _DECODE.fullmatch(text)) is not None:
            self._decode(found[1])
        elif text and not _SILENT.fullmatch(text):
            known = set(doubts)
            words = tuple(
                Word(data=encoded(word), doubts=_doubts_in(word, known))
                for word in split_arguments(text)
            )
            outputs = tuple(name for name, _ in targets)
            made = Command(
                words=words, stdin=self._stdin, stdin_from=self._stdin_from, outputs=outputs
            )
            self.commands.append(made)

    def _decode(self, names: str) -> None:
        match split_arguments(names):
            case [source, target] if source in self._encoded:
                code = "".join(self._encoded[source])
                self._grown = check_growth(self._grown + len(code))
                try:
                    data = base64.b64decode(code, validate=True)
                except binascii.Error:
                    return
                self.files[target] = data


def _doubts_in(text: str, doubts: set[str]) -> tuple[str, ...]:
    """Which references without a known value stand in a text."""
    found = (one[1] for one in _NAMED.finditer(text)) if doubts else ()
    return tuple(dict.fromkeys(piece for piece in found if piece in doubts))


def _is_name(text: str) -> bool:
    """Whether text between percent signs looks like a variable, not like an encoded address."""
    return _NAME.fullmatch(text) is not None and not _HEX_PAIR.match(text)


def split_arguments(line: str) -> list[str]:
    """The arguments that the C runtime makes of a command line."""
    found: list[str] = []
    at, size = 0, len(line)
    while at < size:
        if line[at] in " \t\n":
            at += 1
            continue
        word, at = _argument(line, at)
        found.append(word)
    return found


def _argument(line: str, at: int) -> tuple[str, int]:
    out: list[str] = []
    is_quoted = False
    while at < len(line) and (is_quoted or line[at] not in " \t\n"):
        letters = (_QUOTED_LETTERS if is_quoted else _LETTERS).match(line, at)
        if letters is not None:
            out.append(letters[0])
            at = letters.end()
            continue
        run = _SLASHES.match(line, at)
        assert run is not None  # it matches the empty text too
        slashes, at = len(run[1]), run.end()
        if not run[2]:
            out.append("\\" * slashes)
            continue
        out.append("\\" * (slashes // 2))
        if slashes % 2:
            out.append('"')
        elif is_quoted and line.startswith('"', at):
            out.append('"')
            at += 1
        else:
            is_quoted = not is_quoted
    return "".join(out), at
