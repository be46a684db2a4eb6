"""The boundary: every exception, from inside httpx's tree or not, becomes a plain sentence."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import zlib
from collections.abc import Sequence

import h11
import httpcore
import httpx
import pytest

from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.exchange import FailureKind
from pingtree_desktop.net import fetch as fetching
from pingtree_desktop.net.failures import Situation, chain, describe
from pingtree_desktop.net.fetch import NetOptions, fetch
from pingtree_desktop.net.recording import NotHttpAnswer, Recording, Stage
from pingtree_desktop.net.tls_failures import describe_tls
from pingtree_desktop.net.transport import RecordingTransport
from tests.net.requests import post

CANARY = "canary.lead@example.com"
EVERYTHING: Sequence[Exception] = [
    httpx.InvalidURL(CANARY),
    httpx.ConnectTimeout(CANARY),
    httpx.ProxyError(CANARY),
    httpx.CookieConflict(CANARY),
    UnicodeEncodeError("latin-1", CANARY, 0, 1, CANARY),
    UnicodeDecodeError("utf-8", CANARY.encode(), 0, 1, CANARY),
    ValueError(CANARY),
    h11.LocalProtocolError(f"Illegal header value '{CANARY}'"),
    h11.RemoteProtocolError(f"illegal header line: '{CANARY}'"),
    httpcore.LocalProtocolError(CANARY.join("''")),
    httpcore.RemoteProtocolError("illegal status line: " + CANARY),
    httpcore.UnsupportedProtocol(CANARY),
    httpcore.ReadError(CANARY),
    httpcore.WriteTimeout(CANARY),
    httpcore.PoolTimeout(CANARY),
    zlib.error(CANARY),
    LookupError(CANARY),
    RecursionError(CANARY),
    MemoryError(),
    NotImplementedError(CANARY),
    AttributeError(CANARY),
    ssl.SSLError(1, CANARY),
    ssl.SSLCertVerificationError(1, "x"),
    socket.gaierror(socket.EAI_NONAME, "unknown"),
    ConnectionRefusedError(errno.ECONNREFUSED, "refused"),
    ConnectionResetError(errno.ECONNRESET, "reset"),
    OSError(errno.ENETUNREACH, "unreachable"),
    OSError(),
    TimeoutError(),
    NotHttpAnswer(),
    UsageError("The proxy is wrong.", "Fix it."),
    UnreadableInput("The file is wrong.", "Fix it."),
    ExceptionGroup("several", [ValueError(CANARY), OSError(CANARY)]),
]


@pytest.mark.parametrize("proxy", ["", "http://127.0.0.1:3128"])
@pytest.mark.parametrize("stage", list(Stage))
@pytest.mark.parametrize("error", EVERYTHING, ids=lambda error: type(error).__name__)
def test_every_exception_at_every_stage(error: Exception, stage: Stage, proxy: str) -> None:
    recording = Recording()
    recording.stage = stage
    for in_body in (False, True):
        for late in (False, True):
            failure = describe(
                error,
                Situation(
                    request=post("http://api.example.test/"),
                    recording=recording,
                    host="api.example.test",
                    proxy=proxy,
                    deadline_s=30.0,
                    connect_timeout_s=10.0,
                    silence_s=30.0,
                    in_body=in_body,
                    deadline_passed=late,
                ),
            )
            assert failure.sentence.endswith(".")
            assert failure.sentence.count("\n") == 0
            assert CANARY not in failure.sentence + failure.detail
            assert not failure.may_have_arrived


@pytest.mark.parametrize("error", EVERYTHING, ids=lambda error: type(error).__name__)
def test_fetch_itself_raises_none_of_them(
    error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken(RecordingTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            raise error

    monkeypatch.setattr(fetching, "RecordingTransport", Broken)
    outcome = asyncio.run(fetch(post("http://127.0.0.1:9/"), NetOptions()))
    assert outcome.failure is not None
    assert outcome.failure.sentence
    assert CANARY not in outcome.failure.detail


def test_an_exception_that_is_its_own_cause_ends_the_search() -> None:
    one, two = ValueError("1"), ValueError("2")
    one.__cause__, two.__context__ = two, one
    assert list(chain(one)) == [one, two]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (10, FailureKind.TLS_EXPIRED),
        (9, FailureKind.TLS_EXPIRED),
        (62, FailureKind.TLS_WRONG_HOST),
        (18, FailureKind.TLS_UNKNOWN_CA),
        (20, FailureKind.TLS_UNKNOWN_CA),
        (-67818, FailureKind.TLS_EXPIRED),
        (-67602, FailureKind.TLS_WRONG_HOST),
        (-67843, FailureKind.TLS_UNKNOWN_CA),
        (0x800B0101, FailureKind.TLS_EXPIRED),
        (0x800B010F, FailureKind.TLS_WRONG_HOST),
        (0x800B0109, FailureKind.TLS_UNKNOWN_CA),
        (23, FailureKind.TLS_OTHER),
        (None, FailureKind.TLS_OTHER),
    ],
)
def test_certificate_codes_of_all_systems(code: int | None, kind: FailureKind) -> None:
    error = ssl.SSLCertVerificationError(1, "refused")
    if code is not None:
        error.verify_code = code
    found, sentence = describe_tls(error, "api.example.test")
    assert found is kind
    assert "api.example.test" in sentence
