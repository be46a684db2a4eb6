"""Finds or starts the embedded sandbox of a workspace, so that there is only one.

The process that runs it holds `sandbox/owner.lock` and writes `sandbox/running.json`; others
use that one and hold a `sandbox/using-*.lock` meanwhile, for which its end waits.
Everything here blocks: call it in a worker thread.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
import urllib.request
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from pingtree_desktop.domain.errors import PortTaken, StorageUnavailable
from pingtree_desktop.storage.files import write_text
from pingtree_desktop.storage.places import Places

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from pingtree_desktop.sandbox.server import Options, SandboxServer

_WAIT_S = 5.0
_DRAIN_S = 3.0
PREFERRED_PORT = 8765


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A sandbox that answers.  `server` is set when it runs in this process."""

    url: str
    token: str
    server: SandboxServer | None


class SandboxHost:
    """The hold of this process on the workspace's sandbox."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._lock: BaseFileLock | None = None
        self._using: BaseFileLock | None = None
        self._server: SandboxServer | None = None

    def ensure(self) -> Running:
        """The workspace's sandbox, started here if nobody runs it.  Blocks up to 5 s.

        Raises StorageUnavailable when another process holds it but does not answer.
        """
        if self._server is not None:
            return self._running(self._server)
        deadline = time.monotonic() + _WAIT_S
        while True:
            if self._take():
                from pingtree_desktop.sandbox.server import Options  # noqa: PLC0415 - lazy

                return self._start_anywhere(Options(campaigns_file=self.campaigns_file))
            found = self._join()
            if found is not None:
                return found
            if time.monotonic() > deadline:
                raise StorageUnavailable(
                    "Another copy of the program holds the sandbox but does not answer.",
                    "Close it, or use another workspace.",
                )
            time.sleep(0.05)

    def serve(self, options: Options, *, prefer_usual_port: bool = False) -> Running:
        """Run the workspace's sandbox here with these options, its ledger in the workspace.

        `prefer_usual_port` takes the usual port and, where that is taken, any free one.
        Raises StorageUnavailable when another process runs it, PortTaken, UsageError and
        UnreadableInput as the server does.
        """
        if not self._take():
            found = self.find()
            raise StorageUnavailable(
                f"The sandbox of this workspace runs already{f' on {found.url}' if found else ''}.",
                "Use that one, close it, or name another --workspace.",
            )
        try:
            return self._start_anywhere(options) if prefer_usual_port else self._start(options)
        except BaseException:
            self.close()
            raise

    def find(self) -> Running | None:
        """The sandbox that another process runs for this workspace, if it answers.

        It may end at any time: `ensure` is for those who want to use it.
        """
        return self._find()

    def close(self) -> None:
        """Stop the sandbox if it runs here; safe to call twice.  Blocks up to 5 s.

        Other processes that use it just now may finish first.
        """
        self._leave()
        if self._server is not None:
            with contextlib.suppress(FileNotFoundError):
                self._running_file.unlink()  # first, so that nobody joins any more
            self._drain()
            self._server.stop()
            self._server = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    @property
    def _running_file(self) -> Path:
        return self._places.sandbox / "running.json"

    def _join(self) -> Running | None:
        """Use another process's sandbox, told to it beforehand so that it does not end."""
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first frame

        self._leave()
        name = f"using-{os.getpid()}-{id(self)}.lock"
        lock = FileLock(self._places.sandbox / name, mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return None  # the owner looks at it just now, on its way out
        self._using = lock
        found = self._find()
        if found is None:
            self._leave()
        return found

    def _leave(self) -> None:
        if self._using is not None:
            self._using.release()
            with contextlib.suppress(OSError):  # Windows keeps it while another looks at it
                Path(self._using.lock_file).unlink()
            self._using = None

    def _drain(self) -> None:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first frame

        deadline = time.monotonic() + _DRAIN_S
        for file in self._places.sandbox.glob("using-*.lock"):
            lock = FileLock(file, mode=0o600)
            try:
                lock.acquire(timeout=max(0.0, deadline - time.monotonic()), poll_interval=0.01)
            except Timeout:
                continue  # it is told of a closed connection, and says so to its person
            lock.release()
            with contextlib.suppress(OSError):
                file.unlink()

    def _take(self) -> bool:
        from filelock import FileLock, Timeout  # noqa: PLC0415 - not before the first frame

        lock = FileLock(self._places.sandbox / "owner.lock", mode=0o600)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return False
        except OSError as error:
            raise StorageUnavailable(
                f"The sandbox's folder {self._places.sandbox} cannot be used: {error.strerror}.",
                "Choose another workspace with --workspace.",
            ) from error
        self._lock = lock
        with contextlib.suppress(FileNotFoundError):
            self._running_file.unlink()  # of one that was killed: its port may be another's now
        return True

    def _start_anywhere(self, options: Options) -> Running:
        try:
            return self._start(replace(options, port=PREFERRED_PORT))
        except PortTaken:
            return self._start(replace(options, port=0))

    @property
    def campaigns_file(self) -> Path | None:
        """The workspace's own description of simulated campaigns, if there is one."""
        file = self._places.root / "sandbox-campaigns.toml"
        return file if file.exists() else None

    def _start(self, options: Options) -> Running:
        from pingtree_desktop.sandbox.server import SandboxServer  # noqa: PLC0415

        server = SandboxServer(replace(options, folder=self._places.sandbox))
        server.start()
        self._server = server
        write_text(self._running_file, json.dumps({"url": server.url, "token": server.token}))
        return self._running(server)

    def _running(self, server: SandboxServer) -> Running:
        return Running(url=server.url, token=server.token, server=server)

    def _find(self) -> Running | None:
        try:
            told = json.loads(self._running_file.read_text("utf-8"))
            url, token = str(told["url"]), str(told["token"])
        except (OSError, ValueError, KeyError, TypeError):
            return None  # not written yet, or half way: the caller looks again
        if not url.startswith(("http://127.", "http://[::1]:")):
            return None
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{url}/__sandbox/health", timeout=1.0) as reply:
                alive = reply.status == 200
        except OSError:
            return None
        return Running(url=url, token=token, server=None) if alive else None
