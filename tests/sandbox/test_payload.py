from __future__ import annotations

import pytest

from pingtree_desktop.sandbox.payload import Number, Unreadable, read_body, read_form

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    ("content_type", "body", "sentence"),
    [
        ("", b"{}", "Content-Type"),
        ("text/plain", b"{}", "Content-Type"),
        ("application/json, application/json", b"{}", "Content-Type"),
        ("multipart/form-data; boundary=x", b"", "Content-Type"),
        (f"{JSON}; charset=latin-1", b"{}", "UTF-8"),
        (JSON, b"", "not JSON"),
        (JSON, b"\xff{}", "not UTF-8"),
        (JSON, b"\xef\xbb\xbf{}", "not JSON"),
        (JSON, '{"a":1}'.encode("utf-16"), "not UTF-8"),
        (JSON, b"[]", "not an object"),
        (JSON, b"{} x", "not JSON"),
        (JSON, b'{"a":NaN}', "NaN"),
        (JSON, b'{"a":-Infinity}', "-Infinity"),
        (JSON, b"[" * 100_000, "nested too deep"),
        (JSON, b'{"a":' * 100_000, "nested too deep"),
        (JSON, b'{"pid":"a","pid":"a"}', "pid stands in the request twice"),
        (JSON, b'{"x":{"duplicate":1,"duplicate":1}}', "A key stands"),
        (FORM, b"a=%ff", "percent-encoded UTF-8"),
        (FORM, b"a&" * 3_000, "more than 2000 fields"),
        (FORM, b"pid=1&pid=2", "pid stands"),
    ],
)
def test_what_cannot_be_read_is_named(content_type: str, body: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_body(content_type, body)
    assert sentence in caught.value.sentence


def test_numbers_keep_their_text() -> None:
    payload = read_body("Application/JSON; charset=UTF-8", b'{"a":1.10,"b":1e400,"c":"1"}')
    assert payload.fields == {"a": Number("1.10"), "b": Number("1e400"), "c": "1"}
    assert payload.typed


def test_a_form_keeps_empty_values_and_unicode() -> None:
    payload = read_form("a=&b=%F0%9F%98%80+c&d", "query")
    assert payload.fields == {"a": "", "b": "\U0001f600 c", "d": ""}
    assert not payload.typed


def test_a_lone_surrogate_and_a_nul_are_text() -> None:
    assert read_body(JSON, b'{"a":"\\ud800\\u0000"}').fields == {"a": "\ud800\x00"}
