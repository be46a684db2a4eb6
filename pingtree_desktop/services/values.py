"""Reads what dynamic values are made of from the history, the sequence and the secrets.

Nothing here is needed for an event without `{{`; each read is small and off the window.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.pairs import next_unused, pair_uses
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.domain.query import Column, Named
from pingtree_desktop.domain.value_facts import Facts, secret_names
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.archive import Archive
from pingtree_desktop.storage import sequence
from pingtree_desktop.storage.places import Places

_LOOK_BACK = 30
_BANK_PAGE = 500


class SecretStore(Protocol):
    """Where the texts of secret variables are; a call may take its time."""

    def get(self, owner: str, name: str) -> str | None: ...


class ValueKeeper:
    """The facts behind `{{transaction}}`, `{{last.response…}}`, `{{seq}}` and secret variables."""

    def __init__(self, places: Places, archive: Archive, secrets: SecretStore) -> None:
        self._places, self._archive, self._secrets = places, archive, secrets

    async def facts(
        self,
        environment: Environment,
        campaign: Campaign | None,
        *,
        unused_for: Callable[[Facts], str] | None = None,
    ) -> Facts:
        """What is known for the next send in an environment.

        The pair bank is looked through only with `unused_for`, which gives the event id, made of
        the other facts: it may hold dynamic values too.  Raises PingTreeError.
        """
        here = Named(column=Column.ENVIRONMENT, text=environment.name, is_whole=True)
        newest = await self._archive.newest(_LOOK_BACK, here)
        replied = next((one.id for one in newest if one.http_status is not None), None)
        reply = None
        if replied is not None:
            outcome = (await self._archive.get(replied)).outcome
            reply = outcome.response.body if outcome and outcome.response else None
        known = Facts(
            seq=await asyncio.to_thread(sequence.peek, self._places),
            last_transaction=next((s.transaction_id for s in newest if s.transaction_id), ""),
            last_reply=reply,
            secrets=await asyncio.to_thread(self._known_secrets, environment, campaign),
        )
        if unused_for is None:
            return known
        return replace(known, unused_transaction=await self._unused(unused_for(known), campaign))

    async def used_pairs(self, environment: str, transaction_id: str) -> frozenset[tuple[str, str]]:
        """The pairs of a transaction that have fired in an environment."""
        if not transaction_id:
            return frozenset()
        found = await self._archive.for_transaction(transaction_id, _BANK_PAGE)
        return frozenset(
            (one.transaction_id, one.event_id)
            for one in found
            if one.environment == environment and one.verdict == Verdict.FIRED.value
        )

    def take_number(self) -> int:
        """The next number of the sequence, used up.  Blocks; raises PingTreeError."""
        return sequence.take(self._places)

    def _known_secrets(
        self, environment: Environment, campaign: Campaign | None
    ) -> dict[tuple[str, str], str]:
        known = {}
        for owner, name in secret_names((campaign, environment)):
            text = self._secrets.get(owner, name)
            if text is not None:
                known[owner, name] = text
        return known

    async def _unused(self, event_id: str, campaign: Campaign | None) -> str:
        events = campaign.events if campaign is not None else ()
        multi = frozenset(one.id for one in events if one.multi_trigger)
        bank = await self._archive.bank()
        for start in range(0, len(bank), _BANK_PAGE):
            ids = bank[start : start + _BANK_PAGE]
            uses = pair_uses(await self._archive.pair_states(ids), multi)
            found = next_unused(ids, [event_id], uses, multi=multi)
            if found is not None:
                return found.transaction_id
        return ""
