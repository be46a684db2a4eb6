"""A whole exchange on its way out: only harmless documented fields keep their values."""

import json
from dataclasses import replace

import pytest

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Exchange, Outcome, Response
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.redaction import MASK, redact_body, redact_exchange
from pingtree_desktop.domain.request import build_request


def exchange() -> Exchange:
    event = Event(lead=(LeadField(name="first_name", text="Canary Ann"),))
    for wire, text in {
        "cid": "canary-cid",
        "event_id": "purchase_complete",
        "transaction_id": "canary-tx",
        "amount": "42.50",
        "sub1": "canary@mail.example",
    }.items():
        event = event.with_field(wire, FieldInput(text=text))
    response = Response(
        status=400,
        reason="Bad Request",
        http_version="HTTP/1.1",
        headers=(("Set-Cookie", "canary-cookie"), ("Server", "x")),
        body=b'{"message":"no lead canary@mail.example","transaction_id":"canary-tx"}',
    )
    return Exchange(
        uid="u", started_ms=1, environment="e", danger="test", base_url="http://h",
        endpoint="campaign", campaign="c", profile="p", cid="canary-cid",
        event_id="purchase_complete", transaction_id="canary-tx", money="42.50",
        request=build_request(event, "http://h"),
        outcome=Outcome(response=response, failure=None, phases=(), elapsed_ms=1.0),
        verdict="bad_request", expected="fired", message="no lead canary@mail.example",
        event_text='{"first_name":"Canary Ann"}',
    )  # fmt: skip


def test_no_canary_is_left_and_the_harmless_stays():
    shown = redact_exchange(exchange())
    assert "canary" not in repr(shown).lower()
    body = json.loads(shown.request.body)
    assert body == {
        "transaction_id": MASK,
        "event_id": "purchase_complete",
        "amount": 42.5,
        "sub1": MASK,
        "first_name": MASK,
    }
    assert b'"amount":42.50' in shown.request.body


def test_an_exchange_without_reply_or_ids():
    bare = replace(exchange(), outcome=None, cid="", transaction_id="")
    shown = redact_exchange(bare)
    assert (shown.outcome, shown.cid, shown.transaction_id) == (None, "", "")
    failed = replace(bare, outcome=replace(exchange().outcome, response=None))
    assert redact_exchange(failed).outcome == failed.outcome


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b"", b""),
        (b"  \n", b""),
        (b"{}", b"{}"),
        (b' { "event_id" : "e" , "cost": 1.10 } ', b'{"event_id":"e","cost":1.10}'),
        (b"not json", MASK.encode()),
        (b'["canary"]', MASK.encode()),
        (b"[" * 100_000, MASK.encode()),
        (b'{"a":1} x', MASK.encode()),
    ],
)
def test_bodies_of_every_shape(body, shown):
    assert redact_body(body) == shown


@pytest.mark.parametrize(
    ("url", "body", "reply", "left"),
    [
        ("http://[x/?a=1", b'{"lead":12345,"flag":true,"none":null}', b"saw 12345", b"saw"),
        ("http://h/?name=Ann+Lee", b"[1]", b"Ann Lee and Ann", b"and"),
        ("http://h/?utm_source=google&x=12345", b"not json", b"google 12345", b"google"),
        ("http://h/", b'{"deep":{"a":["Lovelace"]},"n":1.25}', b"1.25 LOVELACE", b""),
        ("http://h/", b'{"deep":' + b'{"a":' * 9 + b'"far"' + b"}" * 10, b"far", b"far"),
    ],
)
def test_what_the_request_held_is_masked_in_the_reply(url, body, reply, left):
    made = exchange()
    response = replace(made.outcome.response, body=reply)
    made = replace(
        made,
        cid="",
        transaction_id="",
        request=replace(made.request, url=url, body=body),
        outcome=replace(made.outcome, response=response),
    )
    shown = redact_exchange(made).outcome.response.body
    for secret in (b"12345", b"Ann Lee", b"LOVELACE"):
        assert secret not in shown
    assert left in shown
