"""The members of JSON texts and queries: every value by its path, with its exact token."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain import members
from pingtree_desktop.domain.members import (
    WHOLE,
    Shape,
    canonical_number,
    json_members,
    query_members,
)

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=12,
)


def paths(text: str) -> dict[str, str]:
    found = json_members(text)
    assert found.problem == ""
    return {one.path: one.token for one in found.items}


def test_every_value_has_its_path_and_its_token():
    text = """{"a": 42.50, "b": {"c": [true, {"d": null}, [], {}], "e f": "x\\u0041"},
               "": -0, "g.h": 1E+2}"""
    assert paths(text) == {
        "a": "42.50",
        "b.c[0]": "true",
        "b.c[1].d": "null",
        "b.c[2]": "[]",
        "b.c[3]": "{}",
        'b["e f"]': '"x\\u0041"',
        '[""]': "-0",
        '["g.h"]': "1E+2",
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7", {WHOLE: "7"}),
        ('\ufeff "x"\n', {WHOLE: '"x"'}),
        ("{}", {WHOLE: "{}"}),
        ("[[], [1]]", {"[0]": "[]", "[1][0]": "1"}),
        ('{"a": {}, "b": [[]]}', {"a": "{}", "b[0]": "[]"}),
        ('{"a": 1, "\\u0061": 2, "a": 3}', {"a": "1", "a#2": "2", "a#3": "3"}),
    ],
)
def test_odd_texts_have_members_too(text, expected):
    assert paths(text) == expected


def test_a_repeated_key_is_told():
    assert json_members('{"x": {"a": 1, "a": 2}}').notes == (
        "x.a stands more than once in its object.",
    )


@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "[1", '{"a"}', '{"a": }', '{"a": 1,}', "[1,]", "[1 2]", "1 2", "{]", "[}", "]",
     '{1: 2}', '["a": 1]', "nul", "NaN", "-Infinity", "01", "1.", "+1", '"\\x"', '"half', "hello",
     '{"a": 1} x', "x {}", '{"a":: 1}', "[,]", '{"a" 1}', '"a": 1'],
)  # fmt: skip
def test_what_is_no_json_is_told_in_a_sentence(text):
    found = json_members(text)
    assert found.items == ()
    assert found.problem == "It is not JSON."


def test_limits_are_told_and_nothing_blows_up(monkeypatch):
    assert "more than 1,000,000" in json_members("[" + " " * 10_000_000 + "]").problem
    assert "400 levels" in json_members("[" * 100_000 + "]" * 100_000).problem
    assert json_members("[" * 400 + "]" * 400).problem == ""
    assert "more than 100,000 parts" in json_members(f"[{'1,' * 60_000}1]").problem
    monkeypatch.setattr(members, "LIMIT_PATH_CHARS", 100)
    assert "too long and too deep" in json_members('{"%s": [1, 2]}' % ("n" * 60)).problem


@given(values)
def test_members_are_what_a_json_reader_finds(value):
    def leaves(inner: object) -> list[object]:
        match inner:
            case dict() if inner:
                return [leaf for one in inner.values() for leaf in leaves(one)]
            case list() if inner:
                return [leaf for one in inner for leaf in leaves(one)]
            case _:
                return [inner]

    found = json_members(json.dumps(value, indent=1))
    assert found.problem == ""
    assert [json.loads(one.token) for one in found.items] == leaves(value)
    assert len({one.path for one in found.items}) == len(found.items)


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text):
    found = json_members(text)
    assert bool(found.problem) != bool(found.items)


def test_a_query_is_decoded_and_repeats_are_counted():
    found = query_members("sub1=a%20b&sub1=c+d&x&=1&%C3%A9=42.50")
    assert [(one.path, one.token, one.value) for one in found.items] == [
        ("sub1", "a%20b", "a b"),
        ("sub1#2", "c+d", "c+d"),
        ("x", "", ""),
        ('[""]', "1", "1"),
        ('["é"]', "42.50", "42.50"),
    ]
    assert {one.shape for one in found.items} == {Shape.TEXT}
    assert query_members("").items == ()


@pytest.mark.parametrize(
    ("left", "right", "is_same"),
    [
        ("42.50", "42.5", True), ("42.50", "425e-1", True), ("1E2", "100", True),
        ("0", "-0.00e9", True), ("10", "1", False), ("-1", "1", False), ("1.05", "1.5", False),
        ("0.1", "0.10000000000000001", False), ("9" * 400, "9" * 400 + ".0", True),
        ("1e999999999999999999", "1e999999999999999998", False),
        ("1e1000000000000000000", "1e+1000000000000000000", False),
        ("1e0000000000000000000001", "10", True),
    ],
)  # fmt: skip
def test_numbers_are_compared_without_floating_point(left, right, is_same):
    assert (canonical_number(left) == canonical_number(right)) is is_same


@pytest.mark.parametrize("text", ["", "x", "1,5", "٣", "01", "1_000", "0x1", " 1", "1e"])
def test_what_is_no_number_has_no_canonical_form(text):
    assert canonical_number(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False), st.integers(0, 5))
def test_one_value_has_one_form(number: Decimal, zeros: int):
    text = format(number, "f")
    longer = text + "0" * zeros if "." in text else text + "." + "0" * (zeros + 1)
    assert canonical_number(text) == canonical_number(longer)
    other = canonical_number(format(number + Decimal("1e-30").max(number / 7), "f"))
    assert other is not None
