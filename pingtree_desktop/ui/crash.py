"""One place for what should never happen: says so once, keeps the trace, lets the program live.

The trace holds file names, line numbers and the kind of the error, never its values: they may be
lead data.
"""

from __future__ import annotations

import asyncio
import contextlib
import faulthandler
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from pingtree_desktop.domain.errors import PingTreeError

_REPEAT_S = 30.0
_LOG_LIMIT_BYTES = 512_000


class CrashReporter:
    """Catches exceptions of slots, tasks, threads and paint events."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._tell: Callable[[str], None] | None = None
        self._told: dict[str, float] = {}
        self._fault_file: TextIO | None = None
        self.count = 0

    def install(self) -> str:
        """Hook everything; returns the trace a hard crash left last time, else an empty text."""
        left = self._take_fault()
        sys.excepthook = self._excepthook
        threading.excepthook = self._thread_hook
        with contextlib.suppress(OSError):
            self._fault_file = self._fault_path.open("w", encoding="utf-8")
            faulthandler.enable(self._fault_file)
        return left

    def uninstall(self) -> None:
        """Put the interpreter's own hooks back."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__
        if self._fault_file is not None:
            faulthandler.disable()
            self._fault_file.close()
            self._fault_file = None

    def tell_by(self, tell: Callable[[str], None] | None) -> None:
        """Have sentences for the person shown by `tell`; None means the terminal."""
        self._tell = tell

    def report(self, error: BaseException) -> None:
        """Report an error: a PingTreeError in its own words, anything else as a defect."""
        if isinstance(error, KeyboardInterrupt | SystemExit | asyncio.CancelledError):
            return
        if isinstance(error, PingTreeError):
            self._say(str(error))
            return
        trace = "".join(traceback.format_tb(error.__traceback__))
        key = f"{type(error).__name__}|{trace[-400:]}"
        now = time.monotonic()
        if now - self._told.get(key, -_REPEAT_S) < _REPEAT_S:
            return  # the same fault again, for example once per painted cell
        self._told[key] = now
        self.count += 1
        self._write(f"{type(error).__name__}\n{trace}")
        self._say(
            "Something went wrong inside the program; your data is safe. "
            f"The trace is in {self._log.name} of the workspace folder ({type(error).__name__})."
        )

    def loop_handler(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The event loop's exception handler."""
        error = context.get("exception")
        if isinstance(error, BaseException):
            self.report(error)
        else:
            self.report(RuntimeError(str(context.get("message", "event loop"))))

    @property
    def _fault_path(self) -> Path:
        return self._log.with_name("fault.log")

    def _take_fault(self) -> str:
        try:
            left = self._fault_path.read_text("utf-8", "replace")
        except OSError:
            return ""
        if left.strip():
            self._write(f"hard crash\n{left}")
        return left.strip()

    def _say(self, sentence: str) -> None:
        if self._tell is not None:
            self._tell(sentence)
        elif sys.stderr is not None:
            sys.stderr.write(sentence + "\n")

    def _write(self, text: str) -> None:
        stamp = time.strftime("%Y-%m-%d %H:%M:%S")
        try:
            if self._log.exists() and self._log.stat().st_size > _LOG_LIMIT_BYTES:
                self._log.unlink()
            with self._log.open("a", encoding="utf-8") as file:
                file.write(f"{stamp} {text}\n")
            self._log.chmod(0o600)
        except OSError:
            # The disk may be the very fault; the person is told on screen all the same.
            if sys.stderr is not None:
                sys.stderr.write(f"{stamp} {text}\n")

    def _excepthook(
        self, _kind: type[BaseException], error: BaseException, _trace: TracebackType | None
    ) -> None:
        self.report(error)

    def _thread_hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self.report(args.exc_value)
