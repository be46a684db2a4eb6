"""Drafts set aside come back, the latest first, and none takes another's place."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.storage.draft import Draft
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.set_aside import drop_set_aside, set_aside, set_aside_drafts
from tests.storage.strategies import any_text, events


def drafts(places: Places) -> list[Draft]:
    found, problems = set_aside_drafts(places)
    assert problems == ()
    return [one.draft for one in found]


def test_they_come_back_the_latest_first(places: Places) -> None:
    assert drafts(places) == []
    first = Draft(event=Event(org_id="1"), campaign="demo", profile="a", opened=Event())
    second = replace(first, event=Event(org_id="2"))
    new, other_new = Draft(event=Event(org_id="3")), Draft(event=Event(org_id="4"))
    for draft in (first, second, new, other_new):
        set_aside(places, draft)
    assert drafts(places) == [other_new, new, second, first]
    names = sorted(file.name.partition("-")[2] for file in places.set_aside.iterdir())
    assert names == ["demo-a.json", "demo-a.json", "new.json", "new.json"]


def test_the_same_one_is_kept_once(places: Places) -> None:
    one, two = Draft(event=Event(org_id="1")), Draft(event=Event(org_id="2"))
    kept = set_aside(places, one)
    set_aside(places, two)
    again = set_aside(places, one)
    assert again.key == kept.key
    assert len(drafts(places)) == 2
    assert again.since_ms >= kept.since_ms


def test_what_was_taken_back_is_gone(places: Places) -> None:
    kept = set_aside(places, Draft(event=Event(org_id="1")))
    other = Draft(event=Event(org_id="2"))
    set_aside(places, other)
    drop_set_aside(places, kept.key)
    drop_set_aside(places, kept.key)
    drop_set_aside(places, "../../campaigns/demo/campaign")
    assert drafts(places) == [other]


def test_names_are_plain(places: Places) -> None:
    set_aside(places, Draft(campaign="\u00c4/..\\:\ud800" * 40, profile="CON\0"))
    (file,) = places.set_aside.iterdir()
    assert file.name.isascii()
    assert len(file.name) < 80
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    max_examples=30,
)
@given(event=events(), text=any_text)
def test_any_draft_comes_back(places: Places, event: Event, text: str) -> None:
    draft = Draft(event=event, campaign=text, profile=text, opened=event)
    kept = set_aside(places, draft)
    assert draft in drafts(places)
    drop_set_aside(places, kept.key)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"draft": {}}', '{"draft": 3}', "[" * 100_000])
def test_one_that_cannot_be_read_hides_no_other(places: Places, text: str) -> None:
    good = Draft(event=Event(org_id="1"))
    set_aside(places, good)
    bad = places.set_aside / "1-bad.json"
    bad.write_text(text)
    found, problems = set_aside_drafts(places)
    assert [one.draft for one in found] == [good]
    assert isinstance(problems[0], UnreadableInput)
    assert (places.set_aside / "1-bad.json.bad").read_text() == text
    assert drafts(places) == [good]


def test_a_folder_that_cannot_be_made_is_a_sentence(places: Places) -> None:
    places.set_aside.write_text("no folder")
    with pytest.raises(StorageUnavailable, match="cannot be made"):
        set_aside(places, Draft())


def test_a_file_that_cannot_be_removed_is_a_sentence(places: Places) -> None:
    (places.set_aside / "1-x.json").mkdir(parents=True)
    with pytest.raises(StorageUnavailable, match="cannot be removed"):
        drop_set_aside(places, "1-x")
    found, problems = set_aside_drafts(places)
    assert (found, len(problems)) == ((), 1)


def test_half_written_ones_are_swept(places: Places) -> None:
    places.set_aside.mkdir()
    left = Path(places.set_aside / ".pingtree-1.tmp")
    left.touch()
    os.utime(left, (1, 1))
    set_aside(places, Draft())
    assert not left.exists()
