"""A workspace opens, or says in one sentence why not."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import default_root, open_places
from tests.storage.processes import child, fill, mounted, remount_read_only, told

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="POSIX rights")


def test_the_variable_names_the_workspace(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PINGTREE_WORKSPACE", str(tmp_path / "named"))
    assert open_places().root == tmp_path / "named"
    monkeypatch.delenv("PINGTREE_WORKSPACE")
    assert default_root().name == "PingTree Desktop"


def test_opening_twice_changes_nothing_of_the_persons(tmp_path: Path) -> None:
    places = open_places(tmp_path / "w")
    (places.root / ".gitignore").write_text("mine\n")
    assert open_places(tmp_path / "w") == places
    assert (places.root / ".gitignore").read_text() == "mine\n"


def test_what_stays_on_this_computer_is_ignored_by_git(tmp_path: Path) -> None:
    places = open_places(tmp_path)
    ignored = (places.root / ".gitignore").read_text().splitlines()
    local = [places.history, places.state, places.sandbox, places.locks]
    assert {f"{folder.name}/" for folder in local} | {"crash.log"} <= set(ignored)


def test_lead_data_stays_out_of_a_teams_git_that_ignores_nothing(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*.bak\n")
    places = open_places(tmp_path)
    places.history_db.touch()
    places.draft_file.touch()
    (places.campaigns / "a.toml").touch()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    seen = subprocess.run(
        ["git", "-C", str(tmp_path), "status", "--porcelain", "-uall"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert seen.stdout.split() == ["??", ".gitignore", "??", "campaigns/a.toml"]


@POSIX_ONLY
def test_folders_and_files_are_the_owners_alone(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "history").mkdir(mode=0o755)
    places = open_places(tmp_path / "w")
    store = HistoryStore.open(places)
    try:
        for folder in (places.history, places.state, places.sandbox, places.locks):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        files = [p for p in places.root.rglob("*") if p.is_file()]
        assert {"history.db", "history.db-wal", "history.db-shm"} <= {p.name for p in files}
        for file in files:
            assert stat.S_IMODE(file.stat().st_mode) == 0o600, file
    finally:
        store.close()


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for root in (tmp_path / "file", tmp_path / "file" / "deeper"):
        with pytest.raises(StorageUnavailable) as caught:
            open_places(root)
        if os.name == "posix":
            assert f"{tmp_path / 'file'} is a file, not a folder." in caught.value.problem
        assert "--workspace" in caught.value.remedy
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "history").touch()
    with pytest.raises(StorageUnavailable, match="is a file, not a folder"):
        open_places(tmp_path / "w")


def test_a_read_only_disk_is_one_sentence(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        open_places(disk / "w")
        remount_read_only(disk)
        with pytest.raises(StorageUnavailable) as caught:
            open_places(disk / "w")
        assert caught.value.problem == (
            f"The workspace {disk / 'w'} cannot be used: the disk is read-only."
        )
        with pytest.raises(StorageUnavailable, match="the disk is read-only"):
            open_places(disk / "other")


@POSIX_ONLY
def test_a_folder_without_rights_is_one_sentence(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("NOT TESTED HERE: root may write everywhere; the read-only disk stands for it")
    (tmp_path / "w").mkdir(mode=0o500)
    with pytest.raises(StorageUnavailable, match=r"cannot be used: permission is denied\."):
        open_places(tmp_path / "w")


def test_starting_on_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        with child("open_workspace", disk / "w") as process:
            assert told(process) == ""
        fill(disk)
        with child("open_workspace", disk / "w") as process:
            line = told(process)
        assert "the disk is full" in line
        assert "Traceback" not in line
