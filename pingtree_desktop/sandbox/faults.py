"""Injected faults: how they are written, and how a reply is bent by them.

A fault comes from the request's header `X-Sandbox-Fault`, else from its campaign, else from the
whole server; the nearest one that names any wins alone.  The rules judge a faulted request
first, so that a `drop` or a `truncate` may really have fired; only `status`, `redirect` and a
`flaky` that fails answer without processing.  This module must not write to sockets.
"""

from __future__ import annotations

import gzip
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pingtree_desktop.domain.errors import PingTreeError, UsageError

MAX_DELAY_MS = 600_000
MAX_HUGE_BYTES = 1_000_000_000
MAX_BYTES_PER_S = 1_000_000_000
REDIRECT_TARGET = "http://sandbox.invalid/moved"
"""No such host can exist (RFC 6761), so a client that follows goes nowhere."""

_PIECE_BYTES = 65_536
_PADDING = b"x" * _PIECE_BYTES


class Shape(StrEnum):
    """What is put in the place of the reply's body; at most one of these at a time."""

    NOT_JSON = "not-json"
    HTML = "html"
    EMPTY = "empty"
    HUGE = "huge"
    WRONG_TYPE = "wrong-type"
    LIE = "lie"


@dataclass(frozen=True, slots=True, kw_only=True)
class FaultKind:
    """One kind of fault: its name, its argument's name (empty: none) and what it does."""

    name: str
    argument: str
    help: str

    @property
    def syntax(self) -> str:
        """As a person writes it, for example `delay:MS`."""
        return f"{self.name}:{self.argument}" if self.argument else self.name


FAULTS: tuple[FaultKind, ...] = (
    FaultKind(name="status", argument="CODE", help="Answers this HTTP status (400 to 999) only."),
    FaultKind(name="delay", argument="MS", help="Waits so many milliseconds before it answers."),
    FaultKind(name="drop", argument="", help="Closes the connection before the reply."),
    FaultKind(name="truncate", argument="", help="Closes the connection half-way in the body."),
    FaultKind(name="slow", argument="BYTES_PER_S", help="Sends the body at this speed."),
    FaultKind(name="not-json", argument="", help="Says JSON and sends something else."),
    FaultKind(name="html", argument="", help="Sends an HTML page in place of the reply."),
    FaultKind(name="empty", argument="", help="Sends no body at all."),
    FaultKind(name="huge", argument="BYTES", help="Pads the reply's JSON to this size."),
    FaultKind(name="wrong-type", argument="", help="Sends `status` as a number."),
    FaultKind(name="lie", argument="", help="Answers HTTP 200 with an error in the body."),
    FaultKind(name="redirect", argument="", help="Answers 307 to a host that does not exist."),
    FaultKind(name="gzip", argument="", help="Compresses the body correctly."),
    FaultKind(name="bad-gzip", argument="", help="Says gzip and sends a damaged stream."),
    FaultKind(name="flaky", argument="P", help="Answers 503 with this probability (0 to 1)."),
)
_BY_NAME = {kind.name: kind for kind in FAULTS}
_SHAPES = {shape.value: shape for shape in Shape}
_WHOLE_NUMBERS = {
    "status": ("status", 400, 999),
    "delay": ("delay_ms", 0, MAX_DELAY_MS),
    "slow": ("bytes_per_s", 1, MAX_BYTES_PER_S),
    "huge": ("huge_bytes", 1, MAX_HUGE_BYTES),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The faults in force for a request, already checked."""

    specs: tuple[str, ...] = ()
    delay_ms: int = 0
    drop: bool = False
    truncate: bool = False
    bytes_per_s: int = 0
    status: int = 0
    redirect: bool = False
    flaky: float = 0.0
    shape: Shape | None = None
    huge_bytes: int = 0
    gzip: bool = False
    bad_gzip: bool = False


NO_FAULT = Plan()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A reply's body without its padding in memory: head, so many filler bytes, tail."""

    head: bytes
    padding_bytes: int = 0
    tail: bytes = b""

    @property
    def size_bytes(self) -> int:
        return len(self.head) + self.padding_bytes + len(self.tail)

    def pieces(self, piece_bytes: int = _PIECE_BYTES, *, cut: bool = False) -> Iterator[bytes]:
        """The body in pieces of at most that size; with `cut` only its first half."""
        left = self.size_bytes // 2 if cut else self.size_bytes
        for piece in self._blocks():
            for start in range(0, len(piece), piece_bytes):
                part = piece[start : start + min(piece_bytes, left)]
                if not part:
                    return
                left -= len(part)
                yield part

    def _blocks(self) -> Iterator[bytes]:
        yield self.head
        left = self.padding_bytes
        while left > 0:
            yield _PADDING[: min(left, _PIECE_BYTES)]
            left -= _PIECE_BYTES
        yield self.tail


@dataclass(frozen=True, slots=True, kw_only=True)
class Bent:
    """A reply as it will go out: status, the headers that describe the body, the body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body


def read_plan(specs: Iterable[str], error: type[PingTreeError] = UsageError) -> Plan:
    """Check faults such as `delay:300`.

    Raises `error` (UsageError unless another kind fits the source better) with what is wrong.
    """
    values: dict[str, Any] = {}
    texts = tuple(spec.strip() for spec in specs)
    for spec in texts:
        name, colon, argument = spec.partition(":")
        kind = _BY_NAME.get(name)
        if kind is None:
            known = ", ".join(kind.syntax for kind in FAULTS)
            raise error(f"There is no fault called {spec[:60]!r}.", f"Known faults: {known}.")
        if bool(colon) != bool(kind.argument):
            raise error(f"The fault {spec[:60]!r} is not complete.", f"Write {kind.syntax}.")
        for key, value in _values(kind, argument, error).items():
            if key in values:
                raise error(
                    f"The fault {spec[:60]!r} does not go with an earlier one.",
                    "Name each fault once, and one at most that replaces the body.",
                )
            values[key] = value
    plan = Plan(specs=texts, **values)
    if plan.huge_bytes and (plan.gzip or plan.bad_gzip):
        raise error("The fault huge does not go with gzip.", "Use one of the two.")
    if plan.gzip and plan.bad_gzip:
        raise error("The fault gzip does not go with bad-gzip.", "Use one of the two.")
    return plan


def _values(kind: FaultKind, argument: str, error: type[PingTreeError]) -> dict[str, Any]:
    name = kind.name
    if name in _WHOLE_NUMBERS:
        key, low, high = _WHOLE_NUMBERS[name]
        values: dict[str, Any] = {key: _whole(kind, argument, low, high, error)}
    elif name == "flaky":
        values = {"flaky": _probability(kind, argument, error)}
    elif name in _SHAPES:
        values = {}
    else:
        values = {name.replace("-", "_"): True}
    return values | ({"shape": _SHAPES[name]} if name in _SHAPES else {})


def _whole(kind: FaultKind, text: str, low: int, high: int, error: type[PingTreeError]) -> int:
    if re.fullmatch(r"\d{1,10}", text, re.ASCII) and low <= int(text) <= high:
        return int(text)
    raise error(
        f"The fault {kind.name} does not take {text[:40]!r}.",
        f"Write {kind.syntax} with a whole number from {low} to {high}.",
    )


def _probability(kind: FaultKind, text: str, error: type[PingTreeError]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if 0 <= value <= 1:
        return value
    raise error(
        f"The fault {kind.name} does not take {text[:40]!r}.",
        f"Write {kind.syntax} with a number from 0 to 1, for example flaky:0.3.",
    )


def unprocessed_status(plan: Plan, chance: float) -> int:
    """The status to answer without processing the request, or 0: let the rules judge.

    `chance` is a fresh random number from 0 up to, not including, 1.
    """
    if plan.status:
        return plan.status
    if plan.redirect:
        return 307
    return 503 if chance < plan.flaky else 0


def bend(plan: Plan, status: int, reply: Mapping[str, object]) -> Bent:
    """The reply as the faults leave it; without faults the plain JSON reply."""
    content_type = "application/json"
    match plan.shape:
        case None:
            body = Body(head=_json(reply))
        case Shape.NOT_JSON:
            body = Body(head=b"SIMULATED: this is not JSON {")
        case Shape.HTML:
            content_type = "text/html; charset=utf-8"
            body = Body(head=b"<!doctype html><title>SIMULATED</title><h1>SIMULATED page</h1>\n")
        case Shape.EMPTY:
            body = Body(head=b"")
        case Shape.HUGE:
            body = _huge(reply, plan.huge_bytes)
        case Shape.WRONG_TYPE:
            body = Body(head=_json({**reply, "status": status}))
        case Shape.LIE:
            body = Body(head=_json(_lie(status, reply)))
            status = 200
    headers = [("Content-Type", content_type)]
    if plan.gzip or plan.bad_gzip:
        packed = gzip.compress(body.head, compresslevel=6, mtime=0)
        body = Body(head=_damage(packed) if plan.bad_gzip else packed)
        headers.append(("Content-Encoding", "gzip"))
    if status == 307:
        headers.append(("Location", REDIRECT_TARGET))
    return Bent(status=status, headers=tuple(headers), body=body)


def _json(reply: Mapping[str, object]) -> bytes:
    return json.dumps(reply, separators=(",", ":")).encode("ascii")


def _huge(reply: Mapping[str, object], size_bytes: int) -> Body:
    head = _json({**reply, "filler": ""})[:-2]
    return Body(head=head, padding_bytes=max(0, size_bytes - len(head) - 2), tail=b'"}')


def _lie(status: int, reply: Mapping[str, object]) -> Mapping[str, object]:
    if status != 200:
        return reply
    message = "SIMULATED lie: HTTP 200 with an error in the body."
    return {**reply, "status": "error", "type": "error", "message": message}


def _damage(packed: bytes) -> bytes:
    """Keep the gzip header, so that the damage shows only while it is unpacked."""
    return packed[:10] + bytes(byte ^ 0xFF for byte in packed[10:])
