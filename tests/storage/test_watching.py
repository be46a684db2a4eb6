"""The workspace is read anew only where it changed, and nobody is told of what did not."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage import workspace_reader
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.watching import look
from pingtree_desktop.storage.workspace import Workspace


@pytest.fixture
def workspace(places: Places) -> Workspace:
    return Workspace(places)


def new_profile(name: str, campaign: str = "demo") -> Profile:
    event = Event().with_field("event_id", FieldInput(text="quote_view"))
    return Profile(slug="", campaign=campaign, name=name, event=event)


def file_of(places: Places, slug: str) -> Path:
    return places.campaigns / "demo" / "profiles" / f"{slug}.toml"


def settle(places: Places) -> None:
    """Make every file look as if it had been written a minute ago."""
    for file in places.root.rglob("*.toml"):
        told = file.stat()
        if time.time() - told.st_mtime < 30:
            os.utime(file, ns=(told.st_atime_ns, told.st_mtime_ns - 60_000_000_000))


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that are read."""
    seen: list[str] = []
    real = workspace_reader.text_or_none

    def noted(path: Path) -> str | None:
        seen.append(path.name)
        return real(path)

    monkeypatch.setattr(workspace_reader, "text_or_none", noted)
    return seen


def test_nothing_is_read_twice(workspace: Workspace, places: Places, reads: list[str]) -> None:
    workspace.seed_demo()
    workspace.save_environments((Environment(name="own"),))
    settle(places)
    first = workspace.load()
    assert len(reads) == 8
    reads.clear()
    assert workspace.load() is first
    assert workspace.refresh() is first
    assert reads == []


def test_only_what_changed_is_read(workspace: Workspace, places: Places, reads: list[str]) -> None:
    workspace.seed_demo()
    settle(places)
    first = workspace.load()
    reads.clear()
    file = file_of(places, "quote-view")
    file.write_text(file.read_text().replace("Quote view", "Seen"))
    settle(places)
    second = workspace.load()
    assert reads == ["quote-view.toml"]
    assert {p.name for p in second.profiles} - {p.name for p in first.profiles} == {"Seen"}
    same = [p for p in second.profiles if any(p is old for old in first.profiles)]
    assert len(same) == 5
    assert second.campaigns[0] is first.campaigns[0]


def test_a_touched_file_or_a_remark_is_no_change(workspace: Workspace, places: Places) -> None:
    workspace.seed_demo()
    first = workspace.load()
    file = file_of(places, "quote-view")
    file.write_text("# a remark\n" + file.read_text())
    settle(places)
    assert workspace.load() is first
    file.touch()
    assert workspace.load() is first


def test_a_change_within_the_same_tick_is_seen(workspace: Workspace, places: Places) -> None:
    """The same size, time and inode: a file that just changed is looked into once more."""
    workspace.save_profile(new_profile("Aaaa"))
    file = file_of(places, "aaaa")
    assert workspace.load().profiles[0].name == "Aaaa"
    before = file.stat()
    with file.open("r+b") as opened:
        opened.write(file.read_bytes().replace(b"Aaaa", b"Bbbb"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = file.stat()
    assert (after.st_size, after.st_mtime_ns, after.st_ino) == (
        before.st_size, before.st_mtime_ns, before.st_ino,
    )  # fmt: skip
    assert workspace.load().profiles[0].name == "Bbbb"


def test_files_come_and_go(workspace: Workspace, places: Places) -> None:
    workspace.save_profile(new_profile("A"))
    workspace.save_profile(new_profile("B"))
    workspace.load()
    file_of(places, "a").rename(file_of(places, "c"))
    assert [p.slug for p in workspace.load().profiles] == ["c", "b"]
    other = places.campaigns / "other"
    other.mkdir()
    assert [c.slug for c in workspace.load().campaigns] == ["demo", "other"]
    (other / "campaign.toml").write_text('name = "Another"\n')
    assert [c.name for c in workspace.load().campaigns] == ["Another", "demo"]
    (other / "campaign.toml").unlink()
    places.environments_file.write_text('[[environment]]\nname = "own"\n')
    assert workspace.load().environments == (*BUILT_IN, Environment(name="own"))
    places.environments_file.unlink()
    other.rmdir()
    loaded = workspace.load()
    assert (loaded.campaigns, loaded.environments) == (
        (Campaign(slug="demo", name="demo"),), BUILT_IN,
    )  # fmt: skip
    assert loaded.problems == ()


def test_a_problem_is_told_once_and_ends(workspace: Workspace, places: Places) -> None:
    workspace.save_profile(new_profile("A"))
    file_of(places, "bad").write_text("nonsense\n")
    first = workspace.load()
    assert len(first.problems) == 1
    assert workspace.load() is first
    file_of(places, "bad").write_text("nonsense\n# again")
    again = workspace.load()
    assert again is first, "the same sentence is the same problem"
    file_of(places, "bad").write_text('name = "Good"\n')
    healed = workspace.load()
    assert healed.problems == ()
    assert [p.name for p in healed.profiles] == ["A", "Good"]


@pytest.mark.skipif(os.name == "nt", reason="a file in the place of a folder is told otherwise")
def test_folders_that_cannot_be_listed_are_problems(workspace: Workspace, places: Places) -> None:
    workspace.save_profile(new_profile("A"))
    (places.campaigns / "odd").mkdir()
    (places.campaigns / "odd" / "profiles").write_text("no folder")
    loaded = workspace.load()
    assert [str(p).partition(" cannot be read: ")[2] for p in loaded.problems] == [
        "a file stands where a folder is needed. Check its permissions."
    ]
    assert workspace.load() is loaded
    assert len(loaded.profiles) == 1
    away = places.campaigns.rename(places.root / "away")
    places.campaigns.write_text("no folder")
    loaded = workspace.load()
    assert (loaded.campaigns, len(loaded.problems)) == ((), 1)
    places.campaigns.unlink()
    assert workspace.load().problems == ()
    away.rename(places.campaigns)
    assert len(workspace.load().profiles) == 1


def test_what_is_no_file_of_ours_is_not_watched(workspace: Workspace, places: Places) -> None:
    workspace.save_profile(new_profile("A"))
    folder = places.campaigns / "demo" / "profiles"
    before = look(places)
    (folder / ".hidden.toml").write_text("x")
    (folder / "notes.txt").write_text("x")
    (folder / "folder.toml").mkdir()
    (places.campaigns / ".git").mkdir()
    (places.campaigns / "README.md").write_text("x")
    if os.name == "posix":
        (folder / "dangling.toml").symlink_to(folder / "nowhere")
    assert look(places) == before
    assert list(before.campaigns[0].profiles) == ["a.toml"]


def test_while_git_is_at_work_nothing_is_read(workspace: Workspace, places: Places) -> None:
    """Half of its files are the old ones, and one may be half written."""
    saved = workspace.save_profile(new_profile("A"))
    (places.root / ".git").mkdir()
    lock = places.root / ".git" / "index.lock"
    lock.touch()
    assert workspace.refresh().profiles == (saved,), "the first time there is nothing else to show"
    file_of(places, "a").write_text('name = "half')
    assert workspace.refresh().profiles == (saved,)
    assert workspace.last is workspace.refresh()
    lock.unlink()
    assert len(workspace.refresh().problems) == 1


def test_half_written_files_of_a_killed_program_are_swept_once(
    workspace: Workspace, places: Places
) -> None:
    workspace.save_profile(new_profile("A"))
    left = places.campaigns / "demo" / "profiles" / ".pingtree-1.tmp"
    left.touch()
    os.utime(left, (1, 1))
    Workspace(places).load()
    assert not left.exists()


def test_the_order_of_a_person_is_the_order_of_the_lists(workspace: Workspace) -> None:
    a = workspace.save_profile(new_profile("A"))
    b = workspace.save_profile(replace(new_profile("B"), order=1))
    assert workspace.load().profiles == (b, a)


def test_a_glance_at_a_large_workspace_reads_one_profile(
    workspace: Workspace, places: Places, reads: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace.seed_demo()
    workspace.save_profile(new_profile("Other", "other"))
    settle(places)
    monkeypatch.setattr(workspace_reader, "MOST_AT_ONCE", 3)
    seen = workspace.glance("demo", "quote-view")
    assert [one.name for one in seen.profiles] == ["Quote view"]
    assert [one.slug for one in seen.campaigns] == ["demo", "other"]
    assert not seen.is_whole
    assert workspace.last is None
    assert [one.slug for one in workspace.glance("other", "gone").profiles] == ["call-completed"]
    reads.clear()
    whole = workspace.refresh()
    assert whole.is_whole
    assert len(whole.profiles) == 7
    assert "campaign.toml" not in reads, "what the glance read is not read again"
    assert workspace.last is whole


def test_a_glance_at_a_small_workspace_is_all_of_it(workspace: Workspace, places: Places) -> None:
    workspace.seed_demo()
    seen = workspace.glance("demo", "quote-view")
    assert seen.is_whole
    assert workspace.last is seen
    assert workspace.load().profiles == seen.profiles
