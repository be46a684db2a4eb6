"""Every rule is found by an example, says where it comes from, and knows when to be silent."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.advice import ORG_ID, RULES, Basis, Context, advise
from pingtree_desktop.domain.advice_names import meant_field
from pingtree_desktop.domain.advice_terms import knowing
from pingtree_desktop.domain.catalogue import FIELDS, Endpoint
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.profile import Campaign, EventKind
from tests.domain.strategies import awkward_text
from tests.storage.strategies import events as stored_events

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
VALUES = frozenset({"now", "uuid", "random_int", "last.response", "account"})
GOOD = {"cid": "demo", "event_id": "sale", "transaction_id": "T1"}


def event_of(endpoint=Endpoint.CAMPAIGN, *, method=Method.POST, lead=(), org_id="org", **fields):
    event = Event(endpoint=endpoint, method=method, org_id=org_id, lead=lead)
    for wire, value in (GOOD | fields).items():
        event = event.with_field(
            wire, value if isinstance(value, FieldInput) else FieldInput(text=value)
        )
    return event


def raw(text):
    return FieldInput(mode=Mode.RAW, text=text)


def said(event, **options):
    return advise(event, Context(now=NOW, **options))


def one(event, **options):
    (advice,) = said(event, **options)
    return advice


SALE = frozenset({"sale"})
EXAMPLES = {
    "required": (event_of(event_id=""), {}),
    "path-id": (event_of(cid=""), {}),
    "unlisted-event": (event_of(), {"known_events": frozenset({"other"})}),
    "white-space": (event_of(pid="a b"), {}),
    "used-pair": (event_of(), {"used_pairs": {("T1", "sale")}}),
    "broken-json": (event_of(sub1=raw("{")), {}),
    "type": (event_of(sub1=raw("12")), {}),
    "money-text": (event_of(amount="$5"), {}),
    "money-comma": (event_of(amount="4,50"), {}),
    "money-key": (event_of(revenue="5"), {}),
    "conversion-money": (event_of(), {"conversion_events": SALE}),
    "money-without-conversion": (event_of(amount="5"), {"known_events": SALE}),
    "date-form": (event_of(tcpa_consent_date="22.11.2026"), {}),
    "zone": (event_of(conversion_date="2026-11-22", conversion_timezone="UTC"), {}),
    "daylight-time": (
        event_of(conversion_date="2026-07-04 12:00:00", conversion_timezone="PST"), {},
    ),
    "future": (event_of(tcpa_consent_date="2027-01-01"), {}),
    "date-without-zone": (event_of(conversion_date="2026-11-22"), {}),
    "zone-without-date": (event_of(conversion_timezone="PST"), {}),
    "choice": (event_of(cost_operation="subtract"), {}),
    "flag": (event_of(tcpa_consent="yes"), {}),
    "resembles": (event_of(lead=(LeadField(name="adspend", text="1"),)), {}),
    "not-sent": (event_of(lead=(LeadField(name="sub1", text="1"),)), {}),
    "macro": (event_of(sub1="{click}"), {}),
    "value-not-made": (event_of(sub1="{{now-2}}"), {"value_names": frozenset({"now"})}),
    "unknown-value": (event_of(sub1="{{nobody}}"), {"value_names": VALUES}),
    "encoded-twice": (event_of(sub1="a%20b"), {}),
    "lead-type": (event_of(lead=(LeadField(name="age", text="4O", type=LeadType.NUMBER),)), {}),
    "other-campaign": (event_of(), {"campaign_cid": "another"}),
}  # fmt: skip


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_found_by_its_example(rule):
    event, options = EXAMPLES[rule.id]
    advice = one(event, **options)
    assert advice.rule is rule
    assert advice.why == f"{rule.basis.value.capitalize()}: {rule.why}"
    assert advice.text.endswith(".")
    assert rule.why.endswith(".")
    violates = rule.basis is Basis.DOCUMENTED and advice.level == "warning"
    assert advice.is_violation is violates
    if advice.fix is not None:
        assert rule not in [a.rule for a in said(advice.fix(event), **options) if a == advice]


def test_the_rules_have_one_name_each():
    assert sorted(EXAMPLES) == sorted({rule.id for rule in RULES})
    assert len(RULES) == len(EXAMPLES)


# ---- ids -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "text", "better"),
    [
        ("transaction_id", "a b\tc", "abc"),
        ("cid", "demo\u200b", "demo"),
        ("event_id", "\ufeffsale", "sale"),
        ("pid", "a\x00b", "ab"),
        ("transaction_id", "T\u20281", "T1"),
        ("pid", "\u200b", ""),
    ],
)
def test_ids_hold_no_space_and_nothing_invisible(wire, text, better):
    event = event_of(**{wire: text})
    advice = one(event)
    assert (advice.wire, advice.rule.id, advice.fix.label) == (wire, "white-space", "Take it out")
    assert advice.fix(event).text(wire) == better


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        ("event_id", "Base Click Sold"),
        ("sub1", "two words"),
        ("utm_term", "\U0001f469\u200d\U0001f52c"),
    ],
)
def test_other_texts_may_hold_a_space(wire, text):
    assert said(event_of(**{wire: text})) == ()


def test_the_organisation_ids_space_is_taken_out():
    event = event_of(Endpoint.GLOBAL, org_id=" org\n")
    assert one(event).fix(event).org_id == "org"


def test_a_used_pair_is_said_unless_the_event_may_fire_again():
    used = {("T1", "sale")}
    assert one(event_of(), used_pairs=used).rule.basis is Basis.HISTORY
    assert said(event_of(), used_pairs=used, multi_trigger_events=SALE) == ()
    assert said(event_of(transaction_id="T2"), used_pairs=used) == ()
    assert said(event_of(transaction_id=raw('"T1"')), used_pairs=used) == ()


class Register:
    """A look-up that is no set, as a history is."""

    def __contains__(self, pair):
        return pair[0].startswith("T")


def test_used_pairs_may_be_looked_up():
    assert one(event_of(), used_pairs=Register()).rule.id == "used-pair"
    assert said(event_of(transaction_id="X"), used_pairs=Register()) == ()


# ---- money ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", Method)
def test_money_on_an_event_that_is_no_conversion_is_noted(method):
    event = event_of(amount="5", method=method)
    advice = one(event, known_events=SALE)
    assert (advice.wire, advice.level, advice.rule.basis) == ("amount", "note", Basis.HEURISTIC)
    assert said(event, known_events=SALE, conversion_events=SALE) == ()
    assert said(event) == ()


def test_the_other_money_key_is_one_click_away():
    event = event_of(Endpoint.TRIGGER, amount="5")
    better = one(event).fix(event)
    assert (better.text("revenue"), better.text("amount")) == ("5", "")
    assert said(better) == ()


# ---- json ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wire", "token", "says", "after"),
    [
        ("sub1", "12", "expects a string; this is sent as a number", FieldInput(text="12")),
        ("sub1", "true", "expects a string; this is sent as true", None),
        ("sub1", "null", "expects a string; this is sent as null", None),
        ("sub1", '{"a":1}', "expects a string; this is sent as an object", None),
        ("amount", "false", "expects a number; this is sent as false", None),
        ("amount", "[5]", "expects a number; this is sent as a list", None),
        ("amount", '"5.00"', "expects a number; this is sent as text", FieldInput(text="5.00")),
        ("amount", '"five"', "expects a number; this is sent as text", None),
        ("tcpa_consent", "true", "expects a number; this is sent as true", FieldInput(text="1")),
        ("tcpa_consent", '"false"', "expects a number; this is sent as text", FieldInput(text="0")),
        ("tcpa_consent", '"1"', "expects a number; this is sent as text", FieldInput(text="1")),
    ],
)
def test_another_type_than_the_documented_one(wire, token, says, after):
    event = event_of(**{wire: raw(token)})
    advice = one(event)
    assert says in advice.text
    assert advice.is_violation
    assert (advice.fix(event).get(wire) if advice.fix else None) == after
    if after is not None:
        assert said(advice.fix(event)) == ()


@pytest.mark.parametrize("wire", ["amount", "tcpa_consent", "conversion_date", "cost_operation"])
@pytest.mark.parametrize("mode", [Mode.EMPTY, Mode.NULL])
def test_empty_and_null_are_no_documented_values(wire, mode):
    advice = [a for a in said(event_of(**{wire: FieldInput(mode=mode)})) if a.wire == wire]
    assert [a.rule.id for a in advice if a.is_violation] == ["type"]


def test_empty_is_a_string_and_a_number_may_be_written_in_any_way():
    assert said(event_of(sub1=FieldInput(mode=Mode.EMPTY))) == ()
    assert said(event_of(amount=raw("1e2"))) == ()
    assert one(event_of(tcpa_consent=raw("2"))).rule.id == "flag"


def test_a_query_knows_no_json():
    get = event_of(method=Method.GET, sub1=raw("{"), amount=raw("5"))
    assert said(get) == ()
    assert one(event_of(method=Method.GET, amount=raw('"5"'))).rule.id == "money-text"


def test_raw_text_is_read_as_the_receiver_reads_it():
    event = event_of(conversion_date="2026-11-22", conversion_timezone=raw('"\\u0050DT"'))
    assert one(event).fix(event).text("conversion_timezone") == "PST"


# ---- dynamic values and leftovers --------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["{{uuid}}", "{{ now }}", "{{now-2d|YYYY-MM-DD HH:mm:ss|PST}}", "{{random_int:1:100}}",
     "x-{{uuid}}-{{account}}", "{{last.response.type}}"],
)  # fmt: skip
@pytest.mark.parametrize("wire", ["transaction_id", "amount", "conversion_date", "tcpa_consent"])
def test_our_own_values_are_no_leftovers(text, wire):
    zone = {"conversion_timezone": "PST"} if wire == "conversion_date" else {}
    event = event_of(**{wire: text}, **zone, lead=(LeadField(name="note", text=text),))
    assert said(event, value_names=VALUES) == ()
    assert {a.rule.id for a in said(event)} >= {"macro"}


def test_an_unknown_name_beside_a_known_one():
    advice = one(event_of(sub1="{{uuid}}{{nobody|x}}"), value_names=VALUES)
    assert advice.text.startswith("{{nobody|x}} is none of the values or variables")
    assert one(event_of(sub1="{{last}}"), value_names=VALUES).rule.id == "unknown-value"
    assert one(event_of(sub1="{{1}}"), value_names=VALUES).rule.id == "unknown-value"
    assert one(event_of(sub1="#x#"), value_names=VALUES).rule.id == "macro"


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("john%40example.com", "john@example.com"),
        ("a%2520b", "a b"),
        ("Tom &amp; Anna", "Tom & Anna"),
        ("&#39;x&#39;", "'x'"),
        ("Jos\u00c3\u00a9", "Jos\u00e9"),
        ("\u00e2\u201a\u00ac5", "\u20ac5"),
        ("\u00c3\u0081", "\u00c1"),
    ],
)
def test_values_encoded_twice(text, better):
    event = event_of(utm_term=text)
    advice = one(event)
    assert advice.rule.id == "encoded-twice"
    assert advice.fix(event).text("utm_term") == better
    in_lead = event_of(lead=(LeadField(name="note", text=text),))
    advice = one(in_lead)
    assert advice.wire == "lead:0"
    assert advice.fix(in_lead).lead == (LeadField(name="note", text=better),)
    assert said(advice.fix(in_lead)) == ()


@pytest.mark.parametrize(
    "text",
    ["50% off", "100%", "%zz", "%ff", "%25ff", "a&b=c", "&nosuch;", "\u00c3", "\u00c3\u00a3o\u0152",
     "\u00c2\u0081\u20ac"],
)  # fmt: skip
def test_values_that_are_as_they_should_be(text):
    assert said(event_of(utm_term=text)) == ()


def test_a_long_value_is_cut_in_the_label():
    text = "%41" * 60
    advice = one(event_of(sub1=text))
    assert advice.fix.label == f"Use {'A' * 40}\u2026"


# ---- names ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("external_click_id", "external_clickid"), ("adspend", "adSpend"),
        ("transactionId", "transaction_id"), ("tranaction_id", "transaction_id"),
        ("txid", "transaction_id"), ("utm_soruce", "utm_source"), ("conversion_timezon",
        "conversion_timezone"), ("convertion_date", "conversion_date"), ("Event", "event_id"),
        ("cost_opertion", "cost_operation"), ("tcpa-consent", "tcpa_consent"), ("tz",
        "conversion_timezone"),
    ],
)  # fmt: skip
def test_names_that_mean_a_field(name, wire):
    assert meant_field(name) == wire


@pytest.mark.parametrize(
    "name",
    ["first_name", "last_name", "address", "city", "state", "zip", "email", "phone", "dob", "sub6",
     "sub10", "adv12", "utm_id", "utm_content2", "click_id", "ip_address", "income", "", "x" * 5000,
     "subscription", "advance", "event_name", "transaction_type", "conversion", "campaign_name",
     "campaign", "admin_price"],
)  # fmt: skip
def test_names_of_lead_details_are_left_alone(name):
    assert meant_field(name) is None


@pytest.mark.parametrize("field", FIELDS, ids=lambda f: f.wire)
def test_a_fields_own_name_is_right(field):
    assert meant_field(field.wire) is None


def test_the_right_name_is_one_click_away_where_it_is_free():
    rows = (LeadField(name="first_name", text="Ann"), LeadField(name="adspend", text="1.75"))
    event = event_of(lead=rows)
    advice = one(event)
    assert advice.fix.label == "Use adSpend"
    better = advice.fix(event)
    assert (better.text("adSpend"), better.lead) == ("1.75", rows[:1])
    assert said(better) == ()
    assert one(event_of(adSpend="3", lead=rows)).fix is None
    revenue = event_of(amount="3", lead=(LeadField(name="Revenue", text="1"),))
    assert one(revenue).fix is None


def test_a_row_with_a_fields_name_moves_there():
    event = event_of(
        lead=(LeadField(name="sub1", text="7", type=LeadType.NUMBER), LeadField(name=""))
    )
    better = one(event).fix(event)
    assert better.get("sub1") == raw("7")
    twice = (LeadField(name="a", text="1"), LeadField(name="a", text="2"))
    assert one(event_of(lead=twice)).fix is None


# ---- anything at all -----------------------------------------------------------------------------

names = st.frozensets(awkward_text | st.sampled_from(["sale", "now"]), max_size=3)
contexts = st.builds(
    Context,
    now=st.datetimes(timezones=st.just(UTC)),
    conversion_events=names,
    multi_trigger_events=names,
    known_events=st.none() | names,
    used_pairs=st.frozensets(st.tuples(awkward_text, awkward_text), max_size=3),
    value_names=names,
    settled_times=st.frozensets(st.tuples(awkward_text, awkward_text), max_size=3),
)


@settings(max_examples=400)
@given(stored_events(), contexts)
def test_no_event_and_no_context_is_too_strange(event, context):
    for advice in advise(event, context):
        assert advice.text
        assert advice.rule in RULES
        assert (
            advice.wire == ORG_ID
            or advice.wire.startswith("lead:")
            or advice.wire in {field.wire for field in FIELDS}
        )
        if advice.fix is not None:
            advise(advice.fix(event), context)


@given(stored_events(), contexts)
def test_advice_is_the_same_each_time(event, context):
    assert advise(event, context) == advise(event, replace(context))


def campaign(*events):
    return Campaign(slug="demo", name="Demo", cid="demo", events=events)


def test_a_conversion_without_money_is_offered_its_usual_amount():
    sale = EventKind(id="sale", conversion=True, money="42.50")
    (advice,) = advise(event_of(), knowing(campaign(sale, EventKind(id="other")), now=NOW))
    assert advice.rule.id == "conversion-money"
    assert advice.fix.label == "Use the usual 42.50"
    assert advice.fix(event_of()).get("amount") == FieldInput(text="42.50")
    nothing_usual = campaign(EventKind(id="sale", conversion=True))
    (advice,) = advise(event_of(), knowing(nothing_usual, now=NOW))
    assert advice.fix is None


def test_a_campaign_s_events_say_what_is_known():
    events = (EventKind(id="a", multi_trigger=True), EventKind(id="b", conversion=True))
    context = knowing(campaign(*events), now=NOW)
    assert context.known_events == {"a", "b"}
    assert (context.multi_trigger_events, context.conversion_events) == ({"a"}, {"b"})
    assert context.campaign_cid == "demo"
    assert knowing(None, now=NOW) == Context(now=NOW)


# ---- lead rows and ids that the path holds ----------------------------------------------------


@pytest.mark.parametrize(("row", "rule"), [
    (LeadField(name="x", text="{", type=LeadType.JSON), "broken-json"),
    (LeadField(name="x", text="[1]", type=LeadType.JSON), ""),
    (LeadField(name="x", text="", type=LeadType.JSON), ""),
    (LeadField(name="x", text="1e3", type=LeadType.NUMBER), ""),
    (LeadField(name="x", text="yes", type=LeadType.BOOLEAN), "lead-type"),
    (LeadField(name="x", text="true", type=LeadType.BOOLEAN), ""),
    (LeadField(name="x", text="{x}", type=LeadType.NULL), ""),
    (LeadField(name="x", text='"{click}"', type=LeadType.JSON), "macro"),
    (LeadField(name="x", text="{{now}}", type=LeadType.NUMBER), ""),
    (LeadField(name="x", text="{{now-2x}}", type=LeadType.NUMBER), "value-not-made"),
])  # fmt: skip
def test_a_lead_row_goes_out_as_the_type_that_was_chosen(row, rule):
    event = event_of(lead=(row,))
    assert [one.rule.id for one in said(event, value_names=VALUES)] == [rule] * bool(rule)
    by_get = event_of(lead=(row,), method=Method.GET)
    assert not {"broken-json", "lead-type"} & {one.rule.id for one in said(by_get)}


@pytest.mark.parametrize(
    ("name", "better"), [("first_name ", "first_name"), ("a\u200b", "a"), ("two words", "")]
)
def test_a_lead_name_has_nothing_stray_around_it(name, better):
    event = event_of(lead=(LeadField(name=name, text="1"),))
    if not better:
        assert said(event) == ()
        return
    advice = one(event)
    assert advice.rule.id == "white-space"
    assert advice.fix(event).lead[0].name == better


@pytest.mark.parametrize(("org_id", "better"), [(" a", "a"), ("a b", "ab"), ("a\u200b", "a")])
def test_an_organisation_id_is_an_id(org_id, better):
    event = event_of(Endpoint.GLOBAL, org_id=org_id)
    advice = one(event)
    assert (advice.wire, advice.rule.id) == (ORG_ID, "white-space")
    assert advice.fix(event).org_id == better


@pytest.mark.parametrize("cid", ["trigger", "global"])
def test_a_campaign_id_that_is_another_endpoint_s_address_is_said(cid):
    advice = one(event_of(cid=cid))
    assert (advice.wire, advice.rule.id) == ("cid", "path-id")
    assert cid.capitalize() in advice.text
    assert said(event_of(Endpoint.TRIGGER, cid=cid)) == ()


def test_a_campaign_id_beside_the_campaign_is_a_note():
    advice = one(event_of(), campaign_cid="other")
    assert (advice.level, advice.fix(event_of()).text("cid")) == ("note", "other")
    for event in (event_of(cid="{{own}}"), event_of(cid=raw('"demo"')), event_of(cid="other")):
        assert not any(a.rule.id == "other-campaign" for a in said(event, campaign_cid="other"))
    assert said(event_of(Endpoint.GLOBAL), campaign_cid="other") == ()
