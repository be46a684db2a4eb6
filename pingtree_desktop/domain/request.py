"""The exact request of an event: method, address, headers and body bytes, ready for the wire.

Nothing after this module changes a byte: what "As sent" shows is this value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import assert_never
from urllib.parse import quote, urlsplit

from pingtree_desktop import __version__
from pingtree_desktop.domain.catalogue import WIRE_ORDER, Endpoint
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method, sendable_lead
from pingtree_desktop.domain.extra_headers import Headers, with_headers
from pingtree_desktop.domain.field import (
    json_string,
    lead_query_value,
    lead_token,
    query_value,
    token,
)

_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
USER_AGENT = f"PingTreeDesktop/{__version__}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What goes on the wire.  `headers` is complete and in order, Host and lengths included."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """A checked base address.  `url` has no trailing slash; `host` is in its ASCII form."""

    url: str
    scheme: str
    host: str
    port: int
    authority: str
    warning: str


def parse_base(text: str) -> Base:
    """Check a base URL and say plainly what is wrong with it.

    Refused: schemes other than http and https, a user name, a backslash, white space, a port
    outside 1 to 65535, a query or fragment.  A host with letters outside ASCII is converted to
    punycode and `warning` shows both forms.
    """
    shown = text.strip()
    if not shown:
        raise UsageError("The base URL is empty.", "Type one such as https://api.example.com.")
    if "\\" in shown or any(c.isspace() or ord(c) < 32 for c in shown):
        raise UsageError(
            f"The base URL {shown!r} has a backslash or white space in it.", "Take it out."
        )
    try:
        parts = urlsplit(shown)
        port = parts.port
        host = parts.hostname or ""
    except ValueError as error:
        raise UsageError(
            f"The base URL {shown!r} cannot be read: {error}.",
            "Type one such as https://api.example.com.",
        ) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError(
            f"The base URL {shown!r} is not a web address.",
            "It must start with http:// or https:// and name a host.",
        )
    if "@" in parts.netloc:
        raise UsageError(
            f"The base URL has a user name in it; its real host is {host}.",
            "Take out everything up to the @ sign.",
        )
    if parts.query or parts.fragment:
        raise UsageError("The base URL has a query or fragment.", "End it before the ? or #.")
    if port == 0:
        raise UsageError("The base URL names port 0.", "Use a port from 1 to 65535.")
    ascii_host, warning = _ascii_host(host)
    bracketed = f"[{ascii_host}]" if ":" in ascii_host else ascii_host
    authority = bracketed if port is None else f"{bracketed}:{port}"
    prefix = quote(parts.path.rstrip("/"), safe=_PATH_SAFE, errors="surrogatepass")
    return Base(
        url=f"{parts.scheme}://{authority}{prefix}",
        scheme=parts.scheme,
        host=ascii_host,
        port=port or (443 if parts.scheme == "https" else 80),
        authority=authority,
        warning=warning,
    )


def _ascii_host(host: str) -> tuple[str, str]:
    if host.isascii():
        return host, ""
    try:
        encoded = host.encode("idna").decode("ascii")
    except UnicodeError:
        raise UsageError(
            f"The host name {host!r} is not a possible one.", "Check its spelling."
        ) from None
    return encoded, f"The host {host} has letters outside ASCII; it really is {encoded}."


def path(event: Event) -> str:
    """The documented path of an event's endpoint, ids percent-encoded."""
    match event.endpoint:
        case Endpoint.CAMPAIGN:
            return f"/api/event/{_segment(event.text('cid'))}"
        case Endpoint.TRIGGER:
            return "/api/event/trigger"
        case Endpoint.GLOBAL:
            return f"/api/event/global/{_segment(event.org_id)}"
        case _:
            assert_never(event.endpoint)


def _segment(text: str) -> str:
    if text in {".", ".."}:  # a server or proxy would climb the path
        return text.replace(".", "%2E")
    return quote(text, safe="", errors="surrogatepass")


def body_tokens(event: Event) -> tuple[tuple[str, str], ...]:
    """The body's keys and JSON tokens in the vendor's order, lead fields last."""
    pairs: list[tuple[str, str]] = []
    for field in WIRE_ORDER:
        if field.wire == "cid" and event.endpoint is not Endpoint.TRIGGER:
            continue
        value = token(field.kind, event.get(field.wire))
        if value is not None:
            pairs.append((field.wire, value))
    sent, _ = sendable_lead(event)
    pairs.extend((row.name, lead_token(row)) for row in sent)
    return tuple(pairs)


def query_pairs(event: Event) -> tuple[tuple[str, str], ...]:
    """The decoded query parameters of the postback-URL form, in the same order as the body."""
    pairs: list[tuple[str, str]] = []
    for field in WIRE_ORDER:
        if field.wire == "cid" and event.endpoint is not Endpoint.TRIGGER:
            continue
        value = query_value(field.kind, event.get(field.wire))
        if value is not None:
            pairs.append((field.wire, value))
    sent, _ = sendable_lead(event)
    pairs.extend((row.name, lead_query_value(row)) for row in sent)
    return tuple(pairs)


def query_string(event: Event) -> str:
    """The encoded query, spaces as %20 (a plus sign means itself to many servers)."""
    return "&".join(
        f"{quote(k, safe='', errors='surrogatepass')}={quote(v, safe='', errors='surrogatepass')}"
        for k, v in query_pairs(event)
    )


def body_bytes(event: Event) -> bytes:
    """The JSON body in UTF-8, compact, every token as typed."""
    inner = ",".join(f"{json_string(k)}:{v}" for k, v in body_tokens(event))
    return f"{{{inner}}}".encode("utf-8", "surrogatepass")


def build_request(
    event: Event, base_url: str, *, request_id: str = "", headers: Headers = ()
) -> Request:
    """The exact request of an event against a base URL.

    `request_id` becomes the header X-Request-Id, so that two receipts can be told apart.
    `headers` are the environment's own: Accept, Accept-Encoding and User-Agent take the place of
    the built-in ones, others stand before X-Request-Id.  Raises UsageError for a base URL or a
    header that cannot be used.
    """
    base = parse_base(base_url)
    url = base.url + path(event)
    sent = [("Host", base.authority)]
    body = b""
    if event.method is Method.POST:
        body = body_bytes(event)
        sent.append(("Content-Type", "application/json"))
        sent.append(("Content-Length", str(len(body))))
    else:
        query = query_string(event)
        url = f"{url}?{query}" if query else url
    sent.append(("Accept", "application/json"))
    sent.append(("Accept-Encoding", "gzip"))
    sent.append(("User-Agent", USER_AGENT))
    sent.append(("Connection", "close"))
    sent = [*with_headers(sent, headers)]
    if request_id:
        sent.append(("X-Request-Id", request_id))
    return Request(method=event.method.value, url=url, headers=tuple(sent), body=body)
