"""What a person may set about the network, and the check of it before anything is sent."""

from __future__ import annotations

import math
from dataclasses import dataclass

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.net import tls
from pingtree_desktop.net.proxy import NO_PROXY, SYSTEM_PROXY, parse_proxy


@dataclass(frozen=True, slots=True, kw_only=True)
class NetOptions:
    """How one request is sent.

    `deadline_s` bounds the whole exchange, from the look-up of the name to the last byte.
    `read_timeout_s` bounds each silence; None leaves that to the deadline.  `proxy` is "none",
    "system" or an address.  `ca_file` names a PEM file that is trusted beside the system's
    authorities.  `max_wire_bytes` and `max_plain_bytes` bound the body as received and as decoded.
    """

    deadline_s: float = 30.0
    connect_timeout_s: float = 10.0
    read_timeout_s: float | None = None
    proxy: str = NO_PROXY
    ca_file: str = ""
    verify_tls: bool = True
    max_wire_bytes: int = 8_000_000
    max_plain_bytes: int = 10_000_000


def check_options(options: NetOptions) -> None:
    """Say plainly what is wrong with the options; touches the disk, never the network.

    Raises UsageError for a number or proxy that cannot be used, UnreadableInput for a CA file
    that is missing or not PEM.
    """
    times = (
        ("deadline", options.deadline_s),
        ("connect timeout", options.connect_timeout_s),
        ("read timeout", options.read_timeout_s),
    )
    for name, seconds in times:
        if seconds is not None and not (math.isfinite(seconds) and seconds > 0):
            raise UsageError(
                f"The {name} of {seconds:g} seconds cannot be used.",
                "Give a number of seconds above zero.",
            )
    if options.max_wire_bytes < 1 or options.max_plain_bytes < 1:
        raise UsageError("The size limit of a body is below one byte.", "Give a larger one.")
    if options.proxy not in {"", NO_PROXY, SYSTEM_PROXY}:
        parse_proxy(options.proxy)
    if options.ca_file and options.verify_tls:
        tls.context(ca_file=options.ca_file, verify=True)
