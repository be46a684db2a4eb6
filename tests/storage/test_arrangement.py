"""Renaming, moving, copying and sorting: each changes one thing of what the file says by then."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import (
    ChangedOutside,
    StorageUnavailable,
    UnreadableInput,
    UsageError,
)
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.storage import arrangement, files
from pingtree_desktop.storage.guarded_write import GuardedWriter
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.workspace import Workspace


@pytest.fixture
def workspace(places: Places) -> Workspace:
    made = Workspace(places)
    made.save_campaign(Campaign(slug="", name="One"))
    made.save_campaign(Campaign(slug="", name="Two"))
    return made


def save(workspace: Workspace, name: str, campaign: str = "one") -> Profile:
    event = Event().with_field("event_id", FieldInput(text="sale"))
    return workspace.save_profile(Profile(slug="", campaign=campaign, name=name, event=event))


def file_of(places: Places, address: str) -> Path:
    campaign, slug = address.split("/")
    return places.campaigns / campaign / "profiles" / f"{slug}.toml"


def addresses(workspace: Workspace) -> list[str]:
    return [f"{one.campaign}/{one.slug}" for one in workspace.load().profiles]


def add_line(file: Path, line: str) -> None:
    file.write_text(f"{line}\n{file.read_text()}")


# ---- names and places ----------------------------------------------------------------------


def test_renaming_undoes_nobody_s_change(workspace: Workspace, places: Places) -> None:
    opened = save(workspace, "Old")
    add_line(file_of(places, "one/old"), 'notes = "theirs"')
    renamed = workspace.arrange.rename_profile(opened, "New")
    assert renamed == replace(opened, name="New", slug="new", notes="theirs")
    assert workspace.load().profiles == (renamed,)


def test_what_is_gone_is_said(workspace: Workspace) -> None:
    opened = save(workspace, "Old")
    workspace.delete_profile(opened)
    for work in (
        lambda: workspace.arrange.rename_profile(opened, "New"),
        lambda: workspace.arrange.move_profile(opened, "two"),
        lambda: workspace.arrange.change_profile(opened, lambda now: replace(now, colour="red")),
    ):
        with pytest.raises(StorageUnavailable, match=r"old\.toml is not there any more"):
            work()
    assert addresses(workspace) == []
    campaign = Campaign(slug="gone", name="Gone")
    with pytest.raises(StorageUnavailable, match="gone is not there any more"):
        workspace.arrange.change_campaign(campaign, lambda now: now)


def test_a_move_takes_everything_but_the_place_in_the_list(
    workspace: Workspace, places: Places
) -> None:
    saved = save(workspace, "A")
    add_line(file_of(places, "one/a"), "# mine\norder = 10\nown_key = 1")
    moved = workspace.arrange.move_profile(saved, "two")
    assert moved == replace(saved, campaign="two")
    assert file_of(places, "two/a").read_text().startswith("# mine\nown_key = 1\n")
    assert addresses(workspace) == ["two/a"]
    assert workspace.arrange.move_profile(moved, "two") == moved
    for campaign in ("none", "../x", ""):
        with pytest.raises(UsageError):
            workspace.arrange.move_profile(moved, campaign)


def test_a_move_takes_nobody_s_place(workspace: Workspace, places: Places) -> None:
    there = save(workspace, "A", "two")
    saved = save(workspace, "A")
    moved = workspace.arrange.move_profile(saved, "two")
    assert (moved.slug, moved.name) == ("a-2", "A")
    assert workspace.load().profiles == (there, moved)
    odd = file_of(places, "one/By_hand")
    odd.write_text("[fields]\n")
    moved = workspace.arrange.move_profile(workspace.find_profile("one/By_hand"), "two")
    assert (moved.slug, moved.name) == ("By_hand", "By_hand")


def test_a_profile_that_is_called_as_it_lies_keeps_its_name(
    workspace: Workspace, places: Places
) -> None:
    save(workspace, "x", "two")
    file_of(places, "one/x").parent.mkdir(exist_ok=True)
    file_of(places, "one/x").write_text("# no name\n")
    moved = workspace.arrange.move_profile(workspace.find_profile("one/x"), "two")
    assert (moved.slug, moved.name) == ("x-2", "x")
    assert workspace.find_profile("two/x-2") == moved
    assert file_of(places, "two/x-2").read_text() == '# no name\nname = "x"\n'


def test_a_file_that_cannot_be_moved_stays_whole(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save(workspace, "A")

    def refuse(_source: Path, _target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(arrangement, "move_new", refuse)
    with pytest.raises(StorageUnavailable, match="could not be renamed: Invalid cross-device link"):
        workspace.arrange.move_profile(saved, "two")
    assert workspace.load().profiles == (saved,)


def test_a_moved_file_that_git_took_the_place_of_is_in_the_trash(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = save(workspace, "A")
    real = GuardedWriter.confirm

    def confirm(
        self: GuardedWriter, file: Path, text: str, overtaken: Callable[..., ChangedOutside]
    ) -> None:
        if file.parent.parent.name == "two":
            file.write_text('name = "Of git"\n')
        real(self, file, text, overtaken)

    monkeypatch.setattr(GuardedWriter, "confirm", confirm)
    with pytest.raises(ChangedOutside) as caught:
        workspace.arrange.move_profile(saved, "two")
    assert caught.value.theirs.name == "Of git"
    (copy,) = places.trash.iterdir()
    assert 'event_id = "sale"' in copy.read_text()


def test_a_colour_is_one_line(workspace: Workspace, places: Places) -> None:
    saved = save(workspace, "A")
    before = file_of(places, "one/a").read_text()
    red = workspace.arrange.change_profile(saved, lambda now: replace(now, colour="red"))
    assert red == replace(saved, colour="red")
    assert file_of(places, "one/a").read_text().replace('colour = "red"\n', "") == before


# ---- copies --------------------------------------------------------------------------------


def test_a_campaign_is_copied_whole(workspace: Workspace, places: Places) -> None:
    saved = save(workspace, "A")
    campaign = Campaign(
        slug="one", name="One", cid="c-1", variables=(Variable(name="k", secret=True),)
    )
    workspace.save_campaign(campaign, workspace.load().campaigns[0])
    file_of(places, "one/a").write_bytes(b"# mine\r\n" + file_of(places, "one/a").read_bytes())
    file_of(places, "one/broken").write_bytes(b"# \xff mine\r\n")
    add_line(places.campaigns / "one" / "campaign.toml", "# about it\norder = 3")
    (places.campaigns / "one" / "notes.txt").write_text("not ours")
    copy = workspace.arrange.duplicate_campaign(campaign)
    assert copy == replace(campaign, slug="one-copy", name="One copy")
    folder = places.campaigns / "one-copy"
    assert sorted(p.name for p in folder.rglob("*.*")) == ["a.toml", "broken.toml", "campaign.toml"]
    for name in ("a.toml", "broken.toml"):
        ours = (places.campaigns / "one" / "profiles" / name).read_bytes()
        assert (folder / "profiles" / name).read_bytes() == ours
    assert (folder / "campaign.toml").read_text().startswith("# about it\n")
    loaded = workspace.load()
    assert {c.name for c in loaded.campaigns} == {"One", "One copy", "Two"}
    assert replace(saved, campaign="one-copy") in loaded.profiles
    assert workspace.arrange.duplicate_campaign(campaign).name == "One copy 2"


def test_a_campaign_without_a_file_is_copied_too(workspace: Workspace) -> None:
    saved = save(workspace, "A", "bare")
    copy = workspace.arrange.duplicate_campaign(Campaign(slug="bare", name="bare"))
    assert (copy.slug, copy.name) == ("bare-copy", "bare copy")
    assert replace(saved, campaign="bare-copy") in workspace.load().profiles


def test_half_a_copy_is_none(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(workspace, "A")
    before = sorted(places.campaigns.iterdir())

    def full(_path: Path, _data: bytes) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(arrangement, "write_bytes", full)
    with pytest.raises(StorageUnavailable, match="was not copied: the disk is full"):
        workspace.arrange.duplicate_campaign(workspace.load().campaigns[0])
    assert sorted(places.campaigns.iterdir()) == before


def test_a_copy_of_one_that_was_never_saved(workspace: Workspace) -> None:
    loose = Profile(slug="", campaign="one", name="Loose")
    assert workspace.arrange.duplicate_profile(loose).slug == "loose-copy"


# ---- order ---------------------------------------------------------------------------------


def test_an_order_writes_few_files(workspace: Workspace, places: Places) -> None:
    for name in "ABCD":
        save(workspace, name)
    before = {file.name: file.read_text() for file in file_of(places, "one/a").parent.iterdir()}
    workspace.arrange.reorder_profiles("one", ["d", "a", "b", "c"])
    assert addresses(workspace) == ["one/d", "one/a", "one/b", "one/c"]
    changed = {
        file.name
        for file in file_of(places, "one/a").parent.iterdir()
        if file.read_text() != before[file.name]
    }
    assert changed == {"d.toml"}


def test_who_is_not_named_comes_last_and_who_is_not_there_is_left_out(
    workspace: Workspace,
) -> None:
    for name in "ABC":
        save(workspace, name)
    save(workspace, "A", "two")
    workspace.arrange.reorder_profiles("one", ["c", "gone", "b", "b"])
    assert addresses(workspace) == ["one/c", "one/b", "one/a", "two/a"]
    workspace.arrange.reorder_campaigns(["two", "gone"])
    assert [one.slug for one in workspace.load().campaigns] == ["two", "one"]


def test_sorting_keeps_what_others_changed(workspace: Workspace, places: Places) -> None:
    saved = save(workspace, "B")
    save(workspace, "A")
    workspace.load()
    add_line(file_of(places, "one/b"), 'notes = "theirs"')
    workspace.arrange.reorder_profiles("one", ["b", "a"])
    assert workspace.find_profile("one/b") == replace(saved, notes="theirs", order=10)


def test_one_that_cannot_be_read_is_not_sorted(workspace: Workspace, places: Places) -> None:
    save(workspace, "A")
    save(workspace, "B")
    workspace.load()
    file_of(places, "one/b").write_text("nonsense")
    workspace.arrange.reorder_profiles("one", ["b", "a"])
    assert file_of(places, "one/b").read_text() == "nonsense"
    with pytest.raises(UnreadableInput):
        workspace.arrange.change_profile(
            Profile(slug="b", campaign="one", name="B"), lambda now: now
        )


def test_a_renamed_campaign_keeps_its_folder(workspace: Workspace) -> None:
    (one, _two) = workspace.load().campaigns
    renamed = workspace.arrange.change_campaign(one, lambda now: replace(now, name="Zwei"))
    assert renamed == replace(one, name="Zwei")
    assert renamed in workspace.load().campaigns


# ---- giving a file a new place -------------------------------------------------------------


def test_a_place_that_is_taken_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "b").write_text("b")
    with pytest.raises(FileExistsError):
        files.move_new(tmp_path / "a", tmp_path / "b")
    files.move_new(tmp_path / "a", tmp_path / "c")
    assert {p.name: p.read_text() for p in tmp_path.iterdir()} == {"b": "b", "c": "a"}


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_links_and_file_systems_without_links(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "link").symlink_to("a")
    files.move_new(tmp_path / "link", tmp_path / "moved")
    assert (tmp_path / "moved").is_symlink()

    def refuse(_self: Path, _target: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    files.move_new(tmp_path / "a", tmp_path / "b")
    (tmp_path / "c").write_text("c")
    with pytest.raises(FileExistsError):
        files.move_new(tmp_path / "b", tmp_path / "c")
    assert (tmp_path / "b").read_text() == "a"
