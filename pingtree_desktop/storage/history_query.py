"""A query as an SQL condition on `exchange AS e`.

Every part is one of three kinds: a comparison of numbers in the narrow table, a look-up in an
index (words, transactions), or a scan of records, which `is_slow` tells of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, assert_never

import apsw

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.field import normalise_money
from pingtree_desktop.storage.escapes import escape, unescape
from pingtree_desktop.storage.history_names import TEXT_LIMIT, kind_of
from pingtree_desktop.storage.history_rows import IN_DOUBT
from pingtree_desktop.storage.history_words import field_query, word_query
from pingtree_desktop.storage.records import Record, plain_bytes, split

LIVE_ROWS = "e.deleted_ms IS NULL"
_BODY_HOLDS, _AMOUNT_HOLDS = "body_holds", "amount_holds"
_COLUMNS = {q.Column.EVENT: "event_id", q.Column.ENVIRONMENT: "environment"}
_MEASURES = {
    q.Measure.STATUS: "e.http_status",
    q.Measure.TOOK_US: "e.elapsed_us",
    q.Measure.SENT_BYTES: "e.request_bytes",
    q.Measure.RECEIVED_BYTES: "e.response_bytes",
    q.Measure.STARTED_MS: "e.started_ms",
}


@dataclass(slots=True, kw_only=True)
class Condition:
    """An SQL condition with its parameters.

    `words` is the whole query as an index query when it is nothing but words, else empty.
    """

    sql: str
    parameters: list[Any] = field(default_factory=list)
    words: str = ""
    is_slow: bool = False


def condition(connection: apsw.Connection, query: q.Query) -> Condition:
    """The condition of a query on entries that are not deleted."""
    register(connection)
    made = _compile(connection, query)
    return Condition(
        sql=f"{LIVE_ROWS} AND {made.sql}",
        parameters=made.parameters,
        words=made.words,
        is_slow=made.is_slow,
    )


def _compile(connection: apsw.Connection, query: q.Query) -> Condition:
    match query:
        case q.Not(operand=operand):
            inner = _compile(connection, operand)
            return Condition(
                sql=f"NOT ifnull({inner.sql}, 0)",
                parameters=inner.parameters,
                is_slow=inner.is_slow,
            )
        case q.AllOf(operands=operands):
            return _joined(connection, operands, "AND")
        case q.AnyOf(operands=operands):
            return _joined(connection, operands, "OR")
        case q.Everything():
            return Condition(sql="1")
        case q.Words() | q.Field() | q.Transaction() | q.BodyHolds() | q.NoteHolds():
            return _text(query)
        case q.Named():
            return _named(connection, query)
        case q.VerdictIs(verdicts=verdicts):
            numbers = [
                number
                for verdict in sorted(verdicts)
                for number in _numbers(connection, "verdict", verdict, is_whole=True)
            ]
            return _one_of("e.verdict", numbers)
        case q.Between(measure=measure, low=low, high=high):
            return _between(_MEASURES[measure], low, high)
        case q.Amount():
            return _amount(query)
        case q.Is(flag=flag):
            return _flag(connection, flag)
        case _:
            assert_never(query)


def _text(query: q.Words | q.Field | q.Transaction | q.BodyHolds | q.NoteHolds) -> Condition:
    match query:
        case q.Words(text=text):
            return _words(word_query(text))
        case q.Field(name=name, text=text, is_whole=is_whole):
            return _words(field_query(name, text, is_whole=is_whole))
        case q.Transaction(text=text, is_whole=is_whole):
            return _transaction(text, is_whole=is_whole)
        case q.BodyHolds(part=part, text=text):
            return Condition(
                sql="EXISTS (SELECT 1 FROM record AS b WHERE b.exchange_id = e.id AND "
                f"{_BODY_HOLDS}(b.codec, b.crc32, b.data, ?, ?))",
                parameters=[part.value, text.casefold().encode("utf-8", "surrogatepass")],
                is_slow=True,
            )
        case q.NoteHolds(text=text):
            return Condition(
                sql="e.id IN (SELECT exchange_id FROM remark WHERE note LIKE ? ESCAPE '!')",
                parameters=[f"%{_like(text)}%"],
            )
        case _:
            assert_never(query)


def _joined(connection: apsw.Connection, operands: tuple[q.Query, ...], word: str) -> Condition:
    parts = [_compile(connection, operand) for operand in operands]
    wordy = [part.words for part in parts if part.words]
    if len(wordy) == len(parts):  # the index joins its lists itself, far faster than SQL
        return _words(f" {word} ".join(f"({words})" for words in wordy))
    if word == "AND" and len(wordy) > 1:
        rest = [part for part in parts if not part.words]
        parts = [*rest, _words(" AND ".join(f"({words})" for words in wordy))]
    # Cheap comparisons first: SQLite looks from left to right.
    parts.sort(key=lambda part: part.is_slow)
    return Condition(
        sql="(" + f" {word} ".join(part.sql for part in parts) + ")",
        parameters=[parameter for part in parts for parameter in part.parameters],
        is_slow=any(part.is_slow for part in parts),
    )


def _words(words: str) -> Condition:
    if not words:  # only quotes or spaces: nothing that could be missing
        return Condition(sql="1")
    return Condition(
        sql="e.id IN (SELECT rowid FROM words WHERE words MATCH ?)",
        parameters=[words],
        words=words,
    )


def _named(connection: apsw.Connection, named: q.Named) -> Condition:
    if named.column is q.Column.LABEL:
        holds = "value = ? COLLATE NOCASE" if named.is_whole else "value LIKE ? ESCAPE '!'"
        return Condition(
            sql=f"e.id IN (SELECT exchange_id FROM remark, json_each(remark.labels) WHERE {holds})",
            parameters=[escape(named.text) if named.is_whole else f"%{_like(named.text)}%"],
        )
    column = _COLUMNS.get(named.column, named.column.value)
    numbers = _numbers(connection, kind_of(column), named.text, is_whole=named.is_whole)
    return _one_of(f"e.{column}", numbers)


def _numbers(connection: apsw.Connection, kind: str, text: str, *, is_whole: bool) -> list[int]:
    """The numbers of the names of a kind that hold a text, whatever its case."""
    wanted = text[:TEXT_LIMIT].casefold()
    found = connection.execute("SELECT id, CAST(text AS BLOB) FROM name WHERE kind = ?", (kind,))
    numbers = []
    for number, data in found:
        name = unescape(bytes(data).decode("utf-8", "replace")).casefold()
        if name == wanted if is_whole else wanted in name:
            numbers.append(int(number))
    return numbers


def _one_of(column: str, numbers: list[int]) -> Condition:
    if len(numbers) == 1:
        return Condition(sql=f"{column} = {numbers[0]}")
    return Condition(sql=f"{column} IN ({', '.join(map(str, numbers))})")


def _transaction(text: str, *, is_whole: bool) -> Condition:
    wanted = escape(text[:TEXT_LIMIT])
    holds = "transaction_id = ? COLLATE NOCASE"
    if not is_whole:
        # Between the prefix and the prefix with the last of all characters behind it: an index.
        holds = (
            "transaction_id >= ? COLLATE NOCASE AND transaction_id < ? || char(1114111) "
            "COLLATE NOCASE"
        )
    return Condition(
        sql=f"e.id IN (SELECT exchange_id FROM record WHERE {holds} AND transaction_id <> '')",
        parameters=[wanted] if is_whole else [wanted, wanted],
    )


def _between(column: str, low: int | None, high: int | None) -> Condition:
    parts, parameters = [], []
    for bound, sign in ((low, ">="), (high, "<=")):
        if bound is not None:
            parts.append(f"{column} {sign} ?")
            parameters.append(max(-(2**63), min(bound, 2**63 - 1)))
    if not parts:
        return Condition(sql=f"{column} IS NULL")
    return Condition(sql="(" + " AND ".join(parts) + ")", parameters=parameters)


def _amount(amount: q.Amount) -> Condition:
    """Floats sieve; where one is as near to a bound as floats can tell, the exact text decides."""
    parts, parameters = ["e.amount IS NOT NULL"], list[Any]()
    exact = "(SELECT {holds}(money, '{sign}', ?) FROM record WHERE exchange_id = e.id)"
    bounds = (
        (amount.low, ">" if amount.low_is_open else ">="),
        (amount.high, "<" if amount.high_is_open else "<="),
    )
    for bound, sign in bounds:
        if bound is None:
            continue
        near = float(bound)
        parts.append(
            f"(e.amount {sign[0]} ? OR (e.amount = ? AND "
            f"{exact.format(holds=_AMOUNT_HOLDS, sign=sign)}))"
        )
        parameters += [near, near, str(bound)]
    return Condition(sql="(" + " AND ".join(parts) + ")", parameters=parameters)


def _flag(connection: apsw.Connection, flag: q.Flag) -> Condition:
    match flag:
        case q.Flag.PINNED:
            return Condition(sql="e.pinned")
        case q.Flag.NOTED:
            return Condition(sql="e.id IN (SELECT exchange_id FROM remark WHERE note <> '')")
        case q.Flag.LABELLED:
            return Condition(sql="e.id IN (SELECT exchange_id FROM remark WHERE labels <> '[]')")
        case q.Flag.EXPECTED:
            return Condition(sql="e.verdict = e.expected")
        case q.Flag.IN_DOUBT:
            return Condition(sql=f"e.state = {IN_DOUBT}")
        case q.Flag.REPLIED:
            return Condition(sql="e.http_status IS NOT NULL")
        case q.Flag.LIVE:
            return _one_of("e.danger", _numbers(connection, "danger", "live", is_whole=True))
        case _:
            assert_never(flag)


def _like(text: str) -> str:
    escaped = escape(text[:TEXT_LIMIT])
    for special in "!%_":
        escaped = escaped.replace(special, "!" + special)
    return escaped


# ---- functions for SQL ---------------------------------------------------------------------------


def register(connection: apsw.Connection) -> None:
    """Give a connection the functions that conditions use."""
    made: tuple[tuple[str, Callable[..., Any], int], ...] = (
        (_BODY_HOLDS, _body_holds, 5),
        (_AMOUNT_HOLDS, _amount_holds, 3),
    )
    for name, function, arguments in made:
        connection.create_scalar_function(name, function, arguments, deterministic=True)


def _body_holds(codec: int, crc32: int, data: bytes, part: str, folded: bytes) -> bool:
    try:
        plain = plain_bytes(0, Record(codec=codec, data=data, crc32=crc32))
        _, sent, received = split(plain)
    except (
        UnreadableInput,
        ValueError,
        KeyError,
        TypeError,
    ):
        return False  # a damaged record holds nothing that can be trusted
    wanted = folded.decode("utf-8", "surrogatepass")
    bodies = {q.Part.REQUEST: (sent,), q.Part.REPLY: (received,)}.get(
        q.Part(part), (sent, received)
    )
    return any(wanted in body.decode("utf-8", "replace").casefold() for body in bodies)


def _amount_holds(money: str, sign: str, bound: str) -> bool:
    plain = normalise_money(unescape(money))
    if plain is None:
        return False
    value, limit = Decimal(plain), Decimal(bound)
    match sign:
        case ">":
            return value > limit
        case ">=":
            return value >= limit
        case "<":
            return value < limit
        case _:
            return value <= limit
