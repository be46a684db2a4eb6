"""The window opens the workspace that was chosen for the start, or says why another one."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput
from pingtree_desktop.storage import start_workspace
from pingtree_desktop.storage.folder_kind import FolderKind, kind_of
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.start_workspace import choose_root, chosen_root, open_start_places


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The usual workspace, which is not there yet, somewhere else than the person's."""
    root = tmp_path / "data" / "PingTree Desktop"
    monkeypatch.delenv("PINGTREE_WORKSPACE", raising=False)
    monkeypatch.setattr("pingtree_desktop.storage.places.usual_root", lambda: root)
    monkeypatch.setattr(start_workspace, "usual_root", lambda: root)
    return root


def test_the_usual_one_opens_until_another_is_chosen(usual: Path, tmp_path: Path) -> None:
    assert open_start_places() == (open_places(usual), None)
    team = open_places(tmp_path / "Grüße")
    choose_root(team.root)
    assert chosen_root() == team.root
    assert open_start_places() == (team, None)
    choose_root(usual)
    assert chosen_root() is None
    choose_root(usual)  # twice is once
    assert open_start_places()[0].root == usual


def test_it_can_be_chosen_before_the_usual_one_was_ever_opened(usual: Path, tmp_path: Path) -> None:
    choose_root(tmp_path / "team")
    (tmp_path / "team").mkdir()
    assert open_start_places()[0].root == tmp_path / "team"
    assert not (usual / "campaigns").exists()


def test_a_vanished_one_is_said_and_stays_chosen(usual: Path, tmp_path: Path) -> None:
    team = open_places(tmp_path / "team")
    choose_root(team.root)
    shutil.rmtree(team.root)
    places, problem = open_start_places()
    assert places.root == usual
    assert isinstance(problem, StorageUnavailable)
    assert str(team.root) in str(problem)
    assert chosen_root() == team.root


def test_one_that_cannot_be_used_does_not_keep_the_window_shut(usual: Path, tmp_path: Path) -> None:
    team = tmp_path / "team"
    team.mkdir()
    (team / "campaigns").touch()
    choose_root(team)
    places, problem = open_start_places()
    assert places.root == usual
    assert problem is not None
    assert "campaigns" in str(problem)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"workspace": 3}', '{"workspace": {"x": 1}}'])
def test_an_odd_file_is_said(usual: Path, text: str) -> None:
    usual.mkdir(parents=True)
    (usual / "start-with.json").write_text(text)
    with pytest.raises(UnreadableInput, match=r"start-with\.json"):
        chosen_root()
    places, problem = open_start_places()
    assert places.root == usual
    assert isinstance(problem, UnreadableInput)


def test_the_variable_goes_before_the_choice(
    usual: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    choose_root(open_places(tmp_path / "team").root)
    monkeypatch.setenv("PINGTREE_WORKSPACE", str(tmp_path / "named"))
    assert open_start_places()[0].root == tmp_path / "named"
    assert usual.exists()


def test_a_choice_that_cannot_be_kept_is_said(usual: Path, tmp_path: Path) -> None:
    usual.parent.mkdir()
    usual.touch()
    with pytest.raises(StorageUnavailable, match=r"start-with\.json cannot be written"):
        choose_root(tmp_path)


def test_what_a_folder_is(tmp_path: Path) -> None:
    places = open_places(tmp_path / "workspace")
    assert kind_of(places.root) is FolderKind.WORKSPACE
    shared = tmp_path / "checkout"  # a team's, as git brings it
    (shared / "campaigns").mkdir(parents=True)
    assert kind_of(shared) is FolderKind.WORKSPACE
    assert kind_of(tmp_path / "new") is FolderKind.EMPTY
    (tmp_path / "new").mkdir()
    assert kind_of(tmp_path / "new") is FolderKind.EMPTY
    (tmp_path / "new" / "letter.txt").touch()
    assert kind_of(tmp_path / "new") is FolderKind.OTHER
    for inside in (places.campaigns, places.campaigns / "deeper", places.history):
        with pytest.raises(StorageUnavailable, match="is a part of the workspace"):
            kind_of(inside)
    with pytest.raises(StorageUnavailable, match="cannot be looked into"):
        kind_of(tmp_path / "new" / "letter.txt")
