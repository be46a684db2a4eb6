"""Logs and crash reports carry no ids and no lead data."""

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.catalogue import FIELDS, Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.redaction import (
    MASK,
    URL_MASK,
    redact_headers,
    redact_text,
    redact_url,
)
from pingtree_desktop.domain.request import build_request
from tests.domain.strategies import any_text

CANARY = "kanarie-7QX"


@pytest.mark.parametrize(
    "secret",
    [
        "ann.lee+x@mail.example.com",
        "5b1f0a52-9c1e-4b7e-8d0c-3f2a77c1e9d4",
        "123-45-6789",
        "4111 1111 1111 1111",
        "4111111111111111",
        "+1 555-123-4567",
        "(555) 123-4567",
        "5551234567",
    ],
)
def test_personal_data_is_masked_wherever_it_stands(secret):
    shown = redact_text(f'seen "{secret}" here')
    assert secret not in shown
    assert MASK in shown
    assert shown.startswith('seen "')
    assert shown.endswith(" here")


@pytest.mark.parametrize(
    "text",
    ["HTTP 403 after 1250 ms", "2026-11-22 18:05:00", "amount 42.50", "port 8080", "192.168.1.10",
     "event_id=quote_view", "the pid of the process"],
)  # fmt: skip
def test_plain_facts_stay(text):
    assert redact_text(text) == text


@pytest.mark.parametrize("field", [f for f in FIELDS if f.sensitive], ids=lambda f: f.wire)
def test_sensitive_fields_are_masked_by_name(field):
    for text in (
        f'{{"{field.wire}": "{CANARY}", "amount": 42.50}}',
        f"{field.wire}={CANARY}&amount=42.50",
        f"{field.wire}: '{CANARY}', amount=42.50",
        f'{{"{field.wire}":"a\\"{CANARY}',
    ):
        shown = redact_text(text)
        assert CANARY not in shown
        assert field.wire in shown
        assert ("42.50" in shown) is ("42.50" in text)


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize("method", Method)
def test_an_address_loses_its_ids_and_keeps_its_shape(endpoint, method):
    event = Event(endpoint=endpoint, method=method, org_id=CANARY)
    for field in FIELDS:
        if field.sensitive:
            event = event.with_field(field.wire, FieldInput(text=CANARY))
    event = event.with_field("utm_source", FieldInput(text="google ads"))
    event = event.with_field("sub1", FieldInput(text="ann@example.com"))
    shown = redact_url(build_request(event, "https://api.example.com/v1").url)
    assert CANARY not in shown
    assert "example.com%" not in shown
    assert "ann" not in shown
    assert shown.startswith("https://api.example.com/v1/api/event/")
    assert ("utm_source=google%20ads" in shown) is (method is Method.GET)
    assert ("pid=" + URL_MASK in shown) is (method is Method.GET)


def test_other_addresses():
    assert redact_url("https://ann:secret@host/x?#frag") == f"https://{URL_MASK}@host/x"
    assert redact_url("http://h/a?first_name=Ann&flag&empty=") == (
        f"http://h/a?first_name={URL_MASK}&flag&empty="
    )
    assert redact_url("http://h/mail/ann@example.com") == f"http://h/mail/{URL_MASK}"
    assert redact_url("http://[::1") == URL_MASK
    assert redact_url("http://h/?ann@example.com=1") == f"http://h/?{URL_MASK}={URL_MASK}"
    assert redact_url("http://h/?utm_source=\ud800") == "http://h/?utm_source=\ud800"


def test_headers_lose_credentials():
    headers = (
        ("Authorization", "Bearer x"), ("X-Api-Key", "x"), ("Set-Cookie", "x"),
        ("X-Lead", "ann@example.com"), ("Content-Type", "application/json"),
    )  # fmt: skip
    assert redact_headers(headers) == (
        ("Authorization", MASK), ("X-Api-Key", MASK), ("Set-Cookie", MASK),
        ("X-Lead", MASK), ("Content-Type", "application/json"),
    )  # fmt: skip


@pytest.mark.parametrize("text", ["a" * 300_000, "1" * 300_000, "1-" * 100_000, "a." * 100_000,
                                  'cid="' + "\\" * 200_001, "pid" * 100_000])  # fmt: skip
def test_long_hostile_texts_end(text):
    assert redact_text(text)


@settings(deadline=None)
@given(any_text)
def test_any_text_is_survived(text):
    redact_text(text)
    redact_url(text)
    redact_url(f"http://h/{text}?{text}={text}")
    redact_headers(((text, text),))


def test_json_inside_a_json_string_is_masked_too():
    inner = '{\\"cid\\": \\"canary-cid\\", \\"event_id\\": \\"quote\\"}'
    shown = redact_text('{"raw": "' + inner + '"}')
    assert "canary-cid" not in shown
    assert "quote" in shown
