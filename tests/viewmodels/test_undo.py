"""Undo and redo over the whole form."""

from __future__ import annotations

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic
from pingtree_desktop.viewmodels.undo import MOST_STEPS, UndoStack


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def typed(model: ComposeModel, wire: str, text: str) -> None:
    for end in range(1, len(text) + 1):
        model.set_field(wire, FieldInput(text=text[:end]))


def model_with_clock() -> tuple[ComposeModel, Clock]:
    model, clock = ComposeModel(), Clock()
    model.steps = UndoStack(clock)
    return model, clock


def test_a_word_is_one_step_and_a_pause_begins_another():
    model, clock = model_with_clock()
    typed(model, "cid", "demo")
    clock.now += 5
    model.set_field("cid", FieldInput(text="demo-2"))
    assert model.step(back=True)
    assert model.event.text("cid") == "demo"
    assert model.step(back=True)
    assert model.event == Event()
    assert not model.step(back=True)
    assert model.step(back=False)
    assert model.step(back=False)
    assert model.event.text("cid") == "demo-2"
    assert not model.step(back=False)


def test_fields_are_undone_one_after_the_other():
    model, _ = model_with_clock()
    typed(model, "cid", "a")
    typed(model, "pid", "b")
    typed(model, "cid", "ac")
    model.step(back=True)
    assert (model.event.text("cid"), model.event.text("pid")) == ("a", "b")
    model.step(back=True)
    assert model.event.text("pid") == ""


def test_a_change_after_an_undo_forgets_what_was_undone():
    model, _ = model_with_clock()
    typed(model, "cid", "a")
    model.step(back=True)
    typed(model, "pid", "b")
    assert not model.step(back=False)


def test_endpoint_expectation_and_lead_rows_are_steps_too():
    model, _ = model_with_clock()
    model.set_endpoint(Endpoint.GLOBAL)
    model.set_expect(Verdict.DUPLICATE)
    model.set_lead((LeadField(name="zip", text="1"),))
    model.set_lead((LeadField(name="zip", text="12"),))
    model.set_lead((LeadField(name="zip", text="123"),))
    model.step(back=True)
    assert model.event.lead == (LeadField(name="zip", text="1"),)
    model.step(back=True)
    assert (model.event.lead, model.expect) == ((), Verdict.DUPLICATE)
    model.step(back=True)
    assert model.expect is Verdict.FIRED
    model.step(back=True)
    assert model.event.endpoint is Endpoint.CAMPAIGN


def test_a_paste_can_be_undone_and_another_profile_begins_anew():
    model, _ = model_with_clock()
    typed(model, "cid", "a")
    model.load(Event(org_id="pasted"), can_undo=True)
    told: list[Topic] = []
    model.changes.listen(told.append)
    assert model.step(back=True)
    assert model.event.text("cid") == "a"
    assert told == [Topic.LOADED]
    model.load(Event(), profile=Profile(slug="p", campaign="c", name="P"))
    assert not model.step(back=True)


def test_the_stack_has_an_end():
    stack: UndoStack[int] = UndoStack(Clock())
    for number in range(MOST_STEPS + 50):
        stack.changing(number)
    steps = 0
    state: int | None = -1
    while stack.can_undo:
        assert state is not None
        state = stack.undo(state)
        steps += 1
    assert (steps, state) == (MOST_STEPS, 50)
    assert stack.can_redo
    stack.clear()
    assert not stack.can_redo
