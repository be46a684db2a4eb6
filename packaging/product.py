"""What the program is called wherever a system asks for a name, and the one time of a build."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pingtree_desktop"
RESOURCES = ROOT / "resources"

APP = "PingTree Desktop"
PUBLISHER = "The PingTree Desktop contributors"
COPYRIGHT = f"Copyright (c) 2026 {PUBLISHER}, MIT License"
SUMMARY = "Test Pingtree's Event Postback API"
DESCRIPTION = (
    "Compose an event with a form for every body field, send it, read the verdict in plain "
    "words, and keep what was sent and what came back. An embedded sandbox behaves as the API's "
    "documentation describes, so everything works offline and without moving money."
)

FOLDER = "PingTreeDesktop"
"""The frozen folder, and the first part of every artefact's file name."""
WINDOW_PROGRAM = "PingTreeDesktop"
TERMINAL_PROGRAM = "pingtree"
LINUX_NAME = "pingtree-desktop"
"""The Linux package, its commands and its desktop entry; the window gives itself this name."""
APP_ID = "io.github.pingtree_desktop.PingTreeDesktop"
"""AppStream component and macOS bundle: reverse DNS of where the project lives."""
BUNDLE_ID = "io.github.pingtree-desktop.PingTreeDesktop"

PROFILE_ENDING = ".pingtree"
PROFILE_MIME = "application/vnd.pingtree-profile"
PROFILE_KIND = "PingTree profile"

MACOS_MINIMUM = "13.0"
"""What Qt 6.11 asks for at least; a test compares it with the locked Qt."""


def program_files(system: str) -> tuple[str, str]:
    """The file names of the window program and the terminal program on a system."""
    ending = ".exe" if system == "win32" else ""
    return WINDOW_PROGRAM + ending, TERMINAL_PROGRAM + ending


def source_date_epoch() -> int:
    """The time that every packed file gets, in seconds since 1970.

    SOURCE_DATE_EPOCH if it is set, else the time of the last commit.  Raises SystemExit where
    there is neither.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH", "")
    if told.isdecimal():
        return int(told)
    done = subprocess.run(
        ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0 or not done.stdout.strip().isdecimal():
        raise SystemExit("Set SOURCE_DATE_EPOCH: this is no git checkout to take the time from.")
    return int(done.stdout)
