"""The one spec, executed as on each system with stand-ins for PyInstaller's classes."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import manifest
import payload
import product
import pytest
import version
from freezing import generated_files, stray_modules

pytest.importorskip("PyInstaller", reason="pyinstaller freezes the program")

SPEC = product.ROOT / "packaging" / "pingtree.spec"
COLLECTED = [
    ("PySide6/Qt/lib/libQt6Core.so.6", "x", "BINARY"),
    ("PySide6/Qt/lib/libQt6Network.so.6", "x", "BINARY"),
    ("libgtk-3.so.0", "x", "BINARY"),
    ("libicudata.so.73", "PySide6/Qt/lib/libicudata.so.73", "SYMLINK"),  # leads nowhere
]


OWN = ["pingtree_desktop.ui", "httpx", "json"]


class Spec:
    """Executes the spec and keeps what it asked PyInstaller for."""

    def __init__(self, system: str, work: Path, pure: list[str]) -> None:
        self.analysed: dict = {}
        self.programs: list[dict] = []
        self.bundles: list[dict] = []
        self.collected: tuple = ()
        self._pure = pure
        names = {
            "SPECPATH": str(SPEC.parent), "workpath": str(work), "Analysis": self._analysis,
            "PYZ": lambda pure: pure, "EXE": self._exe, "COLLECT": self._collect,
            "BUNDLE": self._bundle,
        }  # fmt: skip
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "platform", system)
            patch.setattr(sys, "path", [*sys.path])
            exec(compile(SPEC.read_text("utf-8"), str(SPEC), "exec"), names)

    def _analysis(self, scripts, **options):
        self.analysed = {"scripts": scripts, **options}
        first = [(Path(script).stem, script, "PYSOURCE") for script in scripts]
        return SimpleNamespace(
            scripts=[("pyi_rth_inspect", "x", "PYSOURCE"), *first],
            binaries=list(COLLECTED),
            datas=[(f"{place}/{Path(s).name}", s, "DATA") for s, place in options["datas"]],
            pure=[(name, "x", "PYMODULE") for name in self._pure],
        )

    def _exe(self, archive, scripts, *_rest, **options):
        self.programs.append({"scripts": [one[0] for one in scripts], **options})
        return options["name"]

    def _collect(self, *parts, **options):
        self.collected = (*parts, options)
        return "collected"

    def _bundle(self, collected, **options):
        assert collected == "collected"
        self.bundles.append(options)


@pytest.fixture(scope="session")
def execute(tmp_path_factory):
    """The spec's wishes on a system; executed once for each."""
    work = tmp_path_factory.mktemp("work")
    return cache(lambda system: Spec(system, work / system, OWN))


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_two_programs_in_one_folder(execute, system):
    spec = execute(system)
    window, terminal = spec.programs
    assert (window["name"], terminal["name"]) == ("PingTreeDesktop", "pingtree")
    assert (window["console"], terminal["console"]) == (False, True)
    assert window["scripts"] == ["pyi_rth_inspect", "window"]
    assert terminal["scripts"] == ["pyi_rth_inspect", "terminal"]
    assert spec.collected[:2] == ("PingTreeDesktop", "pingtree")
    assert spec.collected[-1]["name"] == product.FOLDER
    assert not any(program["upx"] for program in spec.programs)
    assert {program["strip"] for program in spec.programs} == {system == "linux"}


def test_what_nobody_needs_is_left_out(execute):
    assert [one[0] for one in execute("linux").collected[2]] == ["PySide6/Qt/lib/libQt6Core.so.6"]


def test_every_module_and_resource_is_asked_for(execute):
    asked = execute("linux").analysed
    assert {"pingtree_desktop.ui.self_check", "truststore", "tzdata"} <= set(asked["hiddenimports"])
    places = {f"{place}/{Path(source).name}" for source, place in asked["datas"]}
    for name in payload.files(product.RESOURCES):
        assert f"{payload.RESOURCES}/{name}" in places
    assert payload.MANIFEST in places


def test_test_tools_are_left_out(execute):
    """Also where they are installed, as here."""
    excluded = set(execute("linux").analysed["excludes"])
    assert {"pytest", "hypothesis", "PyInstaller", "tkinter", "unittest"} <= excluded
    assert not {"httpx", "anyio", "PySide6", "shiboken6", "tzdata", "pingtree_desktop"} & excluded


def test_windows_has_version_and_icon(execute):
    for program in execute("win32").programs:
        assert Path(program["icon"]).name == "app.ico"
        text = Path(program["version"]).read_text("utf-8")
        assert f"'ProductVersion', '{version.version()}'" in text
        assert f"'{program['name']}.exe'" in text


def test_macos_has_a_bundle(execute):
    spec = execute("darwin")
    (made,) = spec.bundles
    assert made["name"] == "PingTree Desktop.app"
    assert made["bundle_identifier"] == product.BUNDLE_ID
    assert made["version"] == version.version()
    assert made["info_plist"]["LSMinimumSystemVersion"] == product.MACOS_MINIMUM
    for program in spec.programs:
        assert Path(program["entitlements_file"]).is_file()
    assert execute("linux").bundles == []


def test_a_certificate_is_handed_on_and_a_stray_stops_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PINGTREE_SIGN_IDENTITY", "Developer ID Application: Someone")
    spec = Spec("darwin", tmp_path, OWN)
    assert {p["codesign_identity"] for p in spec.programs} == {"Developer ID Application: Someone"}
    with pytest.raises(SystemExit, match=r"Not of this program, its lock or Python: pytest\."):
        Spec("linux", tmp_path, [*OWN, "pytest.fixture"])


@pytest.mark.parametrize("stray", ["hypothesis.strategies", "schemathesis", "PIL.Image", "nobody"])
def test_modules_that_are_not_the_program_s(stray):
    assert stray_modules([*OWN, stray]) == [stray.partition(".")[0]]


def test_modules_of_the_lock_and_of_python_may_come():
    names = ["httpx._client", "anyio", "tomlkit.items", "tzdata.zoneinfo", "json.decoder", "_ssl"]
    assert stray_modules([*names, "pingtree_desktop.domain", "typing_extensions"]) == []


# ---- the manifest ----


def test_the_manifest_lists_what_is_loaded_late():
    assert {"pingtree_desktop", "pingtree_desktop.__main__", "pingtree_desktop.net.fetch"} <= set(
        manifest.modules()
    )
    outside = manifest.outside_imports()
    assert {"httpx", "qasync", "PySide6.QtSvg", "truststore", "apsw"} <= set(outside)
    assert "winreg" not in outside or sys.platform == "win32"
    assert not any(name.startswith("pingtree_desktop") for name in outside)


def test_the_manifest_is_the_same_each_time():
    assert manifest.manifest_text() == manifest.manifest_text()


def test_modules_of_another_system_are_left_out(tmp_path):
    package = tmp_path / "thing"
    package.mkdir()
    (package / "__init__.py").write_text("", "utf-8")
    (package / "a.py").write_text(
        "def f():\n    import no_such_module\n    from no_such.deep import x\n"
        "    import json.tool\n"
        "    from thing import b\n",
        "utf-8",
    )
    assert manifest.modules(package) == ["thing", "thing.a"]
    assert manifest.outside_imports(package) == ["json.tool"]


def test_metadata_says_no_more_than_name_and_version(tmp_path):
    made = {place: source for source, place in generated_files(tmp_path, "linux")}
    (httpx,) = (source for place, source in made.items() if place.startswith("httpx-"))
    assert Path(httpx).read_text("utf-8").startswith("Metadata-Version: 2.1\nName: httpx\n")
    assert len(Path(httpx).read_text("utf-8").splitlines()) == 3
