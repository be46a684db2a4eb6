"""The draft's dynamic values: shown as they will be sent, new after each send."""

from __future__ import annotations

import asyncio

from pingtree_desktop.domain.dynamic import resolve
from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.value_facts import Facts
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.viewmodels.compose import ComposeModel

HERE = Environment(
    name="here",
    base_url="http://127.0.0.1:9",
    headers=(("X-Key", "{{key}}"), ("X-Plain", "p")),
    variables=(Variable(name="pub", text="p-1"), Variable(name="key", secret=True)),
)


def model_of(**fields: str) -> ComposeModel:
    model = ComposeModel()
    event = Event()
    for wire, text in fields.items():
        event = event.with_field(wire, FieldInput(text=text))
    model.load(event)
    model.set_environment(HERE)
    return model


def body(model: ComposeModel) -> str:
    return model.preview().body.decode()


def said(model: ComposeModel) -> list[tuple[str, str]]:
    return [(one.wire, one.rule.id) for one in model.advice()]


def test_the_preview_has_the_made_values_and_keeps_them_while_typing():
    model = model_of(sub1="{{pub}}", transaction_id="{{uuid}}")
    first = body(model)
    assert '"sub1":"p-1"' in first
    assert "{{" not in first
    model.set_field("sub2", FieldInput(text="x"))
    made = model.resolution()
    assert made is not None
    assert made.made["transaction_id"] in first, "the same id as before the keystroke"


def test_a_draft_without_placeholders_needs_no_values():
    model = model_of(sub1="plain")
    assert model.resolution() is None
    assert model.made_event == model.event


def test_a_send_gets_the_sources_and_then_everything_random_is_new():
    model = model_of(transaction_id="{{uuid}}")
    shown = model.made_event.text("transaction_id")
    jobs = []

    async def send(job):
        jobs.append(job)
        return object()

    asyncio.run(model.send(send))
    (job,) = jobs
    assert job.event == model.event, "the sender makes the values, once"
    assert resolve(job.event, job.sources).event.text("transaction_id") == shown
    assert model.made_event.text("transaction_id") != shown


def test_facts_are_taken_in():
    model = model_of(sub1="{{transaction}}", sub2="{{seq}}")
    assert ("sub1", "value-not-made") in said(model)
    model.inform(facts=Facts(seq=7, last_transaction="T-9"))
    assert model.made_event.text("sub1") == "T-9"
    assert model.made_event.text("sub2") == "7"
    assert ("sub1", "value-not-made") not in said(model)


def test_headers_of_the_environment_are_made_too():
    model = model_of(sub1="x")
    assert ("X-Key", "{{key}}") in model.preview().headers
    model.inform(facts=Facts(secrets={("environment:here", "key"): "k-1"}))
    headers = model.preview().headers
    assert ("X-Key", "k-1") in headers
    assert ("X-Plain", "p") in headers


def test_advice_looks_at_what_a_value_becomes():
    model = model_of(conversion_date="{{now|DD.MM.YYYY}}", conversion_timezone="PST")
    (advice,) = [one for one in model.advice() if one.wire == "conversion_date"]
    assert advice.fix is None, "a fix would replace the placeholder"
    model.set_field("conversion_date", FieldInput(text="{{now-1d}}"))
    assert [wire for wire, _ in said(model)].count("conversion_date") == 0


def test_a_malformed_value_is_said_once():
    model = model_of(sub1="{{now-2}}")
    assert said(model).count(("sub1", "value-not-made")) == 1
