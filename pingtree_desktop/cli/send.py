"""`pingtree send`: one event out, recorded, judged and printed.

The heavy parts load side by side: the network in a thread of its own while the history opens.
"""

from __future__ import annotations

import argparse
import threading
from typing import TYPE_CHECKING

from pingtree_desktop.cli.composition import Order, Shelf, compose
from pingtree_desktop.cli.output import (
    Output,
    exchange_json,
    plain,
    reply_text,
    request_json,
    verdict_line,
)
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import LiveRefused
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.domain.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from typing import Any

    from pingtree_desktop.domain.event import Event
    from pingtree_desktop.domain.extra_headers import Headers
    from pingtree_desktop.domain.value_facts import Sources
    from pingtree_desktop.services.context import Context
    from pingtree_desktop.services.sender import Job, Sent
    from pingtree_desktop.storage.workspace import Workspace

AS_EXPECTED, UNEXPECTED, NO_REPLY, INTERRUPTED = 0, 1, 3, 130
_SANDBOX_GUESS = "http://127.0.0.1:8765"


def run(args: argparse.Namespace, out: Output) -> int:
    """Send (or show) the event that the arguments describe; returns the exit code."""
    order = compose(args, Shelf(lambda: open_workspace(args), out.note), out.note)
    if args.dry_run:
        return _show_dry(order, args, out)
    if order.environment.danger is Danger.LIVE and not args.live:
        raise LiveRefused(
            f"This would fire a real event in production ({order.environment.base_url}), so "
            "nothing was sent.",
            "Confirm it with --live.",
        )
    sent = _send(order, args, out.note)
    _print(sent, out)
    return exit_code(sent)


def exit_code(sent: Sent) -> int:
    """The contract's exit code of a send."""
    verdict = sent.judgement.verdict
    if verdict is Verdict.CANCELLED:
        return INTERRUPTED
    if sent.exchange.as_expected:
        return AS_EXPECTED
    return NO_REPLY if verdict is Verdict.NO_REPLY else UNEXPECTED


def open_workspace(args: argparse.Namespace) -> Workspace:
    """The workspace that the arguments name."""
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415 - not for every send
    from pingtree_desktop.storage.workspace import Workspace  # noqa: PLC0415

    return Workspace(open_places(args.workspace))


class _Network(threading.Thread):
    """Loads the network's code and checks its options while the history opens."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(name="pingtree-network", daemon=True)
        self._environment = environment
        self._problem: BaseException | None = None
        self.start()

    def run(self) -> None:
        from pingtree_desktop.net.fetch import (  # noqa: PLC0415 - heavy, and only to send
            NetOptions,
            check_options,
            warm_up,
        )

        environment = self._environment
        try:
            check_options(
                NetOptions(
                    deadline_s=environment.timeout_s,
                    proxy=environment.proxy,
                    ca_file=environment.ca_file,
                    verify_tls=environment.verify_tls,
                )
            )
            warm_up()  # so that loading is not counted as the server's time
        except Exception as problem:  # noqa: BLE001 - raised again in `ready`
            self._problem = problem

    def ready(self) -> None:
        """Wait until it is loaded; raises what is wrong with the options."""
        self.join()
        if self._problem is not None:
            raise self._problem


def _send(order: Order, args: argparse.Namespace, note: Callable[[str], None]) -> Sent:
    network = _Network(order.environment)
    from pingtree_desktop.services.context import open_context  # noqa: PLC0415 - only to send
    from pingtree_desktop.services.sender import Job  # noqa: PLC0415
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415

    context = open_context(open_places(args.workspace))
    try:
        environment = order.environment
        base_url = environment.base_url or context.sandbox.ensure().url
        sources = _sources(order, context) if order.has_placeholders else None
        if sources is not None:
            _resolved(order, sources, note)  # what is noted; the sender makes the same once more
        job = Job(
            event=order.event,
            environment=environment,
            base_url=base_url,
            expect=order.expect,
            campaign_name=order.campaign_name,
            profile_name=order.profile_name,
            live_confirmed=args.live,
            sources=sources,
        )
        network.ready()
        return _wait(context.sender.send, job)
    finally:
        context.close()


def _sources(order: Order, context: Context) -> Sources:
    """What the dynamic values are made of now, the history's part included."""
    import asyncio  # noqa: PLC0415 - only to send
    import os  # noqa: PLC0415 - only with placeholders
    from datetime import UTC, datetime  # noqa: PLC0415 - as above

    from pingtree_desktop.domain.dynamic import resolve  # noqa: PLC0415 - as above
    from pingtree_desktop.domain.value_facts import (  # noqa: PLC0415 - as above
        Facts,
        sources,
        wants_unused,
    )

    environment, campaign = order.environment, order.campaign
    now, seed = datetime.now(UTC), os.urandom(16).hex()

    def made_of(facts: Facts) -> Sources:
        return sources(facts, environment, campaign, now=now, seed=seed)

    def event_id(facts: Facts) -> str:
        return resolve(order.event, made_of(facts)).event.text("event_id")

    wants = wants_unused(order.event, (campaign, environment))
    facts = context.values.facts(environment, campaign, unused_for=event_id if wants else None)
    return made_of(asyncio.run(facts))


def _resolved(order: Order, sources: Sources, note: Callable[[str], None]) -> tuple[Event, Headers]:
    """Event and headers with their values made, and a note of each that stays as it is written."""
    from pingtree_desktop.domain.dynamic import (  # noqa: PLC0415 - only with placeholders
        resolve,
        resolve_headers,
        zone_of,
    )

    found = resolve(order.event, sources)
    zone = zone_of(order.event, sources)
    headers = resolve_headers(order.environment.headers, sources, zone=zone)
    for one in (*found.unmade, *headers.unmade, *found.unknown, *headers.unknown):
        note(f"{one.placeholder} in {one.place} cannot be made: {one.why}. It is sent as it is.")
    for wire, text in found.made.items():
        if text == "" and wire in found.event.fields and not found.event.get(wire).is_sent:
            note(f"{order.event.get(wire).text} in {wire} is blank, so {wire} is left out.")
    return found.event, headers.headers


def made(
    order: Order, args: argparse.Namespace, out: Output, *, shows_secrets: bool
) -> tuple[Event, Headers]:
    """Event and headers with their values made as a send would, but nothing used up."""
    if not order.has_placeholders:
        return order.event, order.environment.headers
    from pingtree_desktop.domain.value_facts import without_secrets  # noqa: PLC0415
    from pingtree_desktop.services.context import open_context  # noqa: PLC0415
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415

    context = open_context(open_places(args.workspace))
    try:
        made_of = _sources(order, context)
    finally:
        context.close()
    return _resolved(order, made_of if shows_secrets else without_secrets(made_of), out.note)


def _wait(send: Callable[[Job], Coroutine[Any, Any, Sent]], job: Job) -> Sent:
    import asyncio  # noqa: PLC0415 - only to send

    return asyncio.run(send(job))


def _print(sent: Sent, out: Output) -> None:
    exchange, judgement = sent.exchange, sent.judgement
    if sent.unkept:
        out.warn(sent.unkept)
    if out.as_json:
        out.document(exchange_json(exchange, judgement))
        return
    if out.is_quiet:
        out.line(exchange.verdict)
        return
    out.line(verdict_line(out, exchange))
    out.line(plain(judgement.explanation))
    response = exchange.outcome.response if exchange.outcome else None
    if response is not None and (text := reply_text(response)):
        out.line()
        out.line(text)


# ---- dry run --------------------------------------------------------------------------------


def _show_dry(order: Order, args: argparse.Namespace, out: Output) -> int:
    import uuid  # noqa: PLC0415 - only here

    environment = order.environment
    base_url = environment.base_url or sandbox_url(args, out)
    event, headers = made(order, args, out, shows_secrets=True)
    request = build_request(event, base_url, request_id=str(uuid.uuid4()), headers=headers)
    if out.as_json:
        out.document(
            {
                "dry_run": True,
                "environment": environment.name,
                "danger": environment.danger.value,
                "expected": order.expect.value,
                "request": request_json(request),
            }
        )
    else:
        out.exact(wire_bytes(request))
    return AS_EXPECTED


def sandbox_url(args: argparse.Namespace, out: Output) -> str:
    """Where the sandbox runs, or where it would; nothing is started."""
    from pingtree_desktop.services.sandbox_host import SandboxHost  # noqa: PLC0415
    from pingtree_desktop.storage.places import open_places  # noqa: PLC0415

    running = SandboxHost(open_places(args.workspace)).find()
    if running is not None:
        return running.url
    out.note(f"The sandbox is not running; its address is shown as {_SANDBOX_GUESS}.")
    return _SANDBOX_GUESS


def wire_bytes(request: Request) -> bytes:
    """The bytes of a request on an HTTP/1.1 connection: request line, headers, body."""
    from urllib.parse import urlsplit  # noqa: PLC0415 - only here

    parts = urlsplit(request.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = [f"{request.method} {target} HTTP/1.1"]
    head += [f"{name}: {value}" for name, value in request.headers]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + request.body
