"""The locks hold everything for every system and Python, with a hash, and agree with each other."""

from __future__ import annotations

import tomllib
from importlib import metadata

import lock
import product
import pytest

PROJECT = tomllib.loads((product.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
EVERYWHERE = [(platform, python) for platform in lock.PLATFORMS for python in lock.PYTHONS]


def pins(name: str) -> dict[str, lock.Pin]:
    return lock.read_lock((lock.REQUIREMENTS / f"{name}.txt").read_text("utf-8"))


def needs(name: str) -> list[tuple[str, str]]:
    """What the project asks for, and what each installed pin of the locked version asks for."""
    wanted = [("", text) for text in PROJECT["dependencies"]]
    wanted += [("", text) for text in "".join(lock.LOCKS[name][0]).splitlines()]
    for pin in pins(name).values():
        try:
            found = metadata.distribution(pin.name)
        except metadata.PackageNotFoundError:
            continue
        if found.version == pin.version:
            wanted += [(pin.name, text) for text in found.requires or () if "extra ==" not in text]
    return wanted


@pytest.mark.parametrize("name", ["run", "build"])
@pytest.mark.parametrize(("platform", "python"), EVERYWHERE)
def test_nothing_is_missing(name, platform, python):
    environment = lock.marker_environment(platform, python)
    assert lock.gaps(pins(name), needs(name), environment) == []


def test_the_check_sees_the_packages_themselves():
    """The closure above is of something: what the program needs is installed here."""
    assert {"httpx", "pyside6-essentials"} <= {asker for asker, _text in needs("run")}


def test_a_missing_pin_is_noticed():
    environment = lock.marker_environment("x86_64-pc-windows-msvc", "3.12")
    short = {name: pin for name, pin in pins("run").items() if name not in {"h11", "tomlkit"}}
    problems = lock.gaps(short, needs("run"), environment)
    assert "the project needs tomlkit" in problems
    assert "httpcore needs h11" in problems


def test_a_missing_hash_is_noticed():
    text = (lock.REQUIREMENTS / "run.txt").read_text("utf-8")
    start = text.index("qasync==")
    end = text.index("\n", start)
    found = lock.read_lock(text[:start] + "qasync==0.28.0" + text[text.index("\nshiboken6", end) :])
    environment = lock.marker_environment("x86_64-manylinux_2_34", "3.13")
    assert lock.gaps(found, [], environment) == ["qasync has no hash"]


def test_an_old_pin_is_noticed():
    old = {"httpx": lock.Pin(name="httpx", version="0.27.0", marker="", hashes=("a" * 64,))}
    environment = lock.marker_environment("aarch64-apple-darwin", "3.11")
    (problem,) = lock.gaps(old, [("", "httpx>=0.28,<0.29")], environment)
    assert problem == "the project needs httpx<0.29,>=0.28, not 0.27.0"


@pytest.mark.parametrize("name", ["test", "build"])
def test_the_locks_agree(name):
    other = pins(name)
    for key, pin in pins("run").items():
        assert other[key].version == pin.version
        assert set(other[key].hashes) == set(pin.hashes)


def test_systems_get_what_is_theirs():
    found = pins("build")
    assert "win32" in found["pefile"].marker
    assert "darwin" in found["macholib"].marker
    assert "darwin" in found["dmgbuild"].marker


@pytest.mark.parametrize("line", ["httpx>=0.28", "-e .", "httpx @ file:///x.whl"])
def test_a_line_that_is_no_pin(line):
    with pytest.raises(ValueError, match="no pin"):
        lock.read_lock(line + "\n")


def test_a_wrong_word_is_one_sentence(capsys):
    assert lock.main(["rnu"]) == 2
    assert capsys.readouterr().err == "'rnu' is not one of: run, test, build, check.\n"
