"""What curl puts into a body or a query: its data options joined, encoded and cut as curl does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote_from_bytes

from pingtree_desktop.formats.paste.curl_arguments import Group
from pingtree_desktop.formats.paste.reading import Note, check_growth
from pingtree_desktop.formats.paste.words import Word

DATA = ("data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json")
_FORMS = ("form", "form-string")
_STRIPPED = {"data", "data-ascii"}
ELSEWHERE = "it is read from elsewhere, and its content is not in the text"
_MULTIPART = (
    "a multipart form is not one of the ways in which this API takes an event; its texts are taken "
    "as fields"
)


@dataclass(slots=True, kw_only=True)
class Inputs:
    """Where curl would read from: files that the text itself writes, and its standard input."""

    files: Mapping[str, bytes] = field(default_factory=dict)
    stdin: Word | None = None
    stdin_from: str = ""
    grown: int = 0  # bytes that were put in, and characters that stand for lists

    def get(self, name: str) -> Word | None:
        """The content behind `@name`, or None when it is not known."""
        if name == "-":
            word, self.stdin = self.stdin, Word(data=b"") if self.stdin is not None else None
            return word
        content = self.files.get(name)
        if content is None:
            return None
        self.grow(len(content))
        return Word(data=content)

    def grow(self, size: int) -> None:
        """Count what becomes longer than the text was.  Raises UnreadableInput."""
        self.grown = check_growth(self.grown + size)

    def called(self, option: str, name: str) -> str:
        """How to name an input that is not read."""
        source = f" ({self.stdin_from})" if self.stdin_from else " (standard input)"
        return f"--{option} @{name}{source if name == '-' else ''}"


@dataclass(slots=True, kw_only=True)
class Sent:
    """The data of a group: `data` is None when there is none, or a part of it is not known."""

    data: bytes | None = None
    has_body: bool = False
    is_json: bool = False
    pairs: tuple[tuple[str, str], ...] = ()
    not_taken: list[Note] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)


def note_doubts(word: Word, notes: list[Note]) -> None:
    """Say which pieces of an argument only the shell could have worked out."""
    why = "only the shell knows its value; it stays as it is written"
    notes.extend(Note(part=piece, why=why) for piece in word.doubts)


def sent_data(group: Group, inputs: Inputs) -> Sent:
    """What the data and form options send."""
    made = Sent()
    data: list[bytes] = []
    is_known = True
    for name, word in group.all(*DATA):
        note_doubts(word, made.not_taken)
        part = _part(name, word, inputs, made)
        is_known = is_known and part is not None
        if made.has_body and name != "json":
            data.append(b"&")
        data.append(part or b"")
        made.has_body = True
        made.is_json = made.is_json or name == "json"
    if made.has_body and is_known:
        made.data = b"".join(data)
    elif made.has_body:
        made.not_taken.append(Note(part="body", why=ELSEWHERE))
    _form(group, made)
    return made


def _part(name: str, word: Word, inputs: Inputs, made: Sent) -> bytes | None:
    if name == "data-urlencode":
        return _encoded_part("data-urlencode", word, inputs, made)
    if name == "data-raw" or not word.data.startswith(b"@"):
        return word.data
    content = _content(name, word.text[1:], inputs, made)
    if content is not None and name in _STRIPPED:
        return content.translate(None, b"\r\n\0")
    return content


def _content(option: str, name: str, inputs: Inputs, made: Sent) -> bytes | None:
    """What an option finds behind `@name`; None, and a word on it, when it is not known."""
    word = inputs.get(name)
    if word is None:
        made.reads.append(inputs.called(option, name))
        return None
    note_doubts(word, made.not_taken)
    return word.data


def _encoded_part(option: str, word: Word, inputs: Inputs, made: Sent) -> bytes | None:
    """One of the five forms: content, =content, name=content, @file, name@file."""
    text = word.data
    name, sign, content = text.partition(b"=")
    if not sign:
        name, sign, content = text.partition(b"@")
        if sign:
            file = content.decode("utf-8", "surrogateescape")
            found = _content(option, file, inputs, made)
            if found is None:
                return None
            content = found
        else:
            name, content = b"", text
    encoded = quote_from_bytes(content, safe="").replace("%20", "+").encode("ascii")
    return name + b"=" + encoded if name else encoded


def query_of(group: Group, inputs: Inputs, made: Sent) -> str:
    """What --url-query adds to every address; what it would read goes into `made`."""
    parts = []
    for _, word in group.all("url-query"):
        raw = word.data
        note_doubts(word, made.not_taken)
        part = raw[1:] if raw.startswith(b"+") else _encoded_part("url-query", word, inputs, made)
        if part is None:
            made.not_taken.append(Note(part=f"--url-query {word.text}", why=ELSEWHERE))
        else:
            parts.append(part.decode("utf-8", "surrogateescape"))
    return "&".join(parts)


def _form(group: Group, made: Sent) -> None:
    pairs = []
    for option, word in group.all(*_FORMS):
        name, _, value = word.text.partition("=")
        if option == "form" and value[:1] in {"@", "<"}:
            made.reads.append(f"--form {name}={value}")
            made.not_taken.append(Note(part=made.reads[-1], why=ELSEWHERE))
            continue
        if option == "form":
            value = _form_value(value)
        pairs.append((name, value))
    if group.has(*_FORMS):
        made.has_body = True
        made.pairs = tuple(pairs)
        made.not_taken.append(Note(part="--form", why=_MULTIPART))


def _form_value(value: str) -> str:
    """The content of a form field: its quotes and what follows a semicolon are curl's own."""
    if value.startswith('"'):
        end = value.rfind('"')
        return value[1:end].replace('\\"', '"') if end > 0 else value[1:]
    return value.partition(";")[0]
