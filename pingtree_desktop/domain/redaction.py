"""Takes lead data and ids out of text that leaves the machine or lands in a log.

By catalogue (fields marked sensitive) and by pattern (e-mail, phone, card, SSN-like, UUID).
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.domain.exchange import Exchange

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


def redact_url(url: str) -> str:
    """An address without the ids in its path and the sensitive or unknown query values.

    The mask is one that an address may hold, so that other programs can read it.
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
        is_kept = unquote(name) in _KEPT_QUERY and redact_text(unquote(value)) == unquote(value)
        pairs.append(
            f"{_in_address(redact_text(name))}{equals}{value if is_kept or not value else URL_MASK}"
        )
    host = f"{URL_MASK}@{netloc.rpartition('@')[2]}" if "@" in netloc else netloc
    return urlunsplit((parts.scheme, host, path, "&".join(pairs), ""))


def _in_address(text: str) -> str:
    return text.replace(MASK, URL_MASK)


def redact_headers(headers: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """Headers without credentials and without what looks like lead data."""
    return tuple(
        (name, MASK if _SECRET_HEADERS.search(name) else redact_text(value))
        for name, value in headers
    )


def redact_body(body: bytes) -> bytes:
    """A JSON body with only its harmless documented fields left; any other body masked whole.

    A lead's own fields can hold anything, so a name that the catalogue does not call harmless
    loses its value, whatever it looks like.
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
        is_kept = name in _KEPT_QUERY and redact_text(token) == token
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


def redact_exchange(exchange: Exchange) -> Exchange:
    """An exchange fit to leave the machine: ids, lead data and credentials masked.

    What the request held and may not leave is masked in the reply too, where it comes back.
    """
    echoed = _echoes(exchange)

    def hide(text: str) -> str:
        return redact_text(echoed.sub(MASK, text) if echoed else text)

    request = replace(
        exchange.request,
        url=redact_url(exchange.request.url),
        headers=redact_headers(exchange.request.headers),
        body=redact_body(exchange.request.body),
    )
    outcome = exchange.outcome
    if outcome is not None and outcome.response is not None:
        reply = hide(outcome.response.body.decode("utf-8", "replace"))
        response = replace(
            outcome.response,
            headers=tuple((k, hide(v)) for k, v in redact_headers(outcome.response.headers)),
            body=reply.encode(),
            notes=tuple(map(hide, outcome.response.notes)),
        )
        outcome = replace(outcome, response=response)
    return replace(
        exchange,
        cid=MASK if exchange.cid else "",
        transaction_id=MASK if exchange.transaction_id else "",
        base_url=redact_url(exchange.base_url),
        campaign=hide(exchange.campaign),
        profile=hide(exchange.profile),
        environment=hide(exchange.environment),
        event_id=hide(exchange.event_id),
        message=hide(exchange.message),
        request=request,
        outcome=outcome,
        event_text="",
        note=hide(exchange.note),
        labels=tuple(map(hide, exchange.labels)),
        resolved=tuple(
            replace(one, value=one.value if one.place in _KEPT_QUERY else MASK)
            for one in exchange.resolved
        ),
    )


_ECHO_FROM = 3
_ECHOES_LIMIT = 500


def _echoes(exchange: Exchange) -> re.Pattern[str] | None:
    """The values that the request must not let out, to be found wherever they come back."""
    values = {exchange.cid, exchange.transaction_id}
    try:
        query = urlsplit(exchange.request.url).query
    except ValueError:
        query = ""
    try:
        body = json.loads(exchange.request.body.decode("utf-8", "replace"), parse_float=str)
    except (ValueError, RecursionError):
        body = None
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if unquote(name) not in _KEPT_QUERY:
            values |= {value, unquote(value.replace("+", " "))}
    if isinstance(body, dict):
        for name, value in body.items():
            if name not in _KEPT_QUERY:
                values |= _texts(value, depth=6)
    known = sorted({v for v in values if len(v) >= _ECHO_FROM}, key=len, reverse=True)
    if not known:
        return None
    forms = (form for value in known[:_ECHOES_LIMIT] for form in _spellings(value))
    return re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)


def _spellings(value: str) -> set[str]:
    """A value as it is, in JSON and in an address."""
    return {value, json.dumps(value)[1:-1], quote(value, errors="replace")}


def _texts(value: object, depth: int) -> set[str]:
    match value:
        case str():
            return {value, *(word for word in value.split() if len(word) > _ECHO_FROM)}
        case bool() | None:
            return set()
        case int():
            return {str(value)}
        case dict() if depth:
            return {text for inner in value.values() for text in _texts(inner, depth - 1)}
        case list() if depth:
            return {text for inner in value for text in _texts(inner, depth - 1)}
        case _:
            return set()
