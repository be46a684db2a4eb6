"""The address that curl really asks for: lists in braces, missing schemes, dots in paths, users.

Measured with curl 7.88.  Later releases write percent signs' letters in another case and tidy
`%2e` in paths; both mean the same to a server.  Letters outside ASCII in a query, which curl sends
as bare bytes, are written with percent signs, as no address can hold them otherwise.
"""

from __future__ import annotations

import ipaddress
import itertools
import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from pingtree_desktop.formats.paste.hosts import plain_ipv4

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):/{1,3}")
_AUTHORITY = re.compile(r"[^/?#]*")
_PORTS = {"http": "80", "https": "443"}
_RANGE = re.compile(r"\[(?:([A-Za-z])-([A-Za-z])|(\d+)-(\d+))(?::(\d+))?\]", re.ASCII)
_IPV6 = re.compile(r"\[[0-9A-Fa-f:.]{0,40}:[0-9A-Fa-f:.%A-Za-z]{0,60}\]")
_LITERAL = re.compile(r"[^{}\[\]\\]+")
_NOT_IN_HOSTS = set(" /:#?!@{}[]\\$'\"^`*<>=;,%|\ufffd")
_OPTION_INSIDE = re.compile(r"\s--?[A-Za-z]")
_MOST = 100
_LONGEST_HOST = 1_000  # percent signs included


class NotAnAddress(Exception):
    """Why curl refuses an address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where curl connects and what it asks for; `user` is `name:password` or None."""

    scheme: str
    authority: str
    target: str
    user: bytes | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def resolved(text: str, *, as_is: bool = False, default_scheme: str = "") -> Address:
    """The address of one text, lists already written out.  Raises NotAnAddress."""
    if any(ord(char) <= 32 or ord(char) == 127 for char in text):
        why = "it has white space in it, which curl refuses"
        if _OPTION_INSIDE.search(text):
            why += "; a quote seems to be closed in the wrong place, as an option stands inside"
        raise NotAnAddress(why)
    found = _SCHEME.match(text)
    scheme = found[1].lower() if found else (default_scheme or "http").lower()
    rest = text[found.end() :] if found else text
    if scheme not in _PORTS:
        raise NotAnAddress(f"{scheme} is not http or https")
    authority = _AUTHORITY.match(rest)
    assert authority is not None  # it matches the empty text too
    user, at, host = authority[0].rpartition("@")
    if "@" in user:
        raise NotAnAddress("it has more than one @ before its path, which curl refuses")
    return Address(
        scheme=scheme,
        authority=_host(host, scheme),
        target=_target(rest[authority.end() :], as_is=as_is),
        user=unquote_to_bytes(user.encode("utf-8", "surrogateescape")) if at else None,
    )


def _host(text: str, scheme: str) -> str:
    name, colon, port = text.rpartition(":")
    if not colon or "]" in port:
        name, port = text, ""
    if not name:
        raise NotAnAddress("it names no host")
    if len(name) > _LONGEST_HOST:
        raise NotAnAddress(f"the host {name[:60]}\u2026 is too long")
    name = name if name.startswith("[") and _is_ipv6(name) else _name(name)
    if port and (not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) < 65536):
        raise NotAnAddress(f"{port} is not a port")
    if not name.isascii():
        try:
            name = name.encode("idna").decode("ascii")
        except UnicodeError:
            raise NotAnAddress(f"{name} is not a possible host") from None
    name = plain_ipv4(name) or name
    port = port.lstrip("0")
    return name if not port or port == _PORTS[scheme] else f"{name}:{port}"


def _is_ipv6(name: str) -> bool:
    try:
        return ipaddress.ip_address(name[1:-1].partition("%")[0]).version == 6
    except ValueError:
        return False


def _name(text: str) -> str:
    """A host's name without percent signs."""
    data = unquote_to_bytes(text.encode("utf-8", "surrogateescape"))
    name = data.decode("utf-8", "replace")
    if not name.isprintable() or set(name) & _NOT_IN_HOSTS:
        raise NotAnAddress(f"{text:.200} is not a possible host")
    return name


def _target(rest: str, *, as_is: bool) -> str:
    whole, _, _ = rest.partition("#")
    path, mark, query = whole.partition("?")
    path = path or "/"
    if not as_is:
        path = without_dots(path)
    target = path + (f"?{query}" if mark and query else mark)
    return "".join(c if c.isascii() else _percent(c) for c in target)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8", "surrogateescape"))


def without_dots(path: str) -> str:
    """A path with its . and .. segments worked out (RFC 3986, 5.2.4)."""
    kept: list[str] = []
    first, *segments = path.split("/")
    for at, segment in enumerate(segments, 1):
        is_last = at == len(segments)
        if segment == "..":
            if kept:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
            continue
        if is_last:
            kept.append("")
    return first + "/" + "/".join(kept)


def with_query(address: str, query: str) -> str:
    """An address with more parameters at the end of its query."""
    whole, mark, fragment = address.partition("#")
    if not query:
        return address
    _, has_query, before = whole.partition("?")
    joint = "&" if has_query else "?"
    if has_query and (not before or before.endswith("&")):
        joint = ""
    if not has_query:
        found = _SCHEME.match(whole)
        after = found.end() if found else 0
        whole = whole if "/" in whole[after:] else f"{whole}/"
    return f"{whole}{joint}{query}{mark}{fragment}"


# ---- lists in braces and brackets ----------------------------------------------------------------


def expanded(text: str) -> list[str]:
    """The addresses that curl makes of `{a,b}` and `[1-3]`.  Raises NotAnAddress."""
    pieces: list[list[str]] = []
    at = 0
    while at < len(text):
        choices, at = _piece(text, at)
        pieces.append(choices)
    count = 1
    for choices in pieces:
        count *= len(choices)
        if count > _MOST:
            raise NotAnAddress(f"its lists stand for more than {_MOST} addresses")
    return ["".join(one) for one in itertools.product(*pieces)]


def _piece(text: str, at: int) -> tuple[list[str], int]:
    literal = _LITERAL.match(text, at) or _IPV6.match(text, at)
    if literal is not None:
        return [literal[0]], literal.end()
    if text.startswith("[]", at):
        return ["[]"], at + 2
    char, following = text[at], text[at + 1 : at + 2]
    if char == "\\":
        is_escape = bool(following) and following in "{}[]"
        return ([following], at + 2) if is_escape else ([char], at + 1)
    if char == "{":
        end = text.find("}", at)
        if end < 0:
            raise NotAnAddress(f"the brace at position {at + 1} is never closed")
        if end == at + 1:
            raise NotAnAddress(f"the braces at position {at + 1} are empty")
        return text[at + 1 : end].split(","), end + 1
    found = _RANGE.match(text, at)
    if found is None:
        raise NotAnAddress(f"{char} at position {at + 1} is no list that curl knows")
    return _ranged(found), found.end()


def _ranged(found: re.Match[str]) -> list[str]:
    first, last, low, high, step = found.groups()
    by = int((step or "1")[:9])
    if not by or (first and first > last) or (low and int(low[:18]) > int(high[:18])):
        raise NotAnAddress(f"{found[0]:.40} is no range that curl takes")
    if first:
        return [chr(code) for code in range(ord(first), ord(last) + 1, by)]
    width = len(low) if low.startswith("0") else 0
    start, end = int(low[:18]), int(high[:18])
    if (end - start) // by >= _MOST:
        raise NotAnAddress(f"its lists stand for more than {_MOST} addresses")
    return [str(number).zfill(width) for number in range(start, end + 1, by)]
