"""A screen of its own for windows that a journey clicks through: Xvfb, xdotool, pictures.

The picture is read from Xvfb's own frame buffer file (X window dump), so no further tool is needed.
"""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
import time
import zlib
from pathlib import Path
from types import TracebackType

from windows.bench import BenchFault

_START_WAIT_S = 15
_SETTLE_S = 0.4


class Screen:
    """One virtual screen; use it as a context manager."""

    def __init__(self, number: int, width: int, height: int) -> None:
        self.name = f":{number}"
        self._size = (width, height)
        self._folder = Path()
        self._server: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Screen:
        if Path(f"/tmp/.X{self.name[1:]}-lock").exists():
            raise BenchFault(f"The display {self.name} is in use: name another with --display.")
        width, height = self._size
        self._folder = Path(tempfile.mkdtemp(prefix="pingtree-screen-"))
        self._server = subprocess.Popen(
            ["Xvfb", self.name, "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp",
             "-fbdir", str(self._folder)],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + _START_WAIT_S
        while not Path(f"/tmp/.X11-unix/X{self.name[1:]}").exists():
            if time.monotonic() > deadline or self._server.poll() is not None:
                self.__exit__(None, None, None)
                raise BenchFault(f"Xvfb did not start on {self.name}.")
            time.sleep(0.1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)
            self._server = None
            shutil.rmtree(self._folder)

    def _xdotool(self, *words: str | int) -> None:
        done = subprocess.run(
            ["xdotool", *map(str, words)], env={"DISPLAY": self.name, "PATH": "/usr/bin:/bin"},
            capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        if done.returncode != 0:
            raise BenchFault(f"xdotool {words[0]}: {done.stderr.decode('utf-8', 'replace')}")
        time.sleep(_SETTLE_S)

    def click(self, x: int, y: int, times: int = 1) -> None:
        """Press and release the left button at a point."""
        self._xdotool("mousemove", x, y, "click", "--repeat", times, "--delay", 80, 1)

    def key(self, *keys: str) -> None:
        """Press keys one after another, for example `ctrl+a`."""
        self._xdotool("key", "--delay", 60, *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self._xdotool("type", "--delay", 40, text)

    def pixels(self) -> tuple[int, int, bytes]:
        """Width, height and the RGB bytes of what is on the screen now."""
        data = (self._folder / "Xvfb_screen0").read_bytes()
        header = struct.unpack_from(">25I", data)
        header_bytes, width, height, stride, colours = (
            header[0], header[4], header[5], header[12], header[19],
        )  # fmt: skip
        start = header_bytes + 12 * colours
        rows = bytearray()
        for y in range(height):
            row = data[start + y * stride : start + y * stride + 4 * width]
            rgb = bytearray(3 * width)
            rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
            rows += rgb
        return width, height, bytes(rows)

    def is_blank(self) -> bool:
        """Whether the whole screen has one colour."""
        _, _, rgb = self.pixels()
        return rgb == rgb[:3] * (len(rgb) // 3)

    def picture(self, file: Path) -> None:
        """Write what is on the screen into a PNG file."""
        width, height, rgb = self.pixels()
        lines = b"".join(b"\0" + rgb[3 * width * y : 3 * width * (y + 1)] for y in range(height))
        head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
        parts = ((b"IHDR", head), (b"IDAT", zlib.compress(lines, 6)), (b"IEND", b""))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts))


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
