"""HAR 1.2: exchanges as browsers and proxies write them, and what those write read back.

Written entry by entry, so that a million need no more memory than one.  What HAR has no place for
stands under `_pingtree`, so that our own files come back whole.  Source: the HAR 1.2 specification.
"""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange, Outcome, Phase, Response
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.exchange_json import (
    body_to_json,
    exchange_from_json,
    exchange_to_json,
)

LIMIT_BYTES = 100_000_000
IMPORTED = "imported"
"""The environment's name of entries that another program recorded."""

_PHASES = {
    "resolve": "dns",
    "connect": "connect",
    "send": "send",
    "wait": "wait",
    "receive": "receive",
}
_CREDENTIALS = {"authorization", "proxy-authorization", "cookie", "set-cookie"}


@dataclass(frozen=True, slots=True, kw_only=True)
class HarFile:
    """What a HAR file held: its exchanges, and plain sentences on what was left out."""

    exchanges: tuple[Exchange, ...]
    notes: tuple[str, ...]


# ---- writing -----------------------------------------------------------------------------------


def har_head(version: str) -> str:
    """What stands before the first entry."""
    creator = json.dumps({"name": "PingTree Desktop", "version": version})
    return f'{{"log":{{"version":"1.2","creator":{creator},"entries":['


def har_entry(exchange: Exchange) -> str:
    """One entry; put a comma between two."""
    return json.dumps(_entry(exchange), ensure_ascii=True, separators=(",", ":"))


def har_tail() -> str:
    """What stands behind the last entry."""
    return "]}}\n"


def _entry(exchange: Exchange) -> dict[str, Any]:
    outcome = exchange.outcome
    timings = _timings(outcome)
    started = exchange.started
    ours = exchange_to_json(exchange)
    if _stands_in_har(exchange):
        del ours["request"]
        if ours["outcome"] and ours["outcome"]["response"]:
            for name in ("headers", "body", "status", "reason", "http_version"):
                del ours["outcome"]["response"][name]
    entry: dict[str, Any] = {
        "startedDateTime": started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "time": round(sum(v for k, v in timings.items() if v >= 0 and k != "ssl"), 3),
        "request": request_to_har(exchange.request),
        "response": response_to_har(outcome.response if outcome else None),
        "cache": {},
        "timings": timings,
        "_pingtree": ours,
    }
    if outcome is not None and outcome.failure is not None:
        entry["_error"] = outcome.failure.sentence
    if exchange.note:
        entry["comment"] = exchange.note
    return entry


def _stands_in_har(exchange: Exchange) -> bool:
    """Whether HAR's own fields hold request and reply exactly: text that is Unicode, a status."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    texts = [exchange.request.url, exchange.request.method, *sum(exchange.request.headers, ())]
    if response is not None:
        texts += [response.reason, response.http_version, *sum(response.headers, ())]
    try:
        "".join(texts).encode("utf-8")
        exchange.request.body.decode("utf-8")
    except UnicodeError:
        return False
    is_upper = exchange.request.method == exchange.request.method.upper()
    return is_upper and (response is None or (response.status > 0 and bool(response.http_version)))


def request_to_har(request: Request) -> dict[str, Any]:
    """A request as the `request` of an entry; bytes that are not UTF-8 cannot stand there."""
    made: dict[str, Any] = {
        "method": request.method,
        "url": request.url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _named(request.headers),
        "queryString": [
            {"name": name, "value": value}
            for name, value in parse_qsl(_query(request.url), keep_blank_values=True)
        ],
        "headersSize": -1,
        "bodySize": len(request.body),
    }
    if request.body:
        kind = next((v for k, v in request.headers if k.lower() == "content-type"), "")
        made["postData"] = {"mimeType": kind, "text": request.body.decode("utf-8", "replace")}
    return made


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""


def response_to_har(response: Response | None) -> dict[str, Any]:
    """A reply as the `response` of an entry; status 0 when there is none."""
    if response is None:
        return {
            "status": 0,
            "statusText": "",
            "httpVersion": "",
            "cookies": [],
            "headers": [],
            "content": {"size": 0, "mimeType": ""},
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": -1,
        }
    content: dict[str, Any] = {
        "size": len(response.body),
        "mimeType": response.header("content-type"),
    }
    body = body_to_json(response.body)
    content["text"] = body.get("text", body.get("base64", ""))
    if "base64" in body:
        content["encoding"] = "base64"
    return {
        "status": response.status,
        "statusText": response.reason,
        "httpVersion": response.http_version,
        "cookies": [],
        "headers": _named(response.headers),
        "content": content,
        "redirectURL": response.header("location"),
        "headersSize": -1,
        "bodySize": response.wire_bytes,
    }


def _named(headers: tuple[tuple[str, str], ...]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in headers]


def _timings(outcome: Outcome | None) -> dict[str, float]:
    """HAR's phases in milliseconds: -1 where there was none; TLS counts to `connect` too."""
    phases = outcome.phases if outcome else ()
    took = {phase.name: round(max(0.0, phase.end_ms - phase.start_ms), 3) for phase in phases}
    tls = took.get("tls")
    connect = took.get("connect")
    if connect is not None and tls is not None:
        connect = round(connect + tls, 3)
    return {
        "blocked": -1,
        "dns": took.get("resolve", -1),
        "connect": -1 if connect is None else connect,
        "ssl": -1 if tls is None else tls,
        "send": took.get("send", 0),
        "wait": took.get("wait", 0),
        "receive": took.get("receive", 0),
    }


# ---- reading -----------------------------------------------------------------------------------


def read_har(
    data: str | bytes, *, keep_credentials: bool = False, requests_alone: bool = False
) -> HarFile:
    """The exchanges of a HAR file, ours or another program's.

    Cookies and credentials of other programs are left out unless asked for.  With
    `requests_alone` an entry needs no more than its request: a moment, a reply and timings that
    cannot be read are as if they were not there.  Raises UnreadableInput when it is none, or
    larger than LIMIT_BYTES.
    """
    if len(data) > LIMIT_BYTES:
        raise UnreadableInput(
            f"The HAR file is larger than {LIMIT_BYTES // 1_000_000} MB.",
            "Export fewer entries, or split it.",
        )
    try:
        text = data.decode("utf-8-sig") if isinstance(data, bytes) else data.lstrip("\ufeff")
        entries = json.loads(text)["log"]["entries"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise UnreadableInput(
            "This is no HAR file: it holds no log with entries.", "Choose a .har file."
        ) from error
    if not isinstance(entries, list):
        raise UnreadableInput("This is no HAR file: its entries are no list.", "Choose another.")
    exchanges, notes = [], list[str]()
    dropped: set[str] = set()
    for number, entry in enumerate(entries, 1):
        try:
            request = _reduced(entry) if requests_alone else entry
            exchanges.append(_read_entry(request, dropped, keep_credentials=keep_credentials))
        except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
            notes.append(f"Entry {number} was left out: {error!r:.100}.")
        except UnreadableInput as error:
            notes.append(f"Entry {number} was left out: {error.problem}")
    if dropped:
        notes.append(f"Left out for safety: the headers {', '.join(sorted(dropped))}.")
    return HarFile(exchanges=tuple(exchanges), notes=tuple(notes))


def _reduced(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """An entry without what its request does not need."""
    if isinstance(entry.get("_pingtree"), Mapping):
        return entry
    request = entry["request"]
    headers = request.get("headers") or []
    kind = (request.get("postData") or {}).get("mimeType")
    if kind and not any(str(row["name"]).lower() == "content-type" for row in headers):
        headers = [*headers, {"name": "Content-Type", "value": kind}]  # some write it there alone
    return {
        "request": {**request, "headers": headers},
        "startedDateTime": "1970-01-01T00:00:00Z",
    }


def _read_entry(entry: Mapping[str, Any], dropped: set[str], *, keep_credentials: bool) -> Exchange:
    request = entry["request"]
    ours = entry.get("_pingtree")
    headers = _headers(request.get("headers") or [], dropped, keep=keep_credentials or bool(ours))
    if isinstance(ours, Mapping) and "request" in ours:
        return exchange_from_json(ours)
    body = _sent_body(request.get("postData"))
    sent = Request(
        method=str(request["method"]).upper(), url=str(request["url"]), headers=headers, body=body
    )
    response = _read_response(entry.get("response") or {}, dropped, keep=keep_credentials or ours)
    if isinstance(ours, Mapping):
        return _read_ours(ours, sent, response)
    return _read_theirs(entry, sent, response)


def _read_ours(ours: Mapping[str, Any], sent: Request, response: Response | None) -> Exchange:
    """Our own entry: everything under `_pingtree`, the rest where HAR has it."""
    data = dict(ours)
    data["request"] = {
        "method": sent.method,
        "url": sent.url,
        "headers": sent.headers,
        "body": body_to_json(sent.body),
    }
    outcome = data["outcome"]
    if outcome and outcome["response"] is not None:
        if response is None:
            raise ValueError("it has no response")
        outcome = dict(outcome)
        outcome["response"] = {
            **outcome["response"],
            "status": response.status,
            "reason": response.reason,
            "http_version": response.http_version,
            "headers": response.headers,
            "body": body_to_json(response.body),
        }
        data["outcome"] = outcome
    return exchange_from_json(data)


def _read_theirs(entry: Mapping[str, Any], sent: Request, response: Response | None) -> Exchange:
    started = datetime.fromisoformat(str(entry["startedDateTime"]))
    if started.tzinfo is None:
        started = started.replace(tzinfo=UTC)
    outcome = None
    if response is not None:
        elapsed_ms = max(0.0, float(entry.get("time") or 0))
        phases = _read_phases(entry.get("timings") or {})
        outcome = Outcome(response=response, failure=None, phases=phases, elapsed_ms=elapsed_ms)
    judgement = judge(response, None)
    fields = _fields(sent)
    started_ms = round(started.timestamp() * 1000)
    # The same entry imported twice is one entry: its uid follows from what it holds.
    name = f"{started_ms} {sent.method} {sent.url} {sent.body!r}"
    return Exchange(
        uid=str(uuid.uuid5(uuid.NAMESPACE_URL, name)),
        started_ms=started_ms,
        environment=IMPORTED,
        danger="test",
        base_url=_base(sent.url),
        endpoint="",
        campaign="",
        profile="",
        cid=fields.get("cid", ""),
        event_id=fields.get("event_id", ""),
        transaction_id=fields.get("transaction_id", ""),
        money=fields.get("amount", fields.get("revenue", "")),
        request=sent,
        outcome=outcome,
        verdict=judgement.verdict.value,
        expected="fired",
        message=judgement.message,
        note=str(entry.get("comment") or ""),
    )


def _fields(sent: Request) -> dict[str, str]:
    found = dict(parse_qsl(_query(sent.url), keep_blank_values=True))
    kind = next((v for k, v in sent.headers if k.lower() == "content-type"), "")
    if "x-www-form-urlencoded" in kind.lower():
        text = sent.body.decode("utf-8", "replace")
        return found | dict(parse_qsl(text, keep_blank_values=True))
    try:
        body = json.loads(sent.body, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return found
    if isinstance(body, dict):
        found |= {name: value for name, value in body.items() if isinstance(value, str)}
    return found


def _base(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _headers(
    rows: list[Mapping[str, Any]], dropped: set[str], *, keep: bool
) -> tuple[tuple[str, str], ...]:
    kept = []
    for row in rows:
        name, value = str(row["name"]), str(row["value"])
        if name.startswith(":"):  # HTTP/2 writes the address this way; it stands in the URL
            continue
        if name.lower() in _CREDENTIALS and not keep:
            dropped.add(name)
            continue
        kept.append((name, value))
    return tuple(kept)


def _sent_body(post: Mapping[str, Any] | None) -> bytes:
    if not post:
        return b""
    text = post.get("text")
    if text is not None:
        if post.get("encoding") == "base64":
            return base64.b64decode(str(text))
        return str(text).encode("utf-8", "surrogatepass")
    pairs = [(str(one["name"]), str(one.get("value", ""))) for one in post.get("params") or []]
    return urlencode(pairs).encode()


def _read_response(data: Mapping[str, Any], dropped: set[str], *, keep: object) -> Response | None:
    status = int(data.get("status") or 0)
    if status <= 0:
        return None
    content = data.get("content") or {}
    text = str(content.get("text") or "")
    if content.get("encoding") == "base64":
        try:
            body = base64.b64decode(text, validate=True)
        except binascii.Error as error:
            raise ValueError("its body is no base64") from error
    else:
        body = text.encode("utf-8", "surrogatepass")
    return Response(
        status=status,
        reason=str(data.get("statusText") or ""),
        http_version=str(data.get("httpVersion") or "HTTP/1.1"),
        headers=_headers(data.get("headers") or [], dropped, keep=bool(keep)),
        body=body,
        wire_bytes=max(0, int(data.get("bodySize") or 0)),
    )


def _read_phases(timings: Mapping[str, Any]) -> tuple[Phase, ...]:
    phases, at_ms = list[Phase](), 0.0
    for ours, theirs in _PHASES.items():
        took = float(timings.get(theirs) or 0)
        if took > 0:
            phases.append(Phase(name=ours, start_ms=at_ms, end_ms=at_ms + took))
            at_ms += took
    return tuple(phases)
