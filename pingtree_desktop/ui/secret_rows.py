"""Variables as rows of a dialog and back; the texts of secrets go to their own store."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.domain.value_facts import owner_of
from pingtree_desktop.domain.variable import Variable, check_variables
from pingtree_desktop.ui.name_table import NameRow
from pingtree_desktop.ui.workplace import Workplace


def rows_of(variables: Sequence[Variable]) -> list[NameRow]:
    """The rows to show; a secret's text is never among them."""
    return [
        NameRow(name=one.name, text="" if one.secret else one.text, secret=one.secret)
        for one in variables
    ]


def variables_of(rows: Sequence[NameRow]) -> tuple[Variable, ...]:
    """The variables that the rows stand for.  Raises UsageError for a bad name."""
    made = tuple(_variable(row) for row in rows)
    check_variables(made)
    return made


def typed_variables(rows: Sequence[NameRow]) -> tuple[Variable, ...]:
    """The variables of rows that are still being typed, to be offered."""
    return tuple(_variable(row) for row in rows if row.name)


def _variable(row: NameRow) -> Variable:
    return Variable(name=row.name, text="" if row.secret else row.text, secret=row.secret)


async def keep_secrets(
    place: Workplace,
    before: Environment | Campaign | None,
    saved: Environment | Campaign,
    rows: Sequence[NameRow],
) -> None:
    """Store what was typed anew, move what has another owner now, forget what is gone.

    Raises PingTreeError from the keyring.
    """
    store = place.secrets()
    typed = {row.name: row.text for row in rows if row.secret and row.text}
    kept = {row.name for row in rows if row.secret}
    old = {one.name for one in before.variables if one.secret} if before is not None else set()
    if store is None or not (typed or old):
        return
    owner = owner_of(saved)
    old_owner = owner_of(before) if before is not None and old else owner

    def work() -> str:
        for name in old - kept:
            store.delete(old_owner, name)
        if old_owner != owner:
            for name in old & kept:
                store.move(old_owner, name, to_owner=owner)
        for name, text in typed.items():
            store.set(owner, name, text)
        return store.note

    note = await asyncio.to_thread(work)
    if note:
        place.notices.say(note, stays=True)
