"""HTTP messages as text: as the history shows them, and as other programs do."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.http_message import read_http
from pingtree_desktop.formats.paste.reading import Source, Taken


def only(text: str) -> Taken:
    reading = read_http(text)
    assert reading.source is Source.HTTP
    (taken,) = reading.requests
    return taken


@pytest.mark.parametrize(
    ("text", "url", "assumed"),
    [
        ("http://h.example:1/a\n\nGET /a HTTP/1.1\nHost: x\n\n", "http://h.example:1/a", False),
        ("GET http://h.example/a HTTP/1.1\n\n", "http://h.example/a", False),
        ("GET /a HTTP/1.0\r\nhost: h.example\r\n\r\n", "https://h.example/a", True),
        ("some words\nGET /a HTTP/2\nHost: h.example", "https://h.example/a", True),
        ("GET /a HTTP/1.1", "", False),
    ],
)
def test_the_address(text: str, url: str, assumed: bool) -> None:
    taken = only(text)
    assert (taken.method, taken.url, taken.body) == ("GET", url, None)
    assert any("https is assumed" in note for note in taken.notes) is assumed


def test_headers_and_body() -> None:
    taken = only("post /a HTTP/1.1\nHost: h.example\nX-A:  b \nX-B:\nno header\n\n{}\n\nmore\n")
    assert taken.method == "POST"
    assert taken.headers == (("Host", "h.example"), ("X-A", "b"), ("X-B", ""))
    assert taken.body == b"{}\n\nmore\n"
    assert [note.part for note in taken.not_taken] == ["no header"]


@pytest.mark.parametrize(
    ("length", "body"),
    [("2", b"{}"), ("3", b"{}\n"), ("9", b"{}\n\n"), ("1", b"{}\n\n"), ("x", b"{}\n\n")],
)
def test_a_length_ends_the_body_where_only_space_is_left(length: str, body: bytes) -> None:
    text = f"POST /a HTTP/1.1\nContent-Length: {length}\n\n{{}}\n\n"
    assert only(text).body == body


def test_lost_bytes_are_said() -> None:
    assert any("lost" in note for note in only("POST /a HTTP/1.1\n\na\ufffd").notes)


def test_a_text_without_a_request_line_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="no line such as"):
        read_http("HTTP/1.1 200 OK\n\n")
