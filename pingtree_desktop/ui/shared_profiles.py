"""Profiles as files to hand on: write the open one, take in one that somebody sent."""

from __future__ import annotations

from pathlib import Path

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.slugs import slug_for
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.profile_actions import ProfileActions
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.draft_profile import changed_profile, new_profile
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

SUFFIX = ".pingtree"


class SharedProfiles:
    """The actions on `*.pingtree` files."""

    def __init__(
        self,
        window: MainWindow,
        compose: ComposeModel,
        workspace: WorkspaceModel,
        profiles: ProfileActions,
        tasks: Tasks,
    ) -> None:
        self._window, self._compose, self._workspace = window, compose, workspace
        self._profiles, self._tasks = profiles, tasks

    def export(self) -> None:
        """Write the open profile, as the form shows it, into a file to hand on."""
        self._tasks.start(self._export(), name="export-profile")

    def ask_and_open(self) -> None:
        """Choose an exported profile and take it in."""
        self._tasks.start(self._ask(), name="open-exported")

    def open_file(self, path: Path) -> None:
        """Take an exported profile into the workspace and open it."""
        self._tasks.start(self._open(path), name="open-exported")

    async def _export(self) -> None:
        current = self._compose.profile
        name = current.name if current else self._compose.event.text("event_id") or "Profile"
        campaign = self._compose.campaign
        if current is not None:
            profile = changed_profile(self._compose, current)
        else:
            profile = new_profile(
                self._compose, name=name, campaign=campaign.slug if campaign else ""
            )
        path = await dialogs.ask_save_path(
            self._window,
            title="Export profile",
            name=f"{slug_for(name, (), kind='profile')}{SUFFIX}",
        )
        if path is None:
            return
        path = path if path.suffix else path.with_suffix(SUFFIX)
        try:
            await self._workspace.export(profile, path)
        except PingTreeError as error:
            self._window.notices.problem(error)
            return
        self._window.notices.say(
            f"Wrote {name} to {path}. It holds the fields and the lead's data as typed, and no "
            "environment.",
            tone="good",
        )

    async def _ask(self) -> None:
        path = await dialogs.ask_open_path(
            self._window, title="Open exported profile", kinds=f"Profiles (*{SUFFIX})"
        )
        if path is not None:
            await self._open(path)

    async def _open(self, path: Path) -> None:
        try:
            profile, warnings = await self._workspace.take_in(path)
        except PingTreeError as error:
            self._window.notices.problem(error)
            return
        self._window.show_view("compose")
        self._profiles.open(profile)
        for warning in warnings[:1]:
            self._window.notices.problem(warning)
