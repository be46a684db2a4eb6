"""Sets up and starts PingTree Desktop from a checkout, with nothing but Python and pip.

    python packaging/bootstrap.py            open the window on the embedded sandbox
    python packaging/bootstrap.py test       run every check and test
    python packaging/bootstrap.py setup      only set up; `setup test` with the tools of the tests,
                                             `setup build` with those that make installers

It makes `.venv` in the checkout, installs the locked packages with their hashes, then the
program itself.  On Linux it looks for the system libraries that Qt needs.  Only the standard
library is used here; it must run before anything is installed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCKS = ROOT / "packaging" / "requirements"
KINDS = ("run", "test", "build")
OLDEST, NEWEST = (3, 11), (3, 13)
TERMINAL = "send --env sandbox --campaign demo --event-id quote_view --transaction-id T1"

# What Qt's own wheels leave to the system, as Debian and Fedora call it.
PACKAGES = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl"),
    "libGL.so.1": ("libgl1", "libglvnd-glx"),
    "libX11.so.6": ("libx11-6", "libX11"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libgthread-2.0.so.0": ("libglib2.0-0", "glib2"),
    "libxcb.so.1": ("libxcb1", "libxcb"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb"),
    "libxcb-render.so.0": ("libxcb-render0", "libxcb"),
    "libxcb-render-util.so.0": ("libxcb-render-util0", "xcb-util-renderutil"),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb"),
    "libxcb-shm.so.0": ("libxcb-shm0", "libxcb"),
    "libxcb-sync.so.1": ("libxcb-sync1", "libxcb"),
    "libxcb-util.so.1": ("libxcb-util1", "xcb-util"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb"),
    "libxcb-xinerama.so.0": ("libxcb-xinerama0", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11"),
    "libz.so.1": ("zlib1g", "zlib"),
    "libzstd.so.1": ("libzstd1", "libzstd"),
}

# The programs that tests run to see what others make of what this one writes: Debian's packages.
PEERS = {
    "appstreamcli": ("appstream",),
    "curl": ("curl",),
    "desktop-file-validate": ("desktop-file-utils",),
    "git": ("git",),
    "makensis": ("nsis",),
    "node": ("nodejs",),
    "osslsigncode": ("osslsigncode",),
    "php": ("php-cli", "php-curl"),
}


class Stop(Exception):
    """The one sentence to end with."""


def say(text: str) -> None:
    """Progress goes to the error stream, so that a command's own output stays clean."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def check_python(version: Sequence[int] = sys.version_info) -> None:
    """Refuse a Python that the program does not run on."""
    found = tuple(version[:2])
    if not OLDEST <= found <= NEWEST:
        raise Stop(
            f"PingTree Desktop needs Python {OLDEST[0]}.{OLDEST[1]} to {NEWEST[0]}.{NEWEST[1]}, "
            f"and this is {found[0]}.{found[1]}: start this file with another Python."
        )


def venv_python() -> Path:
    """The interpreter inside the virtual environment."""
    if sys.platform == "win32":
        return VENV / "Scripts" / "python.exe"
    return VENV / "bin" / "python"


def stamp(kind: str) -> str:
    """What an installation depends on; another value means install again."""
    parts = [kind, sys.version, str(ROOT)]
    digest = hashlib.sha256("\n".join(parts).encode())
    for file in (LOCKS / f"{kind}.txt", ROOT / "pyproject.toml"):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_installed(kind: str) -> bool:
    """Whether the environment was finished for this lock (each other one holds all of run)."""
    wanted = {"run": KINDS, "test": ("test",), "build": ("build",)}[kind]
    try:
        noted = (VENV / "installed.txt").read_text("utf-8")
    except OSError:
        return False
    return noted in {stamp(one) for one in wanted} and venv_python().exists()


def call(command: Sequence[str | Path], *, env: dict[str, str] | None = None) -> int:
    """Run a command in the checkout and return its exit code."""
    return subprocess.run(
        [str(part) for part in command], cwd=ROOT, env=env, check=False
    ).returncode


def must(command: Sequence[str | Path], sentence: str) -> None:
    """Run a command that the rest depends on."""
    if call(command) != 0:
        raise Stop(sentence)


def make_venv() -> None:
    """Make the environment, also where the system's Python came without ensurepip."""
    if venv_python().exists():
        return
    say("Making the virtual environment .venv")
    if VENV.exists():
        shutil.rmtree(VENV)
    command = [sys.executable, "-m", "venv", "--without-pip", VENV]
    must(command, "The virtual environment could not be made; the lines above say why.")


def pip_command() -> list[str | Path]:
    """How to install into the environment: with its own pip, else with this Python's."""
    own: list[str | Path] = [venv_python(), "-m", "pip"]
    if (
        subprocess.run([*map(str, own), "--version"], capture_output=True, check=False).returncode
        == 0
    ):
        return own
    outer = [sys.executable, "-m", "pip", "--version"]
    if subprocess.run(outer, capture_output=True, check=False).returncode != 0:
        raise Stop("This Python has no pip: install it (Debian: apt install python3-pip).")
    return [sys.executable, "-m", "pip", "--python", venv_python()]


def install(kind: str) -> None:
    """Install the locked packages and the program, unless that was finished before."""
    if is_installed(kind):
        return
    make_venv()
    (VENV / "installed.txt").unlink(missing_ok=True)  # until it is finished
    say("Installing the locked packages (the first time takes a minute or two)")
    common = ["install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    lock = LOCKS / f"{kind}.txt"
    pip = pip_command()
    must(
        [*pip, *common, "--require-hashes", "--only-binary", ":all:", "-r", lock],
        "The packages could not be installed; the lines above say why. Is the network there?",
    )
    must(
        [*pip, *common, "--no-build-isolation", "--editable", ROOT],
        "The program itself could not be installed; the lines above say why.",
    )
    (VENV / "installed.txt").write_text(stamp(kind), "utf-8")


# ---- the Linux libraries that Qt needs ------------------------------------------------------


def qt_binaries() -> list[Path]:
    """The parts of Qt whose needs have to be met for a window."""
    found = VENV.glob("lib/python*/site-packages/PySide6/Qt")
    binaries: list[Path] = []
    for folder in found:
        binaries.extend(folder.glob("plugins/platforms/libq[xo]*.so"))
        binaries.extend(folder.glob("lib/libQt6XcbQpa.so*"))
        binaries.extend(folder.glob("lib/libQt6Widgets.so*"))
        binaries.extend(folder.glob("lib/libQt6Svg.so*"))
    return binaries


def missing_in(ldd_output: str) -> set[str]:
    """The names of libraries that ldd did not find."""
    lines = ldd_output.splitlines()
    return {line.split()[0] for line in lines if "=> not found" in line}


def missing_libraries() -> set[str]:
    """The names of shared libraries that Qt needs and the system lacks."""
    if not shutil.which("ldd"):
        return set()
    missing: set[str] = set()
    for binary in qt_binaries():
        done = subprocess.run(["ldd", binary], capture_output=True, text=True, check=False)
        missing |= missing_in(done.stdout)
    return {name for name in missing if not name.startswith("libQt6")}


def packages_for(missing: Iterable[str], column: int) -> tuple[list[str], list[str]]:
    """The packages that hold the libraries, and the libraries that no package is known for."""
    known = sorted({PACKAGES[name][column] for name in missing if name in PACKAGES})
    unknown = sorted(name for name in missing if name not in PACKAGES)
    return known, unknown


def check_libraries() -> None:
    """Say what is missing, or install it as root on a Debian-like system."""
    if not sys.platform.startswith("linux"):
        return
    seen = VENV / "libraries.txt"
    noted = (VENV / "installed.txt").read_text("utf-8")
    if seen.exists() and seen.read_text("utf-8") == noted:
        return  # looked for once since the last installation
    missing = missing_libraries()
    packages: list[str] = []
    if not missing:
        unknown: list[str] = []
        command = ""
    elif shutil.which("apt-get"):
        packages, unknown = packages_for(missing, 0)
        if os.geteuid() == 0 and packages:
            say(f"Installing the system libraries that Qt needs: {' '.join(packages)}")
            apt_install(packages)
            missing = missing_libraries()
            packages, unknown = packages_for(missing, 0)
        command = f"sudo apt-get install {' '.join(packages)}"
    else:
        packages, unknown = packages_for(missing, 1)
        command = f"sudo dnf install {' '.join(packages)}"
    if packages:
        raise Stop(f"Qt needs system libraries that are not installed. Type: {command}")
    if unknown:
        raise Stop(f"Qt needs system libraries that are not installed: {', '.join(unknown)}.")
    seen.write_text(noted, "utf-8")


def apt_install(packages: Sequence[str]) -> None:
    """Install Debian packages without questions."""
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    quiet = subprocess.DEVNULL
    if subprocess.run(command, env=env, stdout=quiet, stderr=quiet, check=False).returncode != 0:
        subprocess.run(["apt-get", "update", "--quiet"], env=env, stdout=quiet, check=False)
        subprocess.run(command, env=env, stdout=quiet, check=False)


# ---- the programs that tests run beside this one ----------------------------------------------


def has_peer(program: str) -> bool:
    """Whether a program is here; PHP counts only with its curl extension."""
    if shutil.which(program) is None:
        return False
    if program != "php":
        return True
    done = subprocess.run(["php", "-m"], capture_output=True, text=True, check=False)
    return "curl" in done.stdout.split()


def look_for_peers() -> None:
    """Install what is missing as root on a Debian-like system; else say that tests are skipped."""
    missing = [program for program in PEERS if not has_peer(program)]
    if missing and shutil.which("apt-get") and sys.platform.startswith("linux"):
        packages = sorted({name for program in missing for name in PEERS[program]})
        command = f"sudo apt-get install {' '.join(packages)}"
        if os.geteuid() == 0:
            say(f"Installing the programs that tests run: {' '.join(packages)}")
            apt_install(packages)
            missing = [program for program in missing if not has_peer(program)]
    else:
        command = "install them to have it run"
    if missing:
        say(f"Not here: {', '.join(missing)}. What needs them is skipped, and says so ({command}).")


# ---- the verbs ------------------------------------------------------------------------------


def has_display() -> bool:
    """Whether a window can be shown."""
    if not sys.platform.startswith("linux") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def run(extra: Sequence[str]) -> int:
    """Open the window; without a display, say so and show the same job in the terminal."""
    install("run")
    if not has_display():
        pingtree = venv_python().with_name("pingtree")
        raise Stop(
            "There is no display to open the window on. The same in the terminal: "
            f"{pingtree.relative_to(ROOT)} {TERMINAL}"
        )
    check_libraries()
    return call([venv_python(), "-m", "pingtree_desktop", *extra])


def test(extra: Sequence[str]) -> int:
    """Format, lint, types, import contracts, tests; the tests come last, and so their count."""
    install("test")
    check_libraries()
    look_for_peers()
    python = venv_python()
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    if not extra:
        for words, command in (
            ("Format", [python, "-m", "ruff", "format", "--check", "--quiet", "."]),
            ("Lint", [python, "-m", "ruff", "check", "--quiet", "."]),
            ("Types", [python, "-m", "mypy", "--no-error-summary"]),
            ("Import contracts", [python.with_name("lint-imports"), "--no-cache"]),
        ):
            say(f"== {words}")
            if call(command, env=env) != 0:
                raise Stop(f"{words}: not as it should be; the lines above say where.")
        say("== Tests of the pure rooms, every branch")
        if call([python, "-m", "pytest", "-q", *workers(0), *PURE_TESTS], env=env) != 0:
            raise Stop("A test of the pure rooms failed, or a branch of them has none.")
        say("== Tests")
        extra = [*workers(1), *REST_OF_TESTS]  # many of them wait for a socket or another process
    return call([python, "-m", "pytest", *extra], env=env)


def workers(more: int) -> list[str]:
    """So many test processes as there are processors (2 at least, 8 at most), and a few more."""
    count = max(2, min(8, os.cpu_count() or 2)) + more
    return ["-n", str(count), "--dist", "worksteal"]


PURE_TESTS = (
    "tests/domain", "tests/formats", "--cov=pingtree_desktop.domain",
    "--cov=pingtree_desktop.formats", "--cov-branch", "--cov-fail-under=100",
    "--cov-report=term-missing:skip-covered",
)  # fmt: skip
REST_OF_TESTS = ("--ignore=tests/domain", "--ignore=tests/formats")


def main(arguments: Sequence[str]) -> int:
    """Do what the first word says; the rest is passed on."""
    verbs = {"run": run, "test": test}
    try:
        check_python()
        verb, extra = (arguments[0], arguments[1:]) if arguments else ("run", [])
        if verb == "setup":
            kind = extra[0] if extra else "run"
            if kind not in KINDS:
                raise Stop(f"{kind!r} is not one of: {', '.join(KINDS)}.")
            install(kind)
            check_libraries()
            return 0
        if verb not in verbs:
            raise Stop(f"{verb!r} is not one of: run, test, setup.")
        return verbs[verb](extra)
    except Stop as stop:
        say(str(stop))
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
