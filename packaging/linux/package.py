"""Makes and checks the Linux artefacts: the Debian package and the tar.xz for all others."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import payload
import product
import version as versions
from linux import deb, elf
from linux.archives import Member, read_ar, read_folder, read_tar_xz, tar_xz
from linux.entries import shared_files

_README = """\
{app}

Start ./{window} for the window, ./{terminal} --help for the terminal.
The folder may stand anywhere and be moved; what you make with the program is kept in
~/.local/share/{app}.

To see it in the desktop's menu, copy what is in share/ to ~/.local/share, and put two links into
~/.local/bin: {name} to {window}, {terminal} to {terminal}.

It needs glibc {glibc} or newer and the libraries that every desktop has (X11, fontconfig, GL).
Its terms are in {inside}/{licence}, those of the works of others in it in {inside}/{notices}.
"""


class NotPackaged(Exception):
    """Something about the payload or the artefacts is not as it has to be; one sentence."""


def tar_name(version: str) -> str:
    """The archive's file name."""
    return f"{product.FOLDER}-{version}-linux-{platform.machine()}.tar.xz"


def artefact_names(version: str) -> list[str]:
    """The files that `package` makes."""
    return [deb.file_name(version), tar_name(version)]


def package(frozen: Path, out: Path, version: str) -> list[Path]:
    """Make the .deb and the tar.xz from a frozen folder.  Raises NotPackaged."""
    check_glibc(frozen)
    epoch = product.source_date_epoch()
    out.mkdir(parents=True, exist_ok=True)
    package_file, archive = out / deb.file_name(version), out / tar_name(version)
    # Side by side: nearly all of the time goes into compressing, which frees the interpreter.
    with ThreadPoolExecutor(2) as both:
        as_deb = both.submit(deb.deb_bytes, frozen, version, epoch)
        members = tar_members(frozen, version, epoch)
        as_tar = both.submit(tar_xz, members, epoch, prefix=_prefix(version))
        try:
            package_file.write_bytes(as_deb.result())
        except ValueError as error:
            raise NotPackaged(str(error)) from error
        archive.write_bytes(as_tar.result())
    return [package_file, archive]


def tar_members(frozen: Path, version: str, epoch: int) -> dict[str, Member]:
    """Everything in the tar.xz below its one folder."""
    found = read_folder(frozen, payload.files(frozen), product.program_files("linux"))
    found["README.txt"] = Member(data=readme_text(frozen).encode())
    for place, data in shared_files(version, epoch).items():
        found[f"share/{place}"] = Member(data=data)
    return found


def promised_glibc() -> tuple[int, int]:
    """The oldest C library that the README says the Linux build runs with."""
    text = (product.ROOT / "README.md").read_text("utf-8")
    found = re.search(r"^\| other Linux \(glibc (\d+)\.(\d+)\) \|", text, re.MULTILINE)
    if found is None:
        raise NotPackaged("The README does not say which glibc the Linux build needs.")
    return int(found[1]), int(found[2])


def check_glibc(frozen: Path) -> None:
    """Refuse a release that needs a newer C library than is promised.  Raises NotPackaged.

    Other builds may: they need what the Python that froze them needs, and say so themselves.
    """
    promised, needed = promised_glibc(), elf.glibc(frozen, payload.files(frozen))
    if os.environ.get("PINGTREE_RELEASE") and needed > promised:
        raise NotPackaged(
            "The program needs glibc {}.{}, and the README promises {}.{}: freeze it on an older "
            "system or change the README.".format(*needed, *promised)
        )


def readme_text(frozen: Path) -> str:
    """What a person finds first in the unpacked folder."""
    return _README.format(
        app=product.APP,
        window=product.WINDOW_PROGRAM,
        terminal=product.TERMINAL_PROGRAM,
        name=product.LINUX_NAME,
        glibc=".".join(map(str, elf.glibc(frozen, payload.files(frozen)))),
        inside=payload.INSIDE,
        licence=payload.LICENSE,
        notices=payload.NOTICES,
    )


def _prefix(version: str) -> str:
    return f"{product.FOLDER}-{version}/"


def verify(frozen: Path, out: Path, version: str) -> None:
    """Check the finished artefacts against the frozen folder.  Raises NotPackaged."""
    check_glibc(frozen)
    epoch = product.source_date_epoch()
    package_file, archive = out / deb.file_name(version), out / tar_name(version)
    for file in (package_file, archive):
        if not file.is_file():
            raise NotPackaged(f"{file.name} is missing.")
    try:
        _check_package(package_file, frozen, version, epoch)
    except ValueError as error:
        raise NotPackaged(f"{package_file.name}: {error}.") from error
    try:
        found = read_tar_xz(archive.read_bytes(), prefix=_prefix(version))
    except ValueError as error:
        raise NotPackaged(f"{archive.name}: {error}.") from error
    _compare(archive.name, found, tar_members(frozen, version, epoch))
    _ask_dpkg(package_file, version)


def _check_package(file: Path, frozen: Path, version: str, epoch: int) -> None:
    """The whole package: its parts, what dpkg reads about it, and what it installs."""
    parts = read_ar(file.read_bytes())
    if list(parts) != deb.PARTS or parts["debian-binary"] != deb.FORMAT:
        raise NotPackaged(f"{file.name} has other parts than a package of ours: {list(parts)}.")
    control = read_tar_xz(parts["control.tar.xz"], prefix="./")
    told = control["control"].data if "control" in control else b""
    if f"\nVersion: {versions.debian(version)}\n".encode() not in told:
        raise NotPackaged(f"{file.name} does not say version {version}.")
    wanted = deb.members(frozen, version, epoch)
    _compare(file.name, read_tar_xz(parts["data.tar.xz"], prefix="./"), wanted)
    _compare(file.name, control, deb.control_members(frozen, version, wanted))


def _compare(name: str, found: dict[str, Member], wanted: dict[str, Member]) -> None:
    for place in sorted(found.keys() | wanted.keys()):
        if place not in wanted:
            raise NotPackaged(f"{name} holds {place}, which is not part of it.")
        if place not in found:
            raise NotPackaged(f"{name} lacks {place}.")
        if found[place] != wanted[place]:
            raise NotPackaged(f"{name}: {place} differs from the payload.")


def _ask_dpkg(package_file: Path, version: str) -> None:
    tool = shutil.which("dpkg-deb")
    if tool is None:
        return  # not a Debian: what was read above is all there is
    done = subprocess.run(
        [tool, "--field", str(package_file), "Package", "Version"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    wanted = f"Package: {product.LINUX_NAME}\nVersion: {versions.debian(version)}\n"
    if done.returncode != 0 or done.stdout != wanted:
        raise NotPackaged(f"dpkg-deb does not read {package_file.name}: {done.stderr.strip()}")
