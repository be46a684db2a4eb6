"""Makes the Debian package, with nothing but Python, the same bytes every time."""

from __future__ import annotations

import gzip
import hashlib
import platform
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

import bootstrap
import payload
import product
import version
from linux import elf
from linux.archives import Member, ar, read_folder, tar_xz
from linux.entries import shared_files

FORMAT = b"2.0\n"
PARTS = ["debian-binary", "control.tar.xz", "data.tar.xz"]
PLACE = f"usr/lib/{product.LINUX_NAME}"
ARCHITECTURES = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}
# What Debian calls the libraries that are part of every C++ program, and some new names.
_BASICS = {
    "libc.so.6": "libc6", "libm.so.6": "libc6", "libdl.so.2": "libc6", "librt.so.1": "libc6",
    "libpthread.so.0": "libc6", "libutil.so.1": "libc6", "ld-linux-x86-64.so.2": "libc6",
    "ld-linux-aarch64.so.1": "libc6", "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1",
    "libexpat.so.1": "libexpat1",
    "libglib-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0t64 | libglib2.0-0",
}  # fmt: skip
# Asked for by a plugin that only loads where they are.
_OPTIONAL = {"libwayland-client.so.0": "libwayland-client0", "libwayland-cursor.so.0":
             "libwayland-cursor0"}  # fmt: skip

_COPYRIGHT = f"""\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: {product.APP}

Files: *
Copyright: 2026 {product.PUBLISHER}
License: Expat
Comment: The works of others that are inside, and their terms, are listed in
 /{PLACE}/{payload.INSIDE}/{payload.NOTICES}

License: Expat
"""


def architecture() -> str:
    """What Debian calls this machine's processor."""
    return ARCHITECTURES[platform.machine()]


def file_name(text: str) -> str:
    """The package's file name for a version.

    Without Debian's tilde, which the control file has: a release page writes another letter for
    it, and the sums would name a file that nobody finds.
    """
    return f"{product.LINUX_NAME}_{version.checked(text)}_{architecture()}.deb"


def system_libraries(frozen: Path) -> dict[str, list[str]]:
    """The libraries that the frozen files ask the system for, and which files ask."""
    names = payload.files(frozen)
    bundled = {Path(name).name for name in names}
    asked: dict[str, list[str]] = {}
    for name in names:
        data = (frozen / name).read_bytes()
        if elf.is_elf(data):
            for library in elf.needed(data):
                if library not in bundled:
                    asked.setdefault(library, []).append(name)
    return asked


def packages_for(libraries: Iterable[str]) -> tuple[list[str], list[str], list[str]]:
    """The packages needed, the packages of use, and the libraries that nobody knows."""
    needed, useful, unknown = set(), set(), []
    for library in libraries:
        known = _BASICS.get(library) or bootstrap.PACKAGES.get(library, ("",))[0]
        if known:
            needed.add(known)
        elif library in _OPTIONAL:
            useful.add(_OPTIONAL[library])
        else:
            unknown.append(library)
    return sorted(needed), sorted(useful), sorted(unknown)


def control_text(frozen: Path, text: str, installed_bytes: int) -> str:
    """The package's control file.  Raises ValueError for a library of no known package."""
    needed, useful, unknown = packages_for(system_libraries(frozen))
    if unknown:
        raise ValueError(f"No Debian package is known for {', '.join(unknown)}.")
    major, minor = elf.glibc(frozen, payload.files(frozen))
    needed = sorted([*needed, "ca-certificates"])  # without them no send by TLS would succeed
    depends = [f"{one} (>= {major}.{minor})" if one == "libc6" else one for one in needed]
    described = textwrap.wrap(product.DESCRIPTION, 76)
    lines = [
        f"Package: {product.LINUX_NAME}",
        f"Version: {version.debian(text)}",
        f"Architecture: {architecture()}",
        f"Maintainer: {product.PUBLISHER} <noreply@{product.LINUX_NAME}.invalid>",
        f"Installed-Size: {-(-installed_bytes // 1024)}",
        f"Depends: {', '.join(depends)}",
        f"Recommends: {', '.join([*useful, 'xdg-utils'])}",
        "Section: web",
        "Priority: optional",
        f"Description: {product.SUMMARY}",
        *(f" {line}" for line in described),
    ]
    return "\n".join(lines) + "\n"


def members(frozen: Path, text: str, epoch: int) -> dict[str, Member]:
    """Everything the package installs, by its place below the root."""
    programs = product.program_files("linux")
    names = payload.files(frozen)
    found = {
        f"{PLACE}/{name}": member for name, member in read_folder(frozen, names, programs).items()
    }
    for command, program in zip(
        (product.LINUX_NAME, product.TERMINAL_PROGRAM), programs, strict=True
    ):
        found[f"usr/bin/{command}"] = Member(link=f"../lib/{product.LINUX_NAME}/{program}")
    for place, data in shared_files(text, epoch).items():
        found[f"usr/share/{place}"] = Member(data=data)
    documents = f"usr/share/doc/{product.LINUX_NAME}"
    changes = (product.ROOT / "CHANGELOG.md").read_bytes()
    found[f"{documents}/changelog.gz"] = Member(data=gzip.compress(changes, 9, mtime=0))
    found[f"{documents}/copyright"] = Member(data=copyright_text().encode())
    return found


def copyright_text() -> str:
    """The machine-readable copyright file."""
    licence = (product.ROOT / "LICENSE").read_text("utf-8")
    terms = re.split(r"\n\n", licence, maxsplit=2)[2].strip()
    return _COPYRIGHT + "".join(f" {line or '.'}\n" for line in terms.splitlines())


def deb_bytes(frozen: Path, text: str, epoch: int) -> bytes:
    """The whole package."""
    found = members(frozen, text, epoch)
    parts = {
        "debian-binary": FORMAT,
        "control.tar.xz": tar_xz(control_members(frozen, text, found), epoch, prefix="./"),
        "data.tar.xz": tar_xz(found, epoch, prefix="./"),
    }
    return ar(parts, epoch)


def control_members(frozen: Path, text: str, found: dict[str, Member]) -> dict[str, Member]:
    """What dpkg reads about the package: no script is among it, as none has to run."""
    size = sum(len(member.data) for member in found.values())
    sums = "".join(
        f"{hashlib.md5(member.data, usedforsecurity=False).hexdigest()}  {name}\n"
        for name, member in sorted(found.items())
        if not member.link
    )
    return {
        "control": Member(data=control_text(frozen, text, size).encode()),
        "md5sums": Member(data=sums.encode()),
    }
