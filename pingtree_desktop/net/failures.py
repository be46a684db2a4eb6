"""The one boundary where any exception becomes a Failure with one plain sentence.

`detail` holds technical words only: never an address, a header, or anything the person typed.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import h11
import httpcore
import httpx

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Failure, FailureKind
from pingtree_desktop.domain.request import Request
from pingtree_desktop.net.address import BadAddress
from pingtree_desktop.net.recording import NotHttpAnswer, Recording, Stage
from pingtree_desktop.net.tls_failures import describe_tls

E = TypeVar("E", bound=BaseException)

_ECHO_BYTES = 12

# h11 says what broke before the first colon; what follows may quote the server or the request.
_RULES = (
    ("receive buffer too long", "its header lines are longer than 100 KB"),
    ("conflicting content-length", "it names two different lengths for its body"),
    ("bad content-length", "it names an impossible length for its body"),
    ("illegal status line", "its first line is malformed"),
    ("illegal header", "one of its header lines is malformed"),
    ("continuation line", "one of its header lines is malformed"),
    ("illegal chunk header", "the markers between the parts of its body are malformed"),
    ("malformed chunk footer", "the markers between the parts of its body are malformed"),
    ("transfer-encoding", "it packs its body in a way that does not exist in HTTP"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What was going on when an exchange ended.

    `silence_s` is the time limit that would have applied to a read.  `body_bytes` and
    `expected_bytes` count the body, `in_body` says that the header lines were complete.
    """

    request: Request
    recording: Recording
    host: str = ""
    proxy: str = ""
    deadline_s: float = 0.0
    connect_timeout_s: float = 0.0
    silence_s: float = 0.0
    deadline_passed: bool = False
    in_body: bool = False
    body_bytes: int = 0
    expected_bytes: int | None = None
    chunked: bool = False

    @property
    def at_proxy(self) -> bool:
        """Whether the proxy, not the server, was being reached."""
        recording = self.recording
        reaching = recording.stage in {Stage.RESOLVE, Stage.CONNECT, Stage.TLS}
        return bool(self.proxy) and not recording.tunnel_open and reaching

    @property
    def so_far(self) -> str:
        """How much of the body had come, as "7 of 100 bytes"."""
        if self.expected_bytes is None:
            return f"{self.body_bytes:,} bytes"
        return f"{self.body_bytes:,} of {self.expected_bytes:,} bytes"


def describe(error: Exception, situation: Situation) -> Failure:
    """The failure that an exception stands for; knows an answer for every exception."""
    kind, sentence = _classify(error, situation)
    return Failure(
        kind=kind,
        sentence=sentence,
        detail=_detail(error, situation),
        may_have_arrived=situation.recording.request_left,
    )


def _classify(error: Exception, situation: Situation) -> tuple[FailureKind, str]:
    stage = situation.recording.stage
    if isinstance(error, PingTreeError):
        kind = FailureKind.PROXY if stage is Stage.PROXY else FailureKind.TLS_OTHER
        return kind, error.problem
    if situation.deadline_passed:
        return _out_of_time(situation, FailureKind.DEADLINE, situation.deadline_s)
    if isinstance(error, httpcore.TimeoutException | httpx.TimeoutException | TimeoutError):
        early = stage in {Stage.RESOLVE, Stage.CONNECT, Stage.TLS}
        limit_s = situation.connect_timeout_s if early else situation.silence_s
        return _out_of_time(situation, FailureKind.READ_TIMEOUT, limit_s)
    if situation.at_proxy or isinstance(error, httpcore.ProxyError | httpx.ProxyError):
        return FailureKind.PROXY, _proxy_trouble(error, situation)
    return _BY_STAGE[stage](error, situation)


def _out_of_time(
    situation: Situation, kind: FailureKind, limit_s: float
) -> tuple[FailureKind, str]:
    """A time limit passed; `kind` is what it is called once the answer has begun."""
    host = situation.host
    within = f"within {limit_s:g} s"
    sentence = f"The request could not be sent completely {within}."
    match situation.recording.stage:
        case _ if situation.at_proxy:
            kind = FailureKind.PROXY
            sentence = f"The proxy {situation.proxy} did not answer {within}."
        case Stage.RESOLVE:
            kind = FailureKind.DNS
            sentence = f"The name {host} was not found {within}."
        case Stage.CONNECT:
            kind = FailureKind.CONNECT_TIMEOUT
            sentence = f"{host} did not accept a connection {within}."
        case Stage.TLS:
            kind = FailureKind.CONNECT_TIMEOUT
            sentence = (
                f"{host} accepted the connection but did not complete the TLS handshake {within}."
            )
        case Stage.WAIT:
            kind = FailureKind.READ_TIMEOUT
            sentence = f"No answer in {limit_s:g} s."
        case Stage.RECEIVE if not situation.in_body:
            sentence = f"The answer began, but its header lines were not complete {within}."
        case Stage.RECEIVE if kind is FailureKind.READ_TIMEOUT:
            sentence = f"The body stopped coming for {limit_s:g} s ({situation.so_far})."
        case Stage.RECEIVE:
            sentence = f"The body was not complete {within} ({situation.so_far})."
        case _:
            pass  # not sent completely, as said above
    return kind, sentence


def _before_the_wire(error: Exception, situation: Situation) -> tuple[FailureKind, str]:
    if isinstance(error, BadAddress):
        return FailureKind.BAD_ADDRESS, str(error)
    if isinstance(error, httpx.InvalidURL | httpcore.UnsupportedProtocol | UnicodeDecodeError):
        return FailureKind.BAD_ADDRESS, "The address cannot be used as it stands."
    if isinstance(error, UnicodeEncodeError):
        return (
            FailureKind.SEND_FAILED,
            "The method or a header has a character that HTTP cannot carry; nothing was sent.",
        )
    return _unexpected(error)


def _connecting(error: Exception, situation: Situation) -> tuple[FailureKind, str]:
    host = situation.host
    unknown = _first(error, socket.gaierror)
    if unknown is not None:
        if unknown.errno == socket.EAI_AGAIN:
            return FailureKind.DNS, f"The name server gave no answer for {host}."
        return FailureKind.DNS, f"There is no host named {host}."
    if _first(error, UnicodeError) is not None:
        return FailureKind.BAD_ADDRESS, "The host's name is not a possible one."
    if _first(error, ConnectionRefusedError) is not None:
        return FailureKind.REFUSED, f"{host} refused the connection: nothing listens there."
    if _first(error, ConnectionResetError) is not None:
        return FailureKind.RESET, f"The server reset the connection as soon as {host} accepted it."
    if _first(error, OSError) is not None:
        return FailureKind.UNREACHABLE, f"{host} cannot be reached from here."
    return _unexpected(error)


def _securing(error: Exception, situation: Situation) -> tuple[FailureKind, str]:
    return describe_tls(_first(error, ssl.SSLError), situation.host)


def _talking(error: Exception, situation: Situation) -> tuple[FailureKind, str]:
    if isinstance(error, NotHttpAnswer):
        return FailureKind.NOT_HTTP, "Not an HTTP answer: something else listens at this address."
    if isinstance(error, httpcore.LocalProtocolError | h11.LocalProtocolError):
        return FailureKind.SEND_FAILED, "The request cannot be put into HTTP as it stands."
    text = str(error).lower()
    broken = isinstance(error, httpcore.RemoteProtocolError | h11.RemoteProtocolError)
    closed = broken and ("server disconnected" in text or "peer closed" in text)
    if isinstance(error, httpcore.NetworkError | OSError):
        return _cut(situation, "reset", FailureKind.RESET)
    if closed:
        return _cut(situation, "closed", FailureKind.CLOSED)
    if broken:
        why = next((plain for start, plain in _RULES if start in text), "it is malformed")
        return FailureKind.PROTOCOL, f"The answer breaks the rules of HTTP: {why}."
    return _unexpected(error)


def _cut(situation: Situation, how: str, kind: FailureKind) -> tuple[FailureKind, str]:
    """The connection ended before the answer did."""
    if situation.in_body:
        if situation.expected_bytes is not None:
            amount = f"{situation.body_bytes:,} of {situation.expected_bytes:,}"
        elif situation.chunked:
            amount = f"{situation.body_bytes:,} bytes, the end marker is missing"
        else:
            amount = f"{situation.body_bytes:,} bytes"
        return (
            FailureKind.CUT_SHORT,
            f"Cut short ({amount}): the server {how} the connection in the middle of its answer.",
        )
    if situation.recording.received_bytes:
        return kind, f"The server {how} the connection in the middle of its header lines."
    return kind, f"The server {how} the connection without an answer."


def _unexpected(error: Exception) -> tuple[FailureKind, str]:
    return (
        FailureKind.UNEXPECTED,
        f"Something unforeseen went wrong in the network code ({type(error).__name__}).",
    )


_BY_STAGE: dict[Stage, Callable[[Exception, Situation], tuple[FailureKind, str]]] = {
    Stage.PREPARE: _before_the_wire,
    Stage.PROXY: _before_the_wire,
    Stage.TRUST: _before_the_wire,
    Stage.RESOLVE: _connecting,
    Stage.CONNECT: _connecting,
    Stage.TLS: _securing,
    Stage.SEND: _talking,
    Stage.WAIT: _talking,
    Stage.RECEIVE: _talking,
}


def _proxy_trouble(error: Exception, situation: Situation) -> str:
    answered = re.match(r"\d{3}\b", str(error))
    if answered:
        return (
            f"The proxy {situation.proxy} refused to connect to {situation.host} "
            f"(it answered {answered.group()})."
        )
    if _first(error, socket.gaierror) is not None:
        why = "there is no host of that name"
    elif _first(error, ConnectionRefusedError) is not None:
        why = "nothing listens there"
    elif _first(error, ssl.SSLError) is not None:
        why = "its TLS certificate or version was not accepted"
    elif situation.recording.tunnelling:
        why = "it did not answer as a proxy does"
    else:
        why = "it cannot be reached from here"
    return f"The proxy {situation.proxy} could not be used: {why}."


def chain(error: BaseException) -> Iterator[BaseException]:
    """An exception and everything it came from, each once."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop(0)
        if found is None or id(found) in seen:
            continue
        seen.add(id(found))
        yield found
        waiting += [found.__cause__, found.__context__]
        if isinstance(found, BaseExceptionGroup):
            waiting += found.exceptions


def _first(error: BaseException, kind: type[E]) -> E | None:
    return next((found for found in chain(error) if isinstance(found, kind)), None)


def _detail(error: Exception, situation: Situation) -> str:
    if isinstance(error, NotHttpAnswer):
        return _first_bytes(situation)
    words = [type(error).__name__]
    if isinstance(error, httpcore.ProtocolError | h11.ProtocolError):
        words.append(re.split(r"[:'\"(]", str(error), maxsplit=1)[0].strip())
    system = _first(error, OSError)
    if isinstance(system, ssl.SSLError):
        words.append(getattr(system, "verify_message", "") or getattr(system, "reason", "") or "")
    elif system is not None and system.errno is not None:
        words.append(f"errno {system.errno}, {system.strerror}")
    return ": ".join(word for word in words if word)


def _first_bytes(situation: Situation) -> str:
    """The server's first bytes in hexadecimal, unless it only repeats what it was sent."""
    head = bytes(situation.recording.head)
    request = situation.request
    sent = request.url.encode("utf-8", "replace") + b"\n" + request.body
    windows = range(max(len(head) - _ECHO_BYTES + 1, 0))
    if any(head[start : start + _ECHO_BYTES] in sent for start in windows):
        return f"first {len(head)} bytes: a repetition of the request, not shown"
    return f"first {len(head)} bytes: {head.hex(' ')}"
