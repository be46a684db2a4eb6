"""A file that is opened from outside comes into the window that is open, whoever asks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.storage.shared_profile import write_shared_profile
from pingtree_desktop.ui.openings import Openings

CHILD = Path(__file__).with_name("child.py")


def exported(folder: Path, name: str) -> Path:
    file = folder / f"{name}.pingtree"
    profile = Profile(slug="", campaign="", name=name, event=Event())
    file.write_text(write_shared_profile(profile, None), "utf-8")
    return file


def test_what_comes_before_the_window_is_ready_waits_in_order() -> None:
    openings, opened = Openings(), []
    openings.add(Path("a"))
    openings.add(Path("b"))
    openings.give_to(opened.append)
    openings.add(Path("c"))
    assert opened == [Path("a"), Path("b"), Path("c")]


def test_the_system_and_a_second_start_open_files_in_the_open_window(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    first, last = exported(tmp_path, "By the system"), exported(tmp_path, "Last")
    window = subprocess.Popen(
        [sys.executable, CHILD, workspace, "opens_files"],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "OPENED_BY_THE_SYSTEM": str(first)},
    )
    try:
        assert window.stdout is not None
        while (said := window.stdout.readline().strip()) != "By the system":
            assert said, "the window ended before it had opened the file"
        second = subprocess.run(
            [sys.executable, "-m", "pingtree_desktop", "--workspace", str(workspace), last.name],
            cwd=tmp_path,  # the file is named as seen from there
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        assert second.returncode == 0, second.stderr
        assert "comes to the front" in second.stderr
        assert window.stdout.readline().strip() == "Last"
        assert window.wait(30) == 0
    finally:
        window.kill()
        window.communicate()
