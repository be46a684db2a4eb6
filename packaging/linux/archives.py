"""Writes tar and ar archives that are the same whenever and by whomever they are made."""

from __future__ import annotations

import io
import lzma
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

_XZ_PRESET = 6
_SMALLEST_XZ_BYTES = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One file of an archive: its bytes or the target of a link, and whether it is a program."""

    data: bytes = b""
    link: str = ""
    is_program: bool = False


def read_folder(folder: Path, names: Iterable[str], programs: Iterable[str]) -> dict[str, Member]:
    """The files of a folder as members, by their place in it."""
    members = {}
    for name in names:
        path = folder / name
        if path.is_symlink():
            members[name] = Member(link=path.readlink().as_posix())
        else:
            members[name] = Member(data=path.read_bytes(), is_program=name in programs)
    return members


def tar_xz(members: Mapping[str, Member], epoch: int, *, prefix: str = "") -> bytes:
    """A tar.xz: sorted, owned by root, every time the same, folders included."""
    out = io.BytesIO()
    with (
        lzma.open(out, "wb", preset=_XZ_PRESET) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.GNU_FORMAT) as archive,
    ):
        for info, data in _entries(members, epoch, prefix):
            archive.addfile(info, io.BytesIO(data) if info.isreg() else None)
    return out.getvalue()


def _entries(
    members: Mapping[str, Member], epoch: int, prefix: str
) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    folders: set[str] = set()
    for name in sorted(members):
        for folder in reversed(Path(name).parents[:-1]):
            if folder.as_posix() not in folders:
                folders.add(folder.as_posix())
                info = _info(f"{prefix}{folder.as_posix()}", epoch, 0o755)
                info.type = tarfile.DIRTYPE
                yield info, b""
        member = members[name]
        info = _info(f"{prefix}{name}", epoch, 0o755 if member.is_program else 0o644)
        if member.link:
            info.type, info.linkname, info.mode = tarfile.SYMTYPE, member.link, 0o777
        info.size = len(member.data)
        yield info, member.data


def _info(name: str, epoch: int, mode: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.mtime, info.mode = epoch, mode
    info.uname = info.gname = "root"
    return info


def read_tar_xz(data: bytes, *, prefix: str = "") -> dict[str, Member]:
    """The members of a tar.xz without the folders, each with the prefix taken off its name.

    Raises ValueError for an archive that is not whole, and for what `tar_xz` never writes: rights
    and owners of others, devices, a name that comes twice.
    """
    try:
        return _read_tar_xz(data, prefix)
    except (tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise ValueError(f"it is no whole tar.xz ({error})") from error


def _read_tar_xz(data: bytes, prefix: str) -> dict[str, Member]:
    members: dict[str, Member] = {}
    if len(data) < _SMALLEST_XZ_BYTES:
        raise ValueError("it is no whole tar.xz")
    with tarfile.open(fileobj=io.BytesIO(lzma.decompress(data)), mode="r:") as archive:
        for info in archive:
            name = info.name.removeprefix(prefix)
            if name in members:
                raise ValueError(f"{name} comes twice")
            if info.uid or info.gid or info.mode & 0o7022 and not info.issym():
                raise ValueError(f"{name} has rights or an owner that nothing in it should have")
            if not (info.issym() or info.isdir() or info.isreg()):
                raise ValueError(f"{name} is no file, folder or symbolic link")
            if info.issym():
                members[name] = Member(link=info.linkname)
            elif not info.isdir():
                file = archive.extractfile(info)
                members[name] = Member(
                    data=file.read() if file else b"", is_program=bool(info.mode & 0o111)
                )
    return members


def ar(files: Mapping[str, bytes], epoch: int) -> bytes:
    """An ar archive in the order given; names are at most 15 characters."""
    out = [b"!<arch>\n"]
    for name, data in files.items():
        out.append(f"{name:<16}{epoch:<12}{0:<6}{0:<6}{'100644':<8}{len(data):<10}`\n".encode())
        out.append(data + b"\n" * (len(data) % 2))
    return b"".join(out)


def read_ar(data: bytes) -> dict[str, bytes]:
    """The files of an ar archive.  Raises ValueError when it is none, or not whole."""
    if not data.startswith(b"!<arch>\n"):
        raise ValueError("it is no ar archive")
    files: dict[str, bytes] = {}
    place = 8
    while place < len(data):
        head = data[place : place + 60]
        if not (head.isascii() and head.endswith(b"`\n") and head[48:58].strip().isdigit()):
            raise ValueError("it is no whole ar archive")
        name, size = head[:16].decode().strip().rstrip("/"), int(head[48:58])
        if name in files or place + 60 + size > len(data):
            raise ValueError("it is no whole ar archive")
        files[name] = data[place + 60 : place + 60 + size]
        place += 60 + size + size % 2
    return files
