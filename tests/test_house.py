"""The house rules that no other tool checks: contracts, the README's tables, sizes, Qt lints."""

from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import pingtree_desktop
from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.formats.field_table import field_table

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "pingtree_desktop"
SOURCES = sorted(PACKAGE.rglob("*.py"))
UI = sorted((PACKAGE / "ui").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")


def test_the_import_contracts_hold():
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout


def test_the_readme_has_the_catalogue_as_it_is():
    table = README.partition("<!-- fields:begin -->\n")[2].partition("\n<!-- fields:end -->")[0]
    assert table == field_table()
    assert all(f"`{field.wire}`" in table for field in FIELDS)


def test_the_readme_names_every_dependency():
    for requirement in PROJECT["project"]["dependencies"]:
        name = re.match(r"[\w-]+", requirement)[0]
        assert f"`{name}`" in README, name


def test_one_place_for_the_version():
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", pingtree_desktop.__version__)


def test_the_locks_name_no_address_and_hash_everything():
    for lock in (ROOT / "packaging" / "requirements").glob("*.txt"):
        text = lock.read_text("utf-8")
        assert "://" not in text
        assert not re.search(r"^\s*(-i|--index|--extra-index|--find-links)", text, re.MULTILINE)
        pins = re.findall(r"^[\w.\[\]-]+==\S+.*$", text, re.MULTILINE)
        assert len(pins) > 15
        assert all(pin.rstrip().endswith("\\") for pin in pins), "a pin without a hash"


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_outgrows_its_room(path):
    assert len(path.read_text("utf-8").splitlines()) <= 600


def public_methods(tree: ast.AST) -> dict[str, int]:
    """How many public methods each class has; properties are its data and do not count."""
    counts = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            counts[node.name] = sum(
                isinstance(f, ast.FunctionDef | ast.AsyncFunctionDef)
                and not f.name.startswith("_")
                and not any(ast.unparse(d) == "property" for d in f.decorator_list)
                for f in node.body
            )
    return counts


def test_no_class_grows_into_a_god():
    for path in SOURCES:
        for name, count in public_methods(ast.parse(path.read_text("utf-8"))).items():
            assert count <= 25, f"{path.name}: {name} has {count} public methods"


# ---- lints of the window (each is shown to catch a bad snippet) -------------------------------

BLOCKING = {"question", "information", "warning", "critical", "about", "aboutQt"}


def finding(call: ast.Call) -> str:
    """What is wrong with one call, or an empty text."""
    name = ast.unparse(call.func)
    last = name.rpartition(".")[2]
    has_variable = not all(isinstance(a, ast.Constant) for a in call.args)
    if last == "Signal" and any(ast.unparse(a) != "object" for a in call.args):
        return "typed signal"
    if last == "processEvents":
        return "processEvents"
    if last == "setOpenExternalLinks" and ast.unparse(call.args[0]) == "True":
        return "external links"
    if last == "exec" and "Dialog" in name:
        return "blocking dialog"
    if name.startswith("QMessageBox.") and last in BLOCKING:
        return "message box"
    if last in {"setHtml", "insertHtml"}:
        return "html"
    if last == "openUrl":
        return "openUrl"
    if last == "setToolTip" and has_variable:
        return "bare tool tip"
    return "bare label" if last == "QLabel" and has_variable else ""


def findings(source: str, *, is_plain_module: bool = False) -> list[str]:
    """What faults C1 and C6 forbid in the window's code."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    allowed = {"openUrl", "bare tool tip", "bare label"} if is_plain_module else set()
    return [found for call in calls if (found := finding(call)) and found not in allowed]


@pytest.mark.parametrize("path", UI, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_the_window_never_shows_outside_text_as_markup(path):
    assert findings(path.read_text("utf-8"), is_plain_module=path.name == "plain.py") == []


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        ("x = Signal(int)", "typed signal"),
        ("x = Signal(str, object)", "typed signal"),
        ("app.processEvents()", "processEvents"),
        ("box.setOpenExternalLinks(True)", "external links"),
        ("FormDialog(self).exec()", "blocking dialog"),
        ("QMessageBox.warning(self, 'a', text)", "message box"),
        ("view.setHtml(text)", "html"),
        ("QDesktopServices.openUrl(url)", "openUrl"),
        ("self.setToolTip(name)", "bare tool tip"),
        ("QLabel(name)", "bare label"),
        ("QtWidgets.QLabel(f'{name}')", "bare label"),
    ],
)
def test_the_lint_catches(snippet, expected):
    assert findings(snippet) == [expected]


@pytest.mark.parametrize("snippet", ["x = Signal()", "x = Signal(object)", "QLabel('plain')"])
def test_the_lint_lets_pass(snippet):
    assert findings(snippet) == []


def test_the_terminal_never_loads_qt():
    script = (
        "import sys; from pingtree_desktop.cli.main import main\n"
        "import pingtree_desktop.services.sender, pingtree_desktop.services.context\n"
        "import pingtree_desktop.services.doctor, pingtree_desktop.net.fetch\n"
        "print([m for m in sys.modules if m.startswith(('PySide6', 'shiboken6', 'qasync'))])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_the_first_frame_waits_for_no_network_and_no_database():
    """Start-up is imports: what the first frame loads stays small."""
    script = (
        "import sys; import pingtree_desktop.ui.app\n"
        "heavy = ('httpx', 'httpcore', 'anyio', 'apsw', 'qasync', 'h11', 'tomlkit', 'asyncio')\n"
        "print([m for m in heavy if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, env=os.environ
    )
    assert done.stdout.strip() == "[]"


def test_every_module_says_what_it_is_for():
    for path in SOURCES:
        assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), path
    assert inspect.getdoc(pingtree_desktop)
