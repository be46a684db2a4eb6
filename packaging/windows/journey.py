"""The whole Windows path on Linux, under wine: build, install, use, upgrade, remove.

    python packaging/windows/journey.py [--install] [--passes 2] [--work DIR] [--display 92]

It freezes this source tree and an older version of it with Windows CPython, makes both setup
programs, and walks a person's path: the older one installed silently, an event sent from the
terminal, the upgrade, the window driven by mouse and keyboard, an exported profile opened by its
file type, refusals while the program runs, and the removal with and without the data.  Two passes
build twice and must give the same bytes.  Pictures and figures stay in the work folder.

It checks under wine; that is not Windows.  Exit codes: 0 all well, 1 something is broken, 2 this
machine cannot run it (--install gets the Debian packages as root).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import payload
import product
import version as versions
from windows import bench, package
from windows.screen import Screen

OLDER = "0.0.1"
WORKSPACE_KEPT = ("campaigns", "history")
UNINSTALL_KEY = rf"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\{product.APP}"
CLASSES = r"HKCU\Software\Classes"
RUNNING = 2  # the installer's exit code when it refuses
WINDOW_WAIT_S = 60
# Points in a window of 1200 x 780 whose frame begins at the screen's corner.
TRANSACTION_FIELD = (500, 357)
SEND_BUTTON = (1132, 49)


class Broken(Exception):
    """The journey found something that is not as it has to be; one sentence."""


def must(fact: object, sentence: str) -> None:
    """Stop the journey unless something holds."""
    if not fact:
        raise Broken(sentence)


def sha256(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def tree(folder: Path) -> dict[str, str]:
    """Every file of a folder with its digest."""
    return {name: sha256(folder / name) for name in payload.files(folder)}


class Build:
    """A source tree and what is made of it."""

    def __init__(self, source: Path, folder: Path, version: str) -> None:
        self.source, self.version = source, version
        self.frozen = folder / product.FOLDER
        self.out = folder / "artefacts"

    @property
    def setup(self) -> Path:
        return self.out / package.setup_name(self.version)

    @property
    def archive(self) -> Path:
        return self.out / package.zip_name(self.version)

    def make(self, wine: bench.Bench) -> None:
        """Freeze under wine, package here, and verify: the verbs of build.py."""
        wine.freeze(self.source, self.frozen)
        shutil.rmtree(self.out, ignore_errors=True)
        bench.run(
            [sys.executable, self.source / "packaging" / "build.py", "--system", "win32",
             "--frozen", self.frozen, "--out", self.out, "package", "verify"],
            env={"SOURCE_DATE_EPOCH": str(product.source_date_epoch())},
        )  # fmt: skip


class Journey:
    """One pass: a fresh Windows, and everything a person does with the program on it."""

    def __init__(self, wine: bench.Bench, screen: Screen, older: Build, newer: Build) -> None:
        self._wine, self._screen = wine, screen
        self._older, self._newer = older, newer
        self._pictures = wine.work / "pictures"

    @property
    def _installed(self) -> Path:
        return self._wine.local / "Programs" / product.APP

    @property
    def _data(self) -> Path:
        return self._wine.local / product.APP

    @property
    def _menu_entry(self) -> Path:
        menu = self._wine.roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs"
        return menu / f"{product.APP}.lnk"

    @property
    def _desktop_entry(self) -> Path:
        return self._wine.home / "Desktop" / f"{product.APP}.lnk"

    def _program(self, name: str) -> str:
        return self._wine.windows_path(self._installed / f"{name}.exe")

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """The path, step by step; each one relies on those before."""
        return [
            ("a fresh Windows 10 of wine", self._wine.make_prefix),
            ("older version installed silently", self.install_older),
            ("event sent from the terminal", self.send_from_terminal),
            ("upgraded in place, data kept", self.upgrade),
            ("installed programs check themselves", self.self_check),
            ("window driven by clicks; refusals meanwhile", self.click),
            ("exported profile opened by its registered line", self.open_profile),
            ("removed, data kept", self.remove),
            ("desktop entry; removed with the data", self.remove_with_data),
            ("portable archive checks itself", self.portable),
        ]

    # ---- install -----------------------------------------------------------------------------

    def _setup(self, build: Build, *words: str, codes: tuple[int, ...] = (0,)) -> None:
        self._wine.wine(self._wine.windows_path(build.setup), "/S", *words, codes=codes)

    def _check_installed(self, build: Build) -> None:
        found, wanted = tree(self._installed), tree(build.frozen)
        must(found.pop("uninstall.exe", None), "There is no uninstall.exe.")
        odd = sorted(name for name in found.keys() | wanted.keys()
                     if found.get(name) != wanted.get(name))  # fmt: skip
        must(not odd, f"Installed and frozen program differ in {len(odd)} files: {odd[:5]}.")
        told = self._wine.registry(UNINSTALL_KEY, "DisplayVersion")
        must(told == build.version, f"Windows lists version {told!r}, not {build.version}.")
        must(self._menu_entry.is_file(), "The Start menu has no entry.")
        must(not self._desktop_entry.exists(), "The desktop has an entry that nobody asked for.")

    def install_older(self) -> None:
        self._setup(self._older)
        self._check_installed(self._older)

    def send_from_terminal(self) -> None:
        said = self._wine.wine(
            self._program(product.TERMINAL_PROGRAM), "send", "--env", "sandbox",
            "--campaign", "demo", "--event-id", "quote_view", "--transaction-id", "T-OLDER",
        )  # fmt: skip
        must("fired" in said.lower(), f"The older version did not send: {said}")
        must(self._sent() == ["T-OLDER"], f"The history has {self._sent()}.")

    def _sent(self) -> list[str]:
        """The transactions in the history that fired, oldest first, as the program tells them."""
        program = self._program(product.TERMINAL_PROGRAM)
        listed = json.loads(self._wine.wine(program, "history", "list", "--json"))
        fired = [one for one in listed if one["verdict"] == "fired"]
        return [one["transaction_id"] for one in sorted(fired, key=lambda one: one["id"])]

    def upgrade(self) -> None:
        stale = self._installed / payload.INSIDE / "of-an-older-version.pyd"
        stale.write_bytes(b"left behind")
        campaigns = tree(self._data / "campaigns")
        self._setup(self._newer)
        must(not stale.exists(), "A file of the older version is still there.")
        self._check_installed(self._newer)
        must(tree(self._data / "campaigns") == campaigns, "The upgrade changed the profiles.")
        must(self._sent() == ["T-OLDER"], "The upgrade lost the history.")

    def self_check(self) -> None:
        for name in (product.WINDOW_PROGRAM, product.TERMINAL_PROGRAM):
            self._check_program(self._installed / f"{name}.exe")

    def _check_program(self, program: Path) -> None:
        report = self._wine.drive / "self-check.json"
        report.unlink(missing_ok=True)
        self._wine.wine(
            self._wine.windows_path(program), "--self-check", "--out",
            self._wine.windows_path(report), codes=(0, 1),
        )  # fmt: skip
        must(report.is_file(), f"{program.name} wrote no report.")
        found = json.loads(report.read_text("utf-8"))
        bad = [f"{one['name']}: {one['text']}" for one in found["checks"] if not one["ok"]]
        must(found["ok"] and not bad, f"{program.name}: {'; '.join(bad)}")
        must(found["frozen"], f"{program.name} says it is not frozen.")
        must(found["version"] == self._newer.version, f"{program.name}: {found['version']}")

    # ---- the window --------------------------------------------------------------------------

    def _wait_for_window(self) -> None:
        deadline = time.monotonic() + WINDOW_WAIT_S
        while self._colours() < 200:
            must(time.monotonic() < deadline, "No window appeared.")
            time.sleep(0.5)
        time.sleep(4)  # what comes after the first frame: sandbox, history, draft

    def _colours(self) -> int:
        _, _, rgb = self._screen.pixels()
        return len({rgb[i : i + 3] for i in range(0, len(rgb), 3 * 7)})

    def _close_window(self, running: subprocess.Popen[bytes]) -> None:
        self._screen.key("alt+F4")
        try:
            code = running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            raise Broken("The window did not close.") from None
        must(code == 0, f"The program ended with {code}.")
        self._wine.settle()

    def _picture(self, name: str) -> None:
        self._screen.picture(self._pictures / f"{name}.png")

    def click(self) -> None:
        screen = self._screen
        running = self._wine.start(
            self._program(product.WINDOW_PROGRAM), "--size", "1200x780", display=screen.name
        )
        self._wait_for_window()
        screen.click(*TRANSACTION_FIELD, times=2)
        screen.key("ctrl+a")
        screen.type("T-CLICKED")
        screen.key("Tab")
        self._picture("1-filled")
        screen.click(*SEND_BUTTON)
        time.sleep(4)
        self._picture("2-verdict")
        before = tree(self._installed)
        self._setup(self._newer, codes=(RUNNING,))
        self._uninstall_in_place(codes=(RUNNING,))
        must(tree(self._installed) == before, "A refused setup changed the program.")
        self._close_window(running)
        sent = self._sent()
        must(sent == ["T-OLDER", "T-CLICKED"], f"The history has {sent} after the clicks.")

    def open_profile(self) -> None:
        key = rf"{CLASSES}\PingTreeDesktop.Profile\shell\open\command"
        command = self._wine.registry(key)
        wanted = f'"{self._program(product.WINDOW_PROGRAM)}" "%1"'
        must(command == wanted, f"*.pingtree opens with {command!r}.")
        file = self._wine.drive / "Handed on.pingtree"
        file.write_text(
            'pingtree = 1\nname = "Handed on"\n[fields]\nevent_id = "quote_view"\n'
            '[campaign]\nname = "Demo"\ncid = "demo"\n', "utf-8",
        )  # fmt: skip
        # wine's HKEY_CLASSES_ROOT does not show the user's own classes, so its `start` never finds
        # the type; Windows would run exactly this line.
        line = command.replace("%1", self._wine.windows_path(file))
        program, handed = re.findall(r'"([^"]*)"', line)
        running = self._wine.start(program, handed, display=self._screen.name)
        self._wait_for_window()
        self._picture("3-opened-by-file")
        self._screen.key("alt+F4")
        running.wait(timeout=30)
        self._wine.settle()
        kept = list((self._data / "campaigns").glob("*/profiles/handed-on.toml"))
        must(len(kept) == 1, "The opened profile is not in the workspace.")

    # ---- removal -----------------------------------------------------------------------------

    def _uninstaller(self) -> str:
        return self._wine.windows_path(self._installed / "uninstall.exe")

    def _uninstall_in_place(self, codes: tuple[int, ...] = (0,)) -> None:
        """Run the uninstaller itself, not a copy, so that its exit code is seen.

        Its last word may hold spaces and no quotes, which takes a command file.
        """
        file = self._wine.drive / "uninstall.cmd"
        folder = self._wine.windows_path(self._installed)
        file.write_text(f'@"{folder}\\uninstall.exe" /S _?={folder}\r\n', "utf-8", newline="")
        self._wine.wine("cmd", "/c", self._wine.windows_path(file), codes=codes)

    def _remove(self, *words: str) -> None:
        self._wine.wine(self._uninstaller(), "/S", *words)
        deadline = time.monotonic() + 30  # it goes on in a copy of itself
        while self._installed.exists() and time.monotonic() < deadline:
            time.sleep(0.3)
        self._wine.settle()
        must(not self._installed.exists(), f"Left behind: {payload.files(self._installed)[:5]}")
        must(not self._menu_entry.exists(), "The Start menu still has the entry.")
        must(not self._desktop_entry.exists(), "The desktop still has the entry.")
        for key in (
            UNINSTALL_KEY, rf"HKCU\Software\{product.APP}", rf"{CLASSES}\.pingtree",
            rf"{CLASSES}\PingTreeDesktop.Profile",
        ):  # fmt: skip
            must(not self._wine.has_key(key), f"The registry still has {key}.")

    def remove(self) -> None:
        before = {part: tree(self._data / part) for part in WORKSPACE_KEPT}
        must(all(before.values()), "There is no data to keep.")
        self._remove()
        after = {part: tree(self._data / part) for part in WORKSPACE_KEPT}
        must(after == before, "Removing the program changed the data.")

    def remove_with_data(self) -> None:
        self._setup(self._newer, "/DESKTOP")
        must(self._desktop_entry.is_file(), "/DESKTOP made no entry.")
        must(self._sent() == ["T-OLDER", "T-CLICKED"], "A new installation lost the data.")
        own = self._installed / "my own notes.txt"
        own.write_text("not the installer's", "utf-8")
        self._uninstall_in_place()
        must(own.is_file(), "The uninstaller removed a file that is not its own.")
        shutil.rmtree(self._installed)
        self._setup(self._newer)
        self._remove("/PURGE")
        must(not self._data.exists(), "/PURGE left the data.")

    def portable(self) -> None:
        folder = self._wine.drive / "portable"
        with zipfile.ZipFile(self._newer.archive) as packed:
            packed.extractall(folder)
        (inside,) = folder.iterdir()
        must(tree(inside) == tree(self._newer.frozen), "The archive is not the frozen program.")
        self._check_program(inside / f"{product.WINDOW_PROGRAM}.exe")


# ---- the command -----------------------------------------------------------------------------


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def timed(words: str, work: Callable[[], None]) -> None:
    """Do a step and say how long it took."""
    started = time.monotonic()
    work()
    say(f"{words:<46} {time.monotonic() - started:6.1f} s")


def older_source(source: Path, target: Path) -> Path:
    """A copy of the source that calls itself an older version."""
    shutil.rmtree(target, ignore_errors=True)
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("packaging", "pingtree_desktop", "resources"):
        shutil.copytree(source / name, target / name, ignore=skip)
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(source / name, target / name)
    file = target / "pingtree_desktop" / "__init__.py"
    text = file.read_text("utf-8")
    file.write_text(re.sub(r"(?m)^__version__ = .*$", f'__version__ = "{OLDER}"', text), "utf-8")
    return target


def get_tools(missing: list[str]) -> None:
    """Install the Debian packages of what is missing.  Raises BenchFault."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise bench.BenchFault("--install needs root on a Debian-like system.")
    names = " ".join(bench.TOOLS[tool] for tool in missing if tool in bench.TOOLS).split()
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    if names:
        bench.run(["apt-get", "update", "--quiet"], env=env)
        bench.run(["apt-get", "install", "--yes", "--no-install-recommends", *names], env=env)
    if "uv" in missing:
        bench.run([*bench.pip(), "install", "--quiet", "uv"])


def cannot_run(missing: list[str]) -> str:
    """What to say when tools are missing."""
    names = " ".join(bench.TOOLS[tool] for tool in missing if tool in bench.TOOLS)
    advice = [f"apt-get install {names}"] if names else []
    advice += ["pip install uv"] if "uv" in missing else []
    return (
        f"The Windows path cannot run here: {', '.join(missing)} not found. "
        f"Install with: {'; '.join(advice)} (or start this with --install as root)."
    )


def one_pass(args: argparse.Namespace, number: int) -> dict[str, str]:
    """Build and walk once; give the digests of what was built."""
    wine = bench.Bench(args.work)
    newer = Build(product.ROOT, args.work / f"newer-{number}", versions.version())
    older = Build(args.work / "older-source", args.work / "older", OLDER)
    timed("Windows Python with the locked packages", wine.prepare_python)
    timed("a Windows to build on", wine.make_prefix)
    if number == 1:
        timed("older version built", lambda: _make_older(older, wine))
    timed("this version built", lambda: newer.make(wine))
    with Screen(args.display, 1280, 900) as screen:
        try:
            for words, step in Journey(wine, screen, older, newer).steps():
                timed(words, step)
        except Broken:
            screen.picture(args.work / "pictures" / "broken.png")
            raise
        finally:
            wine.stop()
    installed = payload.size_bytes(newer.frozen)
    say(f"installed {installed / 1e6:.1f} MB, setup {newer.setup.stat().st_size / 1e6:.1f} MB, "
        f"archive {newer.archive.stat().st_size / 1e6:.1f} MB")  # fmt: skip
    found = {file.name: sha256(file) for file in (newer.setup, newer.archive)}
    for name, digest in found.items():
        say(f"{digest}  {name}")
    return found


def _make_older(older: Build, wine: bench.Bench) -> None:
    older_source(product.ROOT, older.source)
    older.make(wine)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help="install what is missing, as root")
    parser.add_argument("--passes", type=int, default=1, choices=(1, 2))
    parser.add_argument("--work", type=Path, default=product.ROOT / "build" / "wine")
    parser.add_argument("--display", type=int, default=92, help="the number of a free X display")
    args = parser.parse_args(words)
    args.work = args.work.resolve()
    try:
        if not sys.platform.startswith("linux"):
            sys.stderr.write("The Windows path under wine runs on Linux only.\n")
            return 2
        if args.install:
            get_tools(bench.missing_tools())
        missing = bench.missing_tools()
        if missing:
            sys.stderr.write(cannot_run(missing) + "\n")
            return 2
        args.work.mkdir(parents=True, exist_ok=True)
        built = [one_pass(args, number + 1) for number in range(args.passes)]
        must(all(one == built[0] for one in built), f"Two builds differ: {built}")
    except (Broken, bench.BenchFault) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    say(f"All well under wine, {args.passes} time(s); pictures in {args.work / 'pictures'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
