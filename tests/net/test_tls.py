"""P22: four ways not to trust a server, four different messages, and no byte of the lead sent."""

from __future__ import annotations

import datetime
import os
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import FailureKind
from pingtree_desktop.net import tls
from pingtree_desktop.net.fetch import NetOptions, check_options
from tests.net.conftest import Send
from tests.net.hostile_server import Connection, HostileServer

LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


@pytest.fixture
def secure() -> Iterator[Callable[[ssl.SSLContext], HostileServer]]:
    """Start a hostile server that shows a given certificate."""
    started: list[HostileServer] = []

    def start(context: ssl.SSLContext) -> HostileServer:
        started.append(HostileServer(context))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def showing(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


Start = Callable[[ssl.SSLContext], HostileServer]


def test_a_ca_file_is_trusted_and_the_handshake_timed(
    authority: trustme.CA, ca_file: str, secure: Start, send: Send
) -> None:
    server = secure(showing(authority.issue_cert("127.0.0.1", "localhost")))
    outcome = send(server.url("ok"), ca_file=ca_file)
    assert outcome.failure is None
    assert [phase.name for phase in outcome.phases] == [
        "resolve",
        "connect",
        "tls",
        "send",
        "wait",
        "receive",
    ]
    assert outcome.remote.startswith("127.0.0.1:")
    by_name = send(server.url("ok", host="localhost"), ca_file=ca_file)
    assert by_name.failure is None


def test_an_unknown_authority(authority: trustme.CA, secure: Start, send: Send) -> None:
    server = secure(showing(authority.issue_cert("127.0.0.1")))
    refused = send(server.url("ok")).failure
    assert refused is not None
    assert refused.kind is FailureKind.TLS_UNKNOWN_CA
    assert "authority that this computer does not know" in refused.sentence
    assert not refused.may_have_arrived
    assert server.receipts("ok") == 0


def test_a_certificate_that_vouches_for_itself(secure: Start, send: Send, tmp_path: Path) -> None:
    own = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pem = tmp_path / "own.pem"
    own.private_key_pem.write_to_path(pem)
    own.cert_pem.write_to_path(pem, append=True)
    context.load_cert_chain(pem)
    server = secure(context)
    refused = send(server.url("ok")).failure
    assert refused is not None
    assert refused.kind is FailureKind.TLS_UNKNOWN_CA
    assert "signed by itself" in refused.sentence
    assert server.receipts("ok") == 0


def test_a_wrong_host(authority: trustme.CA, ca_file: str, secure: Start, send: Send) -> None:
    server = secure(showing(authority.issue_cert("other.example.test")))
    for host in ("127.0.0.1", "localhost"):
        refused = send(server.url("ok", host=host), ca_file=ca_file).failure
        assert refused is not None
        assert refused.kind is FailureKind.TLS_WRONG_HOST
        assert "for another name" in refused.sentence
        assert not refused.may_have_arrived
    assert server.receipts("ok") == 0


def test_an_expired_one(authority: trustme.CA, ca_file: str, secure: Start, send: Send) -> None:
    expired = authority.issue_cert(
        "127.0.0.1", not_before=LONG_AGO, not_after=LONG_AGO + datetime.timedelta(days=1)
    )
    server = secure(showing(expired))
    refused = send(server.url("ok"), ca_file=ca_file).failure
    assert refused is not None
    assert refused.kind is FailureKind.TLS_EXPIRED
    assert refused.sentence == "The certificate of 127.0.0.1 has expired."
    assert server.receipts("ok") == 0


def test_old_versions_of_tls(
    authority: trustme.CA, ca_file: str, secure: Start, send: Send
) -> None:
    context = showing(authority.issue_cert("127.0.0.1"))
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    server = secure(context)
    refused = send(server.url("ok"), ca_file=ca_file).failure
    assert refused is not None
    assert refused.kind is FailureKind.TLS_VERSION
    assert "too old" in refused.sentence
    assert server.receipts("ok") == 0


def test_trust_can_be_switched_off(authority: trustme.CA, secure: Start, send: Send) -> None:
    server = secure(showing(authority.issue_cert("other.example.test")))
    assert send(server.url("ok"), verify_tls=False).failure is None


def test_plain_http_where_tls_was_expected(server: HostileServer, send: Send) -> None:
    def rude(connection: Connection) -> None:
        connection.send(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    refused = send(server.url(rude).replace("http://", "https://")).failure
    assert refused is not None
    assert refused.kind is FailureKind.TLS_OTHER
    assert "does not speak TLS" in refused.sentence
    assert not refused.may_have_arrived


def test_hanging_up_in_the_handshake(server: HostileServer, send: Send) -> None:
    def leave(connection: Connection) -> None:
        connection.read_some()

    def reset(connection: Connection) -> None:
        connection.read_some()  # a reset before the hello may come before the connection is made
        connection.reset()

    for behaviour in (leave, reset):
        refused = send(server.url(behaviour).replace("http://", "https://")).failure
        assert refused is not None
        assert refused.kind is FailureKind.TLS_OTHER
        assert "hung up" in refused.sentence
        assert not refused.may_have_arrived


def test_a_silent_handshake_ends_at_the_connect_timeout(server: HostileServer, send: Send) -> None:
    refused = send(server.url("tls_silence"), connect_timeout_s=0.3).failure
    assert refused is not None
    assert refused.kind is FailureKind.CONNECT_TIMEOUT
    assert "did not complete the TLS handshake within 0.3 s" in refused.sentence
    assert not refused.may_have_arrived


def test_bodies_over_tls_keep_their_labels(
    authority: trustme.CA, ca_file: str, secure: Start, send: Send
) -> None:
    server = secure(showing(authority.issue_cert("127.0.0.1")))
    cut = send(server.url("cut_short"), ca_file=ca_file)
    assert cut.failure is not None
    assert cut.failure.kind is FailureKind.CUT_SHORT
    assert cut.response is not None
    assert cut.response.body == b"1234567"
    late = send(server.url("silence"), ca_file=ca_file, deadline_s=0.5)
    assert late.failure is not None
    assert (late.failure.kind, late.failure.may_have_arrived) == (FailureKind.READ_TIMEOUT, True)


def test_a_context_is_built_once_and_again_when_the_file_changes(
    ca_file: str, authority: trustme.CA
) -> None:
    assert tls.context() is tls.context()
    assert tls.context(verify=False) is tls.context(ca_file="/nowhere", verify=False)
    first = tls.context(ca_file=ca_file)
    assert first is tls.context(ca_file=ca_file)
    assert first is not tls.context()
    trustme.CA().cert_pem.write_to_path(ca_file, append=True)
    assert tls.context(ca_file=ca_file) is not first


def test_a_ca_file_that_cannot_be_used(send: Send, tmp_path: Path) -> None:
    not_pem = tmp_path / "notes.txt"
    not_pem.write_text("no certificate")
    for path, says in ((tmp_path / "none.pem", "is not there"), (not_pem, "no certificate")):
        options = NetOptions(ca_file=str(path))
        with pytest.raises(UnreadableInput, match=says) as caught:
            check_options(options)
        assert caught.value.remedy
        refused = send("https://127.0.0.1:9/", ca_file=str(path)).failure
        assert refused is not None
        assert (refused.kind, refused.may_have_arrived) == (FailureKind.TLS_OTHER, False)
        assert says in refused.sentence
        check_options(NetOptions(ca_file=str(path), verify_tls=False))


CHILD = """
import asyncio, sys
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.fetch import NetOptions, fetch
url, ca_file = sys.argv[1:]
request = Request(method="GET", url=url, headers=(("Host", "h"), ("Connection", "close")), body=b"")
outcome = asyncio.run(fetch(request, NetOptions(ca_file=ca_file, deadline_s=5)))
print(outcome.response.status if outcome.response else outcome.failure.kind.value)
"""
CONTROL = """
import sys, httpx
print(httpx.get(sys.argv[1], trust_env=False, verify=__import__("ssl").create_default_context(
    cafile=sys.argv[2])).status_code)
"""


def child(code: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_b7_no_key_log_is_written(
    authority: trustme.CA, ca_file: str, secure: Start, tmp_path: Path
) -> None:
    server = secure(showing(authority.issue_cert("127.0.0.1")))
    log = tmp_path / "keys.log"
    assert child(CHILD, server.url("ok"), ca_file, SSLKEYLOGFILE=str(log)) == "200"
    assert not log.exists()
    # Control: a stock context writes it, so the environment variable did reach the child.
    assert child(CONTROL, server.url("ok"), ca_file, SSLKEYLOGFILE=str(log)) == "200"
    assert log.exists()


@pytest.mark.skipif(sys.platform in {"win32", "darwin"}, reason="their stores take no variable")
def test_b7_the_environment_names_no_authority(
    authority: trustme.CA, ca_file: str, secure: Start
) -> None:
    server = secure(showing(authority.issue_cert("127.0.0.1")))
    assert child(CHILD, server.url("ok"), "", SSL_CERT_FILE=ca_file) == "tls_unknown_ca"
