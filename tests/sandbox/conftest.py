"""A started sandbox and a plain socket to talk to it, so that nothing is smoothed over."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.sandbox.server import Options, SandboxServer


@dataclass(frozen=True, kw_only=True)
class Got:
    """What came back before the server closed."""

    raw: bytes
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        data = json.loads(self.body)
        assert isinstance(data, dict)
        return data

    @property
    def verdict(self) -> str:
        response = Response(
            status=self.status,
            reason="",
            http_version="HTTP/1.1",
            headers=tuple(self.headers.items()),
            body=self.body,
        )
        return judge(response, None).verdict.value


class Caller:
    """Sends bytes to one sandbox and reads until it closes."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server

    def connect(self, timeout_s: float = 20.0) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=timeout_s)

    def raw(self, data: bytes) -> bytes:
        with self.connect() as connection:
            connection.sendall(data)
            return read_to_end(connection)

    def send(
        self,
        method: str = "POST",
        target: str = "/api/event/demo",
        body: object = None,
        *,
        headers: dict[str, str] | None = None,
    ) -> Got:
        data = body if isinstance(body, bytes) else b""
        if body is not None and not isinstance(body, bytes):
            data = json.dumps(body).encode()
        own = {
            "Host": f"127.0.0.1:{self.server.port}",
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "Connection": "close",
        } | (headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in own.items())
        return parse(self.raw(f"{method} {target} HTTP/1.1\r\n{head}\r\n".encode() + data))

    def fire(self, **fields: object) -> Got:
        return self.send(body={"event_id": "quote_view", "transaction_id": "T1"} | fields)


def read_to_end(connection: socket.socket) -> bytes:
    received = bytearray()
    while data := connection.recv(65_536):
        received += data
    return bytes(received)


def parse(raw: bytes) -> Got:
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in lines[1:])
    return Got(
        raw=raw,
        status=int(lines[0].split(" ")[1]) if raw else 0,
        headers={name.lower(): value for name, _, value in pairs},
        body=body,
    )


@pytest.fixture
def serve() -> Iterator[Callable[..., Caller]]:
    """Start sandboxes with the given options; all are stopped at the end."""
    servers: list[SandboxServer] = []

    def start(**options: Any) -> Caller:
        server = SandboxServer(Options(**options), token="the-token")
        servers.append(server)
        server.start()
        return Caller(server)

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def caller(serve: Callable[..., Caller]) -> Caller:
    return serve()
