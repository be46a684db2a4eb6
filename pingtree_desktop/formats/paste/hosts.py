"""What a person should know about the host of a pasted address before anything is sent there."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

_LOCAL_NAMES = ("localhost", "local", "internal", "lan", "home.arpa")
_PART = re.compile(r"0[xX]([0-9A-Fa-f]+)|0([0-7]*)|([1-9][0-9]*)")
_LONGEST = 253
_SHARED = ipaddress.ip_network("100.64.0.0/10")


def host_notes(url: str) -> tuple[str, ...]:
    """Plain sentences on a host inside the own network, on a user name, and on letters.

    Nothing is looked up: a name that leads inside is not recognised by its address.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ()
    notes = []
    if "@" in parts.netloc:
        notes.append(f"The address has a user name in it; its real host is {host}.")
    notes.extend(_letters(host))
    where = _where(host)
    if where:
        notes.append(f"The host {host} is {where}.")
    return tuple(notes)


def _letters(host: str) -> list[str]:
    if len(host) > _LONGEST:
        return [f"The host {host[:60]}\u2026 is too long to be a name."]
    if not host.isascii():
        try:
            return [f"The host {host} has letters outside ASCII; it really is {_ascii(host)}."]
        except UnicodeError:
            return [f"The host {host} is not a possible name."]
    if "xn--" in host:
        try:
            shown = host.encode("ascii").decode("idna")
        except UnicodeError:
            return [f"The host {host} is encoded, and not a possible name."]
        return [f"The host {host} shows as {shown}."]
    return []


def _ascii(host: str) -> str:
    return host.encode("idna").decode("ascii")


def _where(host: str) -> str:
    name = host.rstrip(".").lower()
    if any(name == local or name.endswith(f".{local}") for local in _LOCAL_NAMES):
        return "a name of this computer or its network"
    try:
        found = ipaddress.ip_address(plain_ipv4(name) or name.partition("%")[0])
    except ValueError:
        return "" if "." in name or not name else "a name of this computer's own network"
    inner = getattr(found, "ipv4_mapped", None) or found
    for is_so, words in (
        (inner.is_loopback, "this computer itself"),
        (inner.is_link_local, "a link-local address, where cloud computers keep their secrets"),
        (inner.is_unspecified, "this computer itself"),
        (inner.is_multicast, "an address of many receivers"),
        (inner.version == 4 and inner in _SHARED, "an address inside a provider's network"),
        (inner.is_private, "an address inside a private network"),
    ):
        if is_so:
            return words
    return ""


def plain_ipv4(host: str) -> str | None:
    """The usual form of an IPv4 address in any of its forms (127.1, 0x7f000001, 017700000001)."""
    numbers = []
    parts = host.split(".")
    if len(parts) > 4:
        return None
    for part in parts:
        found = _PART.fullmatch(part) if len(part) <= 12 else None
        if found is None:
            return None
        hexadecimal, octal, decimal = found.groups()
        if hexadecimal:
            numbers.append(int(hexadecimal, 16))
        else:
            numbers.append(int(decimal) if decimal else int(octal or "0", 8))
    *bytes_, last = numbers
    if any(one > 255 for one in bytes_) or last >= 256 ** (5 - len(numbers)):
        return None
    value = last
    for at, one in enumerate(bytes_):
        value |= one << (8 * (3 - at))
    return str(ipaddress.IPv4Address(value))
