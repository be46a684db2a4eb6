"""The text of a campaign file: its ids and the events of its event settings.  Opens no file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pingtree_desktop.domain.profile import Campaign, EventKind
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
    )


def _read_event(document: Document, row: Mapping[str, Any]) -> EventKind:
    return EventKind(
        id=document.text("id", within=row),
        name=document.text("name", within=row),
        conversion=document.flag("conversion", False, within=row),
        multi_trigger=document.flag("multi_trigger", False, within=row),
    )


def write_campaign(campaign: Campaign, *, old_text: str = "", name: str) -> str:
    """The file's new text: `old_text` with only what changed edited.  Raises UnreadableInput."""
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
    edit.put_rows(
        document,
        "event",
        wanted=[_row(event) for event in campaign.events],
        found=[_row(event) for event in found.events],
        identity="id",
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
    return row
