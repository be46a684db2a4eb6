"""Makes the program's icon for every system from one drawing, `resources/icons/app.svg`.

    python packaging/icons.py            write resources/app.ico and resources/app.icns anew
    python packaging/icons.py check      only say whether they are up to date

The drawing is an outline; here it stands in white on a tile of the program's colour.
"""

from __future__ import annotations

import os
import re
import struct
import sys
from collections.abc import Iterable

import product

SOURCE = product.RESOURCES / "icons" / "app.svg"
ICO = product.RESOURCES / "app.ico"
ICNS = product.RESOURCES / "app.icns"

TOP, BOTTOM = "#2f6bff", "#1c47c9"
ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 256)
# The kinds of an .icns file that hold a PNG, and its edge in pixels.
ICNS_KINDS = {
    "ic11": 32, "ic12": 64, "ic07": 128, "ic13": 256, "ic08": 256, "ic14": 512, "ic09": 512,
    "ic10": 1024,
}  # fmt: skip
_LARGEST_BITMAP = 64  # larger ones are PNG inside an .ico file, as since Windows Vista


def tile_svg(source: str) -> str:
    """The coloured icon as an SVG, from the outline drawing's text.  Raises ValueError."""
    found = re.fullmatch(r"\s*<svg[^>]*viewBox=\"0 0 24 24\"[^>]*>(.*)</svg>\s*", source, re.DOTALL)
    if found is None:
        raise ValueError(f"{SOURCE.name} is not a drawing of 24 by 24.")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<defs><linearGradient id="tile" x1="0" y1="0" x2="0" y2="1">'
        f'<stop offset="0" stop-color="{TOP}"/><stop offset="1" stop-color="{BOTTOM}"/>'
        '</linearGradient></defs><rect x="3" y="3" width="58" height="58" rx="13" '
        'fill="url(#tile)"/><g transform="translate(6.8 7) scale(2.1)" fill="none" '
        'stroke="#ffffff" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round">'
        f"{found[1]}</g></svg>\n"
    )


def pictures(sizes: Iterable[int]) -> dict[int, tuple[bytes, bytes]]:
    """The icon as (PNG, raw BGRA rows from the top) for each edge in pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF  # noqa: PLC0415 - only here
    from PySide6.QtGui import QImage, QPainter  # noqa: PLC0415
    from PySide6.QtSvg import QSvgRenderer  # noqa: PLC0415

    renderer = QSvgRenderer(QByteArray(tile_svg(SOURCE.read_text("utf-8")).encode()))
    made = {}
    for size in sorted(set(sizes)):
        image = QImage(size, size, QImage.Format.Format_ARGB32_Premultiplied)
        image.fill(0)
        painter = QPainter(image)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        image.convertTo(QImage.Format.Format_ARGB32)
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        if not image.save(buffer, "PNG"):  # type: ignore[call-overload]  # a device is taken too
            raise ValueError(f"The picture of {size} pixels cannot be written.")
        made[size] = (bytes(buffer.data().data()), bytes(image.constBits())[: 4 * size * size])
    return made


def ico_bytes(made: dict[int, tuple[bytes, bytes]]) -> bytes:
    """A Windows icon: bitmaps with transparency up to 64 pixels, a PNG above."""
    bodies = [
        _bitmap(size, made[size][1]) if size <= _LARGEST_BITMAP else made[size][0]
        for size in ICO_SIZES
    ]
    head = struct.pack("<HHH", 0, 1, len(bodies))
    offset = len(head) + 16 * len(bodies)
    for size, body in zip(ICO_SIZES, bodies, strict=True):
        edge = size % 256  # 256 is written as 0
        head += struct.pack("<BBBBHHII", edge, edge, 0, 0, 1, 32, len(body), offset)
        offset += len(body)
    return head + b"".join(bodies)


def _bitmap(size: int, rows: bytes) -> bytes:
    stride = 4 * size
    upwards = b"".join(rows[i : i + stride] for i in range(len(rows) - stride, -1, -stride))
    mask = bytes((size + 31) // 32 * 4 * size)  # empty: the alpha channel says it all
    head = struct.pack("<IiiHHIIiiII", 40, size, 2 * size, 1, 32, 0, len(upwards), 0, 0, 0, 0)
    return head + upwards + mask


def icns_bytes(made: dict[int, tuple[bytes, bytes]]) -> bytes:
    """A macOS icon: one PNG for each kind."""
    parts = [
        kind.encode() + struct.pack(">I", 8 + len(made[size][0])) + made[size][0]
        for kind, size in ICNS_KINDS.items()
    ]
    body = b"".join(parts)
    return b"icns" + struct.pack(">I", 8 + len(body)) + body


def png_of(edge: int, icns: bytes) -> bytes:
    """The PNG of an edge in pixels out of an .icns file.  Raises KeyError."""
    place = 8
    while place < len(icns):
        kind, length = icns[place : place + 4].decode(), struct.unpack_from(">I", icns, place + 4)
        if ICNS_KINDS.get(kind) == edge:
            return icns[place + 8 : place + length[0]]
        place += length[0]
    raise KeyError(edge)


def main(words: list[str]) -> int:
    made = pictures((*ICO_SIZES, *ICNS_KINDS.values()))
    stale = []
    for file, data in ((ICO, ico_bytes(made)), (ICNS, icns_bytes(made))):
        if not file.exists() or file.read_bytes() != data:
            stale.append(file.name)
            if words != ["check"]:
                file.write_bytes(data)
    if words == ["check"] and stale:
        sys.stderr.write(f"Not made from the drawing as it is: {', '.join(stale)}.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
