"""A profile as one file to hand on: `*.pingtree`, the profile's TOML and its campaign's ids.

It holds what the person typed into the profile and nothing else: no environment, no credentials,
no history.  Values of lead fields are part of a profile, so they travel with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from pingtree_desktop.domain.errors import NewerVersion, PingTreeError, UnreadableInput
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.files import read_text, shown, write_text
from pingtree_desktop.storage.profile_file import read_profile, write_profile
from pingtree_desktop.storage.toml_text import Document
from pingtree_desktop.storage.workspace import Workspace

SUFFIX = ".pingtree"
FORMAT = 1
_HEAD = "# A profile exported by PingTree Desktop: open it there, or read it here.\n"
_CAMPAIGN_TEXTS = ("name", "cid", "org_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedProfile:
    """What a `.pingtree` file says: neither part has a slug, as it lies in no workspace yet."""

    profile: Profile
    campaign: Campaign
    warnings: tuple[PingTreeError, ...] = ()


def write_shared_profile(profile: Profile, campaign: Campaign | None) -> str:
    """The text of a `.pingtree` file; `campaign` is the one the profile belongs to, if any."""
    from pingtree_desktop.storage.toml_edit import to_item  # noqa: PLC0415 - slow to load

    placeless = replace(profile, order=None)  # its place among others says nothing elsewhere
    text = f"{_HEAD}pingtree = {FORMAT}\n{write_profile(placeless, name=profile.name)}"
    rows = [(key, getattr(campaign, key)) for key in _CAMPAIGN_TEXTS] if campaign else []
    lines = [f"{key} = {to_item(value).as_string()}\n" for key, value in rows if value]
    return f"{text}\n[campaign]\n{''.join(lines)}" if lines else text


def read_shared_profile(text: str, *, name: str) -> SharedProfile:
    """What a `.pingtree` file holds; `name` is how messages call it.

    Raises UnreadableInput in one sentence, NewerVersion for a format of a later version.
    """
    document = Document(text, name)
    stated = document.values.get("pingtree")
    if not isinstance(stated, int) or isinstance(stated, bool) or stated < 1:
        raise UnreadableInput(
            f"{name} is no exported profile: it has no line `pingtree = {FORMAT}`.",
            "Export the profile again, or ask for the file again.",
        )
    if stated > FORMAT:
        raise NewerVersion(
            f"{name} was written by a later version of PingTree Desktop (format {stated}).",
            "Update the program, then open the file again.",
        )
    stem = Path(name).stem
    profile, warnings = read_profile(text, name=name, slug=stem, campaign="")
    row = document.table("campaign")
    campaign = Campaign(
        slug="",
        name=document.text("name", within=row),
        cid=document.text("cid", within=row),
        org_id=document.text("org_id", within=row),
    )
    profile = replace(profile, slug="", order=None)
    return SharedProfile(profile=profile, campaign=campaign, warnings=warnings)


def save_shared_profile(file: Path, profile: Profile, campaign: Campaign | None) -> None:
    """Write a profile to a file of the person's choice.  Raises StorageUnavailable."""
    write_text(file, write_shared_profile(profile, campaign))


def open_shared_profile(file: Path) -> SharedProfile:
    """Read a file that a person opened.  Raises UnreadableInput and StorageUnavailable."""
    return read_shared_profile(read_text(file), name=shown(file))


def keep_shared_profile(workspace: Workspace, shared: SharedProfile) -> Profile:
    """Put what was opened into the workspace and return the saved profile.

    It joins the campaign with the same campaign ID (without one: the same name), or makes it.  A
    profile that is there already is returned as it is, so opening a file twice changes nothing;
    another one of the same name keeps its place, and the new one gets a number.
    """
    loaded = workspace.load()
    campaign = _campaign_like(shared.campaign, loaded.campaigns)
    if campaign is None:
        name = shared.campaign.name or shared.campaign.cid or shared.profile.name
        campaign = workspace.save_campaign(replace(shared.campaign, name=name))
    beside = [one for one in loaded.profiles if one.campaign == campaign.slug]
    wanted = replace(shared.profile, campaign=campaign.slug)
    for one in beside:
        if replace(one, slug="", order=None) == wanted:
            return one
    name = _free_name(wanted.name, {one.name.casefold() for one in beside})
    return workspace.save_profile(replace(wanted, name=name))


def _campaign_like(wanted: Campaign, campaigns: tuple[Campaign, ...]) -> Campaign | None:
    if wanted.cid:
        return next((one for one in campaigns if one.cid == wanted.cid), None)
    named = wanted.name.casefold()
    return next((one for one in campaigns if not one.cid and one.name.casefold() == named), None)


def _free_name(name: str, taken: set[str]) -> str:
    candidate, number = name, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{name} {number}"
    return candidate
