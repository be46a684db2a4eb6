"""The verbs of build.py: each stops with a sentence where it must."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import build
import lock
import payload
import product
import pytest
import sums
import version

is_linux = sys.platform.startswith("linux")


def job(frozen: Path, out: Path, system: str = "linux") -> build.Job:
    return build.Job(system, frozen, out)


@pytest.mark.skipif(not is_linux, reason="the stand-in is a Linux one")
def test_package_and_verify(frozen, epoch, tmp_path, capsys):
    wanted = job(frozen, tmp_path / "out")
    build.package(wanted)
    build.verify(wanted)
    names = {file.name for file in (tmp_path / "out").iterdir()}
    told = version.version()
    assert f"PingTreeDesktop-{told}-linux-{platform.machine()}.cdx.json" in names
    assert sums.NAME in names
    assert len(names) == 4
    said = capsys.readouterr().out
    for name in names - {sums.NAME}:
        assert f"{payload.digest(tmp_path / 'out' / name)}\n" in said


@pytest.mark.skipif(not is_linux, reason="the stand-in is a Linux one")
def test_verify_finds_planted_faults(frozen, epoch, tmp_path):
    wanted = job(frozen, tmp_path / "out")
    build.package(wanted)
    listing = tmp_path / "out" / sums.NAME
    text = listing.read_text("utf-8")
    listing.write_text(text.replace(text[:64], "0" * 64), "utf-8")
    with pytest.raises(build.Stop, match="does not match its sum"):
        build.verify(wanted)
    listing.write_text(text, "utf-8")
    late = frozen / "_internal" / "libssl.so.3"
    late.write_bytes(b"one that may be there")
    for verb in (build.package, build.verify):
        with pytest.raises(build.Stop, match=r"libssl\.so\.3 was not there when .* frozen"):
            verb(wanted)
    late.unlink()
    stranger = tmp_path / "out" / "SHA256SUMS.exe"
    stranger.write_bytes(b"x")
    for verb in (build.package, build.verify):
        with pytest.raises(build.Stop, match=r"SHA256SUMS\.exe is no artefact of this build"):
            verb(wanted)
    stranger.unlink()
    (frozen / "_internal" / "extra.dat").write_bytes(b"x")
    with pytest.raises(build.Stop, match=r"extra\.dat is not on the list"):
        build.verify(wanted)


def test_a_bad_payload_is_not_packaged(frozen, epoch, tmp_path):
    (frozen / "_internal" / "tests").mkdir()
    (frozen / "_internal" / "tests" / "data").write_bytes(b"x")
    with pytest.raises(build.Stop, match="must not be part of the program"):
        build.package(job(frozen, tmp_path / "out"))
    assert not (tmp_path / "out").exists()


def test_another_version_is_not_packaged(frozen, epoch, tmp_path, monkeypatch):
    monkeypatch.setattr(version, "version", lambda: "9.9.9")
    with pytest.raises(build.Stop, match=r"the source 9\.9\.9"):
        build.package(job(frozen, tmp_path / "out"))


def test_freezing_happens_at_home(frozen, epoch, tmp_path):
    other = "win32" if is_linux else "linux"
    with pytest.raises(build.Stop, match="Freezing for"):
        build.freeze(job(frozen, tmp_path, other))
    with pytest.raises(build.Stop, match="do not run on"):
        build.self_check(job(frozen, tmp_path, other))


def test_a_disk_image_is_made_on_macos_only(frozen, epoch, tmp_path, capsys):
    assert build.main(["verify", "--system", "darwin", "--frozen", str(frozen)]) == 1
    assert "PingTreeDesktop is not" not in capsys.readouterr().out


def test_the_programs_of_each_system(frozen, epoch, tmp_path):
    assert [one.name for one in build.programs(job(frozen, tmp_path, "win32"))] == [
        "PingTreeDesktop.exe", "pingtree.exe",
    ]  # fmt: skip
    window, _terminal = build.programs(job(frozen, tmp_path, "darwin"))
    assert window.parts[-4:] == ("PingTree Desktop.app", "Contents", "MacOS", "PingTreeDesktop")


def test_two_builds_have_one_environment(frozen, epoch, tmp_path, monkeypatch):
    env = build.environment(job(frozen, tmp_path))
    assert (env["SOURCE_DATE_EPOCH"], env["PYTHONHASHSEED"]) == ("1763900000", "1")


def test_the_time_is_the_last_commit_s(monkeypatch, tmp_path):
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    env = {
        **os.environ,
        "GIT_COMMITTER_DATE": "1700000000 +0000",
        "GIT_AUTHOR_DATE": "1600000000 +0000",
    }
    name = ["-c", "user.name=a", "-c", "user.email=a@b.invalid"]
    for words in (["init", "-q"], [*name, "commit", "-q", "--allow-empty", "-m", "x"]):
        subprocess.run(["git", *words], cwd=tmp_path, env=env, check=True)
    monkeypatch.setattr(product, "ROOT", tmp_path)
    assert product.source_date_epoch() == 1_700_000_000
    monkeypatch.setattr(product, "ROOT", Path(tmp_path.anchor))
    with pytest.raises(SystemExit, match="Set SOURCE_DATE_EPOCH"):
        product.source_date_epoch()


def test_times_are_set(frozen):
    build.set_times(frozen, 1_700_000_000)
    assert {path.stat().st_mtime for path in [frozen, *frozen.rglob("*")]} == {1_700_000_000}


# ---- what is written about it ----


def test_the_documented_way_builds_in_a_fresh_clone():
    """The environment that it makes has the lock of the build, and it is the one that is used."""
    told = (product.ROOT / "packaging" / "README.md").read_text("utf-8")
    lines = told.partition("```\n")[2].partition("\n```")[0].splitlines()
    assert lines[0].startswith("python packaging/bootstrap.py setup build ")
    assert [line for line in lines[1:] if not line.startswith(".venv/bin/python ")] == []
    pins = lock.read_lock((lock.REQUIREMENTS / "build.txt").read_text("utf-8"))
    assert {"pyinstaller", "dmgbuild", "hatchling"} <= set(pins)


def test_the_readme_says_where_the_terminal_program_is():
    told = (product.ROOT / "README.md").read_text("utf-8")
    told = told.partition("## In the terminal")[2].partition("```")[0]
    terminal = product.TERMINAL_PROGRAM
    script = (product.ROOT / "packaging" / "windows" / "installer.nsi").read_text("utf-8")
    assert 'InstallDir "$LOCALAPPDATA\\Programs\\${APP}"' in script
    for place in (
        rf"%LOCALAPPDATA%\Programs\{product.APP}\{terminal}.exe",
        f"/Applications/{product.APP}.app/Contents/MacOS/{terminal}",
        f"| Debian, Ubuntu | `{terminal}`, on the path |",
    ):
        assert place in told


def test_what_stands_on_a_command_line_of_the_release_is_admitted():
    """Each tool that is given a secret as an argument is named where secrets are explained."""
    release = (product.ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")
    told = (product.ROOT / "packaging" / "README.md").read_text("utf-8")
    told = told.partition("## Signing")[2].partition("\n## ")[0]
    found = set()
    for line in release.replace("\\\n", " ").splitlines():
        tool = re.match(r"\s*(security|xcrun notarytool) ([\w-]+) ", line)
        if tool is not None and re.search(r'\$(P12_PASSWORD|APPLE_PASSWORD)"', line):
            found.add(f"{tool[1].removeprefix('xcrun ')} {tool[2]}")
    assert found == {"security import", "notarytool store-credentials"}
    assert [one for one in found if f"`{one}`" not in told] == []
    words = re.findall(r'^\s*security .*"\$word"', release, re.MULTILINE)
    assert len(words) == 3
    assert "on three of `security`" in told


# ---- reading a program's self-check ----

REPORT = {
    "ok": True, "frozen": True, "version": "1.2.3", "entry": "pingtree", "qt": "6", "qpa": "xcb",
    "checks": [{"name": "modules", "ok": True, "text": "2 loaded"}],
}  # fmt: skip


def program(folder: Path, report: dict | None, *, code: int = 0, complaint: str = "") -> Path:
    """A program that writes a report as it is told."""
    file = folder / "pingtree"
    text = f"#!{sys.executable}\nimport sys\n"
    if report is not None:
        text += f"open(sys.argv[3], 'w').write({json.dumps(report)!r})\n"
    text += f"sys.stderr.write({complaint!r})\nsys.exit({code})\n"
    file.write_text(text, "utf-8")
    file.chmod(0o755)
    return file


needs_posix = pytest.mark.skipif(os.name == "nt", reason="the stand-in program is a script")


@needs_posix
def test_a_good_report(tmp_path):
    assert build.check_program(program(tmp_path, REPORT), "pingtree", "1.2.3") == REPORT


@needs_posix
@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"version": "9.9.9"}, "version is '9.9.9', not '1.2.3'"),
        ({"frozen": False}, "frozen is False, not True"),
        ({"entry": "other"}, "entry is 'other', not 'pingtree'"),
        ({"ok": False, "checks": [{"name": "TLS", "ok": False, "text": "none"}]}, "TLS: none"),
        ({"ok": False}, "ended with 0"),
    ],
)
def test_a_bad_report(tmp_path, changes, says):
    with pytest.raises(build.Stop, match=says):
        build.check_program(program(tmp_path, {**REPORT, **changes}), "pingtree", "1.2.3")


@needs_posix
def test_a_program_that_fails_otherwise(tmp_path):
    with pytest.raises(build.Stop, match="ended with 1"):
        build.check_program(program(tmp_path, REPORT, code=1), "pingtree", "1.2.3")
    with pytest.raises(build.Stop, match="It complained: Qt is cross"):
        build.check_program(program(tmp_path, REPORT, complaint="Qt is cross"), "pingtree", "1.2.3")
    with pytest.raises(build.Stop, match="ended with 3 and wrote no report: gone"):
        build.check_program(program(tmp_path, None, code=3, complaint="gone"), "pingtree", "1.2.3")
    with pytest.raises(build.Stop, match="freeze first"):
        build.check_program(tmp_path / "none", "pingtree", "1.2.3")
