"""Small stand-ins for the network and for a history that cannot be written."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import replace

from pingtree_desktop.domain.environment import SANDBOX, Environment
from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Outcome, Response
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.fetch import NetOptions
from pingtree_desktop.services.sender import Job
from pingtree_desktop.storage.history import HistoryStore

BASE = "http://127.0.0.1:8765"
DISK_FULL = StorageUnavailable("The disk is full.", "Free some space.")


def job(**changes: object) -> Job:
    """A plain event to the sandbox."""
    event = Event()
    for wire, text in (("cid", "demo"), ("event_id", "quote_view"), ("transaction_id", "T-1")):
        event = event.with_field(wire, FieldInput(text=text))
    return replace(Job(event=event, environment=SANDBOX, base_url=BASE), **changes)


def custom(**changes: object) -> Environment:
    return replace(Environment(name="own", base_url=BASE), **changes)


def fired() -> Outcome:
    """What a server answers that took the event."""
    body = b'{"status":"success","type":"success","message":"ok"}'
    response = Response(
        status=200,
        reason="OK",
        http_version="HTTP/1.1",
        headers=(("Content-Type", "application/json"),),
        body=body,
        wire_bytes=len(body),
    )
    return Outcome(response=response, failure=None, phases=(), elapsed_ms=1.0)


class Wire:
    """A network that answers at once, or only when it is told to."""

    def __init__(self, *, holds: bool = False) -> None:
        self.calls: list[tuple[Request, NetOptions]] = []
        self.reached = asyncio.Event()
        self.release = asyncio.Event()
        if not holds:
            self.release.set()

    async def __call__(self, request: Request, options: NetOptions) -> Outcome:
        self.calls.append((request, options))
        self.reached.set()
        await self.release.wait()
        return fired()


class BrokenStore:
    """A history whose `begin` or `finish` fails as on a full disk; the rest is real."""

    def __init__(self, store: HistoryStore, *, breaks: str) -> None:
        self._store, self._breaks = store, breaks

    def __getattr__(self, name: str) -> object:
        return self._fail if name == self._breaks else getattr(self._store, name)

    def _fail(self, *_args: object) -> Future[object]:
        future: Future[object] = Future()
        future.set_exception(DISK_FULL)
        return future


class SlowStore:
    """A history whose `begin` or `finish` is answered only when it is told to."""

    def __init__(self, store: HistoryStore, *, holds: str) -> None:
        self._store, self._holds = store, holds
        self._held: list[tuple[Future[object], Future[object]]] = []

    def __getattr__(self, name: str) -> object:
        real = getattr(self._store, name)
        return (lambda *args: self._wait(real(*args))) if name == self._holds else real

    @property
    def is_reached(self) -> bool:
        return bool(self._held)

    def let_go(self) -> None:
        for shown, real in self._held:
            shown.set_result(real.result())

    def _wait(self, real: Future[object]) -> Future[object]:
        shown: Future[object] = Future()
        self._held.append((shown, real))
        return shown
