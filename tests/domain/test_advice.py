"""Advice names its field, says what the documentation asks for, and its fixes put it right."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.advice import ORG_ID, RULES, Advice, Context, advise
from pingtree_desktop.domain.advice_ids import PATH_ID, REQUIRED
from pingtree_desktop.domain.advice_macros import MACRO
from pingtree_desktop.domain.catalogue import BY_WIRE, FIELDS, Endpoint
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from tests.domain.strategies import awkward_text, events, json_text

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOOD = {
    Endpoint.CAMPAIGN: {"cid": "demo", "event_id": "sale", "transaction_id": "T1"},
    Endpoint.TRIGGER: {"cid": "demo", "event_id": "sale", "transaction_id": "T1"},
    Endpoint.GLOBAL: {"event_id": "sale", "transaction_id": "T1"},
}


def event_of(endpoint=Endpoint.CAMPAIGN, *, lead=(), **fields):
    event = Event(endpoint=endpoint, org_id="org", lead=lead)
    for wire, value in (GOOD[endpoint] | fields).items():
        given_input = value if isinstance(value, FieldInput) else FieldInput(text=value)
        event = event.with_field(wire, given_input)
    return event


def said(event, **options):
    return advise(event, Context(now=NOW, **options))


def one(event, **options):
    (advice,) = said(event, **options)
    return advice


def fixed_text(event, advice):
    """The text that the advice's fix types into its field; None without a fix."""
    return advice.fix(event).get(advice.wire).text if advice.fix else None


@pytest.mark.parametrize("endpoint", Endpoint)
def test_a_documented_event_needs_no_advice(endpoint):
    event = event_of(endpoint, conversion_date="2026-11-22 18:05:00", conversion_timezone="PST")
    event = event.with_field(event.money_key, FieldInput(text="42.50"))
    assert said(event, conversion_events=frozenset({"sale"})) == ()


@pytest.mark.parametrize("field", [f for f in FIELDS if f.example], ids=lambda f: f.wire)
def test_the_catalogues_own_examples_need_no_warning(field):
    event = event_of(
        Endpoint.TRIGGER if field.wire == "revenue" else Endpoint.CAMPAIGN,
        **{field.wire: field.example},
    )
    assert [a for a in said(event) if a.level == "warning"] == []


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize("wire", ["event_id", "transaction_id"])
@pytest.mark.parametrize("mode", [Mode.OMIT, Mode.EMPTY, Mode.NULL])
def test_a_required_field_is_asked_for(endpoint, wire, mode):
    advice = one(event_of(endpoint, **{wire: FieldInput(mode=mode, text="x")}))
    assert advice == Advice(
        wire=wire, text=f"The API requires {wire}; without it the answer is 400.", rule=REQUIRED
    )


def test_each_endpoint_asks_for_its_own_id():
    assert one(event_of(cid="")) == Advice(
        wire="cid", text="Campaign needs the campaign id in its path.", rule=PATH_ID
    )
    assert one(event_of(Endpoint.TRIGGER, cid="")).text.startswith("The API requires cid")
    no_org = Event(endpoint=Endpoint.GLOBAL, fields=event_of(Endpoint.GLOBAL).fields)
    assert one(no_org).wire == ORG_ID
    assert "organisation id" in one(no_org).text


@pytest.mark.parametrize(("org_id", "says"), [(" org", "a space"), ("{org}", "a macro")])
def test_the_organisation_id_is_looked_at(org_id, says):
    event = Event(endpoint=Endpoint.GLOBAL, org_id=org_id, fields=event_of(Endpoint.GLOBAL).fields)
    advice = one(event)
    assert advice.wire == ORG_ID
    assert says in advice.text


def test_global_does_not_look_at_a_campaign_id():
    assert said(event_of(Endpoint.GLOBAL, cid=" {macro} ")) == ()


@pytest.mark.parametrize(
    ("text", "fix", "says"),
    [
        ("$42.50", "42.50", "currency sign"),
        ("\u20ac 42,50", "42.50", "currency sign"),
        (" 42.50", "42.50", "a space"),
        ("+5", "5", "plus sign"),
        ("42.50 USD", "42.50", "It is sent"),
        ("\u00a342", "42", "currency sign"),
        ("1,234.56", "1234.56", "thousands separator"),
        ("-1,234,567", "-1234567", "thousands separator"),
        ("1.234,56", "1234.56", "thousands separator"),
        ("1.234.567", "1234567", "It is sent"),
        ("1,234", None, "thousands separator"),
        ("\u20ac 1.234", None, "It is sent"),
        ("1.234 \u20ac", None, "It is sent"),
        ("$1,234", None, "It is sent"),
        ("$-12.345", None, "It is sent"),
        ("$1.2345", "1.2345", "It is sent"),
        ("1.23 EUR", "1.23", "It is sent"),
        ("1_000", None, "underscore"),
        ("NaN", None, "not a number that JSON knows"),
    ],
)
@pytest.mark.parametrize("wire", ["amount", "cost", "adSpend", "min_price"])
def test_money_that_is_not_plain(wire, text, fix, says):
    event = event_of(**{wire: text})
    advice = one(event)
    assert advice.wire == wire
    assert says in advice.text
    assert advice.text.endswith("It is sent as text, and the API expects a number.")
    assert fixed_text(event, advice) == fix
    assert fix is None or advice.fix.label == f"Use {fix}"


def test_a_decimal_comma_is_noted_with_what_is_sent():
    event = event_of(amount="42,50")
    advice = one(event)
    assert advice.level == "note"
    assert "42.50 is sent" in advice.text
    assert fixed_text(event, advice) == "42.50"


@pytest.mark.parametrize("wire", ["amount", "tcpa_consent"])
def test_a_number_sent_as_text_is_said(wire):
    advice = one(event_of(**{wire: FieldInput(mode=Mode.RAW, text=' "1"')}))
    assert advice.text == "The API expects a number; this is sent as text."
    assert said(event_of(**{wire: FieldInput(mode=Mode.RAW, text="1")})) == ()


@pytest.mark.parametrize("text", ["abc", "{", "NaN", "1 2", "[" * 100_000])
def test_raw_text_that_breaks_the_body_is_said(text):
    advice = one(event_of(sub1=FieldInput(mode=Mode.RAW, text=text)))
    assert advice.text == "Not one JSON value: it is sent as typed and breaks the whole body."


@pytest.mark.parametrize("code", ["ADT", "EDT", "CDT", "MDT", "PDT", "AKDT", "pdt", " EDT "])
def test_daylight_codes_become_the_standard_code(code):
    event = event_of(conversion_timezone=code, conversion_date="2026-11-22 18:05:00")
    advice = one(event)
    assert advice.wire == "conversion_timezone"
    assert "daylight-time code" in advice.text
    assert "one hour earlier" in advice.text
    assert fixed_text(event, advice) == code.strip().upper().replace("DT", "ST")
    assert advice.fix(event).text("conversion_date") == "2026-11-22 17:05:00"
    assert said(advice.fix(event)) == ()


@pytest.mark.parametrize(("text", "fix"), [("pst", "PST"), (" AKST", "AKST"), ("UTC", None)])
def test_other_zones(text, fix):
    event = event_of(conversion_timezone=text, conversion_date="2026-11-22 18:05:00")
    advice = one(event)
    assert "one of AST, EST" in advice.text
    assert fixed_text(event, advice) == fix


def test_a_time_read_off_a_daylight_clock_names_the_corrected_one():
    event = event_of(conversion_timezone="EST", conversion_date="2026-07-04 00:30:00")
    advice = one(event)
    assert advice.wire == "conversion_timezone"
    assert "EDT" in advice.text
    assert "EST needs 2026-07-03 23:30:00" in advice.text
    better = advice.fix(event)
    assert better.text("conversion_date") == "2026-07-03 23:30:00"
    assert better.text("conversion_timezone") == "EST"
    # The text says "if": doubted again, each press would take off another hour.
    assert advice.fix.settles_time
    settled = {("2026-07-03 23:30:00", "EST")}
    assert said(better, settled_times=settled) == ()
    assert one(better).rule is advice.rule


def test_a_day_flip_is_no_warning():
    event = event_of(conversion_timezone="SST", conversion_date="2026-11-22 23:30:00")
    assert said(event) == ()


def test_a_zone_without_a_date_and_a_date_without_a_zone_are_noted():
    zone = one(event_of(conversion_timezone="PST"))
    assert (zone.wire, zone.level) == ("conversion_timezone", "note")
    date = one(event_of(conversion_date="2026-11-22"))
    assert (date.wire, date.level) == ("conversion_date", "note")


@pytest.mark.parametrize(
    ("text", "fix"),
    [
        ("12/25/2025", "2025-12-25"),
        ("25/12/2025", "2025-12-25"),
        ("6/6/2026", "2026-06-06"),
        ("12/25/2025 18:05:00", "2025-12-25 18:05:00"),
        ("3/4/2026", None),
        ("13/25/2026", None),
        ("02/30/2026", None),
        ("2026-11-22T18:05", "2026-11-22 18:05:00"),
        ("2026-11-22T18:05:09", "2026-11-22 18:05:09"),
        ("2026-11-22T18:05:09.123", "2026-11-22 18:05:09"),
        ("2026-11-22T18:05:09Z", None),
        ("2026-11-22T18:05:09+01:00", None),
        ("2026-11-22 18:05", "2026-11-22 18:05:00"),
        (" 2026-11-22 ", "2026-11-22"),
        ("2026-02-30", None),
        ("yesterday", None),
    ],
)
def test_dates_in_other_formats(text, fix):
    event = event_of(conversion_date=text, conversion_timezone="PST")
    advice = one(event)
    assert advice.text == "The documentation asks for YYYY-MM-DD or YYYY-MM-DD HH:MM:SS."
    assert fixed_text(event, advice) == fix
    if advice.fix:
        assert said(advice.fix(event)) == ()


@pytest.mark.parametrize(
    ("text", "fix"),
    [("2026-11-22 18:05:00", "2026-11-22"), ("11/22/2026", "2026-11-22"), ("soon", None)],
)
def test_a_consent_date_has_no_time(text, fix):
    event = event_of(tcpa_consent_date=text)
    advice = one(event)
    assert advice.text == "The documentation asks for YYYY-MM-DD."
    assert fixed_text(event, advice) == fix


@pytest.mark.parametrize(
    ("fields", "future"),
    [
        ({"conversion_date": "2026-11-23 05:00:00", "conversion_timezone": "PST"}, True),
        ({"conversion_date": "2026-11-23 03:00:00", "conversion_timezone": "PST"}, False),
        ({"conversion_date": "2026-11-24"}, False),
        ({"conversion_date": "2026-11-25"}, True),
        ({"tcpa_consent_date": "2026-11-25"}, True),
        ({"tcpa_consent_date": "2026-11-24"}, False),
        ({"conversion_date": "9999-12-31 23:59:59", "conversion_timezone": "SST"}, True),
    ],
)
def test_a_moment_in_the_future(fields, future):
    texts = [advice.text for advice in said(event_of(**fields))]
    assert ("This moment is in the future." in texts) is future


def test_a_clock_at_the_end_of_time_is_survived():
    event = event_of(conversion_date="2026-11-22")
    assert advise(event, Context(now=datetime.max.replace(tzinfo=UTC)))


@pytest.mark.parametrize(
    ("text", "fix"),
    [("subtract", "substract"), (" Subtract", "substract"), ("ADD", "add"),
     ("Override ", "override"), ("minus", None)],
)  # fmt: skip
def test_cost_operations(text, fix):
    event = event_of(cost_operation=text)
    advice = one(event)
    assert advice.wire == "cost_operation"
    assert fixed_text(event, advice) == fix


@pytest.mark.parametrize("text", ["add", "substract", "override"])
def test_the_documented_cost_operations(text):
    assert said(event_of(cost_operation=text)) == ()


@pytest.mark.parametrize(
    ("text", "fix"),
    [("true", "1"), ("Yes", "1"), (" 1", "1"), ("no", "0"), ("FALSE", "0"), ("maybe", None),
     ("2", None)],
)  # fmt: skip
def test_consent_is_0_or_1(text, fix):
    event = event_of(tcpa_consent=text)
    advice = one(event)
    assert advice.text == "The documentation asks for 0 or 1."
    assert fixed_text(event, advice) == fix
    assert said(event_of(tcpa_consent="0")) == ()


@pytest.mark.parametrize("wire", ["cid", "event_id", "transaction_id", "pid", "sub1"])
def test_white_space_around_a_value(wire):
    event = event_of(**{wire: "\tx "})
    advice = one(event)
    assert (advice.wire, fixed_text(event, advice), advice.fix.label) == (
        wire, "x", "Take it out",
    )  # fmt: skip
    assert said(advice.fix(event)) == ()


@pytest.mark.parametrize(
    "macro",
    ["{click_id}", "{{transaction_id}}", "#s2#", "[[sub1]]", "%7Bclickid%7D", "%7b%7bx%7d%7d",
     "{{now-2d|YYYY}}"],
)  # fmt: skip
@pytest.mark.parametrize("wire", ["transaction_id", "amount", "conversion_date", "tcpa_consent"])
def test_a_macro_that_nobody_replaced(wire, macro):
    advice = one(event_of(**{wire: f"a{macro}b"}))
    assert advice.wire == wire
    assert advice.text.startswith(f"{macro} looks like a macro")


def test_macros_in_raw_text_and_lead_rows():
    raw = one(event_of(sub1=FieldInput(mode=Mode.RAW, text='"{click_id}"')))
    assert "macro" in raw.text
    listed = one(event_of(sub1=FieldInput(mode=Mode.RAW, text="[[1]]")))
    assert listed.text == "The API expects a string; this is sent as a list."
    rows = (
        LeadField(name="first_name", text="{first}"),
        LeadField(name="tags", text="[[1]]", type=LeadType.JSON),
    )
    assert one(event_of(lead=rows)).wire == "lead:0"


@pytest.mark.parametrize("text", ["{}", "{a b}", "# 1", "[x]", "100%7D", "a#b", "{x"])
def test_what_is_no_macro(text):
    assert [one for one in said(event_of(sub1=text)) if one.rule is MACRO] == []


@pytest.mark.parametrize(
    ("endpoint", "key", "documented"),
    [(Endpoint.CAMPAIGN, "revenue", "amount"), (Endpoint.TRIGGER, "amount", "revenue")],
)
def test_the_other_endpoints_money_key_is_said(endpoint, key, documented):
    advice = one(event_of(endpoint, **{key: "42.50"}))
    assert advice.wire == key
    assert f"documents {documented};" in advice.text


@pytest.mark.parametrize("key", ["amount", "revenue"])
def test_both_keys_are_documented_on_global(key):
    assert said(event_of(Endpoint.GLOBAL, **{key: "42.50"})) == ()


@pytest.mark.parametrize("endpoint", Endpoint)
@pytest.mark.parametrize("mode", [Mode.OMIT, Mode.EMPTY, Mode.NULL])
def test_a_conversion_event_needs_its_money(endpoint, mode):
    event = event_of(endpoint)
    event = event.with_field(event.money_key, FieldInput(mode=mode, text="1"))
    advice = one(event, conversion_events=frozenset({"sale"}))
    assert advice.wire == event.money_key
    assert "400" in advice.text
    others = said(event, conversion_events=frozenset({"other"}))
    assert [one for one in others if one.rule is advice.rule] == []


def test_an_event_that_is_not_listed_is_noted():
    event = event_of()
    advice = one(event, known_events=frozenset({"other"}))
    assert (advice.wire, advice.level) == ("event_id", "note")
    assert said(event, known_events=frozenset({"sale"})) == ()
    assert said(event, known_events=frozenset()) == ()
    assert said(event, known_events=None) == ()


def test_lead_rows_that_are_left_out_are_said():
    rows = (LeadField(name="a"), LeadField(name="a"), LeadField(name="pid"), LeadField(name=""))
    found = said(event_of(lead=rows))
    assert [advice.wire for advice in found] == ["lead:1", "lead:2"]


@pytest.mark.parametrize(
    ("name", "wire"),
    [
        ("external_click_id", "external_clickid"), ("adspend", "adSpend"), ("ad_spend", "adSpend"),
        ("transactionId", "transaction_id"), ("EVENT-ID", "event_id"), ("Sub 1", "sub1"),
        ("campaign_id", "cid"), ("partnerId", "pid"), ("timezone", "conversion_timezone"),
    ],
)  # fmt: skip
def test_a_lead_name_that_resembles_a_field(name, wire):
    advice = one(event_of(lead=(LeadField(name=name, text="x"),)))
    assert advice.wire == "lead:0"
    assert f"resembles {wire}," in advice.text


@pytest.mark.parametrize("name", ["first_name", "address", "", "\ud800", "___"])
def test_other_lead_names_are_fine(name):
    assert said(event_of(lead=(LeadField(name=name),))) == ()


sets = st.frozensets(awkward_text, max_size=3)


@settings(deadline=None, max_examples=400)
@given(events(raw=awkward_text | json_text), sets, st.none() | sets)
def test_any_event_gets_plain_sentences_and_fixes_that_help(event, conversions, known):
    found = said(event, conversion_events=conversions, known_events=known)
    for advice in found:
        assert advice.text.endswith(".")
        assert advice.level in {"warning", "note"}
        assert advice.rule in RULES
        assert advice.why.startswith(f"{advice.rule.basis.value.capitalize()}: ")
        if advice.wire.startswith("lead:"):
            assert int(advice.wire.removeprefix("lead:")) < len(event.lead)
        else:
            assert advice.wire in {*BY_WIRE, ORG_ID}
        if advice.fix:
            assert advice.fix.label
            better = advice.fix(event)
            assert advice not in said(better, conversion_events=conversions, known_events=known)


@settings(deadline=None)
@given(awkward_text, st.sampled_from([field.wire for field in FIELDS]))
def test_any_text_in_any_field_is_survived(text, wire):
    for advice in said(Event().with_field(wire, FieldInput(text=text))):
        assert advice.text
