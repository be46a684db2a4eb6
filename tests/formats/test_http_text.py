"""A request as the text of HTTP/1.1."""

import pytest

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.http_text import request_text


def request(url, body=b"{}"):
    return Request(method="POST", url=url, headers=(("Host", "h"), ("X-A", "1")), body=body)


def test_a_request_has_its_address_every_header_and_its_body():
    shown = request_text(request("http://h:1/api/event/a%20b?x=[1]", b'{"a":"\xc3\xa9"}'))
    assert shown == (
        "http://h:1/api/event/a%20b?x=[1]\n\n"
        'POST /api/event/a%20b?x=[1] HTTP/1.1\nHost: h\nX-A: 1\n\n{"a":"\u00e9"}'
    )


@pytest.mark.parametrize(
    ("url", "target"),
    [("http://h", "/"), ("http://h?a=1", "/?a=1"), ("http://[::1", "/"), ("nonsense", "/nonsense"),
     ("", "/"), ("http://h/?u=http://x/", "/?u=http://x/")],
)  # fmt: skip
def test_any_address_has_a_request_line(url, target):
    assert f"POST {target} HTTP/1.1\n" in request_text(request(url))


def test_bytes_that_are_no_text_are_replaced():
    assert request_text(request("http://h/", b"\xff")).endswith("\n\n\ufffd")
