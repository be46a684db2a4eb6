"""What a person does with workspaces: open another one beside this, choose the one for the start.

Each workspace has a window, and a process, of its own: nothing of this one has to be given up.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable
from pingtree_desktop.storage.files import shown
from pingtree_desktop.storage.folder_kind import FolderKind, kind_of
from pingtree_desktop.storage.places import Places, usual_root
from pingtree_desktop.storage.recent_workspaces import (
    RecentWorkspace,
    forgotten,
    noted,
    recent_workspaces,
)
from pingtree_desktop.storage.settings import Settings, load_settings
from pingtree_desktop.storage.start_workspace import choose_root, chosen_root, is_same_folder
from pingtree_desktop.ui import dialogs, launching
from pingtree_desktop.ui.palette import Entry, Palette
from pingtree_desktop.ui.settings.workspace_card import WorkspaceCard, WorkspaceRow

if TYPE_CHECKING:
    from pingtree_desktop.ui.program import Program

T = TypeVar("T")


class Workspaces:
    """The actions on workspaces, and the card that lists them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._here = program.workspace_folder
        self._came_from = launching.opened_from()
        self._palette: Palette | None = None
        self._card: WorkspaceCard | None = None

    def add_card(self) -> WorkspaceCard:
        """The card for the Settings."""
        card = self._card = WorkspaceCard()
        card.open_wanted.connect(self.open)
        card.start_wanted.connect(self._open_at_start)
        card.forget_wanted.connect(self._forget)
        card.another_wanted.connect(self.choose_folder)
        card.show_wanted.connect(self._program.commands.open_workspace)
        self.refresh()
        return card

    def note(self) -> None:
        """Remember this workspace as the one opened last."""
        self._run(self._note())

    def choose(self) -> None:
        """Offer the workspaces opened lately, and any folder."""
        self._run(self._choose())

    def choose_folder(self) -> None:
        """Open a folder that the person points at."""
        self._run(self._choose_folder())

    def open(self, root: object) -> None:
        """Open a workspace in a window of its own."""
        assert isinstance(root, Path)
        self._run(self._open(root))

    def refresh(self) -> None:
        """Show the list anew."""
        self._run(self._refresh())

    # ---- work -------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._program.start(self._guarded(work), name="workspaces")

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except PingTreeError as error:
            self._program.tell(error)

    async def _note(self) -> None:
        came_from, self._came_from = self._came_from, None
        others = () if came_from is None else await _aside(_list_of, came_from)
        before = self._program.settings
        after = noted(before, self._here, also=others)
        if after.recent_workspaces != before.recent_workspaces:
            self._keep(after)

    async def _choose(self) -> None:
        listed = await _aside(recent_workspaces, self._program.settings)
        entries = [
            Entry(
                text=shown(one.root),
                note="" if one.is_there else "not there at the moment",
                call=partial(self.open, one.root),
            )
            for one in listed
            if not is_same_folder(one.root, self._here)
        ]
        entries.append(Entry(text="Another folder\u2026", note="", call=self.choose_folder))
        if self._palette is None:
            self._palette = Palette(self._program.window, hint="Type a part of a folder's name")
        self._palette.open_with(entries)

    async def _choose_folder(self) -> None:
        root = await dialogs.ask_folder(self._program.window, title="Open workspace")
        if root is not None:
            await self._open(root)

    async def _open(self, root: Path) -> None:
        if is_same_folder(root, self._here):
            self._program.window.notices.say("This is the workspace of this window.")
            return
        if await _aside(kind_of, root) is FolderKind.OTHER and not await dialogs.confirm(
            self._program.window,
            title="Make this folder a workspace?",
            text=f"{shown(root)} holds other files and no workspace yet. The program would put "
            "its own folders (campaigns, history and more) beside them.",
            accept="Make it a workspace",
        ):
            return
        if not await _aside(partial(launching.start_window, opened_from=self._here), root):
            raise StorageUnavailable(
                f"The window for {shown(root)} could not be started.",
                "Start the program with --workspace and that folder.",
            )
        self._keep(noted(noted(self._program.settings, root), self._here))
        self._program.window.notices.say(f"Opens {shown(root)} in a window of its own.")

    def _open_at_start(self, root: object) -> None:
        assert isinstance(root, Path)
        self._run(self._choose_for_start(root))

    async def _choose_for_start(self, root: Path) -> None:
        await _aside(choose_root, root)
        await self._refresh()

    def _forget(self, root: object) -> None:
        assert isinstance(root, Path)
        self._keep(forgotten(self._program.settings, root))

    def _keep(self, settings: Settings) -> None:
        self._program.remember(recent_workspaces=settings.recent_workspaces)
        self.refresh()

    async def _refresh(self) -> None:
        rows = await _aside(_rows, self._program.settings, self._here)
        if self._card is not None:
            self._card.show_rows(rows)


async def _aside(work: Callable[..., T], *arguments: object) -> T:
    """Ask the disk in a worker thread, not in the one that keeps drafts: a drive may hang."""
    return await asyncio.get_running_loop().run_in_executor(None, work, *arguments)


def _list_of(root: Path) -> tuple[str, ...]:
    """The list of another workspace's window, with itself."""
    settings, _problem = load_settings(Places(root=root))
    return noted(settings, root).recent_workspaces


def _rows(settings: Settings, here: Path) -> list[WorkspaceRow]:
    """The open workspace, those opened lately and the usual one, each once."""
    usual = usual_root()
    try:
        start = chosen_root() or usual
    except PingTreeError:  # said at the start already; the usual one is open instead
        start = usual
    listed = [RecentWorkspace(root=here, is_there=True), *recent_workspaces(settings)]
    if not any(is_same_folder(one.root, usual) for one in listed):
        listed.append(RecentWorkspace(root=usual, is_there=True))
    rows: list[WorkspaceRow] = []
    for one in listed:
        if any(is_same_folder(one.root, row.root) for row in rows):
            continue
        rows.append(
            WorkspaceRow(
                root=one.root,
                is_there=one.is_there,
                is_here=is_same_folder(one.root, here),
                is_usual=is_same_folder(one.root, usual),
                at_start=is_same_folder(one.root, start),
            )
        )
    return rows
