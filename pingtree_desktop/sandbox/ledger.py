"""What the sandbox accepted: pairs, when they fired, running amount and cost; kept on disk.

One JSON object per line is appended and flushed for every accepted event, so that the lock and
the duplicate rule hold after a restart or a kill.  A cut line is skipped and counted.  One
process at a time owns a folder; within it every method may be called from any thread.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, replace
from decimal import Context, Decimal, InvalidOperation
from pathlib import Path
from typing import BinaryIO

from pingtree_desktop.domain.errors import NewerVersion, StorageUnavailable
from pingtree_desktop.sandbox.rules import Entry, Pair, Past

FILE_NAME = "ledger.jsonl"
LINE_VERSION = 1

_EXACT = Context(prec=60)
"""Amounts have at most 12 digits before and 12 after the point: sums of them never round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One pair.  `amount` and `cost` are None until one was sent; `last_ms` is UTC."""

    transaction_id: str
    event_id: str
    cid: str
    count: int
    amount: Decimal | None
    cost: Decimal | None
    last_ms: int


@dataclass(slots=True)
class _Held:
    row: LedgerRow
    lock_from_ms: int | None


class Ledger:
    """The accepted events of one folder, or of this run alone when the folder is None."""

    def __init__(self, folder: Path | None) -> None:
        self._path = None if folder is None else folder / FILE_NAME
        self._guard = threading.Lock()
        self._held: dict[Pair, _Held] = {}
        self._file: BinaryIO | None = None
        self._at_line_start = True
        self._unreadable_lines = 0

    @property
    def unreadable_lines(self) -> int:
        """How many cut or foreign lines the file held when it was opened."""
        return self._unreadable_lines

    def open(self) -> None:
        """Read what is kept.  Raises StorageUnavailable, or NewerVersion for a later format."""
        if self._path is None:
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._path, _FLAGS, 0o600)
            file = os.fdopen(descriptor, "r+b", buffering=0)
        except OSError as error:
            raise self._unavailable(error) from error
        with self._guard:
            try:
                data = file.read()
                self._load(data)
            except OSError as error:
                file.close()
                raise self._unavailable(error) from error
            except NewerVersion:
                file.close()
                raise
            self._file = file
            self._at_line_start = data.endswith(b"\n") or not data

    def close(self) -> None:
        """Let the file go; what was accepted stays visible."""
        with self._guard:
            if self._file is not None:
                self._file.close()
                self._file = None

    def past(self, pair: Pair, now_ms: int, lock_ms: int) -> Past:
        """What is known of a pair.

        A lock that began in the future (the clock was set back) is counted from now when it is
        near, and given up when it is farther away than a lock lasts: it never holds for longer.
        """
        with self._guard:
            held = self._held.get(pair)
            if held is None:
                return Past()
            began = held.lock_from_ms
            if began is not None and began > now_ms:
                held.lock_from_ms = now_ms if began - now_ms <= lock_ms else None
            return Past(count=held.row.count, lock_from_ms=held.lock_from_ms)

    def add(self, entry: Entry) -> None:
        """Keep an accepted event, on disk first.  Raises StorageUnavailable: nothing is kept."""
        line = _line(entry)
        with self._guard:
            if self._file is not None:
                try:
                    self._write(self._file, line)
                except OSError as error:
                    self._at_line_start = False
                    raise self._unavailable(error) from error
            self._count(entry)

    def rows(self) -> tuple[LedgerRow, ...]:
        """All pairs, in the order in which they first fired."""
        with self._guard:
            return tuple(held.row for held in self._held.values())

    def clear(self) -> int:
        """Forget everything, on disk too; how many pairs there were.

        Raises StorageUnavailable when the file cannot be emptied; then all is kept.
        """
        with self._guard:
            try:
                if self._file is not None:
                    self._file.seek(0)
                    self._file.truncate()
                elif self._path is not None and self._path.exists():
                    os.truncate(self._path, 0)
            except OSError as error:
                raise self._unavailable(error) from error
            cleared = len(self._held)
            self._held.clear()
            self._at_line_start = True
            return cleared

    def _write(self, file: BinaryIO, line: bytes) -> None:
        # After a write that failed half-way the rest of that line is closed off first.
        data = line if self._at_line_start else b"\n" + line
        while data:
            data = data[file.write(data) :]
        self._at_line_start = True

    def _load(self, data: bytes) -> None:
        self._held.clear()
        self._unreadable_lines = 0
        for line in data.splitlines():
            if not line.strip():
                continue
            entry = _entry(line)
            if entry is None:
                self._unreadable_lines += 1
            else:
                self._count(entry)

    def _count(self, entry: Entry) -> None:
        held = self._held.get(entry.pair)
        if held is None:
            pair = entry.pair
            row = LedgerRow(
                transaction_id=pair.transaction_id,
                event_id=pair.event_id,
                cid=pair.cid,
                count=0,
                amount=None,
                cost=None,
                last_ms=0,
            )
            held = self._held[pair] = _Held(row, None)
        row = held.row
        held.row = replace(
            row,
            count=row.count + 1,
            amount=_plus(row.amount, entry.amount),
            cost=_cost_after(row.cost, entry),
            last_ms=entry.at_ms,
        )
        held.lock_from_ms = entry.at_ms

    def _unavailable(self, error: OSError) -> StorageUnavailable:
        reason = error.strerror or "the system refused"
        return StorageUnavailable(
            f"The sandbox's ledger {self._path} cannot be used: {reason}.",
            "Check the folder, its permissions and the free space, or choose another workspace.",
        )


_FLAGS = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)


def _plus(total: Decimal | None, part: Decimal | None) -> Decimal | None:
    if part is None:
        return total
    return part if total is None else _EXACT.add(total, part)


def _cost_after(total: Decimal | None, entry: Entry) -> Decimal | None:
    if entry.cost is None:
        return total
    match entry.cost_operation:
        case "override":
            return entry.cost
        case "substract":
            return _EXACT.subtract(Decimal(0) if total is None else total, entry.cost)
        case _:
            return _plus(total, entry.cost)


def _line(entry: Entry) -> bytes:
    pair = entry.pair
    data: dict[str, object] = {
        "v": LINE_VERSION,
        "at_ms": entry.at_ms,
        "cid": pair.cid,
        "transaction_id": pair.transaction_id,
        "event_id": pair.event_id,
    }
    if entry.amount is not None:
        data["amount"] = str(entry.amount)
    if entry.cost is not None:
        data["cost"] = str(entry.cost)
        data["cost_operation"] = entry.cost_operation
    return json.dumps(data, separators=(",", ":")).encode("ascii") + b"\n"


def _entry(line: bytes) -> Entry | None:
    """The entry of a line, or None for a cut or foreign one.  Raises NewerVersion."""
    try:
        data = json.loads(line)
        version = data["v"]
        if isinstance(version, int) and version > LINE_VERSION:
            raise NewerVersion(
                "The sandbox's ledger was written by a later version of the program.",
                "Update PingTree Desktop, or choose another workspace.",
            )
        texts = [data["cid"], data["transaction_id"], data["event_id"]]
        if not all(isinstance(text, str) for text in texts) or not isinstance(data["at_ms"], int):
            return None
        return Entry(
            pair=Pair(*texts),
            at_ms=data["at_ms"],
            amount=_decimal(data.get("amount")),
            cost=_decimal(data.get("cost")),
            cost_operation=str(data.get("cost_operation", "add")),
        )
    except (ValueError, KeyError, TypeError, RecursionError, InvalidOperation):
        return None


def _decimal(text: object) -> Decimal | None:
    if text is None:
        return None
    number = Decimal(str(text))
    if not number.is_finite() or number.adjusted() >= 40:
        raise ValueError(text)
    return number
