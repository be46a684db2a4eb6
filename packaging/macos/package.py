"""Makes and checks the macOS artefact: a disk image with the signed bundle.

Runs on macOS (codesign, hdiutil); what it decides and composes is tested everywhere.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

import icons
import product
from macos import bundle, sign

SETTINGS = Path(__file__).resolve().parent / "dmg_settings.py"


class NotPackaged(Exception):
    """Something about the bundle or the image is not as it has to be; one sentence."""


def image_name(version: str, machine: str = platform.machine()) -> str:
    """The disk image's file name: the processor (arm64 or x86_64), and in a release the word
    unsigned where it is, so that nobody takes it for signed.
    """
    is_marked = not sign.identity() and "PINGTREE_RELEASE" in os.environ
    unsigned = "-unsigned" if is_marked else ""
    return f"{product.FOLDER}-{version}-macos-{machine}{unsigned}.dmg"


def artefact_names(version: str) -> list[str]:
    """The files that `package` makes."""
    return [image_name(version)]


def bundle_of(frozen: Path) -> Path:
    """The bundle that was made beside the frozen folder."""
    return frozen.parent / f"{product.APP}.app"


def image_command(app: Path, image: Path) -> list[str]:
    """Make the disk image with its layout."""
    return [
        sys.executable, "-m", "dmgbuild", "-s", str(SETTINGS), "-D", f"app={app}",
        "-D", f"icon={icons.ICNS}", product.APP, str(image),
    ]  # fmt: skip


def package(frozen: Path, out: Path, version: str) -> list[Path]:
    """Sign the bundle, put it into a disk image, sign that.  Raises NotPackaged."""
    app, image = bundle_of(frozen), out / image_name(version)
    _refuse(app, version)
    if sys.platform != "darwin":
        raise NotPackaged("A disk image is made on macOS only.")
    out.mkdir(parents=True, exist_ok=True)
    try:
        sign.sign(app)
        done = subprocess.run(
            image_command(app, image), capture_output=True, text=True, check=False
        )
        if done.returncode != 0 or not image.is_file():
            raise NotPackaged(f"dmgbuild did not make the image: {done.stderr.strip()[-600:]}")
        if sign.identity():
            sign.sign(image)
    except sign.CannotSign as error:
        raise NotPackaged(str(error)) from error
    return [image]


def verify(frozen: Path, out: Path, version: str) -> None:
    """Check bundle and image; the parts that need macOS are checked there.  Raises NotPackaged."""
    _refuse(bundle_of(frozen), version)
    image = out / image_name(version)
    if not image.is_file():
        raise NotPackaged(f"{image.name} is missing.")
    if shutil.which("hdiutil") is not None:
        done = subprocess.run(
            ["hdiutil", "verify", str(image)], capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise NotPackaged(f"{image.name} is damaged: {done.stderr.strip()[-600:]}")


def _refuse(app: Path, version: str) -> None:
    if not app.is_dir():
        raise NotPackaged(f"{app.name} is not there: freeze on macOS first.")
    wrong = bundle.differences(app, version)
    if wrong:
        raise NotPackaged(wrong[0])
    for program in product.program_files("darwin"):
        if not (app / "Contents" / "MacOS" / program).is_file():
            raise NotPackaged(f"{app.name} lacks the program {program}.")
