"""`pingtree sandbox serve`: the embedded simulator on its own, until it is stopped."""

from __future__ import annotations

import argparse
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING

from pingtree_desktop.cli.output import Output, plain

if TYPE_CHECKING:
    from types import FrameType

    from pingtree_desktop.sandbox.server import Seen

# Windows cannot interrupt a wait without a limit.
_WAIT_S = 0.5


def run(args: argparse.Namespace, out: Output) -> int:
    """Serve until SIGTERM (exit code 0) or Ctrl+C (KeyboardInterrupt passes on)."""
    from pingtree_desktop.sandbox.server import Options  # noqa: PLC0415 - only this command's
    from pingtree_desktop.services.sandbox_host import SandboxHost  # noqa: PLC0415
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415

    host = SandboxHost(open_places(args.workspace))
    options = Options(
        host=args.host,
        port=0 if args.port is None else args.port,
        campaigns_file=args.campaigns or host.campaigns_file,
        faults=tuple(args.fault),
        lock_seconds=args.lock_seconds,
    )
    try:
        with _stop_on_terminate() as stop:
            running = host.serve(options, prefer_usual_port=args.port is None)
            server = running.server
            assert server is not None  # it was started here
            server.on_request(lambda seen: _tell(seen, out))
            if out.as_json:
                out.one_line_document({"url": running.url, "token": running.token})
            else:
                out.line(running.url)
                out.flush()
            out.progress("SIMULATED Pingtree API; nothing leaves this computer. Ctrl+C stops it.")
            while not stop.wait(_WAIT_S):
                pass
    finally:
        host.close()
    return 0


def _tell(seen: Seen, out: Output) -> None:
    if not seen.path.startswith("/__sandbox/"):  # the program's own questions
        out.progress(_line(seen))


def _line(seen: Seen) -> str:
    at = datetime.fromtimestamp(seen.at_ms / 1000).astimezone()
    status = str(seen.status) if seen.status else "dropped"
    pair = " ".join(word for word in (seen.event_id, seen.transaction_id) if word)
    parts = (f"{at:%H:%M:%S}", seen.method, seen.path, status, pair, seen.summary)
    return "  ".join(plain(part) for part in parts if part)


@contextmanager
def _stop_on_terminate() -> Iterator[threading.Event]:
    """An event that SIGTERM sets (on Windows Ctrl+Break), for as long as this is open."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    number: int = getattr(signal, "SIGBREAK", signal.SIGTERM)
    before = signal.signal(number, ask)
    try:
        yield stop
    finally:
        signal.signal(number, before)
