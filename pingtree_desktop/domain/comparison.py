"""Two exchanges side by side, or one against what would be sent now: what differs, and how.

Fields are compared by their paths, whatever their order, by the tokens that were written:
42.50 and 42.5 are one number in two spellings and are told as that.  Never raises.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from pingtree_desktop.domain.comparison_rows import (
    DIFFERENT,
    Row,
    RowKind,
    line_rows,
    merged,
    plain_members,
)
from pingtree_desktop.domain.display import decode_body
from pingtree_desktop.domain.exchange import Exchange, Response
from pingtree_desktop.domain.ignore_list import FIELD, HEADER, IgnoreList
from pingtree_desktop.domain.members import Members, json_members, numbered, query_members
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.verdict import MEANINGS, verdict_of

_DEFAULT = IgnoreList()


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Rows of one part, and plain sentences on how they were compared."""

    name: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """The parts in their order: the request's, then the reply's where both sides are sent."""

    sections: tuple[Section, ...]
    notes: tuple[str, ...] = ()

    def count(self, *kinds: RowKind) -> int:
        """How many rows are of these kinds."""
        return sum(row.kind in kinds for section in self.sections for row in section.rows)

    @property
    def differences(self) -> int:
        """How many rows differ: neither the same nor passed over."""
        return self.count(*DIFFERENT)


def compare(
    left: Exchange | Request, right: Exchange | Request, ignored: IgnoreList = _DEFAULT
) -> Comparison:
    """Everything that two sends have in common and in which they differ."""
    sent = _request(left), _request(right)
    addresses = plain_members(_address(sent[0])), plain_members(_address(sent[1]))
    sections = [
        Section(name="Address", rows=tuple(merged(addresses[0], addresses[1], FIELD, ignored))),
        *_fields(sent, ignored),
        _headers("Request headers", sent[0].headers, sent[1].headers, ignored),
    ]
    notes: tuple[str, ...] = ()
    if isinstance(left, Exchange) and isinstance(right, Exchange):
        sections += _replies(left, right, ignored)
    else:
        notes = ("The draft has no reply yet: only what is sent is compared.",)
    return Comparison(sections=tuple(s for s in sections if s.rows or s.notes), notes=notes)


def _request(side: Exchange | Request) -> Request:
    return side.request if isinstance(side, Exchange) else side


# ---- the request -----------------------------------------------------------------------------


def _address(request: Request) -> Iterator[tuple[str, str]]:
    yield "method", request.method
    try:
        split = urlsplit(request.url)
        host, port = split.hostname or "", split.port
    except ValueError:
        yield "address", request.url
        return
    named = (
        ("scheme", split.scheme),
        ("host", host),
        ("port", "" if port is None else str(port)),
        ("path", split.path),
        ("fragment", split.fragment),
    )
    yield from ((name, text) for name, text in named if text)


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""  # the whole address is compared as one text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """A text to compare by its members, or by its lines where it has none."""

    text: str
    members: Callable[[], Members]
    notes: tuple[str, ...] = ()


def _body_side(text: str, notes: tuple[str, ...] = ()) -> _Side:
    return _Side(
        text=text, members=lambda: json_members(text) if text.strip() else Members(), notes=notes
    )


def _query_side(query: str) -> _Side:
    return _Side(text=query.replace("&", "\n"), members=lambda: query_members(query))


def _fields(sent: tuple[Request, Request], ignored: IgnoreList) -> Iterator[Section]:
    """The fields, from the body or else the query; and the queries of those with a body."""
    sides, beside = [], []
    for request in sent:
        query = _query(request.url)
        has_body = bool(request.body)
        text = request.body.decode("utf-8", "replace")
        sides.append(_body_side(text) if has_body else _query_side(query))
        beside.append(_query_side(query if has_body else ""))
    yield _compared("Query", beside[0], beside[1], ignored)
    yield _compared("Request fields", sides[0], sides[1], ignored)


def _compared(name: str, left: _Side, right: _Side, ignored: IgnoreList) -> Section:
    members = left.members(), right.members()
    notes = [*left.notes, *right.notes, *members[0].notes, *members[1].notes]
    if not members[0].problem and not members[1].problem:
        by_path = [{one.path: one for one in side.items} for side in members]
        rows = list(merged(by_path[0], by_path[1], FIELD, ignored))
        is_alike = all(row.kind is RowKind.SAME for row in rows)
        if is_alike and left.text and right.text and left.text != right.text:
            notes.append("The texts differ only in white space or in the order of members.")
    else:
        for side, one in zip(("Left", "Right"), members, strict=True):
            if one.problem:
                notes.append(f"{side}: {one.problem}")
        rows, remarks = line_rows(left.text, right.text)
        notes += remarks
    return Section(name=name, rows=tuple(rows), notes=tuple(dict.fromkeys(notes)))


def _headers(
    name: str,
    left: tuple[tuple[str, str], ...],
    right: tuple[tuple[str, str], ...],
    ignored: IgnoreList,
) -> Section:
    """Headers by their names in any case, shown as the first side that has them wrote them."""
    written: dict[str, str] = {}
    sides = []
    for headers in (left, right):
        seen: dict[str, int] = {}
        pairs = []
        for key, value in headers:
            place = numbered(key.lower(), seen)
            written.setdefault(place, key + place[len(key.lower()) :])
            pairs.append((place, value))
        sides.append(plain_members(pairs))
    rows = (
        Row(place=written[r.place], left=r.left, right=r.right, kind=r.kind)
        for r in merged(sides[0], sides[1], HEADER, ignored)
    )
    return Section(name=name, rows=tuple(rows))


# ---- the reply -------------------------------------------------------------------------------


def _replies(left: Exchange, right: Exchange, ignored: IgnoreList) -> Iterator[Section]:
    told = [plain_members(_told(exchange)) for exchange in (left, right)]
    yield Section(name="Reply", rows=tuple(merged(told[0], told[1], FIELD, ignored)))
    replies = _response(left), _response(right)
    headers = [reply.headers if reply else () for reply in replies]
    yield _headers("Reply headers", headers[0], headers[1], ignored)
    bodies = [_reply_side(reply) for reply in replies]
    yield _compared("Reply body", bodies[0], bodies[1], ignored)


def _response(exchange: Exchange) -> Response | None:
    return exchange.outcome.response if exchange.outcome else None


def _told(exchange: Exchange) -> Iterator[tuple[str, str]]:
    yield "verdict", MEANINGS[verdict_of(exchange.verdict)].label
    reply = _response(exchange)
    if reply is not None:
        yield "status", f"{reply.status} {reply.reason}".strip()
        yield "HTTP version", reply.http_version
        yield "body", reply.body_state.value
    if exchange.outcome is not None and exchange.outcome.failure is not None:
        yield "failure", exchange.outcome.failure.sentence


def _reply_side(reply: Response | None) -> _Side:
    if reply is None:
        return _body_side("")
    text, note = decode_body(reply.body, reply.header("content-type"))
    return _body_side(text, (f"The reply's body: {note}.",) if note else ())
