"""The bootstrap's own decisions; that it installs is shown by running the tests at all."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", ROOT / "packaging" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9), (3, 13, 1)])
def test_a_python_it_runs_on(bootstrap, version):
    bootstrap.check_python(version)


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0), (2, 7, 18)])
def test_a_python_it_refuses(bootstrap, version):
    with pytest.raises(bootstrap.Stop, match=r"needs Python 3\.11 to 3\.13"):
        bootstrap.check_python(version)


def test_missing_libraries_are_read_from_ldd(bootstrap):
    output = (
        "\tlibxcb-icccm.so.4 => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x1)\n"
        "\tlibEGL.so.1 => not found\n"
    )
    missing = bootstrap.missing_in(output)
    assert missing == {"libxcb-icccm.so.4", "libEGL.so.1"}
    assert bootstrap.packages_for(missing, 0) == (["libegl1", "libxcb-icccm4"], [])
    assert bootstrap.packages_for(missing, 1)[0] == ["libglvnd-egl", "xcb-util-wm"]


def test_an_unknown_library_is_named(bootstrap):
    assert bootstrap.packages_for({"libnew.so.9"}, 0) == ([], ["libnew.so.9"])


def test_the_stamp_follows_the_lock(bootstrap, tmp_path, monkeypatch):
    for name in ("run.txt", "test.txt"):
        (tmp_path / name).write_text("a==1\n")
    monkeypatch.setattr(bootstrap, "LOCKS", tmp_path)
    before = bootstrap.stamp("run")
    assert bootstrap.stamp("run") == before
    assert bootstrap.stamp("test") != before
    (tmp_path / "run.txt").write_text("a==2\n")
    assert bootstrap.stamp("run") != before


def test_an_interrupted_installation_is_not_taken_for_finished(bootstrap, tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "VENV", tmp_path)
    assert not bootstrap.is_installed("run")
    (tmp_path / "installed.txt").write_text(bootstrap.stamp("run"), "utf-8")
    assert not bootstrap.is_installed("run"), "there is no interpreter in it"


def test_a_wrong_word_is_one_sentence(bootstrap, capsys):
    assert bootstrap.main(["rnu"]) == 2
    assert capsys.readouterr().err == "'rnu' is not one of: run, test, setup.\n"


@pytest.mark.parametrize(
    ("words", "kind"), [([], "run"), (["run"], "run"), (["test"], "test"), (["build"], "build")]
)
def test_setting_up_installs_what_was_asked_for(bootstrap, monkeypatch, words, kind):
    asked = []
    monkeypatch.setattr(bootstrap, "install", asked.append)
    monkeypatch.setattr(bootstrap, "check_libraries", lambda: None)
    assert bootstrap.main(["setup", *words]) == 0
    assert asked == [kind]


def test_each_lock_holds_what_starting_the_program_needs(bootstrap):
    """So that an environment for tests or for building is also taken for starting it."""

    def names(kind):
        text = (bootstrap.LOCKS / f"{kind}.txt").read_text("utf-8")
        return set(re.findall(r"^([\w.-]+==\S+)", text, re.MULTILINE))

    for kind in bootstrap.KINDS:
        assert names("run") - names(kind) == set(), kind


def test_setting_up_what_there_is_not_is_one_sentence(bootstrap, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "install", lambda _kind: pytest.fail("it installed something"))
    assert bootstrap.main(["setup", "tset"]) == 2
    assert capsys.readouterr().err == "'tset' is not one of: run, test, build.\n"


def test_no_display_is_one_sentence(bootstrap, capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(bootstrap, "install", lambda _kind: None)
    monkeypatch.setattr(sys, "platform", "linux")
    assert bootstrap.main(["run"]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "no display" in said
    assert "pingtree send --env sandbox" in said


@pytest.mark.parametrize(("is_root", "installs"), [(True, True), (False, False)])
def test_programs_that_tests_run_are_installed_by_root_and_named_else(
    bootstrap, capsys, monkeypatch, is_root, installs
):
    here = {"apt-get", "curl", "git"}
    asked = []

    def install(packages):
        asked.extend(packages)
        here.update({"php", "node"})  # makensis is not to be had, say

    monkeypatch.setattr(bootstrap, "has_peer", lambda program: program in here)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda program: program in here or None)
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 0 if is_root else 1000, raising=False)
    monkeypatch.setattr(bootstrap, "apt_install", install)
    monkeypatch.setattr(sys, "platform", "linux")
    bootstrap.look_for_peers()
    said = capsys.readouterr().err.splitlines()[-1]
    assert ("php-curl" in asked) == installs
    assert "curl" not in asked
    assert said.startswith("Not here: ")
    assert "makensis" in said
    assert ("php" in said.partition(".")[0]) == (not installs)
    assert "sudo apt-get install" in said


def test_nothing_is_said_of_programs_that_are_all_here(bootstrap, capsys, monkeypatch):
    monkeypatch.setattr(bootstrap, "has_peer", lambda _program: True)
    bootstrap.look_for_peers()
    assert capsys.readouterr().err == ""
