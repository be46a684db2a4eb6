"""The draft and the profile it belongs to: what would be saved, and what becomes of it then."""

from __future__ import annotations

from dataclasses import replace

from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic


def new_profile(model: ComposeModel, *, name: str, campaign: str) -> Profile:
    """The draft as a new profile, without a slug yet; `campaign` is a slug."""
    return Profile(
        slug="", campaign=campaign, name=name, event=model.event, expect=model.expect,
        notes=model.notes,
    )  # fmt: skip


def changed_profile(model: ComposeModel, profile: Profile) -> Profile:
    """A profile with the draft in it; its name, colour and place stay."""
    return replace(profile, event=model.event, expect=model.expect, notes=model.notes)


def arranged(model: ComposeModel, profile: Profile, campaign: Campaign | None) -> None:
    """Take note that the open profile has another name, place, colour or file now.

    Its file may say more than that, if somebody changed it meanwhile.  A draft without changes
    of its own then shows it; else what it was opened from stays, so that saving asks.
    """
    before = model.profile
    if before is None or _content(before) == _content(profile):
        model.saved(profile, campaign)
    elif not model.is_modified:
        model.open_profile(profile, campaign)
    else:
        opened = replace(profile, event=before.event, expect=before.expect, notes=before.notes)
        model.saved(opened, campaign)


def gone(model: ComposeModel) -> None:
    """Take note that the open profile is no more; the draft stays."""
    model.saved(None, model.campaign)


def lost(model: ComposeModel) -> None:
    """Take note that the open profile's file is gone; saving makes it again under its name."""
    model.is_lost = True
    model.changes.tell(Topic.PROFILE)


def campaign_changed(model: ComposeModel, campaign: Campaign) -> None:
    """Let the draft know its campaign's events and variables as they are now."""
    model.campaign = campaign
    model.changes.tell(Topic.PROFILE)


def _content(profile: Profile) -> tuple[object, ...]:
    return profile.event, profile.expect, profile.notes
