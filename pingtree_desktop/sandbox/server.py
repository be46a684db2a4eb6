"""The sandbox as a program's other parts use it: a server with its own thread and loop.

Its delays never depend on a window, and nothing here touches another thread's loop.  It listens
on loopback only.
"""

from __future__ import annotations

import asyncio
import errno
import random
import secrets
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.domain.errors import PortTaken, UsageError
from pingtree_desktop.sandbox.connection import Connection, Hub
from pingtree_desktop.sandbox.faults import read_plan
from pingtree_desktop.sandbox.gate import Gate, authority, loopback_address
from pingtree_desktop.sandbox.ledger import Ledger, LedgerRow
from pingtree_desktop.sandbox.simulator import Seen, Simulator
from pingtree_desktop.sandbox.world import DEMO_WORLD, read_world

__all__ = ["LedgerRow", "Options", "SandboxServer", "Seen"]

BACKLOG = 2_048
MAX_LOCK_SECONDS = 3_600.0
_OPEN_FILES = 4_608
"""Enough descriptors for the most connections; macOS gives a process 256 at first."""
_STOP_TIMEOUT_S = 1.5
_ACCEPT_TURNS = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a sandbox is set up.

    `port` 0 takes any free one, `folder` None keeps the ledger in memory, `campaigns_file` None
    is the built-in demo, `lock_seconds` is the lock per pair.
    """

    host: str = "127.0.0.1"
    port: int = 0
    folder: Path | None = None
    campaigns_file: Path | None = None
    faults: tuple[str, ...] = ()
    lock_seconds: float = 2.0


@dataclass(slots=True, kw_only=True)
class _Run:
    """One start up to its stop."""

    port: int
    thread: threading.Thread
    loop: asyncio.AbstractEventLoop
    stop: asyncio.Event
    simulator: Simulator


class SandboxServer:
    """The embedded simulator.  Every public method may be called from any thread."""

    def __init__(self, options: Options, *, token: str | None = None) -> None:
        """Check the options; nothing is opened yet.  Raises UsageError."""
        self._options = options
        self._address = loopback_address(options.host)
        if not 0 <= options.port <= 65_535:
            raise UsageError(
                f"{options.port} is not a port number.", "Use 1 to 65535, or 0 for any free one."
            )
        if not 0 <= options.lock_seconds <= MAX_LOCK_SECONDS:
            raise UsageError(
                f"A lock of {options.lock_seconds} seconds is not possible.",
                f"Use 0 to {MAX_LOCK_SECONDS:.0f} seconds.",
            )
        self._plan = read_plan(options.faults)
        self._ledger = Ledger(options.folder)
        self._callbacks: tuple[Callable[[Seen], None], ...] = ()
        self._guard = threading.RLock()
        self._run: _Run | None = None
        self._port = options.port
        self._request_count = 0
        self.token = secrets.token_urlsafe(32) if token is None else token

    @property
    def url(self) -> str:
        """The base URL, for example `http://127.0.0.1:8765`."""
        return f"http://{authority(self._address, self._port)}"

    @property
    def port(self) -> int:
        """The port in use, or the one asked for before the start."""
        return self._port

    @property
    def request_count(self) -> int:
        """How many requests were answered or dropped so far."""
        return self._request_count

    @property
    def is_running(self) -> bool:
        run = self._run
        return run is not None and run.thread.is_alive()

    def start(self) -> None:
        """Listen; returns once requests are answered.  Does nothing when it runs already.

        Raises PortTaken, UnreadableInput (the campaigns file) or StorageUnavailable (ledger).
        """
        with self._guard:
            if self._run is not None:
                return
            options = self._options
            file = options.campaigns_file
            world = DEMO_WORLD if file is None else read_world(file)
            self._ledger.open()
            try:
                listener = _listen(self._address, options.port)
            except BaseException:
                self._ledger.close()
                raise
            port: int = listener.getsockname()[1]
            self._port = port
            simulator = Simulator(
                world=world,
                ledger=self._ledger,
                plan=self._plan,
                lock_ms=round(options.lock_seconds * 1000),
                token=self.token,
                gate=Gate(self._address, port),
                url=self.url,
                clock=_now_ms,
                chance=random.random,
            )
            self._run = self._launch(listener, port, simulator)

    def stop(self) -> None:
        """Close every connection and join the thread, within 2 s; safe to call twice."""
        with self._guard:
            run = self._run
            if run is None:
                return
            if threading.current_thread() is run.thread:
                raise RuntimeError("A callback of the sandbox cannot stop it.")
            with suppress(RuntimeError):  # the loop is closed already
                run.loop.call_soon_threadsafe(run.stop.set)
            run.thread.join()
            self._run = None
            self._ledger.close()

    def on_request(self, callback: Callable[[Seen], None]) -> None:
        """Call this for every answered request, on the server's thread, after the answer."""
        with self._guard:
            self._callbacks = (*self._callbacks, callback)

    def ledger_rows(self) -> tuple[LedgerRow, ...]:
        """What was accepted, per pair, in the order in which they first fired."""
        return self._ledger.rows()

    def reset(self) -> None:
        """Forget everything that was accepted, on disk too.  Raises StorageUnavailable."""
        self._ledger.clear()

    def set_faults(self, faults: tuple[str, ...]) -> None:
        """Put these faults in force for the whole server.  Raises UsageError."""
        plan = read_plan(faults)
        with self._guard:
            self._plan = plan
            if self._run is not None:
                self._run.simulator.set_plan(plan)

    def _launch(self, listener: socket.socket, port: int, simulator: Simulator) -> _Run:
        ready = threading.Event()
        parts: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []
        problems: list[BaseException] = []

        async def serve() -> None:
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            hub = Hub(simulator=simulator, loop=loop, answered=self._answered)
            server = await loop.create_server(
                lambda: Connection(hub), sock=listener, backlog=BACKLOG
            )
            parts.append((loop, stop))
            ready.set()
            await stop.wait()
            await _shut(server, hub)

        def run() -> None:
            try:
                with asyncio.Runner(loop_factory=_new_loop) as runner:
                    runner.run(serve())
            except BaseException as error:
                problems.append(error)
                if ready.is_set():
                    raise
            finally:
                listener.close()
                ready.set()

        thread = threading.Thread(target=run, name="pingtree-sandbox", daemon=True)
        thread.start()
        ready.wait()
        if not parts:
            thread.join()
            self._ledger.close()
            raise problems[0]
        loop, stop = parts[0]
        return _Run(port=port, thread=thread, loop=loop, stop=stop, simulator=simulator)

    def _answered(self, seen: Seen) -> None:
        self._request_count += 1
        loop = asyncio.get_running_loop()
        for callback in self._callbacks:
            # On its own turn of the loop: an error in it is reported and ends no connection.
            loop.call_soon(callback, seen)


async def _shut(server: asyncio.Server, hub: Hub) -> None:
    hub.stopping = True
    # asyncio forgets, without closing it, a connection that is being accepted while its server
    # closes (CPython up to 3.13): so close in a moment when none is.
    for _ in range(_ACCEPT_TURNS):
        if len(asyncio.all_tasks()) == 1:
            break
        await asyncio.sleep(0)
    server.close()
    for connection in tuple(hub.open):
        connection.abort()
    if hub.open:
        async with asyncio.timeout(_STOP_TIMEOUT_S):
            await hub.all_closed.wait()
    await server.wait_closed()


def _new_loop() -> asyncio.AbstractEventLoop:
    """A plain loop of the platform, whatever policy another part of the program has set."""
    if sys.platform == "win32":
        return asyncio.ProactorEventLoop()
    else:
        return asyncio.SelectorEventLoop()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000


def _listen(address: str, port: int) -> socket.socket:
    """A listening socket that nobody else can share.  Raises PortTaken."""
    _raise_file_limit()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        listener = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise _not_bound(address, port, error) from error
    try:
        if sys.platform == "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        else:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((address, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise _not_bound(address, port, error) from error
    listener.setblocking(False)
    return listener


def _not_bound(address: str, port: int, error: OSError) -> PortTaken:
    where = authority(address, port)
    if error.errno in {errno.EADDRINUSE, errno.EACCES, errno.EPERM}:
        return PortTaken(
            f"The sandbox cannot listen on {where}: another program holds that port, or the "
            "system keeps it back.",
            "Choose another port, or port 0 for any free one.",
        )
    return PortTaken(
        f"The sandbox cannot listen on {where}: {error.strerror or 'the system refused'}.",
        "Use 127.0.0.1 and port 0.",
    )


def _raise_file_limit() -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 - POSIX only

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = _OPEN_FILES if hard == resource.RLIM_INFINITY else min(_OPEN_FILES, hard)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            with suppress(ValueError, OSError):  # some systems cap it lower than they say
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
