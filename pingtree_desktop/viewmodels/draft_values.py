"""The open draft's dynamic values: the same in preview and send, new ones after each send."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pingtree_desktop.domain.advice import Advice, Context, advise
from pingtree_desktop.domain.advice_macros import UNMADE, unmade
from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.extra_headers import Headers
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.domain.value_facts import Facts, Sources, sources, variable_names
from pingtree_desktop.domain.variable import BUILT_IN_NAMES, Variable

if TYPE_CHECKING:
    from pingtree_desktop.domain.dynamic import Resolution


class DraftValues:
    """What placeholders would become if the draft were sent now.

    Everything random comes from one seed, kept until a send has used it.
    """

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._seed = os.urandom(16).hex()
        self.facts = Facts()

    def renew(self) -> None:
        """Have everything random made anew: what was shown has been sent."""
        self._seed = os.urandom(16).hex()

    def sources(self, environment: Environment, campaign: Campaign | None) -> Sources:
        """What a send's values are made of; hand it to the job."""
        return sources(self.facts, environment, campaign, now=self._now(), seed=self._seed)

    def event_id(
        self, facts: Facts, event: Event, environment: Environment, campaign: Campaign | None
    ) -> str:
        """The event id that would be sent, if these were the facts."""
        made_of = sources(facts, environment, campaign, now=self._now(), seed=self._seed)
        from pingtree_desktop.domain.dynamic import resolve  # noqa: PLC0415 - not before wanted

        return resolve(event, made_of).event.text("event_id")

    def resolution(
        self, event: Event, environment: Environment, campaign: Campaign | None
    ) -> Resolution | None:
        """The event with its values made; None when it holds no placeholder."""
        if not event.has_placeholders:
            return None
        from pingtree_desktop.domain.dynamic import resolve  # noqa: PLC0415 - not before wanted

        return resolve(event, self.sources(environment, campaign))

    def secret_places(
        self, event: Event, environment: Environment, campaign: Campaign | None
    ) -> frozenset[str]:
        """Where in the request the text of a secret variable would stand (see `Resolved`)."""
        from pingtree_desktop.domain.dynamic import (  # noqa: PLC0415 - not before wanted
            resolve,
            resolve_headers,
            zone_of,
        )

        made = self.sources(environment, campaign)
        resolved = (
            *resolve(event, made).resolved,
            *resolve_headers(environment.headers, made, zone=zone_of(event, made)).resolved,
        )
        return frozenset(one.place for one in resolved if one.is_secret)

    def headers(self, event: Event, environment: Environment, campaign: Campaign | None) -> Headers:
        """The environment's extra headers with their values made, as they go with an event."""
        if not any("{{" in value for _, value in environment.headers):
            return environment.headers
        from pingtree_desktop.domain.dynamic import (  # noqa: PLC0415 - as above
            resolve_headers,
            zone_of,
        )

        made = self.sources(environment, campaign)
        return resolve_headers(environment.headers, made, zone=zone_of(event, made)).headers

    def header_notes(self, environment: Environment, campaign: Campaign | None) -> tuple[str, ...]:
        """A sentence on each placeholder of the environment's headers that is sent as it is."""
        if not any("{{" in value for _, value in environment.headers):
            return ()
        from pingtree_desktop.domain.dynamic import resolve_headers  # noqa: PLC0415 - as above

        found = resolve_headers(environment.headers, self.sources(environment, campaign))
        return tuple(
            f"{one.placeholder} in the header {one.place.removeprefix('header:')} cannot be made: "
            f"{one.why}. It is sent as it is."
            for one in (*found.unmade, *found.unknown)
        )


def names(environment: Environment, campaign: Campaign | None) -> frozenset[str]:
    """Every name that may stand in `{{…}}`."""
    return BUILT_IN_NAMES | {one.name for one in variables(environment, campaign)}


def variables(environment: Environment, campaign: Campaign | None) -> list[Variable]:
    """The variables that may be used here."""
    return variable_names((campaign, environment))


def advice_on(resolution: Resolution, context: Context) -> tuple[Advice, ...]:
    """What is worth saying about values that were made, and about those that could not be.

    A fix would put a text in the placeholder's place, so there is none.
    """
    could_not = tuple(unmade(one.place, one.placeholder, one.why) for one in resolution.unmade)
    about_made = tuple(
        replace(one, fix=None)
        for one in advise(resolution.event, context)
        if one.wire in resolution.made and one.rule is not UNMADE
    )
    return (*could_not, *about_made)
