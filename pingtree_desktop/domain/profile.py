"""Campaigns and the profiles saved under them."""

from __future__ import annotations

from dataclasses import dataclass, field

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """An event of a campaign's event settings, as the person wrote it down."""

    id: str
    name: str = ""
    conversion: bool = False
    multi_trigger: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign the person works with.  `slug` is its folder's name in the workspace."""

    slug: str
    name: str
    cid: str = ""
    org_id: str = ""
    pid: str = ""
    events: tuple[EventKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A saved event.  `slug` is its file's name; `campaign` the slug of its campaign."""

    slug: str
    campaign: str
    name: str
    event: Event = field(default_factory=Event)
    expect: Verdict = Verdict.FIRED
    notes: str = ""
