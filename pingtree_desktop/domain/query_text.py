"""A search of the history as a person writes it, and back.

Words stand side by side and must all be there; `OR`, parentheses and a leading `-` or `NOT` work
as expected; `name:value` asks for one thing, `name:=value` for exactly it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn

from pingtree_desktop.domain import query as q
from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.query_periods import read_period, read_periods, within_calendar
from pingtree_desktop.domain.query_values import (
    Bounds,
    read_duration,
    read_money,
    read_size,
    read_status,
)
from pingtree_desktop.domain.query_words import FLAGS, NAMES, resembling
from pingtree_desktop.domain.verdict import MEANINGS, Verdict

DEPTH_LIMIT = 40
TERMS_LIMIT = 200
MEASURE_LIMIT = 10**18 - 1
"""The largest microseconds or bytes of a bound: it fits 64 bits and can be written exactly."""

_VALUE_LIMIT = 60  # of a number or time; the readers need not be fast beyond it
_SHOWN_LIMIT = 60


class QueryError(UsageError):
    """A search that cannot be read; `position` and `length` mark the place in its text."""

    def __init__(self, problem: str, remedy: str, *, position: int, length: int) -> None:
        super().__init__(problem, remedy)
        self.position, self.length = position, length


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a term; `is_whole` after `:=`."""

    text: str
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A mark (`(`, `)`, `OR`, `NOT`), or a term: a name or none, and its values."""

    start: int
    end: int
    mark: str = ""
    name: str = ""
    values: tuple[Value, ...] = ()


def parse(text: str, *, now: datetime) -> q.Query:
    """The tree of a search.  `now` is aware: `7d` and days count in its zone.

    Raises QueryError with one plain sentence.
    """
    return _Parser(list(_tokens(text)), text, now).whole()


class _Parser:
    def __init__(self, tokens: list[Token], text: str, now: datetime) -> None:
        self._tokens, self._text, self._now = tokens, text, now
        self._at = 0
        values = 0
        for token in tokens:
            values += len(token.values)
            if values > TERMS_LIMIT:
                _fail(token, f"A search holds at most {TERMS_LIMIT} values.", "Shorten it.")

    def whole(self) -> q.Query:
        if not self._tokens:
            return q.Everything()
        tree = self._either(0)
        if self._at < len(self._tokens):
            _fail(
                self._tokens[self._at],
                "A parenthesis closes here that none opened.",
                "Take it out, or put it in quotes to search for it.",
            )
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at].mark if self._at < len(self._tokens) else "end"

    def _either(self, depth: int) -> q.Query:
        parts = [self._all(depth)]
        while self._peek() == "OR":
            self._at += 1
            parts.append(self._all(depth))
        return parts[0] if len(parts) == 1 else q.AnyOf(operands=tuple(parts))

    def _all(self, depth: int) -> q.Query:
        parts = []
        while self._peek() not in {"OR", ")", "end"}:
            parts.append(self._one(depth))
        if not parts:
            self._nothing()
        return parts[0] if len(parts) == 1 else q.AllOf(operands=tuple(parts))

    def _nothing(self) -> NoReturn:
        """Something must stand here and does not."""
        at = min(self._at, len(self._tokens) - 1)
        if self._peek() == "end":
            at = max(0, self._at - 1)
        token = self._tokens[at]
        _fail(
            token,
            f"Something is missing beside {_shown(self._text[token.start : token.end])}.",
            "Write what to search for there, or take it out.",
        )

    def _one(self, depth: int) -> q.Query:
        token = self._tokens[self._at]
        if depth > DEPTH_LIMIT:
            _fail(token, "The search is nested too deep.", "Use fewer parentheses.")
        self._at += 1
        if token.mark == "NOT":
            if self._peek() in {"OR", ")", "end"}:
                self._nothing()
            return q.Not(operand=self._one(depth + 1))
        if token.mark == "(":
            inner = self._either(depth + 1)
            if self._peek() != ")":
                _fail(token, "This parenthesis is never closed.", "Add a closing one.")
            self._at += 1
            return inner
        return _term(token, self._now)


# ---- tokens ------------------------------------------------------------------------------------


def _tokens(text: str) -> Iterator[Token]:
    at, depth = 0, 0
    while at < len(text):
        letter = text[at]
        if letter.isspace():
            at += 1
        elif letter in "()":
            depth += 1 if letter == "(" else -1
            yield Token(start=at, end=at + 1, mark=letter)
            at += 1
        elif letter == "-" and at + 1 < len(text) and not text[at + 1].isspace():
            yield Token(start=at, end=at + 1, mark="NOT")
            at += 1
        else:
            token = _read_term(text, at, depth > 0)
            yield token
            at = token.end


def _read_term(text: str, start: int, in_group: bool) -> Token:
    name, at = _read_name(text, start)
    if not name:
        value, end = _read_value(text, start, in_group, ends="")
        bare = text[start:end]
        if bare in {"OR", "NOT"}:
            return Token(start=start, end=end, mark=bare)
        return Token(start=start, end=end, values=(value,))
    values = []
    while True:
        value, at = _read_value(text, at, in_group, ends=",")
        values.append(value)
        if at >= len(text) or text[at] != ",":
            break
        at += 1
    return Token(start=start, end=at, name=name, values=tuple(values))


def _read_name(text: str, start: int) -> tuple[str, int]:
    """A name and where its values begin; an empty name where none stands."""
    if text.startswith(f'{_LEAD}"', start):
        return _read_quoted_name(text, start)
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in "_.-"):
        end += 1
    is_name = start < end < len(text) and text[end] == ":" and not text.startswith("://", end)
    return (text[start:end], end + 1) if is_name else ("", start)


def _read_quoted_name(text: str, start: int) -> tuple[str, int]:
    """`lead."any name":`, for lead fields whose names hold spaces or marks."""
    inner, end = _read_quoted(text, start + len(_LEAD))
    return (_LEAD + inner, end + 1) if text.startswith(":", end) else ("", start)


def _read_quoted(text: str, start: int) -> tuple[str, int]:
    """What stands between the quote at `start` and its closing one, and where that ends."""
    written: list[str] = []
    end = start + 1
    while end < len(text) and text[end] != '"':
        end += text[end] == "\\" and end + 1 < len(text) and text[end + 1] in '"\\'
        written.append(text[end])
        end += 1
    if end >= len(text):
        token = Token(start=start, end=len(text))
        _fail(token, "This quote is never closed.", 'Add a closing ".')
    return "".join(written), end + 1


def _read_value(text: str, start: int, in_group: bool, *, ends: str) -> tuple[Value, int]:
    is_whole = bool(ends) and text.startswith("=", start)
    at = start + is_whole
    if text.startswith('"', at):
        inner, end = _read_quoted(text, at)
        return Value(text=inner, is_whole=is_whole), end
    end = at
    while end < len(text) and not text[end].isspace() and text[end] not in ends:
        if text[end] == ")" and in_group:
            break
        end += 1
    return Value(text=text[at:end], is_whole=is_whole), end


# ---- terms -------------------------------------------------------------------------------------

_LEAD = "lead."
_COLUMNS = {
    "event": q.Column.EVENT,
    "campaign": q.Column.CAMPAIGN,
    "cid": q.Column.CID,
    "pid": q.Column.PID,
    "profile": q.Column.PROFILE,
    "method": q.Column.METHOD,
    "endpoint": q.Column.ENDPOINT,
    "label": q.Column.LABEL,
}
_PARTS = {"body": q.Part.ANY, "request": q.Part.REQUEST, "reply": q.Part.REPLY}


def _term(token: Token, now: datetime) -> q.Query:
    if not token.name:
        text = token.values[0].text
        return q.Words(text=text) if text.strip() else q.Everything()
    if any(not value.text.strip() for value in token.values):
        problem = f"The filter {_shown(token.name)}: has no value."
        _fail(token, problem, "Write one right behind the colon.")
    if _canonical(token) == "verdict":
        verdicts = frozenset(_read_verdict(token, value.text) for value in token.values)
        return q.VerdictIs(verdicts=verdicts)
    choices = tuple(_one_value(token, value, now) for value in token.values)
    return choices[0] if len(choices) == 1 else q.AnyOf(operands=choices)


def _one_value(token: Token, value: Value, now: datetime) -> q.Query:
    name = _canonical(token)
    if not name:
        return _lead(token, value)
    if name in _COLUMNS:
        return q.Named(column=_COLUMNS[name], text=value.text, is_whole=value.is_whole)
    if name in _PARTS:
        return q.BodyHolds(part=_PARTS[name], text=value.text)
    reader = _READERS.get(name)
    if reader is not None:
        return reader(token, value, now)
    return q.Field(name=name, text=value.text, is_whole=value.is_whole)


def _lead(token: Token, value: Value) -> q.Query:
    name = token.name
    if name[: len(_LEAD)].casefold() == _LEAD:
        name = name[len(_LEAD) :]
        if not name:
            _fail(token, "The lead field has no name.", "Write one, as in lead.first_name:Jane.")
    elif meant := resembling(name):
        _fail(
            token,
            f"There is no filter called {_shown(name)}.",
            f"Did you mean {meant}? A lead field of that name is lead.{_shown(name)}:",
        )
    return q.Field(name=name, text=value.text, is_whole=value.is_whole)


def _canonical(token: Token) -> str:
    """The vocabulary's own name of a term; empty where it has none."""
    term = NAMES.get(token.name.casefold())
    return term.name if term else ""


def _transaction(_token: Token, value: Value, _now: datetime) -> q.Query:
    return q.Transaction(text=value.text, is_whole=value.is_whole)


def _environment(_token: Token, value: Value, _now: datetime) -> q.Query:
    named = q.Named(column=q.Column.ENVIRONMENT, text=value.text, is_whole=value.is_whole)
    if value.text.casefold() == "live":
        return q.AnyOf(operands=(named, q.Is(flag=q.Flag.LIVE)))
    return named


def _expected(token: Token, value: Value, _now: datetime) -> q.Query:
    word = _read_verdict(token, value.text).value
    return q.Named(column=q.Column.EXPECTED, text=word, is_whole=True)


def _read_verdict(token: Token, text: str) -> Verdict:
    word = text.strip().casefold()
    names = {v: (v.value, MEANINGS[v].label.casefold()) for v in Verdict}
    exact = [verdict for verdict, known in names.items() if word in known]
    near = [v for v, known in names.items() if any(name.startswith(word) for name in known)]
    found = exact or near
    if len(found) != 1:
        _fail(
            token,
            f"{_shown(text)} {'can mean several verdicts' if found else 'is no verdict'}.",
            f"Use one of {', '.join(v.value for v in found or Verdict)}.",
        )
    return found[0]


def _status(token: Token, value: Value, _now: datetime) -> q.Query:
    if value.text.casefold() == "none":
        return q.Not(operand=q.Is(flag=q.Flag.REPLIED))
    return _measured(token, value, q.Measure.STATUS, "4xx, 404, >=400 or none")


def _took(token: Token, value: Value, _now: datetime) -> q.Query:
    return _measured(token, value, q.Measure.TOOK_US, ">500ms, <2s or 100..500ms")


def _sent(token: Token, value: Value, _now: datetime) -> q.Query:
    return _measured(token, value, q.Measure.SENT_BYTES, ">10KB")


def _received(token: Token, value: Value, _now: datetime) -> q.Query:
    return _measured(token, value, q.Measure.RECEIVED_BYTES, ">1MB")


MEASURE_READERS: dict[q.Measure, Callable[[str], Bounds | None]] = {
    q.Measure.STATUS: read_status,
    q.Measure.TOOK_US: read_duration,
    q.Measure.SENT_BYTES: read_size,
    q.Measure.RECEIVED_BYTES: read_size,
}


def _measured(token: Token, value: Value, measure: q.Measure, example: str) -> q.Query:
    bounds = MEASURE_READERS[measure](_short(value))
    if bounds is None:
        problem = f"{_shown(value.text)} is nothing that {token.name}: takes."
        _fail(token, problem, f"Write {example}.")
    low, high = (None if n is None else min(n, MEASURE_LIMIT) for n in bounds.whole())
    return q.Between(measure=measure, low=low, high=high)


def _amount(token: Token, value: Value, _now: datetime) -> q.Query:
    bounds = read_money(_short(value))
    if bounds is None:
        problem = f"{_shown(value.text)} is no amount."
        _fail(token, problem, "Write 42.50, >=10 or 10..20, with a point.")
    return q.Amount(
        low=bounds.low,
        high=bounds.high,
        low_is_open=bounds.low_is_open,
        high_is_open=bounds.high_is_open,
    )


def _time(token: Token, value: Value, now: datetime) -> q.Query:
    name = _canonical(token)
    period = (read_periods if name == "on" else read_period)(_short(value), now)
    if period is None:
        _fail(
            token,
            f"{_shown(value.text)} is no time.",
            'Write 7d, 12h, today, 2026-11-01 or "2026-11-01 14:30".',
        )
    low: int | None = within_calendar(period.first_ms)
    high: int | None = within_calendar(period.last_ms)
    if name == "since":
        high = None
    elif name == "before":
        low, high = None, within_calendar(period.first_ms - 1)
    return q.Between(measure=q.Measure.STARTED_MS, low=low, high=high)


def _note(_token: Token, value: Value, _now: datetime) -> q.Query:
    return q.NoteHolds(text=value.text)


def _is(token: Token, value: Value, _now: datetime) -> q.Query:
    word = value.text.casefold()
    if word == "unexpected":
        return q.Not(operand=q.Is(flag=q.Flag.EXPECTED))
    if word not in FLAGS:
        _fail(token, f"Nothing is {_shown(value.text)}.", f"Use one of {', '.join(FLAGS)}.")
    return q.Is(flag=q.Flag(word))


_READERS: dict[str, Callable[[Token, Value, datetime], q.Query]] = {
    "tx": _transaction,
    "env": _environment,
    "expected": _expected,
    "status": _status,
    "took": _took,
    "sent": _sent,
    "received": _received,
    "amount": _amount,
    "since": _time,
    "before": _time,
    "on": _time,
    "note": _note,
    "is": _is,
}


def _short(value: Value) -> str:
    """The text of a number or time; empty, which is neither, when it is far too long for one."""
    return value.text if len(value.text) <= _VALUE_LIMIT else ""


def _shown(text: str) -> str:
    return to_display(text, one_line=True, limit=_SHOWN_LIMIT)


def _fail(token: Token, problem: str, remedy: str) -> NoReturn:
    raise QueryError(problem, remedy, position=token.start, length=token.end - token.start)


def quoted(text: str) -> str:
    """A value as it must be written: in quotes where it holds spaces or marks."""
    plain = text and not text.startswith(("=", '"', "-")) and text not in {"OR", "NOT"}
    if plain and not any(letter.isspace() or letter in '(),:"\\' for letter in text):
        return text
    return in_quotes(text)


def in_quotes(text: str) -> str:
    """A text between quotes, with its own quotes and backslashes escaped."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
