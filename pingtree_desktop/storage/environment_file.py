"""The text of the environments file: the person's own targets, none of the built-in ones.

Opens no file.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pingtree_desktop.domain.environment import BUILT_IN, Danger, Environment
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.extra_headers import check_headers
from pingtree_desktop.domain.variable import check_variables, without_secrets
from pingtree_desktop.storage.name_tables import read_headers, read_variables, variable_pairs
from pingtree_desktop.storage.toml_text import Document

if TYPE_CHECKING:
    from pingtree_desktop.storage.toml_edit import Pairs, Row

_DEFAULT = Environment(name="")


def read_environments(text: str, *, name: str) -> tuple[Environment, ...]:
    """The environments of a file; `name` is how messages call it.  Raises UnreadableInput."""
    document = Document(text, name)
    found: list[Environment] = []
    taken = {environment.name.casefold() for environment in BUILT_IN}
    for row in document.rows("environment"):
        environment = _read(document, row)
        if not environment.name.strip():
            raise document.wrong("name", "is empty or left out")
        if environment.name.casefold() in taken:
            raise document.wrong(
                "name", f"{environment.name!r:.60} is taken by another environment"
            )
        taken.add(environment.name.casefold())
        found.append(environment)
    return tuple(found)


def _read(document: Document, row: Mapping[str, Any]) -> Environment:
    danger = document.text("danger", _DEFAULT.declared.value, within=row)
    if danger not in set(Danger):
        raise document.wrong(
            "danger", f"is {danger!r:.60}, which is not known", "Use test, live or sandbox."
        )
    return Environment(
        name=document.text("name", within=row),
        base_url=document.text("base_url", within=row),
        declared=Danger(danger),
        timeout_s=_seconds(document, document.text("timeout_s", "30", within=row)),
        proxy=document.text("proxy", _DEFAULT.proxy, within=row),
        ca_file=document.text("ca_file", within=row),
        verify_tls=document.flag("verify_tls", _DEFAULT.verify_tls, within=row),
        headers=read_headers(document, document.table("headers", within=row)),
        variables=read_variables(document, document.table("variables", within=row)),
    )


def _seconds(document: Document, text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < math.inf:
        raise document.wrong("timeout_s", "must be a number of seconds above 0")
    return seconds


def write_environments(
    environments: Sequence[Environment], *, old_text: str = "", name: str
) -> str:
    """The file's new text; the text of a secret variable is not written.

    Raises UsageError for a name that is empty or taken, and for a header that cannot be sent.
    """
    _check_names(environments)
    for one in environments:
        check_headers(one.headers)
        check_variables(one.variables)
    environments = tuple(replace(e, variables=without_secrets(e.variables)) for e in environments)
    found = read_environments(old_text, name=name)
    if environments == found:
        return old_text
    from pingtree_desktop.storage import toml_edit as edit  # noqa: PLC0415 - slow to load

    document = edit.open_for_edit(old_text, name)
    edit.put_rows(
        document,
        "environment",
        wanted=[_row(environment) for environment in environments],
        found=[_row(environment) for environment in found],
        identity="name",
    )
    text = edit.rendered(document, old_text)
    if read_environments(text, name=name) != environments:
        raise edit.not_editable(name)
    return text


def _check_names(environments: Sequence[Environment]) -> None:
    taken = {environment.name.casefold() for environment in BUILT_IN}
    for environment in environments:
        if not environment.name.strip():
            raise UsageError("An environment needs a name.", "Type one, such as staging.")
        if environment.name.casefold() in taken:
            raise UsageError(
                f"There is already an environment called {environment.name}.",
                "Choose another name.",
            )
        taken.add(environment.name.casefold())


def _row(environment: Environment) -> Row:
    # The danger is always written: what it defaults to must not depend on the version.
    row: dict[str, str | bool | int | float | Pairs] = {
        "name": environment.name,
        "base_url": environment.base_url,
        "danger": environment.declared.value,
    }
    if environment.timeout_s != _DEFAULT.timeout_s:
        whole = environment.timeout_s.is_integer()
        row["timeout_s"] = int(environment.timeout_s) if whole else environment.timeout_s
    for key in ("proxy", "ca_file", "verify_tls"):
        value = getattr(environment, key)
        if value != getattr(_DEFAULT, key):
            row[key] = value
    if environment.headers:
        row["headers"] = environment.headers
    if environment.variables:
        row["variables"] = variable_pairs(environment.variables)
    return row
