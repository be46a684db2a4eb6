"""What the documentation asks for and a draft does not follow: said, never enforced.

A tester sends wrong data on purpose, so advice never blocks.  Each piece names its field, says
what is wrong and why, with its source, and offers the one right answer where there is one.  The
rules stand in `advice_ids`, `advice_money`, `advice_dates`, `advice_choices`, `advice_names`,
`advice_macros` and `advice_json`; this module puts them in the order of the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import assert_never

from pingtree_desktop.domain import (
    advice_choices,
    advice_dates,
    advice_ids,
    advice_json,
    advice_macros,
    advice_money,
    advice_names,
)
from pingtree_desktop.domain.advice_terms import ORG_ID, Advice, Basis, Context, Rule
from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS, Endpoint, Field, Kind
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.fix import Fix, set_lead, use

__all__ = ["ORG_ID", "RULES", "Advice", "Basis", "Context", "Fix", "Rule", "advise"]

RULES: tuple[Rule, ...] = (
    *advice_ids.RULES,
    *advice_json.RULES,
    *advice_money.RULES,
    *advice_dates.RULES,
    *advice_choices.RULES,
    *advice_names.RULES,
    *advice_macros.RULES,
)
"""Everything that is looked for."""


def advise(event: Event, context: Context) -> tuple[Advice, ...]:
    """Everything worth saying about an event, in the order of the form.  Never raises."""
    found: list[Advice] = []
    if event.endpoint is Endpoint.GLOBAL:
        macros = advice_macros.leftovers(ORG_ID, event.org_id, context)
        found.extend(macros or advice_ids.about_org(event))
    for field in FIELDS:
        if field.wire in MONEY_KEYS and field.wire != event.money_key:
            continue
        if field.wire == "cid" and event.endpoint is Endpoint.GLOBAL:
            continue
        found.extend(_about_field(field, event, context))
    found.extend(_about_lead(event, context))
    return tuple(found)


def _about_field(field: Field, event: Event, context: Context) -> list[Advice]:
    value = event.get(field.wire)
    need = advice_ids.about_need(field, event, context)
    need += advice_money.about_money_need(field, event, context)
    if not value.is_sent:
        return need
    if need and value.mode in {Mode.EMPTY, Mode.NULL}:
        return need  # that it is missing says it already
    return _about_value(field, value, event, context) + need


def _about_value(field: Field, value: FieldInput, event: Event, context: Context) -> list[Advice]:
    found = advice_json.about_json(field, event, value)
    text = advice_json.inner_text(event, value)
    if text is None:
        return found
    macros = advice_macros.leftovers(field.wire, text, context)
    if macros:
        return macros
    if found or advice_macros.holds_value(text, context):
        return found
    return _about_text(field, text, event, context)


def _about_text(field: Field, text: str, event: Event, context: Context) -> list[Advice]:
    match field.kind:
        case Kind.MONEY:
            is_raw = event.get(field.wire).mode is Mode.RAW and event.method is Method.POST
            # Raw JSON may write a number in ways that a person does not type.
            return [] if is_raw else advice_money.about_money(field, text)
        case Kind.DATE_TIME | Kind.DATE:
            return advice_dates.about_date(field, text, event, context)
        case Kind.TIME_ZONE:
            return advice_dates.about_zone(field, text, event, context)
        case Kind.CHOICE:
            return advice_choices.about_choice(field, text)
        case Kind.FLAG:
            return advice_choices.about_flag(field, text)
        case Kind.IDENTIFIER | Kind.EVENT_ID | Kind.TRANSACTION_ID | Kind.TEXT:
            encoded = advice_macros.about_encoding(field.wire, text, partial(use, field.wire))
            return encoded or advice_ids.about_space(field, text)
        case _:
            assert_never(field.kind)


def _about_lead(event: Event, context: Context) -> list[Advice]:
    found = advice_names.about_lead_names(event)
    for index, row in enumerate(event.lead):
        found.extend(_about_lead_row(index, row, event, context))
    return found


def _about_lead_row(index: int, row: LeadField, event: Event, context: Context) -> Sequence[Advice]:
    place = f"lead:{index}"
    stray = advice_ids.stray(row.name, is_id=True, is_solid=False)
    if stray is not None:
        said, better = stray
        fix = Fix(
            label=advice_ids.TAKE_OUT, act=set_lead, arguments=(index, replace(row, name=better))
        )
        return [Advice(wire=place, text=f"Its name: {said}", rule=advice_ids.SPACE, fix=fix)]
    if row.type is LeadType.NULL:
        return []
    macros = advice_macros.leftovers(place, advice_json.lead_texts(row), context)
    if macros or advice_macros.holds_value(row.text, context):
        return macros
    if row.type is not LeadType.TEXT:
        return advice_json.about_lead(place, row, event.method)

    def use_text(text: str, label: str) -> Fix:
        return Fix(label=label, act=set_lead, arguments=(index, replace(row, text=text)))

    return advice_macros.about_encoding(place, row.text, use_text)
