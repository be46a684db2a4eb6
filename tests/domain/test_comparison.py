"""Two sends side by side: by field, in any order, to the letter, within limits."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.comparison import Comparison, Section, compare
from pingtree_desktop.domain.comparison_rows import SHOWN_CHARS, Row, RowKind, line_rows
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome, Response
from pingtree_desktop.domain.ignore_list import (
    DEFAULT_IGNORED,
    FIELD,
    HEADER,
    IgnoreList,
    parse_ignored,
)
from pingtree_desktop.domain.line_difference import LIMIT_LINES, compare_lines
from pingtree_desktop.domain.request import Request
from tests.domain.test_members import values

URL = "https://api.example.com:8443/api/event/demo"
NOTHING = IgnoreList(patterns=())


def request(body: str = "", *, url: str = URL, method: str = "POST", **headers: str) -> Request:
    return Request(
        method=method,
        url=url,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body.encode("utf-8", "surrogatepass"),
    )


def response(body: bytes = b"{}", status: int = 200, **headers: str) -> Response:
    return Response(
        status=status,
        reason="OK",
        http_version="HTTP/1.1",
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
    )


def exchange(
    sent: Request, reply: Response | None = None, failure: Failure | None = None, **changes: object
) -> Exchange:
    outcome = Outcome(response=reply, failure=failure, phases=(), elapsed_ms=1.0)
    made = Exchange(
        uid="u", started_ms=0, environment="sandbox", danger="sandbox", base_url="",
        endpoint="campaign", campaign="", profile="", cid="demo", event_id="e",
        transaction_id="t", money="", request=sent, outcome=outcome, verdict="fired",
        expected="fired",
    )  # fmt: skip
    return replace(made, **changes)


def section(found: Comparison, name: str) -> Section:
    return next(one for one in found.sections if one.name == name)


def rows(found: Comparison, name: str) -> dict[str, tuple[str | None, str | None, str]]:
    return {r.place: (r.left, r.right, r.kind.value) for r in section(found, name).rows}


def fields(left: str, right: str) -> dict[str, tuple[str | None, str | None, str]]:
    return rows(compare(request(left), request(right), NOTHING), "Request fields")


# ---- the request -----------------------------------------------------------------------------


def test_json_members_are_compared_by_path_whatever_their_order():
    left = '{"amount":42.50,"sub1":"a","lead":{"x":[1,2]},"gone":null}'
    right = '{"lead":{"x":[1,3,4]},"new":true,"sub1":"a","amount":42.5}'
    assert fields(left, right) == {
        "amount": ("42.50", "42.5", "spelling"),
        "sub1": ('"a"', '"a"', "same"),
        "lead.x[0]": ("1", "1", "same"),
        "lead.x[1]": ("2", "3", "changed"),
        "lead.x[2]": (None, "4", "only right"),
        "new": (None, "true", "only right"),
        "gone": ("null", None, "only left"),
    }


def test_places_keep_the_left_order_with_the_right_ones_between():
    assert list(fields('{"b":1,"d":1}', '{"a":1,"b":1,"c":1,"e":1}')) == ["a", "b", "c", "e", "d"]


def test_the_kinds_say_how_two_tokens_differ():
    found = compare(
        request('{"n":1.0,"s":"A","t":"1","w":true,"e":[],"k":1}'),
        request('{"n":1.00,"s":"\\u0041","t":1,"w":"true","e":{},"k":"1.0"}'),
        NOTHING,
    )
    told = {r.place: (r.kind, r.remark) for r in section(found, "Request fields").rows}
    assert told == {
        "n": (RowKind.SPELLING, "same number, other spelling"),
        "s": (RowKind.SPELLING, "same text, other spelling"),
        "t": (RowKind.CHANGED, ""),
        "w": (RowKind.CHANGED, ""),
        "e": (RowKind.CHANGED, ""),
        "k": (RowKind.CHANGED, ""),
    }
    assert found.count(RowKind.SPELLING) == 2
    assert found.differences == 6


def test_the_parameters_of_a_get_are_compared_as_the_fields():
    left = request(url=f"{URL}?amount=42.50&sub1=a%20b&pid=x&q=1&q=2", method="GET")
    right = request(url=f"{URL}?sub1=a%20b&amount=42.5&pid=%78&q=1&q=3", method="GET")
    found = compare(left, right, NOTHING)
    assert rows(found, "Request fields") == {
        "amount": ("42.50", "42.5", "spelling"),
        "sub1": ("a b", "a b", "same"),
        "pid": ("x", "%78", "spelling"),
        "q": ("1", "1", "same"),
        "q#2": ("2", "3", "changed"),
    }
    assert [one.name for one in found.sections] == ["Address", "Request fields"]


def test_a_body_and_a_query_are_compared_by_what_they_say():
    left = request('{"event_id":"buy","amount":42.50,"pid":"7","ok":true,"x":"1.0"}')
    right = request(url=f"{URL}?event_id=buy&amount=42.5&pid=8&ok=true&x=1", method="GET")
    found = compare(left, right, NOTHING)
    told = {r.place: r.kind.value for r in section(found, "Request fields").rows}
    assert told == {
        "event_id": "spelling", "amount": "spelling", "pid": "changed", "ok": "spelling",
        "x": "changed",
    }  # fmt: skip
    backwards = compare(right, left, NOTHING)
    assert {r.place: r.kind.value for r in section(backwards, "Request fields").rows} == told
    assert section(found, "Request fields").rows[0].remark == "same value, in the query and in JSON"


def test_a_query_beside_a_body_is_not_lost():
    found = compare(request("{}", url=f"{URL}?a=1"), request("{}", url=f"{URL}?a=2"), NOTHING)
    assert rows(found, "Query") == {"a": ("1", "2", "changed")}
    assert rows(found, "Request fields") == {"(whole)": ("{}", "{}", "same")}


def test_address_and_method_are_compared_part_by_part():
    left = request("{}", url="http://a.example/x#f")
    found = compare(left, request("{}", url="https://a.example:444/y", method="PUT"))
    assert rows(found, "Address") == {
        "method": ("POST", "PUT", "changed"),
        "scheme": ("http", "https", "changed"),
        "host": ("a.example", "a.example", "same"),
        "port": (None, "444", "only right"),
        "path": ("/x", "/y", "changed"),
        "fragment": ("f", None, "only left"),
    }
    broken = compare(request(url="http://[::1"), request(url="http://a:99999/"))
    assert rows(broken, "Address") == {
        "method": ("POST", "POST", "same"),
        "address": ("http://[::1", "http://a:99999/", "changed"),
    }


def test_headers_are_compared_whatever_their_case_and_order():
    left = request("{}", Accept="x", X_Twice="1", x_twice="2", Only="l")
    right = request("{}", x_twice="1", X_Twice="3", ACCEPT="x")
    found = compare(left, right)
    assert rows(found, "Request headers") == {
        "Accept": ("x", "x", "same"),
        "X-Twice": ("1", "1", "same"),
        "x-twice#2": ("2", "3", "changed"),
        "Only": ("l", None, "only left"),
    }


def test_what_differs_with_every_send_is_passed_over():
    left = request("{}", X_Request_Id="1", Date="now", Content_Length="2")
    found = compare(left, request("{ }", X_Request_Id="2", Content_Length="3"))
    told = {r.place: r.kind.value for r in section(found, "Request headers").rows}
    assert set(told.values()) == {"ignored"}
    assert found.differences == 0
    assert found.count(RowKind.IGNORED) == 3
    assert section(found, "Request fields").notes == (
        "The texts differ only in white space or in the order of members.",
    )


def test_a_body_that_is_no_json_is_compared_by_lines():
    found = compare(request("a\nb\nc"), request('{"a":1}'))
    assert section(found, "Request fields").notes == ("Left: It is not JSON.",)
    assert rows(found, "Request fields") == {
        "line 1": ("a", '{"a":1}', "changed"),
        "line 2": ("b", None, "only left"),
        "line 3": ("c", None, "only left"),
    }


def test_a_draft_has_no_reply():
    found = compare(exchange(request("{}"), response()), request("{}"))
    assert found.notes == ("The draft has no reply yet: only what is sent is compared.",)
    assert not any("eply" in one.name for one in found.sections)


# ---- the reply -------------------------------------------------------------------------------


def test_replies_are_compared_by_status_headers_and_members():
    left = exchange(request("{}"), response(b'{"status":"success"}', X_Kind="a", Date="1"))
    right = exchange(
        request("{}"), response(b'{"status":"error"}', 400, x_kind="b", Date="2"), verdict="bad"
    )
    found = compare(left, right)
    assert found.notes == ()
    assert rows(found, "Reply") == {
        "verdict": ("Fired", "Unrecognised", "changed"),
        "status": ("200 OK", "400 OK", "changed"),
        "HTTP version": ("HTTP/1.1", "HTTP/1.1", "same"),
        "body": ("complete", "complete", "same"),
    }
    assert rows(found, "Reply headers") == {
        "X-Kind": ("a", "b", "changed"),
        "Date": ("1", "2", "ignored"),
    }
    assert rows(found, "Reply body") == {"status": ('"success"', '"error"', "changed")}


def test_a_failure_stands_where_there_is_no_reply():
    failure = Failure(kind=FailureKind.RESET, sentence="The connection was reset.")
    left = exchange(request("{}"), failure=failure, verdict="no_reply")
    right = exchange(request("{}"), response(b"[1]", A="b"))
    found = compare(left, right)
    assert rows(found, "Reply")["failure"] == ("The connection was reset.", None, "only left")
    assert rows(found, "Reply")["status"] == (None, "200 OK", "only right")
    assert rows(found, "Reply headers") == {"A": (None, "b", "only right")}
    assert rows(found, "Reply body") == {"[0]": (None, "1", "only right")}
    pending = exchange(request("{}"), outcome=None, verdict="in_doubt")
    assert rows(compare(pending, pending), "Reply") == {"verdict": ("In doubt", "In doubt", "same")}


def test_text_replies_are_compared_by_line_and_their_charset_is_told():
    left = exchange(request("{}"), response(b"<p>one\ntwo\nend", Content_Type="text/html"))
    right = exchange(
        request("{}"), response(b"<p>one\n2\nmore\nend", Content_Type="text/html; charset=zlib")
    )
    found = section(compare(left, right), "Reply body")
    assert [(r.place, r.left, r.right, r.kind.value) for r in found.rows] == [
        ("line 1", "<p>one", "<p>one", "same"),
        ("line 2", "two", "2", "changed"),
        ("line 3", None, "more", "only right"),
        ("line 3 / 4", "end", "end", "same"),
    ]
    assert found.notes == (
        "The reply's body: charset zlib is not known: read as UTF-8.",
        "Left: It is not JSON.",
        "Right: It is not JSON.",
    )


def test_ten_megabytes_and_a_hundred_thousand_brackets_are_told_plainly():
    big = b'{"a":"' + b"x" * 10_000_000 + b'"}'
    same = compare(exchange(request("{}"), response(big)), exchange(request("{}"), response(big)))
    (row,) = section(same, "Reply body").rows
    assert row.kind is RowKind.SAME
    assert len(row.left) < SHOWN_CHARS + 100
    assert "more than 1,000,000 are not read" in section(same, "Reply body").notes[0]
    other = compare(
        exchange(request("{}"), response(big)), exchange(request("{}"), response(big[:-2] + b"y"))
    )
    body = section(other, "Reply body")
    assert "Only the first 1,000,000 characters" in body.notes[-2]
    assert "the texts differ in line ends, or further on" in body.notes[-1]
    deep = b"[" * 100_000 + b"]" * 100_000
    found = compare(exchange(request("{}"), response(deep)), exchange(request("{}"), response()))
    assert "nested more than 400 levels" in section(found, "Reply body").notes[0]


def test_long_texts_are_cut_around_their_difference():
    left, right = "x" * 50_000 + "LEFT" + "y" * 9_000, "x" * 50_000 + "RIGHT"
    (row,) = compare(request(f'["{left}"]'), request(f'["{right}"]')).sections[1].rows
    assert row.kind is RowKind.CHANGED
    assert "LEFT" in row.left
    assert row.right.endswith('RIGHT"')
    assert row.left.startswith("\u2026 (49,961 characters) x")
    assert row.left.endswith("more characters)")
    (one,) = compare(request(f'["{left}"]'), request()).sections[1].rows
    assert one.left.startswith('"xxx')


# ---- lines -----------------------------------------------------------------------------------


def test_line_ends_alone_are_told():
    found, notes = line_rows("a\r\nb", "a\nb")
    assert {row.kind for row in found} == {RowKind.SAME}
    assert notes == ["These lines are the same: the texts differ in line ends, or further on."]
    assert line_rows("a", "a") == (
        [Row(place="(whole)", left="a", right="a", kind=RowKind.SAME)],
        [],
    )


def test_long_stretches_of_equal_lines_are_one_row():
    head = [f"h{n}" for n in range(LIMIT_LINES + 1)]
    found = compare_lines("\n".join([*head, "x", *head]), "\n".join([*head, "y", *head]))
    assert [(pair.left, pair.left_number, pair.count) for pair in found.pairs] == [
        ("", 1, LIMIT_LINES + 1),
        ("x", LIMIT_LINES + 2, 1),
        ("", LIMIT_LINES + 3, LIMIT_LINES + 1),
    ]
    shown, _ = line_rows("\n".join([*head, "x"]), "\n".join([*head, "y"]))
    assert (shown[0].place, shown[0].left) == ("from line 1", f"{LIMIT_LINES + 1:,} lines")


@pytest.mark.parametrize(
    ("left_more", "right_more", "expected"),
    [
        (5, 9, ("5 more lines", "9 more lines", "changed")),
        (5, 0, ("5 more lines", None, "only left")),
        (0, 5, (None, "5 more lines", "only right")),
    ],
)
def test_too_many_differing_lines_are_capped_and_told(left_more, right_more, expected):
    left = "\n".join(f"l{n}" for n in range(LIMIT_LINES + left_more))
    right = "\n".join(f"r{n}" for n in range(LIMIT_LINES + right_more))
    found, notes = line_rows(left, right)
    assert notes == ["The texts differ in too many lines: the last of them are only counted."]
    rest = found[-1]
    assert (rest.place, rest.left, rest.right, rest.kind.value) == ("rest", *expected)
    assert sum(row.left is not None for row in found[:-1]) == LIMIT_LINES


def test_equal_rests_are_said_to_be_the_same():
    left = ["a", *(f"{n}" for n in range(LIMIT_LINES)), "end", "l"]
    right = ["b", *(f"{n}" for n in range(LIMIT_LINES)), "end", "r"]
    found, _ = line_rows("\n".join(left), "\n".join(right))
    assert found[-1].kind is RowKind.CHANGED
    # A rest is the same only where the texts differ in ways that lines do not show.
    rests = ["x\r\n" * (LIMIT_LINES + 3) + "1", "y\n" + "x\n" * (LIMIT_LINES + 2) + "1"]
    assert line_rows(*rests)[0][-1].kind is RowKind.SAME


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_no_line_is_lost_or_made_up(left, right):
    texts = "\n".join(left), "\n".join(right)
    found = compare_lines(*texts)
    sides = ([p.left for p in found.pairs], [p.right for p in found.pairs])
    for text, side in zip(texts, sides, strict=True):
        assert [line for line in side if line is not None] == (text.split("\n") if text else [])


# ---- in general --------------------------------------------------------------------------------


@given(values, st.randoms(use_true_random=False))
def test_order_and_white_space_are_no_difference(value, chance: random.Random):
    def shuffled(inner: object) -> object:
        if isinstance(inner, dict):
            items = [(key, shuffled(one)) for key, one in inner.items()]
            chance.shuffle(items)
            return dict(items)
        return [shuffled(one) for one in inner] if isinstance(inner, list) else inner

    found = compare(
        request(json.dumps(value)), request(json.dumps(shuffled(value), indent=2)), NOTHING
    )
    assert found.differences == 0


@given(st.binary(max_size=60), st.binary(max_size=60), st.text(max_size=20))
def test_any_two_sends_can_be_compared(left, right, url):
    first = exchange(replace(request(), body=left, url=url), response(right))
    second = exchange(replace(request(), body=right, url=f"http://{url}"), response(left))
    assert compare(first, first, NOTHING).differences == 0
    there, back = compare(first, second, NOTHING), compare(second, first, NOTHING)
    assert there.count(RowKind.ONLY_LEFT) == back.count(RowKind.ONLY_RIGHT)


# ---- the ignore list -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pattern", "scope", "place", "expected"),
    [
        ("date", HEADER, "Date", True),
        ("header:DATE", HEADER, "date#2", True),
        ("header:date", FIELD, "date", False),
        ("field:date", HEADER, "Date", False),
        ("FIELD:date", FIELD, "date", True),
        ("date", FIELD, "Date", False),
        ("id", FIELD, "data.items[3].id", True),
        ("id", FIELD, "data.items[3].idea", False),
        ("items", FIELD, "data.items[3]", True),
        ("sub1", FIELD, "sub1#2", True),
        ("data.*.id", FIELD, "data.items[3].id", True),
        ("data.*.id", FIELD, "data.id", False),
        ("X-*-Id", HEADER, "x-request-id", True),
        ("*", FIELD, "anything", True),
        ("a*b*c", FIELD, "a__b__c", True),
        ("a*b*c", FIELD, "a__c", False),
        ("ab*ba", FIELD, "aba", False),
        ("x*", FIELD, "ax", False),
        ("*x", FIELD, "xa", False),
        ("header:", HEADER, "header:", True),
        ('["e f"]', FIELD, '["e f"]', True),
    ],
)
def test_patterns_match_names_and_paths(pattern, scope, place, expected):
    assert IgnoreList(patterns=(pattern,)).ignores(scope, place) is expected


def test_a_line_of_patterns_is_read_and_written_back():
    found = parse_ignored(" a, header:X-* ;b\n a,, ")
    assert found.patterns == ("a", "header:X-*", "b")
    assert parse_ignored(str(found)) == found
    assert parse_ignored("").patterns == ()
    assert len(parse_ignored(",".join(f"n{n}" for n in range(999))).patterns) == 200
    assert all(one.startswith("header:") for one in DEFAULT_IGNORED)
