"""Advice on money: how it is written, under which name it travels, and when it is needed."""

from __future__ import annotations

import re

from pingtree_desktop.domain.advice_terms import Advice, Context, documented, heuristic
from pingtree_desktop.domain.catalogue import MONEY_KEYS, Field, money_keys
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import Mode, normalise_money, why_not_money
from pingtree_desktop.domain.fix import Fix, money_key, use

NOT_A_NUMBER = documented("money-text", "revenue, amount, cost, adSpend and min_price are numbers.")
COMMA = heuristic(
    "money-comma", "JSON knows only the decimal point, so a decimal comma is sent as a point."
)
MONEY_KEY = documented(
    "money-key", "The money is amount on Campaign, revenue on Trigger; Global documents both."
)
CONVERSION_MONEY = documented(
    "conversion-money",
    "A conversion event needs its money field; one without it is answered with 400.",
)
OTHER_MONEY = heuristic(
    "money-without-conversion",
    "Revenue belongs to a conversion. Your list of the campaign's events does not mark this event "
    "as one, and what the API does with the money then is not stated.",
)
RULES = (NOT_A_NUMBER, COMMA, MONEY_KEY, CONVERSION_MONEY, OTHER_MONEY)

_SIGN = "[$\u20ac\u00a3\u00a5\u20b9]|USD|CAD|AUD|EUR|GBP"
_CURRENCY = re.compile(rf"(?:{_SIGN})?\s*([-+]?[\d.,]+)\s*(?:{_SIGN})?", re.IGNORECASE | re.ASCII)
_ENGLISH = re.compile(r"-?\d{1,3}(?:,\d{3})+\.\d+|-?\d{1,3}(?:,\d{3}){2,}", re.ASCII)
_CONTINENTAL = re.compile(r"-?\d{1,3}(?:\.\d{3})+,\d+|-?\d{1,3}(?:\.\d{3}){2,}", re.ASCII)

_AMBIGUOUS = re.compile(r"-?\d{1,3}[.,]\d{3}", re.ASCII)


def about_money(field: Field, text: str) -> list[Advice]:
    """Whether a typed amount is a plain number."""
    number = normalise_money(text)
    if number == text:
        return []
    if number is not None:
        note = f"The comma is read as a decimal point: {number} is sent."
        fix = use(field.wire, number)
        return [Advice(wire=field.wire, text=note, rule=COMMA, level="note", fix=fix)]
    better = _plain_number(text)
    said = f"{why_not_money(text)} It is sent as text, and the API expects a number."
    found = use(field.wire, better) if better else None
    return [Advice(wire=field.wire, text=said, rule=NOT_A_NUMBER, fix=found)]


def _plain_number(text: str) -> str:
    found = _CURRENCY.fullmatch(text.strip())
    if found is None:
        return ""
    digits = found[1].removeprefix("+")
    if found[0] != found[1] and _AMBIGUOUS.fullmatch(digits):
        return ""  # a thousand in one country, a fraction in the next
    if _ENGLISH.fullmatch(digits):
        digits = digits.replace(",", "")
    elif _CONTINENTAL.fullmatch(digits):
        digits = digits.replace(".", "").replace(",", ".")
    return normalise_money(digits) or ""


def about_money_need(field: Field, event: Event, context: Context) -> list[Advice]:
    """Whether the money has the endpoint's name, and goes with a conversion."""
    wire = field.wire
    if wire not in MONEY_KEYS:
        return []
    value = event.get(wire)
    found = []
    keys = money_keys(event.endpoint)
    if value.is_sent and wire not in keys:
        said = f"This endpoint documents {keys[0]}; {wire} is sent as you chose."
        fix = Fix(label=f"Use {keys[0]}", act=money_key, arguments=(keys[0],))
        found.append(Advice(wire=wire, text=said, rule=MONEY_KEY, fix=fix))
    event_id = event.text("event_id")
    if event_id in context.conversion_events:
        if not (value.is_sent and value.mode in {Mode.VALUE, Mode.RAW}):
            said = f"A conversion event without {wire} is answered with 400."
            usual = context.usual_money.get(event_id, "")
            usual_fix = use(wire, usual, f"Use the usual {usual}") if usual else None
            found.append(Advice(wire=wire, text=said, rule=CONVERSION_MONEY, fix=usual_fix))
    elif value.is_sent and event_id in (context.known_events or ()):
        said = "The event is not a conversion in your list of the campaign's events."
        found.append(Advice(wire=wire, text=said, rule=OTHER_MONEY, level="note"))
    return found
