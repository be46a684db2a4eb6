"""What a person adds to the history: notes, labels, pins, saved filters, the pair bank's ids.

Methods return futures of `concurrent.futures` and never block.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Any

import apsw

from pingtree_desktop.storage import history_rows as rows
from pingtree_desktop.storage.database import Database
from pingtree_desktop.storage.escapes import escape, unescape
from pingtree_desktop.storage.history_writer import remark
from pingtree_desktop.storage.sql import fetch


class HistoryRemarks:
    """The annotating half of an open history."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def set_note(self, entry_id: int, note: str) -> Future[None]:
        """Write the note of an entry; an empty one takes it away.  UsageError without an entry."""

        def job(connection: apsw.Connection) -> None:
            _, labels = _remark(connection, entry_id)
            remark(connection, entry_id, note, labels)

        return self._database.write(job)

    def change_labels(
        self, ids: Sequence[int], add: Iterable[str] = (), remove: Iterable[str] = ()
    ) -> Future[None]:
        """Put labels on entries and take others off."""
        added, removed = list(add), set(remove)

        def job(connection: apsw.Connection) -> None:
            for entry_id in ids:
                note, labels = _remark(connection, entry_id)
                kept = dict.fromkeys((*labels, *added))
                remark(connection, entry_id, note, tuple(k for k in kept if k not in removed))

        return self._database.write(job)

    def pin(self, ids: Sequence[int], *, is_pinned: bool) -> Future[None]:
        """Pin entries or unpin them; no retention removes a pinned one."""
        chosen = json.dumps(list(ids))

        def job(connection: apsw.Connection) -> None:
            connection.execute(
                "UPDATE exchange SET pinned = ? WHERE id IN (SELECT value FROM json_each(?))",
                (int(is_pinned), chosen),
            )

        return self._database.write(job)

    def labels(self) -> Future[list[str]]:
        """All labels in use, by the alphabet."""

        def job(connection: apsw.Connection) -> list[str]:
            found = fetch(connection, "SELECT labels FROM remark WHERE labels <> '[]'")
            used = {label for (stored,) in found for label in rows.labels_of(stored)}
            return sorted(used, key=str.casefold)

        return self._database.read(job)

    # ---- saved filters -----------------------------------------------------------------------

    def saved_filters(self) -> Future[list[tuple[str, str]]]:
        """The saved filters by name: (name, text)."""
        sql = "SELECT name, text FROM saved_filter ORDER BY name COLLATE NOCASE"

        def job(connection: apsw.Connection) -> list[tuple[str, str]]:
            found: list[Any] = fetch(connection, sql)
            return [(unescape(name), unescape(text)) for name, text in found]

        return self._database.read(job)

    def save_filter(self, name: str, text: str) -> Future[None]:
        """Keep a filter under a name; one of that name is replaced."""

        def job(connection: apsw.Connection) -> None:
            connection.execute(
                "INSERT OR REPLACE INTO saved_filter VALUES (?, ?)", (escape(name), escape(text))
            )

        return self._database.write(job)

    def forget_filter(self, name: str) -> Future[None]:
        """Remove a saved filter."""

        def job(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM saved_filter WHERE name = ?", (escape(name),))

        return self._database.write(job)

    # ---- pair bank -----------------------------------------------------------------------------

    def bank(self) -> Future[list[str]]:
        """The transaction ids of the pair bank in their order."""
        sql = "SELECT transaction_id FROM bank ORDER BY position"

        def job(connection: apsw.Connection) -> list[str]:
            return [unescape(str(text)) for (text,) in fetch(connection, sql)]

        return self._database.read(job)

    def set_bank(self, ids: Sequence[str]) -> Future[None]:
        """Replace the pair bank's ids; a repeated one counts once."""
        texts = dict.fromkeys(escape(text) for text in ids)

        def job(connection: apsw.Connection) -> None:
            connection.execute("DELETE FROM bank")
            connection.executemany(
                "INSERT INTO bank (transaction_id) VALUES (?)", ((text,) for text in texts)
            )

        return self._database.write(job)


def _remark(connection: apsw.Connection, entry_id: int) -> tuple[str, tuple[str, ...]]:
    found = connection.execute(
        "SELECT note, labels FROM exchange LEFT JOIN remark ON exchange_id = id WHERE id = ?",
        (entry_id,),
    ).fetchone()
    if found is None:
        raise rows.unknown(entry_id)
    note, labels = found
    return unescape(note or ""), rows.labels_of(labels)
