"""Keeps the draft's advice and dynamic values in step with the history, a moment after a change."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.value_facts import Facts, wants_unused
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.viewmodels.compose import ComposeModel

if TYPE_CHECKING:
    from pingtree_desktop.ui.wake import Wake

_WAIT_S = 0.15


class DraftFacts:
    """Reads, off the window, what the open draft's advice and `{{…}}` ask about."""

    def __init__(self, compose: ComposeModel, wake: Wake, tasks: Tasks) -> None:
        self._compose, self._wake, self._tasks = compose, wake, tasks
        self._is_stale = self._is_stopped = False
        self._reading: asyncio.Task[None] | None = None

    def look(self) -> None:
        """Have the facts read soon; many calls become one reading."""
        self._is_stale = True
        is_reading = self._reading is not None and not self._reading.done()
        if not is_reading and not self._is_stopped and self._wake.context is not None:
            self._reading = self._tasks.start(self._read(), name="draft-facts")

    async def stop(self) -> None:
        """Read no more, and wait for a reading that is under way."""
        self._is_stopped, self._is_stale = True, False
        if self._reading is not None:
            await asyncio.wait({self._reading})

    async def _read(self) -> None:
        while self._is_stale:
            await asyncio.sleep(_WAIT_S)
            self._is_stale = False
            await self._read_once()

    async def _read_once(self) -> None:
        model, context = self._compose, self._wake.context
        assert context is not None
        environment, campaign, event = model.environment, model.campaign, model.event
        facts: Facts | None = None
        has_values = event.has_placeholders or any("{{" in v for _, v in environment.headers)
        try:
            if has_values:
                wants = wants_unused(event, (campaign, environment))
                facts = await context.values.facts(
                    environment,
                    campaign,
                    unused_for=(
                        partial(
                            model.values.event_id,
                            event=event,
                            environment=environment,
                            campaign=campaign,
                        )
                        if wants
                        else None
                    ),
                )
            used = await context.values.used_pairs(
                environment.name, model.made_event.text("transaction_id")
            )
        except PingTreeError as error:
            # A history that cannot be read says so itself, with what to do; once more here only
            # where a value of the draft cannot be made for want of it.
            if has_values:
                self._wake.tell(error)
            return
        if facts == model.values.facts:
            facts = None
        if facts is not None or used != model.used_pairs:
            model.inform(used_pairs=used, facts=facts)
