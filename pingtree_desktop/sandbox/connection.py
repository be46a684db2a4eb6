"""One HTTP/1.1 connection of the sandbox: bytes in, bytes out, time limits, flow control.

It knows nothing of the API.  It makes no tasks: all waiting is a timer of the loop, so that a
client that leaves and a server that stops cut off whatever was waiting.
"""

from __future__ import annotations

import asyncio
import http
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import cast

import h11

from pingtree_desktop import __version__
from pingtree_desktop.sandbox.simulator import Incoming, Outgoing, Seen, Simulator

HEADER_LIMIT_BYTES = 65_536
BODY_LIMIT_BYTES = 1_048_576
HEADER_TIMEOUT_S = 5.0
BODY_TIMEOUT_S = 10.0
IDLE_TIMEOUT_S = 10.0
LINGER_TIMEOUT_S = 3.0
"""How long the rest of a refused request is read and thrown away, so that the refusal is not
lost in a connection reset."""
WRITE_TIMEOUT_S = 30.0
MAX_CONNECTIONS = 2_000
"""Above it a request is answered 503; twice as many are not taken at all."""

_HEADER_TOO_LARGE = "The header is larger than 64 KB."
_EARLY_LIMIT_BYTES = 262_144
_TICK_S = 0.1
_SERVER_NAME = f"PingTree-Sandbox/{__version__}"


@dataclass(slots=True, kw_only=True)
class Hub:
    """What the connections of one server share; touched on the server's thread only."""

    simulator: Simulator
    loop: asyncio.AbstractEventLoop
    answered: Callable[[Seen], None]
    open: set[Connection] = field(default_factory=set)
    all_closed: asyncio.Event = field(default_factory=asyncio.Event)
    stopping: bool = False


class Connection(asyncio.Protocol):
    """The server's side of one connection."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=HEADER_LIMIT_BYTES)
        self._transport: asyncio.Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._request: h11.Request | None = None
        self._body = bytearray()
        self._answering = False
        self._discarding = False
        self._early_bytes = 0
        self._write_paused = False
        self._outgoing: Outgoing | None = None
        self._pieces: Iterator[bytes] | None = None
        self._reading_head = False

    # The loop calls these.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        hub = self._hub
        hub.open.add(self)
        if hub.stopping or len(hub.open) > 2 * MAX_CONNECTIONS:
            self._transport.abort()
            return
        self._arm(IDLE_TIMEOUT_S, self.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        self._disarm()
        self._pieces = None
        self._transport = None
        hub = self._hub
        hub.open.discard(self)
        if hub.stopping and not hub.open:
            hub.all_closed.set()

    def data_received(self, data: bytes) -> None:
        if self._discarding or self._transport is None:
            return
        if self._answering:
            self._early_bytes += len(data)
            if self._early_bytes > _EARLY_LIMIT_BYTES:
                self.abort()
                return
        self._http.receive_data(data)
        if not self._answering:
            self._read_events()

    def eof_received(self) -> bool:
        return False  # a client that has closed its side has left: the transport closes

    def pause_writing(self) -> None:
        self._write_paused = True
        self._arm(WRITE_TIMEOUT_S, self.abort)

    def resume_writing(self) -> None:
        self._write_paused = False
        if self._pieces is not None:
            self._disarm()
            self._pump()

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._disarm()
        if self._transport is not None:
            self._transport.abort()

    # Reading.

    def _read_events(self) -> None:
        while not self._answering and not self._discarding and self._transport is not None:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError as error:
                self._refuse(error.error_status_hint, _protocol_sentence(error))
                return
            if event is h11.NEED_DATA:
                self._wait_for_more()
                return
            if event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                self.abort()
                return
            if isinstance(event, h11.Request):
                self._begin(event)
            elif isinstance(event, h11.Data):
                self._body += event.data
                if len(self._body) > BODY_LIMIT_BYTES:
                    self._refuse(413, "The body is larger than 1 MB.")
            elif isinstance(event, h11.EndOfMessage):
                self._answer()

    def _wait_for_more(self) -> None:
        """Put the header's time limit in force with the first byte of a request."""
        if self._request is None and not self._reading_head and self._http.trailing_data[0]:
            self._reading_head = True
            self._arm(HEADER_TIMEOUT_S, self._too_slow)

    def _begin(self, request: h11.Request) -> None:
        self._request = request
        self._reading_head = False
        self._body.clear()
        self._arm(BODY_TIMEOUT_S, self._too_slow)
        if len(self._hub.open) > MAX_CONNECTIONS:
            self._refuse(503, f"This sandbox serves {MAX_CONNECTIONS} connections at a time.")
            return
        # h11 looks at the size only while a header is not complete.
        head_bytes = sum(len(k) + len(v) + 4 for k, v in request.headers) + len(request.target)
        if head_bytes > HEADER_LIMIT_BYTES:
            self._refuse(431, _HEADER_TOO_LARGE)
            return
        length = next((v for k, v in request.headers if k == b"content-length"), b"0")
        # h11 has checked that it is all digits; more than 12 of them is over any limit.
        if len(length) > 12 or int(length) > BODY_LIMIT_BYTES:
            self._refuse(413, "The body is larger than 1 MB.")
        elif self._http.they_are_waiting_for_100_continue:
            self._write(self._http.send(h11.InformationalResponse(status_code=100, headers=[])))

    def _too_slow(self) -> None:
        self._refuse(408, "The request did not arrive in time.")

    # Answering.

    def _answer(self) -> None:
        incoming = self._incoming()
        if incoming is None:  # pragma: no cover - h11 ends a message that it began only
            return
        self._deliver(self._hub.simulator.handle(incoming))

    def _refuse(self, status: int, message: str) -> None:
        """Answer a request that is not read to its end, then close gently."""
        self._discarding = True
        self._deliver(self._hub.simulator.refuse(self._incoming(), status, message))

    def _incoming(self) -> Incoming | None:
        request = self._request
        if request is None:
            return None
        return Incoming(
            method=request.method.decode("ascii"),
            target=request.target.decode("latin-1"),
            headers=tuple(
                (name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers
            ),
            body=bytes(self._body),
        )

    def _deliver(self, outgoing: Outgoing) -> None:
        self._answering = True
        self._early_bytes = 0
        self._outgoing = outgoing
        self._disarm()
        if outgoing.plan.delay_ms:
            self._arm(outgoing.plan.delay_ms / 1000, self._start_reply)
        else:
            self._start_reply()

    def _start_reply(self) -> None:
        outgoing = self._outgoing
        if outgoing is None or self._transport is None:  # pragma: no cover - timers are disarmed
            return
        if outgoing.plan.drop:
            self._hub.answered(outgoing.seen)
            self._close()
            return
        head = self._http.send(
            h11.Response(
                status_code=outgoing.status,
                headers=self._headers(outgoing),
                reason=_reason(outgoing.status),
            )
        )
        body, plan = outgoing.body, outgoing.plan
        if self._request is not None and self._request.method == b"HEAD":
            pieces: Iterator[bytes] = iter(())
        elif plan.bytes_per_s:
            pieces = body.pieces(max(1, round(plan.bytes_per_s * _TICK_S)), cut=plan.truncate)
        else:
            pieces = body.pieces(cut=plan.truncate)
        first = b"" if plan.bytes_per_s else next(pieces, b"")
        if first:
            head = (head or b"") + (self._http.send(h11.Data(data=first)) or b"")
        self._pieces = pieces
        self._write(head)
        if not self._write_paused:
            self._pump()

    def _headers(self, outgoing: Outgoing) -> list[tuple[str, str]]:
        headers = [
            *outgoing.headers,
            ("Content-Length", str(outgoing.body.size_bytes)),
            ("X-Simulated", "PingTree sandbox"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Date", formatdate(usegmt=True)),
            ("Server", _SERVER_NAME),
        ]
        if self._discarding or outgoing.plan.truncate:
            headers.append(("Connection", "close"))
        return headers

    def _pump(self) -> None:
        """Send pieces until the socket is full, the speed limit is reached or all is out."""
        outgoing = self._outgoing
        while self._pieces is not None and outgoing is not None and not self._write_paused:
            piece = next(self._pieces, b"")
            if not piece:
                self._end_reply(outgoing)
                return
            self._write(self._http.send(h11.Data(data=piece)))
            speed = outgoing.plan.bytes_per_s
            if speed:
                if not self._write_paused:
                    self._arm(len(piece) / speed, self._pump)
                return

    def _end_reply(self, outgoing: Outgoing) -> None:
        self._pieces = None
        self._outgoing = None
        self._hub.answered(outgoing.seen)
        if outgoing.plan.truncate:
            self._close()
            return
        self._write(self._http.send(h11.EndOfMessage()))
        if self._discarding:
            self._linger()
        elif self._http.our_state is h11.DONE and self._http.their_state is h11.DONE:
            self._http.start_next_cycle()
            self._request = None
            self._answering = False
            self._arm(IDLE_TIMEOUT_S, self.abort)
            if self._http.trailing_data[0]:
                self._hub.loop.call_soon(self._read_events)
        else:
            self._close()

    def _linger(self) -> None:
        transport = self._transport
        if transport is None:
            return
        if transport.can_write_eof():
            transport.write_eof()
        self._arm(LINGER_TIMEOUT_S, self.abort)

    def _close(self) -> None:
        """Close once all is sent, or by force when the client does not take it."""
        if self._transport is not None:
            self._arm(WRITE_TIMEOUT_S, self.abort)
            self._transport.close()

    # Small parts.

    def _write(self, data: bytes | None) -> None:
        if data and self._transport is not None:
            self._transport.write(data)

    def _arm(self, seconds: float, then: Callable[[], None]) -> None:
        self._disarm()
        self._timer = self._hub.loop.call_later(seconds, then)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _reason(status: int) -> bytes:
    try:
        return http.HTTPStatus(status).phrase.encode("ascii")
    except ValueError:
        return b"Simulated"


def _protocol_sentence(error: h11.RemoteProtocolError) -> str:
    match error.error_status_hint:
        case 431:
            return _HEADER_TOO_LARGE
        case 501:
            return "This transfer coding is not served here."
        case _:
            return "The request is not HTTP/1.1 as the sandbox reads it (one Host header, too)."
