"""The version resource of the Windows programs, as PyInstaller reads it: text, from one version.

    python packaging/windows/version_info.py 1.2.3 "PingTree Desktop.exe" > version_info.txt

Also reads the version resource back out of a finished program, on any system.
"""

from __future__ import annotations

import re
import struct
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from product import APP, COPYRIGHT, PUBLISHER

_TEXT = """\
VSVersionInfo(
  ffi=FixedFileInfo(
    filevers={numbers},
    prodvers={numbers},
    mask=0x3F,
    flags=0x0,
    OS=0x40004,
    fileType=0x1,
    subtype=0x0,
    date=(0, 0)
  ),
  kids=[
    StringFileInfo([
      StringTable('040904B0', [
{strings}
      ])
    ]),
    VarFileInfo([VarStruct('Translation', [1033, 1200])])
  ]
)
"""


def numbers(version: str) -> tuple[int, int, int, int]:
    """The four numbers Windows wants: `1.2.3rc1` is (1, 2, 3, 0).  Raises ValueError."""
    found = re.match(r"(\d+)\.(\d+)\.(\d+)(?![\d.])", version)
    if found is None:
        raise ValueError(f"{version!r} is not a version such as 1.2.3 or 1.2.3rc1.")
    major, minor, patch = (int(part) for part in found.groups())
    if max(major, minor, patch) > 0xFFFF:
        raise ValueError(f"{version!r} has a number above 65535, which Windows cannot hold.")
    return (major, minor, patch, 0)


def version_info_text(version: str, file_name: str, description: str = APP) -> str:
    """What PyInstaller's `EXE(version=FILE)` reads."""
    strings = {
        "CompanyName": PUBLISHER,
        "FileDescription": description,
        "FileVersion": version,
        "InternalName": Path(file_name).stem,
        "LegalCopyright": COPYRIGHT,
        "OriginalFilename": file_name,
        "ProductName": APP,
        "ProductVersion": version,
    }
    lines = ",\n".join(f"        StringStruct({k!r}, {v!r})" for k, v in strings.items())
    return _TEXT.format(numbers=numbers(version), strings=lines)


def read_version_strings(program: Path) -> dict[str, str]:
    """The strings of a finished program's version resource; empty when it has none."""
    data = program.read_bytes()
    found: dict[str, str] = {}
    for key in (
        "CompanyName", "FileDescription", "FileVersion", "LegalCopyright", "ProductName",
        "ProductVersion",
    ):  # fmt: skip
        wanted = f"{key}\0".encode("utf-16-le")
        place = data.find(wanted)
        if place < 0:
            continue
        # A String structure: total length, value length in characters, type, key, padding, value.
        (characters,) = struct.unpack_from("<H", data, place - 4)
        start = place + len(wanted)
        start += (start - (place - 6)) % 4
        text = data[start : start + 2 * characters].decode("utf-16-le", "replace")
        found[key] = text.rstrip("\0")
    return found


if __name__ == "__main__":
    sys.stdout.write(version_info_text(sys.argv[1], sys.argv[2]))
