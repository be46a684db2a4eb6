"""The gates of the network's fault rows, B1 to B8, each with a control that must fail it.

B4, the fuzzing, stands in test_fuzz.py; the key log and the authorities of B7 in test_tls.py.
"""

from __future__ import annotations

import asyncio
import socket
import sys

import httpx
import pytest

from pingtree_desktop.domain.exchange import BodyState, FailureKind
from pingtree_desktop.net.fetch import NetOptions, fetch
from tests.net.children import run_child
from tests.net.conftest import Send
from tests.net.hostile_server import HostileServer, redirecting
from tests.net.requests import post

CANCELS = 2000
POSIX_ONLY = pytest.mark.skipif(sys.platform == "win32", reason="counts POSIX resources")

ENDLESS = [
    "silence",
    "header_drip",
    "body_drip",
    "body_stall",
    "endless_continue",
    "endless_chunks",
]


# B1: a total deadline


def test_b1_all_endless_answers_end_together_at_the_deadline(server: HostileServer) -> None:
    urls = [server.url(name) for name in ENDLESS * 3]

    async def all_at_once() -> list[FailureKind]:
        options = NetOptions(deadline_s=1.0, max_wire_bytes=10**9)
        async with asyncio.timeout(options.deadline_s + 0.5):
            outcomes = await asyncio.gather(*(fetch(post(url), options) for url in urls))
        return [outcome.failure.kind for outcome in outcomes if outcome.failure]

    kinds = asyncio.run(all_at_once())
    assert len(kinds) == len(urls)
    assert set(kinds) == {FailureKind.READ_TIMEOUT, FailureKind.DEADLINE}


@pytest.mark.parametrize("name", ["header_drip", "endless_continue"])
def test_b1_control_a_timeout_for_each_read_never_ends(server: HostileServer, name: str) -> None:
    async def stock() -> None:
        async with httpx.AsyncClient(timeout=0.5, trust_env=False) as client:
            await client.post(server.url(name))

    async def watched() -> None:
        async with asyncio.timeout(1.0):
            await stock()

    with pytest.raises(TimeoutError):
        asyncio.run(watched())


def test_b1_the_loop_keeps_beating_under_endless_interim_answers(server: HostileServer) -> None:
    async def beats() -> int:
        count = 0

        async def beat() -> None:
            nonlocal count
            while True:
                await asyncio.sleep(0.005)
                count += 1

        heart = asyncio.get_running_loop().create_task(beat())
        options = NetOptions(deadline_s=1.0)
        await fetch(post(server.url("endless_continue")), options)
        heart.cancel()
        return count

    assert asyncio.run(beats()) >= 10  # no stretch near the deadline's length was blocked


# B2: bombs

BOMB_OURS = """
ok = asyncio.run(fetched(sys.argv[1]))
before = peak_mb()
outcome = asyncio.run(fetched(sys.argv[2], deadline_s=60))
response = outcome.response
print(json.dumps([response.body_state.value, len(response.body), peak_mb() - before]))
"""
BOMB_STOCK = """
import httpx
httpx.get(sys.argv[1], trust_env=False)
before = peak_mb()
response = httpx.get(sys.argv[2], trust_env=False)
print(json.dumps(["", len(response.content), peak_mb() - before]))
"""


@POSIX_ONLY
@pytest.mark.parametrize(
    ("name", "state", "limit_mb"),
    [
        ("gzip_bomb_1gb", BodyState.TRUNCATED_HERE, 100),
        ("gzip_stacked", BodyState.ENCODED, 100),
        ("endless_body", BodyState.TRUNCATED_HERE, 100),
    ],
)
def test_b2_memory_stays_flat(
    server: HostileServer, name: str, state: BodyState, limit_mb: float
) -> None:
    found, kept_bytes, growth_mb = run_child(BOMB_OURS, server.url("ok"), server.url(name))
    assert found == state.value
    assert kept_bytes <= 10_000_000
    assert growth_mb < limit_mb


@POSIX_ONLY
def test_b2_control_a_plain_get_swallows_the_bomb(server: HostileServer) -> None:
    _, kept_bytes, growth_mb = run_child(BOMB_STOCK, server.url("ok"), server.url("gzip_bomb"))
    assert kept_bytes == 200_000_000
    assert growth_mb > 100


FLOOD = """
ok = asyncio.run(fetched(sys.argv[1]))
before = peak_mb()
outcome = asyncio.run(fetched(sys.argv[2]))
print(json.dumps([outcome.failure.kind.value, peak_mb() - before]))
"""


@POSIX_ONLY
def test_p17_a_header_flood_does_not_grow_memory(server: HostileServer) -> None:
    kind, growth_mb = run_child(FLOOD, server.url("ok"), server.url("header_flood"))
    assert kind == "protocol"
    assert growth_mb < 30


# B3: truncation


@pytest.mark.parametrize(
    ("name", "state", "failed"),
    [
        ("cut_short", BodyState.CUT_SHORT, True),
        ("body_reset", BodyState.CUT_SHORT, True),
        ("chunked_cut", BodyState.CUT_SHORT, True),
        ("body_stall", BodyState.CUT_SHORT, True),
        ("no_length", BodyState.LENGTH_UNKNOWN, False),
        ("gzip_cut", BodyState.DAMAGED, False),
    ],
)
def test_b3_each_shape_is_labelled(
    server: HostileServer, send: Send, name: str, state: BodyState, failed: bool
) -> None:
    outcome = send(server.url(name), deadline_s=0.6)
    assert outcome.response is not None
    assert outcome.response.body
    assert outcome.response.body_state is state
    assert (outcome.failure is not None) is failed


def test_b3_control_the_stock_client_takes_cut_gzip_for_whole(server: HostileServer) -> None:
    assert httpx.get(server.url("gzip_cut"), trust_env=False).status_code == 200


# B5: cancels

CANCEL = """
import time
silent, ok, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
async def main():
    await fetched(ok)
    before = descriptors(), threading.active_count()
    started = time.monotonic()
    cancelled, slowest_s = 0, 0.0
    async def one(delay_s):
        nonlocal cancelled, slowest_s
        task = asyncio.get_running_loop().create_task(fetched(silent))
        await asyncio.sleep(delay_s)
        at = time.monotonic()
        task.cancel()
        try:
            await task
        except asyncio.CancelledError:
            cancelled += 1
        slowest_s = max(slowest_s, time.monotonic() - at)
    for batch in range(count // 20):
        await asyncio.gather(*(one((batch % 7 + number) * 0.001) for number in range(20)))
    worked = sum([(await fetched(ok)).response is not None for _ in range(30)])
    left = len(asyncio.all_tasks()) - 1
    after = descriptors(), threading.active_count()
    return [cancelled, worked, left, after[0] - before[0], after[1] - before[1], slowest_s]
print(json.dumps(asyncio.run(main())))
"""


@POSIX_ONLY
def test_b5_cancels_leave_nothing_behind(server: HostileServer) -> None:
    cancelled, worked, tasks, descriptors, threads, slowest_s = run_child(
        CANCEL, server.url("silence"), server.url("ok"), str(CANCELS)
    )
    assert cancelled == CANCELS
    assert worked == 30
    assert (tasks, threads) == (0, 0)
    assert abs(descriptors) <= 25
    assert slowest_s < 5  # at once, not at the deadline of 30 s


LEAK = """
async def main():
    import httpx
    before = descriptors()
    clients = []
    for _ in range(40):
        client = httpx.AsyncClient(trust_env=False)
        clients.append(client)
        try:
            await asyncio.wait_for(client.send(client.build_request("GET", sys.argv[1]),
                                               stream=True), 5)
        except TimeoutError:
            pass
    return descriptors() - before
print(json.dumps(asyncio.run(main())), flush=True)
os._exit(0)  # no clean-up: it would complain of the leak made on purpose
"""


@POSIX_ONLY
def test_b5_control_unclosed_answers_are_counted(server: HostileServer) -> None:
    assert run_child(LEAK, server.url("body_stall")) > 25


@pytest.mark.parametrize("name", [*ENDLESS, "tls_silence"])
def test_b5_a_cancel_passes_through_at_once(server: HostileServer, name: str) -> None:
    async def cancel() -> None:
        fetching = asyncio.get_running_loop().create_task(
            fetch(post(server.url(name)), NetOptions(deadline_s=60, connect_timeout_s=60))
        )
        await asyncio.sleep(0.15)
        fetching.cancel()
        async with asyncio.timeout(5):
            await asyncio.wait([fetching])
        assert fetching.cancelled()

    asyncio.run(cancel())


# B6: redirects

CODES = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("code", CODES)
def test_b6_nothing_leaves_for_another_host(server: HostileServer, send: Send, code: int) -> None:
    elsewhere = server.url("ok", "/elsewhere")
    outcome = send(post(server.url(redirecting(code, elsewhere)), extra=(("X-Api-Key", "k"),)))
    assert outcome.response is not None
    assert outcome.response.status == code
    assert elsewhere in outcome.response.notes[0]
    assert server.received("ok") == []


@pytest.mark.parametrize("code", CODES)
def test_b6_control_a_follower_takes_the_key_along(server: HostileServer, code: int) -> None:
    start = server.url(redirecting(code, server.url("ok", "/elsewhere")))
    httpx.post(start, headers={"X-Api-Key": "k"}, follow_redirects=True, trust_env=False)
    (received,) = server.received("ok")
    assert b"X-Api-Key: k" in received


# B7: the environment

PROXIED_OURS = """
outcome = asyncio.run(fetched(sys.argv[1], proxy=sys.argv[2]))
print(json.dumps([outcome.response.status, outcome.proxy]))
"""
PROXIED_STOCK = """
import httpx
print(json.dumps([httpx.post(sys.argv[1], content=b"canary").status_code, ""]))
"""


def spying_environment(server: HostileServer) -> dict[str, str]:
    spy = server.url("ok")
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    found = {name: spy for name in (*names, *(n.lower() for n in names))}
    return {**found, "NO_PROXY": "", "no_proxy": ""}


def test_b7_a_proxy_in_the_environment_is_not_asked(server: HostileServer) -> None:
    environment = spying_environment(server)
    status, proxy = run_child(PROXIED_OURS, server.url("ok_chunked"), "none", **environment)
    assert (status, proxy) == (200, "")
    assert server.received("ok") == []
    assert server.receipts("ok_chunked") == 1


def test_b7_control_the_stock_client_asks_it(server: HostileServer) -> None:
    run_child(PROXIED_STOCK, server.url("ok_chunked"), **spying_environment(server))
    (received,) = server.received("ok")
    assert b"canary" in received
    assert server.receipts("ok_chunked") == 0


def test_b7_system_asks_it_and_says_so(server: HostileServer) -> None:
    environment = spying_environment(server)
    url = "http://api.example.test/api/event?x=%zz"
    status, proxy = run_child(PROXIED_OURS, url, "system", **environment)
    assert (status, proxy) == (200, server.url("ok").rstrip("/"))
    (received,) = server.received("ok")
    assert received.startswith(b"POST http://api.example.test:80/api/event?x=%zz HTTP/1.1\r\n")


# B8: retries


@pytest.mark.parametrize("name", ["read_then_reset", "read_then_close", "silence", "cut_short"])
def test_b8_a_post_is_received_once(server: HostileServer, send: Send, name: str) -> None:
    outcome = send(server.url(name), deadline_s=0.6)
    assert outcome.failure is not None
    assert outcome.failure.may_have_arrived
    assert len(server.received(name)) == 1
    assert server.receipts(name) == 1


def test_b8_control_a_retry_is_counted(server: HostileServer, send: Send) -> None:
    for _ in range(2):
        assert send(server.url("read_then_reset")).failure is not None
    assert server.receipts("read_then_reset") == 2


def test_b8_a_name_with_two_addresses_gets_one_post(
    server: HostileServer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.port("read_then_reset")
    entries = [(socket.AF_INET, 1, 6, "", (ip, port)) for ip in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    assert send(server.url("read_then_reset", host="api.example.test")).failure is not None
    assert server.receipts("read_then_reset") == 1
