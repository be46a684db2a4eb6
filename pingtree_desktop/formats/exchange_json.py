"""An exchange as JSON values, lossless, and back: what exports carry beside the usual fields.

Pure text work.  Lone surrogates survive as escapes, so write the JSON with `ensure_ascii`.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import (
    BodyState,
    Exchange,
    Failure,
    FailureKind,
    Outcome,
    Phase,
    Resolved,
    Response,
)
from pingtree_desktop.domain.request import Request

_SURROGATE = re.compile("[\ud800-\udfff]")
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
    "message",
    "event_text",
    "note",
)


_RESOLVED_TEXTS = ("place", "template", "value")


def exchange_to_json(exchange: Exchange) -> dict[str, Any]:
    """Everything of an exchange but its id."""
    outcome = exchange.outcome
    return {
        **{name: _kept(getattr(exchange, name)) for name in _TEXTS},
        "started_ms": exchange.started_ms,
        "labels": list(map(_kept, exchange.labels)),
        "pinned": exchange.pinned,
        "resolved": [_resolved_to_json(one) for one in exchange.resolved],
        "request": {
            "method": _kept(exchange.request.method),
            "url": _kept(exchange.request.url),
            "headers": [list(map(_kept, pair)) for pair in exchange.request.headers],
            "body": body_to_json(exchange.request.body),
        },
        "outcome": None if outcome is None else _outcome_to_json(outcome),
    }


def exchange_from_json(data: object) -> Exchange:
    """The exchange that `exchange_to_json` was given.  Raises UnreadableInput."""
    try:
        return _exchange(data)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableInput(
            f"An exchange cannot be read: {error!r:.120}.",
            "It was changed by hand or written by another program.",
        ) from error


def _resolved_to_json(one: Resolved) -> dict[str, Any]:
    kept: dict[str, Any] = {name: _kept(getattr(one, name)) for name in _RESOLVED_TEXTS}
    return {**kept, "is_secret": True} if one.is_secret else kept


def body_to_json(body: bytes) -> dict[str, str]:
    """`{"text": …}` where the bytes are UTF-8, else `{"base64": …}`."""
    try:
        return {"text": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode("ascii")}


def body_from_json(data: Mapping[str, Any]) -> bytes:
    """The bytes that `body_to_json` was given.  Raises ValueError."""
    if "base64" in data:
        try:
            return base64.b64decode(data["base64"], validate=True)
        except binascii.Error as error:
            raise ValueError("a body is no base64") from error
    return str(data["text"]).encode("utf-8", "surrogatepass")


def _outcome_to_json(outcome: Outcome) -> dict[str, Any]:
    response, failure = outcome.response, outcome.failure
    return {
        "elapsed_ms": outcome.elapsed_ms,
        "remote": _kept(outcome.remote),
        "proxy": _kept(outcome.proxy),
        "phases": [[_kept(one.name), one.start_ms, one.end_ms] for one in outcome.phases],
        "failure": None
        if failure is None
        else asdict(failure)
        | {"sentence": _kept(failure.sentence), "detail": _kept(failure.detail)},
        "response": None
        if response is None
        else {
            "status": response.status,
            "reason": _kept(response.reason),
            "http_version": _kept(response.http_version),
            "headers": [list(map(_kept, pair)) for pair in response.headers],
            "body": body_to_json(response.body),
            "body_state": response.body_state.value,
            "wire_bytes": response.wire_bytes,
            "notes": list(map(_kept, response.notes)),
        },
    }


def _exchange(data: Any) -> Exchange:
    request, outcome = data["request"], data["outcome"]
    texts: dict[str, Any] = {name: _text(data[name]) for name in _TEXTS}
    return Exchange(
        **texts,
        started_ms=int(data["started_ms"]),
        labels=tuple(map(_text, data["labels"])),
        pinned=bool(data["pinned"]),
        resolved=tuple(
            Resolved(
                **{name: _text(one[name]) for name in _RESOLVED_TEXTS},
                is_secret=bool(one.get("is_secret", False)),
            )
            for one in data["resolved"]
        ),
        request=Request(
            method=_text(request["method"]),
            url=_text(request["url"]),
            headers=_pairs(request["headers"]),
            body=body_from_json(request["body"]),
        ),
        outcome=None if outcome is None else _outcome(outcome),
    )


def _outcome(data: Mapping[str, Any]) -> Outcome:
    response, failure = data["response"], data["failure"]
    return Outcome(
        response=None
        if response is None
        else Response(
            status=int(response["status"]),
            reason=_text(response["reason"]),
            http_version=_text(response["http_version"]),
            headers=_pairs(response["headers"]),
            body=body_from_json(response["body"]),
            body_state=BodyState(response["body_state"]),
            wire_bytes=int(response["wire_bytes"]),
            notes=tuple(map(_text, response["notes"])),
        ),
        failure=None
        if failure is None
        else Failure(
            kind=FailureKind(failure["kind"]),
            sentence=_text(failure["sentence"]),
            detail=_text(failure["detail"]),
            may_have_arrived=bool(failure["may_have_arrived"]),
        ),
        phases=tuple(
            Phase(name=_text(name), start_ms=float(start), end_ms=float(end))
            for name, start, end in data["phases"]
        ),
        elapsed_ms=float(data["elapsed_ms"]),
        remote=_text(data["remote"]),
        proxy=_text(data["proxy"]),
    )


def _kept(text: str) -> str | dict[str, str]:
    """A text, or its bytes where JSON would change it: two lone surrogates grow together there."""
    if text.isascii() or not _SURROGATE.search(text):
        return text
    encoded = text.encode("utf-8", "surrogatepass")
    return {"base64": base64.b64encode(encoded).decode("ascii")}


def _text(value: object) -> str:
    if isinstance(value, dict):
        return base64.b64decode(value["base64"], validate=True).decode("utf-8", "surrogatepass")
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.60} stands where a text is needed")
    return value


def _pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((_text(name), _text(value)) for name, value in rows)
