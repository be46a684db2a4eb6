"""The real command line in a child process, with warnings as errors, and a loopback recorder."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ENTRY = "import sys; from pingtree_desktop.__main__ import terminal; sys.exit(terminal())"
COMMAND = (sys.executable, "-W", "error", "-c", ENTRY)
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What a run left behind."""

    code: int
    raw: bytes
    err: str

    @property
    def out(self) -> str:
        return self.raw.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Runs `pingtree` on one temporary workspace."""

    workspace: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def environment(self, **more: str) -> dict[str, str]:
        known = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        named = {"PINGTREE_WORKSPACE": str(self.workspace), "PYTHONUTF8": "0"}
        return {**known, **named, **self.variables, **more}

    def start(self, *arguments: str | bytes, **more: Any) -> subprocess.Popen[bytes]:
        settings: dict[str, Any] = {
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.PIPE,
            "env": self.environment(),
        }
        return subprocess.Popen([*COMMAND, *arguments], **{**settings, **more})

    def run(self, *arguments: str | bytes, **more: Any) -> Done:
        return finished(self.start(*arguments, **more))

    def send(self, *arguments: str | bytes, **more: Any) -> Done:
        return self.run("send", "--json", *arguments, **more)


def finished(child: subprocess.Popen[bytes]) -> Done:
    """Wait for a child; it must never show a traceback or a warning."""
    with child:
        try:
            out, err = child.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            raise
    words = (err or b"").decode("utf-8")
    assert "Traceback" not in words, words
    assert "Warning" not in words, words
    return Done(code=child.returncode, raw=out or b"", err=words)


FIRED = b'{"status":"success","type":"success","message":"ok"}'


class Recorder:
    """Keeps the exact bytes of every request; answers with `reply`, or never when it is None."""

    def __init__(self, reply: bytes | None = FIRED, *, status: str = "200 OK") -> None:
        self._reply, self._status = reply, status
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.requests: list[bytes] = []
        self.arrived = threading.Event()
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> Recorder:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        # A connection of our own ends the accept on every platform.
        self._is_ending = True
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._thread.join()
        self._listener.close()
        for connection in self._open:
            connection.close()

    _is_ending = False

    def _serve(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_ending:
                connection.close()
                return
            connection.settimeout(PATIENCE_S)
            self.requests.append(_request(connection))
            self.arrived.set()
            if self._reply is None:
                self._open.append(connection)
                continue
            head = (
                f"HTTP/1.1 {self._status}\r\nContent-Type: application/json\r\n"
                f"Content-Length: {len(self._reply)}\r\nConnection: close\r\n\r\n"
            )
            with connection:
                connection.sendall(head.encode("ascii") + self._reply)


def _request(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            return data
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body
