"""Reads from a Linux program or library which libraries it asks the system for.

Only little-endian 64-bit ELF, which is what the program is built for; no tool is needed.
"""

from __future__ import annotations

import re
import struct
from pathlib import Path

_PT_LOAD, _PT_DYNAMIC = 1, 2
_DT_NULL, _DT_NEEDED, _DT_STRTAB = 0, 1, 5


def is_elf(data: bytes) -> bool:
    """Whether this is an ELF file that `needed` can read."""
    return data[:6] == b"\x7fELF\x02\x01"


def needed(data: bytes) -> list[str]:
    """The names of the libraries that must be loaded first."""
    (table,) = struct.unpack_from("<Q", data, 32)
    size, count = struct.unpack_from("<HH", data, 54)
    segments = [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]
    loads = [(start, offset, length) for kind, _f, offset, start, _p, length in segments
             if kind == _PT_LOAD]  # fmt: skip
    for kind, _flags, offset, _start, _physical, length in segments:
        if kind == _PT_DYNAMIC:
            return _names(data, loads, offset, length)
    return []


def _names(
    data: bytes, loads: list[tuple[int, int, int]], offset: int, length: int
) -> list[str]:
    wanted: list[int] = []
    strings = 0
    for place in range(offset, offset + length, 16):
        tag, value = struct.unpack_from("<QQ", data, place)
        if tag == _DT_NULL:
            break
        if tag == _DT_NEEDED:
            wanted.append(value)
        elif tag == _DT_STRTAB:
            strings = _file_offset(loads, value)
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
