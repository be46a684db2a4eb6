"""A pasted curl command as the requests that it would send, header by header, byte by byte."""

from __future__ import annotations

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.curl_command import read_curl
from pingtree_desktop.formats.paste.reading import (
    LIMIT_CHARS,
    MOST_REQUESTS,
    Carrier,
    Hints,
    Source,
    Taken,
)
from pingtree_desktop.formats.paste.words import Shell, guess_shell

USUAL = (("Host", "h"), ("User-Agent", "curl/8"), ("Accept", "*/*"))
FORM = ("Content-Type", "application/x-www-form-urlencoded")


def every(arguments: str) -> tuple[Taken, ...]:
    return read_curl(f"curl {arguments}", Shell.POSIX).requests


def only(arguments: str) -> Taken:
    (taken,) = every(arguments)
    return taken


def parts(taken: Taken) -> list[str]:
    return [note.part for note in taken.not_taken]


# ---- methods, bodies, queries --------------------------------------------------------------------


def test_a_plain_request() -> None:
    taken = only("http://h/a?b=c")
    assert (taken.method, taken.url, taken.body) == ("GET", "http://h/a?b=c", None)
    assert taken.headers == USUAL
    assert taken.implied == {"host", "user-agent", "accept"}
    assert taken.carrier is Carrier.QUERY
    assert taken.title == "GET /a"


@pytest.mark.parametrize(
    ("arguments", "method", "body"),
    [
        ("h -d a=1 -d b=2", "POST", b"a=1&b=2"),
        ("h --data-raw @a --data-ascii b", "POST", b"@a&b"),
        ("h --data-binary $'a\\nb' -d ''", "POST", b"a\nb&"),
        ("h -d @- <<< $'a\\r\\nb'", "POST", b"ab"),
        ("h --data-binary @- <<< a", "POST", b"a\n"),
        ("h -d @- -d @- <<< a", "POST", b"a&"),
        ("h --json '{' --json '}'", "POST", b"{}"),
        ("h --data-urlencode 'a b' --data-urlencode '=c&d' --data-urlencode 'n=e f'", "POST",
         b"a+b&c%26d&n=e+f"),
        ("h --data-urlencode n@- <<< 'a b'", "POST", b"n=a+b%0A"),
        ("h -X PUT -d a", "PUT", b"a"),
        ("h -d ''", "POST", b""),
        ("h -I", "HEAD", None),
        ("h -T file", "PUT", None),
        ("h -X ''", "GET", None),
    ],
)  # fmt: skip
def test_methods_and_bodies(arguments: str, method: str, body: bytes | None) -> None:
    taken = only(arguments)
    assert (taken.method, taken.body) == (method, body)


@pytest.mark.parametrize(
    ("arguments", "url"),
    [
        ("-G -d a=1 -d 'b=2' h/x", "http://h/x?a=1&b=2"),
        ("--get -d a=1 'h?z'", "http://h/?z&a=1"),
        ("--url-query a=1 --url-query '+b=%20' --url-query 'c d' h", "http://h/?a=1&b=%20&c+d"),
        ("-G -d a --url-query b h", "http://h/?a"),
        ("--request-target /x?y h/a", "http://h/x?y"),
        ("--proto-default https h", "https://h/"),
        ("-g 'h/{a}'", "http://h/{a}"),
        ("--path-as-is h/a/../b", "http://h/a/../b"),
    ],
)
def test_addresses_and_queries(arguments: str, url: str) -> None:
    assert only(arguments).url == url


def test_lists_make_several_requests() -> None:
    first, second = every("'h/{a,b}'")
    assert (first.url, second.url) == ("http://h/a", "http://h/b")
    assert any("--globoff" in note for note in first.notes)
    assert [one.url for one in every("h i --next j")] == ["http://h/", "http://i/", "http://j/"]


def test_a_multipart_form_gives_its_texts() -> None:
    taken = only("-F a=1 -F 'b=\"x;\\\"y\";type=z' -F 'c=2;type=x' -F f=@file --form-string d=@1 h")
    assert taken.pairs == (("a", "1"), ("b", 'x;"y'), ("c", "2"), ("d", "@1"))
    assert taken.carrier is Carrier.MULTIPART
    assert taken.reads == ("--form f=@file",)
    assert parts(taken) == ["--form f=@file", "--form"]
    assert only("-F 'a=\"b' h").pairs == (("a", "b"),)
    assert only("-F a=b -G h").method == "POST"
    assert only("-F f=@file h").method == "POST"


# ---- headers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "headers"),
    [
        ("-H 'A: b' -H 'C:d' -H 'E;' h", (*USUAL, ("A", "b"), ("C", "d"), ("E", ""))),
        ("-H 'Accept:' -H 'User-Agent;' h", (("Host", "h"), ("User-Agent", ""))),
        ("-H 'host: x' -H 'Host: y' h", (("host", "x"), *USUAL[1:])),
        ("-A u -e 'r;auto' h", (("Host", "h"), ("User-Agent", "u"), USUAL[2], ("Referer", "r"))),
        ("-A '' -e ';auto' h", (("Host", "h"), USUAL[2])),
        ("--compressed h", (*USUAL, ("Accept-Encoding", "deflate, gzip"))),
        ("-b ' a=1' -b 'b=2 ' h", (*USUAL, ("Cookie", "a=1;b=2"))),
        ("-b '' h", USUAL),
        ("-r 5 h", (("Host", "h"), ("Range", "bytes=5-"), *USUAL[1:])),
        ("-r 1-2 h", (("Host", "h"), ("Range", "bytes=1-2"), *USUAL[1:])),
        ("-u a:b h", (("Host", "h"), ("Authorization", "Basic YTpi"), *USUAL[1:])),
        ("http://a:b@h", (("Host", "h"), ("Authorization", "Basic YTpi"), *USUAL[1:])),
        ("http://a@h", (("Host", "h"), ("Authorization", "Basic YTo="), *USUAL[1:])),
        ("--oauth2-bearer t -u a:b h", (("Host", "h"), ("Authorization", "Bearer t"), *USUAL[1:])),
        ("-u a:b --digest h", USUAL),
        ("-d a h", (*USUAL, ("Content-Length", "1"), FORM)),
        ("-H 'content-type: x' -d a h", (*USUAL, ("content-type", "x"), ("Content-Length", "1"))),
        ("-H 'Transfer-Encoding: chunked' -d a h",
         (*USUAL, ("Transfer-Encoding", "chunked"), FORM)),
        ("--json 1 h", (*USUAL[:2], ("Content-Type", "application/json"),
                        ("Accept", "application/json"), ("Content-Length", "1"))),
        ("--json 1 -H 'accept: x' h", (*USUAL[:2], ("accept", "x"),
                                       ("Content-Type", "application/json"),
                                       ("Content-Length", "1"))),
    ],
)  # fmt: skip
def test_headers(arguments: str, headers: tuple[tuple[str, str], ...]) -> None:
    assert only(arguments).headers == headers


def test_header_bytes_are_kept() -> None:
    taken = only("-H $'A: \\xff' -H 'B: \u20ac' -H 'C: \u00e9' h")
    assert taken.header("a") == "\xff"
    assert taken.header("B") == "\u20ac"
    assert taken.header("C") == "\u00e9".encode().decode("latin-1")
    assert taken.header("D") == ""


def test_a_large_body_is_announced() -> None:
    taken = only(f"-d '{chr(8364) * 400_000}' h")
    assert taken.header("expect") == "100-continue"


# ---- what is not taken ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "part", "why"),
    [
        ("-H x h", "header x", "curl sends no such header"),
        ("-H 'x; y' h", "header x; y", "curl sends no such header"),
        ("-H ': y' h", "header : y", "curl sends no such header"),
        ("-H $'x: a\\nb' h", "header x", "its value has a line end"),
        ("-H @file h", "--header @file", "read from elsewhere"),
        ("-b file h", "--cookie file", "read from elsewhere"),
        ("-d @file h", "body", "read from elsewhere"),
        ("--data-urlencode a@file h", "body", "read from elsewhere"),
        ("--url-query a@file h", "--url-query a@file", "read from elsewhere"),
        ("-T file h", "--upload-file file", "read from elsewhere"),
        ("-E cert h", "--cert cert", "read from elsewhere"),
        ("-n h", "--netrc", "read from elsewhere"),
        ("-u a h", "--user a", "asks for a password"),
        ("-r 1-2 -d a h", "--range 1-2", "Content-Range"),
        ("--request-target '*' h", "--request-target *", "it is no path"),
        ("-L h", "--location", "redirects are not followed"),
        ("--retry 3 h", "--retry 3", "nothing is sent again unasked"),
        ("--interface eth0 h", "--interface eth0", "it has no counterpart here"),
        ("--nonsense h", "--nonsense", "curl has no such option"),
        ("-d $X h", "$X", "only the shell knows its value"),
        ("-A $X h -e $X", "$X", "only the shell knows its value"),
        ("-d @- h <<< $X", "$X", "only the shell knows its value"),
        ("http://$X/", "$X", "only the shell knows its value"),
        ("-I -d a h", "--head and --data", "curl refuses them together"),
        ("-d a -F b=c h", "--data and --form", "curl refuses them together"),
        ("-T x -F b=c h", "--form and --upload-file", "curl refuses them together"),
        ("h ftp://i", "ftp://i", "is not http or https"),
        ("h 'i/{'", "i/{", "never closed"),
    ],
)
def test_what_is_not_taken_is_said_with_its_reason(arguments: str, part: str, why: str) -> None:
    (taken,) = every(arguments)
    assert part in parts(taken)
    assert any(why in note.why for note in taken.not_taken if note.part == part)
    assert str(taken.not_taken[0]).startswith(f"{taken.not_taken[0].part}: ")


@pytest.mark.parametrize(
    "arguments", ["-I -G -d a h", "-s -S -i -k h", "--no-location h", "-G -d a h"]
)
def test_what_changes_nothing_is_not_mentioned(arguments: str) -> None:
    assert only(arguments).not_taken == ()


def test_a_command_without_an_address() -> None:
    taken = only("-d a=b")
    assert (taken.method, taken.url, taken.body) == ("POST", "", b"a=b")
    assert parts(taken) == ["address"]
    assert only("-G -d a=b").body is None


def test_files_and_streams_are_listed() -> None:
    taken = only("-o a -O -D b -d @c -d @- -K d h > e 2> nul < f")
    assert taken.reads == (
        "--data @c",
        "--data @- (f)",
        "--output a (written)",
        "--remote-name (a file named by the address)",
        "--dump-header b (written)",
        "--config d (read)",
        "> e (written)",
    )


def test_hints_for_an_environment() -> None:
    taken = only("-k -x http://p:1 --cacert ca.pem -m 2.5 h")
    assert taken.hints == Hints(
        verify_tls=False, proxy="http://p:1", ca_file="ca.pem", timeout_s=2.5
    )
    assert only("-m x h").hints == only("-m 0 h").hints == only("h").hints == Hints()


def test_a_user_in_the_address_is_said() -> None:
    assert any("Authorization" in note for note in only("http://a:b@h.example").notes)


# ---- commands ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["curl h", "/usr/bin/curl h", "sudo curl h", "A=1 env B=2 curl h", "time curl.exe h", "CURL h"],
)
def test_the_word_curl_is_found(text: str) -> None:
    assert read_curl(text, Shell.POSIX).requests[0].url == "http://h/"


def test_other_commands_are_named() -> None:
    reading = read_curl("echo curl; curl h\njq .")
    assert reading.source is Source.CURL
    assert reading.notes == (
        "Not a curl command, so not taken: echo curl",
        "Not a curl command, so not taken: jq .",
    )


@pytest.mark.parametrize("text", ["", "echo curl", "A=1"])
def test_a_text_without_a_command_is_refused(text: str) -> None:
    with pytest.raises(UnreadableInput, match="no curl command"):
        read_curl(text)


def test_very_many_requests_are_cut() -> None:
    reading = read_curl("curl h\n" * (MOST_REQUESTS + 1))
    assert len(reading.requests) == MOST_REQUESTS
    assert reading.notes == ("Only the first 1,000 requests are taken.",)


def test_a_text_that_is_too_long_is_refused() -> None:
    with pytest.raises(UnreadableInput, match="are not read"):
        read_curl("curl " + "x" * LIMIT_CHARS)


@pytest.mark.parametrize(
    ("text", "shell"),
    [
        ("curl 'http://h' \\\n -d x", Shell.POSIX),
        ("curl http://h -d '{\"a\":\"^{\"}'", Shell.POSIX),
        ("curl \"http://h\" ^\n  -d x", Shell.CMD),
        ("curl -d ^\"a^\" http://h", Shell.CMD),
        ('curl.exe -d "a" http://h', Shell.CMD),
        ("curl.exe -d 'a' http://h", Shell.POWERSHELL),
        ("curl http://h `\n  -d x", Shell.POWERSHELL),
        ("curl -Uri http://h -Method Post", Shell.POWERSHELL),
        ("$b = 'x'\ncurl -d $b http://h", Shell.POWERSHELL),
        ("curl http://h", Shell.POSIX),
    ],
)  # fmt: skip
def test_the_shell_is_guessed(text: str, shell: Shell) -> None:
    assert guess_shell(text) is shell
    assert read_curl(text).requests[0].url == "http://h/"


# ---- measured with curl 7.88 ---------------------------------------------------------------------


def test_a_question_mark_at_the_end_of_a_query_belongs_to_it() -> None:
    assert only("-G -d b=2 'http://h/x?a?'").url == "http://h/x?a?&b=2"
    assert only("-G -d b=2 'http://h/x?'").url == "http://h/x?b=2"
    assert only("-G -d b=2 'http://h/x?a&'").url == "http://h/x?a&b=2"


def test_an_empty_method_is_said() -> None:
    assert parts(only("-X '' http://h/x")) == ["--request"]


def test_a_cookie_that_begins_with_an_at_sign_is_a_file() -> None:
    taken = only("-b @f=1 http://h/x")
    assert (taken.header("Cookie"), taken.reads) == ("", ("--cookie @f=1",))


@pytest.mark.parametrize(
    ("span", "sent"),
    [("abc", "bytes=abc"), ("5", "bytes=5-"), ("5abc", "bytes=5-"), ("a-b", "bytes=a-b")],
)
def test_ranges(span: str, sent: str) -> None:
    assert only(f"-r {span} http://h/x").header("Range") == sent


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://h/[1-10:0]", "no range"), ("http://h/[9-1]", "no range"),
        ("http://h/[c-a]", "no range"), ("http://h/{}", "are empty"),
        ("http://a@b@h/", "more than one @"),
        ("https://h/x -d 'a=b", "closed in the wrong place"), ("h /x", "white space in it"),
    ],
)  # fmt: skip
def test_addresses_that_curl_refuses(address: str, why: str) -> None:
    quoted = f"'{address}" if address.count("'") else f"'{address}'"
    taken = only(quoted)
    assert taken.url == ""
    assert why in taken.not_taken[0].why


@pytest.mark.parametrize(
    ("word", "doubt"),
    [
        ("http://h/{a,b}", "http://h/{a,b}"), ("http://h/{1..3}", "http://h/{1..3}"),
        ('{"a":1,"b":2}', "{a:1,b:2}"), ("~/x", "~/x"), ("http://h/$[1+1]", "$[1+1]"),
    ],
)  # fmt: skip
def test_what_only_the_shell_knows(word: str, doubt: str) -> None:
    assert doubt in parts(every(word)[0])
    assert doubt not in parts(every(f"'{word}'")[0])
