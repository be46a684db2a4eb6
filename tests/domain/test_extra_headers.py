"""Headers of a person's own: checked, in their place, and on the wire as they were typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.extra_headers import check_headers, with_headers
from pingtree_desktop.domain.request import USER_AGENT, build_request

BASE = "http://127.0.0.1:8080"


def test_own_headers_stand_before_the_request_id():
    own = (("X-Team", "pay  ments"), ("Authorization", "Bearer {{token}}"), ("X-Empty", ""))
    for method in Method:
        event = Event(method=method)
        plain = build_request(event, BASE, request_id="r-1")
        request = build_request(event, BASE, request_id="r-1", headers=own)
        assert request.headers == (*plain.headers[:-1], *own, ("X-Request-Id", "r-1"))
        assert build_request(event, BASE, headers=own).headers[-3:] == own
        assert (request.url, request.body) == (plain.url, plain.body)


def test_three_of_the_built_in_ones_can_be_replaced():
    own = (("user-agent", "mine/1"), ("ACCEPT", "*/*"), ("Accept-Encoding", "identity"), ("a", "b"))
    headers = build_request(Event(method=Method.GET), BASE, headers=own).headers
    assert headers == (
        ("Host", "127.0.0.1:8080"),
        ("ACCEPT", "*/*"),
        ("Accept-Encoding", "identity"),
        ("user-agent", "mine/1"),
        ("Connection", "close"),
        ("a", "b"),
    )
    headers = build_request(Event(), BASE, headers=own[1:2]).headers
    assert ("User-Agent", USER_AGENT) in headers


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("", "x", "is no name for a header"),
        ("X Team", "x", "is no name for a header"),
        ("X-Team:", "x", "is no name for a header"),
        ("Täm", "x", "is no name for a header"),
        ("X\r\nY", "x", "is no name for a header"),
        ("host", "x", "is set by the program"),
        ("Content-Length", "3", "is set by the program"),
        ("Content-Type", "text/plain", "is set by the program"),
        ("TRANSFER-ENCODING", "chunked", "is set by the program"),
        ("Connection", "close", "is set by the program"),
        ("X-Request-Id", "1", "is set by the program"),
        ("x-a", "2", "stands twice"),
        ("X-B", "a\r\nX-C: d", "has a value that cannot be sent"),
        ("X-B", "a\n", "has a value that cannot be sent"),
        ("X-B", "a\x00b", "has a value that cannot be sent"),
        ("X-B", "a\x7f", "has a value that cannot be sent"),
        ("X-B", " a", "has a value that cannot be sent"),
        ("X-B", "a\t", "has a value that cannot be sent"),
        ("X-B", "é", "has a value that cannot be sent"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_words(name, value, says):
    with pytest.raises(UsageError, match=says) as caught:
        check_headers([("X-A", "1"), (name, value)])
    assert caught.value.remedy
    with pytest.raises(UsageError, match=says):
        build_request(Event(), BASE, headers=(("X-A", "1"), (name, value)))


@given(st.text(), st.text())
def test_no_header_can_begin_another(name, value):
    try:
        made = with_headers([("Accept", "a")], [(name, value)])
    except UsageError:
        return
    lines = "".join(f"{n}: {v}\r\n" for n, v in made).encode("ascii")
    assert lines.count(b"\n") == len(made)
    assert len(made) <= 2
