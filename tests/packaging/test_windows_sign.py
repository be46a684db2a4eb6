"""Signing: with a throwaway certificate, without one, and when it goes wrong."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from windows import package, sign

from tests.packaging.conftest import EPOCH
from tests.packaging.windows_stubs import (
    certificate,
    frozen_for_windows,
    needs_makensis,
    needs_osslsigncode,
)

VERSION = "1.2.3"
pytestmark = [needs_makensis, needs_osslsigncode]


@pytest.fixture(scope="module")
def pfx(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("signer") / "signer.pfx", "open sesame")


@pytest.fixture(scope="module")
def setup_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An unsigned setup of a stand-in, made once; nobody changes it."""
    folder = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
        for name in (sign.PFX, sign.PASSWORD, sign.TIMESTAMP, "PINGTREE_RELEASE"):
            patch.delenv(name, raising=False)
        return package.make_setup(frozen_for_windows(folder / "stub", VERSION), folder, VERSION)


@pytest.fixture
def setup(setup_once: Path, tmp_path: Path, epoch: int, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real Windows program: an unsigned setup of a stand-in."""
    for name in (sign.PFX, sign.PASSWORD, sign.TIMESTAMP, "PINGTREE_RELEASE"):
        monkeypatch.delenv(name, raising=False)
    frozen_for_windows(tmp_path / "stub", VERSION)
    return Path(shutil.copy(setup_once, tmp_path))


@pytest.fixture
def certified(pfx: Path, setup: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a certificate at hand."""
    monkeypatch.setenv(sign.PFX, str(pfx))
    monkeypatch.setenv(sign.PASSWORD, "open sesame")
    return setup


def test_without_a_certificate_nothing_is_touched(setup: Path) -> None:
    before = setup.read_bytes()
    assert sign.sign(setup) is False
    assert setup.read_bytes() == before
    assert not sign.is_signed(setup)


def test_a_signed_program_and_one_changed_afterwards(certified: Path) -> None:
    assert sign.sign(certified) is True
    assert sign.is_signed(certified)
    assert "A throwaway signer" in sign.signature_report(certified)
    assert not certified.with_name(f"{certified.name}.signed").exists()
    data = bytearray(certified.read_bytes())
    data[len(data) // 2] ^= 1
    certified.write_bytes(data)
    assert not sign.is_signed(certified)


def test_the_uninstaller_is_handed_to_the_signer(
    certified: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "seen.txt"
    signer = tmp_path / "sign.py"
    signer.write_text(
        f"import pathlib, sys\nname = sys.argv[1]\n"
        f"pathlib.Path({str(seen)!r}).write_bytes(pathlib.Path(name).read_bytes()[:2])\n", "utf-8",
    )  # fmt: skip
    monkeypatch.setattr(package, "SIGNER", signer)
    package.make_setup(tmp_path / "stub", tmp_path, VERSION)
    assert seen.read_bytes() == b"MZ"
    signer.write_text("import sys\nsys.exit(1)\n", "utf-8")
    with pytest.raises(package.NotPackaged, match="makensis"):
        package.make_setup(tmp_path / "stub", tmp_path, VERSION)


def test_a_wrong_password_is_one_sentence_and_leaves_the_file(
    certified: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = certified.read_bytes()
    monkeypatch.setenv(sign.PASSWORD, "wrong")
    with pytest.raises(sign.CannotSign, match="was not signed"):
        sign.sign(certified)
    assert certified.read_bytes() == before


def test_a_certificate_that_is_not_there_stops_the_build(
    certified: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(sign.PFX, str(tmp_path / "gone.pfx"))
    with pytest.raises(package.NotPackaged, match="there is no such file"):
        package.package(tmp_path / "stub", tmp_path, VERSION)


def test_the_password_is_no_argument_of_a_process(
    certified: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = tmp_path / "arguments.txt"
    spy = tmp_path / "bin" / "osslsigncode"
    spy.parent.mkdir()
    spy.write_text(f'#!/bin/sh\necho "$@" >> "{seen}"\nexit 1\n', "utf-8")
    spy.chmod(0o755)
    monkeypatch.setenv("PATH", f"{spy.parent}:/usr/bin:/bin")
    with pytest.raises(sign.CannotSign):
        sign.sign(certified)
    assert "-readpass" in seen.read_text("utf-8")
    assert "open sesame" not in seen.read_text("utf-8")


def test_the_command_says_what_it_did(setup: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert sign.main([str(setup)]) == 0
    assert "Not signed (no certificate)" in capsys.readouterr().err


if sys.platform == "win32":
    pytestmark.append(pytest.mark.skip(reason="the stand-in signers are shell scripts"))
