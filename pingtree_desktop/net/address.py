"""The address of a request taken apart without changing a character of it.

httpx.URL would re-encode some characters of path and query; the wire must show them as given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_VISIBLE = re.compile(r"[\x21-\x7e]+")


class BadAddress(ValueError):
    """An address that no request can go to; its text is a plain sentence without the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a request goes.  `target` is its path and query exactly as they stood in the URL."""

    scheme: str
    host: str
    port: int
    target: bytes


def parse_address(url: str) -> Address:
    """Take a URL apart; raises BadAddress when it cannot go on the wire as it stands."""
    if not _VISIBLE.fullmatch(url):
        raise BadAddress(
            "The address is empty or has a character in it that must be percent-encoded."
        )
    if "#" in url:
        raise BadAddress("The address has a # in it: what follows would never be sent.")
    scheme, separator, rest = url.partition("://")
    scheme = scheme.lower()
    if not separator or scheme not in {"http", "https"}:
        raise BadAddress("The address does not start with http:// or https://.")
    authority = re.split(r"[/?]", rest, maxsplit=1)[0]
    target = rest[len(authority) :]
    if "@" in authority or "\\" in authority:
        raise BadAddress("The address has a user name or a backslash in front of its host.")
    try:
        parts = urlsplit(f"{scheme}://{authority}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise BadAddress("The address has a host or port that cannot be read.") from None
    if not host or port == 0:
        raise BadAddress("The address names no host, or port 0.")
    return Address(
        scheme=scheme,
        host=host,
        port=port or (443 if scheme == "https" else 80),
        target=(target if target.startswith("/") else f"/{target}").encode("ascii"),
    )
