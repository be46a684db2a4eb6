"""Campaigns and the profiles saved under them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.domain.verdict import Verdict

COLOURS = ("red", "orange", "yellow", "green", "blue", "purple")
_NUMBER = re.compile("[0-9]+")
_DIGITS, _COMPARED = 20, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """An event of a campaign's event settings, as the person wrote it down.

    `money` is the amount that it usually has, in its exact text.
    """

    id: str
    name: str = ""
    conversion: bool = False
    multi_trigger: bool = False
    affiliate_conversion: bool = False
    money: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """A campaign the person works with.  `slug` is its folder's name in the workspace.

    `order` is its place after the person put campaigns in an order; without one it comes after
    those, by name.
    """

    slug: str
    name: str
    cid: str = ""
    org_id: str = ""
    pid: str = ""
    events: tuple[EventKind, ...] = ()
    variables: tuple[Variable, ...] = ()
    order: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A saved event.  `slug` is its file's name; `campaign` the slug of its campaign.

    `colour` is one of COLOURS or empty; `order` its place among the campaign's profiles, as in
    `Campaign`.
    """

    slug: str
    campaign: str
    name: str
    event: Event = field(default_factory=Event)
    expect: Verdict = Verdict.FIRED
    notes: str = ""
    colour: str = ""
    order: int | None = None


def place(item: Campaign | Profile) -> tuple[bool, int, str, str]:
    """Sorts campaigns, or the profiles of one campaign: by the person's order, then by name.

    Numbers in names count as numbers: Sale 9 stands before Sale 10.
    """
    return (item.order is None, item.order or 0, _by_numbers(item.name), item.slug)


@lru_cache(maxsize=50_000)
def _by_numbers(name: str) -> str:
    """A name so written that plain order of text is the order that a person expects."""
    start, rest = name[:_COMPARED].casefold(), name[_COMPARED:]
    return _NUMBER.sub(lambda found: found[0].zfill(_DIGITS), start) + rest
