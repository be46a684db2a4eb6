"""Makes the two locks anew: `python packaging/lock.py` (needs uv on the path).

Universal (Windows, macOS and Linux, Python 3.11 to 3.13), with hashes, without any address.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# What building the program itself needs, since it is installed without build isolation.
BUILD = "hatchling>=1.25\neditables>=0.5\n"


def lock(name: str, *extras: str) -> None:
    """Resolve one lock from pyproject.toml and the build requirements."""
    output = Path("packaging") / "requirements" / f"{name}.txt"
    command = [
        "uv", "pip", "compile", "pyproject.toml", "-", "--universal",
        "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url",
        "--no-header", "--no-annotate", "--quiet", "--output-file", str(output), *extras,
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, input=BUILD, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.returncode)
    text = (ROOT / output).read_text("utf-8")
    head = "# Made by packaging/lock.py from pyproject.toml; do not edit.\n"
    (ROOT / output).write_text(head + text, "utf-8")


if __name__ == "__main__":
    lock("run")
    lock("test", "--extra", "dev")
