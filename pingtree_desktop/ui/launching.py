"""Starts the program once more, for another workspace: a window each, a process each."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QProcess, QProcessEnvironment

OPENED_FROM = "PINGTREE_OPENED_FROM"
_TERMINAL_PROGRAM = "pingtree"


def start_window(root: Path, *, opened_from: Path) -> bool:
    """Open a workspace in a window of its own; returns whether the program could be started.

    `opened_from` is this window's workspace: the new one takes over its list of recent ones.
    """
    program, *arguments = command(root)
    environment = QProcessEnvironment.systemEnvironment()
    environment.insert(OPENED_FROM, str(opened_from))
    # A frozen program must not be taken for a helper of the one that started it.
    environment.insert("PYINSTALLER_RESET_ENVIRONMENT", "1")
    process = QProcess()
    process.setProgram(program)
    process.setArguments(arguments)
    process.setProcessEnvironment(environment)
    answer: object = process.startDetached()  # a pair in the type stubs, a bool when it runs
    return bool(answer[0] if isinstance(answer, tuple) else answer)


def command(root: Path) -> list[str]:
    """The program and its arguments that open a workspace in a new window."""
    if not getattr(sys, "frozen", False):
        return [sys.executable, "-m", "pingtree_desktop", "--workspace", str(root)]
    is_terminal = Path(sys.executable).stem.lower() == _TERMINAL_PROGRAM
    return [sys.executable, *(["window"] if is_terminal else []), "--workspace", str(root)]


def opened_from() -> Path | None:
    """The workspace of the window that opened this one, if one did; asked for once."""
    text = os.environ.pop(OPENED_FROM, "")
    return Path(text) if text else None
