"""Tables of names and values in TOML files: variables, secrets by name alone, extra headers.

Opens no file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.extra_headers import Headers, header_fault
from pingtree_desktop.domain.variable import Variable, variable_fault
from pingtree_desktop.storage.toml_text import Document, plain_text

if TYPE_CHECKING:
    from pingtree_desktop.storage.toml_edit import Pairs


def read_variables(document: Document, table: Mapping[str, Any]) -> tuple[Variable, ...]:
    """The variables of a table, in its order.  Raises UnreadableInput."""
    found: dict[str, Variable] = {}
    for name, value in table.items():
        if fault := variable_fault(name, [*found]):
            raise _wrong(document, "variables", name, fault)
        found[name] = _read_variable(document, name, value)
    return tuple(found.values())


def _read_variable(document: Document, name: str, value: object) -> Variable:
    text = plain_text(value)
    if text is not None:
        return Variable(name=name, text=text)
    if isinstance(value, dict) and value.get("secret") is True and "text" not in value:
        return Variable(name=name, secret=True)
    raise document.wrong(
        name,
        "must be a text in quotes, or { secret = true } without its text",
        "Correct that line; a name with a dot needs quotes.",
    )


def variable_pairs(variables: Sequence[Variable]) -> Pairs:
    """The variables as rows of a table; the text of a secret is never among them."""
    return tuple((one.name, {"secret": True} if one.secret else one.text) for one in variables)


def read_headers(document: Document, table: Mapping[str, Any]) -> Headers:
    """The extra headers of a table, in its order.  Raises UnreadableInput."""
    found: dict[str, str] = {}
    for name in table:
        value = document.text(name, within=table)
        if fault := header_fault(name, value, [*found]):
            raise _wrong(document, "headers", name, fault)
        found[name] = value
    return tuple(found.items())


def _wrong(document: Document, table: str, name: str, fault: str) -> UnreadableInput:
    if name.isascii() and name.isprintable() and name:
        return document.wrong(name, fault)
    return document.wrong(table, f"has the name {name!r:.60}, which {fault}")
