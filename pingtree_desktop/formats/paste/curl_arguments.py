"""curl's arguments as options and addresses, and the text of its config files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pingtree_desktop.formats.paste.curl_table import LETTERS, SWITCHES, WITH_VALUE, long_option
from pingtree_desktop.formats.paste.reading import Note
from pingtree_desktop.formats.paste.words import Word

_CONFIG_LINE = re.compile(r"\s*(?:--?)?([\w.][\w.-]*)(?:\s*[=:]\s*|\s+)?(.*)")
_CONFIG_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "v": "\v"}
_CONFIG_QUOTED = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"?', re.DOTALL)
_TRUE, _FALSE = Word(data=b"1"), Word(data=b"")


@dataclass(slots=True)
class Group:
    """The options and addresses of one request or several alike, up to `--next`."""

    options: list[tuple[str, Word]] = field(default_factory=list)
    addresses: list[Word] = field(default_factory=list)
    _by_name: dict[str, list[Word]] = field(default_factory=dict)

    def add(self, name: str, value: Word) -> None:
        """Take one more option."""
        self.options.append((name, value))
        self._by_name.setdefault(name, []).append(value)

    def all(self, *names: str) -> Iterator[tuple[str, Word]]:
        """The options of these names in their order."""
        return ((name, value) for name, value in self.options if name in names)

    def each(self, name: str) -> Sequence[Word]:
        """The values of the options of one name."""
        return self._by_name.get(name, ())

    def has(self, *names: str) -> bool:
        """Whether any option of these names is given."""
        return any(name in self._by_name for name in names)

    def last(self, name: str) -> Word | None:
        """The last option of a name, which is the one that counts."""
        found = self._by_name.get(name)
        return found[-1] if found else None

    def is_on(self, name: str) -> bool:
        """Whether a switch is on."""
        value = self.last(name)
        return value is not None and value.data != b""


@dataclass(slots=True)
class Arguments:
    """All groups, and what was not understood."""

    groups: list[Group] = field(default_factory=lambda: [Group()])
    unknown: list[Note] = field(default_factory=list)


def read_arguments(words: Sequence[Word], files: Mapping[str, bytes]) -> Arguments:
    """Read curl's arguments; `files` are config files whose content is known."""
    made = Arguments()
    _Reader(made, files).run(words)
    return made


class _Reader:
    def __init__(self, made: Arguments, files: Mapping[str, bytes]) -> None:
        self._made = made
        self._files = dict(files)
        self._words: list[Word] = []

    def run(self, words: Sequence[Word]) -> None:
        self._words = list(reversed(words))
        are_options = True
        while self._words:
            word = self._words.pop()
            if not are_options or not word.data.startswith(b"-"):
                self._made.groups[-1].addresses.append(word)
            elif word.data == b"--":
                are_options = False
            elif word.data.startswith(b"--"):
                self._long(word)
            else:
                self._letters(word)

    def _long(self, word: Word) -> None:
        found = long_option(word.text[2:])
        if isinstance(found, str):
            self._made.unknown.append(Note(part=word.text, why=found))
            return
        name, is_on = found
        if name in SWITCHES:
            self._take(name, _TRUE if is_on else _FALSE)
        elif self._words:
            self._take(name, self._words.pop())
        else:
            self._lacks(word.text)

    def _letters(self, word: Word) -> None:
        text = word.text
        if text == "-":
            self._made.unknown.append(Note(part="-", why="curl has no such option"))
        for at, letter in enumerate(text[1:], 2):
            name = LETTERS.get(letter)
            if name is None:
                self._made.unknown.append(Note(part=f"-{letter}", why="curl has no such option"))
                return
            if name in WITH_VALUE:
                rest = text[at:]
                if rest:
                    data = rest.encode("utf-8", "surrogateescape")
                    self._take(name, Word(data=data, doubts=word.doubts))
                elif self._words:
                    self._take(name, self._words.pop())
                else:
                    self._lacks(f"-{letter}")
                return
            is_off = name.startswith("no-")
            self._take(name.removeprefix("no-"), _FALSE if is_off else _TRUE)

    def _lacks(self, option: str) -> None:
        self._made.unknown.append(Note(part=option, why="its value is missing"))

    def _take(self, name: str, value: Word) -> None:
        group = self._made.groups[-1]
        if name == "next":
            self._made.groups.append(Group())
        elif name == "url":
            group.addresses.append(value)
        elif name == "config" and value.text in self._files:
            text = self._files.pop(value.text).decode("utf-8", "surrogateescape")
            self._config(text)
        else:
            group.add(name, value)

    def _config(self, text: str) -> None:
        for line in text.split("\n"):
            found = _CONFIG_LINE.fullmatch(line)
            if found is None:  # empty, or a remark
                continue
            known = long_option(found[1])
            if isinstance(known, str):
                self._made.unknown.append(Note(part=found[1], why=known))
                continue
            name, is_on = known
            is_switch = name in SWITCHES
            value = _TRUE if is_on else _FALSE
            self._take(name, value if is_switch else Word(data=_config_value(found[2])))


def _config_value(text: str) -> bytes:
    found = _CONFIG_QUOTED.match(text)
    if found is None:
        return text.strip().encode("utf-8", "surrogateescape")
    plain = re.sub(r"\\(.)", lambda m: _CONFIG_ESCAPES.get(m[1], m[1]), found[1], flags=re.DOTALL)
    return plain.encode("utf-8", "surrogateescape")
