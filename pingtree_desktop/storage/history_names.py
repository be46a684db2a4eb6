"""Texts that many entries share (campaigns, events, environments), kept once under a number.

A number is never used again, so number -> text can be remembered for good.  Text -> number holds
until names are swept, by this process or another one: `check` notices that.
"""

from __future__ import annotations

import apsw

from pingtree_desktop.storage.escapes import escape, unescape

NAMED = (
    "environment",
    "danger",
    "campaign",
    "event_id",
    "pid",
    "profile",
    "cid",
    "endpoint",
    "method",
    "verdict",
    "expected",
)
"""The columns of `exchange` that hold the number of a name."""

TEXT_LIMIT = 500
_ROWS_LIMIT = 10_000
SWEEPS = "names_swept"


class Names:
    """The names of one history as this process knows them."""

    def __init__(self) -> None:
        self._numbers: dict[tuple[str, str], int] = {}
        self._rows: dict[tuple[str, ...], tuple[int, ...]] = {}
        self._texts: dict[int, str] = {}
        self._sweeps = -1

    def check(self, connection: apsw.Connection) -> None:
        """Forget the numbers if names were swept meanwhile.  Call it inside a write transaction."""
        sweeps = connection.execute("SELECT value FROM counter WHERE name = ?", (SWEEPS,)).get
        if sweeps != self._sweeps:
            self.forget()
            self._sweeps = sweeps

    def forget(self) -> None:
        """Forget the numbers: a transaction that may have made some was undone."""
        self._numbers.clear()
        self._rows.clear()

    def number(self, connection: apsw.Connection, kind: str, text: str) -> int:
        """The number of a text, made if it has none.  Call it inside a write transaction."""
        known = self._numbers.get((kind, text))
        if known is not None:
            return known
        kept = escape(text[:TEXT_LIMIT])
        found = connection.execute(
            "SELECT id FROM name WHERE kind = ? AND text = ?", (kind, kept)
        ).get
        if found is None:
            connection.execute("INSERT INTO name (kind, text) VALUES (?, ?)", (kind, kept))
            found = connection.last_insert_rowid()
        self._numbers[(kind, text)] = int(found)
        return int(found)

    def numbers(self, connection: apsw.Connection, texts: tuple[str, ...]) -> tuple[int, ...]:
        """The numbers of one text for each of the columns NAMED, in their order."""
        known = self._rows.get(texts)
        if known is None:
            known = tuple(
                self.number(connection, kind_of(column), text)
                for column, text in zip(NAMED, texts, strict=True)
            )
            if len(self._rows) < _ROWS_LIMIT:
                self._rows[texts] = known
        return known

    def text(self, connection: apsw.Connection, number: int) -> str:
        """The text of a number; empty when the file has lost it."""
        known = self._texts.get(number)
        if known is None:
            sql = "SELECT CAST(text AS BLOB) FROM name WHERE id = ?"
            data = connection.execute(sql, (number,)).get
            known = "" if data is None else unescape(bytes(data).decode("utf-8", "replace"))
            self._texts[number] = known
        return known


def kind_of(column: str) -> str:
    """The kind under which a column's names are kept."""
    return "verdict" if column == "expected" else column


def sweep(connection: apsw.Connection, columns: tuple[str, ...]) -> None:
    """Remove the names that no entry uses.  Call it inside a write transaction."""
    used = " UNION ".join(f"SELECT {column} FROM exchange" for column in columns)
    connection.execute(f"DELETE FROM name WHERE id NOT IN ({used})")
    if connection.changes():
        connection.execute("UPDATE counter SET value = value + 1 WHERE name = ?", (SWEEPS,))
