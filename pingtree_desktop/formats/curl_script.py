"""Exchanges as a shell script that sends the same requests again, one after the other."""

from __future__ import annotations

import shlex

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.environment import is_production
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.formats.curl import to_curl


def script_head() -> str:
    """The beginning of the script: what it is, and the guard for LIVE."""
    return (
        "#!/bin/sh\n"
        "# Sends the same requests again, as PingTree Desktop recorded them.\n"
        "# Requests to production fire real events: they are sent only with PINGTREE_LIVE=yes.\n"
        "live() {\n"
        '  [ "$PINGTREE_LIVE" = yes ] && return 0\n'
        '  echo "left out, because it is LIVE: $1" >&2\n'
        "  return 1\n"
        "}\n"
    )


def script_entry(exchange: Exchange) -> str:
    """One request with a line that says what it was."""
    started = exchange.started
    what = f"{exchange.event_id or 'event'} {exchange.transaction_id}".strip()
    said = to_display(what, limit=120, one_line=True)
    head = f"\n# {exchange.id}: {started:%Y-%m-%d %H:%M:%S} UTC, {said}, was {exchange.verdict}\n"
    command = to_curl(exchange.request)
    guard = ""
    if exchange.danger == "live" or is_production(exchange.base_url):
        guard = f"live {shlex.quote(said)} && "
    return f"{head}{guard}{command}\necho\n"
