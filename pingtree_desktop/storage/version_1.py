"""Rows of the first version of the history's tables, read once more to bring them up.

Frozen with that version: it changes only where a newer table changes what it writes to.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from typing import Any

import apsw

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.request import Request
from pingtree_desktop.storage import history_rows as rows
from pingtree_desktop.storage.escapes import unescape
from pingtree_desktop.storage.history_names import Names
from pingtree_desktop.storage.history_writer import EntryWriter, prepare
from pingtree_desktop.storage.records import PLAIN, outcome_from_json, pairs
from pingtree_desktop.storage.sql import fetch

_TEXTS = (
    "uid",
    "environment",
    "danger",
    "base_url",
    "endpoint",
    "campaign",
    "profile",
    "cid",
    "event_id",
    "transaction_id",
    "money",
    "verdict",
    "expected",
)
_COLUMNS = ("id", "started_ms", "state", "owner", "deleted_ms", *_TEXTS)
_CHUNK = 1000


def convert(connection: apsw.Connection) -> None:
    """Write every old row into the new tables under its id.  Runs inside the migration."""
    writer, last = EntryWriter(Names()), 0
    columns = ", ".join(f"CAST({name} AS BLOB)" if name in _TEXTS else name for name in _COLUMNS)
    sql = (
        f"SELECT {columns}, request, response, meta, crc32, message FROM exchange_1 "
        "LEFT JOIN body_1 ON exchange_id = id WHERE id > ? ORDER BY id LIMIT ?"
    )
    while found := fetch(connection, sql, (last, _CHUNK)):
        for row in found:
            _convert_row(connection, writer, row)
        last = found[-1][0]
        writer.end(connection)
    connection.execute(
        "INSERT OR REPLACE INTO sqlite_sequence (rowid, name, seq) "
        "SELECT (SELECT rowid FROM sqlite_sequence WHERE name = 'exchange'), 'exchange', seq "
        "FROM sqlite_sequence WHERE name = 'exchange_1'"
    )


def _convert_row(connection: apsw.Connection, writer: EntryWriter, row: tuple[Any, ...]) -> None:
    values = dict(zip(_COLUMNS, row[: len(_COLUMNS)], strict=True))
    request, response, meta, crc32, message = row[len(_COLUMNS) :]
    texts = {name: unescape(values[name].decode("utf-8", "replace")) for name in _TEXTS}
    state = rows.STATES.index(values["state"])
    exchange = _exchange(values, texts, request, response, meta, crc32)
    is_damaged = exchange is None
    if exchange is None:
        exchange = _only_line(values, texts, str(message))
    entry_id = writer.insert(
        connection,
        prepare(exchange, is_over=state != rows.SENDING),
        state=state,
        owner=values["owner"] if state == rows.SENDING else None,
        entry_id=values["id"],
    )
    connection.execute(
        "UPDATE exchange SET deleted_ms = ? WHERE id = ?", (values["deleted_ms"], entry_id)
    )
    if is_damaged:  # its bytes are kept as they are, under a sum that does not fit
        kept = (meta or b"") + b"\n" + (request or b"") + (response or b"")
        connection.execute(
            "UPDATE record SET codec = ?, crc32 = ?, data = ? WHERE exchange_id = ?",
            (PLAIN, zlib.crc32(kept) ^ 1, kept, entry_id),
        )


def _only_line(values: Mapping[str, Any], texts: dict[str, Any], message: str) -> Exchange:
    nothing = Request(method="", url="", headers=(), body=b"")
    return Exchange(
        **texts,
        started_ms=values["started_ms"],
        request=nothing,
        outcome=None,
        message=unescape(message),
    )


def _exchange(
    values: Mapping[str, Any],
    texts: dict[str, Any],
    request: bytes | None,
    response: bytes | None,
    meta: bytes | None,
    crc32: int | None,
) -> Exchange | None:
    """The exchange as it was kept, or None when its record is damaged or gone."""
    if request is None or meta is None:
        return None
    if zlib.crc32(meta, zlib.crc32(response or b"", zlib.crc32(request))) != crc32:
        return None
    try:
        head = json.loads(meta.decode("utf-8", "surrogatepass"))
        outcome = head["outcome"]
        return Exchange(
            **(texts | head["whole"]),
            started_ms=values["started_ms"],
            request=Request(
                method=head["method"],
                url=head["url"],
                headers=pairs(head["headers"]),
                body=request,
            ),
            outcome=None if outcome is None else outcome_from_json(outcome, response),
            message=head["message"],
            event_text=head["event_text"],
        )
    except (ValueError, KeyError, TypeError):
        return None
