"""A loopback server that keeps the exact bytes of every request, in the order they came."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterable
from dataclasses import dataclass

from pingtree_desktop.domain.request import Request

_CONNECTION = {"host", "content-length", "connection", "transfer-encoding", "keep-alive"}
_REPLY = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request as it came over the wire; header names in lower case."""

    method: str
    target: str
    headers: list[tuple[str, bytes]]
    body: bytes


class Recorder:
    """Serves one connection at a time until it is left."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.base = f"http://127.0.0.1:{self.port}"
        self.seen: list[Recorded] = []
        self._is_ending = False
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_ending = True
        socket.create_connection(("127.0.0.1", self.port)).close()  # ends the accept everywhere
        self._thread.join()
        self._listener.close()

    def take(self) -> list[Recorded]:
        """What came since the last call."""
        taken, self.seen = self.seen, []
        return taken

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            with connection:
                if self._is_ending:
                    return
                connection.settimeout(30)
                request = _read(connection)
                if request is not None:
                    self.seen.append(request)
                    body = b"" if request.method == "HEAD" else b"taken"
                    connection.sendall(_REPLY % (len(body), body))


def _read(connection: socket.socket) -> Recorded | None:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return None
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.decode("latin-1").split(" ", 2)
    headers = []
    for line in lines:
        name, _, value = line.partition(b":")
        headers.append((name.decode("latin-1").lower(), value.strip(b" \t")))
    length = int(dict(headers).get("content-length", b"0"))
    while len(body) < length:
        body += connection.recv(65_536)
    return Recorded(method, target, headers, body)


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _is_sendable(name: str, value: bytes) -> bool:
    return name.isascii() and name.replace("-", "").isalnum() and not set(value) & {0, 10, 13}


def asked(request: Request, *, ignored: Iterable[str] = ()) -> list[tuple[str, bytes]]:
    """The headers that a program must send, sorted; without those of one connection."""
    left_out = _CONNECTION | set(ignored)
    pairs = ((name.lower(), _bytes(text).strip(b" \t")) for name, text in request.headers)
    return sorted((n, v) for n, v in pairs if n not in left_out and _is_sendable(n, v))


def check(
    request: Request,
    seen: Recorded,
    base: str,
    *,
    ignored: Iterable[str] = (),
    adds: Iterable[str] = (),
    sets_host: bool = True,
) -> None:
    """Fail unless the recorded request is the wanted one.

    `ignored` headers are nobody's matter; `adds` may come where the request has none.
    """
    wanted = asked(request, ignored=ignored)
    names = {name for name, _ in wanted}
    left_out = _CONNECTION | set(ignored) | (set(adds) - names)
    came = sorted((n, v) for n, v in seen.headers if n not in left_out)
    own_host = base.removeprefix("http://")
    host = (dict(request.headers).get("Host", own_host) if sets_host else own_host).encode()
    for what, got, meant in (
        ("method", seen.method, request.method),
        ("address", base + seen.target, request.url),
        ("headers", came, wanted),
        ("body", seen.body, request.body),
        ("host", dict(seen.headers).get("host"), host),
    ):
        assert got == meant, f"{what}: got {got!r:.600}, meant {meant!r:.600}"
