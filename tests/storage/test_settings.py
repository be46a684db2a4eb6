"""Settings and the draft come back, or the defaults do with the reason."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.draft import Draft, clear_draft, load_draft, save_draft
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.settings import Settings, load_settings, save_settings
from tests.storage.strategies import any_text, events

FULL = Settings(
    theme="dark",
    environment="stag\ud800ing",
    view="history",
    open_profile="demo/quote-view",
    window_size=(1440, 900),
    geometry=bytes(range(256)),
    splitters=MappingProxyType({"main": (1, 2, 3)}),
    recent_workspaces=("/a", "/b\udcff"),
    extra=MappingProxyType({"from_another_version": [1, {"a": None}]}),
)


def test_settings_come_back_with_unknown_keys(places: Places) -> None:
    assert load_settings(places) == (Settings(), None)
    save_settings(places, FULL)
    assert load_settings(places) == (FULL, None)


@pytest.mark.parametrize(
    "text",
    [
        "", "{", "[]", "7", '{"theme": 1}', '{"geometry": "?"}', '{"geometry": 1}',
        '{"splitters": 3}', '{"recent_workspaces": 3}', '{"recent_workspaces": [3]}',
        '{"splitters": {"a": "b"}}', '{"window_size": [1]}', "[" * 100_000,
    ],
)  # fmt: skip
def test_unreadable_settings_are_kept_beside(places: Places, text: str) -> None:
    places.settings_file.write_text(text)
    loaded, problem = load_settings(places)
    assert loaded == Settings()
    assert isinstance(problem, UnreadableInput)
    assert "the defaults are used" in problem.problem
    assert (places.state / "settings.json.bad").read_text() == text
    assert load_settings(places) == (Settings(), None)


def test_settings_that_cannot_be_opened_are_a_problem_and_stay(places: Places) -> None:
    places.settings_file.mkdir()
    loaded, problem = load_settings(places)
    assert loaded == Settings()
    assert problem is not None
    assert "cannot be read" in problem.problem
    assert places.settings_file.is_dir()


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=50,
)
@given(event=events(), text=any_text, expect=st.sampled_from(Verdict))
def test_a_draft_comes_back(places: Places, event: Event, text: str, expect: Verdict) -> None:
    draft = Draft(event=event, campaign=text, profile=text, expect=expect, environment=text)
    save_draft(places, draft)
    assert load_draft(places) == draft
    draft = replace(
        draft, event=Event(), opened=event, opened_expect=expect, notes=text, opened_notes=text
    )
    save_draft(places, draft)
    assert load_draft(places) == draft
    assert Path(places.draft_file).read_bytes().isascii()


def test_a_draft_knows_what_its_profile_said(places: Places) -> None:
    now = Profile(slug="a", campaign="demo", name="A", event=Event(org_id="theirs"), notes="n")
    assert Draft(profile="a").base(now) == now
    then = Draft(profile="a", opened=Event(org_id="then"), opened_expect=Verdict.LOCKED)
    base = replace(now, event=Event(org_id="then"), expect=Verdict.LOCKED)
    assert then.base(now) == base
    noted = replace(then, opened_notes="before")
    assert noted.base(now) == replace(base, notes="before")


def test_a_draft_of_an_older_version_has_its_profile_s_notes(places: Places) -> None:
    now = Profile(slug="a", campaign="demo", name="A", notes="n")
    places.draft_file.parent.mkdir(parents=True, exist_ok=True)
    save_draft(places, Draft(profile="a"))
    assert "notes" not in places.draft_file.read_text()
    draft = load_draft(places)
    assert draft is not None
    assert (draft.notes_with(now), draft.notes_with(None)) == ("n", "")
    assert replace(draft, notes="").notes_with(now) == ""


def test_an_unreadable_draft_is_kept_beside_and_said(places: Places) -> None:
    assert load_draft(places) is None
    for text in ("{", "[]", '{"event": {}}', "[" * 100_000):
        places.draft_file.write_text(text)
        with pytest.raises(UnreadableInput, match=r"could not be read\. The form starts empty"):
            load_draft(places)
        assert (places.state / "draft.json.bad").read_text() == text
        assert load_draft(places) is None


def test_a_cleared_draft_is_gone(places: Places) -> None:
    save_draft(places, Draft())
    clear_draft(places)
    clear_draft(places)
    assert load_draft(places) is None
