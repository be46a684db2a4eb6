"""Generates events as a tester might compose them, reproducibly from a seed."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from types import MappingProxyType

from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS, Endpoint, Kind
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import BLANK, FieldInput, LeadField, LeadType, Mode

WORDS = (
    "plain",
    "two words",
    " spaces around ",
    "a&b=c;d?e#f/g",
    "100%+1",
    'quote " back\\slash',
    "\u00fcml\u00e4ut \u4e2d\u6587 \u0440\u0443\u0441",
    "\U0001f469\u200d\U0001f4bb family",
    "rtl \u202e override",
    "a" + "\u0301" * 50,
    "tab\tnew\nline\r\n",
    "nul\x00inside",
    "<b>&amp;</b>",
    "{{macro}}",
    "=1+1",
    "",
)
SURROGATES = ("half \ud800", "\udfff\ud800 swapped")
MONEY = ("42.50", "0.10", "0", "-3.5", "42,50", "1,234", "1e3", "NaN", "999999999999.999999999999")
JSON = ("1", "1.10", "-0", "true", "null", '"text"', '["a", 1.0]', '{"b": {"c": null}}', "1e400")
NOT_JSON = ("{broken", "NaN", "'single'")
NUMBERS = ("7", "1.50", "-0.0", "1e+3", "12345678901234567890.1", "not a number")
IDS = ("demo", "my campaign", "\u00fc-42", "a?b#c", "x&y", "a/b")


def event(number: int) -> Event:
    """The event of a number: endpoints and methods in turn, everything else by chance."""
    dice = random.Random(number)
    method = Method.GET if number % 2 else Method.POST
    # A query string that is no UTF-8 cannot be told back by the server as text.
    texts = WORDS if method is Method.GET else WORDS + SURROGATES
    fields = {f.wire: _field(dice, f.kind, texts) for f in FIELDS if f.wire not in MONEY_KEYS}
    fields[dice.choice(MONEY_KEYS)] = _field(dice, Kind.MONEY, texts)
    fields["cid"] = FieldInput(text=dice.choice(IDS))
    return Event(
        endpoint=list(Endpoint)[number % 3],
        method=method,
        org_id=dice.choice(IDS),
        fields=MappingProxyType({wire: one for wire, one in fields.items() if one != BLANK}),
        lead=tuple(_lead(dice, index, texts) for index in range(dice.randrange(6))),
    )


def _field(dice: random.Random, kind: Kind, texts: tuple[str, ...]) -> FieldInput:
    mode = dice.choice(list(Mode))
    if mode is Mode.RAW:
        return FieldInput(mode=mode, text=dice.choice(JSON if dice.random() < 0.9 else NOT_JSON))
    wanted = MONEY if kind is Kind.MONEY else ("0", "1", "yes") if kind is Kind.FLAG else texts
    return FieldInput(mode=mode, text=dice.choice(wanted))


def _lead(dice: random.Random, index: int, texts: tuple[str, ...]) -> LeadField:
    kind = list(LeadType)[(index + dice.randrange(5)) % 5]
    choices = {
        LeadType.TEXT: texts,
        LeadType.NUMBER: NUMBERS,
        LeadType.BOOLEAN: ("true", "false", "yes"),
        LeadType.NULL: ("", "left over"),
        LeadType.JSON: JSON,
    }
    # A name twice, a catalogue name and a blank one are left out on the way.
    name = dice.choice(("first_name", f"lead {index}", f"\u540d{index}\u0301", "pid", ""))
    return LeadField(name=name, text=dice.choice(choices[kind]), type=kind)


def asking_for_every_header(one: Event) -> Event:
    """The same event with the parameter by which httpbin tells of X-Request-Id too."""
    return replace(one, lead=(*one.lead, LeadField(name="show_env", text="1")))


def is_json_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except ValueError:
        return False
