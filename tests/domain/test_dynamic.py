"""Dynamic values: what each placeholder becomes, and what stays as it is written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.dynamic import (
    BUILT_IN,
    resolve,
    resolve_headers,
    templated,
    zone_of,
)
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Resolved
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.value_facts import Facts, Sources
from pingtree_desktop.domain.value_maker import Filled, Maker, malformed
from pingtree_desktop.domain.variable import BUILT_IN_NAMES

NOW = datetime(2026, 11, 24, 4, 5, 6, 789_000, tzinfo=UTC)
REPLY = b'{"message":"ok","data":{"items":[{"id":1.50},true,null]},"code":12345678901234567890}'
FACTS = Facts(seq=42, last_transaction="T-1", unused_transaction="T-2", last_reply=REPLY)
SOURCES = Sources(now=NOW, seed="a", facts=FACTS)


def resolve_text(text: str, sources: Sources) -> Filled:
    return Maker(sources, zone="").fill(text)


def made(text: str, sources: Sources = SOURCES) -> str:
    return resolve_text(text, sources).text


def why(text: str, sources: Sources = SOURCES) -> str:
    filled = resolve_text(text, sources)
    assert filled.text == text, "what cannot be made stays as it is"
    ((_, reason),) = filled.unmade
    return reason


@pytest.mark.parametrize(
    ("text", "becomes"),
    [
        ("{{now}}", "2026-11-24 04:05:06"),
        ("{{ now }}", "2026-11-24 04:05:06"),
        ("{{now-2d|YYYY-MM-DD HH:mm:ss|PST}}", "2026-11-21 20:05:06"),
        ("{{now+90m}}", "2026-11-24 05:35:06"),
        ("{{now - 1d + 2h}}", "2026-11-23 06:05:06"),
        ("{{now+1w-6s||UTC}}", "2026-12-01 04:05:00"),
        ("{{now|iso|+02:00}}", "2026-11-24T06:05:06+02:00"),
        ("{{now|D.M.YY h:m:s a [o'clock]}}", "24.11.26 4:5:6 am o'clock"),
        ("{{now+12h|hh H HH:mm A Z SSS}}", "04 16 16:05 PM +00:00 789"),
        ("{{now|X x}}", "1795493106 1795493106789"),
        ("{{now|Z|-0330}}", "-03:30"),
        ("{{today}}", "2026-11-24"),
        ("{{today|D/M|hst}}", "23/11"),
        ("{{today-1d}}", "2026-11-23"),
        ("{{seq}}", "42"),
        ("{{seq:6}}", "000042"),
        ("{{random_int:7:7}}", "7"),
        ("{{random_int:-3:-3}}.50", "-3.50"),
        ("{{random_choice: a }}", "a"),
        ("{{transaction}}", "T-1"),
        ("{{transaction:unused}}", "T-2"),
        ("{{last.response.message}}", "ok"),
        ("{{last.response.data.items[0].id}}", "1.50"),
        ("{{last.response.data.items.1}}", "true"),
        ("{{last.response.data.items[2]}}", "null"),
        ("{{last.response.code}}", "12345678901234567890"),
        ("before {{seq}} and {{seq}} after", "before 42 and 42 after"),
    ],
)
def test_a_placeholder_becomes_its_value(text: str, becomes: str) -> None:
    filled = resolve_text(text, SOURCES)
    assert (filled.text, filled.unmade, filled.has_values) == (becomes, (), True)


@pytest.mark.parametrize(
    "text",
    ["plain", "{x}", "{{}}", "{{nope}}", "{{lastname}}", "{{nowhere}}", "{{a|b}}", r"\{{nope}}",
     "{{uuid", "{{ {uuid} }}"],
)  # fmt: skip
def test_what_is_no_known_name_is_sent_as_it_is(text: str) -> None:
    filled = resolve_text(text, SOURCES)
    assert (filled.text, filled.unmade, filled.has_values) == (text, (), False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{now-2}}", "write it as now-2d"),
        ("{{now|YYYY|XX}}", "XX is no zone"),
        ("{{now|YYYY|+99:00}}", "is no zone"),
        ("{{now|a|UTC|b}}", "no more"),
        ("{{now+999999w}}", "calendar"),
        ("{{now-739943d|YYYY|SST}}", "calendar"),
        ("{{uuid|x}}", "only now and today"),
        ("{{uuid:}}", "nothing stands after its colon"),
        ("{{seq:0}}", "six digits"),
        ("{{random_int:5}}", "write it as random_int"),
        ("{{random_int:1:9999999999999999999}}", "write it as random_int"),
        ("{{random_int:2:1}}", "larger"),
        ("{{random_choice}}", "write it as random_choice"),
        ("{{transaction:old}}", "write it as transaction"),
        ("{{last}}", "last.response"),
        ("{{last.status}}", "last.response"),
        ("{{last.response.nope}}", "has no nope"),
        ("{{last.response.data}}", "an object there (data)"),
        ("{{last.response.data.items}}", "a list there (data.items)"),
        ("{{last.response.data.items[9]}}", "a list of 3, and no 9"),
        ("{{last.response.data.items.x}}", "a list of 3, and no x"),
        ("{{last.response.message.x}}", "a single value"),
        ("{{last.response.data[}}", "write it as"),
    ],
)
def test_what_cannot_be_made_stays_and_says_why(text: str, reason: str) -> None:
    assert reason in why(text)


def test_what_has_no_source_yet_says_so() -> None:
    bare = Sources(now=NOW, seed="a")
    assert "nothing was sent" in why("{{transaction}}", bare)
    assert "no unused" in why("{{transaction:unused}}", bare)
    assert "no reply" in why("{{last.response.a}}", bare)
    assert "no JSON" in why("{{last.response.a}}", replace(bare, facts=Facts(last_reply=b"<html>")))
    assert "there ([0])" in why(
        "{{last.response[0]}}", replace(bare, facts=Facts(last_reply=b"[[1]]"))
    )
    assert "write it as" in why("{{last.response.}}", replace(bare, facts=Facts(last_reply=b"{}")))


def test_one_placeholder_is_one_value_and_the_next_send_has_another() -> None:
    first = made("{{uuid}} {{uuid}} {{uuid:b}} {{transaction:new}}").split()
    assert first[0] == first[1]
    assert len(set(first)) == 3
    assert all(UUID(one).version == 4 for one in first)
    assert made("{{uuid}}", replace(SOURCES, seed="b")) != first[0]
    drawn = {made("{{random_int:1:3}}", replace(SOURCES, seed=str(n))) for n in range(60)}
    assert drawn == {"1", "2", "3"}
    chosen = {made("{{random_choice:a,b}}", replace(SOURCES, seed=str(n))) for n in range(60)}
    assert chosen == {"a", "b"}


def test_a_backslash_sends_a_known_placeholder_as_it_is_written() -> None:
    assert made(r"\{{uuid}}") == "{{uuid}}"
    assert made(r"\{{now-2}}") == "{{now-2}}", "also one that could not be made"


def test_the_persons_own_zone() -> None:
    plus_two = timezone(timedelta(hours=2))
    assert made("{{now|HH|local}}", replace(SOURCES, own_zone=plus_two)) == "06"
    here = NOW.astimezone().strftime("%H")
    assert made("{{now|HH|local}}") == here


def test_variables_may_hold_placeholders_and_never_go_round_for_ever() -> None:
    names = {"host": "h-{{seq}}", "a": "{{b}}", "b": "{{a}}", "own": "{{own}}", "bad": "{{now-2}}",
             "odd": "{{nobody}}"}  # fmt: skip
    sources = replace(SOURCES, variables=names, missing={"key": "it is not on this computer"})
    filled = resolve_text("{{host}}/{{host}}", sources)
    assert (filled.text, filled.uses_seq) == ("h-42/h-42", True)
    assert "in a circle" in why("{{a}}", sources)
    assert "in a circle" in why("{{own}}", sources)
    assert why("{{bad}}", sources).startswith("in its text, {{now-2}}: write it as")
    assert made("{{odd}}", sources) == "{{nobody}}"
    assert why("{{key}}", sources) == "it is not on this computer"


def test_variables_that_grow_without_end_are_not_made() -> None:
    names = {"v0": "x" * 1000}
    names |= {f"v{n}": f"{{{{v{n - 1}}}}}" * 1000 for n in range(1, 9)}
    assert "too long" in why("{{v8}}", replace(SOURCES, variables=names))
    long = "{{v0}}" * 200
    filled = resolve_text(long, replace(SOURCES, variables=names))
    assert (filled.text, filled.has_values) == (long, False)


def test_an_event_is_resolved_field_by_field_and_recorded() -> None:
    event = Event(
        org_id="o-{{seq}}",
        fields={
            "conversion_timezone": FieldInput(text="{{zone}}"),
            "conversion_date": FieldInput(text="{{now}}"),
            "transaction_id": FieldInput(text="{{uuid}}"),
            "amount": FieldInput(mode=Mode.RAW, text="{{random_int:5:5}}"),
            "pid": FieldInput(mode=Mode.NULL, text="{{uuid}}"),
            "event_id": FieldInput(text="{{now-2}}"),
            "cid": FieldInput(text="plain"),
        },
        lead=(
            LeadField(name="zip", text="{{seq}}"),
            LeadField(name="n", text="{{seq}}", type=LeadType.NULL),
            LeadField(name="s", text="{{nope}}"),
        ),
    )
    found = resolve(event, replace(SOURCES, variables={"zone": "PST"}))
    assert found.event.text("conversion_date") == "2026-11-23 20:05:06", "in the event's own zone"
    assert found.event.text("amount") == "5"
    assert found.event.get("pid") == event.get("pid")
    assert found.event.org_id == "o-42"
    assert [row.text for row in found.event.lead] == ["42", "{{seq}}", "{{nope}}"]
    assert found.uses_seq
    assert Resolved(place="lead:zip", template="{{seq}}", value="42") in found.resolved
    assert {one.place for one in found.resolved} == {
        "conversion_timezone", "conversion_date", "transaction_id", "amount", "org_id", "lead:zip",
    }  # fmt: skip
    assert found.made["lead:0"] == "42"
    ((place, placeholder),) = [(one.place, one.placeholder) for one in found.unmade]
    assert (place, placeholder) == ("event_id", "{{now-2}}")
    assert templated(found.event, found.resolved) == event, "and the templates can be put back"


def test_no_zone_or_an_unknown_one_means_utc() -> None:
    event = Event(fields={"conversion_date": FieldInput(text="{{now|HH}}")})
    assert resolve(event, SOURCES).event.text("conversion_date") == "04"
    event = event.with_field("conversion_timezone", FieldInput(text="XYZ"))
    assert resolve(event, SOURCES).event.text("conversion_date") == "04"
    event = event.with_field("conversion_timezone", FieldInput(mode=Mode.NULL, text="PST"))
    assert resolve(event, SOURCES).event.text("conversion_date") == "04"


def test_an_event_without_braces_comes_back_equal() -> None:
    event = Event(fields={"cid": FieldInput(text="x")}, lead=(LeadField(name="a", text="b"),))
    found = resolve(event, SOURCES)
    assert found.event == event
    assert (found.resolved, found.unmade, found.uses_seq) == ((), (), False)
    assert not event.has_placeholders
    assert replace(event, org_id="{{x}}").has_placeholders
    assert event.with_field("pid", FieldInput(text="{{x}}")).has_placeholders
    assert replace(event, lead=(LeadField(name="a", text="{{x}}"),)).has_placeholders


def test_malformed_names_what_no_source_could_fill() -> None:
    text = r"{{now-2}} {{uuid}} {{nope}} {{last.response.x}} \{{now-2}} {{transaction:x}} {{last}}"
    assert [one for one, _ in malformed(text)] == ["{{now-2}}", "{{transaction:x}}", "{{last}}"]


def test_every_offered_form_is_one_that_can_be_made() -> None:
    for one in BUILT_IN:
        filled = resolve_text(f"{{{{{one.form}}}}}", SOURCES)
        assert filled.has_values, one.form
        assert re.split(r"[:|.-]", one.form)[0] in BUILT_IN_NAMES


@given(st.text(alphabet="{}\\|:.+-[]nowuidseqlastrp 0159dYMé", max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    filled = resolve_text(text, SOURCES)
    if not filled.has_values:
        assert filled.text == text
    list(malformed(text))


def test_headers_are_made_and_recorded() -> None:
    sources = replace(SOURCES, variables={"key": "k-1"})
    found = resolve_headers((("X-Key", "{{key}}"), ("X-N", "n{{seq}}"), ("X", "p")), sources)
    assert found.headers == (("X-Key", "k-1"), ("X-N", "n42"), ("X", "p"))
    assert [one.place for one in found.resolved] == ["header:X-Key", "header:X-N"]
    assert found.uses_seq
    assert not resolve_headers((("X", "{{key}}"),), sources).uses_seq


def test_a_header_has_the_same_value_as_the_body_in_the_event_s_zone() -> None:
    event = Event().with_field("conversion_timezone", FieldInput(text="PST"))
    event = event.with_field("conversion_date", FieldInput(text="{{now}}"))
    found = resolve_headers((("X-Now", "{{now}}"),), SOURCES, zone=zone_of(event, SOURCES))
    assert found.headers == (("X-Now", "2026-11-23 20:05:06"),)
    assert resolve(event, SOURCES).event.text("conversion_date") == "2026-11-23 20:05:06"
    assert zone_of(Event(), SOURCES) == ""


def test_what_stays_as_it_is_written_is_told_apart() -> None:
    event = Event(org_id="{{nope}}").with_field("sub1", FieldInput(text="{{now-2x}} \\{{nope}}"))
    found = resolve(event, SOURCES)
    assert [(one.place, one.placeholder) for one in found.unknown] == [("org_id", "{{nope}}")]
    assert [(one.place, one.placeholder) for one in found.unmade] == [("sub1", "{{now-2x}}")]
    headers = resolve_headers((("X", "{{nope}} {{random_int}}"),), SOURCES)
    assert [(one.place, one.placeholder) for one in headers.unknown] == [("header:X", "{{nope}}")]
    assert [(one.place, one.placeholder) for one in headers.unmade] == [
        ("header:X", "{{random_int}}")
    ]


LONG = 100_000


@pytest.mark.parametrize("text", [
    "{{" + " " * LONG, "{{a" + " " * LONG, "{{now" + " " * LONG + "+}}",
    "{{now+ " + " " * LONG + "x}}", "{{" * LONG, "\\{{" * LONG,
], ids=lambda text: text[:8])  # fmt: skip
def test_a_placeholder_without_end_takes_no_time(text: str) -> None:
    assert made(text) == text


def test_a_form_without_end_is_no_form() -> None:
    assert "longer than 200" in why("{{now|" + "[" * LONG + "}}")
