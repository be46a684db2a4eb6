from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import FIELDS, Endpoint
from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.sandbox.payload import Payload, read_body
from pingtree_desktop.sandbox.rules import Answer, Call, Pair, Past, decide
from pingtree_desktop.sandbox.world import DEMO_WORLD

NOW = 1_800_000_000_000
LOCK = 2_000
PAIR = {"event_id": "quote_view", "transaction_id": "T1"}
SALE = {"event_id": "purchase_complete", "transaction_id": "T1"}


def never(pair: Pair) -> Past:
    return Past()


def ask(
    body: Mapping[str, Any] | str,
    endpoint: Endpoint = Endpoint.CAMPAIGN,
    identity: str | None = None,
    *,
    past: Past | None = None,
    typed: bool = True,
) -> Answer:
    ids = {Endpoint.CAMPAIGN: "demo", Endpoint.TRIGGER: "", Endpoint.GLOBAL: "demo-org"}
    if typed:
        text = body if isinstance(body, str) else json.dumps(body)
        payload = read_body("application/json", text.encode())
    else:
        assert not isinstance(body, str)
        payload = Payload(fields=body, typed=False)
    call = Call(
        endpoint=endpoint,
        identity=ids[endpoint] if identity is None else identity,
        payload=payload,
    )
    answer = decide(DEMO_WORLD, call, past=lambda pair: past or Past(), now_ms=NOW, lock_ms=LOCK)
    assert judged(answer) is answer.verdict
    assert (answer.entry is not None) == (answer.verdict is Verdict.FIRED)
    return answer


def judged(answer: Answer) -> Verdict:
    response = Response(
        status=answer.status,
        reason="",
        http_version="HTTP/1.1",
        headers=(),
        body=json.dumps(answer.reply).encode(),
    )
    return judge(response, None).verdict


def named(answer: Answer) -> list[str]:
    missing, invalid = answer.reply["missingFields"], answer.reply["invalidFields"]
    assert isinstance(missing, dict)
    assert isinstance(invalid, dict)
    return [*missing, *invalid]


C, T, G = Endpoint.CAMPAIGN, Endpoint.TRIGGER, Endpoint.GLOBAL

BRANCHES: list[tuple[Endpoint, str | None, dict[str, Any], int, str, list[str]]] = [
    # campaign or organisation known
    (C, "nobody", PAIR, 400, "invalid_field", ["cid"]),
    (C, "", PAIR, 400, "missing_field", ["cid"]),
    (C, "global", PAIR, 400, "invalid_field", ["cid"]),
    (T, None, PAIR, 400, "missing_field", ["cid"]),
    (T, None, PAIR | {"cid": ""}, 400, "missing_field", ["cid"]),
    (T, None, PAIR | {"cid": 7}, 400, "invalid_field", ["cid"]),
    (T, None, PAIR | {"cid": "nobody"}, 400, "invalid_field", ["cid"]),
    (G, "other", PAIR, 400, "invalid_field", ["org_id"]),
    (G, "", PAIR, 400, "missing_field", ["org_id"]),
    # event_id, then transaction_id
    (C, None, {}, 400, "missing_field", ["event_id"]),
    (C, None, {"event_id": None, "transaction_id": "T1"}, 400, "missing_field", ["event_id"]),
    (C, None, {"event_id": "", "transaction_id": "T1"}, 400, "missing_field", ["event_id"]),
    (C, None, {"event_id": "quote_view"}, 400, "missing_field", ["transaction_id"]),
    (C, None, PAIR | {"transaction_id": ""}, 400, "missing_field", ["transaction_id"]),
    (C, None, PAIR | {"transaction_id": 12}, 400, "invalid_field", ["transaction_id"]),
    (C, None, PAIR | {"event_id": ["quote_view"]}, 400, "unknown_event", ["event_id"]),
    # lead known
    (G, None, PAIR | {"transaction_id": "lead-missing-1"}, 404, "lead_not_found", []),
    (C, None, PAIR | {"transaction_id": "lead-missing"}, 400, "lead_not_found", ["transaction_id"]),
    (C, "demo-strict", PAIR, 400, "lead_not_found", ["transaction_id"]),
    (C, "demo-strict", PAIR | {"transaction_id": "strict-lead-1"}, 200, "fired", []),
    # event known
    (C, None, PAIR | {"event_id": "Quote_View"}, 400, "unknown_event", ["event_id"]),
    # source active
    (C, None, PAIR | {"pid": "aff-220"}, 200, "fired", []),
    (C, None, PAIR | {"pid": ""}, 200, "fired", []),
    (C, None, PAIR | {"pid": None}, 200, "fired", []),
    (C, None, PAIR | {"pid": "aff-999"}, 403, "source_inactive", []),
    (C, None, PAIR | {"pid": "nobody"}, 403, "source_inactive", []),
    (C, None, PAIR | {"pid": 220}, 400, "invalid_field", ["pid"]),
    # formats
    (C, None, PAIR | {"adSpend": "abc"}, 400, "invalid_field", ["adSpend"]),
    (C, None, PAIR | {"adSpend": "1.5"}, 400, "invalid_field", ["adSpend"]),
    (C, None, PAIR | {"cost": True, "min_price": [1]}, 400, "invalid_field", ["cost", "min_price"]),
    (C, None, PAIR | {"amount": 10**12}, 400, "invalid_field", ["amount"]),
    (C, None, PAIR | {"amount": 1e-13}, 400, "invalid_field", ["amount"]),
    (C, None, PAIR | {"conversion_date": "22.11.2026"}, 400, "invalid_field", ["conversion_date"]),
    (C, None, PAIR | {"conversion_date": "2026-02-30"}, 400, "invalid_field", ["conversion_date"]),
    (C, None, PAIR | {"conversion_date": "2026-02-28 23:59:59"}, 200, "fired", []),
    (C, None, PAIR | {"conversion_timezone": "EDT"}, 400, "invalid_field", ["conversion_timezone"]),
    (C, None, PAIR | {"conversion_timezone": "SST"}, 200, "fired", []),
    (C, None, PAIR | {"cost_operation": "subtract"}, 400, "invalid_field", ["cost_operation"]),
    (C, None, PAIR | {"cost_operation": "substract"}, 200, "fired", []),
    (C, None, PAIR | {"tcpa_consent": 2}, 400, "invalid_field", ["tcpa_consent"]),
    (C, None, PAIR | {"tcpa_consent": True}, 400, "invalid_field", ["tcpa_consent"]),
    (C, None, PAIR | {"tcpa_consent": 0}, 200, "fired", []),
    (
        C,
        None,
        PAIR | {"tcpa_consent_date": "2026-11-22 10:00:00"},
        400,
        "invalid_field",
        ["tcpa_consent_date"],
    ),
    (C, None, PAIR | {"sub3": 5}, 400, "invalid_field", ["sub3"]),
    # money of a conversion
    (C, None, SALE, 400, "missing_field", ["amount"]),
    (C, None, SALE | {"amount": ""}, 400, "missing_field", ["amount"]),
    (C, None, SALE | {"amount": None}, 400, "missing_field", ["amount"]),
    (T, None, SALE | {"cid": "demo"}, 400, "missing_field", ["revenue"]),
    (G, None, SALE, 400, "missing_field", ["amount"]),
    (C, None, SALE | {"amount": 42.5}, 200, "fired", []),
    (C, None, SALE | {"revenue": 42.5}, 200, "fired", []),
    (T, None, SALE | {"cid": "demo", "revenue": 0}, 200, "fired", []),
    (G, None, SALE | {"revenue": 1}, 200, "fired", []),
    # lead fields of any type
    (C, None, PAIR | {"first_name": "Ada", "x": [1, {"y": None}], "z": True}, 200, "fired", []),
]


@pytest.mark.parametrize(("endpoint", "identity", "body", "status", "verdict", "fields"), BRANCHES)
def test_every_documented_branch(
    endpoint: Endpoint,
    identity: str | None,
    body: dict[str, Any],
    status: int,
    verdict: str,
    fields: list[str],
) -> None:
    answer = ask(body, endpoint, identity)
    assert (answer.status, answer.verdict.value, named(answer)) == (status, verdict, fields)
    assert answer.reply["status"] == answer.reply["type"]
    assert (answer.reply["status"] == "success") == (status == 200)


def test_the_rules_come_in_the_documented_order() -> None:
    """Each body is wrong from one rule on; correcting that rule shows the next one."""
    body: dict[str, Any] = {"pid": "aff-999", "adSpend": "x", "conversion_timezone": "EDT"}
    old = Past(count=1, lock_from_ms=NOW - 1)
    steps: list[tuple[dict[str, Any], str]] = [
        ({}, "missing_field"),
        ({"event_id": "nothing"}, "missing_field"),
        ({"transaction_id": "lead-missing-1"}, "lead_not_found"),
        ({"transaction_id": "T1"}, "unknown_event"),
        ({"event_id": "purchase_complete"}, "source_inactive"),
        ({"pid": "organic"}, "locked"),
    ]
    for change, verdict in steps:
        body |= change
        assert ask(body, past=old).verdict.value == verdict
    old = Past(count=1, lock_from_ms=NOW - LOCK)
    for change, verdict in [
        ({}, "invalid_field"),
        ({"adSpend": 1, "conversion_timezone": "EST"}, "missing_field"),
        ({"amount": 1}, "duplicate"),
    ]:
        body |= change
        assert ask(body, past=old).verdict.value == verdict
    assert ask(body).verdict is Verdict.FIRED


@pytest.mark.parametrize(
    ("lock_from_ms", "verdict"),
    [
        (NOW, "locked"),
        (NOW - LOCK + 1, "locked"),
        (NOW - LOCK, "duplicate"),
        (NOW + 1, "duplicate"),
        (None, "duplicate"),
    ],
)
def test_the_lock_lasts_exactly_its_time(lock_from_ms: int | None, verdict: str) -> None:
    answer = ask(PAIR, past=Past(count=1, lock_from_ms=lock_from_ms))
    assert answer.verdict.value == verdict


def test_a_multi_trigger_event_fires_again_after_the_lock() -> None:
    again = Past(count=3, lock_from_ms=NOW - LOCK)
    assert ask(PAIR | {"event_id": "call_completed"}, past=again).verdict is Verdict.FIRED


def test_the_lead_decides_the_campaign_on_global() -> None:
    answer = ask(PAIR | {"transaction_id": "strict-lead-1"}, Endpoint.GLOBAL)
    assert answer.entry is not None
    assert answer.entry.pair == Pair("demo-strict", "strict-lead-1", "quote_view")


def test_money_is_exact_and_the_documented_key_wins() -> None:
    answer = ask('{"event_id":"upsell","transaction_id":"T","amount":0.10,"revenue":7}')
    assert answer.entry is not None
    assert str(answer.entry.amount) == "0.10"
    other = ask(
        {"cid": "demo", "event_id": "upsell", "transaction_id": "T", "revenue": 7} | {"amount": 1},
        T,
    )
    assert other.entry is not None
    assert other.entry.amount == Decimal(7)


@pytest.mark.parametrize(
    "number",
    ["1e400", "1e999999999999999999999", "9" * 5_000, "0." + "1" * 70, "1e12", "-1e12", "1e-13"],
)
def test_numbers_that_are_no_money_are_refused_and_never_crash(number: str) -> None:
    body = f'{{"event_id":"quote_view","transaction_id":"T","adSpend":{number}}}'
    assert named(ask(body)) == ["adSpend"]


@pytest.mark.parametrize("number", ["1e2", "-0", "0e5", "0e999999", "999999999999.999999999999"])
def test_odd_but_possible_numbers_are_taken(number: str) -> None:
    body = f'{{"event_id":"quote_view","transaction_id":"T","adSpend":{number}}}'
    assert ask(body).verdict is Verdict.FIRED


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({"amount": "42.50", "tcpa_consent": "1"}, "fired"),
        ({"revenue": "1"}, "fired"),
        ({"amount": ""}, "missing_field"),
        ({"amount": "null"}, "invalid_field"),
        ({"amount": "1,5"}, "invalid_field"),
        ({"amount": " 1"}, "invalid_field"),
        ({"amount": "１"}, "invalid_field"),
        ({"amount": "NaN"}, "invalid_field"),
        ({"amount": "1", "tcpa_consent": "2"}, "invalid_field"),
    ],
)
def test_a_query_holds_numeric_text(fields: dict[str, str], verdict: str) -> None:
    assert ask(SALE | fields, typed=False).verdict.value == verdict


_WORDS = st.sampled_from(
    ["", "demo", "T1", "quote_view", "purchase_complete", "aff-999", "lead-missing",
     "duplicate", "inactive", "locked in progress", "lead not found", "2026-11-22", "1"]
)  # fmt: skip
_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | _WORDS
    | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_WORDS, inner, max_size=2),
    max_leaves=3,
)
_NAMES = st.sampled_from([field.wire for field in FIELDS]) | _WORDS


@settings(max_examples=400, deadline=None)
@given(
    body=st.dictionaries(_NAMES, _VALUES, max_size=6),
    pair=st.sampled_from([{}, PAIR, SALE]),
    endpoint=st.sampled_from(list(Endpoint)),
    past=st.sampled_from([None, Past(count=1), Past(count=1, lock_from_ms=NOW)]),
)
def test_any_body_gets_an_answer_that_the_judge_reads_as_meant(
    body: dict[str, Any], pair: dict[str, Any], endpoint: Endpoint, past: Past | None
) -> None:
    ask(pair | body, endpoint, past=past)  # asks and judges
