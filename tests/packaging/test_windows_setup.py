"""What setup and uninstaller do to a disk and a registry, under wine, with a small payload.

The whole program's way is `packaging/windows/journey.py`; here are the cases that it has no room
for: folders of others, failures half-way, a second folder, the file type of another program.

    PINGTREE_WINE=1 python -m pytest tests/packaging/test_windows_setup.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import product
import pytest
from windows import bench, journey, package

from tests.packaging.windows_stubs import frozen_for_windows

pytestmark = [
    pytest.mark.skipif(
        not os.environ.get("PINGTREE_WINE"),
        reason="NOT TRIED, what setup does to a disk: set PINGTREE_WINE=1 where wine and NSIS are",
    ),
]

OLD, NEW, BROKEN = "1.2.3", "1.2.4", "1.2.5"
IN_USE, FOREIGN = 2, 4
APPKEY = rf"HKCU\Software\{product.APP}"
TYPE = rf"{journey.CLASSES}\.pingtree"
PROFILE = rf"{journey.CLASSES}\PingTreeDesktop.Profile"
OTHERS = "SomeoneElse.File"


class Windows(bench.Bench):
    """A small Windows with the setups of three versions; the third one cannot be written whole."""

    def __init__(self, work: Path) -> None:
        super().__init__(work)
        self.setups: dict[str, Path] = {}

    def make(self) -> None:
        (self.work / "out").mkdir(parents=True)
        with ThreadPoolExecutor(2) as both:
            booted = both.submit(self.wine, "wineboot", "-i")
            for version in (OLD, NEW, BROKEN):
                frozen = frozen_for_windows(self.work / version / product.FOLDER, version)
                if version == BROKEN:  # to Windows these are one name: the second has no place
                    (frozen / "_internal" / "Thing").write_bytes(b"a file")
                    (frozen / "_internal" / "thing").mkdir()
                    (frozen / "_internal" / "thing" / "in-it.txt").write_bytes(b"no place")
                self.setups[version] = package.make_setup(frozen, self.work / "out", version)
            booted.result()
        self.wine("winecfg", "-v", "win10")
        self.settle()

    def wine(
        self, *words: str | Path, timeout_s: float = 120, codes: Sequence[int] = (0,),
        display: str = "",
    ) -> str:  # fmt: skip
        """As on the bench, but by a file: wine's services hold a pipe open for seconds longer."""
        with (self.work / "said.txt").open("w+b") as said:
            done = subprocess.run(
                ["wine", *map(str, words)], env=self.environment(display), cwd=self.work,
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                timeout=timeout_s, check=False,
            )  # fmt: skip
            said.seek(0)
            text = said.read().decode("utf-8", "replace")
        assert done.returncode in codes, f"{words} ended with {done.returncode}: {text[-800:]}"
        return text

    @property
    def usual(self) -> Path:
        return self.local / "Programs" / product.APP

    @property
    def data(self) -> Path:
        return self.local / product.APP

    @property
    def menu_entry(self) -> Path:
        menu = self.roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        return menu / f"{product.APP}.lnk"

    def reset(self) -> None:
        """Nothing installed, nothing registered."""
        for key in (APPKEY, journey.UNINSTALL_KEY, TYPE, PROFILE):
            self.wine("reg", "delete", key, "/f", codes=(0, 1))
        for folder in (self.usual, self.data, self.drive / "Elsewhere", self.drive / "Mine"):
            shutil.rmtree(folder, ignore_errors=True)
        self.menu_entry.unlink(missing_ok=True)

    def set_up(self, version: str, *words: str, code: int = 0) -> None:
        self.wine(self.windows_path(self.setups[version]), "/S", *words, codes=(code,))

    def remove(self, folder: Path, *words: str) -> None:
        """Run the uninstaller in its place, so that it has ended when this returns.

        Only itself it cannot remove there; that is done for it.
        """
        file = self.drive / "remove.cmd"
        place = self.windows_path(folder)
        line = f'@"{place}\\uninstall.exe" /S {" ".join(words)} _?={place}\r\n'
        file.write_text(line, "utf-8", newline="")
        self.wine("cmd", "/c", self.windows_path(file))
        (folder / "uninstall.exe").unlink()
        if not any(folder.iterdir()):
            folder.rmdir()

    def told_version(self) -> str:
        return self.registry(journey.UNINSTALL_KEY, "DisplayVersion")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1763900000")
        windows = Windows(tmp_path_factory.mktemp("windows"))
        try:
            windows.make()
            yield windows
        finally:
            windows.stop()


def elsewhere(windows: Windows) -> Path:
    return windows.drive / "Elsewhere" / "PingTree"


# ---- folders -------------------------------------------------------------------------------------


def case_a_folder_with_other_things_is_left_alone(windows: Windows) -> None:
    mine = windows.drive / "Mine"
    (mine / "_internal").mkdir(parents=True)
    (mine / "_internal" / "thesis.txt").write_text("mine", "utf-8")
    before = journey.tree(mine)
    windows.set_up(OLD, r"/D=C:\Mine", code=FOREIGN)
    assert journey.tree(mine) == before
    assert not windows.has_key(APPKEY)
    assert not windows.has_key(journey.UNINSTALL_KEY)
    assert not windows.menu_entry.exists()
    shutil.rmtree(mine)
    mine.mkdir()
    windows.set_up(OLD, r"/D=C:\Mine")  # empty is good
    assert (mine / "uninstall.exe").is_file()


def case_an_upgrade_touches_nothing_but_its_own(windows: Windows) -> None:
    windows.set_up(OLD)
    notes = windows.usual / "_internal.old" / "notes.txt"
    notes.parent.mkdir()
    notes.write_text("mine", "utf-8")
    stale = windows.usual / "_internal" / "of-the-older.pyd"
    stale.write_bytes(b"old")
    windows.set_up(NEW)
    assert notes.read_text("utf-8") == "mine"
    assert not stale.exists()
    found = {path.name for path in windows.usual.iterdir()}
    assert found == {"_internal", "_internal.old", "uninstall.exe", *product.program_files("win32")}
    assert windows.told_version() == NEW
    assert windows.registry(APPKEY, "Aside") == ""
    windows.remove(windows.usual)
    assert journey.tree(windows.usual).keys() == {"_internal.old/notes.txt"}


def case_a_file_that_cannot_be_written_brings_the_old_version_back(windows: Windows) -> None:
    windows.set_up(OLD)
    before = journey.tree(windows.usual)
    windows.set_up(BROKEN, code=IN_USE)
    assert journey.tree(windows.usual) == before
    assert windows.told_version() == OLD
    assert windows.registry(APPKEY, "Aside") == ""
    windows.remove(windows.usual)
    windows.set_up(BROKEN, code=IN_USE)  # and where nothing was, nothing stays
    assert not windows.usual.exists()
    assert not windows.has_key(APPKEY)
    assert not windows.has_key(journey.UNINSTALL_KEY)
    assert not windows.menu_entry.exists()


def case_another_folder_takes_the_installation_along(windows: Windows) -> None:
    windows.set_up(OLD)
    notes = windows.usual / "notes.txt"
    notes.write_text("mine", "utf-8")
    windows.set_up(NEW, r"/D=C:\Elsewhere\PingTree")
    assert journey.tree(windows.usual).keys() == {"notes.txt"}
    assert (elsewhere(windows) / "PingTreeDesktop.exe").is_file()
    assert windows.registry(APPKEY, "InstallDir") == r"C:\Elsewhere\PingTree"
    command = windows.registry(rf"{PROFILE}\shell\open\command")
    assert command == r'"C:\Elsewhere\PingTree\PingTreeDesktop.exe" "%1"'
    windows.set_up(NEW)  # without a folder it stays where it is
    assert journey.tree(windows.usual).keys() == {"notes.txt"}
    windows.remove(elsewhere(windows))
    assert not elsewhere(windows).exists()
    assert not windows.has_key(APPKEY)


def case_another_folder_is_refused_while_the_registered_program_runs(windows: Windows) -> None:
    windows.set_up(OLD)
    program = windows.usual / "PingTreeDesktop.exe"
    shutil.copy(windows.drive / "windows" / "system32" / "cmd.exe", program)
    before = journey.tree(windows.usual)
    running = subprocess.Popen(
        ["wine", windows.windows_path(program)], env=windows.environment(), cwd=windows.work,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        assert running.stdout is not None
        assert running.stdout.read(1) != b""  # its prompt: it runs
        windows.set_up(NEW, r"/D=C:\Elsewhere\PingTree", code=IN_USE)
    finally:
        running.communicate(b"exit\r\n", timeout=30)
    assert journey.tree(windows.usual) == before
    assert not elsewhere(windows).exists()
    windows.set_up(NEW, r"/D=C:\Elsewhere\PingTree")
    assert not windows.usual.exists()


def case_an_uninstaller_that_is_not_registered_removes_its_folder_alone(windows: Windows) -> None:
    windows.set_up(OLD)
    copy = shutil.copytree(windows.usual, elsewhere(windows))
    windows.remove(copy)
    assert not copy.exists()
    assert windows.told_version() == OLD
    assert windows.menu_entry.is_file()
    assert windows.registry(TYPE) == "PingTreeDesktop.Profile"
    windows.remove(windows.usual)
    assert not windows.menu_entry.exists()
    assert not windows.has_key(TYPE)


# ---- the file type and the data ------------------------------------------------------------------


def case_the_file_type_can_be_left_out(windows: Windows) -> None:
    windows.set_up(OLD)
    assert windows.registry(TYPE) == "PingTreeDesktop.Profile"
    windows.set_up(NEW, "/NOASSOC")
    assert not windows.has_key(TYPE)
    assert not windows.has_key(PROFILE)


def case_the_file_type_goes_back_to_who_had_it(windows: Windows) -> None:
    windows.wine("reg", "add", TYPE, "/ve", "/d", OTHERS, "/f")
    windows.set_up(OLD)
    windows.set_up(NEW)
    assert windows.registry(TYPE) == "PingTreeDesktop.Profile"
    windows.remove(windows.usual)
    assert windows.registry(TYPE) == OTHERS
    windows.set_up(NEW)
    windows.wine("reg", "add", TYPE, "/ve", "/d", "AThird.File", "/f")
    windows.remove(windows.usual)
    assert windows.registry(TYPE) == "AThird.File"


def case_purging_follows_no_link(windows: Windows) -> None:
    """wine shows a symbolic link to a folder as Windows shows a junction, but cannot remove it."""
    mine = windows.drive / "Mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("mine", "utf-8")
    windows.set_up(OLD)
    linked = windows.data / "campaigns" / "linked"
    linked.parent.mkdir(parents=True)
    (linked.parent / "a.toml").write_text("a", "utf-8")
    (windows.data / "history").mkdir()
    linked.symlink_to(mine, target_is_directory=True)
    windows.remove(windows.usual, "/PURGE")
    assert {*windows.data.rglob("*")} == {linked.parent, linked}
    assert journey.tree(mine).keys() == {"thesis.txt"}
    windows.set_up(OLD)
    shutil.rmtree(windows.data)
    windows.data.symlink_to(mine, target_is_directory=True)
    windows.remove(windows.usual, "/PURGE")
    windows.data.unlink(missing_ok=True)
    assert journey.tree(mine).keys() == {"thesis.txt"}


def test_what_setup_and_uninstaller_do(made: Windows, epoch: int) -> None:
    """One test for all cases, so that no second worker makes a Windows as well."""
    cases = [case for name, case in globals().items() if name.startswith("case_")]
    assert len(cases) == 9
    for case in cases:
        made.reset()
        case(made)
