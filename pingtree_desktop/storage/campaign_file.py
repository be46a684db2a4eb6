"""The text of a campaign file: its ids and the events of its event settings.  Opens no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pingtree_desktop.domain.profile import Campaign, EventKind
from pingtree_desktop.domain.variable import check_variables, without_secrets
from pingtree_desktop.storage.name_tables import read_variables, variable_pairs
from pingtree_desktop.storage.toml_text import Document

if TYPE_CHECKING:
    from pingtree_desktop.storage.toml_edit import Row

_TEXTS = ("cid", "org_id", "pid")


def read_campaign(text: str, *, name: str, slug: str) -> Campaign:
    """A campaign; `name` is how messages call the file.  Raises UnreadableInput."""
    document = Document(text, name)
    return Campaign(
        slug=slug,
        name=document.text("name", slug),
        cid=document.text("cid"),
        org_id=document.text("org_id"),
        pid=document.text("pid"),
        events=tuple(_read_event(document, row) for row in document.rows("event")),
        variables=read_variables(document, document.table("variables")),
        order=document.whole("order"),
    )


def _read_event(document: Document, row: Mapping[str, Any]) -> EventKind:
    return EventKind(
        id=document.text("id", within=row),
        name=document.text("name", within=row),
        conversion=document.flag("conversion", False, within=row),
        multi_trigger=document.flag("multi_trigger", False, within=row),
        affiliate_conversion=document.flag("affiliate_conversion", False, within=row),
        money=document.text("money", within=row),
    )


def write_campaign(campaign: Campaign, *, old_text: str = "", name: str) -> str:
    """The file's new text: `old_text` with only what changed edited.

    The text of a secret variable is not written.  Raises UsageError for a variable's name, and
    UnreadableInput.
    """
    check_variables(campaign.variables)
    campaign = replace(campaign, variables=without_secrets(campaign.variables))
    found = Campaign(slug=campaign.slug, name="")
    if old_text:
        found = read_campaign(old_text, name=name, slug=campaign.slug)
        if found == campaign:
            return old_text
    from pingtree_desktop.storage import toml_edit as edit  # noqa: PLC0415 - slow to load

    document = edit.open_for_edit(old_text, name)
    stated = found.name if "name" in document else None
    edit.put_text(document, "name", wanted=campaign.name, found=stated, default=None)
    for key in _TEXTS:
        edit.put_text(document, key, wanted=getattr(campaign, key), found=getattr(found, key))
    edit.put_whole(document, "order", wanted=campaign.order, found=found.order)
    edit.put_rows(
        document,
        "event",
        wanted=[_row(event) for event in campaign.events],
        found=[_row(event) for event in found.events],
        identity="id",
    )
    edit.put_pairs(
        document,
        "variables",
        wanted=variable_pairs(campaign.variables),
        found=variable_pairs(found.variables),
    )
    text = edit.rendered(document, old_text)
    if read_campaign(text, name=name, slug=campaign.slug) != campaign:
        raise edit.not_editable(name)
    return text


def _row(event: EventKind) -> Row:
    row: dict[str, str | bool | int | float] = {"id": event.id}
    if event.name:
        row["name"] = event.name
    if event.conversion:
        row["conversion"] = True
    if event.multi_trigger:
        row["multi_trigger"] = True
    if event.affiliate_conversion:
        row["affiliate_conversion"] = True
    if event.money:
        row["money"] = event.money
    return row
