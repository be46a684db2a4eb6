"""Writes the entries of the history: their numbers, their record, their words, their remarks.

Runs inside the writer's transactions.  Words are put into the index at the end of each: the index
writes its part of the file anew at every savepoint, and SQLite makes one for many statements.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import apsw

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.field import normalise_money
from pingtree_desktop.storage.escapes import escape
from pingtree_desktop.storage.event_codec import text_from_json
from pingtree_desktop.storage.history_names import NAMED, Names
from pingtree_desktop.storage.history_rows import (
    DONE,
    MESSAGE_LIMIT,
    SENDING,
    column_text,
    uid_bytes,
)
from pingtree_desktop.storage.history_words import tokens
from pingtree_desktop.storage.records import Record, pack

_RESULT = ("state", "http_status", "elapsed_us", "response_bytes")
_COLUMNS = ("id", "started_ms", "owner", "amount", "request_bytes", *_RESULT, *NAMED)
_INSERT = f"INSERT INTO exchange ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_FINISH = (
    f"UPDATE exchange SET {', '.join(f'{name} = ?' for name in _RESULT)}, "
    "verdict = ?, owner = NULL WHERE id = ?"
)
_KEEP = (
    "INSERT OR REPLACE INTO {} (exchange_id, uid, transaction_id, money, message, codec, crc32, "
    "data) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
_KEEP_PENDING, _KEEP_RECORD = _KEEP.format("pending"), _KEEP.format("record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """An exchange with what is made of it before a transaction: its record and its words."""

    exchange: Exchange
    record: Record
    words: str


def prepare(exchange: Exchange, *, is_over: bool = True) -> Prepared:
    """The record and the words of an exchange, and no words yet of one that is being sent."""
    return Prepared(
        exchange=exchange,
        record=pack(exchange, is_final=is_over),
        words=tokens(exchange) if is_over else "",
    )


class EntryWriter:
    """Writes entries and gathers their words until the transaction ends."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self._words: list[tuple[int, str]] = []
        self._over: list[int] = []
        self._replaced: list[int] = []

    # ---- transactions ------------------------------------------------------------------------

    def begin(self, connection: apsw.Connection) -> None:
        """Call it first in a transaction."""
        self.names.check(connection)

    def end(self, connection: apsw.Connection) -> None:
        """Call it last in a transaction: the gathered words go into the index."""
        _remove(connection, "pending", "exchange_id", self._over)
        _remove(connection, "words", "rowid", self._replaced)
        if self._words:
            connection.executemany("INSERT INTO words (rowid, tokens) VALUES (?, ?)", self._words)
        self._clear()

    def undo(self) -> None:
        """Call it when a transaction was undone."""
        self._clear()
        self.names.forget()

    def _clear(self) -> None:
        self._words.clear()
        self._over.clear()
        self._replaced.clear()

    # ---- entries -------------------------------------------------------------------------------

    def insert(
        self,
        connection: apsw.Connection,
        prepared: Prepared,
        *,
        state: int,
        owner: str | None = None,
        entry_id: int | None = None,
    ) -> int:
        """Write a new entry and return its id; one that is over gets its words too."""
        exchange = prepared.exchange
        connection.execute(
            _INSERT,
            (
                entry_id,
                exchange.started_ms,
                owner,
                _amount(exchange.money),
                len(exchange.request.body),
                *_result(exchange, state),
                *self.names.numbers(connection, _names_of(exchange)),
            ),
        )
        new_id = connection.last_insert_rowid()
        if state == SENDING:
            _keep(connection, _KEEP_PENDING, new_id, prepared)
        else:
            _keep(connection, _KEEP_RECORD, new_id, prepared)
            self._words.append((new_id, prepared.words))
        return new_id

    def finish(self, connection: apsw.Connection, entry_id: int, prepared: Prepared) -> bool:
        """Write the result of an entry; False when there is no such entry."""
        verdict = self.names.number(connection, "verdict", prepared.exchange.verdict)
        connection.execute(_FINISH, (*_result(prepared.exchange, DONE), verdict, entry_id))
        if not connection.changes():
            return False
        self.keep(connection, entry_id, prepared)
        return True

    def keep(self, connection: apsw.Connection, entry_id: int, prepared: Prepared) -> None:
        """Write the record of an entry that is over, and make its words searchable."""
        self._over.append(entry_id)
        _keep(connection, _KEEP_RECORD, entry_id, prepared)
        self._words.append((entry_id, prepared.words))

    def index(self, entry_id: int, words: str) -> None:
        """Make an entry's words searchable; they replace those it had before."""
        self._replaced.append(entry_id)
        self._words.append((entry_id, words))


def _remove(connection: apsw.Connection, table: str, key: str, ids: list[int]) -> None:
    if ids:
        among = "(SELECT value FROM json_each(?))"
        connection.execute(f"DELETE FROM {table} WHERE {key} IN {among}", (json.dumps(ids),))


def remark(connection: apsw.Connection, entry_id: int, note: str, labels: tuple[str, ...]) -> None:
    """Write the note and the labels of an entry."""
    if not note and not labels:
        connection.execute("DELETE FROM remark WHERE exchange_id = ?", (entry_id,))
        return
    connection.execute(
        "INSERT OR REPLACE INTO remark (exchange_id, note, labels) VALUES (?, ?, ?)",
        (entry_id, escape(note), json.dumps([escape(label) for label in labels])),
    )


def _keep(connection: apsw.Connection, sql: str, entry_id: int, prepared: Prepared) -> None:
    exchange, record = prepared.exchange, prepared.record
    connection.execute(
        sql,
        (
            entry_id,
            uid_bytes(exchange.uid),
            column_text(exchange.transaction_id),
            column_text(exchange.money),
            column_text(exchange.message[:MESSAGE_LIMIT]),
            record.codec,
            record.crc32,
            record.data,
        ),
    )


def _names_of(exchange: Exchange) -> tuple[str, ...]:
    """The texts of the columns NAMED, in their order."""
    return (
        exchange.environment,
        exchange.danger,
        exchange.campaign,
        exchange.event_id,
        _pid(exchange.event_text),
        exchange.profile,
        exchange.cid,
        exchange.endpoint,
        exchange.request.method,
        exchange.verdict,
        exchange.expected,
    )


def _result(exchange: Exchange, state: int) -> tuple[int | None, ...]:
    """The values of the columns _RESULT."""
    outcome = exchange.outcome
    if outcome is None:
        return state, None, None, 0
    response = outcome.response
    elapsed_us = round(outcome.elapsed_ms * 1000)
    if response is None:
        return state, None, elapsed_us, 0
    return state, response.status, elapsed_us, len(response.body)


def _amount(money: str) -> float | None:
    """Near enough for a first sieve; what decides is the exact text beside it."""
    plain = normalise_money(money)
    return None if plain is None else float(plain)


def _pid(event_text: str) -> str:
    """The partner id that was sent, from the event's JSON; empty when there is none."""
    if '"pid"' not in event_text:
        return ""
    try:
        field = json.loads(event_text)["fields"]["pid"]
        return text_from_json(field["text"]) if field["mode"] == "value" else ""
    except (ValueError, KeyError, TypeError, RecursionError, UnreadableInput):
        return ""
