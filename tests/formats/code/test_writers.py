"""What the written programs look like, and what they say about what they cannot do."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.formats.code import curl_posix, javascript, php, python, url
from pingtree_desktop.formats.code.curl_options import config_file, curl_options
from pingtree_desktop.formats.code.languages import BY_KEY, LANGUAGES
from pingtree_desktop.formats.code.parts import address, headers, is_live
from tests.domain.strategies import events
from tests.formats.code.samples import USUAL, post

LIVE = "LIVE: running this fires a real event in production (api.pingtree.com)."


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.key)
def test_every_language_writes_a_usual_event_and_warns_of_live(language) -> None:
    assert BY_KEY[language.key] is language
    tame = language.write(post("http://127.0.0.1:8765"))
    live = language.write(post("https://api.pingtree.com"))
    assert tame.endswith("\n")
    assert "LIVE" not in tame
    assert (LIVE in live) == (language.key != "url")
    if language.key not in {"url", "postman", "har"}:
        assert LIVE in "\n".join(live.splitlines()[:2])


@pytest.mark.parametrize("base", [
    "https://api.pingtree.com", "https://API.pingtree.com:443/x", "http://eu.api.pingtree.com.",
    "https://someone@api.pingtree.com",
])  # fmt: skip
def test_live_is_known_by_the_host(base: str) -> None:
    assert is_live(post(base))
    assert not is_live(post(base.replace("pingtree.com", "example.com")))


def test_what_is_no_address_is_left_as_it_is() -> None:
    odd = Request(method="GET", url="nothing \ud800", headers=(), body=b"")
    assert address(odd).url == "nothing%20%ED%A0%80"
    assert not is_live(odd)
    assert address(odd).target == "/"
    assert address(Request(method="GET", url="http://h?a", headers=(), body=b"")).target == "/?a"


def test_headers_are_sorted_into_set_left_and_impossible() -> None:
    request = post("http://user@h", headers=(
        ("Host", "H"), ("HOST", "other"), ("X A", "1"), ("X-B", "1\n2"), ("X-C", " \u00e9\t"),
        ("X-D", "\U0001f600"), ("Trailer", "x"), ("Via", "y"),
    ))  # fmt: skip
    found = headers(request, left_to_client=frozenset({"via"}), impossible=frozenset({"trailer"}))
    assert found.sent == (
        ("HOST", b"other"), ("X-C", b"\xe9"), ("X-D", "\U0001f600".encode()),
    )  # fmt: skip
    assert found.left_out == ("X A", "X-B", "Trailer")


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.key)
def test_the_name_of_a_header_left_out_cannot_break_out_of_its_remark(language) -> None:
    if language.key in {"url", "har"}:
        return
    name = "X\n?><script>\u2028*/"
    text = language.write(post("http://h", headers=((name, "1"), ("X-Ok", "1"))))
    assert "header X????script????." in text
    assert "<script>" not in text


def test_no_curl_waits_for_leave_to_send_a_larger_body() -> None:
    for write in (curl_posix.write, BY_KEY["curl-cmd"].write, php.write):
        assert "Expect:" in write(post("http://h", b"x" * 1_024))
        assert "Expect:" not in write(post("http://h", b"x" * 1_023))
    asked_for = post("http://h", b"x" * 1_024, headers=(("expect", "100-continue"),))
    assert "Expect:" not in curl_posix.write(asked_for)


def test_a_body_that_is_piped_says_so() -> None:
    assert curl_posix.write(post("http://h", b"\x00")).startswith("# The body is piped in")
    assert curl_posix.write(post("http://h")).startswith("curl --globoff http://h")


def test_head_asks_for_the_head_alone() -> None:
    head = Request(method="HEAD", url="http://h/", headers=(), body=b"")
    assert ("--head", None) in curl_options(head).options
    assert "--head" in curl_posix.to_curl(head)
    assert b"\nhead\n" in config_file(curl_options(head))
    assert "CURLOPT_NOBODY => true" in php.write(head)
    with_body = Request(method="HEAD", url="http://h/", headers=(), body=b"x")
    assert ("--request", b"HEAD") in curl_options(with_body).options


def test_python_reads_line_by_line() -> None:
    text = python.write(post("http://h", '{"n":"Zo\u00eb"}'.encode(), headers=USUAL[:2]))
    assert text == (
        "# Needs httpx: pip install httpx\n"
        "import httpx\n"
        "\n"
        "request = httpx.Request(\n"
        "    'POST',\n"
        "    'http://h/api/event/demo',\n"
        "    headers=[\n"
        "        ('Content-Type', 'application/json'),\n"
        "    ],\n"
        '    content=\'{"n":"Zo\u00eb"}\'.encode(),\n'
        ")\n"
        "with httpx.Client(timeout=30) as client:\n"
        "    response = client.send(request)\n"
        "print(response.status_code, response.reason_phrase)\n"
        "print(response.text)\n"
    )
    odd = python.write(post("http://h", b"\xff", headers=(("X-A", "\u00e9"),)))
    assert r"('X-A', b'\xe9')" in odd
    assert r"content=b'\xff'" in odd
    ast.parse(odd)


def test_python_sends_an_odd_address_as_its_target() -> None:
    text = python.write(Request(method="GET", url="http://h/a/../'b'", headers=(), body=b""))
    assert "    'http://h',\n" in text
    assert 'extensions={"target": b"/a/../\'b\'"}' in text


def test_javascript_reads_line_by_line() -> None:
    text = javascript.write(post("http://h", b'{"a":1}', headers=USUAL[1:2]))
    assert text == (
        'const response = await fetch("http://h/api/event/demo", {\n'
        '  method: "POST",\n'
        "  headers: [\n"
        '    ["Content-Type", "application/json"],\n'
        "  ],\n"
        "  body: '{\"a\":1}',\n"
        '  redirect: "manual",\n'
        "});\n"
        "console.log(response.status, response.statusText);\n"
        "console.log(await response.text());\n"
    )


def test_javascript_says_what_fetch_will_not_do() -> None:
    request = Request(
        method="GET", url="http://h/..", headers=(("Host", "x"), ("X-A", "\x01")), body=b"body"
    )
    text = javascript.write(request)
    assert "// fetch tidies this address" in text
    assert "// Not sent, because fetch has none with GET: the body." in text
    assert "// Not sent, because this client cannot: header Host, X-A." in text
    assert "headers:" not in text
    assert "body:" not in text


def test_javascript_bodies_that_are_no_plain_text() -> None:
    assert 'atob("/w==")' in javascript.write(post("http://h", b"\xff"))
    bare = javascript.write(post("http://h", b'it\'s "x"\\', headers=()))
    assert "new TextEncoder().encode('it\\'s \"x\"\\\\')" in bare
    # A header's text goes byte by byte, what cannot be seen as an escape.
    text = javascript.write(post("http://h", headers=(*USUAL, ("X", "\u2028"))))
    assert '["X", "\u00e2\\u{80}\u00a8"]' in text


def test_php_writes_bytes_that_are_no_text_in_base64() -> None:
    assert "CURLOPT_POSTFIELDS => base64_decode('/w=='),\n" in php.write(post("http://h", b"\xff"))


def test_php_asks_for_a_packed_reply_by_its_own_option() -> None:
    text = php.write(post("http://h", b"it's \\", headers=USUAL))
    assert text.startswith("<?php\n// Needs PHP's curl extension (php-curl).\n")
    assert "CURLOPT_ENCODING => 'gzip'" in text
    assert "Accept-Encoding" not in text
    assert "CURLOPT_POSTFIELDS => 'it\\'s \\\\'" in text
    for odd in ((("Accept-Encoding", ""),), (("Accept-Encoding", "a"), ("Accept-Encoding", "b"))):
        text = php.write(post("http://h", headers=odd))
        assert "CURLOPT_ENCODING" not in text
        assert "'Accept-Encoding" in text
    assert "POSTFIELDS" not in php.write(
        Request(method="GET", url="http://h/", headers=(), body=b"")
    )


def test_the_plain_address_of_an_event_is_its_get_form() -> None:
    body = (
        b' { "event_id" : "a b" , "amount":42.50,"n":null,"big":' + b"9" * 30
        + b',"list":[1, {"x":"y"}],"text":"\\u00e9","half":"\\ud800", "event_id":true } '
    )  # fmt: skip
    assert url.write(post("http://h", body)) == (
        "http://h/api/event/demo?event_id=a%20b&amount=42.50&n=null&big=" + "9" * 30
        + "&list=%5B1%2C%20%7B%22x%22%3A%22y%22%7D%5D&text=%C3%A9&half=%ED%A0%80&event_id=true\n"
    )  # fmt: skip
    assert url.write(post("http://h", b"{}")) == "http://h/api/event/demo\n"
    more = Request(method="POST", url="http://h/?a=1", headers=(), body=b'{"b":2}')
    assert url.write(more) == "http://h/?a=1&b=2\n"
    get = Request(method="GET", url="http://h/?a=%20", headers=(), body=b"")
    assert url.write(get) == "http://h/?a=%20\n"


PLAIN_JSON = st.sampled_from(["1.10", "true", "null", "[1, 2]", '{"a": 1, "a": 2}'])


@given(event=events(raw=PLAIN_JSON))
def test_a_plain_address_is_what_the_get_form_sends(event: Event) -> None:
    body_form = build_request(replace(event, method=Method.POST), "http://h")
    get_form = build_request(replace(event, method=Method.GET), "http://h")
    assert meaning(url.write(body_form)) == meaning(get_form.url + "\n")


def meaning(address: str) -> bytes:
    """What a server reads; two halves of a character pair are the character, as in JSON."""
    return unquote(address, errors="surrogatepass").encode("utf-16", "surrogatepass")


@pytest.mark.parametrize("body", [b"[]", b"no", b"\xff", b"[" * 100_000, b'{"a":1} x', b"{"])
def test_what_is_no_json_object_has_no_plain_address(body: bytes) -> None:
    with pytest.raises(UsageError, match="not a JSON object"):
        url.write(post("http://h", body))


def test_postman_says_what_a_collection_cannot_hold() -> None:
    write = BY_KEY["postman"].write
    made = json.loads(write(post("http://h", b"\xff{{uuid}}", headers=(("Accept", "\u00e9"),))))
    assert "replacement character" in made["info"]["description"]
    assert "double braces" in made["info"]["description"]
    (item,) = made["item"]
    assert item["request"]["body"]["raw"] == "\ufffd{{uuid}}"
    assert item["request"]["body"]["options"]["raw"]["language"] == "text"
    assert item["request"]["header"] == [{"key": "Accept", "value": "\u00e9"}]
    get = json.loads(write(Request(method="GET", url="http://h/?a=%20", headers=(), body=b"")))
    assert get["item"][0]["request"] == {"method": "GET", "header": [], "url": "http://h/?a=%20"}
    assert get["info"]["description"] == ""
