"""The sandbox's own time per request, without and with sockets.  Run it on demand:

    python tests/benchmarks/bench_sandbox.py

"own" is the time from the request's last byte to the reply's last write inside the server's
code (HTTP parsing, gate, rules, ledger on disk, faults, serialising), on one core.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path

from pingtree_desktop.sandbox.connection import Connection, Hub
from pingtree_desktop.sandbox.faults import NO_FAULT
from pingtree_desktop.sandbox.gate import Gate
from pingtree_desktop.sandbox.ledger import Ledger
from pingtree_desktop.sandbox.server import Options, SandboxServer, Seen
from pingtree_desktop.sandbox.simulator import Simulator
from pingtree_desktop.sandbox.world import DEMO_WORLD

REQUESTS = 5_000
CONNECTIONS = 1_000


class Sink(asyncio.Transport):
    """A transport that counts what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes_written = 0

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.bytes_written += len(data)

    def close(self) -> None: ...

    def abort(self) -> None: ...


def raw_request(port: int, number: int) -> bytes:
    body = json.dumps(
        {
            "transaction_id": f"bench-{number}",
            "event_id": "purchase_complete",
            "amount": 42.5,
            "pid": "aff-220",
            "conversion_date": "2026-11-22 18:05:00",
            "conversion_timezone": "PST",
            "cost": 3.2,
            "cost_operation": "add",
            "sub1": "a",
            "utm_source": "google",
            "tcpa_consent": 1,
            "first_name": "Ada",
        }
    ).encode()
    head = (
        f"POST /api/event/demo HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "Content-Type: application/json\r\nAccept: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def own_time(folder: Path) -> list[float]:
    ledger = Ledger(folder)
    ledger.open()
    seen: list[Seen] = []
    simulator = Simulator(
        world=DEMO_WORLD,
        ledger=ledger,
        plan=NO_FAULT,
        lock_ms=2_000,
        token="t",
        gate=Gate("127.0.0.1", 1),
        url="http://127.0.0.1:1",
        clock=lambda: time.time_ns() // 1_000_000,
        chance=lambda: 0.5,
    )
    hub = Hub(simulator=simulator, loop=asyncio.get_running_loop(), answered=seen.append)
    connection = Connection(hub)
    connection.connection_made(Sink())
    times = []
    for number in range(REQUESTS):
        data = raw_request(1, number)
        begin = time.perf_counter()
        connection.data_received(data)
        times.append((time.perf_counter() - begin) * 1000)
        if number % 100 == 0:
            await asyncio.sleep(0)
    connection.connection_lost(None)
    ledger.close()
    assert len(seen) == REQUESTS
    assert {one.verdict for one in seen} == {"fired"}
    return times


async def one_by_one(port: int, count: int) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    for number in range(count):
        begin = time.perf_counter()
        writer.write(raw_request(port, number + REQUESTS))
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append((time.perf_counter() - begin) * 1000)
    writer.close()
    await writer.wait_closed()
    return times


async def all_at_once(port: int) -> tuple[int, float]:
    begin = time.perf_counter()
    pairs = await asyncio.gather(
        *(asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS))
    )
    for number, (_, writer) in enumerate(pairs):
        writer.write(raw_request(port, number + 10 * REQUESTS))
    heads = await asyncio.gather(*(reader.readuntil(b"\r\n\r\n") for reader, _ in pairs))
    elapsed = time.perf_counter() - begin
    for _, writer in pairs:
        writer.close()
    await asyncio.gather(*(writer.wait_closed() for _, writer in pairs), return_exceptions=True)
    return sum(head.startswith(b"HTTP/1.1 200") for head in heads), elapsed


def show(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    p99 = ordered[int(len(ordered) * 0.99)]
    print(
        f"{name}: median {statistics.median(ordered):.3f} ms, mean "
        f"{statistics.fmean(ordered):.3f} ms, p99 {p99:.3f} ms, max {ordered[-1]:.3f} ms"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        show(f"own time, {REQUESTS} fired", asyncio.run(own_time(Path(name))))
        server = SandboxServer(Options(folder=Path(name) / "served"))
        server.start()
        try:
            show("round trip on loopback", asyncio.run(one_by_one(server.port, 2_000)))
            fired, elapsed = asyncio.run(all_at_once(server.port))
            print(f"{CONNECTIONS} connections at once: {fired} fired in {elapsed:.2f} s")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
