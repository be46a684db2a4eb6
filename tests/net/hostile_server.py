"""A loopback server that misbehaves on purpose, one named behaviour per port.

The names follow the hostile corpus (P01 to P24).  Every connection is recorded with the bytes it
received, so that a test can say what left the client and how often.
"""

from __future__ import annotations

import contextlib
import functools
import gzip
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Callable
from types import TracebackType


class Connection:
    """One accepted connection, as a behaviour sees it."""

    def __init__(self, sock: socket.socket, stopping: threading.Event) -> None:
        self._sock = sock
        self._stopping = stopping
        self.received = bytearray()

    def read_request(self) -> bytes:
        """Read one whole request by its Content-Length and return it."""
        while b"\r\n\r\n" not in self.received:
            if not self._more():
                return bytes(self.received)
        head, _, rest = bytes(self.received).partition(b"\r\n\r\n")
        lengths = [
            int(line.split(b":")[1])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ]
        missing = (lengths[0] if lengths else 0) - len(rest)
        wanted = len(self.received) + missing
        while len(self.received) < wanted and self._more():
            pass
        return bytes(self.received)

    def read_some(self) -> bytes:
        """Wait for the first bytes of the client, whatever they speak, and return them."""
        self._more()
        return bytes(self.received)

    def _more(self) -> bool:
        data = self._sock.recv(65536)
        self.received += data
        return bool(data)

    def send(self, data: bytes) -> None:
        self._sock.sendall(data)

    def drip(self, data: bytes, *, pause_s: float) -> None:
        """Send byte by byte until the client goes away or the server stops."""
        for number in data:
            self.send(bytes([number]))
            self.pause(pause_s)

    def repeat(self, data: bytes, *, pause_s: float = 0.0) -> None:
        """Send the same bytes for ever."""
        while True:
            self.send(data)
            self.pause(pause_s)

    def pause(self, seconds: float) -> None:
        if self._stopping.wait(seconds) if seconds else self._stopping.is_set():
            raise ConnectionAbortedError

    def hold(self) -> None:
        """Say nothing until the client goes away or the server stops."""
        while self._more():
            pass

    def relay(self, target: tuple[str, int]) -> None:
        """Play a proxy: answer the CONNECT, then carry bytes both ways to one target."""
        self.read_request()
        self.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        with socket.create_connection(target, timeout=5) as other:
            other.settimeout(None)
            onward = threading.Thread(target=_carry, args=(self._sock, other))
            onward.start()
            _carry(other, self._sock)
            onward.join()

    def reset(self) -> None:
        """End the connection by RST instead of FIN."""
        linger = struct.pack("hh" if hasattr(socket, "SO_EXCLUSIVEADDRUSE") else "ii", 1, 0)
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._sock.close()


Behaviour = Callable[[Connection], None]


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Carry bytes until one side ends, and pass that on."""
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


class HostileServer:
    """Serves behaviours on 127.0.0.1, each on a port of its own, in threads of its own.

    With `tls` every port speaks TLS, except for the behaviour `tls_silence`.
    """

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._listeners: dict[str | Behaviour, socket.socket] = {}
        self._connections: dict[str | Behaviour, list[Connection]] = {}
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def __enter__(self) -> HostileServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def url(self, behaviour: str | Behaviour, path: str = "/", *, host: str = "127.0.0.1") -> str:
        """The address at which a behaviour, named or given as a function, can be met."""
        scheme = "http" if self._tls is None and behaviour != "tls_silence" else "https"
        return f"{scheme}://{host}:{self.port(behaviour)}{path}"

    def port(self, behaviour: str | Behaviour) -> int:
        """The port of a behaviour; it starts listening at the first call."""
        with self._lock:
            if behaviour not in self._listeners:
                listener = socket.create_server(("127.0.0.1", 0), backlog=512)
                self._listeners[behaviour] = listener
                self._connections[behaviour] = []
                thread = threading.Thread(target=self._accept, args=(behaviour, listener))
                self._threads.append(thread)
                thread.start()
            port: int = self._listeners[behaviour].getsockname()[1]
            return port

    def received(self, behaviour: str | Behaviour) -> list[bytes]:
        """What each connection to a behaviour has received so far, in the order of arrival."""
        with self._lock:
            return [bytes(found.received) for found in self._connections.get(behaviour, [])]

    def receipts(self, behaviour: str | Behaviour) -> int:
        """How many connections to a behaviour brought at least one byte."""
        return sum(1 for data in self.received(behaviour) if data)

    def stop(self) -> None:
        """Close everything and wait for the threads."""
        self._stopping.set()
        with self._lock:
            listeners, connections = list(self._listeners.values()), list(self._open)
        for listener in listeners:
            # A blocked accept() does not always notice a close, but always a connection.
            with contextlib.suppress(OSError):
                socket.create_connection(listener.getsockname(), timeout=1).close()
        for found in connections:
            with contextlib.suppress(OSError):
                found.shutdown(socket.SHUT_RDWR)
        for thread in list(self._threads):
            thread.join(10)
        for listener in listeners:
            listener.close()

    def _accept(self, behaviour: str | Behaviour, listener: socket.socket) -> None:
        while True:
            sock, _ = listener.accept()
            if self._stopping.is_set():
                sock.close()
                return
            thread = threading.Thread(target=self._serve, args=(behaviour, sock))
            with self._lock:
                self._open.add(sock)
                self._threads = [t for t in self._threads if t.is_alive() or not t.ident]
                self._threads.append(thread)
            thread.start()

    def _serve(self, behaviour: str | Behaviour, raw: socket.socket) -> None:
        play = BEHAVIOURS[behaviour] if isinstance(behaviour, str) else behaviour
        sock = raw
        # A client that hangs up or distrusts us is what these behaviours are there to provoke.
        with contextlib.suppress(OSError):
            if self._tls is not None and behaviour != "tls_silence":
                sock = self._tls.wrap_socket(raw, server_side=True)
                with self._lock:
                    self._open.discard(raw)
                    self._open.add(sock)
            connection = Connection(sock, self._stopping)
            with self._lock:
                self._connections[behaviour].append(connection)
            play(connection)
            if sock.fileno() != -1:
                sock.shutdown(socket.SHUT_WR)
                sock.settimeout(5)
                connection.hold()  # else unread bytes turn our FIN into a RST
        with self._lock:
            self._open.discard(sock)
            self._open.discard(raw)
        sock.close()
        raw.close()


def answer(
    body: bytes = b'{"success":true}',
    *,
    status: str = "200 OK",
    headers: tuple[str, ...] = (),
    length: int | None = None,
) -> bytes:
    """A whole HTTP answer; `length` overrides the true Content-Length."""
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Length: {len(body) if length is None else length}",
        *headers,
    ]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def replying(data: bytes) -> Behaviour:
    """A behaviour that reads the request, sends these bytes and closes."""

    def play(connection: Connection) -> None:
        connection.read_request()
        connection.send(data)

    return play


def redirecting(status: int, target: str) -> Behaviour:
    """A behaviour that points to another address."""
    return replying(answer(b"", status=f"{status} Moved", headers=(f"Location: {target}",)))


@functools.cache
def gzip_bomb(megabytes: int) -> bytes:
    """Zeros in gzip, about 1 KB for each megabyte.

    One compressed block is repeated, so that even a gigabyte takes no time to make.
    """
    zeros = bytes(1_000_000)
    engine = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = engine.compress(zeros) + engine.flush(zlib.Z_FULL_FLUSH)
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(zeros, checksum)
    trailer = struct.pack("<II", checksum, megabytes * len(zeros))
    return gzip.compress(b"")[:10] + block * megabytes + engine.flush() + trailer


def packed(body: bytes, coding: str) -> Behaviour:
    """A behaviour that labels a body with a content coding."""
    return replying(answer(body, headers=(f"Content-Encoding: {coding}",)))


def charset(name: str) -> Behaviour:
    """A behaviour that claims a charset for the bytes of an odd-length text (P24)."""
    return replying(
        answer(b'{"a":"\xff"}', headers=(f"Content-Type: application/json; charset={name}",))
    )


def _ok(connection: Connection) -> None:
    connection.read_request()
    connection.send(answer())


def _silence(connection: Connection) -> None:
    connection.hold()


def _close(connection: Connection) -> None:
    del connection


def _reset(connection: Connection) -> None:
    connection.reset()


def _read_then_close(connection: Connection) -> None:
    connection.read_request()


def _read_then_reset(connection: Connection) -> None:
    connection.read_request()
    connection.reset()


def _header_drip(connection: Connection) -> None:
    connection.read_request()
    connection.drip(b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 5000, pause_s=0.1)


def _body_drip(connection: Connection) -> None:
    connection.read_request()
    connection.send(answer(b"", length=500))
    connection.drip(b"x" * 500, pause_s=0.1)


def _endless_continue(connection: Connection) -> None:
    connection.read_request()
    connection.repeat(b"HTTP/1.1 100 Continue\r\n\r\n" * 20)


def _endless_body(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\n\r\n")
    connection.repeat(b"x" * 65536)


def _endless_chunks(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    connection.repeat(b"1\r\nx\r\n", pause_s=0.1)


def _body_reset(connection: Connection) -> None:
    connection.read_request()
    connection.send(answer(b"1234567", length=100))
    connection.pause(0.2)  # a RST would overtake what the client has not read yet
    connection.reset()


def _body_stall(connection: Connection) -> None:
    connection.read_request()
    connection.send(answer(b"1234567", length=100))
    connection.hold()


def _header_flood(connection: Connection) -> None:
    connection.read_request()
    connection.send(b"HTTP/1.1 200 OK\r\n")
    for number in range(10_000):
        connection.send(b"X-%d: %s\r\n" % (number, b"a" * 1000))
    connection.send(b"Content-Length: 0\r\n\r\n")


def _ssh_banner(connection: Connection) -> None:
    connection.send(b"SSH-2.0-OpenSSH_9.6\r\n")
    connection.hold()


def _echo(connection: Connection) -> None:
    connection.send(connection.read_request())


def _gzip_bomb(connection: Connection) -> None:
    packed(gzip_bomb(200), "gzip")(connection)


def _gzip_bomb_1gb(connection: Connection) -> None:
    packed(gzip_bomb(1000), "gzip")(connection)


def _gzip_stacked(connection: Connection) -> None:
    packed(gzip.compress(gzip.compress(gzip_bomb(200))), "gzip, gzip, gzip")(connection)


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
_GZIPPED = gzip.compress(b'{"success":true,"note":"' + bytes(range(48, 122)) * 20 + b'"}')

BEHAVIOURS: dict[str, Behaviour] = {
    "ok": _ok,
    "ok_gzip": packed(_GZIPPED, "gzip"),
    "ok_chunked": replying(_CHUNKED + b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n"),
    "silence": _silence,  # P01
    "close": _close,  # P02
    "reset": _reset,
    "read_then_close": _read_then_close,
    "read_then_reset": _read_then_reset,
    "header_drip": _header_drip,  # P03
    "body_drip": _body_drip,  # P04
    "endless_continue": _endless_continue,  # P05
    "endless_body": _endless_body,  # P06
    "endless_chunks": _endless_chunks,  # P07
    "gzip_bomb": _gzip_bomb,  # P08
    "gzip_bomb_1gb": _gzip_bomb_1gb,
    "brotli": packed(b"\x5b\xff\xff\xff\x03\x00\x24" * 100, "br"),  # P09
    "gzip_stacked": _gzip_stacked,  # P10
    "zstd": packed(b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00", "zstd"),  # P11
    "not_gzip": packed(b"this is no gzip", "gzip"),  # P12
    "gzip_cut": packed(_GZIPPED[:-9], "gzip"),
    "cut_short": replying(answer(b"1234567", length=100)),  # P13
    "body_reset": _body_reset,
    "body_stall": _body_stall,
    "chunked_cut": replying(_CHUNKED + b"5\r\nhello\r\n"),  # P14
    "chunked_malformed": replying(_CHUNKED + b"5\r\nhello\r\nzz\r\n"),
    "no_length": replying(b'HTTP/1.1 200 OK\r\n\r\n{"success":tr'),  # P15
    "two_lengths": replying(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nx"),
    "negative_length": replying(answer(b"x", length=-1)),  # P16
    "huge_length": replying(answer(b"x", length=10**30)),
    "header_flood": _header_flood,  # P17
    "status_999": replying(answer(status="999 <b><img src=x>")),  # P18
    "status_600": replying(answer(status="600 Odd")),
    "status_099": replying(answer(status="099 Odd")),
    "switching": replying(b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "latin_reason": replying(answer(status="200 G\xfcltig", headers=("X-Odd: \xe9\xff",))),
    "ssh_banner": _ssh_banner,  # P19
    "garbage": replying(bytes(range(256)) * 4),
    "http09": replying(b"<html>hello</html>"),
    "echo": _echo,
    "redirect_file": redirecting(302, "file:///etc/passwd"),  # P20
    "redirect_self": redirecting(302, "/"),
    "tls_silence": _silence,  # P23
    "charset_zlib": charset("zlib"),  # P24
    "charset_hex": charset("hex"),
    "charset_undefined": charset("undefined"),
    "charset_klingon": charset("klingon"),
    "charset_utf16": charset("utf-16"),
}
