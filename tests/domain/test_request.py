"""The exact request: key order, no key twice, encoded ids, checked base addresses."""

import json
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import MONEY_KEYS, WIRE_ORDER, Endpoint
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method, sendable_lead
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.request import (
    USER_AGENT,
    body_bytes,
    body_tokens,
    build_request,
    parse_base,
    path,
    query_pairs,
    query_string,
)
from tests.domain.strategies import any_text, awkward_text, events

BASE = "http://127.0.0.1:8080"


def event_of(endpoint=Endpoint.CAMPAIGN, method=Method.POST, **fields):
    event = Event(endpoint=endpoint, method=method, org_id="org 1")
    for wire, value in fields.items():
        event = event.with_field(wire, FieldInput(text=value))
    return event


def pairs_of(body):
    """The key and value pairs of the outermost object, duplicates kept."""
    seen = []

    def hook(pairs):
        seen.append(pairs)
        return dict(pairs)

    json.loads(body, object_pairs_hook=hook, parse_int=str, parse_float=str)
    return seen[-1]


@pytest.mark.parametrize(
    ("endpoint", "expected_path", "body"),
    [
        (Endpoint.CAMPAIGN, "/api/event/demo%2F1",
         '{"transaction_id":"T1","event_id":"sale","amount":42.50}'),
        (Endpoint.TRIGGER, "/api/event/trigger",
         '{"cid":"demo/1","transaction_id":"T1","event_id":"sale","revenue":42.50}'),
        (Endpoint.GLOBAL, "/api/event/global/org%201",
         '{"transaction_id":"T1","event_id":"sale","amount":42.50}'),
    ],
)  # fmt: skip
def test_each_endpoint_has_its_own_request(endpoint, expected_path, body):
    event = event_of(cid="demo/1", event_id="sale", transaction_id="T1", amount="42.50")
    request = build_request(event.with_endpoint(endpoint), BASE)
    assert request.method == "POST"
    assert request.url == BASE + expected_path
    assert request.body.decode() == body


@pytest.mark.parametrize("endpoint", Endpoint)
def test_the_query_form_carries_the_same_pairs(endpoint):
    event = event_of(endpoint, Method.GET, cid="c", event_id="sale", transaction_id="a b&c=d")
    event = event.with_field("pid", FieldInput(mode=Mode.NULL))
    request = build_request(event, BASE)
    assert request.method == "GET"
    assert request.body == b""
    assert "a%20b%26c%3Dd" in request.url
    query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True, strict_parsing=True)
    assert query == list(query_pairs(event))
    assert ("pid", "null") in query
    assert (("cid", "c") in query) is (endpoint is Endpoint.TRIGGER)


def test_a_query_form_without_fields_has_no_question_mark():
    assert build_request(event_of(method=Method.GET), BASE).url == BASE + "/api/event/"


def test_the_headers_are_complete_and_in_order():
    request = build_request(event_of(cid="c"), BASE + "/", request_id="r-1")
    assert request.headers == (
        ("Host", "127.0.0.1:8080"),
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(request.body))),
        ("Accept", "application/json"),
        ("Accept-Encoding", "gzip"),
        ("User-Agent", USER_AGENT),
        ("Connection", "close"),
        ("X-Request-Id", "r-1"),
    )
    names = [name for name, _ in build_request(event_of(method=Method.GET), BASE).headers]
    assert "Content-Type" not in names
    assert "X-Request-Id" not in names


def test_raw_text_goes_out_as_typed_even_when_it_breaks_the_body():
    event = Event().with_field("adSpend", FieldInput(mode=Mode.RAW, text='"abc'))
    assert body_bytes(event) == b'{"adSpend":"abc}'


def test_a_lead_field_comes_last():
    event = Event(lead=(LeadField(name="a", text="1", type=LeadType.NUMBER),))
    event = event.with_field("min_price", FieldInput(text="10"))
    assert body_bytes(event) == b'{"min_price":10,"a":1}'


@settings(deadline=None, max_examples=400)
@given(events())
def test_no_key_ever_stands_twice(event):
    pairs = pairs_of(body_bytes(event))
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys))
    assert len(set(keys) & set(MONEY_KEYS)) <= 1
    assert ("cid" in keys) <= (event.endpoint is Endpoint.TRIGGER)
    known = [field.wire for field in WIRE_ORDER if field.wire in keys]
    assert keys[: len(known)] == known
    assert len(keys) == len(known) + len(sendable_lead(event)[0])


@settings(deadline=None, max_examples=200)
@given(events())
def test_every_token_stands_in_the_body_as_it_is(event):
    body = body_bytes(event)
    for _, value in body_tokens(event):
        assert value.encode("utf-8", "surrogatepass") in body


@settings(deadline=None, max_examples=200)
@given(events(raw=awkward_text))
def test_any_event_has_an_address_and_a_query_that_decode_to_what_was_typed(event):
    request = build_request(event, BASE)
    assert request.url.isascii()
    assert not set(request.url) & set(' "<>\\^`{|}#')
    head, _, query = request.url.partition("?")
    assert head == BASE + path(event)
    if event.method is Method.GET:
        assert query == query_string(event)
        decoded = [
            tuple(unquote_to_bytes(part) for part in pair.split("="))
            for pair in query.split("&")
            if query
        ]
        expected = [
            tuple(part.encode("utf-8", "surrogatepass") for part in pair)
            for pair in query_pairs(event)
        ]
        assert decoded == expected
    else:
        assert dict(request.headers)["Content-Length"] == str(len(request.body))


@settings(deadline=None)
@given(any_text | st.sampled_from([".", "..", "%2e", "a/../b", "?", "#"]))
def test_an_id_in_the_path_round_trips_and_climbs_nowhere(text):
    for event in (
        Event().with_field("cid", FieldInput(text=text)),
        Event(endpoint=Endpoint.GLOBAL, org_id=text),
    ):
        segment = path(event).rpartition("/")[2]
        assert unquote_to_bytes(segment) == text.encode("utf-8", "surrogatepass")
        assert segment not in {".", ".."}


@pytest.mark.parametrize(
    ("text", "url", "host", "port"),
    [
        ("https://api.example.com", "https://api.example.com", "api.example.com", 443),
        ("  http://Example.COM/  ", "http://example.com", "example.com", 80),
        ("http://127.0.0.1:8080/x/", "http://127.0.0.1:8080/x", "127.0.0.1", 8080),
        ("http://[::1]:9/", "http://[::1]:9", "::1", 9),
        ("http://[::1]", "http://[::1]", "::1", 80),
    ],
)
def test_a_base_address_is_taken_apart(text, url, host, port):
    base = parse_base(text)
    assert (base.url, base.host, base.port, base.warning) == (url, host, port, "")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("http://good.com@evil.com/", "real host is evil.com"),
        ("http://good.com:x@evil.com/", "real host is evil.com"),
        ("http://good.com\\@evil.com", "backslash"),
        ("http:///x", "not a web address"),
        ("http://x:99999", "cannot be read"),
        ("http://x:0", "port 0"),
        ("http://x:abc", "cannot be read"),
        ("http://[::1", "cannot be read"),
        ("ftp://x", "not a web address"),
        ("file:///etc/passwd", "not a web address"),
        ("api.example.com", "not a web address"),
        ("http://a b", "white space"),
        ("http://a\nb", "white space"),
        ("http://a\x00b", "white space"),
        ("http://x/?q=1", "query or fragment"),
        ("http://x/#top", "query or fragment"),
        ("http://" + "é" * 300 + ".com", "not a possible one"),
        ("http://\ud800.com", "not a possible one"),
    ],
)
def test_a_deceptive_base_address_is_refused_in_words(text, says):
    """P33."""
    with pytest.raises(UsageError) as caught:
        parse_base(text)
    assert says in caught.value.problem
    assert caught.value.remedy


def test_a_lookalike_host_shows_its_real_name():
    """P33: the first letter is a Cyrillic one."""
    base = parse_base("http://\u0430pple.com")
    assert base.host == "xn--pple-43d.com"
    assert "\u0430pple.com" in base.warning
    assert base.host in base.warning
    assert base.url == "http://xn--pple-43d.com"


@settings(deadline=None)
@given(any_text)
def test_any_text_is_a_base_address_or_a_plain_refusal(text):
    for candidate in (text, f"http://{text}"):
        try:
            base = parse_base(candidate)
        except UsageError:
            continue
        assert base.host.isascii()
        assert 1 <= base.port <= 65_535
