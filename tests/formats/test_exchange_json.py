"""Exchanges as JSON come back exactly; JSON lines name the line that is wrong."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.exchange_json import (
    body_from_json,
    exchange_from_json,
    exchange_to_json,
)
from pingtree_desktop.formats.history_lines import VERSION, exchange_of, line_of
from tests.formats.samples import ALL, fired
from tests.storage.strategies import exchanges


@pytest.mark.parametrize("exchange", ALL, ids=["fired", "failed", "pending", "binary"])
def test_a_line_is_the_whole_exchange(exchange):
    line = line_of(exchange)
    assert line.endswith("\n")
    assert line.isascii()
    assert exchange_of(line, 1) == replace(exchange, id=0)


@settings(deadline=None, max_examples=100)
@given(exchange=exchanges)
def test_any_exchange_comes_back(exchange):
    assert exchange_of(line_of(exchange), 1) == replace(exchange, id=0)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "it is no JSON"),
        ("[" * 200_000, "it is no JSON"),
        ("[]", "no exchange of PingTree Desktop"),
        ('{"pingtree":"1"}', "no exchange of PingTree Desktop"),
        (f'{{"pingtree":{VERSION + 1}}}', "a newer version"),
        (f'{{"pingtree":{VERSION}}}', "An exchange cannot be read"),
    ],
)
def test_a_line_that_is_none_is_named(line, why):
    with pytest.raises(UnreadableInput, match="Line 12 cannot be read") as caught:
        exchange_of(line, 12)
    assert why in caught.value.problem
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("uid",), 5),
        (("labels",), [1]),
        (("request", "body"), {}),
        (("request", "headers"), [["a"]]),
        (("outcome", "response", "body_state"), "?"),
        (("outcome", "phases"), [["a", 1]]),
        (("outcome", "failure"), {"kind": "dns", "oops": 1}),
    ],
)
def test_a_changed_value_is_refused(path, value):
    data = json.loads(json.dumps(exchange_to_json(fired())))
    inner = data
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    with pytest.raises(UnreadableInput, match="An exchange cannot be read"):
        exchange_from_json(data)


def test_a_body_that_is_no_base64_is_refused():
    with pytest.raises(ValueError, match="no base64"):
        body_from_json({"base64": "*"})
