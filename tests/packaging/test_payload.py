"""What may be in a frozen program: the stand-in passes, and each planted fault is named."""

from __future__ import annotations

import json
import os
import sys
import zipfile

import notices
import payload
import product
import pytest
import traces
import version

METADATA = "another-1.0.dist-info/METADATA"


def test_a_good_folder_passes(frozen):
    assert payload.check(frozen, "linux") == []


def test_a_missing_folder_is_one_sentence(tmp_path):
    assert payload.check(tmp_path / "none", "linux") == [
        f"{tmp_path / 'none'} is not there: freeze first."
    ]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("_internal/extra.dat", "not on the list"),
        ("notes.txt", "not on the list"),
        ("_internal/PySide6/Qt/lib/libQt6Quick.so.6", "not on the list"),
        ("_internal/PySide6/Qt/plugins/sqldrivers/libqsqlite.so", "not on the list"),
        ("_internal/libgtk-3.so.0", "not on the list"),
        ("_internal/tests/data.json", "must not be part"),
        ("_internal/anyio/_backends/test_things.py", "must not be part"),
        ("_internal/icuuc.dll", "must not be part"),
        ("_internal/wine_stub.dll", "must not be part"),
        ("_internal/signing.pfx", "must not be part"),
        ("_internal/history.db", "must not be part"),
        ("_internal/pingtree_desktop/_resources/theme/.env", "must not be part"),
        ("_internal/pingtree_desktop/_resources/theme/__pycache__/a.pyc", "must not be part"),
    ],
)
def test_an_extra_file_is_refused(frozen, name, says):
    file = frozen / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"something")
    problems = payload.check(frozen, "linux")
    assert any(name in one and says in one for one in problems), problems


@pytest.mark.parametrize(
    "content",
    [
        "-----BEGIN " + "PRIVATE KEY-----\nMIIE",
        "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIE",
        "AKIA" + "ABCDEFGHIJKLMNOP",
        "ghp_" + "a" * 36,
    ],
)
def test_a_secret_is_found_in_a_file_that_may_be_there(frozen, content):
    for name in (payload.NOTICES, METADATA):
        write(frozen / payload.INSIDE / name, f"before\n{content}\n".encode())
        assert f"{payload.INSIDE}/{name} holds a secret key." in payload.check(frozen, "linux")


def write(file, data):
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(data)


def test_a_secret_is_found_inside_a_program_and_an_archive(frozen):
    plugin = frozen / payload.INSIDE / "PySide6/Qt/plugins/platforms/libqxcb.so"
    header = b"-----BEGIN " + b"PRIVATE KEY-----"
    plugin.write_bytes(b"MZ" + header + b" was expected\0")  # a message, not a key
    assert payload.check(frozen, "linux") == []
    plugin.write_bytes(b"MZ" + header + b"\n" + b"MIIEvQIBADAN" * 8)
    library = frozen / payload.INSIDE / "base_library.zip"
    with zipfile.ZipFile(library, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a.pyc", "ghp_" + "a" * 36)
    assert payload.check(frozen, "linux") == [
        "_internal/PySide6/Qt/plugins/platforms/libqxcb.so holds a secret key.",
        "_internal/base_library.zip/a.pyc holds a secret key.",
    ]


@pytest.mark.parametrize("home", ["/home/someone", "C:\\Users\\someone", "D:\\a\\Ping Tree"])
def test_the_building_machine_is_not_named(frozen, monkeypatch, home):
    monkeypatch.setattr(traces.Path, "home", lambda: home)
    windows, posix = home.replace("/", "\\"), home.replace("\\", "/")
    for told in (f"{posix}/x", f"{windows}\\x", f"{windows}\\x".replace("\\", "\\\\")):
        write(frozen / payload.INSIDE / METADATA, f"Built-In: {told}".encode())
        assert payload.check(frozen, "linux") == [
            f"{payload.INSIDE}/{METADATA} names a folder of the machine that built it."
        ]
    write(frozen / payload.INSIDE / METADATA, f"{posix}elsewhere".encode())
    assert payload.check(frozen, "linux") == []


def test_the_source_s_folder_is_not_named_in_a_program_either(frozen):
    (frozen / "pingtree").write_bytes(f"\x7fELF {product.ROOT.as_posix()}/x".encode())
    assert payload.check(frozen, "linux") == [
        "pingtree names a folder of the machine that built it."
    ]


@pytest.mark.parametrize("name", [payload.NOTICES, payload.LICENSE])
@pytest.mark.parametrize("part", [0, 0.5, 0.99])
def test_terms_that_are_not_whole_are_refused(frozen, name, part):
    file = frozen / payload.INSIDE / name
    text = file.read_text("utf-8")
    file.write_text(text[: int(len(text) * part)], "utf-8")
    (problem,) = payload.check(frozen, "linux")
    assert problem.startswith(f"{payload.INSIDE}/{name} ")


def test_terms_of_another_system_s_program_are_looked_at(frozen):
    other = "darwin" if sys.platform.startswith("linux") else "linux"
    assert not [one for one in payload.check(frozen, other) if "lacks notices" in one]
    (frozen / payload.INSIDE / payload.NOTICES).write_text(notices.HEAD, "utf-8")
    assert [one for one in payload.check(frozen, other) if "lacks notices" in one]


@pytest.mark.skipif(os.name == "nt", reason="there are no such rights on Windows")
@pytest.mark.parametrize(
    ("name", "mode", "says"),
    [
        ("pingtree", 0o644, "pingtree is a program that nobody may start (mode 644)."),
        ("pingtree", 0o4755, "pingtree runs with another's rights (mode 4755)."),
        ("_internal/LICENSE.txt", 0o2644, "_internal/LICENSE.txt runs with another's rights"),
    ],
)
def test_rights_that_are_wrong_are_told(frozen, name, mode, says):
    (frozen / name).chmod(mode)
    (problem,) = payload.check(frozen, "linux")
    assert problem.startswith(says)


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_may_not_lead_nowhere(frozen):
    (frozen / "_internal" / "libssl.so.3").symlink_to("libssl.so.3.0")
    assert payload.check(frozen, "linux") == ["_internal/libssl.so.3 is a link that leads nowhere."]


def test_what_came_after_freezing_is_told(frozen):
    """A library that the allow-list has room for, but that was not frozen."""
    assert payload.check_list(frozen) == []
    (frozen / "_internal" / "libssl.so.3").write_bytes(b"another's")
    (frozen / "_internal" / "LICENSE.txt").write_bytes(b"changed")
    (frozen / "pingtree").unlink()
    assert payload.check_list(frozen) == [
        "_internal/LICENSE.txt is not as it was frozen.",
        "_internal/libssl.so.3 was not there when the program was frozen.",
        "pingtree was frozen and is gone.",
    ]
    payload.list_file(frozen).unlink()
    assert payload.check_list(frozen) == ["PingTreeDesktop.sha256 is missing: freeze first."]


@pytest.mark.parametrize(
    "name",
    [
        "PingTreeDesktop",
        "pingtree",
        "_internal/THIRD-PARTY-NOTICES.txt",
        "_internal/LICENSE.txt",
        "_internal/pingtree_desktop/frozen.json",
    ],
)
def test_what_must_be_there(frozen, name):
    (frozen / name).unlink()
    assert payload.check(frozen, "linux") == [f"{name} is missing."]


def test_a_missing_plugin_is_named(frozen):
    (frozen / payload.INSIDE / "PySide6/Qt/plugins/platforms/libqxcb.so").unlink()
    assert payload.check(frozen, "linux") == ["The Qt plugin platforms/libqxcb.so is missing."]


def test_resources_are_the_source_s(frozen):
    place = frozen / payload.INSIDE / payload.RESOURCES
    (place / "theme" / "app.qss").unlink()
    (place / "icons" / "send.svg").write_text("<svg/>", "utf-8")
    (place / "icons" / "stranger.svg").write_text("<svg/>", "utf-8")
    assert payload.check(frozen, "linux") == [
        "The resource icons/send.svg is not the source's: its hash does not match.",
        "The resource icons/stranger.svg is not one of the source's.",
        "The resource theme/app.qss is missing.",
    ]


def test_another_version_is_refused(frozen):
    file = frozen / payload.INSIDE / payload.MANIFEST
    told = json.loads(file.read_text("utf-8"))
    told["version"] = "9.9.9"
    file.write_text(json.dumps(told), "utf-8")
    assert payload.check(frozen, "linux") == [
        f"The program says version 9.9.9, the source {version.version()}."
    ]


def test_damaged_files_are_told_and_not_stumbled_over(frozen):
    (frozen / payload.INSIDE / payload.MANIFEST).write_text('{"version": ', "utf-8")
    (frozen / payload.INSIDE / "libssl.so.3").write_bytes(b"\x7fELF\x02\x01 cut")
    assert payload.check(frozen, "linux") == [
        "_internal/libssl.so.3 is damaged: it is no whole ELF file.",
        "_internal/pingtree_desktop/frozen.json is damaged: it is no manifest.",
    ]


def test_the_size_has_a_limit(frozen, monkeypatch):
    monkeypatch.setitem(payload.LIMIT_BYTES, "linux", 1000)
    (problem,) = payload.check(frozen, "linux")
    assert problem.startswith("It takes 0.")
    assert problem.endswith("the limit is 0 MB.")


@pytest.mark.skipif(os.name == "nt", reason="links need a right on Windows")
def test_a_link_may_not_lead_out(frozen, tmp_path):
    (tmp_path / "outside").write_text("x", "utf-8")
    (frozen / "_internal" / "libssl.so.3").symlink_to(tmp_path / "outside")
    assert payload.check(frozen, "linux") == [
        "_internal/libssl.so.3 is a link that leads out of the program."
    ]


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("linux", "PySide6/Qt/translations/qtbase_de.qm"),
        ("linux", "PySide6/Qt/plugins/platforms/libqvnc.so"),
        ("linux", "PySide6/Qt/plugins/platformthemes/libqgtk3.so"),
        ("linux", "PySide6/Qt/plugins/imageformats/libqwebp.so"),
        ("linux", "PySide6/Qt/lib/libQt6Network.so.6"),
        ("linux", "libstdc++.so.6"),
        ("linux", "libX11.so.6"),
        ("linux", "libglib-2.0.so.0"),
        ("linux", "keyring-25.7.0.dist-info/entry_points.txt"),
        ("win32", "keyring-25.7.0.dist-info\\licenses\\LICENSE"),
        ("win32", "PySide6\\opengl32sw.dll"),
        ("win32", "PySide6\\Qt6Quick.dll"),
        ("win32", "PySide6\\plugins\\platforms\\qdirect2d.dll"),
        ("win32", "api-ms-win-crt-heap-l1-1-0.dll"),
        ("darwin", "PySide6/Qt/plugins/tls/libqopensslbackend.dylib"),
        ("darwin", "PySide6/Qt/lib/QtNetwork.framework/Versions/A/QtNetwork"),
        ("darwin", "QtNetwork"),
        ("darwin", "QtQmlModels"),
        ("darwin", "QtOpenGLWidgets"),
    ],
)
def test_what_is_left_out(system, name):
    assert not payload.keep(name, system)


@pytest.mark.parametrize(
    ("system", "name"),
    [
        ("linux", "PySide6/Qt/plugins/platforms/libqxcb.so"),
        ("linux", "PySide6/Qt/plugins/platforms/libqoffscreen.so"),
        ("linux", "PySide6/Qt/plugins/wayland-shell-integration/libxdg-shell.so"),
        ("linux", "PySide6/Qt/plugins/imageformats/libqsvg.so"),
        ("linux", "PySide6/Qt/lib/libQt6Core.so.6"),
        ("linux", "libpython3.11.so.1.0"),
        ("linux", "libxcb-cursor.so.0"),
        ("linux", "_cffi_backend.cpython-311-x86_64-linux-gnu.so"),
        ("linux", "cryptography/hazmat/bindings/_rust.abi3.so"),
        ("linux", "keyring-25.7.0.dist-info/METADATA"),
        ("win32", "PySide6\\Qt6Core.dll"),
        ("win32", "PySide6\\plugins\\platforms\\qwindows.dll"),
        ("win32", "python312.dll"),
        ("win32", "_ssl.pyd"),
        ("darwin", "PySide6/Qt/plugins/platforms/libqcocoa.dylib"),
        ("darwin", "libpyside6.abi3.6.11.dylib"),
        ("darwin", "libshiboken6.abi3.6.11.dylib"),
        ("darwin", "PySide6/libpyside6.abi3.6.11.dylib"),
        ("darwin", "QtCore"),
        ("darwin", "QtDBus"),
        ("darwin", "Python"),
    ],
)
def test_what_stays_is_allowed(system, name):
    assert payload.keep(name, system)
    assert payload.allowed(system).fullmatch(name.replace("\\", "/"))


# What the freezer lists on macOS: libraries, frameworks with their inner links, links at the top.
CORE, NETWORK = (f"PySide6/Qt/lib/{name}.framework" for name in ("QtCore", "QtNetwork"))
COLLECTED_ON_MACOS = [
    ("PySide6/libpyside6.abi3.6.11.dylib", "/v/libpyside6.abi3.6.11.dylib", "BINARY"),
    ("libpyside6.abi3.6.11.dylib", "PySide6/libpyside6.abi3.6.11.dylib", "SYMLINK"),
    ("shiboken6/libshiboken6.abi3.6.11.dylib", "/v/libshiboken6.abi3.6.11.dylib", "BINARY"),
    ("libshiboken6.abi3.6.11.dylib", "shiboken6/libshiboken6.abi3.6.11.dylib", "SYMLINK"),
    (f"{CORE}/Versions/A/QtCore", "/v/QtCore", "BINARY"),
    (f"{CORE}/Versions/A/Resources/Info.plist", "/v/Info.plist", "DATA"),
    (f"{CORE}/Versions/Current", "A", "SYMLINK"),
    (f"{CORE}/Resources", "Versions/Current/Resources", "SYMLINK"),
    (f"{CORE}/QtCore", "Versions/Current/QtCore", "SYMLINK"),
    ("QtCore", f"{CORE}/Versions/A/QtCore", "SYMLINK"),
]
LEFT_OUT_ON_MACOS = [
    (f"{NETWORK}/Versions/A/QtNetwork", "/v/QtNetwork", "BINARY"),
    (f"{NETWORK}/Versions/A/Resources/Info.plist", "/v/Info.plist", "DATA"),
    (f"{NETWORK}/Versions/Current", "A", "SYMLINK"),
    (f"{NETWORK}/Resources", "Versions/Current/Resources", "SYMLINK"),
    (f"{NETWORK}/QtNetwork", "Versions/Current/QtNetwork", "SYMLINK"),
    ("QtNetwork", f"{NETWORK}/Versions/A/QtNetwork", "SYMLINK"),
    ("QtSvg", "PySide6/Qt/lib/QtSvg.framework/Versions/A/QtSvg", "SYMLINK"),  # nothing is there
    ("libz.1.dylib", "../libz.1.dylib", "SYMLINK"),  # leads out
    ("QtGui", "QtWidgets", "SYMLINK"),  # a circle
    ("QtWidgets", "QtGui", "SYMLINK"),
]


def test_a_link_goes_with_what_it_leads_to():
    found = payload.kept([*COLLECTED_ON_MACOS, *LEFT_OUT_ON_MACOS], "darwin")
    assert found == {name for name, _source, _kind in COLLECTED_ON_MACOS}
    pattern = payload.allowed("darwin")
    assert [name for name in found if not pattern.fullmatch(name)] == []
