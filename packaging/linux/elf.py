"""Reads from a Linux program or library what it asks the system for, and where it looks for it.

Only little-endian 64-bit ELF, which is what the program is built for; no tool is needed.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB = 0, 1, 5
_SEARCH_TAGS = (15, 29)  # DT_RPATH, DT_RUNPATH


def is_elf(data: bytes) -> bool:
    """Whether this is an ELF file that `needed` can read."""
    return data[:6] == b"\x7fELF\x02\x01"


def needed(data: bytes) -> list[str]:
    """The names of the libraries that must be loaded first."""
    return _texts(data, (_DT_NEEDED,))


def search_paths(data: bytes) -> list[str]:
    """The folders that the file itself tells the loader to look into (RPATH and RUNPATH)."""
    return [path for text in _texts(data, _SEARCH_TAGS) for path in text.split(":") if path]


def without_search_paths(data: bytes) -> bytes:
    """The file without RPATH and RUNPATH: the later entries of the table move up."""
    entries = _dynamic(data)
    kept = [one for one in entries if one[1] not in _SEARCH_TAGS]
    changed = bytearray(data)
    for (place, _tag, _value), (_old, tag, value) in zip(entries, kept, strict=False):
        struct.pack_into("<QQ", changed, place, tag, value)
    for place, _tag, _value in entries[len(kept) :]:
        struct.pack_into("<QQ", changed, place, _DT_NULL, 0)
    return bytes(changed)


def _segments(data: bytes) -> list[tuple[int, int, int, int, int, int]]:
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    return [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]


def _dynamic(data: bytes) -> list[tuple[int, int, int]]:
    """The entries of the dynamic table up to its end: place in the file, tag, value."""
    entries = []
    for kind, _flags, offset, _start, _physical, length in _segments(data):
        if kind == _PT_DYNAMIC:
            for place in range(offset, offset + length, 16):
                tag, value = struct.unpack_from("<QQ", data, place)
                if tag == _DT_NULL:
                    return entries
                entries.append((place, tag, value))
    return entries


def _texts(data: bytes, tags: tuple[int, ...]) -> list[str]:
    entries = _dynamic(data)
    wanted = [value for _place, tag, value in entries if tag in tags]
    if not wanted:
        return []
    loads = [(start, offset, length) for kind, _f, offset, start, _p, length in _segments(data)
             if kind == _PT_LOAD]  # fmt: skip
    (address,) = (value for _place, tag, value in entries if tag == _DT_STRTAB)
    strings = _file_offset(loads, address)
    return [data[strings + at : data.index(b"\0", strings + at)].decode() for at in wanted]


def _file_offset(loads: list[tuple[int, int, int]], address: int) -> int:
    for start, offset, length in loads:
        if start <= address < start + length:
            return address - start + offset
    raise ValueError(f"The address {address:#x} is in no part of the file.")


def glibc(folder: Path, names: list[str]) -> tuple[int, int]:
    """The newest version of the C library that one of the files asks for."""
    newest = (2, 0)
    for name in names:
        data = (folder / name).read_bytes()
        if is_elf(data):
            for found in re.findall(rb"GLIBC_(\d+)\.(\d+)", data):
                newest = max(newest, (int(found[0]), int(found[1])))
    return newest
