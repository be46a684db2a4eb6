"""Plain sample exchanges for tests where the content does not matter."""

import json
from dataclasses import replace

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.exchange import Exchange, Outcome, Phase, Response
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.request import Request
from pingtree_desktop.storage.event_codec import event_to_json

REPLY = b'{"status":"success","message":"ok"}'


def exchange(transaction_id: str = "T-1", **changes: object) -> Exchange:
    """An exchange about to be sent."""
    event = Event().with_field("pid", FieldInput(text="organic"))
    sample = Exchange(
        uid=f"uid-{transaction_id}",
        started_ms=1_700_000_000_000,
        environment="sandbox",
        danger="sandbox",
        base_url="http://127.0.0.1:8765",
        endpoint="campaign",
        campaign="Demo",
        profile="Quote view",
        cid="demo",
        event_id="quote_view",
        transaction_id=transaction_id,
        money="42.50",
        request=Request(
            method="POST",
            url="http://127.0.0.1:8765/api/event/demo?secret=1",
            headers=(("Host", "127.0.0.1:8765"),),
            body=b'{"event_id":"quote_view"}',
        ),
        outcome=None,
        verdict="in_doubt",
        expected="fired",
        event_text=json.dumps(event_to_json(event)),
    )
    return replace(sample, **changes)


def finished(sent: Exchange, **changes: object) -> Exchange:
    """The same exchange with a reply."""
    response = Response(
        status=200,
        reason="OK",
        http_version="HTTP/1.1",
        headers=(("Content-Type", "application/json"),),
        body=REPLY,
        wire_bytes=len(REPLY),
    )
    outcome = Outcome(
        response=response,
        failure=None,
        phases=(Phase(name="wait", start_ms=1.5, end_ms=9.25),),
        elapsed_ms=12.345,
        remote="127.0.0.1:8765",
    )
    done = replace(sent, outcome=outcome, verdict="fired", message="ok")
    return replace(done, **changes)
