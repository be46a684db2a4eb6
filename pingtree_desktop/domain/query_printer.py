"""Writes a search as text that means the same to the parser, whatever the time zone.

What no text gives (a choice among nothing, a blank value) is refused: a saved filter must never
quietly become another one.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import NoReturn, assert_never

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.query_periods import instant
from pingtree_desktop.domain.query_text import (
    DEPTH_LIMIT,
    MEASURE_LIMIT,
    QueryError,
    in_quotes,
    parse,
    quoted,
)
from pingtree_desktop.domain.query_words import FIELD_NAMES
from pingtree_desktop.domain.verdict import Verdict

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)  # what is written counts from no particular now
_DIGITS_LIMIT = 30
_TWELVE_DIGITS = 10**12  # a number has at most twelve before its point
_TIME_UNITS = (("s", 1_000_000), ("ms", 1_000), ("us", 1))
_SIZE_UNITS = (("MB", 1_000_000), ("KB", 1_000), ("B", 1))

_Leaf = (
    q.Named
    | q.Transaction
    | q.VerdictIs
    | q.Between
    | q.Amount
    | q.Field
    | q.BodyHolds
    | q.NoteHolds
    | q.Is
)


def to_text(query: q.Query) -> str:
    """The text of a search; parsing it gives the same tree again.

    Raises UsageError for a tree that no text gives.
    """
    text = "" if isinstance(query, q.Everything) else _written(query, 0)
    try:
        is_same = parse(text, now=_EPOCH) == query
    except QueryError:
        is_same = False
    return text if is_same else _refuse()


def _refuse() -> NoReturn:
    raise UsageError("This search cannot be written as text.", "Use fewer or simpler conditions.")


def _written(query: q.Query, depth: int) -> str:
    """`depth` counts parentheses and negations, as the parser does."""
    if depth > DEPTH_LIMIT:
        _refuse()
    term = _term(query)
    if term is not None:
        return ":".join(term)
    match query:
        case q.Words(text=text):
            return quoted(text)
        case q.Not(operand=operand):
            return f"-{_grouped(operand, depth + 1)}"
        case q.AllOf(operands=operands):
            return " ".join(_grouped(operand, depth) for operand in operands)
        case q.AnyOf(operands=operands):
            return " OR ".join(
                _written(operand, depth)
                if isinstance(operand, q.AllOf)
                else _grouped(operand, depth)
                for operand in operands
            )
        case _:
            return '""'


def _grouped(query: q.Query, depth: int) -> str:
    if isinstance(query, q.AllOf | q.AnyOf) and _term(query) is None:
        return f"({_written(query, depth + 1)})"
    return _written(query, depth)


# ---- terms with a name ---------------------------------------------------------------------------


def _term(query: q.Query) -> tuple[str, str] | None:
    """The name and the values of what is written as one term; None for anything else."""
    match query:
        case q.AnyOf(operands=operands):
            return _live(operands) or _choice(operands)
        case q.Not(operand=q.Is(flag=q.Flag.EXPECTED)):
            return "is", "unexpected"
        case q.Not(operand=q.Is(flag=q.Flag.REPLIED)):
            return "status", "none"
        case q.Everything() | q.Words() | q.Not() | q.AllOf():
            return None
        case _:
            return _leaf(query)


def _live(operands: tuple[q.Query, ...]) -> tuple[str, str] | None:
    """`env:live` asks for the name or for production."""
    match operands:
        case (
            q.Named(column=q.Column.ENVIRONMENT, text=text, is_whole=is_whole),
            q.Is(flag=q.Flag.LIVE),
        ) if text.casefold() == "live":
            return "env", _value(text, is_whole=is_whole)
        case _:
            return None


def _choice(operands: tuple[q.Query, ...]) -> tuple[str, str] | None:
    """Several values of one name; verdicts in one term are one set already."""
    written: list[tuple[str, str]] = []
    for operand in operands:
        is_nested = isinstance(operand, q.AnyOf) and _live(operand.operands) is None
        term = None if is_nested or isinstance(operand, q.VerdictIs) else _term(operand)
        if term is None or (written and term[0] != written[0][0]):
            return None
        written.append(term)
    return (written[0][0], ",".join(value for _, value in written)) if written else None


def _leaf(query: _Leaf) -> tuple[str, str]:
    match query:
        case q.Named(column=q.Column.EXPECTED, text=text):
            return "expected", quoted(text)  # whole without being told
        case q.Named(column=column, text=text, is_whole=is_whole):
            return column.value, _value(text, is_whole=is_whole)
        case q.Transaction(text=text, is_whole=is_whole):
            return "tx", _value(text, is_whole=is_whole)
        case q.VerdictIs(verdicts=verdicts):
            return "verdict", ",".join(verdict for verdict in Verdict if verdict in verdicts)
        case q.Between():
            return _between(query)
        case q.Amount():
            return "amount", _amount(query)
        case q.Field(name=name, text=text, is_whole=is_whole):
            return _field_name(name), _value(text, is_whole=is_whole)
        case q.BodyHolds(part=part, text=text):
            return part.value, quoted(text)
        case q.NoteHolds(text=text):
            return "note", quoted(text)
        case q.Is(flag=flag):
            return "is", flag.value
        case _:
            assert_never(query)


def _value(text: str, *, is_whole: bool) -> str:
    return ("=" if is_whole else "") + quoted(text)


def _field_name(name: str) -> str:
    if name in FIELD_NAMES:
        return name
    is_plain = all(letter.isalnum() or letter in "_.-" for letter in name)
    return f"lead.{name if is_plain else in_quotes(name)}"


# ---- numbers and times ---------------------------------------------------------------------------


def _between(query: q.Between) -> tuple[str, str]:
    low, high = query.low, query.high
    if any(bound is not None and abs(bound) > MEASURE_LIMIT for bound in (low, high)):
        _refuse()
    match query.measure:
        case q.Measure.STARTED_MS:
            return _period(low, high)
        case q.Measure.STATUS:
            return "status", _status(low, high)
        case q.Measure.TOOK_US:
            return "took", _range(*(_with_unit(n, _TIME_UNITS) for n in (low, high)))
        case q.Measure.SENT_BYTES | q.Measure.RECEIVED_BYTES:
            written = _range(*(_with_unit(n, _SIZE_UNITS) for n in (low, high)))
            return query.measure.value, written
        case _:
            assert_never(query.measure)


def _period(low: int | None, high: int | None) -> tuple[str, str]:
    try:
        if high is None:
            return "since", quoted(instant(_known(low)))
        if low is None:
            return "before", quoted(instant(high + 1))
        return "on", quoted(f"{instant(low)}..{instant(high)}")
    except OverflowError:
        _refuse()


def _known(bound: int | None) -> int:
    return _refuse() if bound is None else bound


def _status(low: int | None, high: int | None) -> str:
    if low is not None and low in range(100, 1000, 100) and high == low + 99:
        return f"{low // 100}xx"
    if low is not None and low > 999:
        return f">{low - 1}"  # a status has three digits
    return _range(*("" if n is None else "-" if n < 0 else f"{n:03d}" for n in (low, high)))


def _with_unit(number: int | None, units: tuple[tuple[str, int], ...]) -> str:
    """In the largest unit that keeps it whole, else with six places; `-` when below nothing."""
    if number is None:
        return ""
    if number < 0:
        return "-"
    for unit, size in units:
        if number % size == 0 and number // size < _TWELVE_DIGITS:
            return f"{number // size}{unit}"
    unit, size = units[0]
    return f"{number // size}.{number % size:06d}{unit}"


def _range(low: str, high: str) -> str:
    if low == high:
        return low
    if high == "-":
        return "<000"
    if low and high:
        return f"{low}..{high}"
    return f">={low}" if low else f"<={high}"


def _amount(query: q.Amount) -> str:
    low, high = _money(query.low), _money(query.high)
    if query.low_is_open and low:
        return f">{low}"
    if query.high_is_open and high:
        return f"<{high}"
    return _range(low, high)


def _money(number: Decimal | None) -> str:
    if number is None:
        return ""
    if not number.is_finite() or abs(number.adjusted()) > _DIGITS_LIMIT:
        _refuse()
    return f"{number:f}"
