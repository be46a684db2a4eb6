"""What the release workflow calls: the tag, the gathering of artefacts, the installed program."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import build
import gather
import installed
import product
import pytest
import sbom
import sums
import version
from linux import deb
from linux import package as linux_package
from macos import package as macos_package
from ruamel.yaml import YAML
from windows import package as windows_package

NOW = version.version()


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """The artefacts of two builders, each with its sums."""
    for builder, names in {"ubuntu": ("a.deb", "a.cdx.json"), "windows": ("a-setup.exe",)}.items():
        folder = tmp_path / "parts" / builder
        folder.mkdir(parents=True)
        for name in names:
            (folder / name).write_bytes(f"{builder} {name}".encode())
        sums.write(folder)
    return tmp_path / "parts"


@pytest.mark.parametrize("tag", ["v99.0.0", NOW, f"v{NOW}rc1", f"refs/tags/v{NOW}", "latest"])
def test_a_tag_that_is_not_the_version_stops_the_release(
    tag: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert version.main([tag]) == 1
    assert tag in capsys.readouterr().err


def test_the_tag_of_this_version_goes_on() -> None:
    assert version.main([f"v{NOW}"]) == 0


def test_all_artefacts_come_together_under_one_list(parts: Path, tmp_path: Path) -> None:
    target = tmp_path / "all"
    assert gather.main([str(parts), str(target)]) == 0
    assert sorted(file.name for file in target.iterdir()) == [
        "SHA256SUMS", "a-setup.exe", "a.cdx.json", "a.deb"
    ]  # fmt: skip
    assert sums.check(target) == []
    assert (target / "a-setup.exe").read_bytes() == b"windows a-setup.exe"


def test_a_setup_that_changed_on_the_way_stops_the_release(parts: Path, tmp_path: Path) -> None:
    (parts / "windows" / "a-setup.exe").write_bytes(b"something else")
    assert gather.gather(parts, tmp_path / "all") == [
        "windows: a-setup.exe does not match its sum in SHA256SUMS."
    ]
    assert not (tmp_path / "all").exists()


def test_a_file_nobody_listed_stops_the_release(parts: Path, tmp_path: Path) -> None:
    (parts / "ubuntu" / "extra.exe").write_bytes(b"a stranger")
    assert gather.gather(parts, tmp_path / "all") == [
        "ubuntu: extra.exe is there but not in SHA256SUMS."
    ]


def test_two_builders_with_one_name_stop_the_release(
    parts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (parts / "windows" / "a.deb").write_bytes(b"another")
    sums.write(parts / "windows")
    assert gather.main([str(parts), str(tmp_path / "all")]) == 1
    assert "a.deb is in ubuntu and in windows." in capsys.readouterr().err


def test_the_names_of_the_release_s_builders_do_not_meet(tmp_path: Path) -> None:
    """Each builder of the matrix writes the very names it would give in a release."""
    release = YAML(typ="safe").load(
        (product.ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    )
    builders = release["jobs"]["build"]["strategy"]["matrix"]["os"]
    assert len(builders) == len(set(builders)) == 4
    for builder in builders:
        folder = tmp_path / "parts" / f"artefacts-{builder}"
        folder.mkdir(parents=True)
        for name in names_of(builder):
            (folder / name).write_bytes(f"{builder} {name}".encode())
        sums.write(folder)
    assert gather.gather(tmp_path / "parts", tmp_path / "all") == []
    made = {file.name for file in (tmp_path / "all").iterdir()}
    assert len(made) == 1 + 3 + 3 + 2 + 2, sorted(made)
    # A release replaces other letters in a file's name, and the sums would not match it any more.
    assert [name for name in made if not re.fullmatch(r"[\w.+-]+", name, re.ASCII)] == []


def names_of(builder: str) -> tuple[str, ...]:
    """What a builder of the release makes, by its runner's label."""
    if builder.startswith("ubuntu"):
        return (
            deb.file_name(NOW), linux_package.tar_name(NOW), sbom.file_name("linux", "x86_64")
        )  # fmt: skip
    if builder.startswith("windows"):
        return (
            windows_package.setup_name(NOW), windows_package.zip_name(NOW),
            sbom.file_name("win32", "AMD64"),
        )  # fmt: skip
    machine = "x86_64" if builder.endswith("-intel") else "arm64"
    return macos_package.image_name(NOW, machine), sbom.file_name("darwin", machine)


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="a step for bash")
@pytest.mark.parametrize(
    ("tag", "is_marked"),
    [("v1.2.3", False), ("v1.2.3a1", True), ("v1.2.3b2", True), ("v10.0.0rc12", True)],
)
def test_a_version_before_its_release_is_marked_as_one(
    tmp_path: Path, tag: str, is_marked: bool
) -> None:
    release = YAML(typ="safe").load(
        (product.ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    )
    program = tmp_path / "gh"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > said.txt\n', "utf-8")
    program.chmod(0o755)
    script = release["jobs"]["draft"]["steps"][-1]["run"]
    env = {"PATH": f"{tmp_path}:/usr/bin:/bin", "GITHUB_REF_NAME": tag}
    subprocess.run(["bash", "-eu", "-c", script], cwd=tmp_path, env=env, check=True)
    said = (tmp_path / "said.txt").read_text("utf-8").splitlines()
    assert said[:4] == ["release", "create", tag, "--draft"]
    assert ("--prerelease" in said) == is_marked
    assert "" not in said


def test_nothing_to_gather_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    assert "holds no artefacts" in gather.gather(tmp_path / "parts", tmp_path / "all")[0]


def test_an_artefact_that_does_not_match_is_never_installed(
    parts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[object] = []
    monkeypatch.setattr(installed, "run", ran.append)
    (parts / "ubuntu" / "a.deb").write_bytes(b"changed")
    assert installed.main([str(parts / "ubuntu")]) == 1
    assert ran == []
    assert "a.deb does not match" in capsys.readouterr().err


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="walks the Linux branch")
def test_the_debian_package_is_installed_checked_and_removed(
    parts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    checked: list[tuple[str, str]] = []
    on_path = {"pingtree-desktop": "/usr/bin/pingtree-desktop", "pingtree": "/usr/bin/pingtree"}

    def run(command: list[object]) -> str:
        ran.append(" ".join(str(word) for word in command))
        if "purge" in ran[-1]:
            on_path.clear()
        return ""

    monkeypatch.setattr(installed, "run", run)
    monkeypatch.setattr(installed.shutil, "which", on_path.get)
    monkeypatch.setattr(
        build, "check_program",
        lambda program, entry, wanted: checked.append((str(program), entry)) or {"ok": wanted},
    )  # fmt: skip
    assert installed.main([str(parts / "ubuntu")]) == 0
    assert "install" in ran[0]
    assert str(parts / "ubuntu" / "a.deb") in ran[0]
    assert "purge" in ran[1]
    assert checked == [
        ("/usr/bin/pingtree-desktop", "pingtree-desktop"), ("/usr/bin/pingtree", "pingtree")
    ]  # fmt: skip


def test_two_installers_for_one_system_are_not_guessed_at(tmp_path: Path) -> None:
    for name in ("a.deb", "b.deb"):
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(build.Stop, match=r"has 2 files \*\.deb, not one"):
        installed.only(tmp_path, "*.deb")
