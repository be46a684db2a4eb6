"""Runs many generated programs in one process each way, without a person's own settings."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PATIENCE_S = 120.0
_PYTHON = """
import pathlib, sys
for file in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    exec(compile(file.read_text("utf-8"), file.name, "exec"), {})
"""
_NODE = """
import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
for (const name of readdirSync(process.argv[2]).sort()) {
  await import(pathToFileURL(process.argv[2] + "/" + name));
}
"""
_PHP = """<?php
error_reporting(E_ALL);
set_error_handler(function ($n, $text) { fwrite(STDERR, $text); exit(3); });
foreach (glob($argv[1] . '/*.php') as $file) { include $file; }
"""


def has(program: str) -> bool:
    """Whether a program is here; for PHP its curl extension too."""
    if shutil.which(program) is None:
        return False
    if program != "php":
        return True
    done = subprocess.run(["php", "-m"], capture_output=True, check=True, timeout=PATIENCE_S)
    return b"curl" in done.stdout.split()


def run(command: list[str], folder: Path, *, data: bytes | None = None) -> None:
    """Run a command to its end; it must succeed and say nothing on stderr but progress."""
    clean = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    home = str(folder)
    done = subprocess.run(
        command,
        input=data,
        env=clean | {"HOME": home, "CURL_HOME": home, "XDG_CONFIG_HOME": home},
        cwd=folder,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")[-2_000:]


def run_sh(programs: list[str], folder: Path) -> None:
    run(["sh", "-e"], folder, data="\n".join(programs).encode("utf-8"))


def run_python(programs: list[str], folder: Path) -> None:
    driver, inner = _files(programs, folder, ".py", _PYTHON)
    run([sys.executable, "-I", "-W", "error", str(driver), str(inner)], folder)


def run_javascript(programs: list[str], folder: Path) -> None:
    driver, inner = _files(programs, folder, ".mjs", _NODE)
    run(["node", str(driver), str(inner)], folder)


def run_php(programs: list[str], folder: Path) -> None:
    driver, inner = _files(programs, folder, ".php", _PHP)
    run(["php", str(driver), str(inner)], folder)


def _files(programs: list[str], folder: Path, suffix: str, driver: str) -> tuple[Path, Path]:
    inner = folder / "programs"
    shutil.rmtree(inner, ignore_errors=True)
    inner.mkdir()
    for at, text in enumerate(programs):
        (inner / f"{at:05}{suffix}").write_text(text, "utf-8", newline="")
    path = folder / f"driver{suffix}"
    path.write_text(driver, "utf-8")
    return path, inner
