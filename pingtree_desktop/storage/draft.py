"""The draft journal: what is typed and not yet saved survives a crash."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

from pingtree_desktop.domain.environment import SANDBOX
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.storage.event_codec import (
    event_from_json,
    event_to_json,
    text_from_json,
    text_to_json,
)
from pingtree_desktop.storage.files import read_text, reason, set_aside, shown, write_text
from pingtree_desktop.storage.places import Places


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The open form.  `campaign` and `profile` are the slugs of what it was opened from.

    `opened`, `opened_expect` and `opened_notes` are what that profile said then, so that a change
    from outside is noticed even after the program was closed.  Notes are None in a draft of a
    version that did not keep them: they are then the profile's own.
    """

    event: Event = field(default_factory=Event)
    campaign: str = ""
    profile: str = ""
    expect: Verdict = Verdict.FIRED
    environment: str = SANDBOX.name
    opened: Event | None = None
    opened_expect: Verdict = Verdict.FIRED
    notes: str | None = None
    opened_notes: str | None = None

    def base(self, profile: Profile) -> Profile:
        """The profile as it was when the form was opened, as far as the form shows it."""
        if self.opened is None:
            return profile
        notes = profile.notes if self.opened_notes is None else self.opened_notes
        return replace(profile, event=self.opened, expect=self.opened_expect, notes=notes)

    def notes_with(self, profile: Profile | None) -> str:
        """The draft's notes, beside the profile that it was opened from."""
        if self.notes is None:
            return profile.notes if profile is not None else ""
        return self.notes


def draft_to_json(draft: Draft) -> dict[str, Any]:
    """A draft as JSON values."""
    data: dict[str, Any] = {
        "event": event_to_json(draft.event),
        "campaign": text_to_json(draft.campaign),
        "profile": text_to_json(draft.profile),
        "expect": draft.expect.value,
        "environment": text_to_json(draft.environment),
    }
    if draft.opened is not None:
        data["opened"] = event_to_json(draft.opened)
        data["opened_expect"] = draft.opened_expect.value
    for key, notes in (("notes", draft.notes), ("opened_notes", draft.opened_notes)):
        if notes is not None:
            data[key] = text_to_json(notes)
    return data


def draft_from_json(data: Any) -> Draft:
    """The draft that `draft_to_json` was given.

    Raises ValueError, KeyError, TypeError or UnreadableInput on anything else.
    """
    opened = data.get("opened") if isinstance(data, dict) else None
    return Draft(
        event=event_from_json(data["event"]),
        campaign=text_from_json(data["campaign"]),
        profile=text_from_json(data["profile"]),
        expect=Verdict(data["expect"]),
        environment=text_from_json(data["environment"]),
        opened=None if opened is None else event_from_json(opened),
        opened_expect=Verdict(data.get("opened_expect", Verdict.FIRED)),
        notes=text_from_json(data["notes"]) if "notes" in data else None,
        opened_notes=text_from_json(data["opened_notes"]) if "opened_notes" in data else None,
    )


def save_draft(places: Places, draft: Draft) -> None:
    """Write the draft in one step.  Raises StorageUnavailable."""
    text = json.dumps(draft_to_json(draft), ensure_ascii=True, indent=1)
    write_text(places.draft_file, text + "\n")


def load_draft(places: Places) -> Draft | None:
    """The draft of the last session, or None when there is none.

    Raises UnreadableInput when it cannot be understood; it is then kept beside as `.bad`.
    """
    path = places.draft_file
    if not path.exists():
        return None
    try:
        return draft_from_json(json.loads(read_text(path)))
    except StorageUnavailable:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, PingTreeError) as error:
        kept = set_aside(path)
        raise UnreadableInput(
            f"The draft of the last session in {shown(path)} could not be read.",
            f"The form starts empty; the old draft is kept as {shown(kept)}.",
        ) from error


def clear_draft(places: Places) -> None:
    """Forget the draft.  Raises StorageUnavailable when it cannot be removed."""
    try:
        with contextlib.suppress(FileNotFoundError):
            places.draft_file.unlink()
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(places.draft_file)} cannot be removed: {reason(error)}.",
            "Remove it by hand.",
        ) from error
