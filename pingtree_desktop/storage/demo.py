"""The demo campaign of a first start: what the embedded sandbox knows, ready to be sent."""

from __future__ import annotations

from types import MappingProxyType

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, Mode
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.domain.verdict import Verdict

CAMPAIGN = Campaign(
    slug="demo",
    name="Demo",
    cid="demo",
    org_id="demo-org",
    events=(
        EventKind(id="quote_view", name="Quote view"),
        EventKind(id="call_completed", name="Call completed", multi_trigger=True),
        EventKind(id="purchase_complete", name="Purchase complete", conversion=True),
        EventKind(id="upsell", name="Upsell", conversion=True, multi_trigger=True),
    ),
)


def _profile(
    slug: str,
    name: str,
    expect: Verdict = Verdict.FIRED,
    *,
    raw: dict[str, str] | None = None,
    notes: str = "",
    **values: str,
) -> Profile:
    fields = {"cid": FieldInput(text=CAMPAIGN.cid)}
    fields |= {wire: FieldInput(text=text) for wire, text in values.items()}
    fields |= {wire: FieldInput(mode=Mode.RAW, text=text) for wire, text in (raw or {}).items()}
    return Profile(
        slug=slug,
        campaign=CAMPAIGN.slug,
        name=name,
        event=Event(fields=MappingProxyType(fields)),
        expect=expect,
        notes=notes,
    )


PROFILES = (
    _profile("quote-view", "Quote view", event_id="quote_view", transaction_id="T-1001"),
    _profile(
        "call-completed",
        "Call completed",
        event_id="call_completed",
        transaction_id="T-1002",
        notes="Multi-trigger: it may fire again for the same transaction, 2 seconds later.",
    ),
    _profile(
        "conversion-42-50",
        "Conversion $42.50",
        event_id="purchase_complete",
        transaction_id="T-1003",
        amount="42.50",
        conversion_date="2026-11-22 18:05:00",
        conversion_timezone="PST",
        cost="3.20",
        cost_operation="substract",
        sub1="aff-220",
        sub2="ios",
    ),
    _profile(
        "conversion-without-money-400",
        "Conversion without money (400)",
        Verdict.MISSING_FIELD,
        event_id="purchase_complete",
        transaction_id="T-1004",
        notes="A conversion event needs its money field.",
    ),
    _profile(
        "wrong-ad-spend-400",
        "Wrong ad spend (400)",
        Verdict.INVALID_FIELD,
        event_id="quote_view",
        transaction_id="T-1005",
        raw={"adSpend": '"abc"'},
    ),
    _profile(
        "inactive-source-403",
        "Inactive source (403)",
        Verdict.SOURCE_INACTIVE,
        event_id="quote_view",
        transaction_id="T-1006",
        pid="aff-999",
    ),
)
