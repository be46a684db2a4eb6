"""`pingtree import`: a request from elsewhere becomes a profile; every part is accounted for.

Nothing of the text is run, and no file or address that it names is read.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pingtree_desktop.cli.output import Output, plain
from pingtree_desktop.cli.send import open_workspace
from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.formats.paste.anything import read_anything
from pingtree_desktop.formats.paste.composing import Composed, to_event
from pingtree_desktop.formats.paste.hint_notes import hint_notes
from pingtree_desktop.formats.paste.reading import Reading, Source, Taken

if TYPE_CHECKING:
    from pingtree_desktop.storage.workspace import Loaded, Workspace

_LIMIT_BYTES = 100_000_000
_LISTED = 20
_IMPORTED = "Imported"
_SOURCES = {
    "curl": {Source.CURL, Source.POWERSHELL},
    "url": {Source.URL},
    "har": {Source.HAR},
    "postman": {Source.POSTMAN},
    "json": {Source.JSON},
}


def run(args: argparse.Namespace, out: Output) -> int:
    """Read, save and report; returns the exit code."""
    reading = read_anything(_text(args.file))
    _check_kind(args.format, reading)
    taken = _picked(reading, args.pick)
    composed = to_event(taken)
    event = composed.suggested if args.use_names else composed.event
    workspace = open_workspace(args)
    campaign = _campaign(workspace, args.campaign, event)
    name = args.name or event.text("event_id") or taken.title
    saved = workspace.save_profile(
        Profile(slug="", campaign=campaign.slug, name=name[:80], event=event)
    )
    notes = (*reading.notes, *taken.notes, *hint_notes(composed))
    if out.as_json:
        out.document(_document(saved, event, composed, taken, notes))
        return 0
    out.line(f"Saved as {saved.campaign}/{saved.slug}.")
    if not out.is_quiet:
        _report(event, composed, taken, notes, out, used_names=args.use_names)
    return 0


def _text(file: str) -> str:
    """The text of a file, or of stdin for `-`.  Raises UnreadableInput."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_LIMIT_BYTES + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(_LIMIT_BYTES + 1)
    except OSError as error:
        raise UnreadableInput(
            f"{file} cannot be read: {error.strerror or error}.", "Give a file, or - for stdin."
        ) from None
    if len(data) > _LIMIT_BYTES:
        raise UnreadableInput(
            f"The input is larger than {_LIMIT_BYTES // 1_000_000} MB.", "Give one request."
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"The input is not UTF-8 at byte {error.start:,}.", "Save it as UTF-8."
        ) from None


def _check_kind(wanted: str, reading: Reading) -> None:
    if reading.source in _SOURCES[wanted]:
        return
    kind = next((name for name, known in _SOURCES.items() if reading.source in known), "")
    raise UnreadableInput(
        f"This is {reading.source.value}, not {wanted}.",
        f"Write pingtree import {kind}." if kind else "Paste it in the window instead.",
    )


def _picked(reading: Reading, pick: int | None) -> Taken:
    requests = reading.requests
    if pick is not None:
        if not 1 <= pick <= len(requests):
            raise UsageError(
                f"--pick: there is no request {pick}.", f"There are {len(requests)}, from 1 on."
            )
        return requests[pick - 1]
    ours = [one for one in requests if "/api/event/" in one.url]
    for candidates in (requests, ours):
        if len(candidates) == 1:
            return candidates[0]
    listed = "; ".join(
        f"{number} {plain(one.title, limit=60)}" for number, one in enumerate(requests[:_LISTED], 1)
    )
    more = f"; and {len(requests) - _LISTED} more" if len(requests) > _LISTED else ""
    raise UsageError(
        f"The text holds {len(requests)} requests: {listed}{more}.", "Choose one with --pick N."
    )


def _campaign(workspace: Workspace, wanted: str | None, event: Event) -> Campaign:
    """The campaign that is named, that has the event's id, or a new one."""
    loaded: Loaded = workspace.load()
    if wanted is not None:
        folded = wanted.casefold()
        found = [
            one
            for one in loaded.campaigns
            if wanted in {one.slug, one.cid} or one.name.casefold() == folded
        ]
        if len(found) > 1:
            raise UsageError(
                f"{wanted!r} names {len(found)} campaigns: {', '.join(c.slug for c in found)}.",
                "Write one of these.",
            )
        if found:
            return found[0]
    cid = event.text("cid")
    for one in loaded.campaigns:
        if wanted is None and (one.cid == cid != "" or (not cid and one.name == _IMPORTED)):
            return one
    new = Campaign(slug="", name=wanted or cid or _IMPORTED, cid=cid, org_id=event.org_id)
    return workspace.save_campaign(new)


def _values(event: Event) -> list[tuple[str, str]]:
    pairs = [("endpoint", event.endpoint.value), ("method", event.method.value)]
    if event.org_id:
        pairs.append(("org_id", event.org_id))
    pairs += [(wire, value.text or value.mode.value) for wire, value in event.fields.items()]
    return pairs + [(f"lead {row.name}", row.text or row.type.value) for row in event.lead]


def _report(
    event: Event,
    composed: Composed,
    taken: Taken,
    notes: tuple[str, ...],
    out: Output,
    *,
    used_names: bool,
) -> None:
    for name, text in _values(event):
        out.line(f"  taken      {plain(name)} = {plain(text)}")
    for one in composed.renamed:
        word = "renamed" if used_names and one.new else "resembles"
        shown = f"{plain(one.old)} \u2192 {one.new}" if one.new else plain(one.old)
        out.line(f"  {word:<10} {shown}: {plain(one.why)}")
    for note in composed.not_understood:
        out.line(f"  not taken  {plain(str(note))}")
    for one_read in taken.reads:
        out.line(f"  left alone {plain(one_read)}")
    for text in notes:
        out.line(f"  note       {plain(text)}")
    if composed.suggested != composed.event and not used_names:
        out.note("--use-names takes the names of the fields that the paste's names resemble.")


def _document(
    saved: Profile, event: Event, composed: Composed, taken: Taken, notes: tuple[str, ...]
) -> dict[str, object]:
    return {
        "profile": f"{saved.campaign}/{saved.slug}",
        "name": saved.name,
        "base_url": composed.base_url,
        "taken": dict(_values(event)),
        "resembles": [{"old": one.old, "new": one.new, "why": one.why} for one in composed.renamed],
        "not_taken": [{"part": one.part, "why": one.why} for one in composed.not_understood],
        "left_alone": list(taken.reads),
        "notes": list(notes),
    }
