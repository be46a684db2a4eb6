"""Named values of a campaign or an environment, written `{{name}}` where they are used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pingtree_desktop.domain.errors import UsageError

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
BUILT_IN_NAMES = frozenset(
    {"uuid", "now", "today", "seq", "random_int", "random_choice", "transaction", "last"}
)
"""What `{{…}}` means already; no variable may be called so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """One named value.  The text of a secret is kept outside every file that is shared."""

    name: str
    text: str = field(default="", repr=False)
    secret: bool = False


def variable_fault(name: str, others: Sequence[str] = ()) -> str:
    """What is wrong with a variable's name beside `others`, as the end of a sentence, or nothing.

    Names differ by more than upper and lower case: some systems keep secrets regardless of it.
    """
    if not VARIABLE_NAME.fullmatch(name):
        return (
            "is no name for a variable: it starts with a letter or _ and goes on with letters, "
            "digits, _, . and -"
        )
    if name in BUILT_IN_NAMES:
        return "is the name of a built-in value"
    if name.casefold() in {other.casefold() for other in others}:
        return "is the name of another variable here"
    return ""


def check_variables(variables: Sequence[Variable]) -> None:
    """Raise UsageError for the first name that cannot be one or stands twice."""
    names: list[str] = []
    for variable in variables:
        if fault := variable_fault(variable.name, names):
            raise UsageError(f"{variable.name!r:.60} {fault}.", "Choose another name.")
        names.append(variable.name)


def without_secrets(variables: Sequence[Variable]) -> tuple[Variable, ...]:
    """The variables as a file holds them: secrets by their name alone."""
    return tuple(replace(one, text="") if one.secret else one for one in variables)
