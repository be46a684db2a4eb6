"""The Compose screen: money moves visibly, one send at a time, LIVE only when armed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import PRODUCTION, SANDBOX, Danger, Environment
from pingtree_desktop.domain.errors import StorageUnavailable, UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.exchange import FailureKind
from pingtree_desktop.domain.field import FieldInput, LeadField, Mode
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.sender import Job, Sender, Sent
from pingtree_desktop.viewmodels.arming import ARMED_FOR_S, Arming
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic
from pingtree_desktop.viewmodels.draft_profile import arranged, changed_profile, gone, new_profile
from tests.services.fakes import Wire
from tests.viewmodels.test_arming import Clock

CAMPAIGN = Campaign(
    slug="demo",
    name="Demo",
    cid="demo",
    org_id="org-9",
    events=(EventKind(id="purchase", conversion=True), EventKind(id="view")),
)


def ready(**changes: object) -> ComposeModel:
    """A model on a started sandbox, on which every told topic is noted."""
    model = ComposeModel(**changes)
    model.sandbox_started("http://127.0.0.1:8765")
    model.set_field("event_id", FieldInput(text="view"))
    model.set_field("transaction_id", FieldInput(text="T-1"))
    return model


def topics(model: ComposeModel) -> list[Topic]:
    told: list[Topic] = []
    model.changes.listen(told.append)
    return told


def notes(model: ComposeModel) -> list[str]:
    return [one.text for one in model.advice() if one.level == "note"]


# ---- the draft ----------------------------------------------------------------------------------


def test_a_change_is_told_once_and_no_change_is_not():
    model = ready()
    told = topics(model)
    model.set_field("pid", FieldInput(text="7"))
    model.set_field("pid", FieldInput(text="7"))
    model.set_lead((LeadField(name="first_name", text="A"),))
    model.set_org("")
    assert told == [Topic.DRAFT, Topic.DRAFT]


def test_the_money_moves_with_the_endpoint_and_says_so():
    model = ready()
    model.set_field("amount", FieldInput(text="42.50"))
    model.set_endpoint(Endpoint.TRIGGER)
    assert model.event.text("revenue") == "42.50"
    assert model.event.text("amount") == ""
    assert any("now sent as revenue" in text for text in notes(model))
    model.set_endpoint(Endpoint.CAMPAIGN)
    assert model.event.text("amount") == "42.50"
    assert any("now sent as amount" in text for text in notes(model))
    model.set_endpoint(Endpoint.GLOBAL)  # it documents both: nothing moves
    assert model.event.money_key == "amount"
    assert not any("now sent as" in text for text in notes(model))
    assert model.money_choices == ("amount", "revenue")


def test_money_that_does_not_move_says_nothing():
    model = ready()
    model.set_endpoint(Endpoint.TRIGGER)
    assert not any("now sent as" in text for text in notes(model))


def test_the_money_keeps_its_mode_when_it_moves():
    model = ready()
    model.set_field("amount", FieldInput(mode=Mode.RAW, text='"abc"'))
    model.set_endpoint(Endpoint.TRIGGER)
    assert model.event.get("revenue") == FieldInput(mode=Mode.RAW, text='"abc"')
    assert b'"revenue":"abc"' in model.preview().body


def test_an_undocumented_money_key_can_still_be_seen_and_left():
    model = ready()
    model.set_endpoint(Endpoint.TRIGGER)
    model.set_money_key("amount")
    assert model.event.money_key == "amount"
    assert model.money_choices == ("revenue", "amount")
    model.set_money_key("revenue")
    assert model.money_choices == ("revenue",)


def test_global_takes_the_organisation_of_the_campaign_once():
    model = ready()
    model.load(model.event, campaign=CAMPAIGN)
    model.set_endpoint(Endpoint.GLOBAL)
    assert model.event.org_id == "org-9"
    model.set_org("other")
    model.set_endpoint(Endpoint.CAMPAIGN)
    model.set_endpoint(Endpoint.GLOBAL)
    assert model.event.org_id == "other"


def test_the_campaigns_events_feed_the_advice():
    model = ready()
    model.load(model.event, campaign=CAMPAIGN)
    model.set_field("event_id", FieldInput(text="purchase"))
    assert any("conversion event" in one.text for one in model.advice())
    model.set_field("event_id", FieldInput(text="purchas"))
    assert any("not one of the campaign" in one.text for one in model.advice())


def test_modified_means_different_from_the_saved_profile():
    model = ComposeModel()
    assert not model.is_modified
    model.set_field("pid", FieldInput(text="7"))
    assert model.is_modified
    profile = Profile(slug="p", campaign="demo", name="P", event=model.event, notes="mine")
    model.set_notes("mine")
    model.saved(profile, CAMPAIGN)
    assert not model.is_modified
    model.set_field("pid", FieldInput(text="8"))
    assert model.is_modified
    model.set_field("pid", FieldInput(text="7"))
    assert not model.is_modified
    model.set_expect(Verdict.DUPLICATE)
    assert model.is_modified
    again = new_profile(model, name="Q", campaign="demo")
    assert (again.expect, again.notes, again.name) == (Verdict.DUPLICATE, "mine", "Q")
    event = model.event
    gone(model)
    assert (model.profile, model.campaign, model.event) == (None, CAMPAIGN, event)
    assert model.is_modified


def test_loading_replaces_the_whole_draft():
    model = ready()
    model.set_field("amount", FieldInput(text="1"))
    model.set_endpoint(Endpoint.TRIGGER)
    told = topics(model)
    fresh = Event(method=Method.GET)
    model.load(fresh, expect=Verdict.LOCKED)
    assert told == [Topic.LOADED]
    assert (model.event, model.expect, model.profile) == (fresh, Verdict.LOCKED, None)
    assert not any("now sent as" in text for text in notes(model))


def test_an_unusable_address_is_said_when_it_is_previewed():
    model = ready()
    model.set_environment(Environment(name="bad", base_url="ftp://x"))
    with pytest.raises(UsageError):
        model.preview()


# ---- may it be sent -----------------------------------------------------------------------------


def test_it_may_send_once_the_sandbox_is_there():
    model = ComposeModel()
    assert not model.may_send
    model.sandbox_started("http://127.0.0.1:1")
    assert model.may_send
    assert model.base_url == "http://127.0.0.1:1"


def test_live_needs_arming_and_disarms_itself_with_time_and_by_every_change():
    clock = Clock()
    model = ready(arming=Arming(clock))
    model.set_environment(PRODUCTION)
    assert model.is_live
    assert not model.may_send
    assert model.send_label.startswith("Disarmed")
    model.arm()
    assert model.may_send
    assert model.send_label == "Fire view LIVE"
    model.set_field("amount", FieldInput(text="42.50"))
    assert model.send_label == "Fire view 42.50 LIVE"
    clock.now_s += ARMED_FOR_S
    assert not model.may_send
    model.arm()
    model.set_environment(SANDBOX)
    assert model.may_send  # the sandbox needs none
    model.set_environment(PRODUCTION)
    assert not model.may_send
    model.arm()
    model.disarm()
    assert not model.may_send


def test_another_live_environment_is_armed_for_itself():
    model = ready(arming=Arming(Clock()))
    model.set_environment(PRODUCTION)
    model.arm()
    model.set_environment(Environment(name="b", base_url="https://x.test", declared=Danger.LIVE))
    assert not model.may_send
    told = topics(model)
    model.set_environment(model.environment)
    assert told == []


# ---- sending ------------------------------------------------------------------------------------


class Sends:
    """A sender that answers when it is told to, and counts."""

    def __init__(self, error: Exception | None = None) -> None:
        self.jobs: list[Job] = []
        self.release = asyncio.Event()
        self._error = error

    async def __call__(self, job: Job) -> Sent:
        self.jobs.append(job)
        await self.release.wait()
        raise self._error or AssertionError("no error was given")


def test_a_second_send_while_one_runs_does_nothing(archive):
    async def run() -> tuple[ComposeModel, int]:
        model, wire = ready(), Wire(holds=True)
        sender = Sender(archive, wire)
        loop = asyncio.get_running_loop()
        first = loop.create_task(model.send(sender.send))
        second = loop.create_task(model.send(sender.send))
        await wire.reached.wait()
        assert model.is_sending
        assert not model.may_send
        assert model.send_label == "Sending\u2026"
        await second
        wire.release.set()
        await first
        return model, len(wire.calls)

    model, calls = asyncio.run(run())
    assert calls == 1
    assert model.result.judgement.verdict is Verdict.FIRED
    assert not model.is_sending
    assert model.may_send


def test_what_is_typed_while_it_waits_does_not_change_what_was_ordered(archive):
    async def run() -> Sent:
        model, wire = ready(), Wire(holds=True)
        task = asyncio.get_running_loop().create_task(model.send(Sender(archive, wire).send))
        await wire.reached.wait()
        model.set_field("transaction_id", FieldInput(text="T-2"))
        wire.release.set()
        await task
        assert model.event.text("transaction_id") == "T-2"
        return model.result

    assert asyncio.run(run()).exchange.transaction_id == "T-1"


def test_the_job_carries_the_names_and_the_arming():
    async def run() -> Job:
        model = ready(arming=Arming(Clock()))
        profile = Profile(slug="p", campaign="demo", name="P", event=model.event)
        model.saved(profile, CAMPAIGN)
        model.set_environment(PRODUCTION)
        model.arm()
        sends = Sends(StorageUnavailable("x"))
        sends.release.set()
        await model.send(sends)
        return sends.jobs[0]

    job = asyncio.run(run())
    assert (job.campaign_name, job.profile_name, job.live_confirmed) == ("Demo", "P", True)
    assert (job.base_url, job.expect) == (PRODUCTION.base_url, Verdict.FIRED)


def test_a_disarmed_live_send_never_reaches_the_sender():
    async def run() -> list[Job]:
        model, sends = ready(), Sends()
        model.set_environment(PRODUCTION)
        await model.send(sends)
        return sends.jobs

    assert asyncio.run(run()) == []


def test_a_refusal_is_a_problem_in_words_and_the_next_send_may_start():
    async def run() -> tuple[ComposeModel, list[Topic]]:
        model, sends = ready(), Sends(StorageUnavailable("Disk full.", "Free some."))
        told = topics(model)
        sends.release.set()
        await model.send(sends)
        return model, told

    model, told = asyncio.run(run())
    assert (model.problem.problem, model.problem.remedy) == ("Disk full.", "Free some.")
    assert model.result is None
    assert model.may_send
    assert told == [Topic.SENDING, Topic.SENDING, Topic.RESULT]


def test_a_defect_of_the_sender_is_not_swallowed_and_does_not_block_the_next():
    async def run() -> ComposeModel:
        model, sends = ready(), Sends(LookupError("a defect"))
        sends.release.set()
        with pytest.raises(LookupError):
            await model.send(sends)
        return model

    assert asyncio.run(run()).may_send


def test_cancel_ends_the_wait_with_an_outcome(archive):
    async def run() -> ComposeModel:
        model, wire = ready(), Wire(holds=True)
        model.cancel()  # nothing runs: nothing happens
        task = asyncio.get_running_loop().create_task(model.send(Sender(archive, wire).send))
        await wire.reached.wait()
        model.cancel()
        await task
        return model

    model = asyncio.run(run())
    assert model.result.exchange.outcome.failure.kind is FailureKind.CANCELLED
    assert model.may_send


@pytest.mark.parametrize("answers", [True, False])
def test_idle_waits_for_a_running_send_and_cancels_it_at_last(archive, answers):
    async def run() -> Sent:
        model, wire = ready(), Wire(holds=True)
        await model.idle(patience_s=60)  # nothing runs
        task = asyncio.get_running_loop().create_task(model.send(Sender(archive, wire).send))
        await wire.reached.wait()
        if answers:
            asyncio.get_running_loop().call_soon(wire.release.set)
        await model.idle(patience_s=60 if answers else 0.01)
        assert task.done()
        return model.result

    expected = Verdict.FIRED if answers else Verdict.CANCELLED
    assert asyncio.run(run()).judgement.verdict is expected


def test_notes_are_a_part_of_the_draft_and_of_its_undo():
    model = ComposeModel()
    profile = Profile(
        slug="p", campaign="demo", name="P", event=Event(), notes="mine", colour="red", order=3
    )
    model.open_profile(profile, CAMPAIGN)
    assert (model.notes, model.is_modified) == ("mine", False)
    told = topics(model)
    model.set_notes("mine, and longer")
    model.set_notes("mine, and longer")
    assert told == [Topic.DRAFT]
    assert model.is_modified
    assert model.step(back=True)
    assert (model.notes, model.is_modified) == ("mine", False)
    assert model.step(back=False)
    model.set_field("pid", FieldInput(text="7"))
    changed = changed_profile(model, profile)
    assert (changed.notes, changed.colour, changed.order) == ("mine, and longer", "red", 3)
    assert changed.event == model.event
    model.load(Event())
    assert (model.notes, model.is_modified) == ("", False)
    model.set_notes("x")
    assert model.is_modified


@pytest.mark.parametrize("is_typed", [False, True])
def test_a_profile_changed_outside_and_arranged_here_is_not_written_over(is_typed):
    model = ComposeModel()
    opened = Profile(slug="p", campaign="demo", name="P", event=Event(org_id="1"))
    model.open_profile(opened, CAMPAIGN)
    if is_typed:
        model.set_field("pid", FieldInput(text="7"))
    arranged(model, replace(opened, colour="red"), CAMPAIGN)
    assert model.profile == replace(opened, colour="red")
    now = replace(opened, name="Q", colour="red", event=Event(org_id="theirs"), notes="theirs")
    arranged(model, now, CAMPAIGN)
    if is_typed:  # saving compares with what was opened, and asks
        assert model.profile == replace(opened, name="Q", colour="red")
        assert model.event.org_id == "1"
    else:
        assert (model.profile, model.event, model.notes) == (now, now.event, "theirs")
    assert model.is_modified == is_typed
