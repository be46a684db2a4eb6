"""Signs, notarises and staples on macOS where the means are at hand, and says so where not.

The means come by environment variables, so that no secret stands in a file or a command line:

    PINGTREE_SIGN_IDENTITY     the "Developer ID Application: ..." in the keychain
    PINGTREE_NOTARY_PROFILE    a profile stored by `xcrun notarytool store-credentials`

Without an identity the bundle is signed for this machine alone ("ad hoc"), as Apple silicon
asks for; without a profile nothing is sent to Apple.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from macos.bundle import ENTITLEMENTS

IDENTITY, PROFILE = "PINGTREE_SIGN_IDENTITY", "PINGTREE_NOTARY_PROFILE"


class CannotSign(Exception):
    """Signing or notarising was asked for and did not happen; the message says why."""


def identity() -> str:
    """The signing identity, or an empty text."""
    return os.environ.get(IDENTITY, "")


def profile() -> str:
    """The notary profile, or an empty text."""
    return os.environ.get(PROFILE, "")


def sign_command(target: Path) -> list[str]:
    """Sign a bundle or image.  The freezer has signed what is inside, each file by itself.

    The hardened runtime goes with a real identity only: it loads no library of another team, and
    to it each file signed ad hoc is of another one, so that the program would not start.
    """
    command = ["codesign", "--force", "--sign", identity() or "-"]
    if target.suffix == ".app":
        command += ["--options", "runtime"] if identity() else []
        command += ["--entitlements", str(ENTITLEMENTS)]
    if identity():
        command += ["--timestamp"]
    return [*command, str(target)]


def check_commands(target: Path) -> list[list[str]]:
    """Prove a signature; the second asks what Gatekeeper would say, once Apple knows the file."""
    commands = [["codesign", "--verify", "--strict", "--deep", "--verbose=2", str(target)]]
    if profile():
        kind = ["--type", "execute"]
        if target.suffix == ".dmg":
            kind = ["--type", "open", "--context", "context:primary-signature"]
        commands.append(["spctl", "--assess", *kind, "--verbose", str(target)])
        commands.append(["xcrun", "stapler", "validate", str(target)])
    return commands


def notarise_commands(upload: Path, target: Path) -> list[list[str]]:
    """Have Apple look at a file, wait for the answer, and attach it to the target."""
    return [
        ["xcrun", "notarytool", "submit", str(upload), "--keychain-profile", profile(), "--wait"],
        ["xcrun", "stapler", "staple", str(target)],
    ]


def sign(target: Path) -> None:
    """Sign, and where there is a profile notarise and staple, a bundle or a disk image."""
    if profile() and not identity():
        raise CannotSign(f"{PROFILE} is set but {IDENTITY} is not: Apple takes signed files only.")
    _run(sign_command(target))
    if profile():
        _notarise(target)
    for command in check_commands(target):
        _run(command)


def _notarise(target: Path) -> None:
    if target.suffix != ".app":
        for command in notarise_commands(target, target):
            _run(command)
        return
    with tempfile.TemporaryDirectory() as folder:
        upload = Path(folder) / f"{target.stem}.zip"  # a bundle travels as an archive
        _run(["ditto", "-c", "-k", "--keepParent", str(target), str(upload)])
        for command in notarise_commands(upload, target):
            _run(command)


def _run(command: Sequence[str]) -> None:
    if shutil.which(command[0]) is None:
        raise CannotSign(f"{command[0]} is not here: this happens on macOS only.")
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip())[-600:]
        raise CannotSign(f"{' '.join(command[:3])} failed: {said}")
