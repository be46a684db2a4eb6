"""Who may speak to the sandbox: a program on this computer, and no web page.

A page in a browser is told by its `Origin` or `Sec-Fetch-Site`, DNS rebinding by its `Host`.
There is no CORS header anywhere.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from pingtree_desktop.domain.errors import UsageError

_OWN_SITE = {"none", "same-origin"}


def loopback_address(host: str) -> str:
    """The loopback address to bind for a host option.  Raises UsageError for any other host."""
    text = host.strip().lower().removeprefix("[").removesuffix("]")
    if text == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise UsageError(
            f"The sandbox does not listen on {host[:80]!r}: it is for this computer only.",
            "Use 127.0.0.1, ::1 or localhost.",
        )
    return str(address)


def authority(address: str, port: int) -> str:
    """Host and port as a URL and the Host header write them."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


class Gate:
    """The checks that come before anything else is looked at."""

    def __init__(self, address: str, port: int) -> None:
        hosts = {address, "127.0.0.1", "localhost", "::1"}
        self._allowed = {authority(host, port) for host in hosts}
        if port == 80:
            self._allowed |= {authority(host, port).removesuffix(":80") for host in hosts}

    def refusal(self, headers: Iterable[tuple[str, str]]) -> tuple[int, str] | None:
        """The status and sentence of a refusal, or None.  Header names are in lower case."""
        hosts: list[str] = []
        foreign = False
        for name, value in headers:
            if name == "host":
                hosts.append(value.strip().lower())
            elif name == "origin" or (
                name == "sec-fetch-site" and value.strip().lower() not in _OWN_SITE
            ):
                foreign = True
        if len(hosts) != 1:
            return 400, "The request must have exactly one Host header."
        if hosts[0] not in self._allowed:
            return 403, "The Host header does not name this sandbox."
        if foreign:
            return 403, "Web pages may not use this sandbox."
        return None
