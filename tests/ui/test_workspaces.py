"""Other workspaces open in windows of their own; the list of them goes along."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit, QListView, QPushButton

from pingtree_desktop.storage import start_workspace
from pingtree_desktop.storage.places import open_places
from pingtree_desktop.storage.settings import load_settings
from pingtree_desktop.ui import dialogs, launching, workspaces


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "data" / "PingTree Desktop"
    monkeypatch.setattr(workspaces, "usual_root", lambda: root)
    monkeypatch.setattr(start_workspace, "usual_root", lambda: root)
    return root


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, Path]]:
    """The windows that would have been started: their workspace, and where they came from."""
    windows: list[tuple[Path, Path]] = []

    def start(root: Path, *, opened_from: Path) -> bool:
        windows.append((root, opened_from))
        return True

    monkeypatch.setattr(launching, "start_window", start)
    return windows


def shown_paths(desk) -> list[str]:
    card = desk.find("settings.workspaces")
    buttons = card.findChildren(QPushButton)
    return [b.accessibleName().partition(": ")[2] for b in buttons if b.text() == "Open"]


@pytest.fixture
def pointed_at(monkeypatch: pytest.MonkeyPatch):
    """Lets the person point at a folder in the system's dialog."""
    answer: list[Path | None] = [None]

    async def ask(*_args: object, **_more: object) -> Path | None:
        return answer[0]

    monkeypatch.setattr(dialogs, "ask_folder", ask)
    return lambda folder: answer.__setitem__(0, folder)


def test_a_folder_opens_beside_this_one_and_is_remembered(
    usual, started, pointed_at, desk, tmp_path
):
    team = open_places(tmp_path / "team").root
    pointed_at(team)
    desk.do(lambda: desk.window.show_view("settings"))
    desk.until(lambda: shown_paths(desk) == [str(usual)])
    desk.click("settings.workspaces.another")
    desk.until(lambda: started == [(team, desk.folder)])
    desk.until(lambda: shown_paths(desk) == [str(team), str(usual)])
    assert f"Opens {team}" in desk.find("notice.text").text()
    desk.click("settings.workspaces.open.1")
    desk.until(lambda: len(started) == 2)
    desk.click("settings.workspaces.forget.1")
    desk.until(lambda: shown_paths(desk) == [str(usual)])
    assert team.is_dir()
    desk.close()
    settings, _problem = load_settings(desk.places)
    assert settings.recent_workspaces == (str(desk.folder),)


def test_a_folder_with_other_things_is_asked_about(
    usual, started, pointed_at, desk, tmp_path, monkeypatch
):
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "letter.txt").touch()
    asked: list[str] = []
    answers = [False, True]

    async def confirm(*_args: object, text: str, **_more: object) -> bool:
        asked.append(text)
        return answers.pop(0)

    monkeypatch.setattr(dialogs, "confirm", confirm)
    pointed_at(folder)
    desk.do(desk.program.workspaces.choose_folder)
    desk.until(lambda: asked)
    desk.pause(0.1)
    assert started == []
    desk.do(desk.program.workspaces.choose_folder)
    desk.until(lambda: started)
    assert str(folder) in asked[0]


def test_a_part_of_a_workspace_is_refused_in_words(usual, started, pointed_at, desk):
    pointed_at(desk.places.campaigns)
    desk.do(desk.program.workspaces.choose_folder)
    desk.until(lambda: "is a part of the workspace" in desk.find("notice.text").text())
    pointed_at(desk.folder)
    desk.do(desk.program.workspaces.choose_folder)
    desk.until(lambda: "of this window" in desk.find("notice.text").text())
    assert started == []


def test_the_one_for_the_start_is_chosen_in_the_settings(usual, desk, monkeypatch):
    monkeypatch.delenv("PINGTREE_WORKSPACE", raising=False)
    desk.do(lambda: desk.window.show_view("settings"))
    desk.until(lambda: shown_paths(desk))
    desk.click("settings.workspaces.start.0")
    desk.until(lambda: start_workspace.chosen_root() == desk.folder)
    desk.until(lambda: desk.window.findChild(QPushButton, "settings.workspaces.start.1"))
    desk.click("settings.workspaces.start.1")
    desk.until(lambda: start_workspace.chosen_root() is None)


def test_the_list_goes_along_to_the_window_that_was_opened(
    usual, started, open_desk, tmp_path, monkeypatch
):
    first = open_desk(tmp_path / "first")
    first.until(lambda: first.program.settings.recent_workspaces)
    first.close()
    monkeypatch.setenv(launching.OPENED_FROM, str(tmp_path / "first"))
    second = open_desk(tmp_path / "second")
    second.until(lambda: len(second.program.settings.recent_workspaces) == 2)
    second.choose("action.choose_workspace")
    second.until(lambda: second.window.findChildren(QLineEdit, "palette.search"))
    search = second.find("palette.search")
    second.until(search.isVisible)
    second.type(search, "fir")
    (view,) = search.parent().findChildren(QListView)
    assert view.model().index(0, 0).data() == str(tmp_path / "first")
    second.do(lambda: view.clicked.emit(view.model().index(0, 0)))
    second.until(lambda: started == [(tmp_path / "first", tmp_path / "second")])


def test_a_program_that_does_not_start_is_said(usual, pointed_at, desk, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nothing"))
    pointed_at(tmp_path / "new")
    desk.do(desk.program.workspaces.choose_folder)
    desk.until(lambda: "could not be started" in desk.find("notice.text").text())


def test_what_starts_a_window(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    tail = ["--workspace", str(tmp_path)]
    assert launching.command(tmp_path) == [sys.executable, "-m", "pingtree_desktop", *tail]
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    for program, between in (("PingTreeDesktop.exe", []), ("pingtree.exe", ["window"])):
        monkeypatch.setattr(sys, "executable", f"/opt/{program}")
        assert launching.command(tmp_path) == [f"/opt/{program}", *between, *tail]
