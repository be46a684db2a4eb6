"""The open workspace as the window sees it: campaigns, profiles, environments, and their changes.

Every write runs in one worker thread, so that a slow disk never holds the window; the state here
changes only after the file is safe.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.trash import Undo
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.viewmodels.changes import Changes

if TYPE_CHECKING:
    from concurrent.futures import Executor

T = TypeVar("T")


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

    def use_worker(self, disk: Executor) -> None:
        """Have every write run in this executor from now on."""
        self._disk = disk

    def load(self) -> None:
        """Read everything; blocks, so call it before the window shows or through `reload`."""
        loaded = self._workspace.load()
        self.campaigns, self.profiles = loaded.campaigns, loaded.profiles
        self.environments, self.problems = loaded.environments, loaded.problems

    async def reload(self) -> None:
        """Read everything anew, in the worker thread."""
        await self._in_thread(self.load)
        self.changes.tell(Topic.ITEMS)
        self.changes.tell(Topic.ENVIRONMENTS)

    def campaign(self, slug: str) -> Campaign | None:
        return next((one for one in self.campaigns if one.slug == slug), None)

    def profile(self, campaign: str, slug: str) -> Profile | None:
        return next(
            (one for one in self.profiles if (one.campaign, one.slug) == (campaign, slug)), None
        )

    def environment(self, name: str) -> Environment | None:
        return next((one for one in self.environments if one.name == name), None)

    async def save_profile(self, profile: Profile) -> Profile:
        """Write a profile; a new one gets its slug.  Raises StorageUnavailable."""
        saved = await self._in_thread(lambda: self._workspace.save_profile(profile))
        await self.reload()
        return saved

    async def take_in(self, file: Path) -> tuple[Profile, tuple[PingTreeError, ...]]:
        """Put an exported profile into the workspace; with it, what could not be understood.

        Raises UnreadableInput or StorageUnavailable.
        """
        from pingtree_desktop.storage import shared_profile  # noqa: PLC0415 - rarely needed

        def work() -> tuple[Profile, tuple[PingTreeError, ...]]:
            shared = shared_profile.open_shared_profile(file)
            return shared_profile.keep_shared_profile(self._workspace, shared), shared.warnings

        taken = await self._in_thread(work)
        await self.reload()
        return taken

    async def export(self, profile: Profile, file: Path) -> None:
        """Write a profile with its campaign's ids into one file.  Raises StorageUnavailable."""
        from pingtree_desktop.storage.shared_profile import (  # noqa: PLC0415 - rarely needed
            save_shared_profile,
        )

        campaign = self.campaign(profile.campaign)
        await self._in_thread(lambda: save_shared_profile(file, profile, campaign))

    async def delete_profile(self, profile: Profile) -> Undo:
        """Remove a profile's file; the returned Undo restores its exact bytes."""
        undo = await self._in_thread(lambda: self._workspace.delete_profile(profile))
        await self.reload()
        return undo

    async def save_campaign(self, campaign: Campaign) -> Campaign:
        saved = await self._in_thread(lambda: self._workspace.save_campaign(campaign))
        await self.reload()
        return saved

    async def delete_campaign(self, campaign: Campaign) -> Undo:
        undo = await self._in_thread(lambda: self._workspace.delete_campaign(campaign))
        await self.reload()
        return undo

    async def undo(self, undo: Undo) -> None:
        await self._in_thread(undo.restore)
        await self.reload()

    async def save_environment(self, environment: Environment, *, replaces: str = "") -> None:
        """Add an environment, or put it in the place of the one called `replaces`."""
        custom = [e for e in self.environments if e not in BUILT_IN]
        names = [e.name for e in custom]
        known = replaces if replaces in names else environment.name
        place = names.index(known) if known in names else len(custom)
        after = [e for e in custom[place:] if e.name not in {replaces, environment.name}]
        before = [e for e in custom[:place] if e.name not in {replaces, environment.name}]
        custom = [*before, environment, *after]
        await self._save_environments(tuple(custom))

    async def remove_environment(self, name: str) -> None:
        kept = tuple(e for e in self.environments if e not in BUILT_IN and e.name != name)
        await self._save_environments(kept)

    async def _save_environments(self, custom: tuple[Environment, ...]) -> None:
        await self._in_thread(lambda: self._workspace.save_environments(custom))
        await self.reload()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        import asyncio  # noqa: PLC0415 - not before the first frame

        return await asyncio.get_running_loop().run_in_executor(self._disk, work)


def copy_name(name: str, taken: set[str]) -> str:
    """`Name copy`, `Name copy 2`, … until it is free."""
    candidate, number = f"{name} copy", 2
    while candidate in taken:
        candidate, number = f"{name} copy {number}", number + 1
    return candidate


def renamed(profile: Profile, name: str) -> Profile:
    """The same profile under another name; its file keeps its own."""
    return replace(profile, name=name)
