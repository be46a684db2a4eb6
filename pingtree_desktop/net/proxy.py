"""Which proxy a request takes: none, the one of the operating system, or the one given.

The environment is asked only when the person chose "system".
"""

from __future__ import annotations

import ipaddress
import urllib.request
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from pingtree_desktop.domain.errors import UsageError

NO_PROXY = "none"
SYSTEM_PROXY = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A checked proxy.  `label` is its address without the credentials, fit to be shown."""

    scheme: str
    host: str
    port: int
    user: str
    password: str
    label: str


def parse_proxy(text: str) -> Proxy:
    """Check a proxy's address such as http://127.0.0.1:3128 and take it apart.

    Raises UsageError, which never repeats the address: it may hold a password.
    """
    remedy = 'Type one such as http://127.0.0.1:3128, or "none", or "system".'
    shown = text.strip()
    if "://" not in shown:
        shown = f"http://{shown}"
    try:
        parts = urlsplit(shown)
        port = parts.port
        host = parts.hostname or ""
    except ValueError:
        raise UsageError("The proxy's address cannot be read.", remedy) from None
    if parts.scheme.startswith("socks"):
        raise UsageError("The proxy is a SOCKS one, which cannot be used here.", remedy)
    if parts.scheme not in {"http", "https"}:
        raise UsageError("The proxy's address does not start with http:// or https://.", remedy)
    if not host or not host.isascii() or any(c.isspace() or ord(c) < 32 for c in shown):
        raise UsageError("The proxy's address names no possible host.", remedy)
    if port == 0 or parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise UsageError("The proxy's address has more in it than a host and a port.", remedy)
    number = port or (443 if parts.scheme == "https" else 80)
    bracketed = f"[{host}]" if ":" in host else host
    return Proxy(
        scheme=parts.scheme,
        host=host,
        port=number,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        label=f"{parts.scheme}://{bracketed}:{number}",
    )


def choose_proxy(setting: str, *, scheme: str, host: str) -> Proxy | None:
    """The proxy for an address under a setting; may block, as Windows looks names up here."""
    if setting in {"", NO_PROXY}:
        return None
    if setting != SYSTEM_PROXY:
        return parse_proxy(setting)
    if _is_loopback(host) or urllib.request.proxy_bypass(host):
        return None
    known = urllib.request.getproxies()
    address = known.get(scheme) or known.get("all")
    return parse_proxy(address) if address else None


def _is_loopback(host: str) -> bool:
    """Whether a host is this machine: as in browsers, a system proxy is never asked for it."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
