"""What any generated program is told of a request: its address, its headers, what to beware of.

Must not know a language; how a text is quoted is each language's own matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pingtree_desktop.domain.environment import PRODUCTION_HOST, is_production
from pingtree_desktop.domain.request import Request

LIVE_REMARK = f"LIVE: running this fires a real event in production ({PRODUCTION_HOST})."
BREAKS_A_HEADER = re.compile(rb"[\x00\r\n]")
"""What no header value can hold on HTTP/1.1 (RFC 9110, 5.5)."""

_CONNECTION_HEADERS = frozenset(
    {"content-length", "connection", "transfer-encoding", "keep-alive", "proxy-connection"}
)
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_URL = re.compile(r"([^:/?#]+)://([^/?#]*)(.*)", re.DOTALL)
_NOT_VISIBLE = re.compile(r"[^\x21-\x7e]")
_DOT_SEGMENT = re.compile(r"/(\.|%2e){1,2}(/|\?|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address for a program: all of it visible ASCII.  `target` is its path and query."""

    url: str
    origin: str
    authority: str
    target: str

    @property
    def has_dot_segments(self) -> bool:
        """Whether a client that tidies addresses would take parts of the path out."""
        return _DOT_SEGMENT.search(self.target) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Headers:
    """The headers a program sets, as bytes, and the names of those that it cannot set."""

    sent: tuple[tuple[str, bytes], ...]
    left_out: tuple[str, ...]

    def names(self) -> set[str]:
        """The names that are set, in lower case."""
        return {name.lower() for name, _ in self.sent}


def address(request: Request) -> Address:
    """The request's address; what no request line can hold is percent-encoded."""
    url = _NOT_VISIBLE.sub(_percent_encoded, request.url)
    found = _URL.match(url)
    if found is None:
        return Address(url=url, origin=url, authority="", target="/")
    scheme, authority, rest = found.groups()
    target = rest if rest.startswith("/") else f"/{rest}"
    return Address(url=url, origin=f"{scheme}://{authority}", authority=authority, target=target)


def _percent_encoded(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode("utf-8", "surrogatepass"))


def headers(
    request: Request,
    *,
    left_to_client: frozenset[str] = frozenset(),
    impossible: frozenset[str] = frozenset(),
    unsendable: re.Pattern[bytes] = BREAKS_A_HEADER,
) -> Headers:
    """The headers a client is told.  Names are given in lower case.

    `left_to_client` it makes itself, nobody needs to hear of it; `impossible` it does not let
    anyone set; a value with a match of `unsendable`, or a name that is no header name, is left
    out too.  White space around a value means nothing and goes.
    """
    own_host = address(request).authority.rpartition("@")[2].lower()
    sent: list[tuple[str, bytes]] = []
    left_out: list[str] = []
    for name, text in request.headers:
        known = name.lower()
        if known in _CONNECTION_HEADERS or known in left_to_client:
            continue
        if known == "host" and text.strip(" \t").lower() == own_host:
            continue
        value = _header_bytes(text).strip(b" \t")
        is_only_space = bool(value) and not value.strip(_ODD_SPACE)  # clients drop such a header
        if (
            is_only_space
            or known in impossible
            or not _NAME.fullmatch(name)
            or unsendable.search(value)
        ):
            left_out.append(name)
        else:
            sent.append((name, value))
    return Headers(sent=tuple(sent), left_out=tuple(left_out))


_ODD_SPACE = b"\x0b\x0c\x85\xa0"


def _header_bytes(text: str) -> bytes:
    """Header text is Latin-1 on the wire; what is not goes as UTF-8, the next best."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def remarks(request: Request, set_headers: Headers, *more: str) -> list[str]:
    """The sentences to stand on top, each one harmless line of ASCII in any language."""
    found = [LIVE_REMARK] if is_live(request) else []
    found.extend(more)
    if set_headers.left_out:
        names = ", ".join(re.sub(r"[^A-Za-z0-9_-]", "?", n)[:60] for n in set_headers.left_out)
        found.append(f"Not sent, because this client cannot: header {names}.")
    return found


def is_live(request: Request) -> bool:
    """Whether sending this request again fires a real event."""
    where = address(request)
    host = where.authority.rpartition("@")[2]
    return is_production(f"{where.origin.partition('://')[0]}://{host}")


def readable(body: bytes) -> str | None:
    """The body's text, when it is UTF-8 and every character of it can be seen."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if text.isprintable() else None
