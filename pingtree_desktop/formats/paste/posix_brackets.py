"""Where a bracket, a backtick or a here-document of a POSIX shell ends, past quotes in it."""

from __future__ import annotations

import re

from pingtree_desktop.formats.paste.reading import unbalanced

_IN_BRACKETS = re.compile(
    r"[()\"\\\n]|\$?'|(?<![^\s;&|(])#[^\n]*"
    r"|(?<!<)<<(-?)(?!<)[ \t]*(?:'([^'\n]*)'|\"([^\"\n]*)\"|\\?([\w.-]+))"
)
_IN_QUOTES = re.compile(r"[\"\\]|\$\(")
_ANSI_END = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*'", re.DOTALL)
_IN_BACKTICKS = re.compile(r"[^`\\]*(?:\\.[^`\\]*)*", re.DOTALL)
_ESCAPED = re.compile(r"\\([`\\$])")


def closing(text: str, at: int) -> int:
    """Where the bracket that opens at `at` closes.  Raises UnreadableInput when it never does."""
    return _Scan(text, at).end()


def in_backticks(text: str, at: int) -> tuple[str, int]:
    """What stands in the backticks that open before `at`, and the place behind them."""
    found = _IN_BACKTICKS.match(text, at)
    assert found is not None  # it matches the empty text too
    if not text.startswith("`", found.end()):
        raise unbalanced(text, at - 1, "The backtick")
    return _ESCAPED.sub(r"\1", found[0]), found.end() + 1


def here_text(text: str, at: int, word: str, *, is_stripped: bool) -> tuple[str, int]:
    """A here-document's lines from `at` up to its last word, and the place behind them."""
    lines: list[str] = []
    start = at
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].lstrip("\t") if is_stripped else text[at:end]
        at = end + 1
        if line == word:
            return "".join(lines), at
        lines.append(line + "\n")
    raise unbalanced(text, max(start - 1, 0), f"The text up to {word!r:.40}")


class _Scan:
    def __init__(self, text: str, at: int) -> None:
        self._text = text
        self._start = self._at = at
        self._opened: list[str] = []  # brackets and double quotes, the innermost last
        self._heres: list[tuple[str, bool]] = []

    def end(self) -> int:
        while True:
            is_text = self._opened[-1:] == ['"']
            found = (_IN_QUOTES if is_text else _IN_BRACKETS).search(self._text, self._at)
            if found is None:
                raise self._unbalanced()
            self._at = found.end()
            if found[0] == ")":
                self._opened.pop()
                if not self._opened:
                    return found.start()
            else:
                self._step(found)

    def _step(self, found: re.Match[str]) -> None:
        match found[0]:
            case '"' if self._opened[-1] == '"':
                self._opened.pop()
            case '"':
                self._opened.append('"')
            case "(" | "$(":
                self._opened.append("(")
            case "\\":
                self._at += 1
            case "'":
                self._at = self._text.find("'", self._at) + 1
                if not self._at:
                    raise self._unbalanced()
            case "$'":
                ansi = _ANSI_END.match(self._text, self._at)
                if ansi is None:
                    raise self._unbalanced()
                self._at = ansi.end()
            case "\n":
                self._pass_heres()
            case sign if sign.startswith("<<"):
                end = next(one for one in found.groups()[1:] if one is not None)
                self._heres.append((end, found[1] == "-"))

    def _pass_heres(self) -> None:
        """Pass over the here-documents that were announced in the line that ends here."""
        for word, is_stripped in self._heres:
            tabs = r"\t*" if is_stripped else ""
            line = re.compile(rf"^{tabs}{re.escape(word)}(?=[ \t]*\)|$)", re.MULTILINE)
            found = line.search(self._text, self._at)
            if found is None:
                raise self._unbalanced()
            self._at = found.end()
        self._heres = []

    def _unbalanced(self) -> Exception:
        return unbalanced(self._text, self._start, "The bracket")
