"""What a person may set is checked in plain words before anything is sent; proxies as set."""

from __future__ import annotations

import ssl

import pytest
import trustme

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.exchange import FailureKind
from pingtree_desktop.net.fetch import NetOptions, check_options
from pingtree_desktop.net.proxy import choose_proxy, parse_proxy
from tests.net.conftest import Send
from tests.net.hostile_server import Behaviour, Connection, HostileServer, replying


@pytest.mark.parametrize(
    "options",
    [
        NetOptions(),
        NetOptions(proxy=""),
        NetOptions(proxy="system"),
        NetOptions(proxy="http://user:secret@proxy.example.test:3128/"),
        NetOptions(proxy="proxy.example.test:3128"),
        NetOptions(read_timeout_s=1.5),
    ],
)
def test_good_options_pass(options: NetOptions) -> None:
    check_options(options)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (NetOptions(deadline_s=0), "The deadline of 0 seconds"),
        (NetOptions(deadline_s=float("nan")), "The deadline of nan"),
        (NetOptions(deadline_s=float("inf")), "The deadline of inf"),
        (NetOptions(connect_timeout_s=-1), "The connect timeout of -1"),
        (NetOptions(read_timeout_s=0), "The read timeout of 0"),
        (NetOptions(max_plain_bytes=0), "The size limit"),
        (NetOptions(proxy="socks5://127.0.0.1:1080"), "The proxy is a SOCKS one"),
        (NetOptions(proxy="ftp://127.0.0.1"), "The proxy's address does not start"),
        (NetOptions(proxy="http://"), "The proxy's address names no possible host"),
        (NetOptions(proxy="http://a b"), "The proxy's address names no possible host"),
        (NetOptions(proxy="http://prö.test"), "The proxy's address names no possible host"),
        (NetOptions(proxy="http://a:99999"), "The proxy's address cannot be read"),
        (NetOptions(proxy="http://a:0"), "The proxy's address has more in it"),
        (NetOptions(proxy="http://a/path"), "The proxy's address has more in it"),
    ],
)
def test_bad_options_are_refused_in_plain_words(options: NetOptions, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_options(options)
    assert caught.value.problem.startswith(says)
    assert caught.value.remedy.endswith(".")


def test_a_proxys_password_is_never_shown() -> None:
    proxy = parse_proxy("http://us%20er:s%40cret@proxy.example.test:3128")
    assert (proxy.user, proxy.password) == ("us er", "s@cret")
    assert proxy.label == "http://proxy.example.test:3128"
    with pytest.raises(UsageError) as caught:
        parse_proxy("http://user:s3cret@proxy.example.test:99999")
    assert "s3cret" not in str(caught.value)


def test_the_systems_proxy_is_asked_only_when_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setattr("urllib.request.getproxies", lambda: {"http": "10.0.0.1:8080"})
    monkeypatch.setattr("urllib.request.proxy_bypass", lambda host: host == "direct.test")

    def chosen(setting: str, host: str = "api.test", scheme: str = "http") -> str:
        found = choose_proxy(setting, scheme=scheme, host=host)
        return found.label if found else ""

    assert chosen("none") == ""
    assert chosen("system") == "http://10.0.0.1:8080"
    assert chosen("system", scheme="https") == ""
    assert chosen("system", host="direct.test") == ""
    for loopback in ("127.0.0.1", "localhost", "::1", "a.localhost"):
        assert chosen("system", host=loopback) == ""
    assert chosen("http://[::1]:1", host="localhost") == "http://[::1]:1"


def test_a_proxy_gets_its_credentials_and_the_whole_address(
    server: HostileServer, send: Send
) -> None:
    proxy = server.url("ok").replace("http://", "http://us:pw@")
    outcome = send("http://[2001:db8::1]:81/a?b=%zz", proxy=proxy)
    assert outcome.failure is None
    assert outcome.proxy == server.url("ok").rstrip("/")
    assert outcome.remote == f"127.0.0.1:{server.port('ok')}"
    (received,) = server.received("ok")
    assert received.startswith(b"POST http://[2001:db8::1]:81/a?b=%zz HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic dXM6cHc=\r\n" in received


def test_https_goes_through_a_tunnel_that_sees_no_lead(server: HostileServer, send: Send) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("api.example.test").configure_cert(context)
    with HostileServer(context) as secure, authority.cert_pem.tempfile() as ca_file:

        def relay(connection: Connection) -> None:
            connection.relay(("127.0.0.1", secure.port("ok")))

        outcome = send(
            "https://api.example.test/api/event?email=canary",
            proxy=server.url(relay),
            ca_file=ca_file,
        )
        assert outcome.failure is None
        assert outcome.response is not None
        names = [phase.name for phase in outcome.phases]
        assert names == ["resolve", "connect", "tls", "send", "wait", "receive"]
        assert outcome.proxy == server.url(relay).rstrip("/")
        (at_proxy,) = server.received(relay)
        assert at_proxy.startswith(b"CONNECT api.example.test:443 HTTP/1.1\r\n")
        assert b"canary" not in at_proxy
        (at_server,) = secure.received("ok")
        assert at_server.startswith(b"POST /api/event?email=canary HTTP/1.1\r\nHost: api.ex")


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (
            replying(b"HTTP/1.1 407 Authenticate\r\nContent-Length: 0\r\n\r\n"),
            "refused to connect to api.example.test (it answered 407).",
        ),
        ("garbage", "could not be used: it did not answer as a proxy does."),
        ("read_then_close", "could not be used: it did not answer as a proxy does."),
        ("silence", "did not answer within 0.5 s."),
    ],
)
def test_a_proxy_that_fails_is_named_and_nothing_arrived(
    server: HostileServer, send: Send, behaviour: str | Behaviour, says: str
) -> None:
    proxy = server.url(behaviour).rstrip("/")
    failure = send("https://api.example.test/?canary", proxy=proxy, deadline_s=0.5).failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.PROXY, False)
    assert failure.sentence == f"The proxy {proxy} {says}"


@pytest.mark.parametrize(
    ("proxy", "says"),
    [
        ("http://127.0.0.1:9", "could not be used: nothing listens there."),
        ("https://127.0.0.1:9", "could not be used: nothing listens there."),
        ("socks5://127.0.0.1:9", "is a SOCKS one"),
    ],
)
def test_a_proxy_that_cannot_be_reached(send: Send, proxy: str, says: str) -> None:
    failure = send("http://api.example.test/", proxy=proxy).failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.PROXY, False)
    assert says in failure.sentence


def test_a_tls_proxy_that_speaks_no_tls(server: HostileServer, send: Send) -> None:
    proxy = server.url("close").replace("http://", "https://")
    failure = send("http://api.example.test/", proxy=proxy).failure
    assert failure is not None
    assert (failure.kind, failure.may_have_arrived) == (FailureKind.PROXY, False)
