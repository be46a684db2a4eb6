"""The money and cost that a request really carried, as exact decimals, or why there is none.

Read from the bytes that were sent, never from what was typed: a number sent as a string is told.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlsplit

from pingtree_desktop.domain.catalogue import MONEY_KEYS
from pingtree_desktop.domain.field import MONEY, why_not_money
from pingtree_desktop.domain.members import Member, Shape, json_members, query_members
from pingtree_desktop.domain.request import Request

COST = "cost"
COST_OPERATION = "cost_operation"
ADD, SUBTRACT, OVERRIDE = "add", "substract", "override"  # the vendor's spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class SentNumber:
    """A number as sent: its `text`, its exact value, or a sentence on why it has none.

    All three empty: nothing was sent.
    """

    text: str = ""
    value: Decimal | None = None
    why_not: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMoney:
    """What one request says about money.  `operation` is the text of cost_operation."""

    money: SentNumber
    cost: SentNumber
    operation: str = ""


def sent_money(request: Request) -> SentMoney:
    """The money, the cost and the cost's operation of a request.  Never raises."""
    members, problem = _members(request)
    if problem:
        unread = SentNumber(why_not=f"The request cannot be read: {problem}")
        return SentMoney(money=unread, cost=unread)
    operation = _one(members, (COST_OPERATION,))
    return SentMoney(
        money=_number(_one(members, MONEY_KEYS), "The money"),
        cost=_number(_one(members, (COST,)), "The cost"),
        operation=_words(operation),
    )


def _members(request: Request) -> tuple[Sequence[Member], str]:
    if request.body.strip():
        found = json_members(request.body.decode("utf-8", "replace"))
        return found.items, found.problem
    try:
        query = urlsplit(request.url).query
    except ValueError:
        return (), "its address is none."
    return query_members(query).items, ""


def _one(members: Sequence[Member], names: Sequence[str]) -> list[Member]:
    """The members of these names, second ones of the same name included."""
    return [member for member in members if member.path.partition("#")[0] in names]


def _words(found: list[Member]) -> str:
    if len(found) == 1 and found[0].shape in {Shape.STRING, Shape.TEXT}:
        return found[0].value
    return " ".join(member.token for member in found)


def _number(found: list[Member], what: str) -> SentNumber:
    if not found:
        return SentNumber()
    if len(found) > 1:
        shown = ", ".join(f"{one.path} {one.token}" for one in found)
        return SentNumber(text=shown, why_not=f"{what} was sent more than once.")
    return _of_member(found[0])


def _of_member(member: Member) -> SentNumber:
    text = member.value if member.shape is Shape.TEXT else member.token
    match member.shape:
        case Shape.STRING:
            return SentNumber(text=text, why_not="It was sent as a string, not as a number.")
        case Shape.WORD | Shape.EMPTY:
            return SentNumber(text=text, why_not=f"It was sent as {text}, not as a number.")
        case _ if not text:
            return SentNumber(text=json.dumps(text), why_not="It was sent empty.")
        case _ if MONEY.fullmatch(text) is None:
            return SentNumber(text=text, why_not=why_not_money(text))
        case _:
            return SentNumber(text=text, value=Decimal(text))
