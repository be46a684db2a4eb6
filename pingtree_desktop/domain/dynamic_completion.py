"""What may stand behind `{{`: the built-in values and the variables."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pingtree_desktop.domain.completion import Choice, Completions
from pingtree_desktop.domain.dynamic import BUILT_IN
from pingtree_desktop.domain.variable import Variable

_OPEN = re.compile(r"\{\{([^{}|]*)$")


def complete_value(text: str, cursor: int, variables: Sequence[Variable]) -> Completions:
    """The choices at the cursor: all right after `{{`, then those that begin as typed."""
    found = _OPEN.search(text, 0, cursor)
    if found is None:
        return Completions(start=cursor, end=cursor, choices=())
    typed = found[1].lstrip().casefold()
    offered = [
        Choice(text=one.name, help="secret variable" if one.secret else f"variable: {one.text}")
        for one in variables
    ]
    offered += [Choice(text=one.form, help=one.help) for one in BUILT_IN]
    choices = tuple(one for one in offered if one.text.casefold().startswith(typed))
    return Completions(start=cursor - len(found[1].lstrip()), end=cursor, choices=choices)


def filled_in(text: str, found: Completions, chosen: str) -> tuple[str, int]:
    """The text with a choice and its closing braces put in, and where the cursor is then."""
    before, after = text[: found.start], text[found.end :]
    closing = "" if after.lstrip().startswith("}}") else "}}"
    return before + chosen + closing + after, len(before) + len(chosen) + 2
