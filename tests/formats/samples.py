"""Exchanges of every shape for the tests of what leaves."""

from dataclasses import replace

from pingtree_desktop.domain.exchange import (
    Exchange,
    Failure,
    FailureKind,
    Outcome,
    Phase,
    Resolved,
    Response,
)
from pingtree_desktop.domain.request import Request

CANARY_MAIL = "ann.canary@mail.example"
CANARY_TX = "canary-tx-77"


def fired(**changes: object) -> Exchange:
    """A plain exchange that fired."""
    reply = b'{"status":"success","message":"Event recorded"}'
    made = Exchange(
        id=7,
        uid="3f0c2f0e-6f0a-4f3b-9a51-2f8f5b6d7c11",
        started_ms=1_790_000_000_123,
        environment="staging",
        danger="test",
        base_url="http://127.0.0.1:8765",
        endpoint="campaign",
        campaign="Debt Relief",
        profile="Quote view",
        cid="demo",
        event_id="quote_view",
        transaction_id=CANARY_TX,
        money="42.50",
        request=Request(
            method="POST",
            url="http://127.0.0.1:8765/api/event/demo?sub2=a%20b",
            headers=(("Host", "127.0.0.1:8765"), ("Content-Type", "application/json")),
            body=(
                f'{{"transaction_id":"{CANARY_TX}","event_id":"quote_view","amount":42.50,'
                f'"sub1":"=1+1","email":"{CANARY_MAIL}","flag":null}}'
            ).encode(),
        ),
        outcome=Outcome(
            response=Response(
                status=200,
                reason="OK",
                http_version="HTTP/1.1",
                headers=(("Content-Type", "application/json"), ("Location", "/x")),
                body=reply,
                wire_bytes=len(reply),
            ),
            failure=None,
            phases=(
                Phase(name="resolve", start_ms=0.0, end_ms=0.5),
                Phase(name="connect", start_ms=0.5, end_ms=1.0),
                Phase(name="tls", start_ms=1.0, end_ms=3.0),
                Phase(name="send", start_ms=3.0, end_ms=3.25),
                Phase(name="wait", start_ms=3.25, end_ms=9.0),
                Phase(name="receive", start_ms=9.0, end_ms=9.5),
            ),
            elapsed_ms=9.75,
            remote="127.0.0.1:8765",
        ),
        verdict="fired",
        expected="fired",
        message="Event recorded",
        event_text="{}",
        note="asked support",
        labels=("ticket-1", "a,b"),
        resolved=(
            Resolved(place="sub1", template="{{uuid}}", value="x"),
            Resolved(place="sub2", template="{{key}}", value="k", is_secret=True),
        ),
    )
    return replace(made, **changes)


def failed() -> Exchange:
    """One without a reply."""
    failure = Failure(kind=FailureKind.DNS, sentence="No such host.", detail="x")
    outcome = Outcome(response=None, failure=failure, phases=(), elapsed_ms=1.5)
    return fired(id=8, outcome=outcome, verdict="no_reply", message="", note="", labels=())


def pending() -> Exchange:
    """One whose end nobody knows."""
    return fired(id=9, outcome=None, verdict="in_doubt", labels=(), campaign="")


def binary() -> Exchange:
    """Bodies that are no UTF-8, texts that are no Unicode."""
    made = fired(transaction_id="\ud800", note="<b>&\ud800", campaign="<script>alert(1)</script>")
    request = replace(made.request, body=b"\xff\x00\xfe", headers=())
    response = replace(made.outcome.response, body=b"\x80\x81", headers=())
    return replace(made, request=request, outcome=replace(made.outcome, response=response))


ALL = (fired(), failed(), pending(), binary())
