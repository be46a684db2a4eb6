"""Everything ever sent for one transaction: its timeline, its sums, what it has used up.

The sums are our own arithmetic over what was sent and answered; the account's books may differ.
Sends to different environments never share a sum or a pair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal, Inexact, InvalidOperation
from types import MappingProxyType

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.pairs import PairState, state_after
from pingtree_desktop.domain.sent_money import (
    ADD,
    OVERRIDE,
    SUBTRACT,
    SentMoney,
    SentNumber,
    sent_money,
)
from pingtree_desktop.domain.verdict import Verdict, verdict_of

ARITHMETIC = "our arithmetic, assuming the cost was 0 before the first event here"
ARITHMETIC_SINCE_OVERRIDE = "our arithmetic, from the cost that an event here set by override"

# Twelve digits on each side of the point, and room for more sums than a history has entries.
_EXACT = Context(prec=60, traps=[Inexact, InvalidOperation])
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One exchange on the timeline, with its environment's sums after it.

    `why_not_money` and `why_not_cost` say why something that was sent is in no sum; they are
    empty where it counts, and where nothing was sent.
    """

    exchange: Exchange
    verdict: Verdict
    money: SentNumber
    cost: SentNumber
    cost_operation: str
    amount_after: Decimal
    cost_after: Decimal
    why_not_money: str = ""
    why_not_cost: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """The sums of one environment.

    `not_counted` is how many fired sends carried money or a cost that is in no sum.
    """

    environment: str
    danger: str
    sends: int
    fired: int
    amount: Decimal
    cost: Decimal
    cost_label: str
    not_counted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """A row of the grid: how often each verdict came for an event in an environment."""

    environment: str
    event_id: str
    counts: Mapping[Verdict, int] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedPair:
    """A pair that is used up, or may be (`state` UNKNOWN), and the exchange that says so first.

    With a multi-trigger event nothing is used up: its state is MULTI.
    """

    environment: str
    transaction_id: str
    event_id: str
    state: PairState
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One transaction's account.  `verdicts` are the columns of the grid, in their own order."""

    transaction_id: str
    moments: tuple[Moment, ...] = ()
    totals: tuple[Totals, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    events: tuple[EventRow, ...] = ()
    pairs: tuple[UsedPair, ...] = ()

    @property
    def used_up(self) -> tuple[UsedPair, ...]:
        """The pairs that another send would find a duplicate."""
        return tuple(p for p in self.pairs if p.state in {PairState.FIRED, PairState.DUPLICATE})

    @property
    def maybe_used(self) -> tuple[UsedPair, ...]:
        """The pairs of which nobody knows whether they are used up."""
        return tuple(pair for pair in self.pairs if pair.state is PairState.UNKNOWN)


def plain(number: Decimal) -> str:
    """A number with all its digits and without an exponent."""
    return format(number, "f")


def may_have_arrived(exchange: Exchange) -> bool:
    """Whether the server may have got the request of an exchange."""
    failure = exchange.outcome.failure if exchange.outcome else None
    return failure is None or failure.may_have_arrived


def dossier(
    transaction_id: str, exchanges: Sequence[Exchange], multi: frozenset[str] = frozenset()
) -> Dossier:
    """The account of a transaction's exchanges, oldest first; `multi` are multi-trigger events."""
    sums: dict[str, _Sums] = {}
    moments = []
    for exchange in exchanges:
        account = sums.setdefault(exchange.environment, _Sums(danger=exchange.danger))
        moments.append(account.take(exchange))
    seen = {moment.verdict for moment in moments}
    return Dossier(
        transaction_id=transaction_id,
        moments=tuple(moments),
        totals=tuple(account.totals(name) for name, account in sums.items()),
        verdicts=tuple(verdict for verdict in Verdict if verdict in seen),
        events=_events(moments),
        pairs=_pairs(exchanges, multi),
    )


class _Sums:
    """The running sums of one environment."""

    def __init__(self, *, danger: str) -> None:
        self._danger = danger
        self._amount = self._cost = _NOTHING
        self._is_overridden = False
        self._sends = self._fired = self._not_counted = 0

    def take(self, exchange: Exchange) -> Moment:
        verdict = verdict_of(exchange.verdict)
        sent = sent_money(exchange.request)
        why_not_money, why_not_cost = sent.money.why_not, sent.cost.why_not
        self._sends += 1
        if verdict is Verdict.FIRED:
            self._fired += 1
            if sent.money.value is not None:
                self._amount = _EXACT.add(self._amount, sent.money.value)
            why_not_cost = self._apply_cost(sent)
        else:
            not_fired = "It was not fired."
            why_not_money = not_fired if sent.money.text else why_not_money
            why_not_cost = not_fired if sent.cost.text or sent.operation else why_not_cost
        self._not_counted += verdict is Verdict.FIRED and bool(why_not_money or why_not_cost)
        return Moment(
            exchange=exchange,
            verdict=verdict,
            money=sent.money,
            cost=sent.cost,
            cost_operation=sent.operation,
            amount_after=self._amount,
            cost_after=self._cost,
            why_not_money=why_not_money,
            why_not_cost=why_not_cost,
        )

    def _apply_cost(self, sent: SentMoney) -> str:
        """Count a fired cost, or say why it cannot be."""
        value = sent.cost.value
        if sent.cost.why_not:
            return sent.cost.why_not
        if value is None:
            return "A cost operation without a cost." if sent.operation else ""
        if not sent.operation:
            return "Without a cost operation: what it does is not documented."
        if sent.operation == ADD:
            self._cost = _EXACT.add(self._cost, value)
        elif sent.operation == SUBTRACT:
            self._cost = _EXACT.subtract(self._cost, value)
        elif sent.operation == OVERRIDE:
            self._cost, self._is_overridden = value, True
        else:
            return f"The cost operation {sent.operation[:40]!r} is not a documented one."
        return ""

    def totals(self, environment: str) -> Totals:
        return Totals(
            environment=environment,
            danger=self._danger,
            sends=self._sends,
            fired=self._fired,
            amount=self._amount,
            cost=self._cost,
            cost_label=ARITHMETIC_SINCE_OVERRIDE if self._is_overridden else ARITHMETIC,
            not_counted=self._not_counted,
        )


def _events(moments: Iterable[Moment]) -> tuple[EventRow, ...]:
    counts: dict[tuple[str, str], Counter[Verdict]] = {}
    for moment in moments:
        key = (moment.exchange.environment, moment.exchange.event_id)
        counts.setdefault(key, Counter())[moment.verdict] += 1
    return tuple(
        EventRow(environment=environment, event_id=event_id, counts=MappingProxyType(found))
        for (environment, event_id), found in counts.items()
    )


def _pairs(exchanges: Iterable[Exchange], multi: frozenset[str]) -> tuple[UsedPair, ...]:
    states: dict[tuple[str, str, str], tuple[PairState, Exchange]] = {}
    for one in exchanges:
        key = (one.environment, one.transaction_id, one.event_id)
        before = states.get(key, (PairState.UNUSED, one))
        after = state_after(before[0], one.verdict, may_have_arrived=may_have_arrived(one))
        states[key] = before if after is before[0] else (after, one)
    return tuple(
        UsedPair(
            environment=environment,
            transaction_id=transaction_id,
            event_id=event_id,
            state=PairState.MULTI if event_id in multi else state,
            exchange=exchange,
        )
        for (environment, transaction_id, event_id), (state, exchange) in states.items()
        if state is not PairState.UNUSED
    )
