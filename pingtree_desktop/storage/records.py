"""An exchange as the bytes of its record: everything of it, checked by a sum, and back.

The record is the truth of the history; its row in the list and its words in the index can be
made from it again.  Knows no database.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
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
from pingtree_desktop.storage.record_dictionary import DICTIONARY_1

PLAIN, ZLIB_1 = 0, 1
"""How a record's bytes are kept: as they are, or by zlib with the first dictionary."""

COMPRESS_FROM_BYTES = 200
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
_FASTER_FROM_BYTES = 64_000
_TEXTS = (
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
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The bytes that are kept, how they are kept, and the CRC-32 of the bytes before packing."""

    codec: int
    data: bytes
    crc32: int


def pack(exchange: Exchange, *, is_final: bool = True) -> Record:
    """The record of an exchange.  One that is soon replaced is not worth compressing."""
    plain = encode(exchange)
    crc32 = zlib.crc32(plain)
    if not is_final or len(plain) < COMPRESS_FROM_BYTES:
        return Record(codec=PLAIN, data=plain, crc32=crc32)
    level = 3 if len(plain) < _FASTER_FROM_BYTES else 1
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, DICTIONARY_1)
    return Record(codec=ZLIB_1, data=packer.compress(plain) + packer.flush(), crc32=crc32)


def plain_bytes(entry_id: int, record: Record) -> bytes:
    """The bytes before packing.  Raises UnreadableInput when they are not what was written."""
    data = record.data
    if record.codec == ZLIB_1:
        unpacker = zlib.decompressobj(-15, zdict=DICTIONARY_1)
        try:
            data = unpacker.decompress(data) + unpacker.flush()
        except zlib.error as error:
            raise damaged(entry_id) from error
    elif record.codec != PLAIN:
        raise damaged(entry_id)
    if zlib.crc32(data) != record.crc32:
        raise damaged(entry_id)
    return data


def unpack(entry_id: int, record: Record) -> Exchange:
    """The exchange of a record.  Raises UnreadableInput when it is damaged."""
    return decode(entry_id, plain_bytes(entry_id, record))


def encode(exchange: Exchange) -> bytes:
    """All of an exchange but its id, note, labels and pin: a line of JSON, then both bodies."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    sent, received = exchange.request.body, response.body if response else b""
    head = {
        "v": 2,
        "uid": exchange.uid,
        "started_ms": exchange.started_ms,
        "environment": exchange.environment,
        "danger": exchange.danger,
        "base_url": exchange.base_url,
        "endpoint": exchange.endpoint,
        "campaign": exchange.campaign,
        "profile": exchange.profile,
        "cid": exchange.cid,
        "event_id": exchange.event_id,
        "transaction_id": exchange.transaction_id,
        "money": exchange.money,
        "verdict": exchange.verdict,
        "expected": exchange.expected,
        "message": exchange.message,
        "event_text": exchange.event_text,
        "resolved": [_resolved_to_json(one) for one in exchange.resolved],
        "method": exchange.request.method,
        "url": exchange.request.url,
        "headers": exchange.request.headers,
        "outcome": _outcome_to_json(outcome) if outcome else None,
        "sizes": (len(sent), len(received)),
    }
    # Bytes, not text: surrogates pass, which neither SQLite's text nor plain JSON would keep.
    return b"".join((_JSON.encode(head).encode("utf-8", "surrogatepass"), b"\n", sent, received))


def _resolved_to_json(one: Resolved) -> tuple[str | bool, ...]:
    kept = (one.place, one.template, one.value)
    return (*kept, True) if one.is_secret else kept


def decode(entry_id: int, plain: bytes) -> Exchange:
    """The exchange of a record's plain bytes.  Raises UnreadableInput when they are none."""
    try:
        head, sent, received = split(plain)
        outcome = head["outcome"]
        return Exchange(
            **{name: head[name] for name in _TEXTS},
            id=entry_id,
            uid=head["uid"],
            started_ms=head["started_ms"],
            request=Request(
                method=head["method"],
                url=head["url"],
                headers=pairs(head["headers"]),
                body=sent,
            ),
            outcome=None if outcome is None else outcome_from_json(outcome, received),
            resolved=tuple(
                Resolved(place=place, template=template, value=value, is_secret=bool(secret))
                for place, template, value, *secret in head["resolved"]
            ),
        )
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(entry_id) from error


def split(plain: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """The head, the request's body and the reply's body.  Raises ValueError or KeyError."""
    line, _, bodies = plain.partition(b"\n")
    head = json.loads(line.decode("utf-8", "surrogatepass"))
    sent_bytes, received_bytes = head["sizes"]
    if len(bodies) != sent_bytes + received_bytes:
        raise ValueError("the bodies are not as long as the record says")
    return head, bodies[:sent_bytes], bodies[sent_bytes:]


def damaged(entry_id: int) -> UnreadableInput:
    """The error on a record whose bytes are not those that were written."""
    return UnreadableInput(
        f"Damaged record: entry {entry_id} of the history is not as it was written.",
        "Its line in the list may still help; check the disk.",
    )


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


def outcome_from_json(data: Mapping[str, Any], received: bytes | None) -> Outcome:
    """An outcome from its JSON and the reply's body.  Raises ValueError, KeyError or TypeError."""
    failure, response = data["failure"], data["response"]
    return Outcome(
        response=None
        if response is None
        else Response(
            status=response["status"],
            reason=response["reason"],
            http_version=response["http_version"],
            headers=pairs(response["headers"]),
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


def pairs(rows: list[list[str]]) -> tuple[tuple[str, str], ...]:
    """Headers from their JSON.  Raises ValueError."""
    return tuple((name, value) for name, value in rows)
