"""Re-indented by the server's own tokens: no digit, key or escape ever changes."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.jsontext import MAX_DEPTH, pretty, tokens
from tests.domain.strategies import any_text


def test_layout():
    result = pretty('{"a":1.10,"b":[true,null,{"c":"\\u00e9"}],"d":{},"e":[ ]}')
    assert result.problems == ()
    assert result.text == (
        "{\n"
        '  "a": 1.10,\n'
        '  "b": [\n'
        "    true,\n"
        "    null,\n"
        "    {\n"
        '      "c": "\\u00e9"\n'
        "    }\n"
        "  ],\n"
        '  "d": {},\n'
        '  "e": []\n'
        "}"
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ('{"a":NaN}', "NaN is no JSON number"),
        ("[-Infinity]", "-Infinity is no JSON number"),
        ("[1e400]", "The number 1e400 is beyond"),
        ("[-1.5E+999]", "The number -1.5E+999 is beyond"),
        ("[1e-400]", "so small that most programs read zero"),
        (f"[{'9' * 5_000}]", "An integer of 5,000 digits"),
        ('{"a":1,"a":2}', 'The key "a" stands twice'),
        ('{"a":1,"\\u0061":2}', 'The key "\\u0061" stands twice'),
        ('["\\ud800"]', "lone surrogate"),
        ('["\\udc00"]', "lone surrogate"),
        ('["\\ud800\\ud800"]', "lone surrogate"),
        ('["\\ud83d \\ude00"]', "lone surrogate"),
        ('["\\ud83d\\n\\ude00"]', "lone surrogate"),
        ('{"\\ud83d":1}', "lone surrogate"),
        ("\ufeff[1]", "byte order mark"),
    ],
)
def test_odd_but_readable_json_is_flagged_and_keeps_every_token(source, problem):
    """P29, P30."""
    result = pretty(source)
    assert len(result.problems) == 1
    assert problem in result.problems[0]
    assert re.sub(r"\s", "", result.text) == re.sub(r"[\s\ufeff]", "", source)
    assert "\n" in result.text


@pytest.mark.parametrize(
    "source",
    ['["\\ud83d\\ude00"]', '["\\\\ud800"]', "[0.0, -0, 0e999, 1e308]", '["\\u0061\\n"]',
     '[{"a":1},{"a":1}]', "[1234567890123456789]", " 42 ", "-0.5e-3", '"x"', "null"],
)  # fmt: skip
def test_proper_json_has_no_remark(source):
    result = pretty(source)
    assert result.problems == ()
    assert json.loads(result.text, parse_int=str, parse_float=str) == json.loads(
        source, parse_int=str, parse_float=str
    )


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("", "nothing but white space at line 1, column 1"),
        (" \n ", "nothing but white space at line 2, column 2"),
        ('{"a":1} trailing', "more text after the end at line 1, column 9"),
        ("[1]\n]", "more text after the end at line 2, column 1"),
        ('{"a":', "it ends too early at line 1, column 6"),
        ("[1,\n 2,\n x]", "'x]' at line 3, column 2"),
        ("[1,]", "] where value belongs at line 1, column 4"),
        ("[1}", "} where comma or close belongs"),
        ("[}", "} where value or close belongs"),
        ("{1:2}", "1 where key or close belongs"),
        ('{"a" 1}', "1 where colon belongs"),
        ('{"a":1,}', "} where key belongs"),
        ("]", "] where value belongs"),
        ("[1 2]", "2 where comma or close belongs"),
        ("01", "'01' at line 1, column 1"),
        ("[1.]", "'1.]'"),
        ("[truer]", "'truer]'"),
        ('["a\x01"]', "at line 1, column 2"),
        ('["\\x"]', "at line 1, column 2"),
        ('"open', "at line 1, column 1"),
        ("\u2003", "a character that does not belong at line 1, column 1"),
        ("<html>", "'<html>' at line 1, column 1"),
        ("{'a': 1}", "at line 1, column 2"),
    ],
)
def test_what_is_not_json_stays_as_it_came_and_says_where(source, problem):
    result = pretty(source)
    assert result.text == source
    (said,) = result.problems
    assert said.startswith("Not JSON: ")
    assert problem in said


@pytest.mark.parametrize("source", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, '{"a":' * 50_000])
def test_a_hundred_thousand_brackets_are_a_remark(source):
    """P28."""
    result = pretty(source)
    assert result.text == source
    assert result.problems == ("Nested too deep to re-indent (more than 400 levels).",)


def test_the_deepest_level_is_still_indented():
    source = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    result = pretty(source)
    assert result.problems == ()
    assert re.sub(r"\s", "", result.text) == source


def test_deep_levels_do_not_multiply_the_text():
    source = "[" * MAX_DEPTH + ",".join("1" * 50_000) + "]" * MAX_DEPTH
    assert len(pretty(source).text) < 50 * len(source)


def test_a_text_over_the_limit_is_shown_as_it_came():
    result = pretty("[1, 2]", limit_chars=5)
    assert result.text == "[1, 2]"
    assert result.problems == ("Too long to re-indent (6 characters): shown as it came.",)
    with_mark = pretty("\ufeff[1, 2]", limit_chars=5)
    assert with_mark.text == "\ufeff[1, 2]"
    assert len(with_mark.problems) == 2


def test_remarks_are_bounded():
    twins = ",".join(f'"k{n}":1,"k{n}":2' for n in range(100))
    assert len(pretty(f"{{{twins}}}").problems) == 20


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | any_text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(any_text, inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None, max_examples=300)
@given(json_values, st.booleans(), st.sampled_from([None, 1, 3]))
def test_any_json_keeps_its_tokens(value, is_ascii, indent):
    source = json.dumps(value, ensure_ascii=is_ascii, indent=indent)
    result = pretty(source)
    assert not [problem for problem in result.problems if problem.startswith("Not JSON")]
    words = [source[start:end] for _, start, end in tokens(source)]
    assert [result.text[start:end] for _, start, end in tokens(result.text)] == words
    if value and isinstance(value, list | dict):
        assert result.text.startswith(("[\n  ", "{\n  "))


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from('[]{},:"\\ \n01-.eEtrufalsn\ud800\x00NI'), max_size=30) | any_text)
def test_any_text_is_survived(text):
    result = pretty(text)
    if result.text != text and not text.startswith("\ufeff"):
        assert re.sub(r"[ \t\r\n]", "", result.text) == re.sub(r"[ \t\r\n]", "", text)
    for _, start, end in tokens(text):
        assert 0 <= start < end <= len(text)


def test_tokens_have_their_kinds():
    source = '{"a" : [1.5, "b", true, NaN]}'
    assert [(kind, source[start:end]) for kind, start, end in tokens(source)] == [
        ("punct", "{"),
        ("key", '"a"'),
        ("punct", ":"),
        ("punct", "["),
        ("number", "1.5"),
        ("punct", ","),
        ("string", '"b"'),
        ("punct", ","),
        ("word", "true"),
        ("punct", ","),
        ("word", "NaN"),
        ("punct", "]"),
        ("punct", "}"),
    ]


def test_an_unfinished_string_ends_with_its_line():
    source = '"open \\" x\n1'
    assert [(kind, source[s:e]) for kind, s, e in tokens(source)] == [
        ("string", '"open \\" x'),
        ("number", "1"),
    ]


def test_tokens_are_bounded():
    assert len(list(tokens("[" * 1_000, limit_tokens=10))) == 10
    assert len(list(tokens("[" * 200_000))) == 100_000
