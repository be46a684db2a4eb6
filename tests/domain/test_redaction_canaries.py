"""No planted person, lead or account survives on its way out of the machine."""

import json
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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

CANARIES = {
    "e-mail": "ann.canary+x@mail.example.co.uk",
    "phone": "+1 555 014-7788",
    "phone in brackets": "(555) 014-7788",
    "phone without signs": "5550147788",
    "card": "4111 1111 1111 1111",
    "card with dashes": "4111-1111-1111-1111",
    "card without signs": "378282246310005",
    "social security": "078-05-1120",
    "UUID": "5b1f0a52-9c1e-4b7e-8d0c-3f2a77c1e9d4",
    "UUID in capitals": "5B1F0A52-9C1E-4B7E-8D0C-3F2A77C1E9D4",
}
SENSITIVE = [field.wire for field in FIELDS if field.sensitive]
planted = pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)


@planted
@pytest.mark.parametrize(
    "frame",
    ["{}", "Sent to {} today.", "a,{},b", '{{"x": "{}"}}', "\n{}\n", "<{}>", "phone={}&y=1"],
)
def test_no_canary_survives_in_text(canary, frame):
    shown = redact_text(frame.format(canary))
    assert canary not in shown
    assert MASK in shown


@planted
def test_no_canary_survives_in_an_address(canary):
    encoded = quote(canary, safe="")
    for url in (
        f"https://x.example/api/event/{encoded}",
        f"https://x.example/api/event/global/{encoded}?pid=1",
        f"https://x.example/api/event/trigger?sub1={encoded}",
        f"https://x.example/api/event/trigger?first_name={encoded}&utm_source=a",
        f"https://x.example/api/event/trigger?transaction_id={encoded}",
        f"https://{encoded}@x.example/api/event/trigger#{encoded}",
        f"https://x.example/api/event/trigger#{encoded}",
    ):
        shown = redact_url(url)
        assert canary not in shown
        assert encoded not in shown


@planted
def test_no_canary_survives_in_a_header(canary):
    headers = redact_headers((("X-Note", f"for {canary}"), ("X-Api-Key", "k-1"), ("Accept", "*/*")))
    assert canary not in str(headers)
    assert [name for name, _ in headers] == ["X-Note", "X-Api-Key", "Accept"]
    assert headers[1:] == (("X-Api-Key", MASK), ("Accept", "*/*"))


@pytest.mark.parametrize("wire", SENSITIVE)
@pytest.mark.parametrize(
    "frame",
    ['"{}": "canary-7"', '{{"{}":"canary-7"}}', "{}=canary-7&x=1", "{}: canary-7",
     "'{}': 'canary-7'", '"{}":"ca\\"canary-7"', '"{}":"canary-7', '{{"{}":canary-7}}',
     '"{}" : "my canary-7"'],
)  # fmt: skip
def test_a_sensitive_field_has_no_value_in_any_notation(wire, frame):
    shown = redact_text(frame.format(wire))
    assert "canary-7" not in shown
    assert wire in shown


@pytest.mark.parametrize(
    "text",
    ["", "HTTP 200 in 48 ms", "42.50", "sub1=aff-220&utm_source=google", "2026-11-22 18:05:00",
     "Not JSON: 'x' at line 1, column 2.", "127.0.0.1:8080", "a coincidence: cidx"],
)  # fmt: skip
def test_harmless_text_is_left_alone(text):
    assert redact_text(text) == text


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://x.example/api/event/demo", f"https://x.example/api/event/{URL_MASK}"),
        ("https://x.example/api/event/trigger", "https://x.example/api/event/trigger"),
        ("https://x.example/v2/api/event/global/o1", f"https://x.example/v2/api/event/global/{URL_MASK}"),
        ("https://x.example/api/event/?a=1", f"https://x.example/api/event/?a={URL_MASK}"),
        ("https://x.example/other/078-05-1120", f"https://x.example/other/{URL_MASK}"),
        ("https://u:p@x.example:81/", f"https://{URL_MASK}@x.example:81/"),
        ("https://x.example/api/event/trigger?sub1=a%20b&pid=&flag&cost=3.20",
         "https://x.example/api/event/trigger?sub1=a%20b&pid=&flag&cost=3.20"),
        ("https://x.example/api/event/trigger?pid=p&sub1=a%40b.co",
         f"https://x.example/api/event/trigger?pid={URL_MASK}&sub1={URL_MASK}"),
        ("https://x.example/api/event/trigger?a%40b.co&ann@mail.example=1",
         f"https://x.example/api/event/trigger?{URL_MASK}&{URL_MASK}={URL_MASK}"),
        ("http://[::1", URL_MASK),
    ],
)  # fmt: skip
def test_addresses(url, shown):
    assert redact_url(url) == shown


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize("method", Method)
def test_a_whole_request_tells_nobodys_ids(endpoint, method):
    event = Event(endpoint=endpoint, method=method, org_id="canary-org")
    for wire in SENSITIVE:
        event = event.with_field(wire, FieldInput(text=f"canary-{wire}"))
    event = event.with_field("sub1", FieldInput(text="kept-1"))
    request = build_request(event, "http://127.0.0.1:1")
    said = redact_url(request.url) + redact_text(request.body.decode())
    assert "canary" not in said
    assert "kept-1" in said


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(SENSITIVE), any_text)
def test_a_json_string_of_a_sensitive_field_never_survives(wire, text):
    body = json.dumps({wire: f"ca\u00f1ary{text}ca\u00f1ary", "sub2": "kept"}, ensure_ascii=False)
    shown = redact_text(body)
    assert "ca\u00f1ary" not in shown
    assert shown.endswith('"sub2": "kept"}')


def test_an_address_inside_a_text_loses_its_encoded_mail():
    shown = redact_text("GET https://x.example/a?sub1=ann%2Bx%40mail.example&utm_source=a failed")
    assert "mail.example" not in shown
    assert "ann" not in shown
    assert shown.endswith("&utm_source=a failed")
