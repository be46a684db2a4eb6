"""The Debian package and the tar.xz: the same bytes twice, whole, and readable by others."""

from __future__ import annotations

import configparser
import io
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
from pathlib import Path
from xml.etree import ElementTree

import build
import payload
import product
import pytest
import traces
import version
from linux import deb, elf, entries
from linux import package as linux_package
from linux.archives import Member, ar, read_ar, read_tar_xz, tar_xz
from ruamel.yaml import YAML

VERSION = version.version()

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="Linux artefacts are made on Linux"
)


@pytest.fixture(scope="session")
def made_once(frozen_once, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", "1763900000")
        return linux_package.package(frozen_once, tmp_path_factory.mktemp("made"), VERSION)


@pytest.fixture
def made(made_once, frozen, epoch, tmp_path):
    """A frozen folder, the folder of artefacts and the artefacts, all to be changed at will."""
    out = tmp_path / "out"
    out.mkdir()
    return frozen, out, [shutil.copy(file, out / file.name) for file in made_once]


def test_two_builds_are_the_same(made, tmp_path):
    """From another folder, at another moment, with files of other ages, owners' rights aside."""
    frozen, _out, first = made
    elsewhere = tmp_path / "elsewhere" / "deep" / product.FOLDER
    shutil.copytree(frozen, elsewhere)
    for file in elsewhere.rglob("*"):
        file.touch()
    time.sleep(0.01)
    second = linux_package.package(elsewhere, tmp_path / "second", VERSION)
    assert [payload.digest(file) for file in first] == [payload.digest(file) for file in second]
    assert [file.name for file in first] == [file.name for file in second]


def test_what_was_made_verifies(made):
    frozen, out, files = made
    linux_package.verify(frozen, out, VERSION)
    assert [file.suffix for file in files] == [".deb", ".xz"]


def test_what_is_installed(made):
    _frozen, _out, (package, _archive) = made
    with tarfile.open(
        fileobj=io.BytesIO(read_ar(package.read_bytes())["data.tar.xz"]), mode="r:xz"
    ) as archive:
        infos = {info.name.removeprefix("./"): info for info in archive}
    assert infos["usr/bin/pingtree-desktop"].linkname == "../lib/pingtree-desktop/PingTreeDesktop"
    assert infos["usr/bin/pingtree"].linkname == "../lib/pingtree-desktop/pingtree"
    assert infos["usr/lib/pingtree-desktop/PingTreeDesktop"].mode == 0o755
    assert infos["usr/lib/pingtree-desktop/_internal/LICENSE.txt"].mode == 0o644
    assert infos["usr/share"].mode == 0o755
    assert {info.uname for info in infos.values()} == {"root"}
    assert {(info.uid, info.gid, info.mtime) for info in infos.values()} == {(0, 0, 1_763_900_000)}
    for place in (
        "applications/pingtree-desktop.desktop",
        "mime/packages/pingtree-desktop.xml",
        f"metainfo/{product.APP_ID}.metainfo.xml",
        "icons/hicolor/scalable/apps/pingtree-desktop.svg",
        "icons/hicolor/256x256/apps/pingtree-desktop.png",
        "doc/pingtree-desktop/copyright",
        "doc/pingtree-desktop/changelog.gz",
    ):
        assert f"usr/share/{place}" in infos
    outside = [n for n in infos if not n.startswith("usr")]
    assert outside == []


def test_the_sums_inside_are_right(made):
    import hashlib

    _frozen, _out, (package, _archive) = made
    parts = read_ar(package.read_bytes())
    assert list(parts) == ["debian-binary", "control.tar.xz", "data.tar.xz"]
    told = read_tar_xz(parts["control.tar.xz"], prefix="./")["md5sums"].data.decode()
    files = read_tar_xz(parts["data.tar.xz"], prefix="./")
    for line in told.splitlines():
        digest, name = line.split("  ", 1)
        assert hashlib.md5(files[name].data, usedforsecurity=False).hexdigest() == digest
    assert len(told.splitlines()) == sum(not member.link for member in files.values())


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is not installed")
def test_dpkg_reads_it(made):
    _frozen, _out, (package, _archive) = made
    done = subprocess.run(
        ["dpkg-deb", "--contents", package], capture_output=True, text=True, check=True
    )
    assert "./usr/bin/pingtree -> ../lib/pingtree-desktop/pingtree" in done.stdout
    told = subprocess.run(
        ["dpkg-deb", "--field", package], capture_output=True, text=True, check=True
    ).stdout
    assert f"Version: {VERSION}\n" in told
    assert "Maintainer: The PingTree Desktop contributors" in told


def test_the_control_file(frozen):
    told = deb.control_text(frozen, "1.2.3rc1", 2048)
    fields = dict(line.split(": ", 1) for line in told.splitlines() if not line.startswith(" "))
    assert "ca-certificates" in fields["Depends"].split(", ")
    assert fields["Version"] == "1.2.3~rc1"  # sorts before 1.2.3
    assert fields["Installed-Size"] == "2"
    assert "ca-certificates" not in fields["Recommends"]


def test_a_file_name_has_no_tilde():
    """The release page would change it."""
    assert deb.file_name("1.2.3rc1") == f"pingtree-desktop_1.2.3rc1_{deb.architecture()}.deb"


# ---- planted faults ----


def repack(package: Path, change, part: str = "data.tar.xz") -> None:
    """Change the members of a part of a package and write it again."""
    parts = read_ar(package.read_bytes())
    members = read_tar_xz(parts[part], prefix="./")
    change(members)
    parts[part] = tar_xz(members, 1_763_900_000, prefix="./")
    package.write_bytes(ar(parts, 1_763_900_000))


def add(members):
    members["usr/lib/pingtree-desktop/_internal/extra.so"] = Member(data=b"x")


def drop(members):
    del members["usr/lib/pingtree-desktop/_internal/pingtree_desktop/_resources/theme/app.qss"]


def alter(members):
    members["usr/lib/pingtree-desktop/pingtree"] = Member(data=b"other", is_program=True)


def unmark(members):
    old = members["usr/lib/pingtree-desktop/pingtree"]
    members["usr/lib/pingtree-desktop/pingtree"] = Member(data=old.data, is_program=False)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (add, "extra.so, which is not part of it"),
        (drop, "lacks .*app.qss"),
        (alter, "pingtree differs from the payload"),
        (unmark, "pingtree differs from the payload"),
    ],
)
def test_a_changed_package_is_refused(made, change, says):
    frozen, out, (package, _archive) = made
    repack(package, change)
    with pytest.raises(linux_package.NotPackaged, match=says):
        linux_package.verify(frozen, out, VERSION)


def script(members):
    members["postinst"] = Member(data=b"#!/bin/sh\n", is_program=True)


def without_sums(members):
    del members["md5sums"]


def fewer_needs(members):
    told = members["control"].data.replace(b"ca-certificates", b"nothing")
    members["control"] = Member(data=told)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (script, "holds postinst, which is not part of it"),
        (without_sums, "lacks md5sums"),
        (fewer_needs, "control differs from the payload"),
    ],
)
def test_another_control_file_or_script_is_refused(made, change, says):
    frozen, out, (package, _archive) = made
    repack(package, change, "control.tar.xz")
    with pytest.raises(linux_package.NotPackaged, match=says):
        linux_package.verify(frozen, out, VERSION)


def test_another_part_is_refused(made):
    frozen, out, (package, _archive) = made
    parts = read_ar(package.read_bytes())
    package.write_bytes(ar({**parts, "extra": b"x"}, 1_763_900_000))
    with pytest.raises(linux_package.NotPackaged, match="has other parts than a package of ours"):
        linux_package.verify(frozen, out, VERSION)


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("part", [0, 0.001, 0.5, 0.9999])
def test_a_truncated_artefact_is_one_sentence(made, which, part):
    frozen, out, files = made
    data = Path(files[which]).read_bytes()
    Path(files[which]).write_bytes(data[: int(len(data) * part)])
    with pytest.raises(linux_package.NotPackaged) as stopped:
        linux_package.verify(frozen, out, VERSION)
    assert str(stopped.value).startswith(f"{Path(files[which]).name}: it is no ")


@pytest.mark.parametrize("fault", ["setuid", "owner", "hard link", "twice"])
def test_a_member_that_is_never_written_is_refused(fault):
    info = tarfile.TarInfo("./a")
    info.mode = 0o4755 if fault == "setuid" else 0o644
    info.uid = 1000 if fault == "owner" else 0
    if fault == "hard link":
        info.type, info.linkname = tarfile.LNKTYPE, "./b"
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:xz") as archive:
        for _ in range(2 if fault == "twice" else 1):
            archive.addfile(info)
    with pytest.raises(ValueError, match=r"^a (has rights|is no file|comes twice)"):
        read_tar_xz(out.getvalue(), prefix="./")


def test_a_changed_archive_is_refused(made):
    frozen, out, (_package, archive) = made
    prefix = f"{product.FOLDER}-{VERSION}/"
    members = read_tar_xz(archive.read_bytes(), prefix=prefix)
    members["pingtree"] = Member(data=b"other", is_program=True)
    archive.write_bytes(tar_xz(members, 1_763_900_000, prefix=prefix))
    with pytest.raises(linux_package.NotPackaged, match="pingtree differs"):
        linux_package.verify(frozen, out, VERSION)


def test_a_package_of_another_version_is_refused(made):
    frozen, out, (package, archive) = made
    package.rename(out / deb.file_name("9.9.9"))
    archive.rename(out / linux_package.tar_name("9.9.9"))
    with pytest.raises(linux_package.NotPackaged, match=r"does not say version 9\.9\.9"):
        linux_package.verify(frozen, out, "9.9.9")


def test_a_missing_artefact_is_named(made):
    frozen, out, (_package, archive) = made
    archive.unlink()
    with pytest.raises(linux_package.NotPackaged, match=f"{archive.name} is missing"):
        linux_package.verify(frozen, out, VERSION)


def test_no_archive_at_all():
    with pytest.raises(ValueError, match="no ar archive"):
        read_ar(b"PK\x03\x04")
    with pytest.raises(ValueError, match=r"no whole tar\.xz"):
        read_tar_xz(b"nothing" * 9)


# ---- what the system must have ----


def qt_library(name: str) -> bytes:
    import PySide6

    return (Path(PySide6.__file__).parent / "Qt" / "lib" / name).read_bytes()


def test_needed_libraries_are_read():
    assert {"libc.so.6", "libstdc++.so.6", "libglib-2.0.so.0"} <= set(
        elf.needed(qt_library("libQt6Core.so.6"))
    )
    assert not elf.is_elf(b"#!/bin/sh")


def test_search_paths_are_read_and_taken_out(frozen):
    data = qt_library("libQt6Core.so.6")
    assert elf.search_paths(data) == ["$ORIGIN"]
    without = elf.without_search_paths(data)
    assert elf.search_paths(without) == []
    assert elf.needed(without) == elf.needed(data)
    assert len(without) == len(data)
    planted = data.replace(b"$ORIGIN\0", b"/opt/li\0")  # as long, and a folder of the machine
    assert elf.search_paths(planted) == ["/opt/li"]
    file = frozen / "_internal" / "libssl.so.3"
    file.write_bytes(planted)
    told = ["_internal/libssl.so.3 looks for libraries in /opt/li, which is not of the program."]
    assert payload.check(frozen, "linux") == told
    build.drop_search_paths(frozen)
    assert payload.check(frozen, "linux") == []


@pytest.mark.parametrize(
    ("path", "is_out"),
    [("$ORIGIN", False), ("$ORIGIN/../shiboken6/", False), ("${ORIGIN}/../..", False),
     ("$ORIGIN/../../..", True), ("/usr/local/lib", True), ("lib", True), ("$ORIGINAL", True)],
)  # fmt: skip
def test_a_search_path_stays_inside(path, is_out):
    assert traces.leads_out("_internal/PySide6/QtCore.abi3.so", path) == is_out


@pytest.mark.skipif(shutil.which("ldd") is None, reason="ldd is not installed")
def test_they_are_what_the_loader_says():
    file = sysconfig.get_config_var("LIBDIR")
    library = next(iter(Path(file).glob("libpython3*.so.1.0")), None)
    if library is None:
        pytest.skip("this Python has no shared library")
    said = subprocess.run(["ldd", library], capture_output=True, text=True, check=True).stdout
    for name in elf.needed(library.read_bytes()):
        assert name in said


def test_packages_for_the_libraries_of_qt():
    needed, useful, unknown = deb.packages_for(
        [
            *elf.needed(qt_library("libQt6XcbQpa.so.6")),
            "libwayland-client.so.0",
            "libnew.so.9",
        ]
    )
    assert {"libc6", "libx11-6", "libstdc++6"} <= set(needed)
    assert useful == ["libwayland-client0"]
    assert [name for name in unknown if not name.startswith("libQt6")] == ["libnew.so.9"]


def test_an_unknown_library_stops_the_package(frozen, epoch, tmp_path, monkeypatch):
    monkeypatch.setattr(deb, "system_libraries", lambda _frozen: {"libnew.so.9": ["pingtree"]})
    with pytest.raises(linux_package.NotPackaged, match=r"No Debian package is known for libnew"):
        linux_package.package(frozen, tmp_path / "out", VERSION)


def test_the_oldest_glibc(tmp_path):
    (tmp_path / "lib.so").write_bytes(qt_library("libQt6Core.so.6"))
    (tmp_path / "text").write_text("GLIBC_9.9", "utf-8")
    assert (2, 28) <= elf.glibc(tmp_path, ["lib.so", "text"]) <= (2, 34)


# The C library of the images that a Linux build may be made on.
GLIBC = {"ubuntu-22.04": (2, 35), "ubuntu-24.04": (2, 39)}


def test_the_readme_promises_the_glibc_of_the_building_image():
    folder = product.ROOT / ".github" / "workflows"
    load = YAML(typ="safe").load
    builders = load((folder / "release.yml").read_text("utf-8"))["jobs"]["build"]["strategy"]
    (image,) = (one for one in builders["matrix"]["os"] if one.startswith("ubuntu-"))
    assert linux_package.promised_glibc() == GLIBC[image]
    frozen = load((folder / "ci.yml").read_text("utf-8"))["jobs"]["frozen"]
    assert frozen["runs-on"] == image
    (built,) = (step for step in frozen["steps"] if "build.py" in step.get("run", ""))
    assert built["env"]["PINGTREE_RELEASE"] == "1"


def test_the_readme_promises_the_source_what_qt_needs(tmp_path):
    (tmp_path / "lib.so").write_bytes(qt_library("libQt6Core.so.6"))
    told = (product.ROOT / "README.md").read_text("utf-8").partition("## Start from the source")[2]
    major, minor = elf.glibc(tmp_path, ["lib.so"])
    assert f"Linux (glibc {major}.{minor} or newer" in told


@pytest.mark.parametrize("verb", [linux_package.package, linux_package.verify])
def test_a_release_that_needs_a_newer_glibc_is_refused(made, monkeypatch, verb):
    frozen, out, _files = made
    library = frozen / "_internal" / "libssl.so.3"
    library.write_bytes(b"\x7fELF\x02\x01" + bytes(58) + b"GLIBC_2.99")
    monkeypatch.setenv("PINGTREE_RELEASE", "1")
    promised = "{}.{}".format(*linux_package.promised_glibc())
    with pytest.raises(linux_package.NotPackaged, match=rf"needs glibc 2\.99, .* {promised}"):
        verb(frozen, out, VERSION)
    monkeypatch.delenv("PINGTREE_RELEASE")
    linux_package.check_glibc(frozen)


# ---- what the desktop reads ----


def test_the_desktop_entry():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(entries.HERE / "pingtree-desktop.desktop", "utf-8")
    entry = parser["Desktop Entry"]
    assert entry["Name"] == product.APP
    assert entry["Comment"] == product.SUMMARY
    assert entry["Exec"] == f"{product.LINUX_NAME} %f"
    assert entry["Icon"] == entry["StartupWMClass"] == product.LINUX_NAME
    assert entry["MimeType"] == f"{product.PROFILE_MIME};"
    assert entry["Terminal"] == "false"
    # What the validators of older distributions know; two main categories list it twice in a menu.
    assert entry["Version"] == "1.0"
    assert entry["Categories"] == "Development;"


def test_the_file_type():
    space = {"m": "http://www.freedesktop.org/standards/shared-mime-info"}
    tree = ElementTree.fromstring((entries.HERE / "mime.xml").read_bytes())
    kind = tree.find("m:mime-type", space)
    assert kind.get("type") == product.PROFILE_MIME
    assert kind.find("m:glob", space).get("pattern") == f"*{product.PROFILE_ENDING}"
    assert kind.find("m:comment", space).text == product.PROFILE_KIND


def test_the_catalogue_record():
    tree = ElementTree.fromstring(entries.metainfo_text(VERSION, 1_763_900_000))
    assert tree.findtext("id") == product.APP_ID
    assert tree.findtext("launchable") == "pingtree-desktop.desktop"
    assert tree.find("releases/release").get("version") == VERSION


@pytest.mark.skipif(shutil.which("appstreamcli") is None, reason="appstreamcli is not installed")
def test_appstream_takes_the_record(tmp_path):
    file = tmp_path / f"{product.APP_ID}.metainfo.xml"
    file.write_text(entries.metainfo_text(VERSION, 1_763_900_000), "utf-8")
    done = subprocess.run(
        ["appstreamcli", "validate", "--no-net", "--explain", file],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(
    shutil.which("desktop-file-validate") is None, reason="desktop-file-validate is not installed"
)
def test_the_desktop_entry_is_valid():
    file = entries.HERE / "pingtree-desktop.desktop"
    done = subprocess.run(
        ["desktop-file-validate", file], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")
