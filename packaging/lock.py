"""Makes the locks anew: `python packaging/lock.py [run] [test] [build]` (needs uv on the path).

Universal (Windows, macOS and Linux, Python 3.11 to 3.13), with hashes, without any address:
`run` is the program, `test` adds the tests, `build` adds what freezes the program.

    python packaging/lock.py check      resolve the locks for every system, installing nothing

Which index is asked is the business of the machine that runs this, never of the files.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "packaging" / "requirements"
# What building the program itself needs, since it is installed without build isolation.
BUILD = "hatchling>=1.25\neditables>=0.5\n"
# What makes the installers.  6.16 is the first that builds the same bytes twice on all systems.
FREEZE = "pyinstaller>=6.16,<7\ndmgbuild>=1.6.5 ; sys_platform == 'darwin'\n"
LOCKS = {
    "run": (BUILD, ()),
    "test": (BUILD, ("--extra", "dev")),
    "build": (BUILD + FREEZE, ()),
}
# The systems that installers are made for, as uv names them and as PEP 508 markers see them.
PLATFORMS = {
    "x86_64-pc-windows-msvc": ("win32", "Windows", "AMD64", "nt"),
    "aarch64-apple-darwin": ("darwin", "Darwin", "arm64", "posix"),
    "x86_64-apple-darwin": ("darwin", "Darwin", "x86_64", "posix"),
    "x86_64-manylinux_2_34": ("linux", "Linux", "x86_64", "posix"),
}
PYTHONS = ("3.11", "3.12", "3.13")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """One line of a lock: `name==version ; marker` and its hashes."""

    name: str
    version: str
    marker: str
    hashes: tuple[str, ...]


def lock(name: str) -> None:
    """Resolve one lock from pyproject.toml and the build requirements."""
    more, extras = LOCKS[name]
    output = REQUIREMENTS.relative_to(ROOT) / f"{name}.txt"
    command = [
        "uv", "pip", "compile", "pyproject.toml", "-", "--universal",
        "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url",
        "--no-emit-find-links", "--no-header", "--no-annotate", "--quiet",
        "--output-file", str(output), *extras,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input=more, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    text = (ROOT / output).read_text("utf-8")
    head = "# Made by packaging/lock.py from pyproject.toml; do not edit.\n"
    (ROOT / output).write_text(head + text, "utf-8")


def canonical(name: str) -> str:
    """A distribution's name as the index writes it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_lock(text: str) -> dict[str, Pin]:
    """The pins of a lock by canonical name.  Raises ValueError for a line that is no pin."""
    pins: dict[str, Pin] = {}
    joined = re.sub(r"\\\n\s*", "", text)
    for line in joined.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        found = re.fullmatch(
            r"([\w.-]+)(?:\[[\w,.-]*\])?==([^\s;]+)\s*(?:;\s*(.*?))?((?:\s*--hash=sha256:\w+)*)\s*",
            line,
        )
        if found is None:
            raise ValueError(f"The lock has a line that is no pin: {line[:80]!r}.")
        name, version, marker, hashes = found.groups()
        digests = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", hashes))
        pins[canonical(name)] = Pin(name=name, version=version, marker=marker or "", hashes=digests)
    return pins


def marker_environment(platform: str, python: str) -> dict[str, str]:
    """What PEP 508 markers see on one of PLATFORMS with one of PYTHONS."""
    system, word, machine, os_name = PLATFORMS[platform]
    return {
        "implementation_name": "cpython", "implementation_version": f"{python}.0",
        "os_name": os_name, "platform_machine": machine, "platform_python_implementation":
        "CPython", "platform_release": "", "platform_system": word, "platform_version": "",
        "python_full_version": f"{python}.0", "python_version": python, "sys_platform": system,
        "extra": "",
    }  # fmt: skip


def gaps(pins: dict[str, Pin], needs: Iterable[tuple[str, str]], env: dict[str, str]) -> list[str]:
    """What the lock lacks in one environment.

    `needs` are pairs of who asks (an empty text for the project itself) and a PEP 508
    requirement; those of distributions that are not in the lock there do not count.
    """
    from packaging.markers import Marker  # noqa: PLC0415 - a library of the tests' own

    from packaging.requirements import Requirement  # noqa: PLC0415

    there = {n: p for n, p in pins.items() if not p.marker or Marker(p.marker).evaluate(env)}
    missing = [f"{pin.name} has no hash" for pin in there.values() if not pin.hashes]
    for asker, text in needs:
        need = Requirement(text)
        if asker and canonical(asker) not in there:
            continue
        if need.marker is not None and not need.marker.evaluate(env):
            continue
        pin = there.get(canonical(need.name))
        if pin is None:
            missing.append(f"{asker or 'the project'} needs {need.name}")
        elif not need.specifier.contains(pin.version, prereleases=True):
            missing.append(f"{asker or 'the project'} needs {need}, not {pin.version}")
    return missing


def check(names: Iterable[str] = LOCKS) -> int:
    """Let uv resolve the locks for each system and Python, with hashes and wheels alone."""
    worst = 0
    for name in names:
        for platform in PLATFORMS:
            for python in PYTHONS:
                command = [
                    "uv", "pip", "install", "--dry-run", "--quiet", "--require-hashes",
                    "--only-binary", ":all:", "--python-platform", platform,
                    "--python-version", python, "--target", "build/lock-check",
                    "--requirements", str(REQUIREMENTS / f"{name}.txt"),
                ]  # fmt: skip
                done = subprocess.run(command, cwd=ROOT, check=False)
                said = "resolves" if done.returncode == 0 else "DOES NOT RESOLVE"
                sys.stdout.write(f"{name} on {platform} with Python {python}: {said}\n")
                worst = max(worst, done.returncode)
    return worst


def main(words: list[str]) -> int:
    if words == ["check"]:
        return check()
    unknown = [word for word in words if word not in LOCKS]
    if unknown:
        sys.stderr.write(f"{unknown[0]!r} is not one of: {', '.join(LOCKS)}, check.\n")
        return 2
    for name in words or LOCKS:
        lock(name)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
