"""The real archive with a gate in front of its reads, one on a lost disk, and their tasks."""

from __future__ import annotations

import asyncio

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.domain.exchange import Failure, FailureKind, Outcome
from pingtree_desktop.domain.request import Request
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.tasks import Tasks
from tests.storage.samples import exchange, finished


class Background:
    """The tasks that a view-model starts; `settle` waits for them and raises their failures."""

    def __init__(self) -> None:
        self.failures: list[BaseException] = []
        self._tasks = Tasks(self.failures.append)
        self._started: list[asyncio.Task[object]] = []

    def start(self, work) -> asyncio.Task[object]:
        self._started.append(self._tasks.start(work, name="test"))
        return self._started[-1]

    async def settle(self) -> None:
        while waiting := [task for task in self._started if not task.done()]:
            await asyncio.wait(waiting)
        if self.failures:
            raise ExceptionGroup("background work failed", self.failures)


class GatedArchive:
    """Reads at once, and hands out what it read when the gate is open."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.gate = asyncio.Event()
        self.gate.set()
        self.has_read = asyncio.Event()
        self.asked: list[tuple[str, object]] = []

    def __getattr__(self, name: str):
        call = getattr(self._archive, name)
        if name not in {"get", "transaction_exchanges", "pair_states", "bank"}:
            return call

        async def gated(*arguments):
            self.asked.append((name, *arguments))
            found = await call(*arguments)
            self.has_read.set()
            await self.gate.wait()
            return found

        return gated


class LostArchive:
    """An archive on a disk that went away."""

    def on_entry(self, _listener: object) -> None:
        pass

    async def _fail(self, *_arguments: object) -> None:
        raise StorageUnavailable("The disk is gone.", "Plug it in.")

    get = transaction_exchanges = pair_states = bank = set_bank = _fail


async def kept(
    archive: Archive,
    transaction_id: str,
    event_id: str = "buy",
    verdict: str = "fired",
    *,
    body: str = "{}",
    arrived: bool = True,
    environment: str = "sandbox",
) -> int:
    """One finished exchange in the history."""
    sent = exchange(
        transaction_id,
        uid=f"{transaction_id}-{event_id}-{verdict}-{asyncio.get_running_loop().time()}",
        event_id=event_id,
        environment=environment,
        request=Request(method="POST", url="http://h/api", headers=(), body=body.encode()),
    )
    entry_id = await archive.begin(sent)
    done = finished(sent, verdict=verdict)
    if verdict in {"no_reply", "cancelled"}:
        failure = Failure(
            kind=FailureKind.RESET, sentence="It was reset.", may_have_arrived=arrived
        )
        done = finished(
            sent,
            verdict=verdict,
            outcome=Outcome(response=None, failure=failure, phases=(), elapsed_ms=1.0),
        )
    await archive.finish(entry_id, done)
    return entry_id
