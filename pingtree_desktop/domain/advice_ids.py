"""Advice on ids: what must be there, white space, the campaign's list of events, used-up pairs."""

from __future__ import annotations

import unicodedata

from pingtree_desktop.domain.advice_terms import (
    ORG_ID,
    Advice,
    Basis,
    Context,
    Rule,
    documented,
    heuristic,
)
from pingtree_desktop.domain.catalogue import Endpoint, Field, Kind
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import Mode
from pingtree_desktop.domain.fix import Fix, set_org, use

REQUIRED = documented(
    "required",
    "event_id and transaction_id are required on every endpoint, cid on Trigger too; "
    "a missing one is answered with 400.",
)
PATH_ID = documented(
    "path-id",
    "The address is /api/event/{campaign-id} on Campaign and /api/event/global/{org-id} on Global.",
)
UNLISTED = heuristic(
    "unlisted-event",
    "Event ids must exist in the campaign's event settings; this one is not in the list that you "
    "keep here, which may be behind the settings.",
)
SPACE = heuristic(
    "white-space",
    "Ids are compared letter by letter. White space and invisible characters come along when a "
    "value is copied.",
)
USED_PAIR = Rule(
    id="used-pair",
    basis=Basis.HISTORY,
    why="Unless the event is multi-trigger, the same event_id and transaction_id a second time "
    "is answered with 400: a pair is used up by its first success.",
)
OTHER_CAMPAIGN = heuristic(
    "other-campaign",
    "A profile that was moved or copied from one campaign to another keeps the id it had.",
)
RULES = (REQUIRED, PATH_ID, UNLISTED, SPACE, USED_PAIR, OTHER_CAMPAIGN)

_SOLID = {Kind.IDENTIFIER, Kind.TRANSACTION_ID}  # event ids may hold a space: Base Click Sold
_IDS = {*_SOLID, Kind.EVENT_ID}
TAKE_OUT = "Take it out"
_OTHER_ENDPOINTS = {"trigger": "Trigger", "global": "Global"}
_SHOWN = 40


def about_org(event: Event) -> list[Advice]:
    """Whether the Global path has its organisation id, and a clean one."""
    if not event.org_id:
        text = "Global needs the organisation id in its path."
        return [Advice(wire=ORG_ID, text=text, rule=PATH_ID)]
    found = stray(event.org_id, is_id=True, is_solid=True)
    if found is None:
        return []
    said, better = found
    fix = Fix(label=TAKE_OUT, act=set_org, arguments=(better,))
    return [Advice(wire=ORG_ID, text=said, rule=SPACE, fix=fix)]


def about_need(field: Field, event: Event, context: Context) -> list[Advice]:
    """Whether a field that must be there is there, and is one that the campaign knows."""
    wire = field.wire
    if wire == "cid" and event.endpoint is Endpoint.CAMPAIGN and not event.text("cid"):
        text = "Campaign needs the campaign id in its path."
        return [Advice(wire=wire, text=text, rule=PATH_ID)]
    value = event.get(wire)
    has_value = value.is_sent and value.mode in {Mode.VALUE, Mode.RAW}
    if event.endpoint in field.required_on and not has_value:
        text = f"The API requires {wire}; without it the answer is 400."
        return [Advice(wire=wire, text=text, rule=REQUIRED)]
    if wire == "cid":
        return _campaign(event, context)
    if field.kind is Kind.EVENT_ID:
        return _listed(event, context)
    return _pair(event, context) if field.kind is Kind.TRANSACTION_ID else []


def _campaign(event: Event, context: Context) -> list[Advice]:
    cid = event.text("cid")
    if event.endpoint is Endpoint.CAMPAIGN and cid in _OTHER_ENDPOINTS:
        text = f"With it the address is that of the {_OTHER_ENDPOINTS[cid]} endpoint."
        return [Advice(wire="cid", text=text, rule=PATH_ID)]
    known = context.campaign_cid
    if not known or event.get("cid").mode is not Mode.VALUE or cid == known or "{{" in cid:
        return []
    text = f"The campaign that this is filed under has the id {known[:_SHOWN]}."
    fix = use("cid", known)
    return [Advice(wire="cid", text=text, rule=OTHER_CAMPAIGN, level="note", fix=fix)]


def _listed(event: Event, context: Context) -> list[Advice]:
    value = event.get("event_id")
    if not context.known_events or value.mode is not Mode.VALUE:
        return []
    if value.text in context.known_events:
        return []
    text = "It is not one of the campaign's events as you listed them."
    return [Advice(wire="event_id", text=text, rule=UNLISTED, level="note")]


def _pair(event: Event, context: Context) -> list[Advice]:
    transaction, kind = event.get("transaction_id"), event.get("event_id")
    if (transaction.mode, kind.mode) != (Mode.VALUE, Mode.VALUE):
        return []
    if kind.text in context.multi_trigger_events:
        return []
    if (transaction.text, kind.text) not in context.used_pairs:
        return []
    text = "This transaction has already fired this event: a second time is a duplicate."
    fix = use("transaction_id", "{{uuid}}", "Use a new one for each send")
    return [Advice(wire="transaction_id", text=text, rule=USED_PAIR, fix=fix)]


def about_space(field: Field, text: str) -> list[Advice]:
    """White space around any text, and white space or invisible characters inside an id."""
    found = stray(text, is_id=field.kind in _IDS, is_solid=field.kind in _SOLID)
    if found is None:
        return []
    said, better = found
    fix = use(field.wire, better, TAKE_OUT)
    return [Advice(wire=field.wire, text=said, rule=SPACE, fix=fix)]


def stray(text: str, *, is_id: bool, is_solid: bool) -> tuple[str, str] | None:
    """What came along when a text was copied, said in a sentence, and the text without it.

    Inside a text only an id is looked at, and only a solid one may not hold a space there.
    """
    if text != text.strip():
        return "It has a space before or after it.", text.strip()
    if is_solid and any(c.isspace() for c in text):
        return "It has a space inside it.", "".join(text.split())
    hidden = [c for c in text if unicodedata.category(c) in {"Cf", "Cc"} and not c.isspace()]
    if is_id and hidden:
        better = "".join(c for c in text if c not in hidden).strip()
        return f"It has an invisible character in it (U+{ord(hidden[0]):04X}).", better
    return None
