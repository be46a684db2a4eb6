"""What was understood of a pasted text, and every part that was not.

Values alone: the readers fill them, `composing` makes an event of one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote_plus, urlsplit

from pingtree_desktop.domain.errors import UnreadableInput

LIMIT_CHARS = 1_000_000
"""The longest text that is read, HAR files apart."""

MOST_REQUESTS = 1_000
"""So many requests of one text are taken at most."""

CUT = f"Only the first {MOST_REQUESTS:,} requests are taken."

_MOST_NOTES = 100


class Source(StrEnum):
    """What a pasted text was."""

    CURL = "curl"
    POWERSHELL = "powershell"
    URL = "url"
    HAR = "har"
    POSTMAN = "postman"
    FETCH = "fetch"
    JSON = "json"
    HTTP = "http"


class Carrier(StrEnum):
    """Where a request has its values."""

    QUERY = "query"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A part that was not taken, as it stands there, and why."""

    part: str
    why: str

    def __str__(self) -> str:
        return f"{self.part}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What a request says about how it is to be sent; None where it says nothing."""

    verify_tls: bool | None = None
    proxy: str | None = None
    ca_file: str | None = None
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One request as understood.

    `headers` is what the original tool sends, in its order; `implied` names, in lower case, those
    that it adds unasked.  `body` is None when there is none or when it cannot be known.  `pairs`
    has the texts of a multipart form.  `not_taken` lists what was not understood or has no place,
    `reads` the files and streams that the original would read or write, `notes` what a person
    should know about the rest.
    """

    title: str
    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    carrier: Carrier = Carrier.QUERY
    implied: frozenset[str] = frozenset()
    pairs: tuple[tuple[str, str], ...] = ()
    hints: Hints = field(default_factory=Hints)
    not_taken: tuple[Note, ...] = ()
    reads: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first value of a header, or an empty text."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A whole text as understood; `notes` are about it as a whole."""

    source: Source
    requests: tuple[Taken, ...]
    notes: tuple[str, ...] = ()


def carrier_of(headers: Iterable[tuple[str, str]], body: bytes | None) -> Carrier:
    """Where a request with this body has its values."""
    if not body:
        return Carrier.QUERY
    kind = next((v for n, v in headers if n.lower() == "content-type"), "").lower()
    if kind.startswith("multipart/"):
        return Carrier.MULTIPART
    if is_json(body):
        return Carrier.JSON
    if "x-www-form-urlencoded" in kind:
        return Carrier.FORM
    return Carrier.JSON if "json" in kind else Carrier.OTHER


def is_json(body: bytes) -> bool:
    """Whether a body is a JSON object or list."""
    text = body.strip()
    if text[:1] not in {b"{", b"["}:
        return False
    try:
        json.loads(text, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def wire_text(value: bytes) -> str:
    """The text whose header has exactly these bytes on the wire.

    Header text is Latin-1 there; what is not goes as UTF-8 (see `domain.request`).
    """
    try:
        text = value.decode("utf-8")
        text.encode("latin-1")
    except UnicodeDecodeError:
        return value.decode("latin-1")
    except UnicodeEncodeError:
        return text
    return text if text.isascii() else value.decode("latin-1")


def distinct(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Each note once, and of very many the first."""
    found = tuple(dict.fromkeys(notes))
    if len(found) <= _MOST_NOTES:
        return found
    more = f"{len(found) - _MOST_NOTES:,} further parts are not taken either"
    return (*found[:_MOST_NOTES], Note(part="more", why=more))


def path_of(url: str) -> str:
    """The path of an address; of what is none, its beginning."""
    try:
        return urlsplit(url).path
    except ValueError:
        return url[:80]


def form_bytes(pairs: Iterable[tuple[str, str]]) -> bytes:
    """Names and values as a form or a query, spaces as plus signs."""
    joined = "&".join(
        f"{quote_plus(name, errors='surrogatepass')}={quote_plus(text, errors='surrogatepass')}"
        for name, text in pairs
    )
    return joined.encode("ascii")


def check_length(text: str) -> None:
    """Refuse what is too long to be a request.  Raises UnreadableInput."""
    if len(text) > LIMIT_CHARS:
        raise UnreadableInput(
            f"The text has {len(text):,} characters; more than {LIMIT_CHARS:,} are not read.",
            "Paste one request.",
        )


def check_growth(chars: int) -> int:
    """Refuse variables that make very much of a short text.  Raises UnreadableInput."""
    if chars > LIMIT_CHARS:
        raise UnreadableInput(
            f"With its variables filled in, the text has more than {LIMIT_CHARS:,} characters.",
            "Paste one request, its values written out.",
        )
    return chars


def unbalanced(text: str, at: int, what: str) -> UnreadableInput:
    """The error for something that is opened and never closed."""
    line = text.count("\n", 0, at) + 1
    column = at - text.rfind("\n", 0, at)
    return UnreadableInput(
        f"{what} at line {line}, column {column} is never closed.",
        "Copy the whole command, or close it there.",
    )
