"""What happened on the wire during one exchange: its clock, its phases, what left and what came.

Filled in by the transport, read by whoever has to tell the person.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import httpcore

from pingtree_desktop.domain.exchange import Phase

HEAD_BYTES = 200
_START_OF_HTTP = b"HTTP/"


class Stage(StrEnum):
    """How far an exchange got.  From RESOLVE on these are the names of its phases."""

    PREPARE = "prepare"
    PROXY = "proxy"
    TRUST = "trust"
    RESOLVE = "resolve"
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    WAIT = "wait"
    RECEIVE = "receive"


_UNTIMED = frozenset({Stage.PREPARE, Stage.PROXY, Stage.TRUST})


class NotHttpAnswer(Exception):
    """The server's first bytes cannot begin an HTTP answer."""


class EnoughReceived(Exception):
    """Raised in place of further bytes once the body's limit is reached."""


class Recording:
    """The record of one exchange.  All times are milliseconds from its start."""

    def __init__(self) -> None:
        self._started_s = time.perf_counter()
        self._stage_started_ms = 0.0
        self._phases: list[Phase] = []
        self.stage = Stage.PREPARE
        self.remote = ""
        self.request_left = False
        self.tunnel_expected = False
        self.tunnelling = False
        self.tunnel_open = False
        self.received_bytes = 0
        self.head = bytearray()
        self.enough = False

    def now_ms(self) -> float:
        """Milliseconds since the exchange began."""
        return (time.perf_counter() - self._started_s) * 1000

    def enter(self, stage: Stage) -> None:
        """End the running phase and begin the next."""
        now_ms = self.now_ms()
        self._phases = [*self.phases(now_ms)]
        self.stage = stage
        self._stage_started_ms = now_ms

    def phases(self, end_ms: float) -> tuple[Phase, ...]:
        """All phases so far, the running one ending now."""
        if self.stage in _UNTIMED:
            return tuple(self._phases)
        running = Phase(name=self.stage.value, start_ms=self._stage_started_ms, end_ms=end_ms)
        return (*self._phases, running)

    def wrote(self) -> None:
        """Note that bytes are being handed to the socket; a proxy's CONNECT is not the request."""
        if not self.tunnelling:
            self.request_left = True

    def received(self, data: bytes) -> None:
        """Note bytes from the server; raises NotHttpAnswer as soon as they cannot be HTTP."""
        if self.tunnelling or not data:
            return
        if self.received_bytes == 0:
            self.enter(Stage.RECEIVE)
        self.received_bytes += len(data)
        if len(self.head) < HEAD_BYTES:
            self.head += data[: HEAD_BYTES - len(self.head)]
            if not _may_be_http(self.head):
                raise NotHttpAnswer

    async def trace(self, name: str, info: Mapping[str, Any]) -> None:
        """Follow httpcore's trace events."""
        match name:
            case "http11.send_request_headers.started":
                self.tunnelling = self.tunnel_expected and not self.tunnel_open
                if not self.tunnelling:
                    self.enter(Stage.SEND)
            case "http11.send_request_body.complete":
                if not self.tunnelling:
                    self.enter(Stage.WAIT)
            case "http11.send_request_headers.failed" | "http11.send_request_body.failed":
                # After a failed write httpcore goes on to read: an early refusal may be there.
                if not self.tunnelling and isinstance(info["exception"], httpcore.WriteError):
                    self.enter(Stage.WAIT)
            case "http11.receive_response_headers.complete":
                if self.tunnelling:
                    self.tunnelling = False
                    self.tunnel_open = True


def _may_be_http(head: bytearray) -> bool:
    return head.startswith(_START_OF_HTTP) or _START_OF_HTTP.startswith(head)
