"""Which (transaction, event) pairs are used up, and which one to use next.

When an event does not allow duplicates, its first success uses the pair up for good.  What may
have arrived without a word on its fate counts as unknown: offering it again could be a duplicate.
Ids are compared as exact texts.  Source: the wire facts, section "Behaviour".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pingtree_desktop.domain.verdict import Verdict, verdict_of

_DOUBTFUL = frozenset({
    Verdict.IN_DOUBT,
    Verdict.NO_REPLY,
    Verdict.CANCELLED,
    Verdict.SERVER_ERROR,
    Verdict.UNRECOGNISED,  # a reply that nobody can read may have been a success
    Verdict.LOCKED,  # another request for the pair was being handled, maybe not ours
})  # fmt: skip


class PairState(StrEnum):
    """What is known of a pair.

    DUPLICATE: a duplicate reply was seen, but never our own success.  UNKNOWN: something may
    have arrived.  MULTI: used before, and the event may be fired again.
    """

    UNUSED = "unused"
    FIRED = "fired"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"
    MULTI = "multi-trigger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A transaction and an event."""

    transaction_id: str
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A pair's state, and how many exchanges say so (refused ones count among `sends`)."""

    state: PairState = PairState.UNUSED
    sends: int = 0


UNTRIED = Use()

PairRow = tuple[str, str, str, bool]
"""One exchange of a pair: transaction id, event id, verdict, whether it may have arrived."""

Uses = Mapping[tuple[str, str], Use]


def state_after(before: PairState, verdict: str, *, may_have_arrived: bool) -> PairState:
    """What one more exchange makes of a pair's state, whatever the order they come in."""
    found = verdict_of(verdict)
    if found is Verdict.FIRED or before is PairState.FIRED:
        return PairState.FIRED
    if found is Verdict.DUPLICATE or before is PairState.DUPLICATE:
        return PairState.DUPLICATE
    if found in _DOUBTFUL and may_have_arrived:
        return PairState.UNKNOWN
    return before


def pair_uses(rows: Iterable[PairRow], multi: frozenset[str] = frozenset()) -> Uses:
    """The uses of the pairs that were ever sent, from one row for each exchange."""
    states: dict[tuple[str, str], PairState] = {}
    sends: dict[tuple[str, str], int] = {}
    for transaction_id, event_id, verdict, may_have_arrived in rows:
        key = (transaction_id, event_id)
        before = states.get(key, PairState.UNUSED)
        states[key] = state_after(before, verdict, may_have_arrived=may_have_arrived)
        sends[key] = sends.get(key, 0) + 1
    return {
        key: Use(state=_shown(state, is_multi=key[1] in multi), sends=sends[key])
        for key, state in states.items()
    }


def _shown(state: PairState, *, is_multi: bool) -> PairState:
    return PairState.MULTI if is_multi and state is not PairState.UNUSED else state


def next_unused(
    transaction_ids: Sequence[str],
    event_ids: Sequence[str],
    uses: Uses,
    *,
    multi: frozenset[str] = frozenset(),
    after: Pair | None = None,
) -> Pair | None:
    """The first unused pair, by the bank's order and then the events' order.

    When none is left, a pair of a multi-trigger event: the one after `after`, and from the top
    again at the end.  None when every pair is used up or unknown.
    """
    first_again: Pair | None = None
    next_again: Pair | None = None
    has_passed = False
    for transaction_id in transaction_ids:
        for event_id in event_ids:
            pair = Pair(transaction_id=transaction_id, event_id=event_id)
            if uses.get((transaction_id, event_id), UNTRIED).state is PairState.UNUSED:
                return pair
            if event_id in multi:
                first_again = first_again or pair
                if has_passed:
                    next_again = next_again or pair
            has_passed = has_passed or pair == after
    return next_again or first_again
