"""Campaigns, profiles and environments as files: nothing a person wrote is lost."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from pingtree_desktop.domain.environment import BUILT_IN, Danger, Environment
from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, Mode
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage import trash
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.workspace import Workspace


@pytest.fixture
def workspace(places: Places) -> Workspace:
    return Workspace(places)


def new_profile(name: str, campaign: str = "demo") -> Profile:
    event = Event().with_field("event_id", FieldInput(text="quote_view"))
    return Profile(slug="", campaign=campaign, name=name, event=event)


def test_a_first_start_has_the_demo_and_a_second_leaves_it(
    workspace: Workspace, places: Places
) -> None:
    assert workspace.seed_demo()
    loaded = workspace.load()
    assert loaded.problems == ()
    assert [c.cid for c in loaded.campaigns] == ["demo"]
    assert {(e.id, e.conversion, e.multi_trigger) for e in loaded.campaigns[0].events} == {
        ("quote_view", False, False),
        ("call_completed", False, True),
        ("purchase_complete", True, False),
        ("upsell", True, True),
    }
    profiles = {p.name: p for p in loaded.profiles}
    assert len(profiles) == 6
    assert all(p.event.text("cid") == "demo" for p in loaded.profiles)
    assert profiles["Conversion $42.50"].event.text("amount") == "42.50"
    wrong = profiles["Wrong ad spend (400)"]
    assert wrong.expect is Verdict.INVALID_FIELD
    assert wrong.event.get("adSpend") == FieldInput(mode=Mode.RAW, text='"abc"')
    for profile in loaded.profiles:
        workspace.delete_profile(profile)
    assert not workspace.seed_demo()
    assert workspace.load().profiles == ()


def test_a_saved_profile_is_loaded(workspace: Workspace, places: Places) -> None:
    saved = workspace.save_profile(new_profile("Quote view"))
    assert saved.slug == "quote-view"
    assert workspace.load().profiles == (saved,)
    file = places.campaigns / "demo" / "profiles" / "quote-view.toml"
    assert file.is_file()
    if os.name == "posix":
        assert file.stat().st_mode & 0o077 == 0
    assert workspace.save_profile(new_profile("Quote view")).slug == "quote-view-2"


def test_saving_keeps_what_a_person_added(workspace: Workspace, places: Places) -> None:
    saved = workspace.save_profile(new_profile("A"))
    file = places.campaigns / "demo" / "profiles" / "a.toml"
    file.write_bytes(b"# mine\n" + file.read_bytes() + b"own_key = 1\n")
    workspace.save_profile(replace(saved, notes="new"), saved)
    assert file.read_text().startswith("# mine\n")
    assert "own_key = 1" in file.read_text()


def test_one_unreadable_file_stops_nothing_else(workspace: Workspace, places: Places) -> None:
    good = workspace.save_profile(new_profile("Good"))
    bad = places.campaigns / "demo" / "profiles" / "bad.toml"
    bad.write_bytes(b'name = "x"\nnonsense\n')
    (places.campaigns / "demo" / "campaign.toml").write_bytes(b"cid = [")
    places.environments_file.write_bytes(b"\xff")
    (places.campaigns / "other").mkdir()
    (places.campaigns / "other" / "campaign.toml").write_bytes(b'name = "Other"\n')
    loaded = workspace.load()
    assert loaded.profiles == (good,)
    assert [c.name for c in loaded.campaigns] == ["demo", "Other"]
    assert loaded.environments == BUILT_IN
    text = "\n".join(str(problem) for problem in loaded.problems)
    assert len(loaded.problems) == 3
    assert (
        str(Path("campaigns", "demo", "profiles", "bad.toml")) + " cannot be read: line 2" in text
    )
    assert "Correct that line, or move the file away; it was left as it is." in text
    assert bad.read_bytes() == b'name = "x"\nnonsense\n'
    with pytest.raises(UnreadableInput):
        workspace.save_profile(replace(good, slug="bad"))
    with pytest.raises(UnreadableInput):
        workspace.save_campaign(loaded.campaigns[0])
    assert bad.read_bytes() == b'name = "x"\nnonsense\n'


def test_files_that_are_none_of_ours_are_left_alone(workspace: Workspace, places: Places) -> None:
    workspace.save_profile(new_profile("A"))
    (places.campaigns / "README.md").write_text("about")
    (places.campaigns / ".git").mkdir()
    (places.campaigns / "demo" / "profiles" / "notes.txt").write_text("x")
    loaded = workspace.load()
    assert [c.slug for c in loaded.campaigns] == ["demo"]
    assert len(loaded.profiles) == 1
    assert loaded.problems == ()


def test_a_deletion_can_be_undone_to_the_byte(workspace: Workspace, places: Places) -> None:
    saved = workspace.save_profile(new_profile("A"))
    file = places.campaigns / "demo" / "profiles" / "a.toml"
    file.write_bytes(file.read_bytes() + b"# \xe2\x82\xac\r\n")
    before = file.read_bytes()
    undo = workspace.delete_profile(saved)
    assert workspace.load().profiles == ()
    undo.restore()
    assert file.read_bytes() == before
    with pytest.raises(StorageUnavailable, match="something of that name is there now"):
        undo.restore()
    with pytest.raises(StorageUnavailable, match="was not deleted: it does not exist"):
        workspace.delete_profile(replace(saved, slug="missing"))


def test_a_campaign_is_deleted_with_its_profiles_and_comes_back(workspace: Workspace) -> None:
    workspace.seed_demo()
    before = workspace.load()
    undo = workspace.delete_campaign(before.campaigns[0])
    assert workspace.load().campaigns == ()
    undo.restore()
    assert workspace.load() == before


def test_the_trash_forgets_after_its_time(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.delete_profile(workspace.save_profile(new_profile("A")))
    workspace.seed_demo()
    assert len(list(places.trash.iterdir())) == 1
    monkeypatch.setattr(trash, "KEPT_S", -1)
    workspace.delete_profile(workspace.save_profile(new_profile("B")))
    assert list(places.trash.iterdir()) == []


def test_renaming_moves_the_file_and_keeps_comments(workspace: Workspace, places: Places) -> None:
    saved = workspace.save_profile(new_profile("Old"))
    folder = places.campaigns / "demo" / "profiles"
    (folder / "old.toml").write_bytes(b"# mine\n" + (folder / "old.toml").read_bytes())
    renamed = workspace.arrange.rename_profile(saved, "New")
    assert renamed == replace(saved, name="New", slug="new")
    assert [p.name for p in folder.iterdir()] == ["new.toml"]
    assert (folder / "new.toml").read_text().startswith('# mine\nname = "New"\n')
    assert workspace.arrange.rename_profile(renamed, "NEW").slug == "new"


def test_copies_are_numbered(workspace: Workspace) -> None:
    saved = workspace.save_profile(new_profile("A"))
    first, second = (workspace.arrange.duplicate_profile(saved) for _ in range(2))
    assert (first.name, first.slug) == ("A copy", "a-copy")
    assert (second.name, second.slug) == ("A copy 2", "a-copy-2")
    assert [p.slug for p in workspace.load().profiles] == ["a", "a-copy", "a-copy-2"]


def test_no_profile_without_a_campaign_and_none_outside_the_workspace(
    workspace: Workspace,
) -> None:
    with pytest.raises(UsageError, match="belongs to no campaign"):
        workspace.save_profile(new_profile("A", campaign=""))
    with pytest.raises(UsageError, match="cannot be the name"):
        workspace.save_profile(new_profile("A", campaign="../.."))
    with pytest.raises(UsageError, match="cannot be the name"):
        workspace.delete_profile(replace(new_profile("A"), slug="../x"))


def test_campaigns_are_edited_in_place(workspace: Workspace, places: Places) -> None:
    events = (EventKind(id="a"), EventKind(id="b", name="B", conversion=True))
    made = workspace.save_campaign(Campaign(slug="", name="Spring \u2600 sale", events=events))
    assert made.slug == "spring-sale"
    file = places.campaigns / "spring-sale" / "campaign.toml"
    file.write_text("# mine\n" + file.read_text("utf-8"), "utf-8")
    changed = replace(made, name="Summer", cid="c-1", events=(events[1], EventKind(id="c")))
    assert workspace.save_campaign(changed, made) == changed
    assert workspace.load().campaigns == (changed,)
    assert file.read_text("utf-8").startswith('# mine\nname = "Summer"\n')
    file.write_text('cid = "x"\n[[event]]\nid = "a"\nconversion = "yes"\n')
    assert "conversion must be true or false" in str(workspace.load().problems[0])


def test_environments_are_kept_and_checked(workspace: Workspace, places: Places) -> None:
    staging = Environment(
        name="staging", base_url="https://staging.example.com", timeout_s=12.5, verify_tls=False
    )
    live = Environment(
        name="mirror", base_url="https://api.pingtree.com", declared=Danger.LIVE, timeout_s=5.0,
        proxy="system", ca_file="/ca.pem",
    )  # fmt: skip
    workspace.save_environments((staging, live))
    assert workspace.load().environments == (*BUILT_IN, staging, live)
    text = places.environments_file.read_text().replace("12.5", "12.50  # slow")
    places.environments_file.write_text(text)
    workspace.save_environments((live, staging))
    assert workspace.load().environments == (*BUILT_IN, live, staging)
    assert "12.50  # slow" in places.environments_file.read_text()
    for name in ("", "Sandbox", "mirror"):
        with pytest.raises(UsageError):
            workspace.save_environments((live, Environment(name=name)))
    workspace.save_environments(())
    assert workspace.load().environments == BUILT_IN


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ('name = ""', "name is empty"),
        ('name = "sandbox"', "name 'sandbox' is taken"),
        ('name = "a"\ndanger = "no"', "danger is 'no'"),
        ('name = "a"\ntimeout_s = 0', "timeout_s must be a number of seconds above 0"),
        ('name = "a"\ntimeout_s = nan', "timeout_s must be a number of seconds above 0"),
        ('name = "a"\ntimeout_s = "soon"', "timeout_s must be a number of seconds above 0"),
    ],
)
def test_a_wrong_environment_is_named(
    workspace: Workspace, places: Places, row: str, what: str
) -> None:
    places.environments_file.write_text(f"[[environment]]\n{row}\n")
    (problem,) = workspace.load().problems
    assert problem.problem.startswith("environments.toml, line ")
    assert what in problem.problem


class TestFindProfile:
    def test_by_path_slug_address_and_name(self, workspace: Workspace, places: Places) -> None:
        workspace.seed_demo()
        file = places.campaigns / "demo" / "profiles" / "quote-view.toml"
        for text in ("quote-view", "demo/quote-view", "QUOTE VIEW", "quote-view.toml", str(file)):
            found = workspace.find_profile(text)
            assert (found.campaign, found.slug) == ("demo", "quote-view")

    def test_a_file_from_elsewhere_has_no_campaign(
        self, workspace: Workspace, tmp_path: Path
    ) -> None:
        (tmp_path / "mine.toml").write_text('name = "Mine"\n')
        assert workspace.find_profile(str(tmp_path / "mine.toml")).campaign == ""

    def test_an_unknown_one_lists_near_matches(self, workspace: Workspace) -> None:
        with pytest.raises(UsageError, match="Save one in the window first"):
            workspace.find_profile("qoute-view")
        workspace.seed_demo()
        with pytest.raises(UsageError, match="Did you mean demo/quote-view"):
            workspace.find_profile("qoute-view")
        with pytest.raises(UsageError, match="There are 6, for example demo/"):
            workspace.find_profile("zzzzzzzzzz")

    def test_an_ambiguous_one_lists_the_candidates(self, workspace: Workspace) -> None:
        workspace.save_profile(new_profile("Same", campaign="one"))
        workspace.save_profile(new_profile("Same", campaign="two"))
        with pytest.raises(UsageError, match="names 2 profiles: one/same, two/same"):
            workspace.find_profile("same")
        assert workspace.find_profile("two/same").campaign == "two"

    def test_one_that_cannot_be_read_says_why(self, workspace: Workspace, places: Places) -> None:
        workspace.save_profile(new_profile("A"))
        (places.campaigns / "demo" / "profiles" / "a.toml").write_text("nonsense")
        with pytest.raises(UnreadableInput, match="line 1"):
            workspace.find_profile("a")
