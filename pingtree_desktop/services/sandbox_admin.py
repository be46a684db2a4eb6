"""Looks into a running sandbox and resets it, whichever process runs it.  Blocks."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.services.sandbox_host import Running

_TIMEOUT_S = 3.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerLine:
    """What the sandbox holds for one (transaction, event) pair; money as exact text."""

    transaction_id: str
    event_id: str
    cid: str
    count: int
    amount: str
    cost: str
    last_ms: int


def read_ledger(running: Running) -> tuple[LedgerLine, ...]:
    """The accepted events, newest first.  Raises StorageUnavailable when it does not answer."""
    if running.server is not None:
        rows: list[dict[str, Any]] = [
            {
                "transaction_id": row.transaction_id,
                "event_id": row.event_id,
                "cid": row.cid,
                "count": row.count,
                "amount": row.amount,
                "cost": row.cost,
                "last_ms": row.last_ms,
            }
            for row in running.server.ledger_rows()
        ]
    else:
        rows = _call(running, "GET", "ledger")["rows"]
    lines = [
        LedgerLine(
            transaction_id=str(row["transaction_id"]),
            event_id=str(row["event_id"]),
            cid=str(row["cid"]),
            count=int(row["count"]),
            amount="" if row["amount"] is None else str(row["amount"]),
            cost="" if row["cost"] is None else str(row["cost"]),
            last_ms=int(row["last_ms"]),
        )
        for row in rows
    ]
    return tuple(sorted(lines, key=lambda line: -line.last_ms))


def reset(running: Running) -> None:
    """Forget every accepted event and every lock."""
    if running.server is not None:
        running.server.reset()
    else:
        _call(running, "POST", "reset")


def _call(running: Running, method: str, name: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{running.url}/__sandbox/{name}",
        method=method,
        data=b"" if method == "POST" else None,
        headers={"X-Sandbox-Token": running.token},
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT_S) as reply:
            answer = json.load(reply)
    except (OSError, ValueError) as error:
        raise StorageUnavailable(
            "The sandbox runs in another window and does not answer.",
            "Close that window, or send once to start it here.",
        ) from error
    return answer if isinstance(answer, dict) else {}
