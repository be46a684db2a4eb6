"""Which file of the workspace holds what, and one of them read; nothing is written here."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UsageError
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.campaign_file import read_campaign
from pingtree_desktop.storage.environment_file import read_environments
from pingtree_desktop.storage.files import read_text, shown
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.profile_file import read_profile
from pingtree_desktop.storage.slugs import checked
from pingtree_desktop.storage.watching import CAMPAIGN_FILE, PROFILES, unlisted


class WorkspaceFiles:
    """The campaign, profile and environment files of one workspace."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self._start = shown(places.root) + os.sep

    def campaign_folders(self) -> list[Path]:
        """The folders of the campaigns, by name.  Raises StorageUnavailable."""
        return listed(self.places.campaigns, lambda p: p.is_dir())

    def profile_files(self, campaign_folder: Path) -> list[Path]:
        """The files of a campaign's profiles, by name.  Raises StorageUnavailable."""
        return listed(campaign_folder / PROFILES, lambda p: p.suffix == ".toml" and p.is_file())

    def campaign_file(self, slug: str) -> Path:
        """Raises UsageError for a slug that is no plain name."""
        return self.places.campaigns / checked(slug) / CAMPAIGN_FILE

    def profile_file(self, profile: Profile) -> Path:
        """Raises UsageError for a profile without a campaign, or a slug that is no plain name."""
        if not profile.campaign:
            raise UsageError("The profile belongs to no campaign.", "Choose a campaign first.")
        folder = self.places.campaigns / checked(profile.campaign)
        return folder / PROFILES / f"{checked(profile.slug)}.toml"

    def campaign_in(self, text: str | None, slug: str) -> Campaign:
        """The campaign of a file's text; None is a folder of profiles alone, a campaign too."""
        if text is None:
            return Campaign(slug=slug, name=slug)
        return read_campaign(text, name=self.name(self.campaign_file(slug)), slug=slug)

    def profile_in(self, text: str, file: Path) -> tuple[Profile, tuple[PingTreeError, ...]]:
        """The profile of a file's text; one from outside the workspace has no campaign."""
        folder = file.parent.parent
        is_ours = folder.parent == self.places.campaigns and file.parent.name == PROFILES
        campaign = folder.name if is_ours else ""
        return read_profile(text, name=self.name(file), slug=file.stem, campaign=campaign)

    def read_profile(self, file: Path) -> tuple[Profile, tuple[PingTreeError, ...]]:
        """A profile and the warnings about its file.  Raises UnreadableInput."""
        return self.profile_in(read_text(file), file)

    def environments_in(self, text: str | None) -> tuple[Environment, ...]:
        """The person's own environments; none without a file."""
        if text is None:
            return ()
        return read_environments(text, name=self.name(self.places.environments_file))

    def name(self, file: Path) -> str:
        """How messages call a file: its path inside the workspace, or the whole path."""
        return shown(file).removeprefix(self._start)


def listed(folder: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """The entries of a folder that are wanted, by name, hidden ones never; none without a folder.

    Raises StorageUnavailable.
    """
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name)
        return [p for p in entries if not p.name.startswith(".") and wanted(p)]
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StorageUnavailable(unlisted(folder, error), "Check its permissions.") from error
