"""What a server written by others receives is exactly what the program says it sent.

The other tests' servers are ours and could share a mistake with the client.  This one is httpbin,
which answers with the body, the query and the headers as it saw them.
"""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.exchange import Exchange, Outcome
from pingtree_desktop.domain.field import FieldInput, LeadType, Mode
from pingtree_desktop.domain.request import Request, query_pairs
from pingtree_desktop.net.fetch import NetOptions, fetch
from pingtree_desktop.services.sender import Fetch, Job, Sender
from tests.services.events import asking_for_every_header, event, is_json_object

COUNT = 200
_AT_ONCE = 8
_NOT_UTF_8 = "data:application/octet-stream;base64,"


@pytest.fixture(scope="module")
def peer() -> Iterator[str]:
    """The base URL of a running httpbin; its path puts every address of ours on one route."""
    command = [sys.executable, str(Path(__file__).with_name("httpbin_server.py"))]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "httpbin did not start"
            yield f"http://127.0.0.1:{port}/anything"
        finally:
            process.kill()


def send_all(
    archive, events: list[Event], base: str, *, fetch: Fetch | None = None
) -> list[Exchange]:
    environment = Environment(name="httpbin", base_url=base)

    async def run() -> list[Exchange]:
        sender, slots = Sender(archive, fetch), asyncio.Semaphore(_AT_ONCE)

        async def one(composed: Event) -> Exchange:
            async with slots:
                job = Job(event=composed, environment=environment, base_url=base)
                return (await sender.send(job)).exchange

        return await asyncio.gather(*map(one, events))

    return asyncio.run(run())


def told(exchange: Exchange) -> dict:
    """What httpbin says it received."""
    assert exchange.outcome is not None
    assert exchange.outcome.failure is None, exchange.outcome.failure
    response = exchange.outcome.response
    assert response.status == 200, response
    return json.loads(response.body)


def body_of(answer: dict) -> bytes:
    data = answer["data"]
    if data.startswith(_NOT_UTF_8):
        return base64.b64decode(data.removeprefix(_NOT_UTF_8))
    return data.encode("utf-8")


def test_a_foreign_server_receives_what_is_shown_as_sent(peer, archive):
    composed = [event(number) for number in range(COUNT)]
    composed = [asking_for_every_header(e) if e.method is Method.GET else e for e in composed]
    exchanges = send_all(archive, composed, peer)
    for made, exchange in zip(composed, exchanges, strict=True):
        answer, request = told(exchange), exchange.request
        assert answer["method"] == request.method
        assert body_of(answer) == request.body
        expected = dict(query_pairs(made)) if made.method is Method.GET else {}
        assert answer["args"] == expected
        if made.method is Method.GET:
            assert request.body == b""
            assert len(query_pairs(made)) == len(expected)
        sent_path = unquote(urlsplit(request.url).path)
        assert unquote(urlsplit(answer["url"]).path) == sent_path
        # httpbin keeps headers of its own host's proxies to itself unless asked by the query.
        hidden = set() if made.method is Method.GET else {"X-Request-Id"}
        sent = {name: value for name, value in request.headers if name not in hidden}
        assert answer["headers"] == sent


def test_the_generated_events_cover_what_they_promise():
    composed = [event(number) for number in range(COUNT)]
    targets = Counter((one.endpoint, one.method) for one in composed)
    assert len(targets) == 6
    assert min(targets.values()) >= COUNT // 6
    modes = Counter(value.mode for one in composed for value in one.fields.values())
    assert set(modes) == set(Mode)
    assert {row.type for one in composed for row in one.lead} == set(LeadType)


def test_what_is_kept_is_what_was_received(peer, store, archive):
    composed = [event(number) for number in range(0, 12, 2)]
    send_all(archive, composed, peer)
    bodies = Counter()
    for entry_id in store.reader.ids().result():
        kept = store.reader.get(entry_id).result()
        assert body_of(told(kept)) == kept.request.body
        bodies[is_json_object(kept.request.body)] += 1
    assert sum(bodies.values()) == len(composed)


def test_the_comparison_notices_one_changed_byte(peer, archive):
    """The control: a client that re-serialises on the way is caught."""

    async def tampering(request: Request, options: NetOptions) -> Outcome:
        body = json.dumps(json.loads(request.body)).encode()
        headers = dict(request.headers) | {"Content-Length": str(len(body))}
        return await fetch(replace(request, headers=tuple(headers.items()), body=body), options)

    plain = Event().with_field("event_id", FieldInput(text="\u00fc"))
    (exchange,) = send_all(archive, [plain], peer, fetch=tampering)
    received = body_of(told(exchange))
    assert json.loads(received) == json.loads(exchange.request.body)
    assert received != exchange.request.body
