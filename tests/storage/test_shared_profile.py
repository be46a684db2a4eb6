"""Profiles handed on as one file: out, in, into a workspace, and files that are none."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import NewerVersion, StorageUnavailable, UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.shared_profile import (
    keep_shared_profile,
    open_shared_profile,
    read_shared_profile,
    save_shared_profile,
    write_shared_profile,
)
from pingtree_desktop.storage.workspace import Workspace
from tests.storage.strategies import any_text, profiles

CAMPAIGN = Campaign(
    slug="home-loans",
    name="Home loans",
    cid="c-77",
    org_id="org-5",
    pid="p-1",
    events=(EventKind(id="quote_view"),),
)
PROFILE = Profile(
    slug="quote-view",
    campaign="home-loans",
    name="Quote view",
    event=Event(lead=(LeadField(name="first_name", text="Ada"),)).with_field(
        "event_id", FieldInput(text="quote_view")
    ),
    notes="for the morning\ncheck",
)


@given(profile=profiles, name=any_text, cid=any_text)
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_every_profile_comes_back_as_it_went(profile: Profile, name: str, cid: str) -> None:
    campaign = Campaign(slug="demo", name=name, cid=cid)
    text = write_shared_profile(profile, campaign)
    shared = read_shared_profile(text, name="a.pingtree")
    assert shared.profile == replace(profile, slug="", campaign="", order=None)
    assert shared.campaign == Campaign(slug="", name=name, cid=cid)
    assert shared.warnings == ()


def test_the_file_names_profile_and_campaign_and_nothing_of_this_computer(places: Places) -> None:
    workspace = Workspace(places)
    workspace.save_campaign(CAMPAIGN)
    saved = workspace.save_profile(PROFILE)
    secret = Environment(
        name="Staging", base_url="https://staging.example", proxy="http://ada:hunter2@proxy:3128"
    )
    workspace.save_environments([secret])
    file = places.root / "out.pingtree"
    save_shared_profile(file, saved, CAMPAIGN)
    text = file.read_text("utf-8")
    assert text.splitlines()[1] == "pingtree = 1"
    assert '[campaign]\nname = "Home loans"\ncid = "c-77"\norg_id = "org-5"\n' in text
    for word in ("hunter2", "proxy", "staging", "environment", str(places.root), "p-1"):
        assert word.casefold() not in text.casefold()


def test_a_profile_without_a_campaign(tmp_path: Path) -> None:
    file = tmp_path / "alone.pingtree"
    save_shared_profile(file, replace(PROFILE, campaign=""), None)
    shared = open_shared_profile(file)
    assert shared.profile == replace(PROFILE, slug="", campaign="")
    assert shared.campaign == Campaign(slug="", name="")


def test_opening_makes_the_campaign_and_the_profile_once(places: Places) -> None:
    workspace = Workspace(places)
    shared = read_shared_profile(write_shared_profile(PROFILE, CAMPAIGN), name="x.pingtree")
    kept = keep_shared_profile(workspace, shared)
    assert kept == replace(PROFILE, slug="quote-view", campaign="home-loans")
    assert keep_shared_profile(workspace, shared) == kept
    loaded = workspace.load()
    assert loaded.profiles == (kept,)
    assert [(c.name, c.cid, c.org_id) for c in loaded.campaigns] == [
        ("Home loans", "c-77", "org-5")
    ]


def test_it_joins_the_campaign_with_the_same_id(places: Places) -> None:
    workspace = Workspace(places)
    ours = workspace.save_campaign(replace(CAMPAIGN, slug="", name="Our own name"))
    shared = read_shared_profile(write_shared_profile(PROFILE, CAMPAIGN), name="x.pingtree")
    assert keep_shared_profile(workspace, shared).campaign == ours.slug
    assert workspace.load().campaigns == (ours,)  # its name and events stay ours


def test_without_an_id_the_name_decides(places: Places) -> None:
    workspace = Workspace(places)
    workspace.save_campaign(replace(CAMPAIGN, slug=""))
    bare = Campaign(slug="", name="Home Loans")
    shared = read_shared_profile(write_shared_profile(PROFILE, bare), name="x.pingtree")
    first = keep_shared_profile(workspace, shared)
    assert first.campaign != "home-loans"  # that one has an id; it may be another campaign
    other = replace(shared, profile=replace(shared.profile, notes="another"))
    second = keep_shared_profile(workspace, other)
    assert second.campaign == first.campaign
    assert len(workspace.load().campaigns) == 2


def test_a_taken_name_gets_a_number_and_nothing_is_overwritten(places: Places) -> None:
    workspace = Workspace(places)
    workspace.save_campaign(CAMPAIGN)
    ours = workspace.save_profile(replace(PROFILE, slug="", notes="ours"))
    shared = read_shared_profile(write_shared_profile(PROFILE, CAMPAIGN), name="x.pingtree")
    theirs = keep_shared_profile(workspace, shared)
    assert theirs.name == "Quote view 2"
    assert workspace.load().profiles == (ours, theirs)


def test_a_file_without_names_is_called_after_itself(places: Places) -> None:
    shared = read_shared_profile("pingtree = 1\n", name="C:/in/Morning check.pingtree")
    kept = keep_shared_profile(Workspace(places), shared)
    assert kept.name == "Morning check"
    assert Workspace(places).load().campaigns[0].name == "Morning check"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no exported profile"),
        ('name = "Quote view"\n', "no exported profile"),
        ("pingtree = true\n", "no exported profile"),
        ('pingtree = "1"\n', "no exported profile"),
        ("pingtree = 0\n", "no exported profile"),
        ("pingtree = 1\nname = \n", "line 2"),
        ("pingtree = 1\ncampaign = 5\n", "campaign"),
        ('pingtree = 1\n[campaign]\ncid = ["a"]\n', "line 3"),
        ("pingtree = 1\nmethod = 'PUT'\n", "method"),
        ("MZ\x90\x00", "cannot be read"),
    ],
)
def test_a_file_that_is_none_is_refused_in_one_sentence(text: str, words: str) -> None:
    with pytest.raises(UnreadableInput) as raised:
        read_shared_profile(text, name="mail.pingtree")
    assert words in raised.value.problem
    assert raised.value.problem.startswith("mail.pingtree")
    assert raised.value.remedy


def test_a_file_of_a_later_version_is_left_alone() -> None:
    with pytest.raises(NewerVersion, match="format 2"):
        read_shared_profile("pingtree = 2\nname = [1]\n", name="new.pingtree")


def test_an_unknown_field_is_said(tmp_path: Path) -> None:
    file = tmp_path / "a.pingtree"
    file.write_text('pingtree = 1\n[fields]\nutm_sorce = "x"\n', "utf-8")
    assert "utm_sorce" in open_shared_profile(file).warnings[0].problem


def test_a_file_that_is_not_there_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(StorageUnavailable, match="does not exist"):
        open_shared_profile(tmp_path / "gone.pingtree")
    (tmp_path / "binary.pingtree").write_bytes(b"pingtree = 1\n\xff\xfe")
    with pytest.raises(UnreadableInput, match="not UTF-8"):
        open_shared_profile(tmp_path / "binary.pingtree")
