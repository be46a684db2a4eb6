"""The Windows artefacts, made of a stand-in payload: contents, versions, and planted faults."""

from __future__ import annotations

import os
import re
import shutil
import zipfile
from pathlib import Path

import payload
import product
import pytest
import sums
from windows import package, sign
from windows.version_info import numbers, read_version_strings, version_info_text

from tests.packaging.conftest import EPOCH
from tests.packaging.windows_stubs import frozen_for_windows, needs_makensis, program

VERSION = "1.2.3"


@pytest.fixture(autouse=True)
def _plain(epoch: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (sign.PFX, "PINGTREE_RELEASE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def stub(tmp_path: Path) -> Path:
    return frozen_for_windows(tmp_path / product.FOLDER, VERSION)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artefacts of the stub, made once; nobody changes them."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
        for name in (sign.PFX, "PINGTREE_RELEASE"):
            patch.delenv(name, raising=False)
        package.package(
            frozen_for_windows(folder / product.FOLDER, VERSION), folder / "out", VERSION
        )
    return folder / "out"


@pytest.fixture
def made(stub: Path, made_once: Path, tmp_path: Path) -> tuple[Path, Path]:
    """The stub and a folder with its artefacts."""
    return stub, shutil.copytree(made_once, tmp_path / "out")


# ---- the version ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "wanted"),
    [("1.2.3", (1, 2, 3, 0)), ("0.10.0rc2", (0, 10, 0, 0)), ("1.0.0.dev4", None), ("1.2", None),
     ("1.2.70000", None), ("v1.2.3", None)],
)  # fmt: skip
def test_the_four_numbers_of_windows(version: str, wanted: tuple[int, ...] | None) -> None:
    if wanted is None:
        with pytest.raises(ValueError, match=r"65535|not a version"):
            numbers(version)
    else:
        assert numbers(version) == wanted


def test_the_version_resource_is_what_the_freezer_reads() -> None:
    text = version_info_text("1.2.3rc1", "pingtree.exe")
    found: dict[str, object] = {}

    def record(kind: str):
        def make(*args: object, **named: object) -> tuple[str, object, object]:
            found.setdefault(kind, []).append((args, named))
            return (kind, args, named)

        return make

    names = ("VSVersionInfo", "FixedFileInfo", "StringFileInfo", "StringTable", "StringStruct",
             "VarFileInfo", "VarStruct")  # fmt: skip
    eval(text, {name: record(name) for name in names})
    strings = dict(args for args, _ in found["StringStruct"])
    assert strings["ProductVersion"] == strings["FileVersion"] == "1.2.3rc1"
    assert strings["ProductName"] == product.APP
    assert strings["OriginalFilename"] == "pingtree.exe"
    assert found["FixedFileInfo"][0][1]["filevers"] == (1, 2, 3, 0)


def test_version_strings_are_read_back(tmp_path: Path) -> None:
    file = tmp_path / "a.exe"
    file.write_bytes(program("10.20.30rc1"))
    assert read_version_strings(file) == {
        "FileVersion": "10.20.30rc1", "ProductVersion": "10.20.30rc1"
    }  # fmt: skip
    file.write_bytes(b"MZ nothing")
    assert read_version_strings(file) == {}


# ---- the listing ------------------------------------------------------------------------------


def test_every_file_is_named_in_one_order(stub: Path) -> None:
    text = package.listing_text(stub, payload.files(stub))
    files = [line for line in text.splitlines() if line.startswith("  File ")]
    assert len(files) == len(payload.files(stub)) == 5
    assert 'SetOutPath "$INSTDIR\\_internal\\PySide6\\plugins"' in text
    assert "a $$name with spaces.txt" in text
    entries = text[text.index("EACH_ENTRY") : text.index("EACH_PROGRAM")]
    assert [line.split('"')[1] for line in entries.splitlines() if '"' in line] == [
        "PingTreeDesktop.exe", "_internal", "pingtree.exe"
    ]  # fmt: skip
    assert text[text.index("EACH_PROGRAM") :].count("!insertmacro") == 2


def test_a_name_that_would_end_the_script_line_is_refused(stub: Path) -> None:
    with pytest.raises(package.NotPackaged, match="cannot hold"):
        package.listing_text(stub, ['_internal/a"b.txt'])


# ---- setup and archive ------------------------------------------------------------------------


@needs_makensis
def test_setup_and_archive_are_made_and_good(made: tuple[Path, Path]) -> None:
    stub, out = made
    package.verify(stub, out, VERSION)
    setup = out / "PingTreeDesktop-1.2.3-win64-setup.exe"
    strings = read_version_strings(setup)
    assert strings["ProductVersion"] == strings["FileVersion"] == VERSION
    assert strings["ProductName"] == product.APP
    assert strings["CompanyName"] == product.PUBLISHER
    with zipfile.ZipFile(out / "PingTreeDesktop-1.2.3-win64-portable.zip") as packed:
        assert {name.partition("/")[0] for name in packed.namelist()} == {"PingTree Desktop 1.2.3"}
        assert "PingTree Desktop 1.2.3/PingTreeDesktop.exe" in packed.namelist()


@needs_makensis
def test_two_builds_are_the_same_bytes(made: tuple[Path, Path], tmp_path: Path) -> None:
    stub, out = made
    again = tmp_path / "elsewhere" / "with another name"
    for name in reversed(payload.files(stub)):  # written in another order, at another time
        (again / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(stub / name, again / name)
        os.utime(again / name, (1, 1))
    package.package(again, tmp_path / "out2", VERSION)
    for file in out.iterdir():
        assert payload.digest(file) == payload.digest(tmp_path / "out2" / file.name), file.name


@needs_makensis
def test_a_release_without_certificate_says_so(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINGTREE_RELEASE", "1")
    made = package.package(stub, tmp_path / "out", VERSION)
    assert [file.name for file in made] == [
        "PingTreeDesktop-1.2.3-win64-setup-unsigned.exe",
        "PingTreeDesktop-1.2.3-win64-portable-unsigned.zip",
    ]


# ---- planted faults ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", product.program_files("win32"))
def test_a_program_of_another_version_is_refused(stub: Path, tmp_path: Path, name: str) -> None:
    (stub / name).write_bytes(program("1.2.2"))
    with pytest.raises(package.NotPackaged, match=r"says ProductVersion '1.2.2', not '1.2.3'"):
        package.package(stub, tmp_path / "out", VERSION)


@pytest.mark.parametrize("name", product.program_files("win32"))
def test_a_missing_program_is_refused(stub: Path, tmp_path: Path, name: str) -> None:
    (stub / name).unlink()
    with pytest.raises(package.NotPackaged, match=f"holds no {name}"):
        package.package(stub, tmp_path / "out", VERSION)


@pytest.mark.parametrize(
    "name",
    ["_internal/icuuc.dll", "_internal/MSCMS.dll", "_internal/wine/readme.txt", "setup.log",
     "_internal/tests/test_x.py", "_internal/key.pfx", "notes.txt", "_internal/opengl32sw.dll",
     "_internal/_wmi.pyd.off"],
)  # fmt: skip
def test_an_extra_file_in_the_payload_is_named(stub: Path, name: str) -> None:
    def about() -> list[str]:
        return [told for told in payload.check(stub, "win32") if told.startswith(f"{name} ")]

    assert about() == []
    (stub / name).parent.mkdir(parents=True, exist_ok=True)
    (stub / name).write_bytes(b"a stranger")
    assert len(about()) == 1


@needs_makensis
def test_a_file_added_after_packaging_is_found(made: tuple[Path, Path]) -> None:
    stub, out = made
    (stub / "_internal" / "late.dll").write_bytes(b"late")
    with pytest.raises(package.NotPackaged, match=r"lacks .*late\.dll"):
        package.verify(stub, out, VERSION)


@needs_makensis
def test_an_archive_with_an_extra_or_a_changed_file_is_found(made: tuple[Path, Path]) -> None:
    stub, out = made
    archive = out / package.zip_name(VERSION)
    good = archive.read_bytes()
    with zipfile.ZipFile(archive, "a") as packed:
        packed.writestr("PingTree Desktop 1.2.3/extra.dll", b"x")
    with pytest.raises(package.NotPackaged, match=r"holds, against the payload, .*extra\.dll"):
        package.verify(stub, out, VERSION)
    archive.write_bytes(good)
    (stub / "_internal" / "base_library.zip").write_bytes(b"another")
    with pytest.raises(package.NotPackaged, match="base_library"):
        package.verify(stub, out, VERSION)


@needs_makensis
@pytest.mark.parametrize("has_unpacker", [True, False])
def test_a_setup_with_other_content_is_found(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_unpacker: bool
) -> None:
    if has_unpacker and not (shutil.which("7z") or shutil.which("7zz")):
        pytest.skip("7-Zip is not installed (apt install p7zip-full)")
    which = shutil.which
    if not has_unpacker:
        monkeypatch.setattr(package.shutil, "which", lambda n: None if "7z" in n else which(n))
    setup = package.make_setup(stub, tmp_path, VERSION)
    package.check_setup(stub, setup, VERSION)
    library = stub / "_internal" / "base_library.zip"
    library.write_bytes(b"LIBRARY")
    with pytest.raises(package.NotPackaged, match=r"base_library\.zip differs|is not what this"):
        package.check_setup(stub, setup, VERSION)
    library.unlink()
    with pytest.raises(package.NotPackaged, match=r"holds, .*base_library\.zip|is not what this"):
        package.check_setup(stub, setup, VERSION)
    library.write_bytes(b"library")
    setup.write_bytes(setup.read_bytes()[:-2000])
    with pytest.raises(package.NotPackaged, match=r"is damaged|is not what this"):
        package.check_setup(stub, setup, VERSION)


def test_a_signed_setup_is_not_taken_unseen(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv(sign.PFX, "some.pfx")
    with pytest.raises(package.NotPackaged, match="needs 7z"):
        package.check_setup(stub, tmp_path / "setup.exe", VERSION)


@needs_makensis
def test_a_truncated_archive_is_one_sentence(made: tuple[Path, Path]) -> None:
    stub, out = made
    archive = out / package.zip_name(VERSION)
    archive.write_bytes(archive.read_bytes()[:-100])
    with pytest.raises(package.NotPackaged, match=r"portable\.zip is damaged: "):
        package.verify(stub, out, VERSION)


@needs_makensis
def test_a_setup_of_another_version_is_found(made: tuple[Path, Path], tmp_path: Path) -> None:
    stub, out = made
    other = frozen_for_windows(tmp_path / "other", "1.2.4")
    package.package(other, out, "1.2.4")
    shutil.copy(out / package.setup_name("1.2.4"), out / package.setup_name(VERSION))
    with pytest.raises(package.NotPackaged, match=r"setup\.exe says ProductVersion '1.2.4'"):
        package.verify(stub, out, VERSION)


@needs_makensis
def test_a_setup_that_is_too_large_or_missing_is_found(
    made: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    stub, out = made
    with monkeypatch.context() as smaller:
        smaller.setattr(package, "SETUP_LIMIT_BYTES", 10_000)
        with pytest.raises(package.NotPackaged, match="the limit is"):
            package.verify(stub, out, VERSION)
    (out / package.setup_name(VERSION)).unlink()
    with pytest.raises(package.NotPackaged, match="is missing"):
        package.verify(stub, out, VERSION)


@needs_makensis
def test_a_setup_that_does_not_match_its_sum_is_found(made: tuple[Path, Path]) -> None:
    _, out = made
    sums.write(out)
    assert sums.check(out) == []
    setup = out / package.setup_name(VERSION)
    setup.write_bytes(setup.read_bytes() + b"\0")
    assert sums.check(out) == [f"{setup.name} does not match its sum in SHA256SUMS."]


def test_without_makensis_one_sentence_says_so(
    stub: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("PROGRAMFILES(X86)", raising=False)
    with pytest.raises(package.NotPackaged, match="makensis is not installed"):
        package.package(stub, tmp_path / "out", VERSION)


def test_the_readme_lists_every_exit_code_and_option_of_the_installer() -> None:
    script = (package.HERE / "installer.nsi").read_text("utf-8")
    silently = (
        (product.ROOT / "README.md").read_text("utf-8").partition("**Silently, on Windows**")[2]
    )
    silently = silently.partition("\n\n")[0]
    codes = {"0", "1", *re.findall(r"SetErrorLevel (\d)", script)}
    assert set(re.findall(r"\b(\d) (?=\w)", silently.partition("Exit codes:")[2])) == codes
    options = set(re.findall(r'GetOptions} \$0 "(/\w+)"', script))
    assert options == {"/DESKTOP", "/NOASSOC", "/PURGE"}
    assert [one for one in options if f"{one}`" not in silently] == []
