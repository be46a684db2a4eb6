"""The history's filter: plain words, each of which must stand somewhere in a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import apsw

from pingtree_desktop.storage.escapes import escape
from pingtree_desktop.storage.history_rows import TEXT_LIMIT

WORDS_LIMIT = 50
"""Words after these are not looked at: SQLite takes no endless expression."""

FOLDED_FUNCTION = "holds_folded"
_COLUMNS = (
    "event_id",
    "transaction_id",
    "cid",
    "campaign",
    "profile",
    "verdict",
    "ifnull(http_status, '')",
    "message",
    "environment",
)
# A line break between the columns: no word has one, so none matches across two of them.
_ALL_TEXT = " || char(10) || ".join(_COLUMNS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A WHERE condition on `exchange` with its parameters."""

    sql: str
    parameters: tuple[str, ...]


def condition(words: str) -> Condition:
    """The condition of a filter text; deleted rows never match."""
    parts, parameters = ["deleted_ms IS NULL"], []
    for word in [word[:TEXT_LIMIT] for word in words.split()][:WORDS_LIMIT]:
        if word.isascii():
            parts.append(f"{_ALL_TEXT} LIKE ? ESCAPE '!'")
            parameters.append(f"%{_literal(escape(word))}%")
        else:  # SQLite's LIKE knows no case outside ASCII
            parts.append(f"{FOLDED_FUNCTION}(CAST({_ALL_TEXT} AS BLOB), ?)")
            parameters.append(escape(word).casefold())
    return Condition(sql=" AND ".join(parts), parameters=tuple(parameters))


def _literal(word: str) -> str:
    for special in "!%_":
        word = word.replace(special, "!" + special)
    return word


def register(connection: apsw.Connection) -> None:
    """Give a connection the function that the condition uses for letters outside ASCII."""
    connection.create_scalar_function(FOLDED_FUNCTION, _holds, 2, deterministic=True)


def _holds(*values: Any) -> bool:
    data, folded_word = values
    return folded_word in data.decode("utf-8", "replace").casefold()
