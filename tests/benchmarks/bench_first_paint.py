"""First paint of the window against a bare PySide6 window with one label, in one run.

Run on demand: python tests/benchmarks/bench_first_paint.py [RUNS]
Each run is a fresh process; the figure is from just before its start to the first paint event of
a visible top-level window.  Prints both medians and their ratio.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time

WATCH = """
import os, sys, time
start = float(sys.argv[1])
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QWidget

class Watch(QObject):
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint and isinstance(target, QWidget):
            if target.isWindow() and target.isVisible():
                sys.stdout.write(str(time.time() - start))
                sys.stdout.flush()
                os._exit(0)
        return False

watch = Watch()
"""
BARE = (
    WATCH
    + """
from PySide6.QtWidgets import QLabel, QMainWindow
app = QApplication(sys.argv[:1])
app.installEventFilter(watch)
window = QMainWindow()
window.setCentralWidget(QLabel("hello"))
window.resize(1440, 900)
window.show()
app.exec()
"""
)
OURS = (
    WATCH
    + """
from pathlib import Path
from pingtree_desktop.ui import app

class Watched(app.Application):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.installEventFilter(watch)

app.Application = Watched
app.run(app.WindowOptions(workspace=Path(sys.argv[2])))
"""
)


def once(program: str, workspace: str) -> float:
    """Seconds from before the process starts to its first paint."""
    command = [sys.executable, "-c", program, str(time.time()), workspace]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        raise SystemExit(done.stderr)
    return float(done.stdout)


def main() -> None:
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed program has its bytecode
    bare, ours = [], []
    with tempfile.TemporaryDirectory() as workspace:
        once(BARE, workspace), once(OURS, workspace)  # warm the disk cache, seed the workspace
        for _ in range(runs):
            bare.append(once(BARE, workspace))
            ours.append(once(OURS, workspace))
    ratios = [a / b for a, b in zip(ours, bare, strict=True)]
    print(f"bare window   median {statistics.median(bare) * 1000:6.0f} ms")
    print(f"PingTree      median {statistics.median(ours) * 1000:6.0f} ms")
    print(f"ratio         median {statistics.median(ratios):.2f}  (min {min(ratios):.2f})")


if __name__ == "__main__":
    main()
