"""Of many starts at once one owns the window; its end, however hard, frees it at once (A3)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage import instance
from pingtree_desktop.storage.instance import Instance
from pingtree_desktop.storage.places import Places

CLAIM = (
    "import sys; from pathlib import Path\n"
    "from pingtree_desktop.storage.instance import Instance\n"
    "from pingtree_desktop.storage.places import Places\n"
    "mine = Instance(Places(root=Path(sys.argv[1])))\n"
    "print('owner' if mine.claim() else 'second', flush=True)\n"
    "sys.stdin.read()"
)
STARTS = 20


def started(places: Places) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CLAIM, str(places.root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_of_twenty_starts_one_is_the_owner_and_a_kill_frees_it(places: Places) -> None:
    children = [started(places) for _ in range(STARTS)]
    try:
        said = [child.stdout.readline().strip() for child in children]
        assert sorted(said) == ["owner"] + ["second"] * (STARTS - 1)
        assert not Instance(places).claim()
        owner = children[said.index("owner")]
        owner.kill()
        owner.wait()
        mine, deadline = Instance(places), time.monotonic() + 1.0
        while not (is_mine := mine.claim()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert is_mine
        mine.release()
    finally:
        for child in children:
            child.kill()
            child.communicate()


def test_the_gate_notices_a_claim_without_a_lock(places: Places, monkeypatch) -> None:
    """The control: owners by a file that is looked for first are many."""
    monkeypatch.setattr(instance, "_lock", lambda _descriptor: True)
    many = [Instance(places) for _ in range(3)]
    assert [one.claim() for one in many] == [True, True, True]
    for one in many:
        one.release()


def asking(second: Instance, file: Path | None, patience_s: float) -> Future[bool]:
    """Another start, which waits in a thread of its own."""
    pool = ThreadPoolExecutor(1)
    waiting = pool.submit(second.claim_or_ask, file, patience_s=patience_s)
    pool.shutdown(wait=False)
    return waiting


def taken(owner: Instance) -> list[Path | None]:
    """What the owner is asked for, once it is asked for something."""
    deadline = time.monotonic() + 20
    while not (requests := owner.requests()) and time.monotonic() < deadline:
        time.sleep(0.01)
    return requests


def test_the_owner_takes_what_other_starts_ask_for_once(places: Places, tmp_path: Path) -> None:
    owner = Instance(places)
    assert owner.claim_or_ask(None)
    assert owner.requests() == []
    odd = os.fsdecode("Gr\u00fc\u00dfe \U0001f4b6 .pingtree".encode())
    for file in (None, tmp_path / odd):
        second = asking(Instance(places), file, patience_s=20)
        assert taken(owner) == [file]
        assert second.result() is False
        assert owner.requests() == []
    owner.release()


def test_many_starts_at_once_are_all_heard(places: Places, tmp_path: Path) -> None:
    owner = Instance(places)
    assert owner.claim()
    files = {tmp_path / f"{number}.pingtree" for number in range(8)}
    seconds = [asking(Instance(places), file, patience_s=20) for file in files]
    heard: list[Path | None] = []
    while len(heard) < len(files):
        heard += taken(owner)
    assert set(heard) == files
    assert not any(second.result() for second in seconds)
    owner.release()


def test_when_the_owner_closes_without_looking_the_next_one_owns(places: Places) -> None:
    owner, second = Instance(places), Instance(places)
    assert owner.claim()
    waiting = asking(second, Path("a.pingtree"), patience_s=20)
    while not list(places.locks.glob("window.wanted-*")):
        time.sleep(0.01)
    owner.release()
    assert waiting.result() is True
    assert second.requests() == []  # it opens its own file itself
    second.release()


def test_an_owner_that_never_looks_is_said(places: Places) -> None:
    owner = Instance(places)
    assert owner.claim()
    with pytest.raises(StorageUnavailable, match="does not answer"):
        Instance(places).claim_or_ask(None, patience_s=0.1)
    assert list(places.locks.glob("window.wanted-*")) == []
    owner.release()


def test_what_a_killed_start_left_long_ago_is_forgotten(places: Places) -> None:
    old, new = places.locks / "window.wanted-1-1", places.locks / "window.wanted-1-2"
    for file in (old, new):
        file.write_bytes(b"")
    an_hour_ago = time.time() - 3600
    os.utime(old, (an_hour_ago, an_hour_ago))
    owner = Instance(places)
    assert owner.claim()
    assert owner.requests() == [None]
    owner.release()


def test_a_folder_that_cannot_be_locked_is_said(places: Places) -> None:
    (places.locks / "window.lock").mkdir()
    with pytest.raises(StorageUnavailable, match="cannot be locked"):
        Instance(places).claim()
