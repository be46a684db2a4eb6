"""Calls of fetch as a browser or a person writes them; nothing is run."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.fetch_call import read_fetch
from pingtree_desktop.formats.paste.js_literal import (
    UNDEFINED,
    Literals,
    Number,
    Table,
    Unknown,
    json_text,
)
from pingtree_desktop.formats.paste.reading import Carrier, Taken


def value(text: str) -> object:
    return Literals(text, 0).value()


def only(text: str) -> Taken:
    (taken,) = read_fetch(text).requests
    return taken


def parts(taken: Taken) -> list[str]:
    return [note.part for note in taken.not_taken]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (r"'it\'s' ", "it's"),
        (r'"a\n\t\\\u00e9\x41\u{1F600}\q\0"', "a\n\t\\\u00e9A\U0001f600q\0"),
        (r'"\ud83d\ude00"', "\U0001f600"),
        (r'"\ud83d"', "\ud83d"),
        (r'"\u{FFFFFF}"', r"\u{FFFFFF}"),
        ('"a\\\nb\\\r\nc"', "abc"),
        ("`a\nb`", "a\nb"),
        ("`a${b}`", Unknown("a${b}")),
        ("'a' + \"b\" + `c`", "abc"),
        ("'a' + b", Unknown("a sum")),
        ("1.50", Number("1.50")),
        ("-3e+5", Number("-3e+5")),
        ("true", True),
        ("null", None),
        ("undefined", UNDEFINED),
        ("[1, 'a', [],]", [Number("1"), "a", []]),
        ("{}", Table()),
        ("{a: 1, 'b c': 2, \"d\": [3], 4: 5, e,}",
         Table([("a", "1"), ("b c", "2"), ("d", ["3"]), ("4", "5"), ("e", Unknown("e"))])),
        ("/* a */ // b\n 1", Number("1")),
        ("/* never closed", None),
        ("name.of.it", Unknown("name.of.it")),
        ("call(1)", Unknown("call(1)")),
        ("new Date()", Unknown("new Date()")),
        ("new", Unknown("new")),
        ("JSON.stringify({a: [1.50, true, null, 'x']})", '{"a":[1.50,true,null,"x"]}'),
        ("JSON.stringify({a: undefined, event_id: 'p', b: [undefined, 1]})",
         '{"event_id":"p","b":[null,1]}'),
        ("JSON.stringify({a: .5, b: -.50, c: 0x10, d: 0b11, e: 0o17, f: 5., g: -0X1f, h: 0.})",
         '{"a":0.5,"b":-0.5,"c":16,"d":3,"e":15,"f":5,"g":-31,"h":0}'),
        ("JSON.stringify(undefined)", Unknown("JSON.stringify(undefined)")),
        ("JSON.stringify(event)", Unknown("JSON.stringify(event)")),
        ("JSON.stringify({a: b})", Unknown("JSON.stringify({a: b})")),
        ("JSON.stringify([b])", Unknown("JSON.stringify([b])")),
        ("JSON.stringify()", Unknown("JSON.stringify()")),
        ("new URLSearchParams({a: 'b c', d: 1})", b"a=b+c&d=1"),
        ("new URLSearchParams('a=b')", b"a=b"),
        ("new URLSearchParams([1])", Unknown("new URLSearchParams([1])")),
        ("new URLSearchParams({a: b})", Unknown("new URLSearchParams({a: b})")),
        ("new Headers([['a', 'b']])", [["a", "b"]]),
        ("new Headers('a')", Unknown("new Headers('a')")),
        ("new TextEncoder().encode('\u00e9')", b"\xc3\xa9"),
        ("new TextEncoder().encode(1)", b"1"),
        ("new TextEncoder().encode([1])", Unknown("new TextEncoder().encode([1])")),
        ("new TextEncoder().encode", Unknown("new TextEncoder().encode")),
        ("atob('YQ==')", b"a"),
        ("atob('?')", Unknown("atob('?')")),
        ("atob([1])", Unknown("atob([1])")),
        ("Uint8Array.from(atob('YQ=='), (c) => c.charCodeAt(0))", b"a"),
        ("Uint8Array.from([1])", Unknown("Uint8Array.from([1])")),
    ],
)  # fmt: skip
def test_values(text: str, wanted: object) -> None:
    if text.startswith("/* never"):
        with pytest.raises(UnreadableInput):
            value(text)
    else:
        assert value(text) == wanted


def test_the_last_value_of_a_name_counts() -> None:
    assert Table([("a", 1), ("a", 2)]).get("a") == 2
    assert Table().get("a") is None
    assert json_text(Table([("a", Unknown("x"))])) is None
    assert json_text(b"a") is None


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("fetch('http://h", "quote ' at line 1, column 7"),
        ("fetch('http://h', {a: 1", "brace \\{"),
        ("fetch('http://h', [1", "bracket \\["),
        ("fetch('http://h'", "bracket \\("),
        ("fetch('http://h', )(", "no value"),
        ("fetch('http://h', {=})", "brace \\{"),
        ("fetch('http://h', {a: =})", "'=}\\)' is no value"),
        ("fetch(" + "[" * 70, "nested too deep"),
        ("fetch(url)", "address of this fetch call"),
        ("fetch()", "address of this fetch call"),
        ("no call", "no call of fetch"),
    ],
)
def test_what_cannot_be_read_is_refused(text: str, what: str) -> None:
    if what == "no value":
        assert read_fetch(text).requests
        return
    with pytest.raises(UnreadableInput, match=what):
        read_fetch(text)


def test_a_browsers_copy() -> None:
    taken = only(
        """fetch("https://h.example/api/event/demo?a=b#c", {
  "headers": {"accept": "*/*", "content-type": "application/json"},
  "referrer": "https://h.example/", "referrerPolicy": "no-referrer",
  "body": "{\\"event_id\\":\\"x\\"}", "method": "post", "mode": "cors", "credentials": "omit"
});"""
    )
    assert (taken.method, taken.url) == ("POST", "https://h.example/api/event/demo?a=b")
    assert taken.headers == (
        ("accept", "*/*"),
        ("content-type", "application/json"),
        ("Referer", "https://h.example/"),
    )
    assert (taken.body, taken.carrier) == (b'{"event_id":"x"}', Carrier.JSON)
    assert taken.title == "POST /api/event/demo"
    assert taken.not_taken == ()
    assert "cookies" in taken.notes[0]


@pytest.mark.parametrize(
    ("body", "data", "kind"),
    [
        ("'a'", b"a", "text/plain;charset=UTF-8"),
        ("new URLSearchParams({a: 1})", b"a=1", "application/x-www-form-urlencoded;charset=UTF-8"),
    ],
)
def test_a_body_brings_its_type(body: str, data: bytes, kind: str) -> None:
    taken = only(f"fetch('http://h.example', {{method: 'PATCH', body: {body}}})")
    assert (taken.method, taken.body) == ("PATCH", data)
    assert taken.headers == (("Content-Type", kind),)
    assert taken.implied == {"content-type"}


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ("{body: event}", ["body event"]),
        ("{body: {a: 1}}", ['body {"a":1}']),
        ("{headers: make()}", ["headers"]),
        ("{headers: {a: b}}", ["header ('a', Unknown(text='b'))"]),
        ("{signal: s, window: null}", ["signal", "window"]),
        ("options", []),
    ],
)
def test_what_is_not_written_out_is_said(options: str, wanted: list[str]) -> None:
    taken = only(f"fetch('http://h.example', {options})")
    assert parts(taken) == wanted
    assert (taken.method, taken.body, taken.headers) == ("GET", None, ())


def test_an_option_that_is_undefined_is_none() -> None:
    taken = only("fetch('http://h.example', {body: undefined, headers: undefined})")
    assert (taken.body, taken.headers, taken.not_taken) == (None, (), ())


def test_headers_in_every_form() -> None:
    taken = only("fetch('http://h.example', {headers: [['a', '\u00e9'], ['b', '\u20ac'], ['c']]})")
    assert taken.headers == (("a", "\u00e9"), ("b", "\u20ac"))
    assert parts(taken) == ["header ['c']"]


def test_several_calls_and_an_address_that_is_none() -> None:
    first, second = read_fetch("fetch('http://h.example/a'); await fetch('http://[x')").requests
    assert (first.title, second.title) == ("GET /a", "GET http://[x")


@given(st.text(st.sampled_from("ab '\"`$(){}[]:,;=+-\\n1./*\n\u00e9"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableInput):
        read_fetch(f"fetch('http://h', {text}")
