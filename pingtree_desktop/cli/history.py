"""`pingtree history`: what was sent and what came back, as it was kept."""

from __future__ import annotations

import argparse
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from pingtree_desktop.cli.history_options import FORMATS
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
    from pingtree_desktop.domain.query import Query
    from pingtree_desktop.storage.history import HistoryStore, Summary

_WIDEST = 40


def run(args: argparse.Namespace, out: Output) -> int:
    """List, show, export or look after what was kept; returns the exit code."""
    with closing(_open(args)) as store:
        tell_state(store, out)
        match args.action:
            case "list":
                if args.format in FORMATS:
                    _export(store, args, out)
                else:
                    found = store.reader.newest(args.limit, _query(args)).result()
                    _list(found, args, out)
            case "show":
                if args.format in FORMATS and args.format != "curl":
                    _export(store, args, out)
                else:
                    _show(store.reader.get(args.id).result(), args, out)
            case "export":
                _export(store, args, out)
            case "stats":
                _stats(store, out)
            case "compact":
                _compact(store, out)
            case "verify":
                return _verify(store, out)
    return 0


def tell_state(store: HistoryStore, out: Output) -> None:
    """Mark what an ended program left, and say what the person must know of the history."""
    if store.recovery is not None:
        out.warn(store.recovery.sentence)
    if store.read_only_reason:
        out.warn(store.read_only_reason)
    else:
        store.recover_in_doubt().result()


def _query(args: argparse.Namespace) -> Query:
    from pingtree_desktop.domain.query_text import parse  # noqa: PLC0415 - this command's

    return parse(args.where, now=datetime.now().astimezone())


def _export(store: HistoryStore, args: argparse.Namespace, out: Output) -> None:
    from pingtree_desktop.cli.history_export import write  # noqa: PLC0415 - this command's

    write(store, args, out, None if args.action == "show" else _query(args))


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
        out.note("No entries." if not args.where else "No entry fits.")
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
        from pingtree_desktop.domain.redacted_exchange import redact_exchange  # noqa: PLC0415 - if asked

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


# ---- looking after it -------------------------------------------------------------------------


def _stats(store: HistoryStore, out: Output) -> None:
    stats = store.care.stats().result()
    if out.as_json:
        out.document(
            {
                "entries": stats.entries,
                "deleted": stats.deleted,
                "pinned": stats.pinned,
                "oldest_ms": stats.oldest_ms,
                "newest_ms": stats.newest_ms,
                "file_bytes": stats.file_bytes,
                "by_verdict": dict(stats.by_verdict),
            }
        )
        return
    out.line(f"{stats.entries:,} entries, {stats.pinned:,} pinned, {stats.deleted:,} deleted")
    if stats.oldest_ms is not None and stats.newest_ms is not None:
        out.line(f"from {_when(stats.oldest_ms)} to {_when(stats.newest_ms)}")
    out.line(f"{stats.file_bytes / 1e6:,.1f} MB on the disk")
    for word, count in stats.by_verdict:
        out.line(f"{count:>9,}  {word}")


def _when(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d %H:%M:%S}"


def _compact(store: HistoryStore, out: Output) -> None:
    before, after = store.care.compact().result()
    if out.as_json:
        out.document({"bytes_before": before, "bytes_after": after})
    else:
        out.line(f"The history took {before / 1e6:,.1f} MB and takes {after / 1e6:,.1f} MB now.")


def _verify(store: HistoryStore, out: Output) -> int:
    findings = store.care.verify().result()
    if out.as_json:
        out.document(
            {
                "checked": findings.checked,
                "problems": list(findings.problems),
                "damaged_ids": list(findings.damaged_ids),
            }
        )
    else:
        for problem in findings.problems:
            out.line(plain(problem))
        if findings.damaged_ids:
            shown = ", ".join(map(str, findings.damaged_ids[:20]))
            more = " and more" if len(findings.damaged_ids) > 20 else ""
            out.line(f"Damaged entries: {shown}{more}.")
        if findings.is_sound:
            out.line(f"All {findings.checked:,} entries are as they were written.")
    return 0 if findings.is_sound else 1
