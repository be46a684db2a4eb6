"""An exchange as an account for the vendor's support, ready to paste.

What support asks for, by the wire facts: organisation, campaign, one lead id, one expected result,
one actual result, and the time it happened.
"""

from __future__ import annotations

from datetime import tzinfo

from pingtree_desktop.domain.display import decode_body, to_display
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.judgement import judge
from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.formats.http_text import request_text

_BODY_LIMIT = 20_000


def support_text(exchange: Exchange, zone: tzinfo, organisation: str = "") -> str:
    """The account as plain text; `zone` is the person's own for the second time."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    failure = outcome.failure if outcome else None
    judgement = judge(response, failure)
    started = exchange.started
    actual = MEANINGS[verdict_of(exchange.verdict)].label
    if response is not None:
        actual += f" (HTTP {response.status} {response.reason})".rstrip()
    facts = (
        ("Organisation", organisation or "(fill in)"),
        ("Campaign", _campaign(exchange)),
        ("Event", exchange.event_id),
        ("Lead (transaction id)", exchange.transaction_id or "(none sent)"),
        ("Expected", MEANINGS[verdict_of(exchange.expected)].label),
        ("Actual", actual),
        ("Reply's message", exchange.message),
        ("Time", f"{started:%Y-%m-%d %H:%M:%S} UTC"),
        ("Local time", f"{started.astimezone(zone):%Y-%m-%d %H:%M:%S %Z}"),
        ("Request id", exchange.uid),
    )
    lines = [f"{name}: {_one_line(text)}" for name, text in facts if text]
    lines += [
        "",
        judgement.explanation,
        "",
        "--- Request ---",
        _cut(request_text(exchange.request)),
    ]
    lines += ["", "--- Reply ---"]
    if response is None:
        lines.append(failure.sentence if failure else "No reply is known.")
    else:
        lines.append(f"{response.http_version} {response.status} {response.reason}".strip())
        lines += [f"{name}: {value}" for name, value in response.headers]
        text, _note = decode_body(response.body, response.header("content-type"))
        lines += ["", _cut(text)]
    return "\n".join(lines).encode("utf-8", "replace").decode() + "\n"


def _campaign(exchange: Exchange) -> str:
    if exchange.campaign and exchange.cid:
        return f"{exchange.campaign} ({exchange.cid})"
    return exchange.campaign or exchange.cid or "(none)"


def _one_line(text: str) -> str:
    return to_display(text, limit=400, one_line=True)


def _cut(text: str) -> str:
    if len(text) <= _BODY_LIMIT:
        return text
    return f"{text[:_BODY_LIMIT]}\n\u2026 {len(text) - _BODY_LIMIT:,} characters more"
