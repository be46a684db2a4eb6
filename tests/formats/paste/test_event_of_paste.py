"""The event of a paste: where each value goes, and the reason for each that goes nowhere."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.event import Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.formats.paste.composing import Composed, to_event
from pingtree_desktop.formats.paste.reading import Carrier, Taken

JSON = (("Content-Type", "application/json"),)


def composed(
    url: str = "http://h/api/event/c-1",
    body: bytes | None = None,
    *,
    method: str = "POST",
    carrier: Carrier = Carrier.JSON,
    headers: tuple[tuple[str, str], ...] = JSON,
    pairs: tuple[tuple[str, str], ...] = (),
) -> Composed:
    return to_event(
        Taken(title="", method=method, url=url, headers=headers, body=body, carrier=carrier,
              pairs=pairs)
    )  # fmt: skip


def reasons(made: Composed) -> str:
    return "; ".join(map(str, made.not_understood))


@pytest.mark.parametrize(
    ("url", "endpoint", "base", "cid", "org"),
    [
        ("http://h/api/event/c%201", Endpoint.CAMPAIGN, "http://h", "c 1", ""),
        ("http://h/x/api/event/trigger", Endpoint.TRIGGER, "http://h/x", "", ""),
        ("http://h/api/event/global/o-1/", Endpoint.GLOBAL, "http://h", "", "o-1"),
        ("http://h/api/event/global", Endpoint.GLOBAL, "http://h", "", ""),
        ("http://h/api/event/", Endpoint.CAMPAIGN, "http://h", "", ""),
        ("", Endpoint.CAMPAIGN, "", "", ""),
    ],
)
def test_the_address_says_endpoint_and_ids(
    url: str, endpoint: Endpoint, base: str, cid: str, org: str
) -> None:
    made = composed(url, b"{}")
    assert (made.event.endpoint, made.base_url) == (endpoint, base)
    assert (made.event.text("cid"), made.event.org_id) == (cid, org)
    assert made.is_event_address == bool(url)


def test_an_address_that_is_none_of_the_three_goes_by_its_keys() -> None:
    made = composed("http://h/other", b'{"cid":"c"}')
    assert made.event.endpoint is Endpoint.TRIGGER
    assert "none of the three addresses" in reasons(made)
    assert composed("", b'{"revenue":1}').event.endpoint is Endpoint.GLOBAL
    made = composed("http://h", b"{}")
    assert "path /" in reasons(made)


def test_addresses_that_cannot_be_used_are_said() -> None:
    made = composed("http://[h/api/event/1", b"{}")
    assert "it is no address" in reasons(made)
    assert made.base_url == ""
    assert "web address" in reasons(composed("ftp://h/api/event/1", b"{}"))
    assert "not UTF-8" in reasons(composed("http://h/api/event/%FF", b"{}"))


def test_a_body_and_parameters_together() -> None:
    made = composed("http://h/api/event/1?foo=1", b'{"event_id":"a"}', method="PUT")
    assert "parameter foo" in reasons(made)
    assert "method PUT" in reasons(made)
    assert made.event.method is Method.POST


def test_forms_of_both_kinds_and_bodies_that_are_neither() -> None:
    made = composed(body=b"event_id=a+b&sub1=%C3%A9&", carrier=Carrier.FORM)
    assert (made.event.text("event_id"), made.event.text("sub1")) == ("a b", "\u00e9")
    assert "form" in reasons(made)
    made = composed(pairs=(("event_id", "a"),), carrier=Carrier.MULTIPART)
    assert made.event.text("event_id") == "a"
    for carrier in (Carrier.OTHER, Carrier.MULTIPART):
        assert "neither a JSON object nor a form" in reasons(composed(body=b"x", carrier=carrier))


@pytest.mark.parametrize(
    ("body", "says"),
    [(b"\xff", "not UTF-8"), (b"{", "It is not JSON"), (b"[1]", "not a JSON object")],
)
def test_bodies_that_are_no_object(body: bytes, says: str) -> None:
    assert says in reasons(composed(body=body))


def test_without_a_body_it_is_a_url() -> None:
    made = composed("http://h/api/event/1?event_id=a", method="GET", carrier=Carrier.QUERY)
    assert made.event.method is Method.GET
    made = composed("http://h/api/event/1?event_id=a", method="PUT", carrier=Carrier.QUERY)
    assert "sent by GET" in reasons(made)
    made = composed("http://h/api/event/1", method="POST", carrier=Carrier.QUERY)
    assert made.event.method is Method.POST


def test_every_kind_of_value_keeps_its_token() -> None:
    made = composed(
        body=b'{"event_id":"","pid":null,"amount":42.50,"sub1":7,"tcpa_consent":1,"cost":"1.50",'
        b'"min_price":"x","a":"t","b":1.50,"c":true,"d":null,"e":[1, 2],"":"n"}'
    )
    event = made.event
    assert event.get("event_id") == FieldInput(mode=Mode.EMPTY)
    assert event.get("pid") == FieldInput(mode=Mode.NULL)
    assert event.get("amount") == FieldInput(text="42.50")
    assert event.get("sub1") == FieldInput(mode=Mode.RAW, text="7")
    assert event.get("tcpa_consent") == FieldInput(text="1")
    assert event.get("cost") == FieldInput(mode=Mode.RAW, text='"1.50"')
    assert event.get("min_price") == FieldInput(text="x")
    assert event.lead == (
        LeadField(name="a", text="t"),
        LeadField(name="b", text="1.50", type=LeadType.NUMBER),
        LeadField(name="c", text="true", type=LeadType.BOOLEAN),
        LeadField(name="d", type=LeadType.NULL),
        LeadField(name="e", text="[1, 2]", type=LeadType.JSON),
    )
    assert "it has no name" in reasons(made)


def test_texts_of_a_url_keep_their_spelling() -> None:
    made = composed(
        "http://h/api/event/1?amount=42,50&cost=1.5&event_id=&zip=1", method="GET",
        carrier=Carrier.QUERY,
    )  # fmt: skip
    assert made.event.get("amount") == FieldInput(mode=Mode.RAW, text="42,50")
    assert made.event.get("cost") == FieldInput(text="1.5")
    assert made.event.get("event_id") == FieldInput(mode=Mode.EMPTY)
    assert made.event.lead == (LeadField(name="zip", text="1"),)


def test_what_cannot_stand_twice_is_said() -> None:
    made = composed(body=b'{"cid":"x","amount":1,"revenue":2,"sub1":"a","sub1":"b"}')
    assert made.event.text("sub1") == "b"
    assert made.event.money_key == "amount"
    for words in ("cid x", "two names of one money", "the key stands again"):
        assert words in reasons(made).replace('"', "")
    made = composed("http://h/api/event/1?a=1&a=2", method="GET", carrier=Carrier.QUERY)
    assert "a 1" in reasons(made)


def test_headers_of_its_own_belong_to_an_environment() -> None:
    headers = (("Host", "other"), ("X-Key", "k"), ("Accept", "*/*"), *JSON)
    made = composed(body=b"{}", headers=headers)
    assert made.environment_hint.headers == (("Host", "other"), ("X-Key", "k"))
    same = composed(body=b"{}", headers=(("Host", "H"),))
    assert same.environment_hint.headers == ()


def test_names_that_resemble_a_field_are_suggested_and_used_on_request() -> None:
    made = composed(body=b'{"transactionId":"T","click_id":"c","payout":5,"first_name":"A"}')
    found = {one.old: one.new for one in made.renamed}
    assert found["transactionId"] == "transaction_id"
    assert "first_name" not in found
    assert made.suggested.text("transaction_id") == "T"
    assert "first_name" in [row.name for row in made.suggested.lead]
    taken = composed(body=b'{"transactionId":"T","transaction_id":"U"}')
    assert taken.suggested.text("transaction_id") == "U", "a field that is taken stays"
