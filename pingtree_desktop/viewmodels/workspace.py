"""The open workspace as the window sees it: campaigns, profiles, environments, and their changes.

Every write runs in one worker thread, so that a slow disk never holds the window; the state here
changes only after the file is safe.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import ChangedOutside, PingTreeError
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.slugs import copy_name
from pingtree_desktop.storage.trash import Undo
from pingtree_desktop.storage.workspace import Loaded, Workspace
from pingtree_desktop.viewmodels.changes import Changes

if TYPE_CHECKING:
    from concurrent.futures import Executor

T = TypeVar("T")
__all__ = ["Topic", "WorkspaceModel", "copy_name", "renamed"]


class Topic(Enum):
    """ITEMS: campaigns or profiles changed.  ENVIRONMENTS: the list of targets changed."""

    ITEMS = auto()
    ENVIRONMENTS = auto()


class WorkspaceModel:
    """What the workspace holds, and the ways to change it."""

    def __init__(self, workspace: Workspace) -> None:
        self.changes: Changes[Topic] = Changes()
        self._workspace = workspace
        self._disk: Executor | None = None
        self.campaigns: tuple[Campaign, ...] = ()
        self.profiles: tuple[Profile, ...] = ()
        self.environments: tuple[Environment, ...] = BUILT_IN
        self.problems: tuple[PingTreeError, ...] = ()
        self.is_whole = True
        self._loaded: Loaded | None = None
        self._is_refreshing = False

    def use_worker(self, disk: Executor) -> None:
        """Have every write run in this executor from now on."""
        self._disk = disk

    def load(self, campaign: str = "", profile: str = "") -> None:
        """Read what the window needs to show itself; blocks, so call it before that.

        That is everything, unless there are very many profiles: then only the one that is named
        by slugs.  The next `refresh` reads the others; until then `is_whole` is false.
        """
        self._take(self._workspace.glance(campaign, profile))

    async def reload(self) -> None:
        """Read what changed, in the worker thread, and tell everybody."""
        await self._in_thread(self._workspace.load)
        self._take_last()
        self.changes.tell(Topic.ITEMS)
        self.changes.tell(Topic.ENVIRONMENTS)

    async def refresh(self) -> None:
        """Take in what changed outside, and tell of it only where something did.

        Cheap while nothing changes; call it every few seconds and when the window is activated.
        """
        if self._is_refreshing:  # a slow disk; the one under way sees it all
            return
        self._is_refreshing = True
        try:
            await self._in_thread(self._workspace.refresh)
        finally:
            self._is_refreshing = False
        for topic in self._take_last():
            self.changes.tell(topic)

    def _take_last(self) -> list[Topic]:
        """Show what was read last, whichever call read it; gives the topics that differ."""
        loaded = self._workspace.last
        return [] if loaded is None or loaded is self._loaded else self._take(loaded)

    def _take(self, loaded: Loaded) -> list[Topic]:
        items = (self.campaigns, self.profiles, self.problems, self.is_whole)
        environments, self.environments = self.environments, loaded.environments
        self._loaded, self.problems = loaded, loaded.problems
        self.campaigns, self.profiles = loaded.campaigns, loaded.profiles
        self.is_whole = loaded.is_whole
        now = (self.campaigns, self.profiles, self.problems, self.is_whole)
        topics = [Topic.ITEMS] if items != now else []
        return [*topics, Topic.ENVIRONMENTS] if environments != self.environments else topics

    def campaign(self, slug: str) -> Campaign | None:
        return next((one for one in self.campaigns if one.slug == slug), None)

    def profile(self, campaign: str, slug: str) -> Profile | None:
        return next(
            (one for one in self.profiles if (one.campaign, one.slug) == (campaign, slug)), None
        )

    def environment(self, name: str) -> Environment | None:
        return next((one for one in self.environments if one.name == name), None)

    async def save_profile(self, profile: Profile, base: Profile | None = None) -> Profile:
        """Write a profile; a new one gets its slug.

        `base` is what the form was opened from, else what is shown in the list.  Raises
        ChangedOutside when the file says something else by now, and StorageUnavailable.
        """
        known = base or self.profile(profile.campaign, profile.slug)
        return await self._write(lambda: self._workspace.save_profile(profile, known))

    async def rename_profile(self, profile: Profile, name: str) -> Profile:
        """Another name, and the file name that goes with it; whatever else changed stays."""
        return await self._write(lambda: self._workspace.arrange.rename_profile(profile, name))

    async def colour_profile(self, profile: Profile, colour: str) -> Profile:
        """Mark a profile with one of COLOURS, or with none."""
        return await self._write(
            lambda: self._workspace.arrange.change_profile(
                profile, lambda now: replace(now, colour=colour)
            )
        )

    async def move_profile(self, profile: Profile, campaign: str) -> Profile:
        """Put a profile under another campaign, by its slug.  Raises UsageError for none."""
        return await self._write(lambda: self._workspace.arrange.move_profile(profile, campaign))

    async def duplicate_profile(self, profile: Profile) -> Profile:
        """Save a copy beside a profile, under a name of its own."""
        return await self._write(lambda: self._workspace.arrange.duplicate_profile(profile))

    async def reorder_profiles(self, campaign: str, slugs: Sequence[str]) -> None:
        """Sort a campaign's profiles as the slugs stand; those not named come after them."""
        await self._write(lambda: self._workspace.arrange.reorder_profiles(campaign, slugs))

    async def take_in(self, file: Path) -> tuple[Profile, tuple[PingTreeError, ...]]:
        """Put an exported profile into the workspace; with it, what could not be understood.

        Raises UnreadableInput or StorageUnavailable.
        """
        from pingtree_desktop.storage import shared_profile  # noqa: PLC0415 - rarely needed

        def work() -> tuple[Profile, tuple[PingTreeError, ...]]:
            shared = shared_profile.open_shared_profile(file)
            return shared_profile.keep_shared_profile(self._workspace, shared), shared.warnings

        return await self._write(work)

    async def export(self, profile: Profile, file: Path) -> None:
        """Write a profile with its campaign's ids into one file.  Raises StorageUnavailable."""
        from pingtree_desktop.storage.shared_profile import (  # noqa: PLC0415 - rarely needed
            save_shared_profile,
        )

        campaign = self.campaign(profile.campaign)
        await self._in_thread(lambda: save_shared_profile(file, profile, campaign))

    async def delete_profile(self, profile: Profile) -> Undo:
        """Remove a profile's file; the returned Undo restores its exact bytes."""
        return await self._write(lambda: self._workspace.delete_profile(profile))

    async def save_campaign(self, campaign: Campaign, base: Campaign | None = None) -> Campaign:
        """Write a campaign; `base` and ChangedOutside as in `save_profile`."""
        known = base or self.campaign(campaign.slug)
        return await self._write(lambda: self._workspace.save_campaign(campaign, known))

    async def rename_campaign(self, campaign: Campaign, name: str) -> Campaign:
        """Another name; its folder stays, and whatever else changed."""
        return await self._write(
            lambda: self._workspace.arrange.change_campaign(
                campaign, lambda now: replace(now, name=name)
            )
        )

    async def duplicate_campaign(self, campaign: Campaign) -> Campaign:
        """Copy a campaign with all its profiles, under a name of its own; without secrets."""
        return await self._write(lambda: self._workspace.arrange.duplicate_campaign(campaign))

    async def reorder_campaigns(self, slugs: Sequence[str]) -> None:
        """Sort the campaigns as the slugs stand; those not named come after them."""
        await self._write(lambda: self._workspace.arrange.reorder_campaigns(slugs))

    async def delete_campaign(self, campaign: Campaign) -> Undo:
        """Remove a campaign with its profiles; the returned Undo brings all of it back."""
        return await self._write(lambda: self._workspace.delete_campaign(campaign))

    async def undo(self, undo: Undo) -> None:
        """Put back what was deleted.  Raises StorageUnavailable where something else is now."""
        await self._write(undo.restore)

    async def save_environment(self, environment: Environment, *, replaces: str = "") -> None:
        """Add an environment, or put it in the place of the one called `replaces`.

        Raises ChangedOutside when somebody else changed that one.
        """
        base = self._own_environment(replaces)
        await self._write(
            lambda: self._workspace.save_environment(environment, replaces=replaces, base=base)
        )

    async def remove_environment(self, name: str) -> None:
        """Take one out.  Raises ChangedOutside when somebody else changed it."""
        base = self._own_environment(name)
        await self._write(lambda: self._workspace.remove_environment(name, base=base))

    def _own_environment(self, name: str) -> Environment | None:
        found = self.environment(name)
        return None if found in BUILT_IN else found

    async def _write(self, work: Callable[[], T]) -> T:
        try:
            result = await self._in_thread(work)
        except ChangedOutside:
            await self.refresh()
            raise
        await self.reload()
        return result

    async def _in_thread(self, work: Callable[[], T]) -> T:
        import asyncio  # noqa: PLC0415 - not before the first frame

        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def renamed(profile: Profile, name: str) -> Profile:
    """The same profile under another name; its file keeps its own."""
    return replace(profile, name=name)
