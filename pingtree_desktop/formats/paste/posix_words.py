"""The words of a POSIX shell's commands, in one pass over the text.

Quotes, `$'…'`, line ends behind a backslash, remarks, here-documents, and variables that the text
itself sets.  Nothing is run: `$(…)` stays as it is written and is said, but for a printf or echo of
plain text, which is only another way to quote.
"""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import MutableMapping
from dataclasses import dataclass, replace
from itertools import takewhile

from pingtree_desktop.formats.paste.posix_brackets import closing, here_text, in_backticks
from pingtree_desktop.formats.paste.posix_texts import ansi_bytes, printed
from pingtree_desktop.formats.paste.reading import check_growth, unbalanced
from pingtree_desktop.formats.paste.words import Command, Script, Word, encoded

_PLAIN = re.compile(r"[^\s'\"\\$`|&;<>()#]+")
_LIST = re.compile(r"\{[^{}]*(?:,|\.\.)[^{}]*\}")
_IN_DOUBLE = re.compile(r'[^"\\$`]+')
_IN_HERE = re.compile(r"[^\\$`]+")
_ANSI = re.compile(r"[^'\\]*(?:\\.[^'\\]*)*", re.DOTALL)
_VARIABLE = re.compile(r"\$(?:\{(\w+)\}|([A-Za-z_]\w*)|[0-9@*#?$!-])", re.ASCII)
_ASSIGNMENT = re.compile(rb"([A-Za-z_]\w*)=(.*)", re.DOTALL)
_SPACES = re.compile(rb"[ \t\n]+")
_DECLARING = {b"export", b"local", b"declare", b"readonly", b"typeset"}
_PRINTING = ("printf ", "echo ", "cat <<", "cat<<")
_DEEPEST = 8
_AMPERSAND = (
    "An & outside quotes ends the command for the shell; what follows it is not sent. "
    "An address with & belongs in quotes."
)


def posix_script(text: str) -> Script:
    """The commands of a text.  Raises UnreadableInput for a quote that is never closed."""
    reader = _Reader(text.replace("\r\n", "\n"))
    reader.run()
    return Script(commands=tuple(reader.commands), notes=tuple(reader.notes))


@dataclass(slots=True)
class _Here:
    """A here-document that is announced: its last line, and whether its text is anybody's."""

    end: str
    was_quoted: bool
    is_stripped: bool
    is_dropped: bool = False


class _Reader:
    def __init__(self, text: str, *, depth: int = 0) -> None:
        self.text = text
        self.commands: list[Command] = []
        self.notes: dict[str, None] = {}
        self._at = 0
        self._depth = depth  # of substitutions
        self._variables: MutableMapping[str, Word] = {}
        self._parts: list[bytes] | None = None  # of the word that is being read
        self._shape: list[str] = []  # what of it stands outside quotes
        self._doubts: list[str] = []
        self._is_quoted = False
        self._words: list[Word] = []
        self._redirect = ""
        self._outputs: list[str] = []
        self._stdin: Word | None = None
        self._stdin_from = ""
        self._is_piped = False
        self._grown = 0  # characters that stand for variables
        self._heres: list[_Here] = []

    def run(self) -> None:
        text, size = self.text, len(self.text)
        steps = {
            " ": self._space, "\t": self._space, "\n": self._line_end, "\r": self._line_end,
            "'": self._single, '"': self._double, "\\": self._backslash, "$": self._dollar,
            "`": self._backtick, "#": self._hash, "|": self._pipe, "&": self._ampersand,
            ";": self._end, "(": self._bracket, ")": self._end, "<": self._input, ">": self._output,
        }  # fmt: skip
        while self._at < size:
            found = _PLAIN.match(text, self._at)
            if found is not None:
                self._at = found.end()
                self._bare(found[0])
                continue
            char = text[self._at]
            self._at += 1
            step = steps.get(char)
            if step is None:  # white space of other kinds is a letter to a shell
                self._add(encoded(char))
            else:
                step()
        self._end()

    def _bare(self, text: str) -> None:
        """A piece outside quotes: lists in braces and a tilde in front stand for other words."""
        if self._parts is None and text.startswith("~"):
            self._doubts.append(text[:60])
        self._add(encoded(text))
        self._shape[-1] = text

    def _add(self, data: bytes) -> None:
        if self._parts is None:
            self._parts = []
        self._parts.append(data)
        self._shape.append("")

    # ---- words, redirections, commands ------------------------------------------------------

    def _space(self) -> None:
        if self._parts is None:
            return
        whole = b"".join(self._parts)
        if _LIST.search("".join(self._shape)):
            self._doubts.append(whole[:60].decode("utf-8", "replace"))
        word = Word(data=whole, doubts=tuple(self._doubts))
        self._shape = []
        was_quoted, self._is_quoted = self._is_quoted, False
        self._parts, self._doubts = None, []
        match self._redirect:
            case "":
                self._words.append(word)
            case "<":
                self._stdin_from = word.text
            case "<<<":
                self._stdin = replace(word, data=word.data + b"\n")
            case "<<" | "<<-":
                is_stripped = self._redirect == "<<-"
                here = _Here(word.text, was_quoted=was_quoted, is_stripped=is_stripped)
                self._heres.append(here)
            case _:
                self._outputs.append(word.text)
        self._redirect = ""

    def _line_end(self) -> None:
        if self._parts is None and not self._words and not self._heres:
            return
        self._space()
        for here in self._heres:
            body = self._here(here)
            self._stdin = self._stdin if here.is_dropped else body
        self._heres = []
        if self._words or not self._is_piped:  # a line may end behind a pipe
            self._end()

    def _end(self) -> None:
        command = self._finished()
        if command is not None:
            self.commands.append(command)

    def _finished(self) -> Command | None:
        self._space()
        words, self._words = self._words, []
        if words and words[0].data in _DECLARING:
            words = words[1:]
        set_here = list(takewhile(bool, (_ASSIGNMENT.fullmatch(word.data) for word in words)))
        if len(set_here) == len(words):  # before a command they are for that command alone
            for word, found in zip(words, set_here, strict=True):
                assert found is not None  # takewhile left none out
                self._variables[found[1].decode()] = replace(word, data=found[2])
        words = words[len(set_here) :]
        made = Command(
            words=tuple(words),
            stdin=self._stdin,
            stdin_from=self._stdin_from,
            outputs=tuple(self._outputs),
        )
        self._stdin, self._stdin_from, self._outputs, self._redirect = None, "", [], ""
        self._is_piped = False
        return made if words else None

    def _bracket(self) -> None:
        if self.text.startswith(")", self._at):  # the head of a function: its name is no command
            self._at += 1
            self._space()
            self._words = []
        else:
            self._end()

    def _pipe(self) -> None:
        command = self._finished()
        if self.text.startswith("|", self._at):
            self._at += 1
            self.commands.extend([command] if command else [])
            return
        if command is None:
            return
        self._is_piped = True
        if self._heres and [word.data for word in command.words] == [b"cat"]:
            return  # the text is read at the line's end, for the next command
        for here in reversed(self._heres):
            if here.is_dropped:
                break
            here.is_dropped = True
        self._stdin = printed(command)
        if self._stdin is None:
            self._stdin_from = f"the output of {command.words[0].text}"
        if self._stdin is None or self._depth:
            self.commands.append(command)

    def _ampersand(self) -> None:
        if self.text.startswith(">", self._at):
            return  # &>file: both streams
        if self.text.startswith("&", self._at):
            self._at += 1
        elif self._words or self._parts is not None:
            self.notes[_AMPERSAND] = None
        self._end()

    def _input(self) -> None:
        self._drop_stream()
        for mark in ("<<", "<-", "<"):
            if self.text.startswith(mark, self._at):
                self._at += len(mark)
                self._redirect = {"<<": "<<<", "<-": "<<-", "<": "<<"}[mark]
                return
        self._redirect = "<"

    def _output(self) -> None:
        self._drop_stream()
        self._at += self.text.startswith((">", "|", "&"), self._at)
        self._redirect = ">"

    def _drop_stream(self) -> None:
        """The 2 of `2>file` is no argument."""
        if self._parts is not None and b"".join(self._parts).isdigit() and not self._is_quoted:
            self._parts, self._shape = None, []
        self._space()

    def _here(self, here: _Here) -> Word:
        body, self._at = here_text(self.text, self._at, here.end, is_stripped=here.is_stripped)
        if here.was_quoted:
            return Word(data=encoded(body))
        inner = self._inner(body, depth=self._depth)
        made = inner.expanded()
        self._take_in(inner)
        return made

    def _inner(self, text: str, *, depth: int) -> _Reader:
        """A reader of a part of the text; what it sets is not known outside."""
        inner = _Reader(text, depth=depth)
        inner._variables = ChainMap({}, self._variables)
        inner._grown = self._grown
        return inner

    def _take_in(self, inner: _Reader) -> None:
        self._grown = inner._grown
        self.commands += inner.commands
        self.notes |= inner.notes

    def expanded(self) -> Word:
        """The whole text as a here-document: no quotes, but variables."""
        self._add(b"")
        while self._at < len(self.text):
            found = _IN_HERE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                self._add(encoded(found[0]))
            else:
                self._special("")
        return Word(data=b"".join(self._parts or ()), doubts=tuple(self._doubts))

    # ---- quotes ------------------------------------------------------------------------------

    def _single(self) -> None:
        end = self.text.find("'", self._at)
        if end < 0:
            raise unbalanced(self.text, self._at - 1, "The single quote")
        self._is_quoted = True
        self._add(encoded(self.text[self._at : end]))
        self._at = end + 1

    def _double(self) -> None:
        start = self._at - 1
        self._is_quoted = True
        self._add(b"")
        while self._at < len(self.text):
            found = _IN_DOUBLE.match(self.text, self._at)
            if found is not None:
                self._at = found.end()
                self._add(encoded(found[0]))
            elif self.text[self._at] == '"':
                self._at += 1
                return
            else:
                self._special('"')
        raise unbalanced(self.text, start, "The double quote")

    def _special(self, quote: str) -> None:
        """A backslash, a dollar or a backtick inside double quotes or a here-document."""
        char = self.text[self._at]
        self._at += 1
        if char == "$":
            self._dollar_inside()
        elif char == "`":
            self._backtick()
        else:
            following = self.text[self._at : self._at + 1]
            self._at += 1
            if following == "\n":
                return
            is_escape = following and following in f"\\$`{quote}"
            self._add(encoded(following if is_escape else f"\\{following}"))

    def _backslash(self) -> None:
        following = self.text[self._at : self._at + 1]
        self._at += 1
        if following == "\n":
            return
        self._is_quoted = True
        self._add(encoded(following or "\\"))

    def _hash(self) -> None:
        if self._parts is not None:
            self._add(b"#")
            return
        end = self.text.find("\n", self._at)
        self._at = len(self.text) if end < 0 else end

    # ---- what begins with a dollar -----------------------------------------------------------

    def _dollar(self) -> None:
        following = self.text[self._at : self._at + 1]
        if following == "'":
            self._ansi()
        elif following == '"':
            self._at += 1
            self._double()
        else:
            self._dollar_inside(splits=not self._redirect)

    def _dollar_inside(self, *, splits: bool = False) -> None:
        start = self._at - 1
        if self.text.startswith("(", self._at):
            self._substitution(start, splits=splits)
            return
        found = _VARIABLE.match(self.text, start)
        name = (found[1] or found[2]) if found else None
        known = self._variables.get(name or "")
        if found is not None:
            self._at = found.end()
        if known is not None:
            self._value(known, splits=splits)
        elif found is not None:
            self._doubt(found[0])
        elif self.text.startswith(("{", "["), self._at):
            end = self.text.find("}" if self.text[self._at] == "{" else "]", self._at)
            self._at = len(self.text) if end < 0 else end + 1
            self._doubt(self.text[start : self._at])
        else:
            self._add(b"$")

    def _value(self, known: Word, *, splits: bool) -> None:
        """What stands for a variable: outside quotes its white space parts words."""
        self._grown = check_growth(self._grown + len(known.data))
        splits = splits and not known.doubts
        pieces = _SPACES.split(known.data) if splits else [known.data]
        for at, piece in enumerate(pieces):
            if at:
                self._space()
            if piece or not splits:
                self._add(piece)
                self._doubts.extend(known.doubts)

    def _doubt(self, piece: str) -> None:
        self._doubts.append(piece if len(piece) <= 60 else f"{piece[:60]}\u2026")
        self._add(encoded(piece))

    def _substitution(self, start: int, *, splits: bool) -> None:
        end = closing(self.text, self._at)
        inside = self.text[self._at + 1 : end]
        self._at = end + 1
        self._inside(inside, start, splits=splits)

    def _backtick(self, *, splits: bool = False) -> None:
        start = self._at - 1
        inside, self._at = in_backticks(self.text, self._at)
        self._inside(inside, start, splits=splits)

    def _inside(self, inside: str, start: int, *, splits: bool) -> None:
        """What a substitution prints where that is plain; the commands in it, if curl is one."""
        is_text = inside.lstrip().startswith(_PRINTING)
        has_curl = "curl" in inside
        if self._depth < _DEEPEST and (is_text or has_curl):
            reader = self._inner(inside, depth=self._depth + 1)
            reader.run()
            one = reader.commands[0] if is_text and len(reader.commands) == 1 else None
            made = printed(one) if one else None
            if made is not None:
                self._grown = reader._grown
                self._value(replace(made, data=made.data.rstrip(b"\n")), splits=splits)
                return
            if has_curl:
                self._take_in(reader)
        self._doubt(self.text[start : self._at])

    def _ansi(self) -> None:
        found = _ANSI.match(self.text, self._at + 1)
        assert found is not None  # it matches the empty text too
        if not self.text.startswith("'", found.end()):
            raise unbalanced(self.text, self._at - 1, "The quote $'")
        self._at = found.end() + 1
        self._is_quoted = True
        self._add(ansi_bytes(found[0]))
