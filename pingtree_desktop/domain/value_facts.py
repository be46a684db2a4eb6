"""What dynamic values are made of: the history's facts, variables with their texts, the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.domain.variable import Variable

KEPT_BACK = "it is a secret, which is not written out"
NO_SECRET = "its secret text is not known on this computer: type it in the settings"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What an environment's history and this computer know.

    `seq` is the next number of the sequence, `secrets` has the texts of secret variables by
    (owner, name), where an owner is `environment:NAME` or `campaign:SLUG`.
    """

    seq: int = 1
    last_transaction: str = ""
    unused_transaction: str = ""
    last_reply: bytes | None = None
    secrets: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What one send's values are made of.

    `now` is aware.  `seed` decides everything random, so that what a preview shows is what is
    sent.  `missing` says of a variable why it has no value here.
    """

    now: datetime
    seed: str
    facts: Facts = field(default_factory=Facts)
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    missing: Mapping[str, str] = field(default_factory=dict)
    own_zone: tzinfo | None = None
    secret_texts: frozenset[str] = field(default=frozenset(), repr=False)

    def holds_secret(self, text: str) -> bool:
        """Whether the text of a secret variable stands somewhere in a made text."""
        return any(one in text for one in self.secret_texts)


def owner_of(item: Environment | Campaign) -> str:
    """Whose secrets they are, as the store of secrets calls it."""
    if isinstance(item, Environment):
        return f"environment:{item.name}"
    return f"campaign:{item.slug}"


def sources(
    facts: Facts, environment: Environment, campaign: Campaign | None, *, now: datetime, seed: str
) -> Sources:
    """The sources of a send; an environment's variable hides the campaign's of the same name."""
    variables: dict[str, str] = {}
    missing: dict[str, str] = {}
    secret_texts: set[str] = set()
    owners: tuple[Environment | Campaign | None, ...] = (campaign, environment)
    for owner in owners:
        if owner is None:
            continue
        for one in owner.variables:
            variables.pop(one.name, None)
            missing.pop(one.name, None)
            text = facts.secrets.get((owner_of(owner), one.name)) if one.secret else one.text
            if text is None:
                missing[one.name] = NO_SECRET
            else:
                variables[one.name] = text
                if one.secret and text:
                    secret_texts.add(text)
    return Sources(
        now=now,
        seed=seed,
        facts=facts,
        variables=variables,
        missing=missing,
        secret_texts=frozenset(secret_texts),
    )


def without_secrets(found: Sources) -> Sources:
    """The same sources for what leaves the program: secret variables cannot be made of them."""
    secret = {name for name, text in found.variables.items() if text in found.secret_texts}
    return replace(
        found,
        variables={name: text for name, text in found.variables.items() if name not in secret},
        missing={**found.missing, **dict.fromkeys(secret, KEPT_BACK)},
        secret_texts=frozenset(),
    )


def wants_unused(event: Event, items: Sequence[Environment | Campaign | None]) -> bool:
    """Whether the pair bank has to be looked through for an event's values."""
    texts = [event.org_id, *(value.text for value in event.fields.values())]
    texts += [row.text for row in event.lead]
    texts += [one.text for item in items if item is not None for one in item.variables]
    return any("transaction:unused" in text for text in texts)


def secret_names(items: Sequence[Environment | Campaign | None]) -> list[tuple[str, str]]:
    """The (owner, name) of every secret variable of some environments and campaigns."""
    return [
        (owner_of(item), one.name)
        for item in items
        if item is not None
        for one in item.variables
        if one.secret
    ]


def variable_names(items: Sequence[Environment | Campaign | None]) -> list[Variable]:
    """Every variable that may be used, the environment's in place of the campaign's."""
    by_name = {one.name: one for item in items if item is not None for one in item.variables}
    return list(by_name.values())
