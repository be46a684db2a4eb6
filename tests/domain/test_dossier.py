"""A transaction's account: exact sums of what fired, what is in no sum and why, what is used up."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.dossier import (
    ARITHMETIC,
    ARITHMETIC_SINCE_OVERRIDE,
    dossier,
    may_have_arrived,
    plain,
)
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.sent_money import sent_money
from pingtree_desktop.domain.verdict import Verdict

URL = "http://127.0.0.1/api/event/demo"
ARRIVED = Failure(kind=FailureKind.READ_TIMEOUT, sentence="No reply.", may_have_arrived=True)
NEVER_LEFT = Failure(kind=FailureKind.DNS, sentence="No such host.")


def sent(
    body: str = "{}", verdict: str = "fired", *, url: str = URL, event_id: str = "buy",
    environment: str = "sandbox", failure: Failure | None = None, n: int = 1,
) -> Exchange:  # fmt: skip
    return Exchange(
        uid=f"u{n}", id=n, started_ms=n, environment=environment, danger=environment, base_url="",
        endpoint="campaign", campaign="", profile="", cid="demo", event_id=event_id,
        transaction_id="T", money="", verdict=verdict, expected="fired",
        request=Request(method="POST", url=url, headers=(), body=body.encode()),
        outcome=Outcome(response=None, failure=failure, phases=(), elapsed_ms=1.0),
    )  # fmt: skip


def test_nothing_sent_is_an_empty_account():
    found = dossier("T", [])
    assert (found.moments, found.totals, found.events, found.pairs) == ((), (), (), ())


def test_only_what_fired_is_summed_exactly():
    found = dossier("T", [
        sent('{"amount":0.1}'),
        sent('{"amount":0.2}'),
        sent('{"revenue":999999999999.000000000001}'),
        sent('{"amount":5}', "duplicate"),
        sent('{"amount":-0.3}'),
        sent("{}"),
    ])  # fmt: skip
    assert [plain(moment.amount_after) for moment in found.moments] == [
        "0.1", "0.3", "999999999999.300000000001", "999999999999.300000000001",
        "999999999999.000000000001", "999999999999.000000000001",
    ]  # fmt: skip
    assert found.moments[3].why_not_money == "It was not fired."
    assert found.moments[5].money.text == ""
    (totals,) = found.totals
    assert (totals.sends, totals.fired, totals.not_counted) == (6, 5, 0)
    assert isinstance(totals.amount, Decimal)


@pytest.mark.parametrize(
    ("body", "text", "why"),
    [
        ('{"amount":"42.50"}', '"42.50"', "It was sent as a string, not as a number."),
        ('{"amount":null}', "null", "It was sent as null, not as a number."),
        ('{"amount":[]}', "[]", "It was sent as [], not as a number."),
        ('{"amount":1e2}', "1e2", "It is a number, but longer than money is; write it out with "
         "at most 12 digits."),
        ('{"amount":1,"revenue":2}', "amount 1, revenue 2", "The money was sent more than once."),
        ('{"amount":1,"amount":1}', "amount 1, amount#2 1", "The money was sent more than once."),
        ("amount=5", "", "The request cannot be read: It is not JSON."),
    ],
)  # fmt: skip
def test_money_that_is_no_plain_number_is_shown_and_not_counted(body, text, why):
    found = dossier("T", [sent(body), sent('{"amount":1.50}')])
    assert (found.moments[0].money.text, found.moments[0].why_not_money) == (text, why)
    assert plain(found.totals[0].amount) == "1.50"
    assert found.totals[0].not_counted == 1


@pytest.mark.parametrize(
    ("query", "text", "amount", "why"),
    [
        ("amount=42.50", "42.50", "42.50", ""),
        ("amount=", '""', "0", "It was sent empty."),
        ("amount=%244", "$4", "0", "It has a currency sign; type the number alone."),
        ("", "", "0", ""),
    ],
)
def test_the_money_of_a_query_counts_too(query, text, amount, why):
    (moment,) = dossier("T", [sent("", url=f"{URL}?{query}")]).moments
    assert (moment.money.text, plain(moment.amount_after), moment.why_not_money) == (
        text, amount, why,
    )  # fmt: skip


def test_an_address_that_is_none_carries_no_money():
    (moment,) = dossier("T", [sent("", url="http://[::1")]).moments
    assert moment.why_not_money == "The request cannot be read: its address is none."


def cost(value: str, operation: str | None) -> str:
    told = "" if operation is None else f',"cost_operation":"{operation}"'
    return f'{{"cost":{value}{told}}}'


def test_the_cost_follows_its_operations():
    found = dossier("T", [
        sent(cost("3.20", "add")),
        sent(cost("1.05", "substract")),
        sent(cost("9", "add"), "server_error"),
        sent(cost("10.00", "override")),
        sent(cost("0.5", "add")),
    ])  # fmt: skip
    assert [plain(moment.cost_after) for moment in found.moments] == [
        "3.20", "2.15", "2.15", "10.00", "10.50",
    ]  # fmt: skip
    assert found.moments[2].why_not_cost == "It was not fired."
    assert found.totals[0].cost_label == ARITHMETIC_SINCE_OVERRIDE
    assert dossier("T", [sent(cost("1", "add"))]).totals[0].cost_label == ARITHMETIC
    assert "assuming the cost was 0 before the first event here" in ARITHMETIC


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (cost("1", None), "Without a cost operation: what it does is not documented."),
        (cost("1", "subtract"), "The cost operation 'subtract' is not a documented one."),
        (cost("1", "ADD"), "The cost operation 'ADD' is not a documented one."),
        ('{"cost":1,"cost_operation":7}', "The cost operation '7' is not a documented one."),
        ('{"cost":1,"cost_operation":"add","cost_operation":"add"}',
         "The cost operation '\"add\" \"add\"' is not a documented one."),
        ('{"cost":1,"cost":2,"cost_operation":"add"}', "The cost was sent more than once."),
        (cost('"1"', "add"), "It was sent as a string, not as a number."),
        ('{"cost_operation":"add"}', "A cost operation without a cost."),
    ],
)  # fmt: skip
def test_a_cost_that_cannot_be_counted_says_why(body, why):
    found = dossier("T", [sent(body)])
    assert found.moments[0].why_not_cost == why
    assert plain(found.totals[0].cost) == "0"
    assert found.totals[0].not_counted == 1


def test_what_failed_and_cannot_be_read_keeps_its_reason():
    (moment,) = dossier("T", [sent("nothing", "bad_request")]).moments
    assert moment.why_not_money == moment.why_not_cost
    assert "not JSON" in moment.why_not_cost


def test_environments_never_share_a_sum_or_a_pair():
    found = dossier("T", [
        sent('{"amount":1}', environment="sandbox"),
        sent('{"amount":10}', environment="production"),
        sent('{"amount":2}', "duplicate", environment="sandbox"),
    ])  # fmt: skip
    assert [(t.environment, plain(t.amount), t.sends) for t in found.totals] == [
        ("sandbox", "1", 2), ("production", "10", 1),
    ]  # fmt: skip
    assert [moment.amount_after for moment in found.moments] == [1, 10, 1]
    assert [pair.environment for pair in found.used_up] == ["sandbox", "production"]


def test_the_grid_counts_events_by_outcome():
    found = dossier("T", [
        sent(event_id="buy"), sent(verdict="duplicate", event_id="buy"),
        sent(verdict="duplicate", event_id="buy"), sent(verdict="nonsense", event_id="view"),
    ])  # fmt: skip
    assert found.verdicts == (Verdict.FIRED, Verdict.DUPLICATE, Verdict.UNRECOGNISED)
    assert [(row.event_id, dict(row.counts)) for row in found.events] == [
        ("buy", {Verdict.FIRED: 1, Verdict.DUPLICATE: 2}),
        ("view", {Verdict.UNRECOGNISED: 1}),
    ]


def test_pairs_are_used_up_or_maybe_used_by_the_first_that_says_so():
    found = dossier("T", [
        sent(verdict="no_reply", failure=ARRIVED, event_id="a", n=1),
        sent(verdict="fired", event_id="a", n=2),
        sent(verdict="fired", event_id="a", n=3),
        sent(verdict="no_reply", failure=NEVER_LEFT, event_id="b", n=4),
        sent(verdict="cancelled", failure=ARRIVED, event_id="c", n=5),
        sent(verdict="server_error", event_id="c", n=6),
        sent(verdict="duplicate", event_id="d", n=7),
        sent(verdict="fired", event_id="m", n=8),
        sent(verdict="missing_field", event_id="x", n=9),
    ], frozenset({"m"}))  # fmt: skip
    assert [(p.event_id, p.state.value, p.exchange.id) for p in found.pairs] == [
        ("a", "fired", 2), ("c", "unknown", 5), ("d", "duplicate", 7), ("m", "multi-trigger", 8),
    ]  # fmt: skip
    assert [pair.event_id for pair in found.used_up] == ["a", "d"]
    assert [pair.event_id for pair in found.maybe_used] == ["c"]


def test_what_was_interrupted_may_have_arrived():
    assert may_have_arrived(replace(sent(), outcome=None))
    assert not may_have_arrived(sent(failure=NEVER_LEFT))


@given(st.lists(st.decimals(-999_999, 999_999, places=12), max_size=20))
def test_sums_are_exact(amounts):
    found = dossier("T", [sent(f'{{"amount":{format(one, "f")}}}') for one in amounts])
    counted = [m for m in found.moments if not m.why_not_money]
    whole = sum(int(m.money.value.scaleb(12)) for m in counted)
    assert not counted or int(found.totals[0].amount.scaleb(12)) == whole


@given(st.binary(max_size=80))
def test_any_body_has_an_answer(body):
    found = sent_money(Request(method="POST", url=URL, headers=(), body=body))
    assert found.money.value is None or found.money.why_not == ""
