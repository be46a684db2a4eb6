"""Five states of a field, by three endpoints and two methods, through the whole request."""

import json
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import FIELDS, Endpoint, Field
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import BLANK, FieldInput, Mode
from pingtree_desktop.domain.request import build_request, parse_base
from tests.domain.strategies import any_text

BASE = "http://127.0.0.1:8080"
INPUTS = [
    BLANK,
    FieldInput(text="12"),
    FieldInput(mode=Mode.OMIT, text="12"),
    FieldInput(mode=Mode.EMPTY, text="12"),
    FieldInput(mode=Mode.NULL, text="12"),
    FieldInput(mode=Mode.RAW, text="[1.10]"),
    FieldInput(mode=Mode.RAW, text=""),
]


def expected(field: Field, value: FieldInput, method: Method) -> object:
    """What the server reads; a marker when the key must be absent."""
    is_query = method is Method.GET
    match value.mode:
        case Mode.OMIT:
            return "absent"
        case Mode.EMPTY:
            return ""
        case Mode.NULL:
            return "null" if is_query else None
        case Mode.RAW:
            read = value.text if is_query else [Decimal("1.10")]
        case Mode.VALUE:
            read = Decimal(12) if field.json_type == "number" and not is_query else "12"
    return read if value.text else "absent"


@pytest.mark.parametrize("value", INPUTS, ids=lambda v: f"{v.mode.value}-{v.text or 'blank'}")
@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("endpoint", Endpoint)
def test_every_field_in_every_state(endpoint, method, value):
    for field in FIELDS:
        event = Event(endpoint=endpoint, method=method, org_id="o").with_field(field.wire, value)
        request = build_request(event, BASE)
        if method is Method.GET:
            read = dict(parse_qsl(urlsplit(request.url).query, keep_blank_values=True))
        else:
            read = json.loads(request.body, parse_int=Decimal, parse_float=Decimal)
        is_in_body = field.wire != "cid" or endpoint is Endpoint.TRIGGER
        wanted = expected(field, value, method) if is_in_body else "absent"
        assert read == ({} if wanted == "absent" else {field.wire: wanted})


@pytest.mark.parametrize(
    ("endpoint", "key"),
    [(Endpoint.CAMPAIGN, "amount"), (Endpoint.TRIGGER, "revenue"), (Endpoint.GLOBAL, "amount")],
)
@pytest.mark.parametrize("start", ["amount", "revenue"])
def test_money_and_campaign_follow_the_endpoint_through_all_of_them(start, endpoint, key):
    event = Event(org_id="o").with_field("cid", FieldInput(text="c"))
    event = event.with_field(start, FieldInput(text="42.50"))
    for through in (*Endpoint, Endpoint.CAMPAIGN, endpoint):
        event = event.with_endpoint(through)
    body = build_request(event, BASE).body.decode()
    assert f'"{key}":42.50' in body
    assert body.count("42.50") == 1
    assert ('"cid"' in body) is (endpoint is Endpoint.TRIGGER)
    assert event.text("cid") == "c"


@settings(deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=0, max_value=10**9))
def test_money_on_the_wire_is_the_typed_decimal(amount):
    text = f"{amount:f}"
    event = Event().with_field("amount", FieldInput(text=text))
    body = build_request(event, BASE).body
    assert body == f'{{"amount":{text}}}'.encode()
    assert json.loads(body, parse_float=Decimal, parse_int=Decimal)["amount"] == amount


def test_a_base_path_with_half_a_character_is_still_an_address():
    base = parse_base("http://x/\ud800/")
    assert base.url == "http://x/%ED%A0%80"


@settings(deadline=None, max_examples=200)
@given(any_text)
def test_any_base_path_is_an_ascii_address_or_a_plain_refusal(text):
    try:
        base = parse_base(f"http://x/{text}")
    except UsageError:
        return
    assert base.url.isascii()
    assert base.host == "x"
