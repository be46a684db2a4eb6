"""First paint of the frozen program against the same program from its source, in one run.

Run on demand, after `python packaging/build.py freeze`, on Linux with Xvfb:

    python tests/benchmarks/bench_frozen_start.py [RUNS] [FOLDER OF THE FROZEN PROGRAM]

Both are watched from outside in the same way: the figure is from just before the process starts
until the screen of an X server of our own is no longer empty in the middle of where the window
comes up.  Prints both medians and their ratio; the ratio is to stay below 1.3.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FROZEN = ROOT / "dist" / "linux" / "PingTreeDesktop"
SOURCE = "import sys; from pingtree_desktop.__main__ import window; sys.exit(window())"
LIMIT = 1.3
_WAIT_S = 30.0


@contextmanager
def x_server() -> Iterator[str]:
    """An empty X server; gives its display's name."""
    if shutil.which("Xvfb") is None:
        raise SystemExit("Xvfb is not installed (Debian: apt install xvfb).")
    reading, writing = os.pipe()
    command = ["Xvfb", "-screen", "0", "1600x1000x24", "-displayfd", str(writing)]
    server = subprocess.Popen(
        [*command, "-nolisten", "tcp"], pass_fds=[writing], stderr=subprocess.DEVNULL
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as told:
            yield f":{told.readline().strip()}"
    finally:
        server.terminate()
        server.wait()


class Eye:
    """Looks at the screen; the X server's empty background is black."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        self._app = QApplication([])
        self._screen = self._app.primaryScreen()

    def sees_window(self) -> bool:
        picture = self._screen.grabWindow(0, 300, 300, 8, 8).toImage()
        return any(picture.pixelColor(x, 4).lightness() > 0 for x in range(8))


def once(command: list[str], eye: Eye) -> float:
    """Seconds from before the process starts until its window is on the screen."""
    while eye.sees_window():  # the one before is going away
        time.sleep(0.01)
    started = time.perf_counter()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        while not eye.sees_window():
            if process.poll() is not None:
                raise SystemExit(f"{command[0]} ended with {process.returncode}.")
            if time.perf_counter() - started > _WAIT_S:
                raise SystemExit(f"{command[0]} showed no window within {_WAIT_S:.0f} s.")
            time.sleep(0.002)
        return time.perf_counter() - started
    finally:
        process.kill()
        process.wait()


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FROZEN
    program = folder / "PingTreeDesktop"
    if not program.is_file():
        raise SystemExit(f"{program} is not there: python packaging/build.py freeze")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    with x_server() as display, tempfile.TemporaryDirectory() as workspace:
        os.environ.update(DISPLAY=display, QT_QPA_PLATFORM="xcb", PINGTREE_WORKSPACE=workspace)
        eye = Eye()
        source, frozen = [sys.executable, "-c", SOURCE], [str(program)]
        once(source, eye), once(frozen, eye)  # warm the disk cache, seed the workspace
        from_source, from_frozen = [], []
        for _ in range(runs):
            from_source.append(once(source, eye))
            from_frozen.append(once(frozen, eye))
    ratios = [a / b for a, b in zip(from_frozen, from_source, strict=True)]
    ratio = statistics.median(ratios)
    print(f"from source   median {statistics.median(from_source) * 1000:6.0f} ms")
    print(f"frozen        median {statistics.median(from_frozen) * 1000:6.0f} ms")
    print(f"ratio         median {ratio:.2f}  (min {min(ratios):.2f}, max {max(ratios):.2f})")
    print("within the limit" if ratio <= LIMIT else f"ABOVE THE LIMIT of {LIMIT}")


if __name__ == "__main__":
    main()
