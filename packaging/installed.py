"""Installs the artefact for this system as a person would, lets it check itself, removes it.

    python packaging/installed.py FOLDER

FOLDER holds artefacts and their SHA256SUMS.  Meant for a machine that is thrown away afterwards:
it installs for the user on Windows, by apt as root on Linux, and copies from the image on macOS.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import build
import product
import sums
import version

_REMOVE_WAIT_S = 60
_WAIT_S = 600


def run(command: Sequence[str | Path]) -> str:
    """Run a command to its end and return its output.  Raises build.Stop."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, stdin=subprocess.DEVNULL, capture_output=True, timeout=_WAIT_S, check=False
    )
    said = (done.stdout + done.stderr).decode("utf-8", "replace").strip()
    if done.returncode != 0:
        raise build.Stop(f"{words[0]} ended with {done.returncode}: {said[-800:]}")
    return said


def only(folder: Path, pattern: str) -> Path:
    """The one file that a pattern names.  Raises build.Stop."""
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise build.Stop(f"{folder} has {len(found)} files {pattern}, not one.")
    return found[0]


def check(window: Path, terminal: Path) -> None:
    """Let both installed programs check themselves."""
    for program, entry in ((window, product.LINUX_NAME), (terminal, product.TERMINAL_PROGRAM)):
        build.check_program(program, entry, version.version())


def on_windows(folder: Path) -> None:
    """Silent setup, both programs, silent removal that leaves nothing of the program."""
    setup = only(folder, f"{product.FOLDER}-*-win64-setup*.exe")
    place = Path(os.environ["LOCALAPPDATA"]) / "Programs" / product.APP
    run([setup, "/S"])
    window, terminal = (place / name for name in product.program_files("win32"))
    check(window, terminal)
    run([place / "uninstall.exe", "/S"])
    deadline = time.monotonic() + _REMOVE_WAIT_S  # it goes on in a copy of itself
    while place.exists() and time.monotonic() < deadline:
        time.sleep(0.5)
    if place.exists():
        raise build.Stop(f"Removing left {sorted(p.name for p in place.iterdir())[:5]} behind.")


def on_linux(folder: Path) -> None:
    """The Debian package by apt, both commands from the path, and its removal."""
    package = only(folder, "*.deb").resolve()
    root = [] if os.geteuid() == 0 else ["sudo"]
    run([*root, "apt-get", "install", "--yes", "--quiet", "--no-install-recommends", package])
    found = [shutil.which(name) for name in (product.LINUX_NAME, product.TERMINAL_PROGRAM)]
    if None in found:
        raise build.Stop(f"The package's commands are not on the path: {found}.")
    window, terminal = (Path(str(one)) for one in found)
    check(window, terminal)
    run([*root, "apt-get", "purge", "--yes", "--quiet", product.LINUX_NAME])
    if shutil.which(product.LINUX_NAME) is not None:
        raise build.Stop("Removing the package left its command behind.")


def on_macos(folder: Path) -> None:
    """The bundle copied out of the mounted image, both programs inside it."""
    image = only(folder, f"{product.FOLDER}-*-macos-{platform.machine()}*.dmg")
    with tempfile.TemporaryDirectory() as scratch:
        mount = Path(scratch) / "image"
        run(["hdiutil", "attach", image, "-nobrowse", "-readonly", "-mountpoint", mount])
        try:
            app = Path(scratch) / f"{product.APP}.app"
            run(["ditto", mount / app.name, app])
        finally:
            run(["hdiutil", "detach", mount])
        run(["codesign", "--verify", "--strict", "--deep", app])
        inside = app / "Contents" / "MacOS"
        window, terminal = (inside / name for name in product.program_files("darwin"))
        check(window, terminal)


def main(words: list[str]) -> int:
    if len(words) != 1:
        sys.stderr.write("Usage: installed.py FOLDER\n")
        return 2
    folder = Path(words[0])
    try:
        build.refuse(sums.check(folder))
        {"win32": on_windows, "darwin": on_macos}.get(sys.platform, on_linux)(folder)
    except build.Stop as stop:
        sys.stderr.write(f"{stop}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
