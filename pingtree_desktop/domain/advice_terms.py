"""The words of advice: what a remark is, which rule it rests on, and what a rule may ask about.

A rule says where it comes from, so that a person can tell the documentation's word from a guess.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from pingtree_desktop.domain.fix import Fix
from pingtree_desktop.domain.profile import Campaign

ORG_ID = "org_id"
"""The name under which advice on the organisation id of the Global path stands."""


class Basis(StrEnum):
    """Where a rule comes from."""

    DOCUMENTED = "documented"
    HEURISTIC = "heuristic"
    HISTORY = "seen in history"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for.  `why` is what the source says, in one or two sentences."""

    id: str
    basis: Basis
    why: str


def documented(name: str, why: str) -> Rule:
    """A rule of the vendor's documentation."""
    return Rule(id=name, basis=Basis.DOCUMENTED, why=why)


def heuristic(name: str, why: str) -> Rule:
    """A rule of experience: the documentation says nothing about it."""
    return Rule(id=name, basis=Basis.HEURISTIC, why=why)


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One remark.  `wire` is a field's wire name, `org_id`, or `lead:<index>`.

    `level` is `warning` (amber) or `note`.  Advice never blocks.
    """

    wire: str
    text: str
    rule: Rule
    fix: Fix | None = None
    level: str = "warning"

    @property
    def why(self) -> str:
        """The rule's reason with its source in front, for a tool tip or a report."""
        source = self.rule.basis.value
        return f"{source[0].upper()}{source[1:]}: {self.rule.why}"

    @property
    def is_violation(self) -> bool:
        """Whether the event breaks something that is documented."""
        return self.rule.basis is Basis.DOCUMENTED and self.level == "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What is known besides the event.  `campaign_cid` is the id of the campaign it is filed under.

    `now` is an aware moment.  `conversion_events`, `multi_trigger_events`, `known_events` and
    `usual_money` (its text by event id) come from the campaign's own list of events, `known_events`
    None meaning that there is none; `knowing` takes them from there.
    `used_pairs` answers `in` for (transaction id, event id) pairs that have already fired: a set,
    or anything that looks them up.  `value_names` are the names that may stand in `{{…}}`.
    `settled_times` are (date, zone) texts whose daylight time a person has already dealt with.
    """

    now: datetime
    conversion_events: frozenset[str] = frozenset()
    multi_trigger_events: frozenset[str] = frozenset()
    known_events: frozenset[str] | None = None
    used_pairs: Container[tuple[str, str]] = frozenset()
    value_names: frozenset[str] = frozenset()
    settled_times: Container[tuple[str, str]] = frozenset()
    usual_money: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    campaign_cid: str = ""


def knowing(
    campaign: Campaign | None,
    *,
    now: datetime,
    used_pairs: Container[tuple[str, str]] = frozenset(),
    value_names: frozenset[str] = frozenset(),
    settled_times: Container[tuple[str, str]] = frozenset(),
) -> Context:
    """A context that knows a campaign and its events; the rest as in `Context`."""
    listed = campaign.events if campaign is not None else ()
    return Context(
        now=now,
        conversion_events=frozenset(one.id for one in listed if one.conversion),
        multi_trigger_events=frozenset(one.id for one in listed if one.multi_trigger),
        known_events=frozenset(one.id for one in listed) or None,
        usual_money=MappingProxyType({one.id: one.money for one in listed if one.money}),
        campaign_cid=campaign.cid if campaign is not None else "",
        used_pairs=used_pairs,
        value_names=value_names,
        settled_times=settled_times,
    )
