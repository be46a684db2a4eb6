"""How long `pingtree send` takes from its start to its first byte, beside HTTPie doing the same.

Run it by hand: python -m pytest tests/benchmarks/bench_cli_start.py -s
Both alternate in one run against one recorder on loopback; the medians are compared.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median

import pytest

ROUNDS = 15
MOST_TIMES_HTTPIE = 1.5
REPLY = b'{"status":"success","type":"success","message":"ok"}'
ENTRY = "import sys; from pingtree_desktop.__main__ import terminal; sys.exit(terminal())"


class Recorder:
    """Answers one request at a time and notes when its first byte came."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(60)
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()

    def first_byte_s(self, command: list[str], environment: dict[str, str]) -> float:
        """Run a command; seconds from before its start to the first byte that it sends."""
        heard: list[float] = []

        def answer() -> None:
            connection, _ = self._listener.accept()
            with connection:
                connection.settimeout(60)
                data = connection.recv(1)
                heard.append(time.perf_counter())
                while b"\r\n\r\n" not in data or not data.endswith(b"}"):
                    data += connection.recv(65_536)
                connection.sendall(
                    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n"
                    b"Content-Length: %d\r\n\r\n%b" % (len(REPLY), REPLY)
                )

        thread = threading.Thread(target=answer)
        thread.start()
        started = time.perf_counter()
        done = subprocess.run(
            command,
            check=False,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
        )
        thread.join()
        assert done.returncode == 0, done.stderr
        return heard[0] - started


def _httpie() -> str:
    beside = Path(sys.executable).with_name("http.exe" if sys.platform == "win32" else "http")
    found = str(beside) if beside.exists() else shutil.which("http")
    if found is None:
        pytest.skip("HTTPie is not installed (pip install httpie): there is nothing to compare to.")
    return found


def test_send_starts_about_as_fast_as_httpie(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PINGTREE_WORKSPACE": str(tmp_path / "workspace"),
        "HTTPIE_CONFIG_DIR": str(tmp_path / "httpie"),
    }
    with Recorder() as recorder:
        httpie = [_httpie(), "--ignore-stdin", "POST", f"{recorder.url}/api/event/demo"]
        httpie += ["event_id=quote_view", "transaction_id=T1"]
        ours = [sys.executable, "-c", ENTRY, "send", "--base-url", recorder.url, "--cid", "demo"]
        ours += ["--event-id", "quote_view", "--transaction-id", "T1"]
        times: dict[str, list[float]] = {"httpie": [], "ours": []}
        for number in range(ROUNDS + 1):
            for name, command in (("httpie", httpie), ("ours", ours)):
                took = recorder.first_byte_s(command, environment)
                if number:  # the first round fills the disk cache
                    times[name].append(took)
    theirs_ms, ours_ms = (median(times[name]) * 1000 for name in ("httpie", "ours"))
    print(f"\nHTTPie {theirs_ms:.0f} ms, pingtree send {ours_ms:.0f} ms to the first byte")
    print(f"ratio {ours_ms / theirs_ms:.2f} (at most {MOST_TIMES_HTTPIE})")
    assert ours_ms <= theirs_ms * MOST_TIMES_HTTPIE
