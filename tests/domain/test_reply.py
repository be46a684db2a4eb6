"""The documented parts of a reply, read from whatever came."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.reply import PARSE_LIMIT_BYTES, Reply, read_reply


def reply_to(body):
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return read_reply(
        Response(status=200, reason="OK", http_version="HTTP/1.1", headers=(), body=body)
    )


def test_the_documented_reply():
    reply = reply_to(
        {
            "status": "error",
            "type": "error",
            "message": "Some words",
            "missingFields": {"event_id": "required"},
            "invalidFields": {"cid": "unknown", "pid": 3},
        }
    )
    assert reply == Reply(
        message="Some words",
        missing=("event_id",),
        invalid=("cid", "pid"),
        says_error=True,
        words="Some words error error unknown 3",
    )


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "empty"),
        (b" \r\n", "empty"),
        (b"<html>", "not JSON"),
        (b'{"type":"success"', "not JSON"),
        (b'{"type":"success"} trailing', "not JSON"),
        (b"[1]", "not an object"),
        (b'"success"', "not an object"),
        (b"[" * 200_000, "nested too deep"),
        (b'{"type":"success","type":"error"}', "names a key twice"),
        (b" " * PARSE_LIMIT_BYTES + b"{}", "too large"),
        (b"\xff\xfe{", "not JSON"),
    ],
)
def test_what_is_no_documented_reply_has_its_reason(body, problem):
    reply = reply_to(body)
    assert problem in reply.problem
    assert not reply.says_success
    assert not reply.says_error


@pytest.mark.parametrize(
    ("body", "success", "error"),
    [
        ({"type": "success"}, True, False),
        ({"type": " Success "}, True, False),
        ({"status": "success"}, True, False),
        ({"status": 200}, True, False),
        ({"status": "200"}, True, False),
        ({"status": 200, "type": "success"}, True, False),
        ({"status": 200, "type": "error"}, False, True),
        ({"status": 200, "type": "warning"}, False, False),
        ({"status": 400, "type": "success"}, True, True),
        ({"status": "500"}, False, True),
        ({"status": "failed"}, False, True),
        ({"status": 201}, False, False),
        ({"status": True, "type": 1}, False, False),
        ({"status": ["success"]}, False, False),
        ({"status": 200, "type": ["error"]}, False, False),
        ({"type": "success", "message": {"duplicate": True}}, False, False),
        ({"type": "success", "status": None, "message": None}, True, False),
        ({"success": True}, False, False),
        ({}, False, False),
    ],
)
def test_success_and_error_are_only_what_is_documented(body, success, error):
    reply = reply_to(body)
    assert (reply.says_success, reply.says_error) == (success, error)


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ({}, ()),
        ([], ()),
        (None, ()),
        ("", ()),
        ("event_id", ("event_id",)),
        (["event_id", "cid"], ("event_id", "cid")),
        ([{"field": "cid"}, {"name": "pid"}], ("cid", "pid")),
        ([{"event_id": "is required"}], ("event_id",)),
        ([{"field": [[[]]], "x": 1}], ("field", "x")),
        ({"event_id": False}, ("event_id",)),
    ],
)
def test_field_names_come_in_several_shapes(value, names):
    assert reply_to({"missingFields": value}).missing == names
    assert reply_to({"invalidFields": value}).invalid == names


@pytest.mark.parametrize("value", [True, [[1]], [None]])
def test_fields_named_in_an_unreadable_shape_are_an_error_sign(value):
    reply = reply_to({"type": "success", "missingFields": value})
    assert reply.missing == ()
    assert reply.says_error


def test_a_bom_nan_and_endless_numbers_are_read():
    body = b'\xef\xbb\xbf{"type":"success","message":"ok","x":NaN,"y":' + b"9" * 5_000 + b"}"
    assert reply_to(body).says_success


def test_a_message_that_is_a_number_is_shown_digit_by_digit():
    assert reply_to(b'{"message": 3.10}').message == "3.10"
    assert reply_to({"message": True}).message == ""


def test_deeply_nested_field_names_do_not_raise():
    nested = b'{"missingFields":[{"field":' + b"[" * 500 + b"]" * 500 + b"}]}"
    assert reply_to(nested).missing in {("field",), ()}


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_survived(body):
    reply = reply_to(body)
    assert isinstance(reply.problem, str)


@pytest.mark.parametrize(
    "extra", [{"success": False}, {"error": "no such lead"}, {"error": {"code": 1}}]
)
def test_what_plainly_says_error_is_no_success(extra):
    assert reply_to({"status": "success", "type": "success"}).says_success
    assert reply_to({"status": "success", "type": "success", **extra}).says_error
