"""The hidden self-check: what it finds from the source, and that a planted fault is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zoneinfo
from pathlib import Path

import payload
import product
import pytest

from pingtree_desktop import __version__
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.services import self_check
from pingtree_desktop.services.self_check import Broken, Check

NAMES = {
    "manifest", "modules", "resources", "SQLite", "TLS", "user data", "time zones",
    "keyring", "Qt platform", "Qt style", "Qt pictures", "Qt calls", "round trip",
}  # fmt: skip


def run_entry(entry: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    program = f"import sys; from pingtree_desktop.__main__ import {entry}; sys.exit({entry}())"
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PINGTREE_WORKSPACE": str(folder / "w")}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program, *arguments],
        cwd=product.ROOT, env=env, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "name"), [("window", "pingtree-desktop"), ("terminal", "pingtree")]
)
def test_both_programs_check_themselves(entry, name, tmp_path):
    out = tmp_path / "report.json"
    done = run_entry(entry, "--self-check", "--out", str(out), folder=tmp_path)
    assert done.stderr == ""
    found = json.loads(out.read_text("utf-8"))
    assert json.loads(done.stdout) == found
    assert {check["name"] for check in found["checks"]} == NAMES
    assert [check for check in found["checks"] if not check["ok"]] == []
    assert (found["ok"], found["entry"], found["version"]) == (True, name, __version__)
    assert (found["frozen"], found["qpa"]) == (False, "offscreen")
    assert done.returncode == 0
    assert not (tmp_path / "w").exists(), "it leaves nothing in the person's folder"


@pytest.mark.parametrize("more", [["--foo"], ["--out"], ["--out", "a", "b"]])
def test_another_option_is_one_sentence(more, tmp_path):
    done = run_entry("window", "--self-check", *more, folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith("--self-check takes --out FILE and nothing else.")
    assert done.stderr.count("\n") == 1


def test_a_report_that_cannot_be_written_is_one_sentence(tmp_path):
    done = run_entry(
        "terminal", "--self-check", "--out", str(tmp_path / "no" / "x.json"), folder=tmp_path
    )
    assert done.returncode == 2
    assert "cannot be written" in done.stderr
    assert done.stderr.count("\n") == 1


def test_the_option_is_hidden(tmp_path):
    for entry in ("window", "terminal"):
        assert "self-check" not in run_entry(entry, "--help", folder=tmp_path).stdout


def test_an_ordinary_start_does_not_load_it():
    program = (
        "import sys; sys.argv = ['pingtree', '--version']\n"
        "from pingtree_desktop.__main__ import terminal; terminal()\n"
        "assert not [name for name in sys.modules if 'self_check' in name]"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=product.ROOT, check=False)
    assert done.returncode == 0


# ---- the parts ----


def test_where_the_report_goes():
    assert self_check.out_file(["--self-check"]) is None
    assert self_check.out_file(["--self-check", "--out", "x.json"]) == Path("x.json")
    with pytest.raises(UsageError):
        self_check.out_file(["--self-check", "--in", "x"])


def test_one_failure_does_not_hide_the_others():
    def broken() -> str:
        raise Broken("This part is not there.")

    def surprising() -> str:
        raise ZeroDivisionError

    checks = self_check.run_looks([("a", broken), ("b", surprising), ("c", lambda: "fine")])
    assert [(check.name, check.is_good) for check in checks] == [
        ("a", False), ("b", False), ("c", True),
    ]  # fmt: skip
    assert checks[0].text == "Broken: This part is not there."
    assert self_check.report(checks, "pingtree")["ok"] is False


def test_a_system_that_always_has_a_keyring_needs_it(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(self_check, "keyring_name", lambda: "Windows")
    assert self_check._keyring() == "Windows"
    monkeypatch.setattr(self_check, "keyring_name", str)
    with pytest.raises(Broken, match="keyring"):
        self_check._keyring()


def test_a_report_is_good_when_all_are():
    checks = [Check(name="a", is_good=True, text="fine", elapsed_ms=1.0)]
    found = self_check.report(checks, "pingtree", qt="6")
    assert (found["ok"], found["qt"], found["entry"]) == (True, "6", "pingtree")
    assert json.loads(json.dumps(found)) == found


@pytest.fixture
def as_frozen(tmp_path, monkeypatch):
    """Take this process for a frozen one; gives the function that writes its manifest."""
    file = tmp_path / "frozen.json"
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(self_check, "MANIFEST", file)

    def write(**changes: object) -> None:
        content = {
            "version": __version__,
            "modules": ["pingtree_desktop"],
            "imports": ["json"],
            "resources": payload.resource_digests(),
        }
        file.write_text(json.dumps({**content, **changes}), "utf-8")

    return write


def good(name: str) -> tuple[bool, str]:
    looks = [look for look in self_check.plain_looks(product.RESOURCES) if look[0] == name]
    (check,) = self_check.run_looks(looks)
    return check.is_good, check.text


def test_a_whole_program(as_frozen):
    as_frozen()
    assert good("manifest") == (True, f"made for version {__version__}")
    assert good("modules") == (True, "2 loaded")
    assert good("resources")[0]


def test_a_manifest_that_is_missing(as_frozen):
    is_good, text = good("manifest")
    assert not is_good
    assert "frozen.json cannot be read" in text


def test_another_version(as_frozen):
    as_frozen(version="9.9.9")
    assert good("manifest") == (
        False, f"Broken: It was made for version 9.9.9, and this is {__version__}.",
    )  # fmt: skip


def test_a_module_that_was_forgotten(as_frozen):
    as_frozen(imports=["json", "no_such_module"])
    is_good, text = good("modules")
    assert not is_good
    assert text == ("Broken: Cannot be loaded: no_such_module (No module named 'no_such_module').")


def test_resources_that_differ(as_frozen):
    digests = payload.resource_digests()
    as_frozen(resources={**digests, "theme/app.qss": "0" * 64, "help/lost.md": "0" * 64})
    assert good("resources") == (
        False, "Broken: Not as they were built: help/lost.md, theme/app.qss.",
    )  # fmt: skip


def test_no_resources(tmp_path):
    with pytest.raises(Broken, match="no resources"):
        self_check.check_resources(tmp_path, None)


def test_an_old_sqlite(monkeypatch):
    monkeypatch.setattr(self_check, "sqlite_version", lambda: "3.51.2")
    assert good("SQLite") == (
        False, "Broken: SQLite 3.51.2 is too old: 3.51.3 or newer is needed.",
    )  # fmt: skip
    monkeypatch.setattr(self_check, "sqlite_version", lambda: "3.51.3")
    assert good("SQLite")[0]


def test_a_data_folder_that_cannot_be_written(monkeypatch, tmp_path):
    def refuse(**_options: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(self_check.tempfile, "TemporaryFile", refuse)
    is_good, text = good("user data")
    assert not is_good
    assert "Permission denied" in text


def test_time_zones_come_from_the_program(monkeypatch):
    before = zoneinfo.TZPATH
    assert good("time zones")[0]
    assert before == zoneinfo.TZPATH
