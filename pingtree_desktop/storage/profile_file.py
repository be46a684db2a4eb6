"""The text of a profile file: TOML a person can read, diff and write by hand.

Reading keeps every typed character; writing edits the existing text and leaves defaults out.
No file is opened here.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from pingtree_desktop.domain.catalogue import BY_WIRE, FIELDS, MONEY_KEYS, Endpoint
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode
from pingtree_desktop.domain.profile import COLOURS, Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.escapes import has_surrogate, unescape
from pingtree_desktop.storage.toml_text import Document, plain_text, text_value

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

    from pingtree_desktop.storage.toml_edit import Row

_Word = TypeVar("_Word", bound=StrEnum)
_TABLE_KEYS = {"mode", "raw", "text", "escaped"}


def read_profile(
    text: str, *, name: str, slug: str, campaign: str
) -> tuple[Profile, tuple[PingTreeError, ...]]:
    """A profile and the warnings about its file.  `name` is how messages call the file.

    Raises UnreadableInput with line and remedy when it cannot be understood.
    """
    document = Document(text, name)
    fields, warnings = _read_fields(document)
    colour = document.text("colour")
    if colour and colour not in COLOURS:
        known = f"Use one of {', '.join(COLOURS)}."
        warnings += (document.wrong("colour", f"is {colour!r:.60}, which is not known", known),)
    event = Event(
        endpoint=_word(document, "endpoint", Endpoint, Endpoint.CAMPAIGN),
        method=_word(document, "method", Method, Method.POST),
        org_id=document.text("org_id"),
        fields=MappingProxyType(fields),
        lead=tuple(_read_lead(document, row) for row in document.rows("lead")),
    )
    profile = Profile(
        slug=slug,
        campaign=campaign,
        name=document.text("name", slug),
        event=event,
        expect=_word(document, "expect", Verdict, Verdict.FIRED),
        notes=document.text("notes"),
        colour=colour if colour in COLOURS else "",
        order=document.whole("order"),
    )
    return profile, warnings


def _word(
    document: Document,
    key: str,
    words: type[_Word],
    default: _Word,
    within: Mapping[str, Any] | None = None,
) -> _Word:
    text = document.text(key, default.value, within=within)
    try:
        return words(text)
    except ValueError:
        known = ", ".join(word.value for word in words)
        raise document.wrong(
            key, f"is {text!r:.60}, which is not known", f"Use one of {known}."
        ) from None


def _read_fields(document: Document) -> tuple[dict[str, FieldInput], tuple[PingTreeError, ...]]:
    fields: dict[str, FieldInput] = {}
    warnings: list[PingTreeError] = []
    for wire, value in document.table("fields").items():
        if wire in BY_WIRE:
            fields[wire] = _read_input(document, wire, value)
        else:
            warnings.append(
                document.wrong(
                    wire,
                    "is no field of the API and is not sent; it stays in the file",
                    "Correct its spelling, or make it a row under [[lead]].",
                )
            )
    if all(key in fields for key in MONEY_KEYS):
        raise document.wrong(
            "revenue",
            "stands beside amount, and an event carries one of the two",
            "Take one of them out; the file was left as it is.",
        )
    return fields, tuple(warnings)


def _read_input(document: Document, wire: str, value: object) -> FieldInput:
    if isinstance(value, bool):
        return FieldInput(mode=Mode.RAW, text="true" if value else "false")
    if isinstance(value, dict):
        return _read_input_table(document, wire, value)
    text = plain_text(value)
    if text is None:
        raise document.wrong(wire, 'must be a text, a number or a table such as { mode = "null" }')
    return FieldInput(text=text)


def _read_input_table(document: Document, wire: str, table: Mapping[str, Any]) -> FieldInput:
    texts = [key for key in ("raw", "text", "escaped") if key in table]
    if not table.keys() <= _TABLE_KEYS or len(texts) > 1 or ("raw" in table and "mode" in table):
        raise document.wrong(
            wire,
            "is a table that is not understood",
            'Write { raw = "…" }, or { mode = "…" } with text = "…" beside it.',
        )
    if "raw" in table:
        return FieldInput(mode=Mode.RAW, text=document.text("raw", within=table))
    mode = _word(document, "mode", Mode, Mode.VALUE, within=table)
    text = document.text(texts[0], within=table) if texts else ""
    return FieldInput(mode=mode, text=unescape(text) if texts == ["escaped"] else text)


def _read_lead(document: Document, row: Mapping[str, Any]) -> LeadField:
    value = row.get("value", "")
    default = LeadType.BOOLEAN if isinstance(value, bool) else LeadType.TEXT
    if isinstance(value, bool):
        text = "true" if value else "false"
    else:
        text = document.text("value", within=row)
    return LeadField(
        name=document.text("name", within=row),
        text=text,
        type=_word(document, "type", LeadType, default, within=row),
    )


def write_profile(profile: Profile, *, old_text: str = "", name: str) -> str:
    """The file's new text: `old_text` with only what changed edited.

    Raises UnreadableInput when the old text cannot be read or edited; nothing is lost then.
    """
    found = Profile(slug=profile.slug, campaign=profile.campaign, name="")
    if old_text:
        found, _ = read_profile(old_text, name=name, slug=profile.slug, campaign=profile.campaign)
        if found == profile:
            return old_text
    from pingtree_desktop.storage import toml_edit as edit  # noqa: PLC0415 - slow to load

    document = edit.open_for_edit(old_text, name)
    stated = found.name if "name" in document else None
    edit.put_text(document, "name", wanted=profile.name, found=stated, default=None)
    event, old = profile.event, found.event
    edit.put_text(
        document,
        "endpoint",
        wanted=event.endpoint.value,
        found=old.endpoint.value,
        default=Endpoint.CAMPAIGN.value,
    )
    edit.put_text(
        document,
        "method",
        wanted=event.method.value,
        found=old.method.value,
        default=Method.POST.value,
    )
    edit.put_text(document, "org_id", wanted=event.org_id, found=old.org_id)
    edit.put_text(
        document,
        "expect",
        wanted=profile.expect.value,
        found=found.expect.value,
        default=Verdict.FIRED.value,
    )
    edit.put_text(document, "notes", wanted=profile.notes, found=found.notes)
    edit.put_text(document, "colour", wanted=profile.colour, found=found.colour)
    edit.put_whole(document, "order", wanted=profile.order, found=found.order)
    _put_fields(document, event.fields, old.fields)
    edit.put_rows(
        document,
        "lead",
        wanted=[_lead_row(row) for row in event.lead],
        found=[_lead_row(row) for row in old.lead],
        identity="name",
    )
    text = edit.rendered(document, old_text)
    written, _ = read_profile(text, name=name, slug=profile.slug, campaign=profile.campaign)
    if written != profile:
        raise edit.not_editable(name)
    return text


def _put_fields(
    document: TOMLDocument, wanted: Mapping[str, FieldInput], found: Mapping[str, FieldInput]
) -> None:
    from pingtree_desktop.storage.toml_edit import to_item  # noqa: PLC0415 - as above

    if wanted == found:
        return
    if "fields" not in document:
        document["fields"] = {}
    table: Any = document["fields"]
    for wire in found:
        if wire not in wanted:
            table.pop(wire, None)
    for field in FIELDS:
        value = wanted.get(field.wire)
        if value is not None and found.get(field.wire) != value:
            table[field.wire] = to_item(_input_value(value))
    if not table:
        document.pop("fields", None)


def _input_value(value: FieldInput) -> object:
    if value.mode is Mode.VALUE:
        return value.text
    if value.mode is Mode.RAW and not has_surrogate(value.text):
        return {"raw": value.text}
    held = text_value(value.text)
    if isinstance(held, dict):
        return {"mode": value.mode.value, **held}
    return {"mode": value.mode.value, "text": held} if held else {"mode": value.mode.value}


def _lead_row(row: LeadField) -> Row:
    written: dict[str, str | bool | int | float] = {"name": row.name, "value": row.text}
    if row.type is not LeadType.TEXT:
        written["type"] = row.type.value
    return written
