"""An exported profile goes out as one file and comes in elsewhere; updates are only looked up."""

from __future__ import annotations

import pytest

from pingtree_desktop.ui import commands, dialogs


@pytest.fixture
def exported(desk, tmp_path, monkeypatch):
    file = tmp_path / "handed-on.pingtree"

    async def chosen(*_args, **_more):
        return file

    monkeypatch.setattr(dialogs, "ask_save_path", chosen)
    event = desk.program.compose.event
    desk.do(desk.program.shared.export)
    desk.until(file.exists)
    desk.until(lambda: "handed-on.pingtree" in desk.find("notice.text").text())
    return file, event


def test_a_profile_goes_out_and_comes_into_another_workspace(exported, desk, open_desk, tmp_path):
    file, event = exported
    desk.close()
    other = open_desk(tmp_path / "other")
    other.do(lambda: other.program.shared.open_file(file))
    other.until(lambda: other.program.compose.profile is not None)
    other.until(lambda: other.program.compose.event == event)
    before = len(other.program.workspace.profiles)
    other.do(lambda: other.program.profiles.new())
    other.do(lambda: other.program.shared.open_file(file))
    other.until(lambda: other.program.compose.event == event)
    assert len(other.program.workspace.profiles) == before  # twice is once


def test_a_file_that_is_none_is_said(desk, tmp_path):
    file = tmp_path / "x.pingtree"
    file.write_bytes(b"\xff\xfe not toml")
    desk.do(lambda: desk.program.shared.open_file(file))
    desk.until(lambda: desk.find("notice").isVisible())
    assert "x.pingtree" in desk.find("notice.text").text()


def test_looking_for_updates_asks_nobody_by_itself(desk, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(commands, "open_in_system", lambda url: opened.append(url) or True)
    desk.choose("action.updates")
    assert "knows no page of releases" in desk.find("notice.text").text()
    assert opened == []
    (tmp_path / "release.json").write_text('{"page": "https://example.com/releases"}', "utf-8")
    monkeypatch.setattr(commands, "resources_folder", lambda: tmp_path)
    desk.choose("action.updates")
    assert "Your browser shows the newest" in desk.find("notice.text").text()
    assert [url.toString() for url in opened] == ["https://example.com/releases"]
