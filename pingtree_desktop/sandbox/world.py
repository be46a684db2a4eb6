"""The simulated account: organisations, campaigns, events, sources and leads.

The built-in world is `demo` and `demo-strict` of `demo-org`; a small TOML file can take its
place.  This module reads that file and must not know about requests.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pingtree_desktop.domain.errors import NewerVersion, UnreadableInput
from pingtree_desktop.sandbox.faults import NO_FAULT, Plan, read_plan

FILE_LIMIT_BYTES = 1_000_000
FILE_VERSION = 1
ORGANIC = "organic"
"""The source that the API uses when `pid` is omitted (wire facts, field `pid`)."""

_RESERVED_IDS = {"trigger", "global"}
_TOP_KEYS = {"version", "campaigns"}
_CAMPAIGN_KEYS = {
    "name",
    "org",
    "leads",
    "unknown_lead_prefix",
    "events",
    "sources",
    "faults",
}
_EVENT_WORDS = {"plain", "conversion", "multi-trigger"}
_REMEDY = "Correct it, or start the sandbox without a campaigns file to use the built-in one."


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRule:
    """One event of a campaign's event settings."""

    conversion: bool = False
    multi_trigger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """One campaign.  `leads` None means that any transaction id is a known lead.

    `unknown_lead_prefix` makes the exception: an id that starts with it is no lead.
    """

    cid: str
    org: str
    name: str = ""
    events: Mapping[str, EventRule]
    sources: Mapping[str, bool]
    leads: frozenset[str] | None = None
    unknown_lead_prefix: str = ""
    plan: Plan = NO_FAULT

    def knows_lead(self, transaction_id: str) -> bool:
        """Whether a lead with this transaction id exists here."""
        if self.leads is not None:
            return transaction_id in self.leads
        prefix = self.unknown_lead_prefix
        return not (prefix and transaction_id.startswith(prefix))

    def source_is_active(self, pid: str) -> bool:
        """Whether a source may send.  One that is not listed is not active, save `organic`."""
        return self.sources.get(pid, pid == ORGANIC)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """All campaigns by their id, in file order."""

    campaigns: Mapping[str, Campaign]

    def has_org(self, org: str) -> bool:
        return any(campaign.org == org for campaign in self.campaigns.values())

    def campaign_of_lead(self, org: str, transaction_id: str) -> Campaign | None:
        """The campaign that a lead of an organisation belongs to, or None: lead not found.

        A campaign that lists the lead wins over one that takes any lead.
        """
        found = [
            campaign
            for campaign in self.campaigns.values()
            if campaign.org == org and campaign.knows_lead(transaction_id)
        ]
        listed = [campaign for campaign in found if campaign.leads is not None]
        return next(iter(listed + found), None)


_DEMO_EVENTS = MappingProxyType(
    {
        "quote_view": EventRule(),
        "call_completed": EventRule(multi_trigger=True),
        "purchase_complete": EventRule(conversion=True),
        "upsell": EventRule(conversion=True, multi_trigger=True),
    }
)
_DEMO_SOURCES = MappingProxyType({ORGANIC: True, "aff-220": True, "aff-999": False})

DEMO_WORLD = World(
    campaigns=MappingProxyType(
        {
            "demo": Campaign(
                cid="demo",
                org="demo-org",
                name="Demo",
                events=_DEMO_EVENTS,
                sources=_DEMO_SOURCES,
                unknown_lead_prefix="lead-missing",
            ),
            "demo-strict": Campaign(
                cid="demo-strict",
                org="demo-org",
                name="Demo, listed leads only",
                events=_DEMO_EVENTS,
                sources=_DEMO_SOURCES,
                leads=frozenset({"strict-lead-1", "strict-lead-2", "strict-lead-3"}),
            ),
        }
    )
)


def read_world(path: Path) -> World:
    """The world of a campaigns file.  Raises UnreadableInput with the place of the problem."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_LIMIT_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be opened"
        raise UnreadableInput(
            f"The campaigns file {path} cannot be read: {reason}.",
            "Check its name and permissions.",
        ) from error
    if len(data) > FILE_LIMIT_BYTES:
        raise UnreadableInput(f"The campaigns file {path} is larger than 1 MB.", _REMEDY)
    try:
        return parse_world(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"The campaigns file {path} is not UTF-8 text.", "Save it as UTF-8."
        ) from error
    except UnreadableInput as error:
        raise type(error)(f"In the campaigns file {path}: {error.problem}", error.remedy) from error


def parse_world(text: str) -> World:
    """The world that a campaigns file's text describes.  Raises UnreadableInput."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableInput(f"The text is not TOML: {error}.", _REMEDY) from error
    except RecursionError as error:
        raise UnreadableInput("The text is nested too deep.", _REMEDY) from error
    version = data.get("version", FILE_VERSION)
    if isinstance(version, int) and not isinstance(version, bool) and version > FILE_VERSION:
        raise NewerVersion(
            f"It has version {version}; this program reads version {FILE_VERSION}.",
            "Update PingTree Desktop.",
        )
    if version != FILE_VERSION:
        raise _problem("version must be 1")
    _only_known(data, _TOP_KEYS, "the file")
    campaigns = _table(data.get("campaigns"), "campaigns")
    if not campaigns:
        raise _problem("there is no campaign; begin one with [campaigns.ID]")
    return World(
        campaigns=MappingProxyType({cid: _campaign(cid, raw) for cid, raw in campaigns.items()})
    )


def _campaign(cid: str, raw: object) -> Campaign:
    where = f"campaign {cid!r}"
    if not cid or cid in _RESERVED_IDS:
        raise _problem(f"{cid!r} cannot be a campaign's id: it is part of an endpoint's address")
    table = _table(raw, where)
    _only_known(table, _CAMPAIGN_KEYS, where)
    org = _text(table.get("org", "demo-org"), f"org of {where}")
    if not org:
        raise _problem(f"org of {where} is empty")
    return Campaign(
        cid=cid,
        org=org,
        name=_text(table.get("name", ""), f"name of {where}"),
        events=_events(table.get("events"), where),
        sources=_sources(table.get("sources", {}), where),
        leads=_leads(table.get("leads", "any"), where),
        unknown_lead_prefix=_text(
            table.get("unknown_lead_prefix", ""), f"unknown_lead_prefix of {where}"
        ),
        plan=read_plan(_texts(table.get("faults", []), f"faults of {where}"), UnreadableInput),
    )


def _events(raw: object, where: str) -> Mapping[str, EventRule]:
    rules: dict[str, EventRule] = {}
    for event_id, kinds in _table(raw, f"events of {where}").items():
        text = _text(kinds, f"event {event_id!r} of {where}")
        words = {word.strip() for word in text.split(",")}
        if not event_id or not words <= _EVENT_WORDS or {"plain", "conversion"} <= words:
            raise _problem(
                f"event {event_id!r} of {where} is {text!r}; write plain or conversion, "
                "each with or without multi-trigger after a comma"
            )
        rules[event_id] = EventRule(
            conversion="conversion" in words, multi_trigger="multi-trigger" in words
        )
    return MappingProxyType(rules)


def _sources(raw: object, where: str) -> Mapping[str, bool]:
    sources: dict[str, bool] = {}
    for pid, state in _table(raw, f"sources of {where}").items():
        if state not in ("active", "inactive"):
            raise _problem(f"source {pid!r} of {where} must be active or inactive")
        sources[pid] = state == "active"
    return MappingProxyType(sources)


def _leads(raw: object, where: str) -> frozenset[str] | None:
    if raw == "any":
        return None
    if not isinstance(raw, list):
        raise _problem(f'leads of {where} must be "any" or a list of transaction ids')
    return frozenset(_texts(raw, f"leads of {where}"))


def _table(raw: object, where: str) -> Mapping[str, Any]:
    if not isinstance(raw, dict):
        raise _problem(f"{where} is missing or not a table")
    return raw


def _text(raw: object, where: str) -> str:
    if not isinstance(raw, str):
        raise _problem(f"{where} must be a text in quotes")
    return raw


def _texts(raw: object, where: str) -> tuple[str, ...]:
    if not isinstance(raw, list):
        raise _problem(f"{where} must be a list of texts")
    return tuple(_text(item, where) for item in raw)


def _only_known(table: Mapping[str, object], known: set[str], where: str) -> None:
    unknown = [key for key in table if key not in known]
    if unknown:
        raise _problem(
            f"{unknown[0]!r} in {where} is not known; known are {', '.join(sorted(known))}"
        )


def _problem(words: str) -> UnreadableInput:
    return UnreadableInput(words[0].upper() + words[1:] + ".", _REMEDY)
