"""The lines of the history's list: which columns they are read from, and how a row becomes one."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import apsw

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.storage.escapes import escape, unescape
from pingtree_desktop.storage.event_codec import text_from_json
from pingtree_desktop.storage.history_names import NAMED, TEXT_LIMIT, Names

MESSAGE_LIMIT = 200
"""A longer message is cut in the list, and other texts at TEXT_LIMIT; the record has them whole."""

STATES = ("sending", "done", "in_doubt")
SENDING, DONE, IN_DOUBT = range(3)

_NUMBERS = ("http_status", "elapsed_us", "request_bytes", "response_bytes", "pinned")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_TEXTS = ("transaction_id", "money", "message")


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A line of the history's list.  `state` is a word of STATES; long texts are cut."""

    id: int
    started_ms: int
    state: str
    environment: str
    danger: str
    campaign: str
    event_id: str
    pid: str
    profile: str
    cid: str
    endpoint: str
    method: str
    verdict: str
    expected: str
    http_status: int | None
    elapsed_ms: float | None
    request_bytes: int
    response_bytes: int
    pinned: bool
    transaction_id: str
    money: str
    message: str
    labels: tuple[str, ...]
    has_note: bool

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected


# ---- reading ---------------------------------------------------------------------------------


def summary_sql(*, as_bytes: bool = False) -> str:
    """The columns and tables of a summary; `as_bytes` for text that is no longer UTF-8."""
    texts = [f"ifnull(r.{name}, p.{name})" for name in _TEXTS] + ["k.labels"]
    if as_bytes:
        texts = [f"CAST({text} AS BLOB)" for text in texts]
    columns = ["e.id", "e.started_ms", "e.state", *(f"e.{name}" for name in NAMED + _NUMBERS)]
    return (
        f"SELECT {', '.join(columns + texts)}, k.note <> '' FROM exchange AS e "
        "LEFT JOIN record AS r ON r.exchange_id = e.id "
        "LEFT JOIN pending AS p ON p.exchange_id = e.id AND e.state = 0 "
        "LEFT JOIN remark AS k ON k.exchange_id = e.id"
    )


def summary(connection: apsw.Connection, names: Names, row: tuple[Any, ...]) -> Summary:
    """A line of the list from a row of `summary_sql`."""
    entry_id, started_ms, state, *rest = row
    named, rest = rest[: len(NAMED)], rest[len(NAMED) :]
    status, elapsed_us, request_bytes, response_bytes, pinned, *texts, labels, has_note = rest
    transaction_id, money, message = map(_text, texts)
    return Summary(
        id=entry_id,
        started_ms=started_ms,
        state=STATES[state],
        **{
            column: names.text(connection, number)
            for column, number in zip(NAMED, named, strict=True)
        },
        http_status=status,
        elapsed_ms=None if elapsed_us is None else elapsed_us / 1000,
        request_bytes=request_bytes,
        response_bytes=response_bytes,
        pinned=bool(pinned),
        transaction_id=transaction_id,
        money=money,
        message=message,
        labels=labels_of(labels),
        has_note=bool(has_note),
    )


def labels_of(stored: str | bytes | None) -> tuple[str, ...]:
    """The labels of a remark's row; none when the row is damaged or not there."""
    if not stored:
        return ()
    try:
        return tuple(text_from_json(label) for label in json.loads(stored))
    except (ValueError, TypeError, UnreadableInput):
        return ()


def _text(value: str | bytes | None) -> str:
    if isinstance(value, bytes):
        return unescape(value.decode("utf-8", "replace"))
    if value is None:
        return ""
    return unescape(value) if "\\" in value else value


def unknown(entry_id: int) -> UsageError:
    """The error on an id that no entry has."""
    return UsageError(
        f"There is no entry {entry_id} in the history.", "List the entries to see their ids."
    )


def column_text(text: str) -> str:
    """A text as a column holds it: cut, and escaped where SQLite cannot take it."""
    return escape(text[:TEXT_LIMIT])


def uid_bytes(uid: str) -> bytes:
    """A uid as its column holds it: 16 bytes where it is a UUID."""
    if _UUID.fullmatch(uid):
        return bytes.fromhex(uid.replace("-", ""))
    return uid.encode("utf-8", "surrogatepass")
