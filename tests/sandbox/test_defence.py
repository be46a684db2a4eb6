"""Fault row D4 and hostile case P39: a web page, a rebound name and slow or huge senders.

Each gate is also run against an open variant, on which it must fail.
"""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pingtree_desktop.sandbox import connection as connection_module
from pingtree_desktop.sandbox.gate import Gate

BODY = json.dumps({"event_id": "quote_view", "transaction_id": "T1"}).encode()


def foreign_requests(port: int) -> list[tuple[int, list[str]]]:
    """The status that each set of header lines must get."""
    good = f"Host: 127.0.0.1:{port}"
    return [
        (403, ["Host: evil.com"]),
        (403, [f"Host: evil.com:{port}"]),
        (403, ["Host: 127.0.0.1"]),
        (403, [f"Host: 127.0.0.1:{port + 1}"]),
        (403, [f"Host: localhost.:{port}"]),
        (403, [f"Host: 127.0.0.1:{port}.evil.com"]),
        (403, [f"Host: 0.0.0.0:{port}"]),
        (400, ["Host:", good]),
        (400, [good, "Host: evil.com"]),
        (400, [good, good]),
        (400, []),
        (403, ["Host:"]),
        (403, [good, "Origin: http://evil.com"]),
        (403, [good, "Origin: null"]),
        (403, [good, f"Origin: http://127.0.0.1:{port}"]),
        (403, [good, "Sec-Fetch-Site: cross-site"]),
        (403, [good, "Sec-Fetch-Site: same-site"]),
        (403, [good, "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"]),
    ]


def allowed_requests(port: int) -> list[list[str]]:
    good = f"Host: 127.0.0.1:{port}"
    return [
        [good],
        [f"Host: LOCALHOST:{port}"],
        [f"Host: [::1]:{port}"],
        [good, "Sec-Fetch-Site: none"],
        [good, "Sec-Fetch-Site: same-origin"],
    ]


def status_of(caller: Any, lines: list[str], target: str = "/api/event/demo") -> int:
    head = "".join(f"{line}\r\n" for line in lines)
    raw = caller.raw(
        f"POST {target} HTTP/1.1\r\n{head}Content-Type: application/json\r\n"
        f"Connection: close\r\nContent-Length: {len(BODY)}\r\n\r\n".encode()
        + BODY
    )
    assert b"access-control" not in raw.lower()
    assert b"X-Simulated: PingTree sandbox\r\n" in raw
    return int(raw.split(b" ")[1])


def refuses_what_is_foreign(caller: Any) -> None:
    for status, lines in foreign_requests(caller.server.port):
        assert status_of(caller, lines) == status, lines
        assert status_of(caller, lines, "/__sandbox/reset") == status, lines
    assert caller.server.ledger_rows() == ()


def test_a_web_page_or_a_rebound_name_gets_nothing(caller: Any) -> None:
    refuses_what_is_foreign(caller)


def test_the_gate_fails_on_an_open_door(caller: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Gate, "refusal", lambda self, headers: None)
    with pytest.raises(AssertionError):
        refuses_what_is_foreign(caller)


def test_programs_on_this_computer_are_let_in(caller: Any) -> None:
    for lines in allowed_requests(caller.server.port):
        caller.server.reset()
        assert status_of(caller, lines) == 200, lines


def test_http_1_0_without_a_host_is_refused(caller: Any) -> None:
    raw = caller.raw(b"GET /__sandbox/health HTTP/1.0\r\n\r\n")
    assert raw.split(b" ")[1] == b"400"


@pytest.mark.parametrize("chunked", [False, True])
def test_ten_megabytes_are_refused(caller: Any, chunked: bool) -> None:
    size = 10_000_000
    head = f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{caller.server.port}\r\n"
    head += "Content-Type: application/json\r\n"
    head += "Transfer-Encoding: chunked\r\n\r\n" if chunked else f"Content-Length: {size}\r\n\r\n"
    block = b" " * 100_000
    with caller.connect() as client:
        client.sendall(head.encode())
        # The server may stop reading after its answer: that is what it should do.
        with contextlib.suppress(ConnectionError):
            for _ in range(size // len(block)):
                client.sendall(b"%x\r\n%b\r\n" % (len(block), block) if chunked else block)
        assert client.recv(12) == b"HTTP/1.1 413"


@pytest.mark.parametrize("length", ["1048577", "9" * 12, "9" * 400])
def test_an_announced_length_over_the_limit_is_refused_at_once(caller: Any, length: str) -> None:
    got = caller.send(body=b"", headers={"Content-Length": length, "Expect": "100-continue"})
    assert got.status in {400, 413}
    assert got.headers["connection"] == "close"


def test_a_body_of_just_a_megabyte_is_read(caller: Any) -> None:
    body = BODY[:-1] + b',"filler":"'
    body += b"x" * (1_048_576 - len(body) - 2) + b'"}'
    assert caller.send(body=body).verdict == "fired"


def test_a_huge_header_is_refused(caller: Any) -> None:
    got = caller.send(headers={"X-Long": "x" * 70_000})
    assert got.status == 431
    assert caller.send("GET", "/api/event/demo?x=" + "x" * 70_000).status == 431
    assert caller.send("GET", "/__sandbox/health", headers={"X-Long": "x" * 60_000}).status == 200


@pytest.mark.parametrize(
    "garbage",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"GET /\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : a\r\n\r\n",
        b"CONNECT evil.com:443 HTTP/1.1\r\nHost: evil.com:443\r\n\r\n",
    ],
)
def test_what_is_not_http_is_refused_and_closed(caller: Any, garbage: bytes) -> None:
    with caller.connect() as client:
        client.sendall(garbage)
        client.shutdown(socket.SHUT_WR)
        raw = client.recv(65_536)
    assert raw[:10] == b"HTTP/1.1 4" or raw[:12] == b"HTTP/1.1 501"
    assert caller.send("GET", "/__sandbox/health").status == 200


# Slow senders.


def slow_senders(port: int) -> dict[str, tuple[bytes, bytes]]:
    """For each: what it sends first, and what it drips every 0.2 s from then on."""
    start = f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{port}\r\n".encode()
    body = start + b"Content-Type: application/json\r\nContent-Length: 500\r\n\r\n"
    return {
        "never a byte": (b"", b""),
        "half a header": (start, b""),
        "never-ending header": (start + b"X-Drip: ", b"x"),
        "never-ending headers": (start, b"X-Drip: 1\r\n"),
        "half a body": (body + b"{", b""),
        "never-ending body": (body, b" "),
    }


def closes_within(caller: Any, first: bytes, drip: bytes, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    with caller.connect() as client:
        client.sendall(first)
        client.settimeout(0.2)
        while time.monotonic() < deadline:
            try:
                if client.recv(65_536) == b"":
                    return True
                continue
            except TimeoutError:
                pass
            except ConnectionError:
                return True
            with contextlib.suppress(ConnectionError):
                client.sendall(drip)
    return False


def all_close_within(caller: Any, seconds: float) -> dict[str, bool]:
    senders = slow_senders(caller.server.port)
    with ThreadPoolExecutor(len(senders)) as pool:
        closed = pool.map(lambda sender: closes_within(caller, *sender, seconds), senders.values())
        return dict(zip(senders, closed, strict=True))


def test_slow_and_idle_connections_are_closed_in_time(caller: Any) -> None:
    assert set(all_close_within(caller, 15.0).values()) == {True}


def test_the_gate_on_slow_senders_fails_without_time_limits(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEADER_TIMEOUT_S", "BODY_TIMEOUT_S", "IDLE_TIMEOUT_S"):
        monkeypatch.setattr(connection_module, name, 3_600.0)
    assert set(all_close_within(serve(), 1.0).values()) == {False}


def test_a_slow_sender_is_told(serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "HEADER_TIMEOUT_S", 0.2)
    monkeypatch.setattr(connection_module, "BODY_TIMEOUT_S", 0.2)
    caller = serve()
    senders = slow_senders(caller.server.port)
    for name in ("half a header", "half a body"):
        with caller.connect() as client:
            client.sendall(senders[name][0])
            assert client.recv(12) == b"HTTP/1.1 408"


def test_a_flood_behind_a_delayed_request_is_cut(caller: Any) -> None:
    with caller.connect() as client:
        client.sendall(
            "GET /api/event/demo?event_id=quote_view&transaction_id=F HTTP/1.1\r\n"
            "X-Sandbox-Fault: delay:600000\r\n"
            f"Host: localhost:{caller.server.port}\r\n\r\n".encode()
        )
        with pytest.raises(ConnectionError):
            client.sendall(b"x" * 100_000_000)


def test_many_threads_may_use_the_server_at_once(caller: Any) -> None:
    """Requests, resets, faults and looks at the ledger from many threads end without error."""
    stop = threading.Event()

    def meddle() -> int:
        turns = 0
        while not stop.is_set():
            caller.server.ledger_rows()
            caller.server.set_faults(("delay:1",) if turns % 2 else ())
            caller.server.reset()
            turns += 1
            stop.wait(0.002)
        return turns

    with ThreadPoolExecutor(5) as pool:
        meddlers = [pool.submit(meddle) for _ in range(2)]
        firing = [
            pool.submit(lambda: [caller.fire(transaction_id=f"T{n}").verdict for n in range(40)])
            for _ in range(3)
        ]
        verdicts = {verdict for one in firing for verdict in one.result(60)}
        stop.set()
        assert all(one.result(10) > 0 for one in meddlers)
    assert verdicts <= {"fired", "locked"}
    assert "fired" in verdicts
