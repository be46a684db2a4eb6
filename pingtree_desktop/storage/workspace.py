"""The shared part of a workspace: campaigns, their profiles, environments, as small files.

Everything here blocks on the disk and is called from a worker thread or the command line.  An
unreadable file is reported and never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UsageError
from pingtree_desktop.domain.profile import Campaign, Profile, place
from pingtree_desktop.storage import demo
from pingtree_desktop.storage.campaign_file import read_campaign, write_campaign
from pingtree_desktop.storage.environment_file import read_environments, write_environments
from pingtree_desktop.storage.files import (
    read_text,
    reason,
    shown,
    sweep_leftovers,
    sync_folder,
    write_text,
)
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.profile_file import read_profile, write_profile
from pingtree_desktop.storage.slugs import checked, slug_for
from pingtree_desktop.storage.trash import Undo, move_to_trash

_CAMPAIGN_FILE = "campaign.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the workspace holds, the built-in environments first.

    `problems` has one entry for each file that could not be read, and the warnings.
    """

    campaigns: tuple[Campaign, ...]
    profiles: tuple[Profile, ...]
    environments: tuple[Environment, ...]
    problems: tuple[PingTreeError, ...]


class Workspace:
    """Reads and writes the campaign, profile and environment files of one workspace."""

    def __init__(self, places: Places) -> None:
        self._places = places

    # ---- reading ---------------------------------------------------------------------------

    def load(self) -> Loaded:
        """Read every file; what cannot be read becomes a problem and stops nothing else."""
        problems: list[PingTreeError] = []
        campaigns: list[Campaign] = []
        profiles: list[Profile] = []
        for folder in self._folders_or_problem(problems):
            try:
                campaigns.append(self._read_campaign(folder))
            except PingTreeError as problem:
                campaigns.append(Campaign(slug=folder.name, name=folder.name))
                problems.append(problem)
            self._load_profiles(folder, profiles, problems)
        custom: tuple[Environment, ...] = ()
        try:
            custom = self._read_environments()
        except PingTreeError as problem:
            problems.append(problem)
        return Loaded(
            campaigns=tuple(sorted(campaigns, key=place)),
            profiles=tuple(sorted(profiles, key=lambda p: (p.campaign, *place(p)))),
            environments=(*BUILT_IN, *custom),
            problems=tuple(problems),
        )

    def _folders_or_problem(self, problems: list[PingTreeError]) -> list[Path]:
        try:
            return self._campaign_folders()
        except PingTreeError as problem:
            problems.append(problem)
            return []

    def _load_profiles(
        self, folder: Path, profiles: list[Profile], problems: list[PingTreeError]
    ) -> None:
        try:
            files = _profile_files(folder)
        except PingTreeError as problem:
            problems.append(problem)
            return
        for file in files:
            try:
                profile, warnings = self._read_profile(file)
            except PingTreeError as problem:
                problems.append(problem)
            else:
                profiles.append(profile)
                problems.extend(warnings)

    def find_profile(self, text: str) -> Profile:
        """The profile that a person means: a .toml path, `campaign/slug`, a slug, or a name.

        Raises UsageError, listing candidates or near matches, and UnreadableInput when the file
        meant cannot be read.
        """
        path = Path(text).expanduser()
        if path.suffix.lower() == ".toml" and path.is_file():
            return self._read_profile(path.absolute())[0]
        files = [file for folder in self._campaign_folders() for file in _profile_files(folder)]
        wanted = text.removesuffix(".toml").casefold()
        by_slug = [f for f in files if wanted in {f.stem.casefold(), _address(f).casefold()}]
        if len(by_slug) == 1:
            return self._read_profile(by_slug[0])[0]
        profiles = self.load().profiles
        by_name = [p for p in profiles if p.name.casefold() == text.casefold()]
        if not by_slug and len(by_name) == 1:
            return by_name[0]
        several = [_address(f) for f in by_slug] or [f"{p.campaign}/{p.slug}" for p in by_name]
        if several:
            raise UsageError(
                f"{text!r} names {len(several)} profiles: {', '.join(several)}.",
                "Write it as campaign/profile.",
            )
        raise UsageError(f"There is no profile called {text!r}.", _nearest(wanted, profiles))

    def _campaign_folders(self) -> list[Path]:
        return _listed(self._places.campaigns, lambda p: p.is_dir())

    def _read_campaign(self, folder: Path) -> Campaign:
        file = folder / _CAMPAIGN_FILE
        if not file.exists():  # profiles alone are a campaign too
            return Campaign(slug=folder.name, name=folder.name)
        return read_campaign(read_text(file), name=self._name(file), slug=folder.name)

    def _read_profile(self, file: Path) -> tuple[Profile, tuple[PingTreeError, ...]]:
        folder = file.parent.parent
        ours = folder.parent == self._places.campaigns and file.parent.name == "profiles"
        return read_profile(
            read_text(file),
            name=self._name(file),
            slug=file.stem,
            campaign=folder.name if ours else "",
        )

    def _read_environments(self) -> tuple[Environment, ...]:
        file = self._places.environments_file
        if not file.exists():
            return ()
        return read_environments(read_text(file), name=self._name(file))

    def _name(self, file: Path) -> str:
        """How messages call a file: its path inside the workspace, or the whole path."""
        inside = file.is_relative_to(self._places.root)
        return shown(file.relative_to(self._places.root) if inside else file)

    # ---- profiles --------------------------------------------------------------------------

    def save_profile(self, profile: Profile) -> Profile:
        """Write a profile under its campaign; an empty slug is chosen from the name.

        Raises UsageError without a campaign, UnreadableInput when the file was damaged by hand
        meanwhile, StorageUnavailable when it cannot be written.
        """
        if not profile.slug:
            profile = replace(profile, slug=self._new_profile_slug(profile))
        file = self._profile_file(profile)
        self._write_profile(file, profile, old_text=_text_or_empty(file))
        return profile

    def rename_profile(self, profile: Profile, name: str) -> Profile:
        """Give a saved profile another name and its file the name that goes with it."""
        file = self._profile_file(profile)
        named = replace(profile, name=name)
        self._write_profile(file, named, old_text=_text_or_empty(file))
        moved = replace(named, slug=self._new_profile_slug(named, but=profile.slug))
        if moved.slug != profile.slug:
            try:
                file.rename(self._profile_file(moved))
                sync_folder(file.parent)
            except OSError as error:
                raise StorageUnavailable(
                    f"{self._name(file)} could not be renamed: {reason(error)}.",
                    "Its content has the new name; only the file keeps the old one.",
                ) from error
        return moved

    def duplicate_profile(self, profile: Profile) -> Profile:
        """Save a copy beside a profile, the comments of its file included."""
        taken = {p.name.casefold() for p in self.load().profiles if p.campaign == profile.campaign}
        name, number = f"{profile.name} copy", 1
        while name.casefold() in taken:
            number += 1
            name = f"{profile.name} copy {number}"
        old_text = _text_or_empty(self._profile_file(profile)) if profile.slug else ""
        copy = replace(profile, name=name, slug="")
        copy = replace(copy, slug=self._new_profile_slug(copy))
        self._write_profile(self._profile_file(copy), copy, old_text=old_text)
        return copy

    def delete_profile(self, profile: Profile) -> Undo:
        """Move a profile's file to the trash; the result puts its exact bytes back."""
        return move_to_trash(self._profile_file(profile), self._places.trash)

    def _profile_file(self, profile: Profile) -> Path:
        if not profile.campaign:
            raise UsageError("The profile belongs to no campaign.", "Choose a campaign first.")
        folder = self._places.campaigns / checked(profile.campaign)
        return folder / "profiles" / f"{checked(profile.slug)}.toml"

    def _new_profile_slug(self, profile: Profile, but: str = "") -> str:
        folder = self._places.campaigns / checked(profile.campaign) if profile.campaign else None
        taken = [file.stem for file in _profile_files(folder)] if folder is not None else []
        return slug_for(profile.name, (slug for slug in taken if slug != but), kind="profile")

    def _write_profile(self, file: Path, profile: Profile, *, old_text: str) -> None:
        text = write_profile(profile, old_text=old_text, name=self._name(file))
        _make_folder(file.parent)
        write_text(file, text)

    # ---- campaigns and environments --------------------------------------------------------

    def save_campaign(self, campaign: Campaign) -> Campaign:
        """Write a campaign's file; an empty slug is chosen from the name and then stays."""
        if not campaign.slug:
            taken = [folder.name for folder in self._campaign_folders()]
            campaign = replace(campaign, slug=slug_for(campaign.name, taken, kind="campaign"))
        file = self._places.campaigns / checked(campaign.slug) / _CAMPAIGN_FILE
        text = write_campaign(campaign, old_text=_text_or_empty(file), name=self._name(file))
        _make_folder(file.parent)
        write_text(file, text)
        return campaign

    def delete_campaign(self, campaign: Campaign) -> Undo:
        """Move a campaign with all its profiles to the trash."""
        return move_to_trash(self._places.campaigns / checked(campaign.slug), self._places.trash)

    def save_environments(self, custom: Sequence[Environment]) -> None:
        """Write the person's own environments.  Raises UsageError for a name that is taken."""
        file = self._places.environments_file
        text = write_environments(custom, old_text=_text_or_empty(file), name=self._name(file))
        write_text(file, text)

    def seed_demo(self) -> bool:
        """Create the demo campaign if the workspace has no campaigns at all; says whether."""
        if _listed(self._places.campaigns, lambda _entry: True):
            return False
        for profile in demo.PROFILES:
            self.save_profile(profile)
        self.save_campaign(demo.CAMPAIGN)
        return True


def _listed(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
        return [p for p in entries if not p.name.startswith(".") and wanted(p)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {shown(folder)} cannot be read: {reason(error)}.",
            "Check its permissions.",
        ) from error


def _profile_files(campaign_folder: Path) -> list[Path]:
    folder = campaign_folder / "profiles"
    sweep_leftovers(folder)
    return _listed(folder, lambda p: p.suffix == ".toml" and p.is_file())


def _address(file: Path) -> str:
    return f"{file.parent.parent.name}/{file.stem}"


def _text_or_empty(file: Path) -> str:
    return read_text(file) if file.exists() else ""


def _make_folder(folder: Path) -> None:
    try:
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {shown(folder)} cannot be made: {reason(error)}.",
            "Check the workspace's permissions.",
        ) from error


def _nearest(wanted: str, profiles: Sequence[Profile]) -> str:
    addresses = {p.slug.casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    addresses |= {f"{p.campaign}/{p.slug}".casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    addresses |= {p.name.casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    import difflib  # noqa: PLC0415 - only for a wrong name

    near = difflib.get_close_matches(wanted, addresses, n=5, cutoff=0.5)
    found = list(dict.fromkeys(addresses[key] for key in near))
    if found:
        return f"Did you mean {', '.join(found)}?"
    return (
        "Save one in the window first, or name a profile file."
        if not profiles
        else (f"There are {len(profiles)}, for example {profiles[0].campaign}/{profiles[0].slug}.")
    )
