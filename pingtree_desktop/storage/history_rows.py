"""How an exchange becomes a summary row and a body row, and comes back exactly.

Pure conversion: no SQL runs here.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlsplit

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import (
    BodyState,
    Exchange,
    Failure,
    FailureKind,
    Outcome,
    Phase,
    Response,
)
from pingtree_desktop.domain.request import Request
from pingtree_desktop.storage.escapes import escape, unescape
from pingtree_desktop.storage.event_codec import text_from_json

MESSAGE_LIMIT = 200
TEXT_LIMIT = 500
"""Longer texts are cut in the summary row and kept whole beside the body."""

_TEXTS = (
    "uid",
    "environment",
    "danger",
    "base_url",
    "endpoint",
    "campaign",
    "profile",
    "cid",
    "event_id",
    "transaction_id",
    "money",
    "verdict",
    "expected",
)

SUMMARY_COLUMNS = (
    "id",
    "uid",
    "started_ms",
    "environment",
    "danger",
    "base_url",
    "endpoint",
    "method",
    "url_path",
    "campaign",
    "profile",
    "cid",
    "event_id",
    "transaction_id",
    "pid",
    "money",
    "state",
    "verdict",
    "http_status",
    "expected",
    "elapsed_us",
    "request_bytes",
    "response_bytes",
    "message",
    "failure_kind",
)
_NUMBERS = {"id", "started_ms", "http_status", "elapsed_us", "request_bytes", "response_bytes"}

SUMMARY_SQL = ", ".join(SUMMARY_COLUMNS)
SUMMARY_SQL_AS_BYTES = ", ".join(
    name if name in _NUMBERS else f"CAST({name} AS BLOB)" for name in SUMMARY_COLUMNS
)
"""The same columns for rows whose text is no longer UTF-8 on the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A row of the history's list.  `state` is sending, done or in_doubt; long texts are cut."""

    id: int
    uid: str
    started_ms: int
    environment: str
    danger: str
    base_url: str
    endpoint: str
    method: str
    url_path: str
    campaign: str
    profile: str
    cid: str
    event_id: str
    transaction_id: str
    pid: str
    money: str
    state: str
    verdict: str
    http_status: int | None
    expected: str
    elapsed_ms: float | None
    request_bytes: int
    response_bytes: int
    message: str
    failure_kind: str

    @property
    def as_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """The body row: exact bytes, all that is in no column as JSON, and a checksum of both."""

    request: bytes
    response: bytes | None
    meta: bytes
    crc32: int


def summary(row: tuple[Any, ...]) -> Summary:
    """A summary from a row of SUMMARY_SQL, or of its bytes form."""
    values = dict(zip(SUMMARY_COLUMNS, row, strict=True))
    for name, value in values.items():
        if isinstance(value, bytes):
            values[name] = unescape(value.decode("utf-8", "replace"))
        elif isinstance(value, str) and "\\" in value:
            values[name] = unescape(value)
    elapsed_us = values.pop("elapsed_us")
    return Summary(**values, elapsed_ms=None if elapsed_us is None else elapsed_us / 1000)


def columns(exchange: Exchange, *, state: str) -> dict[str, str | int | None]:
    """The summary row's values by column, without id and owner."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    failure = outcome.failure if outcome else None
    values: dict[str, str | int | None] = {
        name: column_text(getattr(exchange, name)) for name in _TEXTS
    }
    return values | {
        "started_ms": exchange.started_ms,
        "method": column_text(exchange.request.method),
        "url_path": column_text(_path(exchange.request.url)),
        "pid": column_text(_pid(exchange.event_text)),
        "state": state,
        "http_status": response.status if response else None,
        "elapsed_us": round(outcome.elapsed_ms * 1000) if outcome else None,
        "request_bytes": len(exchange.request.body),
        "response_bytes": len(response.body) if response else 0,
        "message": column_text(exchange.message[:MESSAGE_LIMIT]),
        "failure_kind": failure.kind.value if failure else "",
    }


def column_text(text: str) -> str:
    """A text as a column holds it: cut, and escaped where SQLite cannot take it."""
    return escape(text[:TEXT_LIMIT])


def _path(url: str) -> str:
    try:
        return urlsplit(url).path  # the query may hold personal data and stays with the body
    except ValueError:
        return ""


def _pid(event_text: str) -> str:
    """The partner id that was sent, from the event's JSON; empty when there is none."""
    if not event_text:
        return ""
    try:
        field = json.loads(event_text)["fields"]["pid"]
        return text_from_json(field["text"]) if field["mode"] == "value" else ""
    except (ValueError, KeyError, TypeError, RecursionError, UnreadableInput):
        return ""


def body(exchange: Exchange) -> Body:
    """The body row of an exchange."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    texts = {name: getattr(exchange, name) for name in _TEXTS}
    meta = {
        "url": exchange.request.url,
        "method": exchange.request.method,
        "headers": exchange.request.headers,
        "message": exchange.message,
        "event_text": exchange.event_text,
        "whole": {name: text for name, text in texts.items() if len(text) > TEXT_LIMIT},
        "outcome": _outcome_to_json(outcome) if outcome else None,
    }
    # Bytes, not text: surrogates pass, which neither SQLite's text nor plain JSON would keep.
    data = json.dumps(meta, ensure_ascii=False, separators=(",", ":"))
    encoded = data.encode("utf-8", "surrogatepass")
    received = response.body if response else None
    return Body(
        request=exchange.request.body,
        response=received,
        meta=encoded,
        crc32=_checksum(exchange.request.body, received, encoded),
    )


def _checksum(request: bytes, response: bytes | None, meta: bytes) -> int:
    return zlib.crc32(meta, zlib.crc32(response or b"", zlib.crc32(request)))


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    response, failure = outcome.response, outcome.failure
    return {
        "elapsed_ms": outcome.elapsed_ms,
        "remote": outcome.remote,
        "proxy": outcome.proxy,
        "phases": [(phase.name, phase.start_ms, phase.end_ms) for phase in outcome.phases],
        "failure": asdict(failure) if failure else None,
        "response": None
        if response is None
        else {
            "status": response.status,
            "reason": response.reason,
            "http_version": response.http_version,
            "headers": response.headers,
            "body_state": response.body_state.value,
            "wire_bytes": response.wire_bytes,
            "notes": response.notes,
        },
    }


def exchange(kept: Summary, stored: Body) -> Exchange:
    """The exchange as it was kept.  Raises UnreadableInput when its record is damaged."""
    if _checksum(stored.request, stored.response, stored.meta) != stored.crc32:
        raise damaged(kept.id)
    try:
        meta = json.loads(stored.meta.decode("utf-8", "surrogatepass"))
        outcome = meta["outcome"]
        texts = {name: getattr(kept, name) for name in _TEXTS} | meta["whole"]
        return Exchange(
            **texts,
            id=kept.id,
            started_ms=kept.started_ms,
            request=Request(
                method=meta["method"],
                url=meta["url"],
                headers=_pairs(meta["headers"]),
                body=stored.request,
            ),
            outcome=None if outcome is None else _outcome_from_json(outcome, stored.response),
            message=meta["message"],
            event_text=meta["event_text"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise damaged(kept.id) from error


def damaged(entry_id: int) -> UnreadableInput:
    """The error on a record whose bytes are not those that were written."""
    return UnreadableInput(
        f"Damaged record: entry {entry_id} of the history is not as it was written.",
        "Its line in the list may still help; check the disk.",
    )


def _outcome_from_json(data: Mapping[str, Any], received: bytes | None) -> Outcome:
    failure, response = data["failure"], data["response"]
    return Outcome(
        response=None
        if response is None
        else Response(
            status=response["status"],
            reason=response["reason"],
            http_version=response["http_version"],
            headers=_pairs(response["headers"]),
            body=received or b"",
            body_state=BodyState(response["body_state"]),
            wire_bytes=response["wire_bytes"],
            notes=tuple(response["notes"]),
        ),
        failure=None
        if failure is None
        else Failure(**{**failure, "kind": FailureKind(failure["kind"])}),
        phases=tuple(Phase(name=n, start_ms=s, end_ms=e) for n, s, e in data["phases"]),
        elapsed_ms=data["elapsed_ms"],
        remote=data["remote"],
        proxy=data["proxy"],
    )


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in rows)
