"""Of many starts at once one owns the window; its end, however hard, frees it at once (A3)."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

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


def test_the_owner_hears_that_it_is_asked_for_once(places: Places) -> None:
    owner, second = Instance(places), Instance(places)
    assert owner.claim()
    assert not second.claim()
    assert not owner.is_asked()
    second.ask_owner()
    assert owner.is_asked()
    assert not owner.is_asked()
    second.ask_owner()
    owner.release()
    assert second.claim()
    assert not second.is_asked()  # what was meant for the one before is forgotten
    second.release()


def test_a_folder_that_cannot_be_locked_is_said(places: Places) -> None:
    from pingtree_desktop.domain.errors import StorageUnavailable

    (places.locks / "window.lock").mkdir()
    with pytest.raises(StorageUnavailable, match="cannot be locked"):
        Instance(places).claim()
