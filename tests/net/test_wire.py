"""What goes on the wire is the request and nothing else, and what is measured adds up."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import logging
import socket
import time
from typing import Any

import pytest

from pingtree_desktop.domain.exchange import BodyState, FailureKind
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.fetch import NetOptions, fetch, warm_up
from tests.net.conftest import Send
from tests.net.hostile_server import Connection, HostileServer, answer, packed, replying
from tests.net.requests import LEAD, get, post

ODD_TARGETS = [
    "/",
    "/api/event/a%2Fb?x=%zz&y=%7e",
    "/api/event/%2E%2E/../..//x",
    "/a?q=it's\"<>|{}[]^`\\&é=1".replace("é", "%C3%A9"),
    "/a?",
    "/a??b=?c",
    "/a;b=c/d@e:f!$&'()*+,=~",
    "/a?plus=a+b&space=a%20b&lower=%c3%a9",
    "?only=query",
]


def as_bytes(request: Request, target: str) -> bytes:
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + request.body


@pytest.mark.parametrize("target", ODD_TARGETS)
@pytest.mark.parametrize("build", [post, get])
def test_every_byte_is_the_requests_own(
    server: HostileServer, send: Send, target: str, build: Any
) -> None:
    request = build(server.url("ok", target))
    assert send(request).failure is None
    on_wire = target if target.startswith("/") else f"/{target}"
    assert server.received("ok") == [as_bytes(request, on_wire)]


def test_headers_keep_their_order_case_and_repetitions(server: HostileServer, send: Send) -> None:
    extra = (("x-lower", "1"), ("X-UPPER", "\xe9"), ("x-lower", "2"), ("Cookie", "a=b"))
    request = post(server.url("ok"), bytes(range(256)), extra=extra)
    assert send(request).failure is None
    assert server.received("ok") == [as_bytes(request, "/")]


def test_a_long_url_is_not_refused(server: HostileServer, send: Send) -> None:
    request = get(server.url("ok", "/?q=" + "a" * 90_000))
    assert send(request).failure is None
    assert server.received("ok") == [as_bytes(request, "/?q=" + "a" * 90_000)]


def test_phases_follow_each_other_within_the_elapsed_time(
    server: HostileServer, send: Send
) -> None:
    def slow(connection: Connection) -> None:
        connection.read_request()
        connection.pause(0.2)
        connection.send(answer()[:-4])
        connection.pause(0.1)
        connection.send(answer()[-4:])

    outcome = send(server.url(slow))
    names = [phase.name for phase in outcome.phases]
    assert names == ["resolve", "connect", "send", "wait", "receive"]
    for before, after in itertools.pairwise(outcome.phases):
        assert before.end_ms == after.start_ms
    assert outcome.phases[-1].end_ms == outcome.elapsed_ms
    took = {phase.name: phase.end_ms - phase.start_ms for phase in outcome.phases}
    assert all(ms >= 0 for ms in took.values())
    assert took["wait"] >= 190
    assert took["receive"] >= 90


def test_a_host_name_is_looked_up_and_a_dead_address_passed_over(
    server: HostileServer, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.port("ok")
    with socket.socket() as unused:
        unused.bind(("127.0.0.2", 0))  # bound but not listening: refuses

        def look_up(host: str, number: int, **_: Any) -> list[Any]:
            assert (host, number) == ("api.example.test", port)
            return [
                (socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, number))
                for ip in ("127.0.0.2", "127.0.0.1", "127.0.0.1")
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        outcome = send(server.url("ok", host="api.example.test"))
    assert outcome.failure is None
    assert outcome.remote == f"127.0.0.1:{port}"


def test_all_addresses_refusing_is_a_refusal(send: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    entries = [(socket.AF_INET, 1, 6, "", (ip, port)) for ip in ("127.0.0.1", "127.0.0.2")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    failure = send(f"http://api.example.test:{port}/").failure
    assert failure is not None
    assert failure.kind is FailureKind.REFUSED
    assert not failure.may_have_arrived


def test_a_look_up_that_hangs_ends_at_the_limit_and_at_a_cancel(
    send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: time.sleep(3))
    started = time.monotonic()
    failure = send("http://api.example.test/", connect_timeout_s=0.3).failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.DNS, False)
    assert failure.sentence == "The name api.example.test was not found within 0.3 s."

    async def cancel() -> None:
        async with asyncio.timeout(0.2):
            await fetch(get("http://api.example.test/"), NetOptions())

    with pytest.raises(TimeoutError):
        asyncio.run(cancel())
    assert time.monotonic() - started < 2.5  # neither waited for the look-up


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (socket.gaierror(socket.EAI_NONAME, "x"), "There is no host named api.example.test."),
        (socket.gaierror(socket.EAI_AGAIN, "x"), "The name server gave no answer"),
        (UnicodeError("label too long"), "The host's name is not a possible one."),
    ],
)
def test_a_look_up_that_fails(
    send: Send, monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise error

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    failure = send("http://api.example.test/").failure
    assert failure is not None
    assert failure.sentence.startswith(says)


def test_nothing_listening_is_refused(send: Send) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    failure = send(f"http://127.0.0.1:{port}/?email=canary").failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.REFUSED, False)
    assert failure.sentence == "127.0.0.1 refused the connection: nothing listens there."
    assert "canary" not in failure.detail


def test_a_silence_within_the_body_has_its_own_limit(server: HostileServer, send: Send) -> None:
    outcome = send(server.url("body_stall"), read_timeout_s=0.3)
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.READ_TIMEOUT
    assert outcome.failure.sentence == "The body stopped coming for 0.3 s (7 of 100 bytes)."
    assert outcome.response is not None
    assert outcome.response.body == b"1234567"


def test_a_refusal_in_the_middle_of_a_large_body_ends_the_send(
    server: HostileServer, send: Send
) -> None:
    def refuse(connection: Connection) -> None:
        connection.send(answer(b"", status="413 Too Large"))
        connection.pause(0.2)
        connection.reset()

    outcome = send(post(server.url(refuse), bytes(20_000_000)))
    assert outcome.elapsed_ms < 4000
    if outcome.response is not None:  # whether the RST overtakes the answer is the system's choice
        assert outcome.response.status == 413
    else:
        assert outcome.failure is not None
        assert outcome.failure.kind is FailureKind.RESET
        assert outcome.failure.may_have_arrived


def test_a_body_nobody_reads_ends_at_the_deadline(server: HostileServer, send: Send) -> None:
    def deaf(connection: Connection) -> None:
        while True:
            connection.pause(0.05)

    outcome = send(post(server.url(deaf), bytes(30_000_000)), deadline_s=0.6)
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.DEADLINE
    assert outcome.failure.sentence == "The request could not be sent completely within 0.6 s."
    assert outcome.failure.may_have_arrived


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("", "The address is empty"),
        ("http://h/ä", "The address is empty or has a character"),
        ("http://h/a b", "The address is empty or has a character"),
        ("http://h/a#b", "The address has a #"),
        ("file:///etc/passwd", "The address does not start with"),
        ("http://u:p@127.0.0.1/", "The address has a user name"),
        ("http://a\\@b/", "The address has a user name"),
        ("http:///x", "The address names no host"),
        ("http://h:0/", "The address names no host"),
        ("http://h:99999/", "The address has a host or port"),
        ("http://[::1/", "The address has a host or port"),
    ],
)
def test_an_impossible_address(send: Send, url: str, says: str) -> None:
    failure = send(Request(method="POST", url=url, headers=(), body=LEAD)).failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.BAD_ADDRESS, False)
    assert failure.sentence.startswith(says)


@pytest.mark.parametrize(
    "header", [("X-A", "canary\r\nX-B: 1"), ("X A", "1"), ("X-A", "\U0001f600"), ("X-A", " x")]
)
def test_an_impossible_header_never_leaves(
    server: HostileServer, send: Send, header: tuple[str, str]
) -> None:
    outcome = send(post(server.url("ok"), extra=(header,)))
    assert outcome.failure is not None
    assert outcome.failure.kind is FailureKind.SEND_FAILED
    assert not outcome.failure.may_have_arrived
    assert "canary" not in outcome.failure.detail
    assert server.receipts("ok") == 0


def test_decoding_follows_what_was_offered(server: HostileServer, send: Send) -> None:
    plain = b'{"success":true}'
    done = send(server.url(packed(gzip.compress(plain) + gzip.compress(plain), "GZIP"))).response
    assert done is not None
    assert (done.body, done.body_state) == (plain * 2, BodyState.COMPLETE)

    nothing_offered = Request(
        method="GET",
        url=server.url("ok_gzip"),
        headers=(("Host", "x"), ("Connection", "close"), ("Accept-Encoding", "gzip;q=0, br")),
        body=b"",
    )
    left = send(nothing_offered).response
    assert left is not None
    assert left.body_state is BodyState.ENCODED
    assert left.body.startswith(b"\x1f\x8b")


def test_an_empty_answer_labelled_gzip_is_complete(server: HostileServer, send: Send) -> None:
    for status in ("200 OK", "204 No Content"):
        behaviour = replying(answer(b"", status=status, headers=("Content-Encoding: gzip",)))
        response = send(server.url(behaviour)).response
        assert response is not None
        assert (response.body, response.body_state) == (b"", BodyState.COMPLETE)
        assert response.notes == ()


def test_small_limits_are_held(server: HostileServer, send: Send) -> None:
    exact = send(server.url("ok"), max_wire_bytes=16).response
    over = send(server.url("ok"), max_wire_bytes=15).response
    plain = send(server.url("ok"), max_plain_bytes=10).response
    assert exact is not None
    assert (len(exact.body), exact.body_state) == (16, BodyState.COMPLETE)
    assert over is not None
    assert (len(over.body), over.body_state) == (15, BodyState.TRUNCATED_HERE)
    assert plain is not None
    assert (len(plain.body), plain.body_state) == (10, BodyState.TRUNCATED_HERE)


def test_no_address_is_logged(
    server: HostileServer, send: Send, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    assert send(get(server.url("ok", "/?email=canary"))).failure is None
    assert "canary" not in caplog.text


def test_warming_up_works_beside_a_running_loop() -> None:
    async def both() -> None:
        await asyncio.to_thread(warm_up)

    asyncio.run(both())
