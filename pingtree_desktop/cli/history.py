"""`pingtree history`: what was sent and what came back, as it was kept."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from pingtree_desktop.cli.output import (
    BODY_LIMIT,
    Output,
    exchange_json,
    judged,
    plain,
    reply_text,
    verdict_line,
)
from pingtree_desktop.domain.display import to_display

if TYPE_CHECKING:
    from pingtree_desktop.domain.exchange import Exchange
    from pingtree_desktop.storage.history import HistoryStore, Summary

_WIDEST = 40


def run(args: argparse.Namespace, out: Output) -> int:
    """List entries or show one; returns the exit code."""
    with closing(_open(args)) as store:
        store.recover_in_doubt().result()
        if args.action == "list":
            _list(store.newest(args.limit, args.where).result(), args, out)
        else:
            _show(store.get(args.id).result(), args, out)
    return 0


def _open(args: argparse.Namespace) -> HistoryStore:
    from pingtree_desktop.storage.history import HistoryStore  # noqa: PLC0415 - this command's
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415

    return HistoryStore.open(open_places(args.workspace))


# ---- list -----------------------------------------------------------------------------------


def _list(rows: list[Summary], args: argparse.Namespace, out: Output) -> None:
    if args.format == "json" or (out.as_json and args.format is None):
        out.document([_summary_json(row) for row in rows])
        return
    if not rows:
        out.note("No entries." if not args.where else "No entries with these words.")
        return
    heads = ("ID", "WHEN", "VERDICT", "STATUS", "EVENT", "TRANSACTION", "CAMPAIGN", "WHERE", "TOOK")
    _table(heads, [_cells(row) for row in rows], out)


def _summary_json(row: Summary) -> dict[str, object]:
    return {
        "id": row.id,
        "started_ms": row.started_ms,
        "state": row.state,
        "verdict": row.verdict,
        "expected": row.expected,
        "http_status": row.http_status,
        "elapsed_ms": row.elapsed_ms,
        "environment": row.environment,
        "danger": row.danger,
        "campaign": row.campaign,
        "cid": row.cid,
        "event_id": row.event_id,
        "transaction_id": row.transaction_id,
        "message": row.message,
    }


def _cells(row: Summary) -> tuple[str, ...]:
    when = datetime.fromtimestamp(row.started_ms / 1000).astimezone()
    return (
        str(row.id),
        f"{when:%Y-%m-%d %H:%M:%S}",
        "sending" if row.state == "sending" else row.verdict,
        str(row.http_status) if row.http_status else "",
        row.event_id,
        row.transaction_id,
        row.campaign or row.cid,
        row.environment,
        "" if row.elapsed_ms is None else f"{row.elapsed_ms:,.0f} ms",
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]], out: Output) -> None:
    shown = [heads, *([plain(cell, limit=_WIDEST) for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in shown) for column in range(len(heads))]
    for row in shown:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        out.line("  ".join(cells).rstrip())


# ---- show -----------------------------------------------------------------------------------


def _show(exchange: Exchange, args: argparse.Namespace, out: Output) -> None:
    if args.redact:
        from pingtree_desktop.domain.redaction import redact_exchange  # noqa: PLC0415 - if asked

        exchange = redact_exchange(exchange)
    if args.format == "curl":
        from pingtree_desktop.formats.curl import to_curl  # noqa: PLC0415 - only for this format

        out.line(to_curl(exchange.request))
    elif args.format == "json" or (out.as_json and args.format is None):
        out.document(exchange_json(exchange, judged(exchange)))
    else:
        _show_text(exchange, out)


def _show_text(exchange: Exchange, out: Output) -> None:
    when = datetime.fromtimestamp(exchange.started_ms / 1000).astimezone()
    out.line(verdict_line(out, exchange))
    out.line(plain(judged(exchange).explanation))
    facts = (
        ("entry", f"{exchange.id}, {when:%Y-%m-%d %H:%M:%S %Z}"),
        ("environment", f"{exchange.environment} ({exchange.base_url})"),
        ("campaign", exchange.campaign),
        ("profile", exchange.profile),
    )
    for name, text in facts:
        if text:
            out.line(f"{name}: {plain(text)}")
    request = exchange.request
    out.line()
    out.line(plain(f"{request.method} {request.url}"))
    _headers(request.headers, out)
    if request.body:
        out.line()
        out.line(to_display(request.body.decode("utf-8", "backslashreplace"), limit=BODY_LIMIT))
    response = exchange.outcome.response if exchange.outcome else None
    if response is None:
        return
    out.line()
    out.line(plain(f"{response.http_version} {response.status} {response.reason}".strip()))
    _headers(response.headers, out)
    if text := reply_text(response):
        out.line()
        out.line(text)


def _headers(headers: tuple[tuple[str, str], ...], out: Output) -> None:
    for name, value in headers:
        out.line(plain(f"{name}: {value}"))
