"""A whole exchange on its way out: only harmless documented fields keep their values."""

import json
from dataclasses import replace

import pytest

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Exchange, Outcome, Resolved, Response
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.redacted_exchange import redact_exchange
from pingtree_desktop.domain.redaction import MASK, redact_body, redact_request_headers
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


def with_secret() -> Exchange:
    """One with a secret's text in a field, in two headers and in the reply."""
    made = exchange()
    event = Event().with_field("event_id", FieldInput(text="quote_view"))
    event = event.with_field("sub2", FieldInput(text="hush-hush"))
    headers = (("X-Partner", "Bearer hush-hush"), ("User-Agent", "hush-hush"))
    body = b'{"message":"hush-hush is no token","sub2":"hush-hush"}'
    return replace(
        made,
        cid="",
        request=build_request(event, "http://h", headers=headers),
        outcome=replace(made.outcome, response=replace(made.outcome.response, body=body)),
        message="hush-hush is no token",
        resolved=(
            Resolved(place="sub2", template="{{key}}", value="hush-hush", is_secret=True),
            Resolved(
                place="header:X-Partner",
                template="Bearer {{key}}",
                value="Bearer hush-hush",
                is_secret=True,
            ),
            Resolved(
                place="header:User-Agent", template="{{key}}", value="hush-hush", is_secret=True
            ),
            Resolved(place="event_id", template="{{which}}", value="quote_view"),
        ),
    )


def test_a_secret_leaves_in_no_field_header_or_reply():
    shown = redact_exchange(with_secret())
    assert "hush" not in repr(shown)
    assert shown.resolved[-1].value == "quote_view"
    by_get = with_secret()
    request = replace(by_get.request, url="http://h/api/event/trigger?sub2=hush-hush&event_id=e")
    shown = redact_exchange(replace(by_get, request=request))
    assert "hush" not in repr(shown)
    assert shown.request.url.endswith("event_id=e")
    plain = replace(
        with_secret(), resolved=(), message="", outcome=None,
        request=replace(with_secret().request, headers=()),
    )  # fmt: skip
    assert "hush" in repr(redact_exchange(plain)), "the control: sub2 is legible otherwise"


def test_a_header_of_the_persons_own_can_hold_anything():
    headers = (("Host", "h"), ("Accept", "*/*"), ("X-Debug", "1"), ("X-Lead", "ann"))
    assert redact_request_headers(headers) == (
        ("Host", "h"), ("Accept", "*/*"), ("X-Debug", MASK), ("X-Lead", MASK),
    )  # fmt: skip
