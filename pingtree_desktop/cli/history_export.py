"""`pingtree history export`: entries in a form that other programs read, to a file or printed."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Sequence
from datetime import datetime

from pingtree_desktop.cli.output import Output, exchange_json, judged
from pingtree_desktop.domain.query import Query
from pingtree_desktop.domain.redacted_exchange import redact_exchange
from pingtree_desktop.formats.exports import BY_KEY, About
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.transfer import CHUNK, export
from pingtree_desktop.storage.history import HistoryStore


def write(store: HistoryStore, args: argparse.Namespace, out: Output, query: Query | None) -> None:
    """Write what was asked for; `query` is None for the one entry of `show`."""
    if query is None:
        store.reader.get(args.id).result()  # says so when there is none, or it is damaged
        ids: Sequence[int] = [args.id]
    else:
        ids = store.reader.ids(query).result()[: args.limit]
    if args.format == "json":
        _documents(store, ids, args, out)
    elif args.out is None:
        _print(store, ids, args, out)
    else:
        _to_file(store, ids, args, out)


def _now() -> datetime:
    return datetime.now().astimezone()


def _to_file(
    store: HistoryStore, ids: Sequence[int], args: argparse.Namespace, out: Output
) -> None:
    done = asyncio.run(
        export(
            Archive(store),
            ids,
            BY_KEY[args.format],
            args.out,
            now=_now(),
            redact=args.redact,
            told=lambda done, total: out.progress(f"{done:,} of {total:,}"),
        )
    )
    masked = "masked" if args.redact else "with the leads' data as kept"
    out.note(f"Wrote {done.entries:,} entries, {masked}, to {args.out}.")
    if done.left_out:
        out.warn(f"{done.left_out:,} damaged entries had to be left out.")


def _print(store: HistoryStore, ids: Sequence[int], args: argparse.Namespace, out: Output) -> None:
    from pingtree_desktop import __version__  # noqa: PLC0415 - this command's

    writer = BY_KEY[args.format].make(About(version=__version__, now=_now()))
    out.exact(writer.head().encode("utf-8", "replace"))
    for first in range(0, len(ids), CHUNK):
        for exchange in store.reader.exchanges(ids[first : first + CHUNK]).result():
            shown = redact_exchange(exchange) if args.redact else exchange
            out.exact(writer.entry(shown).encode("utf-8", "replace"))
    out.exact(writer.tail().encode("utf-8", "replace"))


def _documents(
    store: HistoryStore, ids: Sequence[int], args: argparse.Namespace, out: Output
) -> None:
    found = store.reader.exchanges(ids).result()
    shown = [redact_exchange(one) if args.redact else one for one in found]
    out.document([exchange_json(one, judged(one)) for one in shown])
