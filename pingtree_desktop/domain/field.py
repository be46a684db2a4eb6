"""What a person typed for one field, and how it becomes a JSON token or a query parameter.

The typed text is always kept, whatever the mode, so that switching modes loses nothing.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never

from pingtree_desktop.domain.catalogue import Kind


class Mode(StrEnum):
    """The five states of a field."""

    VALUE = "value"
    OMIT = "omit"
    EMPTY = "empty"
    NULL = "null"
    RAW = "raw"


class LeadType(StrEnum):
    """The JSON type of a lead field's value."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    JSON = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldInput:
    """A field as the form holds it: a mode and the raw text.  A blank value means omitted."""

    mode: Mode = Mode.VALUE
    text: str = ""

    @property
    def is_sent(self) -> bool:
        match self.mode:
            case Mode.OMIT:
                return False
            case Mode.VALUE | Mode.RAW:
                return self.text != ""
            case Mode.EMPTY | Mode.NULL:
                return True
            case _:
                assert_never(self.mode)


BLANK = FieldInput()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadField:
    """One row of the lead table: any further key of the body."""

    name: str
    text: str = ""
    type: LeadType = LeadType.TEXT


MONEY = re.compile(r"-?(0|[1-9]\d{0,11})(\.\d{1,12})?", re.ASCII)
_LOCALE_COMMA = re.compile(r"(-?(?:0|[1-9]\d{0,11})),(\d{1,12})", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_JSON_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)


def normalise_money(text: str) -> str | None:
    """The exact JSON number for typed money, or None when it is not plain money.

    `42.50` stays `42.50`; a locale's decimal comma becomes a point (`42,50` -> `42.50`), except
    that `1,234` is refused as ambiguous: in English it is a thousand.
    """
    if MONEY.fullmatch(text):
        return None if _is_minus_zero(text) else text
    comma = _LOCALE_COMMA.fullmatch(text)
    if comma and len(comma[2]) != 3 and not _is_minus_zero(text.replace(",", ".")):
        return f"{comma[1]}.{comma[2]}"
    return None


def _is_minus_zero(text: str) -> bool:
    return text.startswith("-") and not text.strip("-0.")


def why_not_money(text: str) -> str:
    """One sentence on why a text is not plain money.  Call it when `normalise_money` is None."""
    if not text.strip():
        return "It holds only spaces."
    if text != text.strip():
        return "It has a space before or after it."
    if _is_minus_zero(text.replace(",", ".")):
        return "Minus zero is not an amount."
    if any(c in text for c in "$\u20ac\u00a3"):
        return "It has a currency sign; type the number alone."
    if not text.isascii() and any(c.isdigit() for c in text):
        return "It has digits or signs outside 0\u20139; type it with plain digits."
    if text.lower().lstrip("+-") in {"nan", "inf", "infinity"}:
        return "It is not a number that JSON knows."
    if "_" in text:
        return "It has an underscore; type the digits alone."
    if "," in text:
        return "It has a thousands separator, or a comma that could be one; use a point only."
    if _JSON_NUMBER.fullmatch(text):
        return "It is a number, but longer than money is; write it out with at most 12 digits."
    if text.startswith("+"):
        return "It has a plus sign; type the number alone."
    if re.fullmatch(r"-?0\d+(\.\d+)?", text):
        return "It starts with a needless zero."
    return "It is not a number."


def json_string(text: str) -> str:
    r"""A JSON string token with readable Unicode; a lone surrogate becomes its \\u escape."""
    token = json.dumps(text, ensure_ascii=False)
    return _SURROGATE.sub(lambda m: f"\\u{ord(m[0]):04x}", token)


def is_json(text: str) -> bool:
    """Whether a text is exactly one JSON value by RFC 8259 (no NaN, no trailing text)."""
    try:
        json.loads(text, parse_constant=_refuse, parse_int=str, parse_float=str)
    except (ValueError, RecursionError):
        return False
    return True


def _refuse(word: str) -> str:
    raise ValueError(word)


def value_token(kind: Kind, text: str) -> str:
    """The JSON token of a field in value mode: a number where the text is one, else a string."""
    if kind is Kind.MONEY:
        number = normalise_money(text)
        return json_string(text) if number is None else number
    if kind is Kind.FLAG and re.fullmatch(r"0|[1-9]\d{0,11}", text, re.ASCII):
        return text
    return json_string(text)


def token(kind: Kind, field: FieldInput) -> str | None:
    """The JSON token to put in the body, or None when the key is left out.

    Raw text goes out as typed, also when it is not JSON: a tester may want exactly that.
    """
    if not field.is_sent:
        return None
    match field.mode:
        case Mode.VALUE:
            return value_token(kind, field.text)
        case Mode.EMPTY:
            return '""'
        case Mode.NULL:
            return "null"
        case Mode.RAW:
            return field.text
        case Mode.OMIT:  # pragma: no cover - is_sent is False
            return None


def query_value(kind: Kind, field: FieldInput) -> str | None:
    """The decoded query-parameter value, or None when left out.

    A query string knows no types: null is written `null`, raw JSON as it was typed.
    """
    if not field.is_sent:
        return None
    match field.mode:
        case Mode.VALUE:
            money = normalise_money(field.text) if kind is Kind.MONEY else None
            return field.text if money is None else money
        case Mode.EMPTY:
            return ""
        case Mode.NULL:
            return "null"
        case Mode.RAW:
            return field.text
        case Mode.OMIT:  # pragma: no cover - is_sent is False
            return None


def lead_token(lead: LeadField) -> str:
    """The JSON token of a lead field; text that does not fit its type goes out as a string."""
    match lead.type:
        case LeadType.TEXT:
            return json_string(lead.text)
        case LeadType.NUMBER:
            is_number = _JSON_NUMBER.fullmatch(lead.text)
            return lead.text if is_number else json_string(lead.text)
        case LeadType.BOOLEAN:
            return lead.text if lead.text in {"true", "false"} else json_string(lead.text)
        case LeadType.NULL:
            return "null"
        case LeadType.JSON:
            return lead.text if lead.text else "null"
        case _:
            assert_never(lead.type)


def lead_query_value(lead: LeadField) -> str:
    """The decoded query-parameter value of a lead field."""
    return "null" if lead.type is LeadType.NULL else lead.text
