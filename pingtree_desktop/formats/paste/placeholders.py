r"""Placeholders in a pasted event that this program would fill in, or whose backslash it takes.

The variables of a workspace are not known here, so only the built-in names are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from types import MappingProxyType

from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.value_facts import Facts, Sources
from pingtree_desktop.domain.value_maker import PLACEHOLDER, Maker, malformed
from pingtree_desktop.domain.variable import BUILT_IN_NAMES

_MOST = 20
_BUILT_IN = re.compile(rf"\s*(?:{'|'.join(sorted(BUILT_IN_NAMES))})(?!\w)")
_SOME = Sources(
    now=datetime(2026, 1, 1, tzinfo=UTC),
    seed="",
    facts=Facts(last_transaction="?", unused_transaction="?"),
)


def kept_as_pasted(event: Event) -> Event:
    r"""The event that sends each `\{{now}}` of a paste with its backslash.

    Sending takes one backslash away, so it is given one more.
    """
    fields = {wire: replace(one, text=_kept(one.text)) for wire, one in event.fields.items()}
    return replace(
        event,
        org_id=_kept(event.org_id),
        fields=MappingProxyType(fields),
        lead=tuple(replace(row, text=_kept(row.text)) for row in event.lead),
    )


def filled_in(event: Event) -> tuple[str, ...]:
    """A plain sentence on each placeholder that would not be sent as it was pasted."""
    places = [("the organisation id", event.org_id)]
    places += [(wire, one.text) for wire, one in event.fields.items()]
    places += [(row.name, row.text) for row in event.lead]
    said: dict[str, None] = {}
    for place, text in places:
        for found in _known(text):
            if not found[1] and not any(malformed(found[0])):  # such a one stays as it is
                what = f"{found[0]:.60} in {place:.60}"
                rest = f"write \\{found[0]:.60} to send it as pasted."
                said[f"{what} is made anew at each send; {rest}"] = None
            if len(said) == _MOST:
                return tuple(said)
    return tuple(said)


def _known(text: str) -> Iterator[re.Match[str]]:
    if "{{" in text:
        yield from (one for one in PLACEHOLDER.finditer(text) if _is_known(one[2]))


@lru_cache(maxsize=256)
def _is_known(inner: str) -> bool:
    if _BUILT_IN.match(inner) is None:
        return False
    return not Maker(_SOME, zone="").fill(f"{{{{{inner}}}}}").unknown


def _kept(text: str) -> str:
    if "{{" not in text:
        return text
    return PLACEHOLDER.sub(
        lambda found: f"\\{found[0]}" if found[1] and _is_known(found[2]) else found[0], text
    )
