"""What macOS gets, as far as any system can tell: plist, entitlements, commands, layout."""

from __future__ import annotations

import plistlib
import re
import runpy
from pathlib import Path

import icons
import lock
import product
import pytest
import version
from macos import bundle, sign
from macos import package as macos_package

VERSION = version.version()


def make_app(folder: Path, **changes: object) -> Path:
    """A bundle with a right Info.plist but for the changes; gives the frozen folder beside it."""
    app = folder / f"{product.APP}.app"
    programs = app / "Contents" / "MacOS"
    programs.mkdir(parents=True)
    for name in product.program_files("darwin"):
        (programs / name).write_bytes(b"a program")
    content = {**bundle.info_plist(VERSION), **changes}
    (app / "Contents" / "Info.plist").write_bytes(plistlib.dumps(content))
    return folder / product.FOLDER


def test_the_plist_can_be_written_and_says_what_it_must():
    content = plistlib.loads(plistlib.dumps(bundle.info_plist(VERSION)))
    assert content["CFBundleIdentifier"] == product.BUNDLE_ID
    assert re.fullmatch(r"[A-Za-z0-9.-]+", product.BUNDLE_ID)
    assert content["CFBundleExecutable"] == product.WINDOW_PROGRAM
    assert content["NSHighResolutionCapable"] is True
    (document,) = content["CFBundleDocumentTypes"]
    (declared,) = content["UTExportedTypeDeclarations"]
    assert document["LSItemContentTypes"] == [declared["UTTypeIdentifier"]]
    assert declared["UTTypeTagSpecification"]["public.filename-extension"] == ["pingtree"]


def test_the_oldest_macos_is_that_of_the_locked_qt():
    pins = lock.read_lock((lock.REQUIREMENTS / "run.txt").read_text("utf-8"))
    major_minor = ".".join(pins["pyside6-essentials"].version.split(".")[:2])
    assert bundle.QT_MINIMUM[major_minor] == product.MACOS_MINIMUM
    assert bundle.info_plist(VERSION)["LSMinimumSystemVersion"] == product.MACOS_MINIMUM


def test_the_entitlements_ask_for_one_thing():
    assert plistlib.loads(bundle.ENTITLEMENTS.read_bytes()) == {
        "com.apple.security.cs.allow-unsigned-executable-memory": True
    }


def test_a_good_bundle_has_no_differences(tmp_path):
    frozen = make_app(tmp_path)
    assert bundle.differences(macos_package.bundle_of(frozen), VERSION) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("CFBundleShortVersionString", "9.9.9"),
        ("CFBundleVersion", "9.9.9"),
        ("LSMinimumSystemVersion", "11.0"),
        ("CFBundleIdentifier", "com.example.other"),
    ],
)
def test_a_planted_difference_is_refused(tmp_path, key, value):
    frozen = make_app(tmp_path, **{key: value})
    with pytest.raises(macos_package.NotPackaged, match=f"{key} is '{value}'"):
        macos_package.verify(frozen, tmp_path, VERSION)


def test_what_is_missing_is_named(tmp_path):
    frozen = tmp_path / product.FOLDER
    with pytest.raises(macos_package.NotPackaged, match="freeze on macOS first"):
        macos_package.verify(frozen, tmp_path, VERSION)
    frozen = make_app(tmp_path)
    app = macos_package.bundle_of(frozen)
    with pytest.raises(macos_package.NotPackaged, match=r"\.dmg is missing"):
        macos_package.verify(frozen, tmp_path, VERSION)
    (app / "Contents" / "MacOS" / product.TERMINAL_PROGRAM).unlink()
    with pytest.raises(macos_package.NotPackaged, match="lacks the program pingtree"):
        macos_package.verify(frozen, tmp_path, VERSION)
    (app / "Contents" / "Info.plist").unlink()
    assert bundle.differences(app, VERSION) == [f"{app.name} has no Info.plist."]


def test_the_image_s_name(monkeypatch):
    for name in (sign.IDENTITY, "PINGTREE_RELEASE"):
        monkeypatch.delenv(name, raising=False)
    plain = f"{product.FOLDER}-1.2.3-macos-arm64.dmg"
    assert macos_package.image_name("1.2.3", "arm64") == plain
    monkeypatch.setenv("PINGTREE_RELEASE", "1")
    assert macos_package.image_name("1.2.3", "arm64").endswith("arm64-unsigned.dmg")
    monkeypatch.setenv(sign.IDENTITY, "Developer ID Application: Someone")
    assert macos_package.image_name("1.2.3", "arm64") == plain


def test_the_layout_of_the_image(tmp_path):
    app = tmp_path / f"{product.APP}.app"
    command = macos_package.image_command(app, tmp_path / "x.dmg")
    assert command[-2:] == [product.APP, str(tmp_path / "x.dmg")]
    defines = {"app": str(app), "icon": str(icons.ICNS)}
    layout = runpy.run_path(str(macos_package.SETTINGS), init_globals={"defines": defines})
    assert layout["files"] == [str(app)]
    assert layout["symlinks"] == {"Applications": "/Applications"}
    assert set(layout["icon_locations"]) == {app.name, "Applications"}
    assert Path(layout["icon"]).is_file()
    (_left, _top), (width, height) = layout["window_rect"]
    for x, y in layout["icon_locations"].values():
        assert layout["icon_size"] / 2 < x < width - layout["icon_size"] / 2
        assert layout["icon_size"] / 2 < y < height - layout["icon_size"] / 2
    assert layout["format"] == "ULFO"


# ---- signing ----


@pytest.fixture
def no_means(monkeypatch):
    for name in (sign.IDENTITY, sign.PROFILE):
        monkeypatch.delenv(name, raising=False)


def test_without_a_certificate_the_bundle_is_signed_ad_hoc(no_means):
    command = sign.sign_command(Path("X.app"))
    assert command[command.index("--sign") + 1] == "-"
    assert not {"--timestamp", "--options", "runtime"} & set(command)
    assert command[command.index("--entitlements") + 1] == str(bundle.ENTITLEMENTS)
    assert len(sign.check_commands(Path("X.app"))) == 1


def test_with_a_certificate(no_means, monkeypatch):
    monkeypatch.setenv(sign.IDENTITY, "Developer ID Application: Someone")
    command = sign.sign_command(Path("X.app"))
    assert command[command.index("--options") + 1] == "runtime"
    assert command[command.index("--entitlements") + 1] == str(bundle.ENTITLEMENTS)
    assert "--timestamp" in command
    assert "--options" not in sign.sign_command(Path("X.dmg"))


def test_notarising(no_means, monkeypatch):
    monkeypatch.setenv(sign.PROFILE, "stored")
    submit, staple = sign.notarise_commands(Path("X.zip"), Path("X.app"))
    assert submit[:4] == ["xcrun", "notarytool", "submit", "X.zip"]
    assert "--wait" in submit
    assert staple == ["xcrun", "stapler", "staple", "X.app"]
    checks = sign.check_commands(Path("X.dmg"))
    assert ["xcrun", "stapler", "validate", "X.dmg"] in checks
    with pytest.raises(sign.CannotSign, match="Apple takes signed files only"):
        sign.sign(Path("X.app"))


def test_no_secret_is_on_a_command_line(no_means, monkeypatch):
    monkeypatch.setenv(sign.PROFILE, "stored")
    words = [word for c in sign.notarise_commands(Path("a"), Path("b")) for word in c]
    assert not {"--password", "--apple-id", "--key"} & set(words)


def test_elsewhere_it_says_so(no_means, monkeypatch):
    monkeypatch.setattr(sign.shutil, "which", lambda _name: None)
    with pytest.raises(sign.CannotSign, match="codesign is not here"):
        sign.sign(Path("X.app"))


def test_a_refusal_of_the_tool_is_told(no_means, monkeypatch, tmp_path):
    tool = tmp_path / "codesign"
    tool.write_text("#!/bin/sh\necho no identity found >&2\nexit 1\n", "utf-8")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(sign.CannotSign, match="codesign --force --sign failed: no identity found"):
        sign.sign(Path("X.app"))
