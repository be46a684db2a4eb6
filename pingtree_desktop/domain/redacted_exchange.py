"""A whole exchange without what may not leave the machine, wherever in it that comes back."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from dataclasses import replace
from urllib.parse import quote, unquote, urlsplit

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.redaction import (
    MASK,
    USUAL_HEADERS,
    may_show,
    redact_body,
    redact_headers,
    redact_request_headers,
    redact_text,
    redact_url,
)

_ECHO_FROM = 3
_ECHOES_LIMIT = 500


def redact_exchange(exchange: Exchange) -> Exchange:
    """An exchange fit to leave the machine: ids, lead data and credentials masked.

    What the request held and may not leave is masked in the reply too, where it comes back.
    """
    secret = {one.place for one in exchange.resolved if one.is_secret}
    echoed = _echoes(exchange, secret)

    def hide(text: str) -> str:
        return redact_text(echoed.sub(MASK, text) if echoed else text)

    request = replace(
        exchange.request,
        url=redact_url(exchange.request.url, secret=secret),
        headers=redact_request_headers(exchange.request.headers, secret=secret),
        body=redact_body(exchange.request.body, secret=secret),
    )
    outcome = exchange.outcome
    if outcome is not None and outcome.response is not None:
        reply = hide(outcome.response.body.decode("utf-8", "replace"))
        response = replace(
            outcome.response,
            headers=tuple((k, hide(v)) for k, v in redact_headers(outcome.response.headers)),
            body=reply.encode(),
            notes=tuple(map(hide, outcome.response.notes)),
        )
        outcome = replace(outcome, response=response)
    return replace(
        exchange,
        cid=MASK if exchange.cid else "",
        transaction_id=MASK if exchange.transaction_id else "",
        base_url=redact_url(exchange.base_url),
        campaign=hide(exchange.campaign),
        profile=hide(exchange.profile),
        environment=hide(exchange.environment),
        event_id=hide(exchange.event_id),
        message=hide(exchange.message),
        request=request,
        outcome=outcome,
        event_text="",
        note=hide(exchange.note),
        labels=tuple(map(hide, exchange.labels)),
        resolved=tuple(
            replace(one, value=one.value if may_show(one.place, secret) else MASK)
            for one in exchange.resolved
        ),
    )


def _echoes(exchange: Exchange, secret: Container[str]) -> re.Pattern[str] | None:
    """The values that the request must not let out, to be found wherever they come back."""
    values = {exchange.cid, exchange.transaction_id}
    for one in exchange.resolved:
        if not may_show(one.place, secret):
            values |= _texts(one.value, depth=0)
    for name, value in exchange.request.headers:
        if name.lower() not in USUAL_HEADERS:
            values |= _texts(value, depth=0)
    for name, sent in _sent_values(exchange):
        if not may_show(name, secret):
            values |= _texts(sent, depth=6)
    known = sorted({v for v in values if len(v) >= _ECHO_FROM}, key=len, reverse=True)
    if not known:
        return None
    forms = (form for value in known[:_ECHOES_LIMIT] for form in _spellings(value))
    return re.compile("|".join(map(re.escape, forms)), re.IGNORECASE)


def _sent_values(exchange: Exchange) -> Iterator[tuple[str, object]]:
    """The names and values in the address and in a JSON body."""
    try:
        query = urlsplit(exchange.request.url).query
    except ValueError:
        query = ""
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        yield unquote(name), value
        yield unquote(name), unquote(value.replace("+", " "))
    try:
        body = json.loads(exchange.request.body.decode("utf-8", "replace"), parse_float=str)
    except (ValueError, RecursionError):
        return
    if isinstance(body, dict):
        yield from body.items()


def _spellings(value: str) -> set[str]:
    """A value as it is, in JSON and in an address."""
    return {value, json.dumps(value)[1:-1], quote(value, errors="replace")}


def _texts(value: object, depth: int) -> set[str]:
    match value:
        case str():
            return {value, *(word for word in value.split() if len(word) > _ECHO_FROM)}
        case bool() | None:
            return set()
        case int():
            return {str(value)}
        case dict() if depth:
            return {text for inner in value.values() for text in _texts(inner, depth - 1)}
        case list() if depth:
            return {text for inner in value for text in _texts(inner, depth - 1)}
        case _:
            return set()
