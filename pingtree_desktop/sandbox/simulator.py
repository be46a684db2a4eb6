"""From a whole request to what goes out: gate, routes, rules, ledger and faults; no sockets.

Everything runs on the server's thread; only `set_plan` may be called from another one.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

from pingtree_desktop import __version__
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.errors import StorageUnavailable, UsageError
from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.sandbox import openapi
from pingtree_desktop.sandbox.faults import (
    NO_FAULT,
    Body,
    Plan,
    bend,
    read_plan,
    unprocessed_status,
)
from pingtree_desktop.sandbox.gate import Gate
from pingtree_desktop.sandbox.ledger import Ledger
from pingtree_desktop.sandbox.payload import Payload, Unreadable, read_body, read_form
from pingtree_desktop.sandbox.rules import (
    Answer,
    Call,
    Pair,
    Past,
    bad_request,
    campaign_of,
    decide,
    reply_object,
)
from pingtree_desktop.sandbox.world import World

FAULT_HEADER = "x-sandbox-fault"
_EVENT_PREFIX = "/api/event/"
_NO_FIELDS = Payload(fields={}, typed=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A request as it was read; header names in lower case."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str:
        """All values of a header, joined with commas as HTTP defines; empty when absent."""
        return ", ".join(value for key, value in self.headers if key == name)

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One answered request, for a person to look at.

    `status` is 0 when the connection was dropped instead.  `verdict` is the word of what the
    rules decided, whatever a fault then made of the reply; empty outside the event endpoints.
    """

    at_ms: int
    method: str
    path: str
    status: int
    event_id: str = ""
    transaction_id: str = ""
    summary: str = ""
    verdict: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """What goes out, and how: `plan` holds the faults that the connection carries out."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: Body
    plan: Plan = NO_FAULT
    seen: Seen


@dataclass(slots=True, kw_only=True)
class _Told:
    """What a request said, for `Seen`."""

    event_id: str = ""
    transaction_id: str = ""
    verdict: str = ""
    plan: Plan = field(default=NO_FAULT)
    extra: tuple[tuple[str, str], ...] = ()


class Simulator:
    """The simulated API of one server.  `clock` gives UTC milliseconds, `chance` 0 to 1."""

    def __init__(
        self,
        *,
        world: World,
        ledger: Ledger,
        plan: Plan,
        lock_ms: int,
        token: str,
        gate: Gate,
        url: str,
        clock: Callable[[], int],
        chance: Callable[[], float],
    ) -> None:
        self._world = world
        self._ledger = ledger
        self._plan = plan
        self._lock_ms = lock_ms
        self._token = token.encode()
        self._gate = gate
        self._clock = clock
        self._chance = chance
        self._openapi = openapi.document(world, url)
        self._control = {
            "/openapi.json": ("GET", False, self._tell_openapi),
            "/__sandbox/health": ("GET", False, self._tell_health),
            "/__sandbox/ledger": ("GET", True, self._tell_ledger),
            "/__sandbox/reset": ("POST", True, self._reset),
        }

    def set_plan(self, plan: Plan) -> None:
        """Put other faults in force for the whole server, from the next request on."""
        self._plan = plan

    def handle(self, incoming: Incoming) -> Outgoing:
        """The answer to a request."""
        told = _Told()
        refusal = self._gate.refusal(incoming.headers)
        if refusal is not None:
            status, message = refusal
            return self._send(incoming, told, status, reply_object(message=message))
        if not incoming.target.startswith("/"):
            message = "The request's target must be a path."
            return self._send(incoming, told, 400, reply_object(message=message))
        if incoming.path.startswith(_EVENT_PREFIX):
            return self._handle_event(incoming, told)
        return self._handle_control(incoming, told)

    def refuse(self, incoming: Incoming | None, status: int, message: str) -> Outgoing:
        """The answer to a request that could not be read, or not to its end."""
        known = incoming or Incoming(method="", target="", headers=(), body=b"")
        return self._send(known, _Told(), status, reply_object(message=message))

    def _handle_event(self, incoming: Incoming, told: _Told) -> Outgoing:
        route = _route(incoming.path)
        if route is None:
            message = "There is no such address here."
            return self._send(incoming, told, 404, reply_object(message=message))
        if incoming.method not in {"POST", "GET"}:
            return self._not_allowed(incoming, told, "GET, POST")
        endpoint, identity = route
        problem = ""
        try:
            payload = _payload(incoming)
        except Unreadable as error:
            payload, problem = _NO_FIELDS, error.sentence
        call = Call(endpoint=endpoint, identity=identity, payload=payload)
        told.event_id, told.transaction_id = call.text("event_id"), call.text("transaction_id")
        try:
            told.plan = self._plan_for(incoming, call)
        except UsageError as error:
            told.verdict = Verdict.BAD_REQUEST.value
            # The remedy alone: the problem repeats what was sent.
            message = f"The header X-Sandbox-Fault cannot be used. {error.remedy}"
            return self._send(incoming, told, 400, reply_object(message=message))
        status = unprocessed_status(told.plan, self._chance())
        if status:
            return self._unprocessed(incoming, told, status)
        answer = bad_request(problem) if problem else self._decide(call)
        told.verdict = answer.verdict.value
        return self._send(incoming, told, answer.status, answer.reply)

    def _decide(self, call: Call) -> Answer:
        now_ms = self._clock()

        def past(pair: Pair) -> Past:
            return self._ledger.past(pair, now_ms, self._lock_ms)

        answer = decide(self._world, call, past=past, now_ms=now_ms, lock_ms=self._lock_ms)
        if answer.entry is not None:
            try:
                self._ledger.add(answer.entry)
            except StorageUnavailable as error:
                return Answer(
                    status=500,
                    reply=reply_object(message=f"Nothing was fired. {error}"),
                    verdict=Verdict.SERVER_ERROR,
                )
        return answer

    def _plan_for(self, incoming: Incoming, call: Call) -> Plan:
        asked = incoming.header(FAULT_HEADER)
        if asked.strip():
            return read_plan(asked.split(","))
        campaign = campaign_of(self._world, call)
        if campaign is not None and campaign.plan.specs:
            return campaign.plan
        return self._plan

    def _unprocessed(self, incoming: Incoming, told: _Told, status: int) -> Outgoing:
        reply = reply_object(message=f"SIMULATED fault: HTTP {status}, nothing was processed.")
        told.verdict = _verdict_word(status, reply)
        return self._send(incoming, told, status, reply)

    def _handle_control(self, incoming: Incoming, told: _Told) -> Outgoing:
        route = self._control.get(incoming.path)
        if route is None:
            message = "There is no such address here."
            return self._send(incoming, told, 404, reply_object(message=message))
        method, guarded, tell = route
        if incoming.method != method:
            return self._not_allowed(incoming, told, method)
        if guarded and not self._has_token(incoming):
            message = f"The header {openapi.TOKEN_HEADER} does not hold this sandbox's token."
            return self._send(incoming, told, 403, reply_object(message=message))
        try:
            return self._send(incoming, told, 200, tell())
        except StorageUnavailable as error:
            return self._send(incoming, told, 500, reply_object(message=str(error)))

    def _has_token(self, incoming: Incoming) -> bool:
        given = incoming.header(openapi.TOKEN_HEADER.lower())
        return hmac.compare_digest(given.encode("utf-8", "surrogateescape"), self._token)

    def _not_allowed(self, incoming: Incoming, told: _Told, allowed: str) -> Outgoing:
        told.extra = (("Allow", allowed),)
        message = f"This address takes {allowed} only."
        return self._send(incoming, told, 405, reply_object(message=message))

    def _tell_openapi(self) -> dict[str, object]:
        return self._openapi

    def _tell_health(self) -> dict[str, object]:
        return {"sandbox": True, "version": __version__}

    def _tell_ledger(self) -> dict[str, object]:
        rows = [
            {
                "transaction_id": row.transaction_id,
                "event_id": row.event_id,
                "cid": row.cid,
                "count": row.count,
                "amount": None if row.amount is None else str(row.amount),
                "cost": None if row.cost is None else str(row.cost),
                "last_ms": row.last_ms,
            }
            for row in self._ledger.rows()
        ]
        return {"simulated": True, "rows": rows}

    def _reset(self) -> dict[str, object]:
        return {"simulated": True, "cleared": self._ledger.clear()}

    def _send(
        self, incoming: Incoming, told: _Told, status: int, reply: dict[str, object]
    ) -> Outgoing:
        bent = bend(told.plan, status, reply)
        return Outgoing(
            status=bent.status,
            headers=(*bent.headers, *told.extra),
            body=bent.body,
            plan=told.plan,
            seen=self._seen(incoming, told, bent.status, str(reply.get("message", ""))),
        )

    def _seen(self, incoming: Incoming, told: _Told, status: int, summary: str) -> Seen:
        return Seen(
            at_ms=self._clock(),
            method=incoming.method,
            path=incoming.path,
            status=0 if told.plan.drop else status,
            event_id=told.event_id,
            transaction_id=told.transaction_id,
            summary=summary,
            verdict=told.verdict,
            faults=told.plan.specs,
        )


def _verdict_word(status: int, reply: dict[str, object]) -> str:
    response = Response(
        status=status,
        reason="",
        http_version="HTTP/1.1",
        headers=(),
        body=json.dumps(reply).encode("ascii"),
    )
    return judge(response, None).verdict.value


def _route(path: str) -> tuple[Endpoint, str] | None:
    """The endpoint and the decoded id of an event path, or None."""
    parts = path.removeprefix(_EVENT_PREFIX).split("/")
    match parts:
        case ["trigger"]:
            return Endpoint.TRIGGER, ""
        case ["global", org]:
            return Endpoint.GLOBAL, unquote(org)
        case [cid]:
            return Endpoint.CAMPAIGN, unquote(cid)
        case _:
            return None


def _payload(incoming: Incoming) -> Payload:
    """The fields of an event request.  Raises Unreadable.

    The method of the postback URL form is not documented, so a POST without a body takes it too.
    """
    query = incoming.target.partition("?")[2]
    if incoming.method == "GET" or (query and not incoming.body):
        return read_form(query, "query")
    if query:
        raise Unreadable("The fields stand either in the body or in the query, not in both.")
    if incoming.header("content-encoding").strip().lower() not in {"", "identity"}:
        raise Unreadable("This sandbox does not read compressed bodies.")
    return read_body(incoming.header("content-type"), incoming.body)
