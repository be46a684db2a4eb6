"""Sends one event: build, record, send, judge, record again.

The order is the promise: a `sending` row is committed before a byte leaves, and the result is
committed before anyone sees the verdict.  Nothing here retries.
"""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import LiveRefused, PingTreeError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Exchange, Failure, FailureKind, Outcome, Resolved
from pingtree_desktop.domain.judgement import Judgement, judge
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.storage.event_codec import event_to_json

if TYPE_CHECKING:
    from pingtree_desktop.domain.value_facts import Sources
    from pingtree_desktop.net.fetch import NetOptions

Fetch = Callable[[Request, "NetOptions"], Awaitable[Outcome]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One send as ordered.  `base_url` is the resolved address (the sandbox's real port).

    `sources` is what its dynamic values are made of; without it every `{{…}}` is sent as it is.
    """

    event: Event
    environment: Environment
    base_url: str
    expect: Verdict = Verdict.FIRED
    campaign_name: str = ""
    profile_name: str = ""
    live_confirmed: bool = False
    sources: Sources | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What became of a job.  `unkept` says why the result could not be kept, when it could not."""

    exchange: Exchange
    judgement: Judgement
    unkept: str = ""


class Sender:
    """Sends jobs one by one or side by side; each has its own connection."""

    def __init__(
        self,
        archive: Archive,
        fetch: Fetch | None = None,
        take_number: Callable[[], int] | None = None,
    ) -> None:
        self._archive = archive
        self._fetch = fetch
        self._take_number = take_number

    async def send(self, job: Job) -> Sent:
        """Send a job and return the kept exchange with its verdict.

        Cancelling the calling task ends the wait at once; the outcome `cancelled` is recorded
        and returned, so await this in a task of its own.  Raises UsageError for an unusable
        address, LiveRefused for an unconfirmed LIVE send, and StorageUnavailable when the
        `sending` row cannot be kept; in these cases nothing was sent.
        """
        if effective_danger(job) is Danger.LIVE and not job.live_confirmed:
            raise LiveRefused(
                "This would fire a real event in production, and LIVE is not armed.",
                "Arm LIVE in the window, or confirm with --live.",
            )
        job, resolved = await self._made(job)
        draft = replace(new_exchange(job), resolved=resolved)
        entry_id, cancelled = await _uninterrupted(self._archive.begin(draft))
        if cancelled:
            outcome = _cancelled(elapsed_ms=0.0, may_have_arrived=False)
        else:
            outcome = await self._wait(draft.request, job.environment)
        judgement = judge(outcome.response, outcome.failure)
        done = replace(
            draft,
            id=entry_id,
            outcome=outcome,
            verdict=judgement.verdict.value,
            message=judgement.message,
        )
        unkept = ""
        try:
            await _uninterrupted(self._archive.finish(entry_id, done))
        except PingTreeError as error:
            unkept = f"The reply is shown here but could not be kept. {error}"
        return Sent(exchange=done, judgement=judgement, unkept=unkept)

    async def _made(self, job: Job) -> tuple[Job, tuple[Resolved, ...]]:
        """The job with every dynamic value made, once, and what each became."""
        headers = job.environment.headers
        if job.sources is None or not (
            job.event.has_placeholders or any("{{" in value for _, value in headers)
        ):
            return job, ()
        from pingtree_desktop.domain import dynamic  # noqa: PLC0415 - only with placeholders

        sources = replace(job.sources, now=datetime.now(UTC))
        found = dynamic.resolve(job.event, sources)
        zone = dynamic.zone_of(job.event, sources)
        filled = dynamic.resolve_headers(headers, sources, zone=zone)
        if (found.uses_seq or filled.uses_seq) and self._take_number is not None:
            number = await asyncio.to_thread(self._take_number)
            if number != sources.facts.seq:
                sources = replace(sources, facts=replace(sources.facts, seq=number))
                found = dynamic.resolve(job.event, sources)
                filled = dynamic.resolve_headers(headers, sources, zone=zone)
        environment = replace(job.environment, headers=filled.headers)
        made = replace(job, event=found.event, environment=environment, sources=None)
        return made, (*found.resolved, *filled.resolved)

    async def _wait(self, request: Request, environment: Environment) -> Outcome:
        fetch, options = self._network(environment)
        started = time.monotonic()
        try:
            return await fetch(request, options)
        except asyncio.CancelledError:
            _forget_cancel()
            elapsed_ms = (time.monotonic() - started) * 1000
            return _cancelled(elapsed_ms=elapsed_ms, may_have_arrived=True)

    def _network(self, environment: Environment) -> tuple[Fetch, NetOptions]:
        from pingtree_desktop.net.fetch import NetOptions, fetch  # noqa: PLC0415 - heavy, lazy

        options = NetOptions(
            deadline_s=environment.timeout_s,
            proxy=environment.proxy,
            ca_file=environment.ca_file,
            verify_tls=environment.verify_tls,
        )
        return self._fetch or fetch, options


T = TypeVar("T")


async def _uninterrupted(work: Coroutine[Any, Any, T]) -> tuple[T, bool]:
    """Await work that a cancel must not tear; returns its result and whether a cancel came."""
    inner = asyncio.get_running_loop().create_task(work)
    cancelled = False
    while True:
        try:
            return await asyncio.shield(inner), cancelled
        except asyncio.CancelledError:
            if inner.cancelled():
                raise
            cancelled = True
            _forget_cancel()


def _forget_cancel() -> None:
    """Turn a cancel that became an outcome back into an ordinary return."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


def _cancelled(*, elapsed_ms: float, may_have_arrived: bool) -> Outcome:
    sentence = (
        "Cancelled here; the server may still have processed it."
        if may_have_arrived
        else "Cancelled before anything was sent."
    )
    failure = Failure(
        kind=FailureKind.CANCELLED, sentence=sentence, may_have_arrived=may_have_arrived
    )
    return Outcome(response=None, failure=failure, phases=(), elapsed_ms=elapsed_ms)


def effective_danger(job: Job) -> Danger:
    """The danger of a job's real address: production is LIVE whatever the environment says."""
    return replace(job.environment, base_url=job.base_url).danger


def new_exchange(job: Job) -> Exchange:
    """The exchange of a job before it is sent, with its exact request and a fresh uid."""
    uid = str(uuid.uuid4())
    event = job.event
    return Exchange(
        uid=uid,
        started_ms=time.time_ns() // 1_000_000,
        environment=job.environment.name,
        danger=effective_danger(job).value,
        base_url=job.base_url,
        endpoint=event.endpoint.value,
        campaign=job.campaign_name,
        profile=job.profile_name,
        cid=event.org_id if event.endpoint is Endpoint.GLOBAL else event.text("cid"),
        event_id=event.text("event_id"),
        transaction_id=event.text("transaction_id"),
        money=event.text(event.money_key),
        request=build_request(event, job.base_url, request_id=uid, headers=job.environment.headers),
        outcome=None,
        verdict=Verdict.IN_DOUBT.value,
        expected=job.expect.value,
        event_text=json.dumps(event_to_json(event), ensure_ascii=True),
    )
