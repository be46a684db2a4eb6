"""One request out, one outcome back: bounded in time and size, and never an exception.

This is all that the floors above need to know of this room.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import anyio.lowlevel
import httpx

from pingtree_desktop.domain.exchange import Outcome, Response
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net import tls
from pingtree_desktop.net.address import Address, parse_address
from pingtree_desktop.net.body import Body, codings
from pingtree_desktop.net.failures import Situation, describe
from pingtree_desktop.net.options import NetOptions, check_options
from pingtree_desktop.net.proxy import NO_PROXY, Proxy, choose_proxy
from pingtree_desktop.net.recording import EnoughReceived, Recording, Stage
from pingtree_desktop.net.resolver import in_thread
from pingtree_desktop.net.transport import RecordingTransport

__all__ = ["NetOptions", "check_options", "fetch", "warm_up"]

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


async def fetch(request: Request, options: NetOptions) -> Outcome:
    """Send a request and return what came of it within the deadline.

    Never raises, except that a cancel from outside closes the connection and passes through.
    Nothing is retried, no redirect is followed, nothing is added to the request's headers.
    """
    attempt = _Attempt(request=request, options=options)
    deadline = asyncio.timeout(options.deadline_s)
    try:
        async with deadline:
            await attempt.run()
    except Exception as error:  # noqa: BLE001 - the boundary: every failure becomes data
        return attempt.outcome(error, deadline_passed=deadline.expired())
    return attempt.outcome(None, deadline_passed=False)


def warm_up() -> None:
    """Load and build what the first request needs; slow, so call it in a worker thread."""
    tls.context()
    # anyio loads its asyncio half at first use only.
    with asyncio.Runner(loop_factory=asyncio.SelectorEventLoop) as runner:
        runner.run(anyio.lowlevel.checkpoint())


@dataclass(slots=True, kw_only=True)
class _Attempt:
    """One exchange under way, so that what was received survives however it ends."""

    request: Request
    options: NetOptions
    recording: Recording = field(default_factory=Recording)
    address: Address | None = None
    proxy: Proxy | None = None
    head: Response | None = None
    body: Body | None = None
    ended: bool = False
    ended_ms: float | None = None

    async def run(self) -> None:
        address = self.address = parse_address(self.request.url)
        # Refused here what httpcore would take for a mistake in our code.
        self.request.method.encode("ascii")
        headers = [(k.encode("latin-1"), v.encode("latin-1")) for k, v in self.request.headers]
        await self._choose_proxy(address)
        async with await self._transport(address) as transport:
            response = await transport.handle_async_request(
                httpx.Request(
                    self.request.method,
                    httpx.URL(scheme=address.scheme, host=address.host, port=address.port),
                    headers=headers,
                    # As a stream, so that httpx adds no headers of its own.
                    stream=httpx.ByteStream(self.request.body),
                    extensions={
                        "timeout": {
                            "connect": self.options.connect_timeout_s,
                            "read": self.options.read_timeout_s,
                        },
                        "trace": self.recording.trace,
                    },
                )
            )
            try:
                await self._receive(response)
            finally:
                self.ended_ms = self.recording.now_ms()
                await response.aclose()

    async def _choose_proxy(self, address: Address) -> None:
        setting = self.options.proxy
        if setting in {"", NO_PROXY}:
            return
        self.recording.stage = Stage.PROXY
        self.proxy = await in_thread(
            lambda: choose_proxy(setting, scheme=address.scheme, host=address.host)
        )

    async def _transport(self, address: Address) -> RecordingTransport:
        secure = address.scheme == "https"
        self.recording.tunnel_expected = secure and self.proxy is not None
        secure_proxy = self.proxy is not None and self.proxy.scheme == "https"
        context = None
        if secure or secure_proxy:
            self.recording.stage = Stage.TRUST
            context = await in_thread(
                lambda: tls.context(ca_file=self.options.ca_file, verify=self.options.verify_tls)
            )
        return RecordingTransport(
            address=address,
            recording=self.recording,
            proxy=self.proxy,
            ssl_context=context if secure else None,
            proxy_ssl_context=context if secure_proxy else None,
        )

    async def _receive(self, response: httpx.Response) -> None:
        head = self.head = _head(response)
        body = self.body = Body(
            status=head.status,
            headers=head.headers,
            offered=frozenset(codings(self.request.headers, "accept-encoding")),
            max_wire_bytes=self.options.max_wire_bytes,
            max_plain_bytes=self.options.max_plain_bytes,
        )
        try:
            async for chunk in response.aiter_raw():
                body.add(chunk)
                # Ends the iteration from within: the generators below unwind in order.
                self.recording.enough = body.full
        except EnoughReceived:
            return
        self.ended = True

    def outcome(self, error: Exception | None, *, deadline_passed: bool) -> Outcome:
        elapsed_ms = self.recording.now_ms() if self.ended_ms is None else self.ended_ms
        situation = self._situation(deadline_passed)
        return Outcome(
            response=self._response(),
            failure=None if error is None else describe(error, situation),
            phases=self.recording.phases(elapsed_ms),
            elapsed_ms=elapsed_ms,
            remote=self.recording.remote,
            proxy=situation.proxy,
        )

    def _response(self) -> Response | None:
        if self.head is None or self.body is None:
            return None
        content, state, notes = self.body.result(ended=self.ended)
        return Response(
            status=self.head.status,
            reason=self.head.reason,
            http_version=self.head.http_version,
            headers=self.head.headers,
            body=content,
            body_state=state,
            wire_bytes=self.body.wire_bytes,
            notes=(*_redirect_note(self.head), *notes),
        )

    def _situation(self, deadline_passed: bool) -> Situation:
        options, body = self.options, self.body
        return Situation(
            request=self.request,
            recording=self.recording,
            host=self.address.host if self.address else "",
            proxy=self.proxy.label if self.proxy else "",
            deadline_s=options.deadline_s,
            connect_timeout_s=options.connect_timeout_s,
            silence_s=options.read_timeout_s or options.deadline_s,
            deadline_passed=deadline_passed,
            in_body=body is not None,
            body_bytes=body.wire_bytes if body else 0,
            expected_bytes=body.expected_bytes if body else None,
            chunked=body.chunked if body else False,
        )


def _head(response: httpx.Response) -> Response:
    """The status line and headers; latin-1 gives every byte a character and never fails."""
    return Response(
        status=response.status_code,
        reason=response.extensions.get("reason_phrase", b"").decode("latin-1"),
        http_version=response.extensions.get("http_version", b"").decode("latin-1"),
        headers=tuple(
            (key.decode("latin-1"), value.decode("latin-1")) for key, value in response.headers.raw
        ),
        body=b"",
    )


def _redirect_note(head: Response) -> tuple[str, ...]:
    target = head.header("location")
    if head.status not in _REDIRECTS or not target:
        return ()
    return (f"The server points to {target[:200]}; nothing was sent there.",)
