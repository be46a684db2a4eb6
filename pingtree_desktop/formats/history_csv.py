"""The history as a table of comma-separated values, safe to open in a spreadsheet.

Two ways: `safe` guards cells that a spreadsheet would run as formulas (OWASP ASVS 1.2.10), `exact`
writes every cell as it is.  One column per documented field, the lead's other fields as one JSON.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, urlsplit

from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.request import Request

_HEAD = (
    "id",
    "started_utc",
    "environment",
    "danger",
    "campaign",
    "profile",
    "endpoint",
    "method",
    "url",
    "verdict",
    "expected",
    "http_status",
    "elapsed_ms",
    "message",
    "failure",
    "labels",
    "note",
)
_WIRES = tuple(field.wire for field in FIELDS)
_HARMLESS = re.compile(r"[+-]?[0-9 ().-]+", re.ASCII)
_STARTS = frozenset("=+-@\t\r\n\0\uff1d\uff0b\uff0d\uff20")
BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that a file is UTF-8."""


def csv_head() -> str:
    """The line of column names."""
    return _line((*_HEAD, *_WIRES, "lead", "request_body", "reply_body"))


def csv_entry(exchange: Exchange, *, exact: bool = False) -> str:
    """The line of one exchange."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    failure = outcome.failure if outcome else None
    started = exchange.started
    fields, lead = _fields(exchange.request)
    cells = (
        str(exchange.id),
        started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        exchange.environment,
        exchange.danger,
        exchange.campaign,
        exchange.profile,
        exchange.endpoint,
        exchange.request.method,
        exchange.request.url,
        exchange.verdict,
        exchange.expected,
        str(response.status) if response else "",
        f"{outcome.elapsed_ms:.3f}" if outcome else "",
        exchange.message,
        failure.sentence if failure else "",
        ", ".join(exchange.labels),
        exchange.note,
        *(fields.get(wire, "") for wire in _WIRES),
        json.dumps(lead, ensure_ascii=False) if lead else "",
        exchange.request.body.decode("utf-8", "replace"),
        response.body.decode("utf-8", "replace") if response else "",
    )
    return _line(cells if exact else tuple(map(safe_cell, cells)))


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs: a quote in front, unless it is a plain number or phone."""
    first = text.lstrip(" \u00a0")[:1]
    if first in _STARTS and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def _line(cells: Sequence[str]) -> str:
    out = io.StringIO()
    # A lone surrogate has no UTF-8: it is shown as the mark that stands for it.
    csv.writer(out, lineterminator="\r\n").writerow(
        cell.encode("utf-8", "replace").decode() for cell in cells
    )
    return out.getvalue()


def _fields(request: Request) -> tuple[dict[str, str], dict[str, object]]:
    """The documented fields as they were sent, as text, and whatever else was sent."""
    found: dict[str, object] = {}
    if "?" in request.url:
        try:
            found |= dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        except ValueError:
            found = {}
    try:
        body = json.loads(request.body, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        body = None
    if isinstance(body, dict):
        found |= body
    documented = {
        wire: value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        for wire in _WIRES
        if (value := found.pop(wire, _NOTHING)) is not _NOTHING
    }
    return documented, found


_NOTHING = object()
