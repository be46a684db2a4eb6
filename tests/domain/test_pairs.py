"""Used and unused pairs: what the verdicts of a pair's exchanges say, and which one comes next."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.pairs import Pair, PairState, next_unused, pair_uses
from pingtree_desktop.domain.verdict import Verdict

DOUBTFUL = {"in_doubt", "no_reply", "cancelled", "server_error", "unrecognised", "locked"}


def state(*verdicts: tuple[str, bool], multi: bool = False) -> PairState:
    rows = [("T", "e", verdict, arrived) for verdict, arrived in verdicts]
    return pair_uses(rows, frozenset({"e"} if multi else ()))["T", "e"].state


@pytest.mark.parametrize("verdict", list(Verdict))
def test_one_exchange_says_what_its_verdict_says(verdict):
    expected = {"fired": PairState.FIRED, "duplicate": PairState.DUPLICATE}.get(
        verdict.value, PairState.UNKNOWN if verdict.value in DOUBTFUL else PairState.UNUSED
    )
    assert state((verdict.value, True)) is expected


@pytest.mark.parametrize("verdict", ["no_reply", "cancelled"])
def test_what_never_left_uses_nothing_up(verdict):
    assert state((verdict, False)) is PairState.UNUSED


def test_a_damaged_word_is_unknown():
    assert state(("nonsense", True)) is PairState.UNKNOWN


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        (("missing_field", "fired", "duplicate"), PairState.FIRED),
        (("server_error", "duplicate", "missing_field"), PairState.DUPLICATE),
        (("in_doubt", "missing_field"), PairState.UNKNOWN),
        (("missing_field", "unknown_event"), PairState.UNUSED),
    ],
)
def test_the_strongest_word_wins_in_any_order(verdicts, expected):
    for order in itertools.permutations(verdicts):
        assert state(*((one, True) for one in order)) is expected


def test_a_multi_trigger_event_is_never_used_up():
    assert state(("fired", True), multi=True) is PairState.MULTI
    assert state(("in_doubt", True), multi=True) is PairState.MULTI
    assert state(("missing_field", True), multi=True) is PairState.UNUSED


def test_sends_are_counted_per_exact_pair():
    uses = pair_uses([
        ("T", "e", "fired", True), ("T", "e", "duplicate", True), ("t", "e", "missing_field", True),
        ("T", "E", "in_doubt", True),
    ])  # fmt: skip
    assert {key: (use.state.value, use.sends) for key, use in uses.items()} == {
        ("T", "e"): ("fired", 2),
        ("t", "e"): ("unused", 1),
        ("T", "E"): ("unknown", 1),
    }


def pair(transaction_id: str, event_id: str) -> Pair:
    return Pair(transaction_id=transaction_id, event_id=event_id)


def test_the_next_unused_pair_follows_the_bank_then_the_events():
    uses = pair_uses([("A", "e1", "fired", True), ("B", "e1", "server_error", True)])
    assert next_unused(["A", "B", "C"], ["e1", "e2"], uses) == pair("A", "e2")
    assert next_unused(["A", "B", "C"], ["e1"], uses) == pair("C", "e1")
    assert next_unused(["A", "B", "a"], ["e1"], uses) == pair("a", "e1")
    assert next_unused(["A", "B"], ["e1"], uses) is None
    assert next_unused([], ["e1"], uses) is None
    assert next_unused(["A"], [], uses) is None


def test_a_multi_trigger_event_is_offered_again_when_nothing_else_is_left():
    multi = frozenset({"m"})
    rows = [("A", "m", "fired", True), ("A", "x", "fired", True), ("B", "x", "fired", True)]
    ids, events = ["A", "B"], ["m", "x"]
    uses = pair_uses(rows, multi)
    assert next_unused(ids, events, uses, multi=multi) == pair("B", "m")
    uses = pair_uses([*rows, ("B", "m", "duplicate", True)], multi)
    assert next_unused(ids, events, uses, multi=multi) == pair("A", "m")
    again = [pair("A", "m")]
    for _ in range(3):
        again.append(next_unused(ids, events, uses, multi=multi, after=again[-1]))
    assert [one.transaction_id for one in again] == ["A", "B", "A", "B"]
    gone = pair("gone", "m")
    assert next_unused(ids, events, uses, multi=multi, after=gone) == pair("A", "m")


words = st.sampled_from([verdict.value for verdict in Verdict])
sends = st.lists(st.tuples(st.sampled_from("aAb"), st.sampled_from("xX"), words, st.booleans()))


@given(sends)
def test_a_used_or_unknown_pair_is_never_offered(rows):
    found = next_unused(["a", "A", "b"], ["x", "X"], pair_uses(rows))
    seen = {
        (tx, event)
        for tx, event, verdict, arrived in rows
        if verdict in {"fired", "duplicate"} or (verdict in DOUBTFUL and arrived)
    }
    wanted = [(tx, event) for tx in "aAb" for event in "xX" if (tx, event) not in seen]
    assert (None if found is None else (found.transaction_id, found.event_id)) == (
        wanted[0] if wanted else None
    )
