"""Whole files or none: crash, full disk, wrong content."""

import os
import stat
import sys
import time
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.files import (
    read_text,
    set_aside,
    sweep_leftovers,
    write_bytes,
    write_text,
)
from tests.storage.processes import child, fill, kill, mounted, told

POSIX_ONLY = pytest.mark.skipif(os.name != "posix", reason="POSIX rights")


def test_what_is_written_is_read_with_its_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    write_text(path, "a\r\nb\n\u20ac")
    assert read_text(path) == "a\r\nb\n\u20ac"
    assert os.listdir(tmp_path) == ["a.toml"]  # noqa: PTH208


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    write_bytes(tmp_path / "a", b"\xef\xbb\xbfa = 1")
    assert read_text(tmp_path / "a") == "a = 1"


@POSIX_ONLY
def test_only_the_owner_may_read_also_after_a_replacement(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.touch(mode=0o644)
    write_text(path, "new")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@POSIX_ONLY
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    target = tmp_path / "target"
    write_text(target, "old")
    link = tmp_path / "link"
    link.symlink_to(target)
    write_text(link, "new")
    assert link.is_symlink()
    assert read_text(target) == "new"


def test_unreadable_content_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_bytes(path, b"first\nsecond \xff")
    with pytest.raises(UnreadableInput, match=r"is not UTF-8 text: line 2 .*Save the file as UTF"):
        read_text(path)
    write_bytes(path, b"x" * 101)
    with pytest.raises(UnreadableInput, match="larger than"):
        read_text(path, limit_bytes=100)
    with pytest.raises(StorageUnavailable, match=r"cannot be read: it does not exist\."):
        read_text(tmp_path / "missing")
    with pytest.raises(StorageUnavailable, match="cannot be read"):
        read_text(tmp_path)


def test_a_target_that_is_a_folder_is_refused_without_leftovers(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b").mkdir()
    with pytest.raises(StorageUnavailable, match="was not saved"):
        write_text(tmp_path / "a", "x")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]


def test_an_unreadable_file_is_set_aside(tmp_path: Path) -> None:
    write_text(tmp_path / "a.json", "x")
    assert read_text(set_aside(tmp_path / "a.json")) == "x"
    assert [p.name for p in tmp_path.iterdir()] == ["a.json.bad"]
    with pytest.raises(StorageUnavailable, match="cannot be moved aside"):
        set_aside(tmp_path / "a.json")


def test_only_old_leftovers_are_swept(tmp_path: Path) -> None:
    old, new = tmp_path / ".pingtree-1-1-1.tmp", tmp_path / ".pingtree-2-2-2.tmp"
    old.touch()
    new.touch()
    long_ago = time.time() - 7200
    os.utime(old, (long_ago, long_ago))
    sweep_leftovers(tmp_path)
    assert not old.exists()
    assert new.exists()
    sweep_leftovers(tmp_path / "missing")


def test_a_killed_save_leaves_the_old_or_the_new_text(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for round_number in range(20):
        write_text(path, "start")
        with child("save_forever", path) as process:
            assert told(process) == "started"
            time.sleep(0.003 * round_number)
            kill(process)
        assert read_text(path) in {"start", "a" * 200_000, "b" * 200_000}


def test_full_disk_keeps_the_old_file_and_says_so(tmp_path: Path) -> None:
    with mounted(tmp_path / "disk", "size=1m") as disk:
        path = disk / "settings.json"
        write_text(path, "old")
        filler = fill(disk)
        with pytest.raises(StorageUnavailable) as caught:
            write_text(path, "x" * 100_000)
        assert caught.value.problem == (
            f"{path} was not saved: the disk is full. The old file is unchanged."
        )
        assert read_text(path) == "old"
        assert {p.name for p in disk.iterdir()} == {"settings.json", "filler"}
        filler.unlink()
        write_text(path, "new")
        assert read_text(path) == "new"


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on file sizes there")
def test_a_size_limit_is_a_full_disk_too(tmp_path: Path) -> None:
    path = tmp_path / "a"
    write_text(path, "old")
    with child("save_limited", path, 1000) as process:
        assert "was not saved: the disk is full. The old file is unchanged." in told(process)
    assert read_text(path) == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
