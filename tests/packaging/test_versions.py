"""One version everywhere, and a planted other one is noticed."""

from __future__ import annotations

import product
import pytest
import version
from linux import deb, entries
from macos import bundle

import pingtree_desktop


def test_it_is_the_package_s():
    assert version.version() == pingtree_desktop.__version__


def test_every_artefact_says_it(frozen, epoch):
    told = version.version()
    assert f'<release version="{told}" date="2025-11-23"/>' in entries.metainfo_text(told, epoch)
    assert f"\nVersion: {told}\n" in deb.control_text(frozen, told, 1)
    assert bundle.info_plist(told)["CFBundleShortVersionString"] == told
    assert deb.file_name(told).startswith(f"pingtree-desktop_{told}_")


def test_no_other_file_states_a_version():
    for file in (product.ROOT / "packaging").rglob("*"):
        is_text = file.suffix in {".py", ".spec", ".nsi", ".desktop", ".xml", ".plist"}
        if is_text and "__pycache__" not in file.parts:
            assert f'"{pingtree_desktop.__version__}"' not in file.read_text("utf-8"), file


@pytest.mark.parametrize(
    ("ours", "debian", "apple"),
    [
        ("1.2.3", "1.2.3", "1.2.3"),
        ("1.2.3rc1", "1.2.3~rc1", "1.2.3"),
        ("0.1.0a2", "0.1.0~a2", "0.1.0"),
    ],
)  # fmt: skip
def test_as_other_systems_write_it(ours, debian, apple):
    assert version.debian(ours) == debian
    assert version.apple(ours) == apple


@pytest.mark.parametrize("text", ["1.2", "v1.2.3", "1.2.3.4", "1.2.3-rc1", "1.2.3dev0", ""])
def test_what_is_no_version(text):
    with pytest.raises(ValueError, match="is not a version"):
        version.checked(text)


def test_a_tag_must_be_the_version(capsys):
    assert version.main([f"v{version.version()}"]) == 0
    assert version.main(["v9.9.9"]) == 1
    assert "The tag is v9.9.9" in capsys.readouterr().err


def test_a_source_without_version(tmp_path, monkeypatch):
    (tmp_path / "__init__.py").write_text("nothing", "utf-8")
    monkeypatch.setattr(version, "SOURCE", tmp_path / "__init__.py")
    with pytest.raises(ValueError, match="no __version__"):
        version.version()
