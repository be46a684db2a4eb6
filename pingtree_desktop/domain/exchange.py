"""A request and what came of it.  A failure of the network is data here, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from pingtree_desktop.domain.request import Request


class BodyState(StrEnum):
    """How much of the reply's body is known to be there."""

    COMPLETE = "complete"
    LENGTH_UNKNOWN = "length unknown"
    CUT_SHORT = "cut short"
    TRUNCATED_HERE = "truncated by PingTree Desktop"
    DAMAGED = "damaged compressed body"
    ENCODED = "left encoded"


class FailureKind(StrEnum):
    """Why there is no usable reply."""

    BAD_ADDRESS = "bad_address"
    DNS = "dns"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    CONNECT_TIMEOUT = "connect_timeout"
    TLS_UNKNOWN_CA = "tls_unknown_ca"
    TLS_WRONG_HOST = "tls_wrong_host"
    TLS_EXPIRED = "tls_expired"
    TLS_VERSION = "tls_version"
    TLS_OTHER = "tls_other"
    PROXY = "proxy"
    SEND_FAILED = "send_failed"
    READ_TIMEOUT = "read_timeout"
    DEADLINE = "deadline"
    CLOSED = "closed"
    RESET = "reset"
    NOT_HTTP = "not_http"
    PROTOCOL = "protocol"
    CUT_SHORT = "cut_short"
    CANCELLED = "cancelled"
    UNEXPECTED = "unexpected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A stretch of the exchange, in milliseconds from its start.

    Names: resolve, connect, tls, send, wait, receive.
    """

    name: str
    start_ms: float
    end_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What the server answered.  `body` is decoded (or raw where `body_state` says so).

    `wire_bytes` counts the body as received; `notes` are plain sentences on anything odd.
    """

    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    body_state: BodyState = BodyState.COMPLETE
    wire_bytes: int = 0
    notes: tuple[str, ...] = ()

    def header(self, name: str) -> str:
        """The first header of that name, case-insensitive; empty when absent."""
        wanted = name.lower()
        return next((v for k, v in self.headers if k.lower() == wanted), "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """No reply, or none that can be used.

    `sentence` is one plain sentence for the person; `detail` the technical words, free of lead
    data.  `may_have_arrived` is True once any byte of the request may have left.
    """

    kind: FailureKind
    sentence: str
    detail: str = ""
    may_have_arrived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The network's result: a response, a failure, or a failure with the part that did arrive."""

    response: Response | None
    failure: Failure | None
    phases: tuple[Phase, ...]
    elapsed_ms: float
    remote: str = ""
    proxy: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A dynamic value as it was sent: the field, what stood there, and what it became.

    `place` is `org_id`, a wire name, `lead:NAME` or `header:NAME`; `is_secret` says that the
    value holds the text of a secret variable.
    """

    place: str
    template: str
    value: str
    is_secret: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One send as it is kept.  Times are UTC milliseconds since 1970; `verdict` is its word.

    `note`, `labels` and `pinned` are what a person added later.
    """

    uid: str
    started_ms: int
    environment: str
    danger: str
    base_url: str
    endpoint: str
    campaign: str
    profile: str
    cid: str
    event_id: str
    transaction_id: str
    money: str
    request: Request
    outcome: Outcome | None
    verdict: str
    expected: str
    message: str = ""
    event_text: str = ""
    id: int = 0
    note: str = ""
    labels: tuple[str, ...] = ()
    pinned: bool = False
    resolved: tuple[Resolved, ...] = ()

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected

    @property
    def started(self) -> datetime:
        """When it was sent, in UTC; a time that no calendar knows is the nearest one that does."""
        return _EPOCH + timedelta(milliseconds=max(_FIRST_MS, min(self.started_ms, _LAST_MS)))


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_MS, _LAST_MS = -62_000_000_000_000, 253_400_000_000_000
