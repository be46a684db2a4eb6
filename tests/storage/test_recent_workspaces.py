"""The workspaces opened lately: ten at most, the latest first, a vanished one marked."""

from pathlib import Path

from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.recent_workspaces import (
    RecentWorkspace,
    forgotten,
    noted,
    recent_workspaces,
)
from pingtree_desktop.storage.settings import Settings, load_settings, save_settings


def test_the_latest_stands_first_and_once(tmp_path: Path) -> None:
    settings = Settings()
    for name in ("a", "b", "c", "a"):
        settings = noted(settings, tmp_path / name)
    assert settings.recent_workspaces == tuple(str(tmp_path / name) for name in "acb")
    for number in range(20):
        settings = noted(settings, tmp_path / str(number))
    assert len(settings.recent_workspaces) == 10
    assert settings.recent_workspaces[0] == str(tmp_path / "19")


def test_a_vanished_one_stays_in_the_list(tmp_path: Path, places: Places) -> None:
    (tmp_path / "file").write_text("x")
    settings = Settings()
    for root in (tmp_path / "gone", tmp_path / "file", places.root):
        settings = noted(settings, root)
    save_settings(places, settings)
    loaded, problem = load_settings(places)
    assert problem is None
    assert recent_workspaces(loaded) == (
        RecentWorkspace(root=places.root, is_there=True),
        RecentWorkspace(root=tmp_path / "file", is_there=False),
        RecentWorkspace(root=tmp_path / "gone", is_there=False),
    )
    odd = Settings(recent_workspaces=("/a\0b",))
    assert not recent_workspaces(odd)[0].is_there


def test_the_list_goes_along_to_the_next_workspace(tmp_path: Path) -> None:
    here = noted(Settings(), tmp_path / "here")
    there = noted(noted(Settings(), tmp_path / "old"), tmp_path / "there")
    carried = noted(there, tmp_path / "there", also=here.recent_workspaces)
    assert carried.recent_workspaces == tuple(str(tmp_path / n) for n in ("there", "old", "here"))


def test_one_can_be_taken_out(tmp_path: Path) -> None:
    settings = noted(noted(Settings(), tmp_path / "a"), tmp_path / "b")
    assert forgotten(settings, tmp_path / "b").recent_workspaces == (str(tmp_path / "a"),)
    assert forgotten(settings, tmp_path / "c") == settings
