"""What the program writes of an event, it reads back: the same bytes, the same event."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.formats.code import curl_cmd, curl_posix, curl_powershell, javascript, postman
from pingtree_desktop.formats.code.parts import address
from pingtree_desktop.formats.har import har_entry, har_head, har_tail
from pingtree_desktop.formats.history_lines import line_of
from pingtree_desktop.formats.http_text import request_text
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import to_event
from pingtree_desktop.formats.paste.reading import Source, Taken
from tests.domain.strategies import events
from tests.formats.code.recorder import asked
from tests.formats.code.samples import TARGETS, generated, requests
from tests.formats.samples import fired

# Not traced: each line is run thousands of times here, and reached by a small test as well.
pytestmark = pytest.mark.no_cover

BASE = "http://sandbox.example:8080"
SHELLS = {
    "posix": curl_posix.write,
    "cmd": curl_cmd.write,
    "powershell": curl_powershell.write,
}
json_token = st.sampled_from(
    ['"abc"', '""', "1.10", "1e400", "9" * 400, "true", "false", "null", "[1, 2]",
     '{"a": 1, "a": 2}']
)  # fmt: skip


def only(text: str) -> Taken:
    (taken,) = read_anything(text).requests
    return taken


def by_hand(taken: Taken) -> list[tuple[str, bytes]]:
    """The headers that are not curl's own, as `asked` gives those of a request."""
    pairs = tuple((n, v) for n, v in taken.headers if n.lower() not in taken.implied)
    return asked(Request(method="", url="", headers=pairs, body=b""), ignored=["accept-encoding"])


def values(body: bytes) -> object:
    """A body's JSON value; each number as it is written, every pair of an object."""
    return json.loads(body, object_pairs_hook=list, parse_int=str, parse_float=str)


def assert_same_event(taken: Taken, wanted: Request) -> None:
    made = to_event(taken)
    again = build_request(made.event, made.base_url)
    assert made.not_understood == ()
    assert made.is_event_address
    assert (again.method, again.url) == (wanted.method, wanted.url)
    if b"\\ud" in wanted.body:  # two halves of a character side by side are that character
        assert values(again.body) == values(wanted.body)
    else:
        assert again.body == wanted.body


def is_ambiguous(event: Event) -> bool:
    """A campaign of this name has the address of another endpoint."""
    is_campaign = event.endpoint is Endpoint.CAMPAIGN
    return is_campaign and event.text("cid") in {"trigger", "global"}


some_event = events(raw=json_token).filter(lambda event: not is_ambiguous(event))


@pytest.mark.parametrize("shell", SHELLS)
@given(event=some_event)
def test_an_event_as_curl_is_the_same_event(shell: str, event: Event) -> None:
    request = build_request(event, BASE)
    taken = only(SHELLS[shell](request))
    assert (taken.method, taken.url) == (request.method, request.url)
    assert taken.body == (request.body or None)
    assert by_hand(taken) == asked(request, ignored=["accept-encoding"])
    assert (taken.not_taken, taken.reads) == ((), ())
    assert_same_event(taken, request)


@given(event=some_event)
def test_an_event_as_har_http_and_history_is_the_same_event(event: Event) -> None:
    request = build_request(event, BASE)
    exchange = fired(request=request)
    har = har_head("1") + har_entry(exchange) + har_tail()
    line = line_of(exchange)
    for text, source in (
        (har, Source.HAR), (line, Source.JSON), (request_text(request), Source.HTTP)
    ):  # fmt: skip
        reading = read_anything(text)
        assert reading.source is source
        (taken,) = reading.requests
        assert (taken.method, taken.url) == (request.method, request.url)
        assert taken.headers == request.headers
        assert_same_event(taken, request)


@given(event=some_event)
def test_an_event_as_fetch_and_as_a_collection_is_the_same_event(event: Event) -> None:
    request = build_request(event, BASE)
    assert_same_event(only(javascript.write(request)), request)
    if "{{" not in request.body.decode() + request.url:
        assert_same_event(only(postman.write(request)), request)


@given(event=some_event.map(lambda event: replace(event, method=Method.GET)))
def test_an_event_as_an_address_is_the_same_event(event: Event) -> None:
    request = build_request(event, BASE)
    taken = only(request.url)
    assert taken.url == request.url
    assert_same_event(taken, request)


@given(event=events(raw=json_token))
def test_the_payload_alone_has_every_field(event: Event) -> None:
    request = build_request(event, BASE)
    if request.body:
        made = to_event(only(request.body.decode()))
        assert values(build_request(made.event, BASE).body) == values(request.body)


def same_target(url: str) -> str:
    return address(Request(method="", url=url, headers=(), body=b"")).url


@pytest.mark.parametrize("shell", SHELLS)
def test_hostile_requests_come_back(shell: str) -> None:
    for request in requests("http://h", targets=TARGETS):
        taken = only(SHELLS[shell](request))
        assert taken.method == request.method
        assert taken.url == same_target(request.url)
        assert taken.body == (request.body or None)
        assert by_hand(taken) == asked(request, ignored=["accept-encoding"])


@pytest.mark.parametrize("shell", SHELLS)
@given(request=generated("http://h", marks="[]{}'\"<>|^\\`$!*();,@:?=+", controls=True))
def test_generated_requests_come_back(shell: str, request: Request) -> None:
    taken = only(SHELLS[shell](request))
    assert (taken.method, taken.url) == (request.method, same_target(request.url))
    assert taken.body == (request.body or None)
    assert by_hand(taken) == asked(request, ignored=["accept-encoding"])
