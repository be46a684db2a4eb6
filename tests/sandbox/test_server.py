from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pingtree_desktop.domain.errors import (
    PortTaken,
    StorageUnavailable,
    UnreadableInput,
    UsageError,
)
from pingtree_desktop.sandbox import connection as connection_module
from pingtree_desktop.sandbox.server import Options, SandboxServer, Seen

EVENT = {"event_id": "quote_view", "transaction_id": "T1"}
SALE = {"event_id": "upsell", "transaction_id": "T1"}


# Starting and stopping.


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "example.com", "", "127.1"])
def test_it_binds_loopback_only(host: str) -> None:
    with pytest.raises(UsageError, match="this computer only"):
        SandboxServer(Options(host=host))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LocalHost"])
def test_loopback_by_any_name(host: str) -> None:
    server = SandboxServer(Options(host=host))
    server.start()
    assert server.url == f"http://127.0.0.1:{server.port}"
    assert server.port > 0
    server.stop()


def test_loopback_of_ipv6() -> None:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("no IPv6 here")
    server = SandboxServer(Options(host="[::1]"))
    server.start()
    try:
        assert server.url == f"http://[::1]:{server.port}"
        client = http.client.HTTPConnection("::1", server.port, timeout=10)
        client.request("GET", "/__sandbox/health")
        reply = client.getresponse()
        assert (reply.status, reply.getheader("X-Simulated")) == (200, "PingTree sandbox")
        client.close()
    finally:
        server.stop()


@pytest.mark.parametrize(
    "options",
    [
        {"port": -1},
        {"port": 65_536},
        {"lock_seconds": -0.1},
        {"lock_seconds": float("nan")},
        {"lock_seconds": 1e9},
        {"faults": ("nonsense",)},
    ],
)
def test_impossible_options_are_refused_before_anything_is_opened(options: dict[str, Any]) -> None:
    with pytest.raises(UsageError):
        SandboxServer(Options(**options))


def test_a_taken_port_is_named(caller: Any) -> None:
    port = caller.server.port
    other = SandboxServer(Options(port=port))
    with pytest.raises(PortTaken, match=str(port)):
        other.start()
    assert not other.is_running
    other.stop()
    assert caller.fire().verdict == "fired"


def test_bad_files_stop_the_start_and_leave_nothing_open(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    threads = threading.active_count()
    with pytest.raises(StorageUnavailable):
        SandboxServer(Options(folder=tmp_path / "file")).start()
    with pytest.raises(UnreadableInput):
        SandboxServer(Options(campaigns_file=tmp_path / "none.toml")).start()
    with socket.create_server(("127.0.0.1", 0)) as busy:
        taken = SandboxServer(Options(folder=tmp_path / "new", port=busy.getsockname()[1]))
        with pytest.raises(PortTaken):
            taken.start()
    assert threading.active_count() == threads


def open_files() -> int:
    return len(os.listdir("/dev/fd"))  # noqa: PTH208 - descriptors are no paths


@pytest.mark.skipif(sys.platform == "win32", reason="counts POSIX descriptors")
def test_starting_and_stopping_leaks_nothing(tmp_path: Path) -> None:
    def once() -> None:
        server = SandboxServer(Options(folder=tmp_path))
        server.start()
        server.start()
        clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(5)]
        clients[0].sendall(b"POST /api/event/demo HTTP/1.1\r\nContent-")
        server.stop()
        server.stop()
        for client in clients[1:]:
            with client, contextlib.suppress(ConnectionResetError):
                # Closed; one that was not yet accepted may be told so by a reset.
                assert client.recv(1) == b""
        clients[0].close()

    once()
    threads, files = threading.active_count(), open_files()
    for _ in range(20):
        once()
    assert threading.active_count() == threads
    assert open_files() == files


def test_it_starts_again_after_a_stop(caller: Any) -> None:
    server = caller.server
    assert caller.fire().verdict == "fired"
    server.stop()
    assert not server.is_running
    assert [row.transaction_id for row in server.ledger_rows()] == ["T1"]
    server.start()
    assert caller.fire(transaction_id="T2").verdict == "fired"


def test_stop_waits_for_nobody(caller: Any) -> None:
    """Idle, half-sent, delayed and slow connections all end with the server."""
    port = caller.server.port
    host = f"Host: localhost:{port}\r\n"
    starts = [
        b"",
        b"POST /api/ev",
        f"POST /api/event/demo HTTP/1.1\r\n{host}Content-Length: 5\r\n\r\n{{".encode(),
        f"GET /api/event/demo?event_id=quote_view&transaction_id=D HTTP/1.1\r\n{host}"
        "X-Sandbox-Fault: delay:600000\r\n\r\n".encode(),
        f"GET /api/event/demo?event_id=quote_view&transaction_id=S HTTP/1.1\r\n{host}"
        "X-Sandbox-Fault: slow:1\r\n\r\n".encode(),
    ]
    clients = []
    for data in starts:
        client = caller.connect()
        client.sendall(data)
        clients.append(client)
    while len(caller.server.ledger_rows()) < 2:
        time.sleep(0.01)
    begin = time.monotonic()
    caller.server.stop()
    assert time.monotonic() - begin < 2.0  # what stop() promises
    for client in clients:
        client.settimeout(5)
        try:
            while client.recv(4_096):
                pass
        except ConnectionError:
            pass  # a reset is an end, too
        client.close()
    with pytest.raises(ConnectionRefusedError):
        caller.connect(2.0)


def test_a_callback_may_not_stop_the_server_and_its_error_ends_no_connection(
    caller: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caller.server.on_request(lambda seen: caller.server.stop())
    assert caller.fire().verdict == "fired"
    assert caller.fire(transaction_id="T2").verdict == "fired"
    caller.server.stop()
    assert "cannot stop it" in caplog.text


# What is seen from outside.


def test_the_three_endpoints_and_both_ways_of_asking(caller: Any) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    sale = "event_id=upsell&transaction_id="
    got = [
        caller.send(body=SALE | {"amount": 0.1}),
        caller.send("POST", "/api/event/trigger",
                    SALE | {"cid": "demo", "revenue": 2, "transaction_id": "T2"}),
        caller.send("POST", "/api/event/global/demo-org",
                    SALE | {"amount": 3, "transaction_id": "T3"}),
        caller.send("GET", f"/api/event/demo?{sale}T4&amount=4.50"),
        caller.send("GET", f"/api/event/trigger?{sale}T5&cid=demo&revenue=5"),
        caller.send("GET", f"/api/event/global/demo-org?{sale}T6&amount=6"),
        caller.send(body=f"{sale}T7&amount=7".encode(), headers=form),
        caller.send("POST", f"/api/event/d%65mo?{sale}T8&amount=8", headers={"Content-Type": ""}),
    ]  # fmt: skip
    assert [one.verdict for one in got] == ["fired"] * 8
    assert {one.headers["x-simulated"] for one in got} == {"PingTree sandbox"}
    rows = caller.server.ledger_rows()
    assert [(row.transaction_id, row.cid, row.amount) for row in rows] == [
        (f"T{number}", "demo", Decimal(text))
        for number, text in enumerate(["0.1", "2", "3", "4.50", "5", "6", "7", "8"], 1)
    ]


def test_the_life_of_a_pair(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Fired, locked, duplicate; and the same after a restart."""
    first = serve(folder=tmp_path, lock_seconds=3_600)
    assert first.send(body={"event_id": "quote_view"}).verdict == "missing_field"
    assert first.fire(adSpend="abc").verdict == "invalid_field"
    assert first.fire().verdict == "fired"  # the refused ones started no lock
    assert first.fire().verdict == "locked"
    first.server.stop()
    second = serve(folder=tmp_path, lock_seconds=3_600)
    assert second.fire().verdict == "locked"
    second.server.stop()
    third = serve(folder=tmp_path, lock_seconds=0)
    assert third.fire().verdict == "duplicate"
    third.server.reset()
    assert third.fire().verdict == "fired"


def test_the_lock_ends_by_itself(serve: Callable[..., Any]) -> None:
    caller = serve(lock_seconds=0.2)
    assert caller.fire().verdict == "fired"
    time.sleep(0.25)
    assert caller.fire().verdict == "duplicate"
    assert caller.fire(event_id="call_completed").verdict == "fired"
    time.sleep(0.25)
    assert caller.fire(event_id="call_completed").verdict == "fired"


def test_what_was_seen_is_told_on_the_servers_thread(caller: Any) -> None:
    seen: list[tuple[Seen, str]] = []
    caller.server.on_request(lambda one: seen.append((one, threading.current_thread().name)))
    caller.fire()
    caller.fire(pid="aff-999")
    caller.send("GET", "/__sandbox/health")
    caller.server.stop()
    told = [(one.method, one.path, one.status, one.event_id, one.verdict) for one, _ in seen]
    assert told == [
        ("POST", "/api/event/demo", 200, "quote_view", "fired"),
        ("POST", "/api/event/demo", 403, "quote_view", "source_inactive"),
        ("GET", "/__sandbox/health", 200, "", ""),
    ]
    assert {name for _, name in seen} == {"pingtree-sandbox"}
    assert seen[0][0].summary == "Event fired (simulated)."
    assert abs(seen[0][0].at_ms - time.time() * 1000) < 60_000
    assert caller.server.request_count == 3


def test_the_ledger_is_shown_and_reset_with_the_token_only(caller: Any) -> None:
    caller.fire(amount=1.50, cost=2)
    token = {"X-Sandbox-Token": "the-token"}
    for wrong in ({}, {"X-Sandbox-Token": "the-toke"}, {"X-Sandbox-Token": "\xff"}):
        for method, path in (("GET", "/__sandbox/ledger"), ("POST", "/__sandbox/reset")):
            assert caller.send(method, path, headers=wrong).status == 403
    shown = caller.send("GET", "/__sandbox/ledger", headers=token).json
    (row,) = shown["rows"]
    assert shown["simulated"] is True
    assert row | {"last_ms": 0} == {
        "transaction_id": "T1",
        "event_id": "quote_view",
        "cid": "demo",
        "count": 1,
        "amount": "1.5",
        "cost": "2",
        "last_ms": 0,
    }
    assert caller.send("GET", "/__sandbox/reset", headers=token).status == 405
    assert caller.send("POST", "/__sandbox/reset", headers=token).json["cleared"] == 1
    assert caller.server.ledger_rows() == ()


def test_every_server_has_its_own_token() -> None:
    tokens = {SandboxServer(Options()).token for _ in range(3)}
    assert len(tokens) == 3
    assert min(map(len, tokens)) >= 32


def test_a_ledger_that_cannot_be_written_fires_nothing(
    caller: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(entry: object) -> None:
        raise StorageUnavailable("The disk is full.", "Free some space.")

    monkeypatch.setattr(caller.server._ledger, "add", full)
    got = caller.fire()
    assert (got.status, got.verdict) == (500, "server_error")
    assert "The disk is full. Free some space." in got.json["message"]


@pytest.mark.parametrize(
    ("method", "target", "status"),
    [
        ("PUT", "/api/event/demo", 405),
        ("HEAD", "/api/event/demo", 405),
        ("OPTIONS", "/api/event/trigger", 405),
        ("TRACE", "/openapi.json", 405),
        ("POST", "/__sandbox/health", 405),
        ("GET", "/", 404),
        ("POST", "/api/event", 404),
        ("POST", "/api/event/a/b", 404),
        ("POST", "/api/event/global/a/b", 404),
        ("POST", "/api/event/", 400),
        ("POST", "http://127.0.0.1/api/event/demo", 400),
        ("OPTIONS", "*", 400),
    ],
)
def test_other_methods_and_addresses(caller: Any, method: str, target: str, status: int) -> None:
    got = caller.send(method, target, body=EVENT)
    assert got.status == status
    assert ("allow" in got.headers) == (status == 405)
    assert "access-control-allow-origin" not in got.headers
    if method == "HEAD":
        assert got.body == b""
    else:
        assert got.json["status"] == "error"
    assert caller.server.ledger_rows() == ()


@pytest.mark.parametrize(
    ("target", "headers", "body"),
    [
        ("/api/event/demo", {"Content-Type": "text/plain"}, json.dumps(EVENT).encode()),
        ("/api/event/demo", {"Content-Encoding": "gzip"}, json.dumps(EVENT).encode()),
        ("/api/event/demo?pid=organic", {}, json.dumps(EVENT).encode()),
        ("/api/event/demo", {}, b"[" * 200_000),
        ("/api/event/demo", {}, b'{"event_id":"a","event_id":"b"}'),
        ("/api/event/demo", {}, b""),
        ("/api/event/demo", {}, b"\x00\xff"),
    ],
)
def test_unreadable_requests_are_a_400(
    caller: Any, target: str, headers: dict[str, str], body: bytes
) -> None:
    got = caller.send(target=target, body=body, headers=headers)
    assert (got.status, got.verdict) == (400, "bad_request")


def test_requests_share_a_connection_also_when_sent_together(caller: Any) -> None:
    client = http.client.HTTPConnection("127.0.0.1", caller.server.port, timeout=10)
    for number in range(5):
        body = json.dumps(EVENT | {"transaction_id": f"keep-{number}"})
        client.request("POST", "/api/event/demo", body, {"Content-Type": "application/json"})
        reply = client.getresponse()
        assert (reply.status, json.loads(reply.read())["status"]) == (200, "success")
    client.close()
    one = (
        "GET /api/event/demo?event_id=quote_view&transaction_id=P{} HTTP/1.1\r\n"
        f"Host: localhost:{caller.server.port}\r\n{{}}\r\n"
    )
    together = "".join(one.format(n, "Connection: close\r\n" if n == 9 else "") for n in range(10))
    raw = caller.raw(together.encode())
    assert raw.count(b"HTTP/1.1 200") == 10


def test_expect_continue_is_answered(caller: Any) -> None:
    body = json.dumps(EVENT).encode()
    with caller.connect() as client:
        client.sendall(
            f"POST /api/event/demo HTTP/1.1\r\nHost: localhost:{caller.server.port}\r\n"
            "Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
        )
        assert client.recv(100).startswith(b"HTTP/1.1 100")
        client.sendall(body)
        assert client.recv(100).startswith(b"HTTP/1.1 200")


# A thousand at once.


@pytest.fixture
def many_files() -> None:
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < 3_000:
        pytest.skip("this account may not open 3,000 files")
    if soft < 3_000:
        resource.setrlimit(resource.RLIMIT_NOFILE, (3_000, hard))


@pytest.mark.usefixtures("many_files")
def test_a_thousand_connections_at_once_are_all_answered(caller: Any) -> None:
    clients = [caller.connect(30.0) for _ in range(1_000)]
    try:
        for number, client in enumerate(clients):  # all are open before the first one asks
            client.sendall(
                f"GET /api/event/demo?event_id=quote_view&transaction_id=M{number} HTTP/1.1\r\n"
                f"Host: localhost:{caller.server.port}\r\n\r\n".encode()
            )
        heads = [client.recv(12) for client in clients]
    finally:
        for client in clients:
            client.close()
    assert heads == [b"HTTP/1.1 200"] * 1_000
    assert len(caller.server.ledger_rows()) == 1_000


def test_above_the_cap_a_request_is_answered_503(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection_module, "MAX_CONNECTIONS", 3)
    caller = serve()
    held = [caller.connect() for _ in range(3)]
    got = caller.fire()
    assert got.status == 503
    assert got.json["status"] == "error"
    for one in held:
        one.close()
    deadline = time.monotonic() + 10
    while caller.fire().status == 503 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert caller.fire().status == 403  # the pair has fired by now and is locked
