"""Five states per field, exact money, and JSON tokens that a reader takes back unchanged."""

import json
import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.catalogue import Kind
from pingtree_desktop.domain.field import (
    BLANK,
    FieldInput,
    LeadField,
    LeadType,
    Mode,
    is_json,
    json_string,
    lead_query_value,
    lead_token,
    normalise_money,
    query_value,
    token,
    value_token,
    why_not_money,
)
from tests.domain.strategies import any_text, awkward_text


@pytest.mark.parametrize(
    ("mode", "text", "kind", "body", "query"),
    [
        (Mode.VALUE, "", Kind.TEXT, None, None),
        (Mode.VALUE, "x", Kind.TEXT, '"x"', "x"),
        (Mode.VALUE, "42.50", Kind.MONEY, "42.50", "42.50"),
        (Mode.VALUE, "42,50", Kind.MONEY, "42.50", "42.50"),
        (Mode.VALUE, "abc", Kind.MONEY, '"abc"', "abc"),
        (Mode.VALUE, "1", Kind.FLAG, "1", "1"),
        (Mode.VALUE, "7", Kind.FLAG, "7", "7"),
        (Mode.VALUE, "yes", Kind.FLAG, '"yes"', "yes"),
        (Mode.VALUE, "42", Kind.IDENTIFIER, '"42"', "42"),
        (Mode.OMIT, "x", Kind.TEXT, None, None),
        (Mode.EMPTY, "x", Kind.MONEY, '""', ""),
        (Mode.NULL, "x", Kind.MONEY, "null", "null"),
        (Mode.RAW, "", Kind.TEXT, None, None),
        (Mode.RAW, '{"a": 1.0}', Kind.TEXT, '{"a": 1.0}', '{"a": 1.0}'),
        (Mode.RAW, "not json", Kind.MONEY, "not json", "not json"),
    ],
)
def test_each_state_becomes_its_token(mode, text, kind, body, query):
    value = FieldInput(mode=mode, text=text)
    assert token(kind, value) == body
    assert query_value(kind, value) == query
    assert value.is_sent is (body is not None)
    assert value.text == text


def test_blank_means_omitted():
    assert not BLANK.is_sent
    assert BLANK.mode is Mode.VALUE


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("42.50", "42.50"), ("0", "0"), ("-3.20", "-3.20"), ("0.000000000001", "0.000000000001"),
        ("999999999999.999999999999", "999999999999.999999999999"), ("42,5", "42.5"),
        ("-0,01", "-0.01"), ("42,5000", "42.5000"), ("0.00", "0.00"),
    ],
)  # fmt: skip
def test_plain_money_is_kept_digit_by_digit(text, sent):
    assert normalise_money(text) == sent
    assert value_token(Kind.MONEY, text) == sent


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("   ", "only spaces"),
        (" 42", "a space"),
        ("-0", "Minus zero"), ("-0.00", "Minus zero"), ("-0,0", "Minus zero"),
        ("１２", "outside 0–9"), ("٤٢", "outside 0–9"),
        ("NaN", "not a number that JSON"), ("-Infinity", "not a number that JSON"),
        ("$42", "currency"), ("42 €", "currency"),
        ("1_000", "underscore"),
        ("1,234", "thousands"), ("1,234.56", "thousands"),
        ("1e999999", "longer than money"), ("1" * 13, "longer than money"),
        ("1.1234567890123", "longer than money"),
        ("+5", "plus sign"),
        ("007", "needless zero"),
        ("0.1+0.2", "not a number"), ("abc", "not a number"), ("--1", "not a number"),
        ("1.", "not a number"), (".5", "not a number"), ("½", "not a number"),
    ],
)  # fmt: skip
def test_what_is_no_plain_money_is_refused_with_its_reason(text, reason):
    """P34: never a silent conversion; the text goes out as a JSON string."""
    assert normalise_money(text) is None
    assert reason in why_not_money(text)
    assert value_token(Kind.MONEY, text) == json_string(text)


def test_ten_thousand_amounts_survive_exactly():
    dice = random.Random(20261122)
    for _ in range(10_000):
        whole, places = dice.randint(0, 10 ** dice.randint(1, 12) - 1), dice.randint(0, 12)
        text = f"{whole}.{dice.randint(0, 10**places - 1):0{places}d}" if places else str(whole)
        if dice.random() < 0.3 and text.strip("0."):
            text = f"-{text}"
        sent = value_token(Kind.MONEY, text)
        assert sent == text
        assert json.loads(sent, parse_int=Decimal, parse_float=Decimal) == Decimal(text)
        assert FieldInput(text=text).text == text


@settings(deadline=None)
@given(st.decimals(min_value=-(10**11), max_value=10**11, places=2, allow_nan=False))
def test_any_amount_in_cents_is_its_own_token(amount):
    text = f"{amount:f}"
    sent = value_token(Kind.MONEY, text)
    if amount.is_signed() and not amount:
        assert sent == f'"{text}"'
    else:
        assert sent == text
        comma = text.replace(".", ",")
        assert normalise_money(comma) == text


@settings(deadline=None)
@given(awkward_text, st.sampled_from(Kind))
def test_a_value_is_always_one_json_token_and_comes_back(text, kind):
    sent = value_token(kind, text)
    back = json.loads(sent, parse_int=str, parse_float=str)
    money = normalise_money(text) if kind is Kind.MONEY else None
    expected = text if money is None else money
    assert back.encode("utf-16-le", "surrogatepass") == expected.encode(
        "utf-16-le", "surrogatepass"
    )
    if money is None and kind is Kind.MONEY:
        assert why_not_money(text).endswith(".")


@settings(deadline=None)
@given(any_text)
def test_a_json_string_can_always_be_encoded(text):
    assert json_string(text).encode("utf-8")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", True), (' {"a": [1]} ', True), ("1e400", True), ("9" * 6_000, True), ("", False),
        ("NaN", False), ("-Infinity", False), ("1 2", False), ("\ufeff1", False), ("{a:1}", False),
        ("[" * 100_000, False), ("'x'", False), ('"\\ud800"', True),
    ],
)  # fmt: skip
def test_one_json_value_or_not(text, expected):
    assert is_json(text) is expected


@pytest.mark.parametrize(
    ("type_", "text", "body", "query"),
    [
        (LeadType.TEXT, "Ann \u2603", '"Ann \u2603"', "Ann \u2603"),
        (LeadType.TEXT, "", '""', ""),
        (LeadType.NUMBER, "1.10", "1.10", "1.10"),
        (LeadType.NUMBER, "1e400", "1e400", "1e400"),
        (LeadType.NUMBER, "one", '"one"', "one"),
        (LeadType.BOOLEAN, "true", "true", "true"),
        (LeadType.BOOLEAN, "True", '"True"', "True"),
        (LeadType.NULL, "kept", "null", "null"),
        (LeadType.JSON, "[1]", "[1]", "[1]"),
        (LeadType.JSON, "", "null", ""),
    ],
)
def test_lead_fields_of_every_type(type_, text, body, query):
    row = LeadField(name="x", text=text, type=type_)
    assert lead_token(row) == body
    assert lead_query_value(row) == query
