"""Nobody's change is overwritten: neither another window's, nor an editor's, nor git's."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pingtree_desktop.domain.environment import BUILT_IN, Environment
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
from pingtree_desktop.storage import files, guarded_write, write_turn
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.workspace import Workspace

NEW = Profile(slug="", campaign="demo", name="A")


@pytest.fixture
def workspace(places: Places) -> Workspace:
    return Workspace(places)


@pytest.fixture
def other(places: Places) -> Workspace:
    """The same folder in another window."""
    return Workspace(places)


def with_id(profile: Profile, text: str) -> Profile:
    event = profile.event.with_field("transaction_id", FieldInput(text=text))
    return replace(profile, event=event)


def file_of(places: Places, slug: str = "a") -> Path:
    return places.campaigns / "demo" / "profiles" / f"{slug}.toml"


def refused(work: Callable[[], object]) -> ChangedOutside:
    with pytest.raises(ChangedOutside) as caught:
        work()
    return caught.value


# ---- profiles ------------------------------------------------------------------------------


def test_what_somebody_else_changed_is_not_overwritten(
    workspace: Workspace, other: Workspace, places: Places
) -> None:
    base = workspace.save_profile(NEW)
    theirs = other.save_profile(with_id(base, "theirs"), base)
    ours = with_id(base, "ours")
    before = file_of(places).read_bytes()
    error = refused(lambda: workspace.save_profile(ours, base))
    assert (error.base, error.ours, error.theirs) == (base, ours, theirs)
    assert "a.toml was changed by somebody else meanwhile." in error.problem
    assert error.remedy.startswith("Nothing was overwritten")
    assert file_of(places).read_bytes() == before
    assert workspace.save_profile(ours, error.theirs) == ours, "theirs as base writes over it"
    assert workspace.load().profiles == (ours,)


def test_what_somebody_else_removed_is_not_brought_back_unasked(
    workspace: Workspace, other: Workspace
) -> None:
    base = workspace.save_profile(NEW)
    undo = other.delete_profile(base)
    ours = with_id(base, "ours")
    error = refused(lambda: workspace.save_profile(ours, base))
    assert (error.base, error.ours, error.theirs) == (base, ours, None)
    assert "removed" in error.problem
    assert workspace.save_profile(ours, error.theirs) == ours
    with pytest.raises(StorageUnavailable):
        undo.restore()


def test_a_new_one_takes_nobody_s_place(workspace: Workspace, other: Workspace) -> None:
    theirs = other.save_profile(with_id(NEW, "theirs"))
    ours = replace(NEW, slug=theirs.slug)
    assert refused(lambda: workspace.save_profile(ours)).theirs == theirs
    assert workspace.save_profile(NEW).slug == "a-2"


def test_the_same_change_of_both_is_one(workspace: Workspace, other: Workspace) -> None:
    base = workspace.save_profile(NEW)
    both = with_id(base, "both")
    other.save_profile(both, base)
    assert workspace.save_profile(both, base) == both


def test_a_remark_or_a_new_place_in_the_list_is_no_change(
    workspace: Workspace, places: Places
) -> None:
    base = workspace.save_profile(NEW)
    file_of(places).write_text("# mine\n" + file_of(places).read_text() + "order = 30\n")
    ours = with_id(base, "ours")
    assert workspace.save_profile(ours, base) == replace(ours, order=30)
    assert file_of(places).read_text().startswith("# mine\n")
    assert workspace.load().profiles[0].order == 30


def test_a_file_damaged_meanwhile_is_left_alone(workspace: Workspace, places: Places) -> None:
    base = workspace.save_profile(NEW)
    file_of(places).write_text("<<<<<<< HEAD\n")
    with pytest.raises(UnreadableInput):
        workspace.save_profile(with_id(base, "ours"), base)
    assert file_of(places).read_text() == "<<<<<<< HEAD\n"


def test_saving_what_is_there_writes_nothing(workspace: Workspace, places: Places) -> None:
    base = workspace.save_profile(NEW)
    before = file_of(places).stat()
    assert workspace.save_profile(base, base) == base
    after = file_of(places).stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


# ---- campaigns and environments ------------------------------------------------------------


def test_campaigns_are_guarded_too(workspace: Workspace, other: Workspace, places: Places) -> None:
    base = workspace.save_campaign(Campaign(slug="", name="Demo"))
    theirs = other.save_campaign(replace(base, cid="theirs"), base)
    ours = replace(base, cid="ours")
    error = refused(lambda: workspace.save_campaign(ours, base))
    assert (error.base, error.ours, error.theirs) == (base, ours, theirs)
    assert refused(lambda: workspace.save_campaign(ours)).theirs == theirs
    assert workspace.save_campaign(ours, theirs) == ours
    secret = replace(ours, variables=(Variable(name="key", text="hush", secret=True),))
    saved = workspace.save_campaign(secret, ours)
    saved = workspace.save_campaign(replace(saved, pid="p"), saved)
    placed = other.arrange.change_campaign(saved, lambda now: replace(now, order=10))
    assert workspace.save_campaign(replace(placed, order=None, name="B"), saved).order == 10
    other.delete_campaign(base)
    assert refused(lambda: workspace.save_campaign(ours, ours)).theirs is None
    assert not (places.campaigns / base.slug).exists()


def test_a_folder_of_profiles_alone_can_get_its_campaign(workspace: Workspace) -> None:
    workspace.save_profile(NEW)
    (found,) = workspace.load().campaigns
    assert workspace.save_campaign(replace(found, cid="c"), found).cid == "c"


def test_environments_change_one_by_one(workspace: Workspace, other: Workspace) -> None:
    a, b, c = (Environment(name=name) for name in "abc")
    workspace.save_environments((a, b, c))
    other.save_environment(replace(c, proxy="system"), replaces="c", base=c)
    workspace.save_environment(replace(a, timeout_s=5.0), replaces="a", base=a)
    custom = workspace.load().environments[len(BUILT_IN) :]
    assert custom == (replace(a, timeout_s=5.0), b, replace(c, proxy="system"))
    error = refused(lambda: workspace.save_environment(b, replaces="c", base=c))
    assert error.theirs == replace(c, proxy="system")
    error = refused(lambda: workspace.remove_environment("c", base=c))
    assert (error.ours, error.theirs) == (None, replace(c, proxy="system"))
    other.remove_environment("b", base=b)
    other.remove_environment("b", base=b)
    assert refused(lambda: workspace.save_environment(b, replaces="b", base=b)).theirs is None
    with pytest.raises(UsageError, match="already an environment called a"):
        workspace.save_environment(Environment(name="a"))
    secret = replace(b, variables=(Variable(name="key", text="hush", secret=True),))
    workspace.save_environment(secret)
    workspace.save_environment(replace(secret, name="d"), replaces="b", base=secret)
    assert [e.name for e in workspace.load().environments[len(BUILT_IN) :]] == ["a", "c", "d"]


def test_without_environments_there_is_no_file(workspace: Workspace, places: Places) -> None:
    workspace.remove_environment("none")
    assert not places.environments_file.exists()


# ---- who comes in between ------------------------------------------------------------------


def test_a_change_the_moment_before_is_seen(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An editor saves after the file was compared, while ours is brought to the disk."""
    base = workspace.save_profile(NEW)
    real = files.GrowingFile.settle

    def settle(self: files.GrowingFile) -> None:
        real(self)
        file_of(places).write_text('name = "Their A"\n')

    monkeypatch.setattr(files.GrowingFile, "settle", settle)
    error = refused(lambda: workspace.save_profile(with_id(base, "ours"), base))
    assert error.theirs == replace(base, name="Their A")
    assert file_of(places).read_text() == 'name = "Their A"\n'
    assert [file.name for file in file_of(places).parent.iterdir()] == ["a.toml"]


def test_a_file_that_never_rests_is_given_up(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = workspace.save_profile(NEW)
    real = files.GrowingFile.settle
    count = 0

    def settle(self: files.GrowingFile) -> None:
        nonlocal count
        real(self)
        count += 1
        file_of(places).write_text(f'name = "A"\n# {count}\n')

    monkeypatch.setattr(files.GrowingFile, "settle", settle)
    with pytest.raises(StorageUnavailable, match="another program keeps changing it"):
        workspace.save_profile(with_id(base, "ours"), base)
    assert file_of(places).read_text() == f'name = "A"\n# {count}\n'


def git_folder(places: Places) -> Path:
    """A repository as far as its lock goes."""
    folder = places.root / ".git"
    folder.mkdir()
    return folder / "index.lock"


def test_saving_waits_for_git(workspace: Workspace, places: Places) -> None:
    lock = git_folder(places)
    lock.touch()
    threading.Timer(0.2, lock.unlink).start()
    workspace.save_profile(NEW)
    assert not lock.exists()


@pytest.mark.parametrize("is_removed", [False, True])
def test_what_git_replaced_just_then_was_not_saved(
    workspace: Workspace,
    places: Places,
    monkeypatch: pytest.MonkeyPatch,
    is_removed: bool,
) -> None:
    """Git had looked at the file before it was saved, and writes its own a moment later."""
    lock = git_folder(places)
    base = workspace.save_profile(NEW)
    real = files._replace

    def git() -> None:
        file_of(places).unlink()
        if not is_removed:
            file_of(places).write_text('name = "Of git"\n')
        lock.unlink()

    def replace_then_git(source: Path, target: Path) -> None:
        real(source, target)
        if target.name == "a.toml":
            lock.touch()
            threading.Timer(0.1, git).start()

    monkeypatch.setattr(files, "_replace", replace_then_git)
    ours = with_id(base, "ours")
    error = refused(lambda: workspace.save_profile(ours, base))
    assert error.ours == ours
    assert error.theirs == (None if is_removed else replace(base, name="Of git"))


def test_a_git_that_takes_its_time_leaves_a_copy(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as one with an editor open: the save is told as done, and cannot be lost later."""
    monkeypatch.setattr(write_turn, "_GIT_WAIT_S", 0.05)
    git_folder(places).touch()
    saved = workspace.save_profile(with_id(NEW, "ours"))
    assert workspace.load().profiles == (saved,)
    (copy,) = places.trash.iterdir()
    assert copy.name.endswith("-a.toml")
    assert copy.read_bytes() == file_of(places).read_bytes()


def test_a_lock_that_a_killed_git_left_stops_nothing(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_turn, "_GIT_WAIT_S", 0.0)
    lock = git_folder(places)
    lock.touch()
    os.utime(lock, (1, 1))
    workspace.save_profile(NEW)
    assert not places.trash.exists()


def test_the_repository_of_a_worktree_is_found(workspace: Workspace, places: Places) -> None:
    real = places.root / "elsewhere"
    real.mkdir()
    pointer = places.campaigns / ".git"
    pointer.write_text("gitdir: ../elsewhere\n")
    turn = write_turn.WriteTurn(places)
    assert not turn.is_git_at_work()
    (real / "index.lock").touch()
    assert turn.is_git_at_work()
    pointer.unlink()
    assert not turn.is_git_at_work()


def test_turns_are_taken(
    workspace: Workspace, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_turn, "_TURN_WAIT_S", 0.05)
    writer = guarded_write.GuardedWriter(places)
    with (
        writer.taken(),
        pytest.raises(StorageUnavailable, match="Another window or terminal is still saving"),
    ):
        workspace.save_profile(NEW)
    assert workspace.save_profile(NEW).slug == "a"


def test_a_turn_that_cannot_be_had_is_a_sentence(workspace: Workspace, places: Places) -> None:
    shutil.rmtree(places.locks)
    places.locks.write_text("no folder")
    with pytest.raises(StorageUnavailable, match="cannot be locked"):
        workspace.save_profile(NEW)


def test_many_writers_at_once_lose_nothing(places: Places) -> None:
    """Each one adds to what it read, and tries again when it was refused."""
    Workspace(places).save_profile(replace(NEW, event=Event(org_id="")))
    failures: list[BaseException] = []

    def add(sign: str) -> None:
        try:
            mine = Workspace(places)
            for _ in range(8):
                while True:
                    base = mine.find_profile("demo/a")
                    event = replace(base.event, org_id=base.event.org_id + sign)
                    try:
                        mine.save_profile(replace(base, event=event), base)
                        break
                    except ChangedOutside:
                        continue
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failures.append(error)

    threads = [threading.Thread(target=add, args=(sign,)) for sign in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    made = Workspace(places).find_profile("demo/a").event.org_id
    assert sorted(made) == sorted("abcd" * 8)
