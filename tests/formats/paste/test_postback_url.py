"""Postback and tracking URLs out of chats, mails and settings pages."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.postback_url import read_url
from pingtree_desktop.formats.paste.reading import MOST_REQUESTS, Source

URL = "https://h.example/api/event/demo?event_id=x&sub1={sub}"


def urls(text: str) -> list[str]:
    return [taken.url for taken in read_url(text).requests]


@pytest.mark.parametrize(
    "text",
    [
        URL,
        f" {URL}\n",
        f'"{URL}"',
        f"\u201c{URL}\u201d",
        f"<{URL}>",
        f"({URL})",
        f"`{URL}`",
        f"see {URL}.",
        f"[postback]({URL})",
        f'<a href="{URL}">here</a>',
        f"{URL},",
        f"{URL};",
        f"| {URL} |",
        URL.replace("&", "&amp;"),
        URL.replace("&", "&#38;"),
        URL.replace("?", "?\n"),
        URL.replace("&", "&\r\n  "),
        URL.replace("&", "\n&"),
        URL.replace("{", "=\n{").replace("==", "="),
        URL.replace("sub1", "\nsub1").replace("&\n", "&\n"),
        URL.replace("event_id", "\u200bevent_id"),
        f"postback: {URL} (GET)",
    ],
)
def test_the_address_is_found(text: str) -> None:
    assert urls(text) == [URL]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("h.example/a?b=c", ["https://h.example/a?b=c"]),
        ("localhost:8080/a?b=c", ["https://localhost:8080/a?b=c"]),
        ("10.0.0.1/a", ["https://10.0.0.1/a"]),
        ("http://h.example/a_(b)", ["http://h.example/a_(b)"]),
        ("http://h.example/a http://i.example/b", ["http://h.example/a", "http://i.example/b"]),
        ("http://h.example/a then words http://i.example/b",
         ["http://h.example/a", "http://i.example/b"]),
        ("http://h.example/?a=1 b=2", ["http://h.example/?a=1%20b=2"]),
        ("http://h.example/?a=1\nb=2", ["http://h.example/?a=1b=2"]),
        ("http://h.example/?event_id=p&first_name=Mary Ann&last_name=Lee",
         ["http://h.example/?event_id=p&first_name=Mary%20Ann&last_name=Lee"]),
        ("http://h.example/?event_id=Base Click Sold&transaction_id=t",
         ["http://h.example/?event_id=Base%20Click%20Sold&transaction_id=t"]),
        ("x http://h.example/?a=b  c d=1\nThanks for a=b",
         ["http://h.example/?a=b%20%20c%20d=1"]),
        ("http://h.example/?a=b and http://i.example/?c=d e&f=g",
         ["http://h.example/?a=b", "http://i.example/?c=d%20e&f=g"]),
        ("http://h.example/?a=b, for Ann", ["http://h.example/?a=b"]),
        ("<http://h.example/?a=b> with c=d", ["http://h.example/?a=b"]),
        ("http://h.example/?a=#sub#&b=#c#", ["http://h.example/?a=%23sub%23&b=%23c%23"]),
        ("HTTP://h.example/a", ["HTTP://h.example/a"]),
        ("http://h.example/ now", ["http://h.example/"]),
        ("http://h.example/\nThanks", ["http://h.example/"]),
        ("http://h.example/\na/b?c=d", ["http://h.example/a/b?c=d"]),
        ("http://h.example/a?b= and words", ["http://h.example/a?b="]),
        ("'http://h.example/a' &b=c", ["http://h.example/a"]),
    ],
)  # fmt: skip
def test_addresses_of_other_shapes(text: str, wanted: list[str]) -> None:
    assert urls(text) == wanted


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("\u200bhttps://h.example/", "Invisible characters"),
        ("see https://h.example/ now", "not taken: see now"),
        ("https://h.example/?a=1\n&b=2", "put together over white space"),
        ("https://h.example/?a=1 2&b=2", "spaces in its values"),
    ],
)
def test_notes_on_the_whole(text: str, words: str) -> None:
    assert any(words in note for note in read_url(text).notes)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("h.example/a?b=c", "https is assumed"),
        ("https://h.example/?a=1&amp;b=2", "written for HTML"),
        ("https://h.example/?a=#b#", "taken as a macro"),
        ("https://h.example/?a=%2520b", "Still encoded after decoding once: a."),
        ("https://h.example/?a=b+c", "A plus sign is taken as a space, as in forms: a."),
        ("https://user@h.example/", "its real host is h.example"),
    ],
)
def test_notes_on_an_address(text: str, words: str) -> None:
    (taken,) = read_url(text).requests
    assert any(words in note for note in taken.notes)


def test_a_plain_address_needs_no_note() -> None:
    reading = read_url("https://h.example/a?b=c%20d&e=%zz")
    assert reading.source is Source.URL
    assert (reading.notes, reading.requests[0].notes) == ((), ())
    assert reading.requests[0].title == "GET /a"


def test_a_fragment_is_not_sent() -> None:
    (taken,) = read_url("https://h.example/a#b?c=d").requests
    assert taken.url == "https://h.example/a"
    assert [note.part for note in taken.not_taken] == ["#b?c=d"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("nothing here", "no web address"),
        ("ftp://h.example/a", "only http and https"),
        ("\\\\server\\share", "only http and https"),
        ("file:/etc/passwd", "only http and https"),
        ("javascript:alert(1)", "only http and https"),
        ("https://h.example:x/", "is no address"),
        ("https://[x/", "is no address"),
        ("https:///a", "names no host"),
    ],
)
def test_what_is_no_web_address_is_refused(text: str, what: str) -> None:
    with pytest.raises(UnreadableInput, match=what):
        read_url(text)


def test_very_many_addresses_are_cut() -> None:
    assert len(urls("https://h.example/a\n" * (MOST_REQUESTS + 1))) == MOST_REQUESTS


@given(st.text(st.sampled_from("htps:/.ax?=&%+#()[]<>\"'|\\ \n1\u200b\u00e9@"), max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(UnreadableInput):
        read_url(f"https://h.example/{text}")
