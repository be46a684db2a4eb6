"""curl's own rules: options, their shapes, config files, addresses and lists of addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.formats.paste.curl_address import (
    NotAnAddress,
    expanded,
    resolved,
    with_query,
    without_dots,
)
from pingtree_desktop.formats.paste.curl_arguments import Arguments, read_arguments
from pingtree_desktop.formats.paste.curl_table import LETTERS, SWITCHES, WITH_VALUE, long_option
from pingtree_desktop.formats.paste.words import Word


def read(*words: str, files: dict[str, bytes] | None = None) -> Arguments:
    return read_arguments([Word(data=word.encode()) for word in words], files or {})


def options(*words: str, files: dict[str, bytes] | None = None) -> list[tuple[str, str]]:
    (group,) = read(*words, files=files).groups
    return [(name, value.text) for name, value in group.options]


# ---- options -------------------------------------------------------------------------------------


def test_every_letter_stands_for_a_known_option() -> None:
    assert {name.removeprefix("no-") for name in LETTERS.values()} <= WITH_VALUE | SWITCHES
    assert not WITH_VALUE & SWITCHES


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("data", ("data", True)),
        ("DATA", ("data", True)),
        ("data-bin", ("data-binary", True)),
        ("compressed", ("compressed", True)),
        ("no-compressed", ("compressed", False)),
        ("insec", ("insecure", True)),
        ("dat", "curl takes it for several options"),
        ("nonsense", "curl has no such option"),
        ("no-data", "curl has no such option"),
    ],
)
def test_long_options(name: str, wanted: tuple[str, bool] | str) -> None:
    assert long_option(name) == wanted


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["-d", "a", "--data", "b"], [("data", "a"), ("data", "b")]),
        (["-da", "-XPUT", "-sSd", "b"],
         [("data", "a"), ("request", "PUT"), ("silent", "1"), ("show-error", "1"), ("data", "b")]),
        (["--compressed", "--no-compressed"], [("compressed", "1"), ("compressed", "")]),
        (["-N"], [("buffer", "")]),
        (["-d", "-x"], [("data", "-x")]),
    ],
)  # fmt: skip
def test_options_and_their_values(words: list[str], wanted: list[tuple[str, str]]) -> None:
    assert options(*words) == wanted


@pytest.mark.parametrize(
    ("words", "part", "why"),
    [
        (["--nonsense", "a"], "--nonsense", "curl has no such option"),
        (["-\u00e9"], "-\u00e9", "curl has no such option"),
        (["-"], "-", "curl has no such option"),
        (["-d"], "-d", "its value is missing"),
        (["--data"], "--data", "its value is missing"),
    ],
)
def test_what_curl_would_refuse_is_said(words: list[str], part: str, why: str) -> None:
    assert [(note.part, note.why) for note in read(*words).unknown] == [(part, why)]


def test_addresses_and_groups() -> None:
    made = read("a", "--url", "b", "--next", "-d", "x", "--", "-c", "--d")
    first, second = made.groups
    assert [word.text for word in first.addresses] == ["a", "b"]
    assert [word.text for word in second.addresses] == ["-c", "--d"]


def test_a_config_file_that_the_text_writes_is_read_once() -> None:
    config = (
        b'# a remark\n\nurl = "http://h/\\"a\\\\b"\n--data: x y \nrequest PUT\n-compressed\n'
        b'header = "A: \\t\\n\\r\\v\\q\nnonsense\nno-insecure\nconfig = c\nuser-agent = \xff\n'
    )
    made = read("-K", "c", files={"c": config})
    (group,) = made.groups
    assert [word.text for word in group.addresses] == ['http://h/"a\\b']
    assert [(name, value.data) for name, value in group.options] == [
        ("data", b"x y"),
        ("request", b"PUT"),
        ("compressed", b"1"),
        ("header", b"A: \t\n\r\vq"),
        ("insecure", b""),
        ("config", b"c"),
        ("user-agent", b"\xff"),
    ]
    assert [note.part for note in made.unknown] == ["nonsense"]


# ---- addresses -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("h", "http://h/"),
        ("HTTP://H.Example", "http://H.Example/"),
        ("https:/h/a", "https://h/a"),
        ("https:///h/a", "https://h/a"),
        ("h:80/a", "http://h/a"),
        ("https://h:443/a", "https://h/a"),
        ("h:08080", "http://h:8080/"),
        ("h:?a", "http://h/?a"),
        ("h?a=b", "http://h/?a=b"),
        ("h/a?", "http://h/a?"),
        ("h/a#b?c", "http://h/a"),
        ("h/a/../b/./c?x=/../y", "http://h/b/c?x=/../y"),
        ("h/\u00e9?\u00e9", "http://h/%C3%A9?%C3%A9"),
        ("h\u00fc.de", "http://xn--h-eha.de/"),
        ("127.1:8080", "http://127.0.0.1:8080/"),
        ("[::1]:8080/", "http://[::1]:8080/"),
        ("[::1]", "http://[::1]/"),
        ("%68/a", "http://h/a"),
        ("a@h/c@d", "http://h/c@d"),
    ],
)
def test_the_address_that_curl_asks_for(text: str, url: str) -> None:
    assert resolved(text).url == url


def test_a_user_in_an_address() -> None:
    assert resolved("a%20b:c@h").user == b"a b:c"
    assert resolved("h").user is None


def test_dots_may_stay_and_another_scheme_may_be_usual() -> None:
    assert resolved("h/a/../b", as_is=True).target == "/a/../b"
    assert resolved("h", default_scheme="HTTPS").url == "https://h/"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("h/a b", "white space"),
        ("ftp://h", "ftp is not http or https"),
        ("h:/a", "h is not http or https"),
        ("", "names no host"),
        ("http:///", "names no host"),
        ("http://a\\b/", "is not a possible host"),
        ("h:x/", "x is not a port"),
        ("h:0/", "0 is not a port"),
        ("h:99999/", "99999 is not a port"),
        ("h:\u0661/", "is not a port"),
        ("\u00fc" * 80, "is not a possible host"),
        ("%20", "is not a possible host"),
        ("a%2fb", "is not a possible host"),
    ],
)
def test_what_is_no_address(text: str, why: str) -> None:
    with pytest.raises(NotAnAddress, match=why):
        resolved(text)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [("/a/b/../c", "/a/c"), ("/..", "/"), ("/a/.", "/a/"), ("/a/..", "/"), ("/./a//b", "/a//b"),
     ("/", "/"), ("/..a/.b", "/..a/.b")],
)  # fmt: skip
def test_dots_in_a_path(path: str, wanted: str) -> None:
    assert without_dots(path) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("http://h/a", "http://h/a?x=1"),
        ("http://h", "http://h/?x=1"),
        ("h", "h/?x=1"),
        ("http://h/a?b", "http://h/a?b&x=1"),
        ("http://h/a?", "http://h/a?x=1"),
        ("http://h/a?b&", "http://h/a?b&x=1"),
        ("http://h/a#b", "http://h/a?x=1#b"),
    ],
)
def test_parameters_are_added(address: str, wanted: str) -> None:
    assert with_query(address, "x=1") == wanted
    assert with_query(address, "") == address


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("h/{a,b}/{c,}", ["h/a/c", "h/a/", "h/b/c", "h/b/"]),
        ("h/[1-3]", ["h/1", "h/2", "h/3"]),
        ("h/[08-10]", ["h/08", "h/09", "h/10"]),
        ("h/[1-9:4]", ["h/1", "h/5", "h/9"]),
        ("h/[a-c]x", ["h/ax", "h/bx", "h/cx"]),
        ("h/\\{a\\}\\[b\\]\\c\\", ["h/{a}[b]\\c\\"]),
        ("http://[::1]/[]", ["http://[::1]/[]"]),
        ("h/a}b", None),
        ("h/{a", None),
        ("h/[a]", None),
        ("h/[1-500]", None),
        ("h/{a,b}" * 7, None),
    ],
)
def test_lists_in_an_address(text: str, wanted: list[str] | None) -> None:
    if wanted is None:
        with pytest.raises(NotAnAddress):
            expanded(text)
    else:
        assert expanded(text) == wanted


@given(st.text(st.sampled_from("ah1-,:{}[]\\/?#%&=.\u00e9 @"), max_size=30))
def test_any_address_is_taken_or_refused(text: str) -> None:
    try:
        urls = [resolved(one).url for one in expanded(text)]
    except NotAnAddress:
        return
    assert all(url.isascii() for url in urls)
