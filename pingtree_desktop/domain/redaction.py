"""Takes lead data and ids out of text that leaves the machine or lands in a log.

By catalogue (fields marked sensitive) and by pattern (e-mail, phone, card, SSN-like, UUID).
"""

from __future__ import annotations

import json
import re
from collections.abc import Container
from urllib.parse import unquote, urlsplit, urlunsplit

from pingtree_desktop.domain.catalogue import FIELDS

MASK = "\u2022\u2022\u2022"
URL_MASK = "***"
_MASK_TOKEN = f'"{MASK}"'
_PATTERNS = (
    re.compile(r"(?<![\w.+%-])[\w.+%-]+(?:@|%40)[\w-]+(\.[\w-]+)+"),
    re.compile(r"\b[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b"),
    re.compile(r"\b\d{3}-\d{2}-\d{4}\b"),
    re.compile(r"(?<![\d.])(?:\d[ -]?){13,19}(?![\d.])"),
    re.compile(r"(?<![\w.])\+?\d{0,2}[ .-]?\(?\d{3}\)?[ .-]?\d{3}[ .-]?\d{4}(?![\w.])"),
)
_SENSITIVE = "|".join(re.escape(field.wire) for field in FIELDS if field.sensitive)
# The second form is JSON inside a JSON string: \"cid\": \"...\", escaped once or more often.
_NAMED_VALUE = re.compile(
    rf"""(\b(?:{_SENSITIVE})\b\\*["']?\s*[:=]\s*)"""
    r"""(\\+"[^"\\]*+(?:\\+[^"\\][^"\\]*+)*(?:\\+")?"""
    r"""|"[^"\\]*+(?:\\.[^"\\]*+)*"?|'[^']*+'?|[^\s&,;}]++)"""
)
_KEPT_QUERY = {field.wire for field in FIELDS if not field.sensitive}
USUAL_HEADERS = frozenset(
    {
        "host",
        "content-type",
        "content-length",
        "accept",
        "accept-encoding",
        "user-agent",
        "connection",
    }
)
_SPACE = re.compile(r"[ \t\r\n]*+")
_SECRET_HEADERS = re.compile(r"auth|key|token|cookie|secret", re.IGNORECASE)


def redact_text(text: str) -> str:
    """A text without sensitive fields' values and what looks like personal data.

    That is: an e-mail address, phone, card or social security number, a UUID.
    """
    text = _NAMED_VALUE.sub(rf"\1{MASK}", text)
    for pattern in _PATTERNS:
        text = pattern.sub(MASK, text)
    return text


def redact_url(url: str, *, secret: Container[str] = ()) -> str:
    """An address without the ids in its path and the sensitive or unknown query values.

    `secret` are more names whose values may not be shown.  The mask is one that an address may
    hold, so that other programs can read it.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        return URL_MASK
    head, marker, tail = parts.path.partition("/api/event/")
    segments = [s if s in {"trigger", "global", ""} else URL_MASK for s in tail.split("/")]
    path = head + marker + "/".join(segments) if marker else _in_address(redact_text(parts.path))
    netloc = parts.netloc
    pairs = []
    for pair in parts.query.split("&") if parts.query else ():
        name, equals, value = pair.partition("=")
        is_kept = may_show(unquote(name), secret) and redact_text(unquote(value)) == unquote(value)
        pairs.append(
            f"{_in_address(redact_text(name))}{equals}{value if is_kept or not value else URL_MASK}"
        )
    host = f"{URL_MASK}@{netloc.rpartition('@')[2]}" if "@" in netloc else netloc
    return urlunsplit((parts.scheme, host, path, "&".join(pairs), ""))


def _in_address(text: str) -> str:
    return text.replace(MASK, URL_MASK)


def may_show(name: str, secret: Container[str]) -> bool:
    """Whether a field's value may leave: a documented one that is not sensitive, nor `secret`."""
    return name in _KEPT_QUERY and name not in secret


def redact_request_headers(
    headers: tuple[tuple[str, str], ...], *, secret: Container[str] = ()
) -> tuple[tuple[str, str], ...]:
    """A request's headers with only those legible that every request has.

    Another one is the person's own and can hold anything, a credential for instance.  `secret`
    has the places, as `header:NAME`, whose values may not be shown either.
    """
    return tuple(
        (
            name,
            redact_text(value)
            if name.lower() in USUAL_HEADERS and f"header:{name}" not in secret
            else MASK,
        )
        for name, value in headers
    )


def redact_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers without credentials and without what looks like lead data."""
    return tuple(
        (name, MASK if _SECRET_HEADERS.search(name) else redact_text(value))
        for name, value in headers
    )


def redact_body(body: bytes, *, secret: Container[str] = ()) -> bytes:
    """A JSON body with only its harmless documented fields left; any other body masked whole.

    A lead's own fields can hold anything, so a name that the catalogue does not call harmless
    loses its value, whatever it looks like.  `secret` are more such names.
    """
    text = body.decode("utf-8", "replace").strip()
    if not text:
        return b""
    try:
        members = _members(text)
    except (ValueError, RecursionError):
        return MASK.encode()
    shown = []
    for name, token in members:
        is_kept = may_show(name, secret) and redact_text(token) == token
        shown.append(f"{json.dumps(redact_text(name))}:{token if is_kept else _MASK_TOKEN}")
    return f"{{{','.join(shown)}}}".encode()


def _members(text: str) -> list[tuple[str, str]]:
    """The names and exact value tokens of a JSON object.  Raises ValueError for anything else."""
    decoder = json.JSONDecoder()
    if not isinstance(json.loads(text), dict):
        raise ValueError("not an object")
    members: list[tuple[str, str]] = []
    at = _after(text, 1, "")
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _after(text, at, ":")
        _, at = decoder.raw_decode(text, start)
        members.append((name, text[start:at]))
        at = _after(text, at, ",")
    return members


def _after(text: str, at: int, mark: str) -> int:
    """Where the text goes on after white space, one mark if it stands there, and white space."""
    at = _end_of_space(text, at)
    if mark and text.startswith(mark, at):
        at = _end_of_space(text, at + len(mark))
    return at


def _end_of_space(text: str, at: int) -> int:
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches nothing too
