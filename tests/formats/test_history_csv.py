"""CSV: no cell that a spreadsheet would run, and an exact way beside it."""

import csv
import io
from dataclasses import replace

import pytest

from pingtree_desktop.formats.history_csv import csv_entry, csv_head, safe_cell
from tests.formats.samples import ALL, binary, fired


def rows(*, exact: bool, exchanges=ALL) -> list[dict[str, str]]:
    text = csv_head() + "".join(csv_entry(one, exact=exact) for one in exchanges)
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd|x", "'+cmd|x"),
        ("-2+3+cmd", "'-2+3+cmd"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\0=1", "'\0=1"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0=1", "'\u00a0=1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("\uff20x", "'\uff20x"),
        ("+1 555 010-7788", "+1 555 010-7788"),
        ("-42.50", "-42.50"),
        ("(555) 010-7788", "(555) 010-7788"),
        ("plain", "plain"),
        ("a=1", "a=1"),
        ("", ""),
    ],
)
def test_formulas_are_guarded_and_phones_are_not(cell, shown):
    assert safe_cell(cell) == shown


def test_fields_stand_in_columns_of_their_own():
    first, failed, pending, odd = rows(exact=True)
    assert first["sub1"] == "=1+1"
    assert first["sub2"] == "a b"
    assert first["amount"] == "42.50"
    assert first["http_status"] == "200"
    assert first["started_utc"] == "2026-09-21T14:13:20.123Z"
    assert first["lead"] == '{"email": "ann.canary@mail.example", "flag": null}'
    assert first["request_body"].encode() == fired().request.body
    assert failed["failure"] == "No such host."
    assert (pending["http_status"], pending["elapsed_ms"]) == ("", "")
    assert odd["request_body"] == "\ufffd\0\ufffd"
    assert odd["sub1"] == ""
    assert rows(exact=False)[0]["sub1"] == "'=1+1"


def test_values_that_are_no_text_are_json():
    made = fired()
    body = b'{"sub1":{"a":[1,"x"]},"pid":null,"amount":7}'
    (row,) = rows(exact=True, exchanges=[replace(made, request=replace(made.request, body=body))])
    assert (row["sub1"], row["pid"], row["amount"]) == ('{"a": ["1", "x"]}', "null", "7")


def test_a_body_that_is_no_object_has_no_fields():
    made = fired()
    listed = replace(made, request=replace(made.request, body=b"[1]", url="http://h/"))
    (row,) = rows(exact=True, exchanges=[listed])
    assert (row["sub1"], row["sub2"], row["request_body"]) == ("", "", "[1]")


def test_an_address_that_is_none_harms_nothing():
    made = binary()
    odd = replace(made, request=replace(made.request, url="http://[x/?a=1"))
    (row,) = rows(exact=False, exchanges=[odd])
    assert row["url"] == "http://[x/?a=1"
    assert row["note"] == "<b>&?"
