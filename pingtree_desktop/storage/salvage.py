"""Takes whole entries out of a damaged history file, page by page, without asking SQLite.

A record carries everything of its exchange and a checksum, so a page can be read for itself: lost
headers, roots and half files cost only the entries on the pages that are gone.  Reads, never
writes.  Source: the SQLite database file format, sections on b-tree pages and records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.storage.escapes import unescape
from pingtree_desktop.storage.history_rows import labels_of
from pingtree_desktop.storage.records import Record, unpack

PAGE_BYTES = 4096
_LEAF = 0x0D
_RECORD_COLUMNS, _EXCHANGE_COLUMNS, _REMARK_COLUMNS = 8, 22, 3
_PINNED_AT, _DELETED_AT = 19, 21
_BODY_LIMIT = 200_000_000

Value = int | float | bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Salvaged:
    """One entry under its old id, with its note, labels and pin."""

    entry_id: int
    exchange: Exchange
    is_deleted: bool


def salvage(path: Path) -> Iterator[Salvaged]:
    """Every entry of a file whose record is whole; each id once, in no order."""
    with path.open("rb") as file:
        size = path.stat().st_size
        pages = _Pages(file, size)
        flags, remarks = _annotations(pages)
        seen: set[int] = set()
        for entry_id, values in pages.rows(_RECORD_COLUMNS):
            exchange = _exchange(entry_id, values)
            if exchange is None or entry_id in seen:
                continue
            seen.add(entry_id)
            is_pinned, is_deleted = flags.get(entry_id, (False, False))
            note, labels = remarks.get(entry_id, ("", ()))
            yield Salvaged(
                entry_id=entry_id,
                exchange=replace(exchange, pinned=is_pinned, note=note, labels=labels),
                is_deleted=is_deleted,
            )


def holds_entries(path: Path) -> bool:
    """Whether a file holds at least one whole entry of ours."""
    return next(salvage(path), None) is not None


def _exchange(entry_id: int, values: list[Value]) -> Exchange | None:
    codec, crc32, data = values[5:]
    if not (isinstance(codec, int) and isinstance(crc32, int) and isinstance(data, bytes)):
        return None
    try:
        return unpack(entry_id, Record(codec=codec, crc32=crc32, data=data))
    except UnreadableInput:
        return None


def _annotations(
    pages: _Pages,
) -> tuple[dict[int, tuple[bool, bool]], dict[int, tuple[str, tuple[str, ...]]]]:
    """Pins and deletions, and notes and labels, by entry; only where there are any."""
    flags: dict[int, tuple[bool, bool]] = {}
    for entry_id, values in pages.rows(_EXCHANGE_COLUMNS):
        is_pinned, is_deleted = values[_PINNED_AT] == 1, values[_DELETED_AT] is not None
        if is_pinned or is_deleted:
            flags[entry_id] = (is_pinned, is_deleted)
    remarks: dict[int, tuple[str, tuple[str, ...]]] = {}
    for entry_id, values in pages.rows(_REMARK_COLUMNS):
        _, note, labels = values
        if isinstance(note, bytes) and isinstance(labels, bytes) and labels.startswith(b"["):
            remarks[entry_id] = (unescape(note.decode("utf-8", "replace")), labels_of(labels))
    return flags, remarks


class _Pages:
    """The pages of a file, whatever its header says."""

    def __init__(self, file: object, size: int) -> None:
        self._file, self._count = file, -(-size // PAGE_BYTES)

    def _page(self, number: int) -> bytes:
        """A page by its number from 1 on; what the file lacks of it is zero."""
        self._file.seek((number - 1) * PAGE_BYTES)  # type: ignore[attr-defined]
        data: bytes = self._file.read(PAGE_BYTES)  # type: ignore[attr-defined]
        return data.ljust(PAGE_BYTES, b"\0")

    def rows(self, columns: int) -> Iterator[tuple[int, list[Value]]]:
        """The rows of so many columns on all leaf pages of tables, with their rowids."""
        for number in range(1, self._count + 1):
            page = self._page(number)
            start = 100 if number == 1 else 0
            if page[start] != _LEAF:
                continue
            cells = int.from_bytes(page[start + 3 : start + 5], "big")
            for index in range(min(cells, PAGE_BYTES // 4)):
                at = start + 8 + 2 * index
                row = self._cell(page, int.from_bytes(page[at : at + 2], "big"), columns)
                if row is not None:
                    yield row

    def _cell(self, page: bytes, at: int, columns: int) -> tuple[int, list[Value]] | None:
        try:
            size, at = _varint(page, at)
            rowid, at = _varint(page, at)
            if not 0 < size < _BODY_LIMIT or rowid <= 0:
                return None
            payload = self._payload(page, at, size, columns)
            return None if payload is None else (rowid, _values(payload))
        except (IndexError, ValueError):
            return None

    def _payload(self, page: bytes, at: int, size: int, columns: int) -> bytes | None:
        """A row's bytes with its overflow pages; None when it has other columns."""
        most = PAGE_BYTES - 35
        if size <= most:
            local = size
        else:
            least = (PAGE_BYTES - 12) * 32 // 255 - 23
            local = least + (size - least) % (PAGE_BYTES - 4)
            local = local if local <= most else least
        first = page[at : at + local]
        header_size, start = _varint(first, 0)
        count = 0
        while start < min(header_size, len(first)):
            _, start = _varint(first, start)
            count += 1
        if count != columns:
            return None
        if size <= most:
            return first
        parts, missing = [first], size - local
        following = int.from_bytes(page[at + local : at + local + 4], "big")
        while missing > 0:
            if not 0 < following <= self._count:
                raise ValueError("an overflow page is missing")
            more = self._page(following)
            following = int.from_bytes(more[:4], "big")
            parts.append(more[4 : 4 + missing])
            missing -= len(parts[-1])
        return b"".join(parts)


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for _ in range(8):
        byte = data[at]
        at += 1
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at
    return value << 8 | data[at], at + 1


def _values(payload: bytes) -> list[Value]:
    """The columns of a record; texts stay bytes."""
    header_size, at = _varint(payload, 0)
    kinds = []
    while at < header_size:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    values: list[Value] = []
    at = header_size
    for kind in kinds:
        if kind in {0, 8, 9}:
            values.append({0: None, 8: 0, 9: 1}[kind])
            continue
        size = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8}.get(kind, (kind - 12) // 2)
        data = payload[at : at + size]
        if len(data) != size or kind in {10, 11}:
            raise ValueError("a row is cut short")
        at += size
        if kind < 7:
            values.append(int.from_bytes(data, "big", signed=True))
        elif kind == 7:
            values.append(0.0)  # no real number is needed here
        else:
            values.append(data)
    return values
