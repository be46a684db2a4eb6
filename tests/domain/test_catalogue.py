"""The catalogue is whole: every documented field, in both documented orders, with its words."""

import pytest

from pingtree_desktop.domain.catalogue import (
    BY_WIRE,
    FIELDS,
    WIRE_ORDER,
    Endpoint,
    Group,
    Kind,
    in_group,
    money_keys,
)
from pingtree_desktop.domain.timezones import ZONES

# As the wire facts print it: `amount` and `revenue` are two names of one place, `cid` is Trigger's.
VENDOR_ORDER = [
    "transaction_id", "event_id", "clid", "amount", "pid", "conversion_date",
    "conversion_timezone", "sub1", "sub2", "sub3", "sub4", "sub5", "adv1", "adv2", "adv3", "adv4",
    "adv5", "utm_source", "utm_medium", "utm_campaign", "utm_adgroup", "utm_matchtype", "utm_term",
    "utm_content", "external_clickid", "utm_creative", "utm_placement", "tcpa_consent_date",
    "tcpa_consent", "cost", "cost_operation", "adSpend", "min_price",
]  # fmt: skip

NUMBERS = {"revenue", "amount", "cost", "adSpend", "min_price", "tcpa_consent"}

GROUPS = {
    Group.EVENT: ["cid", "event_id", "transaction_id", "pid", "clid"],
    Group.CONVERSION: [
        "amount", "revenue", "conversion_date", "conversion_timezone", "cost", "cost_operation",
        "adSpend", "min_price",
    ],
    Group.TRACKING: [
        *(f"sub{n}" for n in range(1, 6)), *(f"adv{n}" for n in range(1, 6)), "external_clickid",
    ],
    Group.UTM: [
        f"utm_{word}"
        for word in ("source", "medium", "campaign", "adgroup", "matchtype", "term", "content",
                     "creative", "placement")
    ],
    Group.CONSENT: ["tcpa_consent", "tcpa_consent_date"],
}  # fmt: skip


def test_every_documented_field_is_there_once():
    assert len(FIELDS) == len(BY_WIRE) == 35
    assert set(BY_WIRE) == {*VENDOR_ORDER, "cid", "revenue"}


def test_the_wire_order_is_the_vendors():
    wires = [field.wire for field in WIRE_ORDER]
    assert [wire for wire in wires if wire not in {"cid", "revenue"}] == VENDOR_ORDER
    assert wires.index("revenue") == wires.index("amount") + 1
    assert wires[0] == "cid"


@pytest.mark.parametrize("group", Group)
def test_the_display_order_is_the_tables(group):
    assert [field.wire for field in in_group(group)] == GROUPS[group]


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.wire)
def test_every_field_has_its_words(field):
    assert field.label
    assert field.help.endswith(".")
    assert field.json_type == ("number" if field.wire in NUMBERS else "string")
    if field.choices:
        assert all(choice.value and choice.label for choice in field.choices)
        assert field.format_hint
        assert field.example == "" or field.example in {c.value for c in field.choices}


def test_labels_and_options_are_unique():
    assert len({field.label for field in FIELDS}) == len(FIELDS)
    assert len({field.option for field in FIELDS}) == len(FIELDS)
    assert BY_WIRE["adSpend"].option == "--ad-spend"
    assert BY_WIRE["external_clickid"].option == "--external-clickid"


def test_who_requires_what():
    everywhere = {f.wire for f in FIELDS if f.required_on == frozenset(Endpoint)}
    assert everywhere == {"event_id", "transaction_id"}
    assert {f.wire for f in FIELDS if f.required_on} - everywhere == {"cid"}
    assert BY_WIRE["cid"].required_on == {Endpoint.TRIGGER}


@pytest.mark.parametrize("endpoint", Endpoint)
def test_the_money_keys_are_those_required_for_a_conversion(endpoint):
    required = {f.wire for f in FIELDS if endpoint in f.required_for_conversion}
    assert required == set(money_keys(endpoint))


def test_global_proposes_amount_first():
    assert money_keys(Endpoint.GLOBAL) == ("amount", "revenue")
    assert money_keys(Endpoint.CAMPAIGN) == ("amount",)
    assert money_keys(Endpoint.TRIGGER) == ("revenue",)


def test_the_vendors_spellings():
    assert [c.value for c in BY_WIRE["cost_operation"].choices] == ["add", "substract", "override"]
    assert [c.value for c in BY_WIRE["conversion_timezone"].choices] == [z.code for z in ZONES]
    assert {c.value for c in BY_WIRE["tcpa_consent"].choices} == {"0", "1"}
    assert BY_WIRE["tcpa_consent"].kind is Kind.FLAG


def test_ids_are_sensitive():
    sensitive = {field.wire for field in FIELDS if field.sensitive}
    assert sensitive == {"cid", "transaction_id", "pid", "clid", "external_clickid"}
