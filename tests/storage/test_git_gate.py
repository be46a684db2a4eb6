"""Two windows save while git flips between two branches under them: nothing that was saved is lost.

A word that was saved without an error is in a file, in the trash or in an object of git.  What
was refused is still in the form; that is the other tests' matter.
"""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 150
BRANCHES = ("main", "other")

pytestmark = pytest.mark.skipif(
    shutil.which("git") is None,
    reason="GIT IS NOT INSTALLED: that git and two windows lose nothing was NOT tested here",
)


def git(root: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    options = ("-c", "user.name=t", "-c", "user.email=t@t.test", "-c", "core.autocrlf=false")
    options += ("-c", "gc.auto=0", "-c", "core.hooksPath=/nowhere")
    return subprocess.run(
        ["git", *options, "-C", str(root), *arguments], capture_output=True, check=False
    )


def two_branches(places: Places) -> None:
    """The same profiles, changed, removed and added on the other branch."""
    workspace = Workspace(places)
    for slug in ("one", "two"):
        workspace.save_campaign(Campaign(slug=slug, name=slug.title()))
    saved = [
        workspace.save_profile(Profile(slug="", campaign=slug, name=f"P{number}", notes="begin"))
        for slug in ("one", "two")
        for number in range(4)
    ]
    assert git(places.root, "init", "-q", "-b", "main").returncode == 0
    git(places.root, "add", "-A")
    assert git(places.root, "commit", "-qm", "main").returncode == 0
    assert git(places.root, "checkout", "-qb", "other").returncode == 0
    for profile in saved[:3]:
        workspace.save_profile(replace(profile, notes="begin other"), profile)
    workspace.delete_profile(saved[5])
    workspace.save_profile(Profile(slug="", campaign="two", name="Only here", notes="begin"))
    git(places.root, "add", "-A")
    assert git(places.root, "commit", "-qm", "other").returncode == 0


def flip(places: Places) -> int:
    """Commit now and then, check out the other branch again and again; how often that worked."""
    chance, flips = random.Random(5), 0
    for number in range(ROUNDS):
        if chance.random() < 0.7:
            git(places.root, "add", "-A")
            git(places.root, "commit", "-qm", f"round {number}")
        flips += git(places.root, "checkout", "-q", BRANCHES[number % 2]).returncode == 0
    return flips


def everything_kept(places: Places) -> bytes:
    """All files of the workspace, the trash, and every object of git as one text."""
    folders = (places.campaigns, places.trash)
    kept = [file.read_bytes() for f in folders for file in f.rglob("*") if file.is_file()]
    objects = git(places.root, "cat-file", "--batch-all-objects", "--batch")
    assert objects.returncode == 0
    return b"\n".join([*kept, objects.stdout])


def test_nothing_that_was_saved_is_lost(places: Places, tmp_path: Path) -> None:
    two_branches(places)
    stop = tmp_path / "stop"
    writers = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.storage.git_writer", str(places.root), name, str(stop)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in ("ann", "bob")
    ]
    try:
        for writer in writers:  # both are at it before git begins
            assert writer.stdout is not None
            assert writer.stdout.readline()
        flips = flip(places)
    finally:
        stop.touch()
        told = [writer.communicate(timeout=60) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], [err for _out, err in told]
    lines = [line.split() for out, _err in told for line in out.splitlines()]
    counts = Counter(what for what, _word in lines)
    assert counts["saved"] > 0, counts
    assert flips > 0, counts
    kept = everything_kept(places)
    lost = [word for what, word in lines if what == "saved" and word.encode() not in kept]
    assert lost == [], (len(lost), counts, flips)
    assert git(places.root, "fsck", "--no-progress").returncode == 0
    print(f"{flips} flips, {dict(counts)}")
