"""What no file of the program may hold: a secret, or a folder of the machine that built it.

Each file is looked at by its content; a name's ending says nothing about what is inside.
"""

from __future__ import annotations

import io
import posixpath
import re
import struct
import zipfile
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

import product
from linux import elf

_KEY = rb"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
_TOKEN = rb"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}"
_IN_TEXT = re.compile(_KEY + b"|" + _TOKEN)
# Compiled code names such headers in messages of its own; a key has its body behind the header.
_IN_PROGRAM = re.compile(_KEY + rb"(?:\\n|[\r\n])+[A-Za-z0-9+/=\r\n]{40}|" + _TOKEN)
# Beginnings of what no secret of those lacks, so that a hundred megabytes are looked at quickly.
_SIGNS = (b"PRIVATE KEY-----", b"AKIA", b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_")
_PROGRAMS = (b"\x7fELF", b"MZ", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe")


def spellings(folder: Path | str) -> tuple[bytes, ...]:
    """A folder as a text may name it, with what follows: both separators, and one escaped."""
    text = str(folder).replace("\\", "/").rstrip("/") + "/"
    found = (text, text.replace("/", "\\"), text.replace("/", "\\\\"))
    return tuple(one.encode() for one in found)


def problems(folder: Path, names: Iterable[str]) -> Iterable[str]:
    """What is wrong with the content of the files of a frozen folder."""
    for name in names:
        file = folder / name
        if file.is_symlink() or not file.is_file():
            continue
        data = file.read_bytes()
        for place, part in _parts(name, data):
            yield from _of(place, part)
        if elf.is_elf(data):
            try:
                yield from _search_paths(name, data)
            except (struct.error, ValueError):
                yield f"{name} is damaged: it is no whole ELF file."


def _parts(name: str, data: bytes) -> Iterable[tuple[str, bytes]]:
    """The content itself, and that of each file in it where it is a ZIP archive."""
    yield name, data
    if data.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                for inner in packed.namelist():
                    yield f"{name}/{inner}", packed.read(inner)
        except (zipfile.BadZipFile, EOFError, OSError):
            return  # read as it stands above; whether it is whole is a matter of the digest list


def _of(name: str, data: bytes) -> Iterable[str]:
    is_program = data.startswith(_PROGRAMS)
    secret = _IN_PROGRAM if is_program else _IN_TEXT
    if any(sign in data for sign in _SIGNS) and secret.search(data):
        yield f"{name} holds a secret key."
    # Libraries of others name folders of those who built them, which may be called as ours is.
    folders = (product.ROOT,) if is_program else (product.ROOT, Path.home())
    if any(one in data for folder in folders for one in spellings(folder)):
        yield f"{name} names a folder of the machine that built it."


def _search_paths(name: str, data: bytes) -> Iterable[str]:
    for path in elf.search_paths(data):
        if leads_out(name, path):
            yield f"{name} looks for libraries in {path}, which is not of the program."


def leads_out(name: str, path: str) -> bool:
    """Whether a search path of a file leads out of the program's folder."""
    if not re.match(r"\$ORIGIN(/|$)|\$\{ORIGIN\}(/|$)", path):
        return True
    place = re.sub(r"^\$\{?ORIGIN\}?", str(PurePosixPath(name).parent), path)
    return posixpath.normpath(place).split("/")[0] == ".."
