"""Edits TOML so that all else stays as it was: comments, order, spelling, unknown keys.

Imports tomlkit, which is slow to load: import this module only where something is saved.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Item

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage.escapes import has_surrogate
from pingtree_desktop.storage.toml_text import text_value

Pairs = tuple[tuple[str, str | Mapping[str, bool]], ...]
"""A table whose names are the person's own and whose order counts."""

Row = Mapping[str, str | bool | int | float | Pairs]
"""One table of an array of tables, defaults left out."""


def to_item(value: object) -> Item:
    """A tomlkit item; dictionaries become inline tables, texts with surrogates escaped ones."""
    match value:
        case str():
            held = text_value(value)
            return tomlkit.string(held) if isinstance(held, str) else to_item(held)
        case Mapping():
            table = tomlkit.inline_table()
            for key, inner in value.items():
                table.append(key, to_item(inner))
            return table
        case tuple():
            return to_item(dict(value))
        case _:
            return tomlkit.item(value)


def paragraph_item(text: str) -> Item:
    """A text item that spans lines where the text does, if TOML gives it back unchanged."""
    if "\n" in text and "\r" not in text and not has_surrogate(text):
        raw = tomlkit.string(text, multiline=True).as_string()
        item = tomlkit.value(raw if raw.startswith('"""\n') else f'"""\n{raw[3:]}')
        try:
            if tomllib.loads(f"a = {item.as_string()}")["a"] == text:
                return item
        except tomllib.TOMLDecodeError:
            pass  # the one-line form below holds every text
    return to_item(text)


def open_for_edit(text: str, name: str) -> TOMLDocument:
    """A document to edit.  Raises UnreadableInput where tomlkit is stricter than tomllib."""
    try:
        return tomlkit.parse(text)
    except (TOMLKitError, ValueError, RecursionError) as error:
        raise not_editable(name) from error


def not_editable(name: str) -> UnreadableInput:
    """The error when a file's layout does not let a change be written without harm."""
    return UnreadableInput(
        f"{name} was not saved: its layout cannot be edited safely, so it was left as it is.",
        "Move the file away and save again.",
    )


def rendered(document: TOMLDocument, old_text: str) -> str:
    """The edited text, with the line ends that the file had before."""
    text = document.as_string()
    if "\r\n" in old_text:
        text = text.replace("\r\n", "\n").replace("\n", "\r\n")
    return text


def put_text(
    document: TOMLDocument, key: str, *, wanted: str, found: str | None, default: str | None = ""
) -> None:
    """Set a top-level text where it changed; a default is left out.

    `found` is what the file says now (None: nothing); `default` None means always written.
    """
    if wanted == found:
        return
    if wanted == default:
        document.pop(key, None)
    else:
        document[key] = paragraph_item(wanted)


def put_whole(document: TOMLDocument, key: str, *, wanted: int | None, found: int | None) -> None:
    """Set a top-level whole number where it changed; None takes it out."""
    if wanted == found:
        return
    if wanted is None:
        document.pop(key, None)
    else:
        document[key] = wanted


def put_pairs(parent: Any, key: str, *, wanted: Pairs, found: Pairs) -> None:
    """Make a table inside `parent` say `wanted`, in its order; an empty one is taken out."""
    if wanted == found:
        return
    if not wanted:
        parent.pop(key, None)
        return
    if key not in parent:
        parent[key] = tomlkit.table()
    table, old, new = parent[key], dict(found), dict(wanted)
    for name in old:
        if name not in new:
            table.pop(name)
    kept = [name for name in old if name in new]
    items = {
        name: table[name] if old.get(name) == new[name] else to_item(new[name]) for name in new
    }
    if kept != list(new)[: len(kept)]:  # the order changed: each one goes to its new place
        for name in kept:
            table.pop(name)
    for name, item in items.items():
        if name not in table or old.get(name) != new[name]:
            table[name] = item


def put_rows(
    document: TOMLDocument, key: str, *, wanted: Sequence[Row], found: Sequence[Row], identity: str
) -> None:
    """Make an array of tables say `wanted`, reusing the tables that have the same `identity`.

    `found` is what the document's tables say now, one by one.
    """
    if list(wanted) == list(found):
        return
    if not wanted:
        document.pop(key, None)
        return
    existing = list(document.get(key, []))
    in_line = isinstance(document.get(key), list) and not document[key].is_aot()
    unused = list(range(len(existing)))
    tables: list[Any] = []
    order: list[int] = []
    for row in wanted:
        match = next((i for i in unused if found[i].get(identity) == row.get(identity)), None)
        if match is None:
            tables.append(to_item(row) if in_line else _table(row))
            order.append(len(existing) + len(order))
        else:
            unused.remove(match)
            tables.append(_updated(existing[match], found[match], row))
            order.append(match)
    if existing and order == list(range(len(order))) and not unused:
        for table in tables[len(existing) :]:
            document[key].append(table)
    else:
        document[key] = _rows(tables, in_line=in_line)


def _rows(tables: Sequence[Any], *, in_line: bool) -> Any:
    rows = tomlkit.array() if in_line else tomlkit.aot()
    for table in tables:
        rows.append(table)
    return rows


def _table(row: Row) -> Any:
    table = tomlkit.table()
    for key, value in row.items():
        if isinstance(value, tuple):
            put_pairs(table, key, wanted=value, found=())
        else:
            table.append(key, to_item(value))
    return table


def _updated(table: Any, old: Row, new: Row) -> Any:
    for key in old:
        if key not in new:
            table.pop(key, None)
    for key, value in new.items():
        before = old.get(key)
        if isinstance(value, tuple):
            put_pairs(table, key, wanted=value, found=before if isinstance(before, tuple) else ())
        elif before != value:
            table[key] = to_item(value)
    return table
