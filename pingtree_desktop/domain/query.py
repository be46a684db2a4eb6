"""What a search of the history asks for, as a tree.

Pure data: how a person writes it is `query_text`, how it is answered is the storage's affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from pingtree_desktop.domain.verdict import Verdict


class Column(StrEnum):
    """Texts of which there are few; they are compared whatever their case."""

    EVENT = "event"
    CAMPAIGN = "campaign"
    CID = "cid"
    PID = "pid"
    PROFILE = "profile"
    ENVIRONMENT = "env"
    METHOD = "method"
    ENDPOINT = "endpoint"
    EXPECTED = "expected"
    LABEL = "label"


class Measure(StrEnum):
    """Whole numbers: an HTTP status, microseconds, bytes, UTC milliseconds since 1970."""

    STATUS = "status"
    TOOK_US = "took"
    SENT_BYTES = "sent"
    RECEIVED_BYTES = "received"
    STARTED_MS = "time"


class Flag(StrEnum):
    """What an entry is or is not."""

    PINNED = "pinned"
    NOTED = "noted"
    LABELLED = "labelled"
    EXPECTED = "expected"
    IN_DOUBT = "in_doubt"
    REPLIED = "replied"
    LIVE = "live"


class Part(StrEnum):
    """The bodies in which a text is looked for."""

    REQUEST = "request"
    REPLY = "reply"
    ANY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everything:
    """Every entry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Free words: each of them begins a word of the entry."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A column that holds a text, or equals it when `is_whole`."""

    column: Column
    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """A transaction id that begins with a text, or equals it when `is_whole`."""

    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictIs:
    """One of some verdicts."""

    verdicts: frozenset[Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Between:
    """A measure within bounds, both inclusive; without any bound: the entry has none."""

    measure: Measure
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """Money within exact bounds; an open bound does not belong to the range."""

    low: Decimal | None = None
    high: Decimal | None = None
    low_is_open: bool = False
    high_is_open: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field that was sent: each word of the text begins a word of its value, or is one."""

    name: str
    text: str
    is_whole: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyHolds:
    """A text anywhere in the bodies; slow, because each one is looked at."""

    part: Part
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHolds:
    """A text anywhere in the entry's note."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Is:
    """A flag that is set."""

    flag: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    """What the operand does not find."""

    operand: Query


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    """What all operands find."""

    operands: tuple[Query, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """What at least one operand finds."""

    operands: tuple[Query, ...]


Query: TypeAlias = (
    Everything
    | Words
    | Named
    | Transaction
    | VerdictIs
    | Between
    | Amount
    | Field
    | BodyHolds
    | NoteHolds
    | Is
    | Not
    | AllOf
    | AnyOf
)


def is_slow(query: Query) -> bool:
    """Whether a query looks into every body, so that it takes seconds in a large history."""
    match query:
        case BodyHolds():
            return True
        case Not(operand=operand):
            return is_slow(operand)
        case AllOf(operands=operands) | AnyOf(operands=operands):
            return any(map(is_slow, operands))
        case _:
            return False
