"""B4: whatever a server sends and whatever a request holds, the outcome is one with a name.

PINGTREE_FUZZ_EXAMPLES sets how many examples each property tries (150; the gate is 10,000).
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.exchange import FailureKind, Outcome
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.address import BadAddress, parse_address
from pingtree_desktop.net.fetch import NetOptions, fetch
from tests.net.hostile_server import Connection, HostileServer
from tests.net.requests import LEAD, post

EXAMPLES = int(os.environ.get("PINGTREE_FUZZ_EXAMPLES", "150"))
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

PIECES = [
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.0 200\r\n",
    b"HTTP/1.1 100 Continue\r\n\r\n",
    b"HTTP/1.1 204 No Content\r\n",
    b"HTTP/1.1 101 X\r\n",
    b"HTTP/9.9 999 \xff\x00\r\n",
    b"HTTP/1.1 302 Found\r\nLocation: \xff://[\r\n",
    b"Content-Length: 7\r\n",
    b"Content-Length: 7, 7\r\n",
    b"Content-Length: +1\r\n",
    b"Content-Length: 99999999999999999999\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Transfer-Encoding: gzip, chunked\r\n",
    b"Content-Encoding: gzip\r\n",
    b"Content-Encoding: deflate\r\n",
    b"Content-Encoding: gzip, \xff, br;q=0\r\n",
    b"Content-Type: text/html; charset=zlib\r\n",
    b"Set-Cookie: \x01\r\n",
    b" folded: line\r\n",
    b": nameless\r\n",
    b"\r\n",
    b"\n",
    b"5\r\nhello\r\n",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b"0\r\nTrailer: x\r\n\r\n",
    b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    b"\x03\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    b"x" * 120_000,
]
ANSWERS = st.one_of(
    st.binary(max_size=400),
    st.lists(st.sampled_from(PIECES), max_size=10).map(b"".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=30)), max_size=10).map(b"".join),
)


@pytest.fixture(scope="module")
def shared() -> Iterator[HostileServer]:
    with HostileServer() as found:
        yield found


def fetched(request: Request) -> Outcome:
    return asyncio.run(fetch(request, NetOptions(deadline_s=2.0)))


def check(outcome: Outcome) -> None:
    assert (outcome.response is not None) or (outcome.failure is not None)
    if outcome.failure is not None:
        assert outcome.failure.kind is not FailureKind.UNEXPECTED, outcome.failure
        assert outcome.failure.sentence.endswith(".")
        assert "canary" not in outcome.failure.detail
    assert outcome.elapsed_ms < 2500


class Script:
    """A behaviour whose bytes change from example to example; one port serves them all."""

    def __init__(self) -> None:
        self.data = b""
        self.reset = False

    def __call__(self, connection: Connection) -> None:
        connection.read_request()
        connection.send(self.data)
        if self.reset:
            connection.reset()


SCRIPT = Script()


@FUZZ
@given(data=ANSWERS, reset=st.booleans())
def test_any_bytes_of_a_server(shared: HostileServer, data: bytes, reset: bool) -> None:
    SCRIPT.data, SCRIPT.reset = data, reset
    check(fetched(post(shared.url(SCRIPT))))


TEXT = st.text(max_size=40)
HEADERS = st.lists(
    st.tuples(
        st.one_of(st.sampled_from(["Host", "Content-Length", "Transfer-Encoding", "X-A"]), TEXT),
        st.one_of(st.sampled_from(["0", "80", "-1", "chunked", "127.0.0.1"]), TEXT),
    ),
    max_size=6,
)


@FUZZ
@given(
    method=st.one_of(st.sampled_from(["GET", "POST", "CONNECT", "HEAD", ""]), TEXT),
    path=TEXT,
    headers=HEADERS,
    body=st.sampled_from([b"", LEAD]),
)
def test_any_request(
    shared: HostileServer, method: str, path: str, headers: list[tuple[str, str]], body: bytes
) -> None:
    url = shared.url("ok", f"/{path}")
    check(fetched(Request(method=method, url=url, headers=tuple(headers), body=body)))


@FUZZ
@given(
    url=st.one_of(
        TEXT,
        TEXT.map(lambda text: f"http://{text}"),
        TEXT.map(lambda text: f"http://127.0.0.1:{text}/"),
        TEXT.map(lambda text: f"https://[{text}]/"),
    )
)
def test_any_address_is_taken_apart_or_refused(url: str) -> None:
    try:
        found = parse_address(url)
    except BadAddress:
        return
    assert found.host
    assert 0 < found.port < 65536
    assert found.target.startswith(b"/")
