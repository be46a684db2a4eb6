"""Takes the history out into files and into the history again; a million entries in little memory.

Formatting and reading run beside the event loop.  A file appears whole or not at all.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from pingtree_desktop import __version__
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.redacted_exchange import redact_exchange
from pingtree_desktop.formats.exports import About, ExportFormat
from pingtree_desktop.formats.har import LIMIT_BYTES, read_har
from pingtree_desktop.formats.history_lines import exchange_of
from pingtree_desktop.storage.files import reading_file, writing_file
from pingtree_desktop.storage.history import TakenIn

CHUNK = 200
Told = Callable[[int, int], None]
"""Called in the loop's thread with how much is done, of how much."""


class Source(Protocol):
    """Where exported entries come from."""

    async def exchanges(self, ids: Sequence[int]) -> list[Exchange]: ...


class Sink(Protocol):
    """Where imported entries go."""

    async def take_in(self, exchanges: Sequence[Exchange]) -> TakenIn: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What was written: entries, bytes, and how many damaged ones had to be left out."""

    entries: int
    file_bytes: int
    left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What came in, what was there already, and plain sentences on what was left out."""

    added: int
    known: int
    notes: tuple[str, ...]


def _nobody(_done: int, _total: int) -> None:
    """Told to nobody."""


async def export(
    source: Source,
    ids: Sequence[int],
    form: ExportFormat,
    path: Path,
    *,
    now: datetime,
    redact: bool = True,
    told: Told = _nobody,
) -> Exported:
    """Write entries into a file, in the order of their ids; redacted unless told otherwise.

    A cancelled export leaves no file and any older one as it was.  Raises StorageUnavailable.
    """
    writer = form.make(About(version=__version__, now=now))
    written = 0
    with writing_file(path) as file:
        await asyncio.to_thread(file.write, writer.head())
        for first in range(0, len(ids), CHUNK):
            chunk = await source.exchanges(ids[first : first + CHUNK])

            def format_chunk(chunk: list[Exchange] = chunk) -> None:
                shown = map(redact_exchange, chunk) if redact else chunk
                for exchange in shown:
                    file.write(writer.entry(exchange))

            await asyncio.to_thread(format_chunk)
            written += len(chunk)
            told(min(first + CHUNK, len(ids)), len(ids))
        await asyncio.to_thread(file.write, writer.tail())
        size = await asyncio.to_thread(file.finish)
    return Exported(entries=written, file_bytes=size, left_out=len(ids) - written)


async def text_of(
    source: Source, ids: Sequence[int], form: ExportFormat, *, now: datetime, redact: bool = True
) -> str:
    """A few entries as text, for the clipboard or a preview of what leaves."""
    writer = form.make(About(version=__version__, now=now))
    chunk = await source.exchanges(ids)
    shown = [redact_exchange(one) for one in chunk] if redact else chunk
    return "".join([writer.head(), *map(writer.entry, shown), writer.tail()])


async def import_file(sink: Sink, path: Path, *, told: Told = _nobody) -> Imported:
    """Take in a HAR file or JSON lines of our own; entries that are there already stay as they are.

    Nothing is sent.  Raises UnreadableInput or StorageUnavailable.
    """
    if path.suffix.lower() == ".jsonl":
        return await _import_lines(sink, path, told)
    with reading_file(path, limit_bytes=LIMIT_BYTES) as file:
        data = await asyncio.to_thread(file.read)
    found = await asyncio.to_thread(read_har, data)
    added = known = 0
    for first in range(0, len(found.exchanges), CHUNK):
        taken = await sink.take_in(found.exchanges[first : first + CHUNK])
        added, known = added + taken.added, known + taken.known
        told(min(first + CHUNK, len(found.exchanges)), len(found.exchanges))
    return Imported(added=added, known=known, notes=found.notes)


async def _import_lines(sink: Sink, path: Path, told: Told) -> Imported:
    added = known = number = 0
    with reading_file(path) as file:
        total = os.fstat(file.fileno()).st_size
        while True:

            def read_chunk(start: int = number) -> list[Exchange]:
                lines = [line for _ in range(CHUNK) if (line := file.readline())]
                return [
                    exchange_of(_decoded(line, at), at)
                    for at, line in enumerate(lines, start + 1)
                    if line.strip()
                ]

            before = file.tell()
            chunk = await asyncio.to_thread(read_chunk)
            if file.tell() == before:
                return Imported(added=added, known=known, notes=())
            number += CHUNK
            taken = await sink.take_in(chunk)
            added, known = added + taken.added, known + taken.known
            told(file.tell(), total)


def _decoded(line: bytes, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"Line {number} cannot be read: it is no UTF-8.",
            "Choose a file that PingTree Desktop exported.",
        ) from error
