"""What the Compose screen does with advice: fixes, settled times, and what advice may ask about."""

from __future__ import annotations

from pingtree_desktop.domain.advice_dates import DAYLIGHT
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.lens import IT_IS_RIGHT
from pingtree_desktop.domain.profile import Campaign, EventKind
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

FIELDS = {
    "cid": "demo",
    "event_id": "sale",
    "transaction_id": "T1",
    "conversion_date": "2025-07-04 00:30:00",
    "conversion_timezone": "EST",
}


def model_of(*, campaign: Campaign | None = None, **fields: str) -> ComposeModel:
    model = ComposeModel()
    event = Event()
    for wire, text in (FIELDS | fields).items():
        event = event.with_field(wire, FieldInput(text=text))
    model.load(event, campaign=campaign)
    return model


def rules(model: ComposeModel) -> list[str]:
    return [one.rule.id for one in model.advice()]


def test_a_fix_changes_the_draft_and_shows_the_whole_form_anew():
    model = model_of(amount="$5", conversion_timezone="CST", conversion_date="2025-11-04 00:30:00")
    told: list[Topic] = []
    model.changes.listen(told.append)
    (advice,) = model.advice()
    assert advice.fix is not None
    model.apply_fix(advice.fix)
    assert model.event.text("amount") == "5"
    assert told == [Topic.TARGET]
    assert rules(model) == []


def test_daylight_time_is_doubted_once():
    model = model_of()
    (advice,) = model.advice()
    assert advice.rule is DAYLIGHT
    assert advice.fix is not None
    assert not model.is_time_settled
    model.apply_fix(advice.fix)
    assert model.event.text("conversion_date") == "2025-07-03 23:30:00"
    assert model.is_time_settled
    assert rules(model) == []
    model.set_field("conversion_date", FieldInput(text="2025-07-05 10:00:00"))
    assert rules(model) == ["daylight-time"]


def test_a_time_that_is_right_stays():
    model = model_of()
    before = model.event
    told: list[Topic] = []
    model.changes.listen(told.append)
    model.apply_fix(IT_IS_RIGHT)
    assert model.event == before
    assert told == [Topic.DRAFT]
    assert rules(model) == []


def test_money_that_went_back_to_its_name_is_not_said_to_have_moved():
    model = model_of(amount="5", conversion_timezone="", conversion_date="")
    model.set_endpoint(Endpoint.TRIGGER)
    assert rules(model) == ["money-key"]  # a note: the money moved
    model.set_money_key("amount")
    (advice,) = model.advice()
    assert advice.fix is not None
    model.apply_fix(advice.fix)
    assert model.event.text("revenue") == "5"
    assert rules(model) == []


def test_what_advice_may_ask_about_is_kept_until_it_is_told_anew():
    model = model_of(sub1="{{pub}}", conversion_timezone="", conversion_date="")
    assert rules(model) == ["unknown-value"]
    told: list[Topic] = []
    model.changes.listen(told.append)
    model.set_environment(Environment(name="x", variables=(Variable(name="pub", text="1"),)))
    assert rules(model) == []
    model.inform(used_pairs={("T1", "sale")})
    assert rules(model) == ["used-pair"]
    assert told == [Topic.TARGET, Topic.VALUES]


def test_a_multi_trigger_event_may_fire_again():
    events = (EventKind(id="sale", multi_trigger=True),)
    campaign = Campaign(slug="demo", name="Demo", cid="demo", events=events)
    model = model_of(campaign=campaign, conversion_timezone="", conversion_date="")
    model.inform(used_pairs={("T1", "sale")})
    assert rules(model) == []
