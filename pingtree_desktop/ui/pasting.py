"""Paste anything: from the clipboard, by dropping it on the window, or from a dropped file."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import PingTreeError, UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.profile_actions import ProfileActions
from pingtree_desktop.ui.shared_profiles import SUFFIX, SharedProfiles
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.paste import PasteModel
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

_FILE_LIMIT_BYTES = 100_000_000


class Pasting:
    """The paste action, and what happens to things that are dropped on the window."""

    def __init__(
        self,
        window: MainWindow,
        compose: ComposeModel,
        workspace: WorkspaceModel,
        profiles: ProfileActions,
        shared: SharedProfiles,
        tasks: Tasks,
    ) -> None:
        self._window, self._compose, self._workspace = window, compose, workspace
        self._profiles, self._shared, self._tasks = profiles, shared, tasks
        self._is_open = False

    def paste(self) -> None:
        """Show what is in the clipboard and offer to fill the form with it."""
        self.show(QGuiApplication.clipboard().text())

    def drop(self, mime: object) -> None:
        """Take what was dropped on the window: a file of the disk, or a text."""
        assert isinstance(mime, QMimeData)
        files = [Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile()]
        if not files:
            self.show(mime.text())
        elif files[0].suffix.lower() == SUFFIX:
            self._shared.open_file(files[0])
        else:
            self._tasks.start(self._read_file(files[0]), name="dropped-file")

    def show(self, text: str) -> None:
        """Open the paste sheet with a text."""
        if not self._is_open:
            self._tasks.start(self._show(text), name="paste")

    async def _read_file(self, file: Path) -> None:
        try:
            text = await asyncio.to_thread(_text_of, file)
        except PingTreeError as error:
            self._window.notices.problem(error)
            return
        self.show(text)

    async def _show(self, text: str) -> None:
        from pingtree_desktop.ui.paste_dialog import PasteDialog  # noqa: PLC0415 - when wanted

        model = PasteModel(
            self._workspace.environments, lambda work: self._tasks.start(work, name="read-paste")
        )
        dialog = PasteDialog(self._window, model, self._compose.environment)
        dialog.paste(text)
        if not text.strip():
            dialog.text.setFocus()
        self._is_open = True
        try:
            accepted = await dialogs.run(dialog)
        finally:
            self._is_open = False
        if accepted and model.event is not None:
            await self._fill(model.event, dialog.environment, has_address=model.has_address)

    async def _fill(
        self, event: Event, environment: Environment | None, *, has_address: bool
    ) -> None:
        self._window.show_view("compose")
        campaign = next(
            (one for one in self._workspace.campaigns if one.cid == event.text("cid") != ""), None
        )
        current = self._compose.campaign
        if not has_address and current is not None and not event.text("cid") and not event.org_id:
            # A bare body says nothing about where it goes: it stays with the open campaign.
            campaign = current
            event = event.with_field("cid", FieldInput(text=current.cid))
            event = replace(event, org_id=current.org_id)
        self._profiles.load_event(event, "The form shows what was pasted.", campaign=campaign)
        if environment is None:
            return
        if self._workspace.environment(environment.name) is None:
            try:
                await self._workspace.save_environment(environment)
            except PingTreeError as error:
                self._window.notices.problem(error)
                return
        self._compose.set_environment(environment)


def _text_of(file: Path) -> str:
    """The text of a dropped file.  Blocks; raises UnreadableInput."""
    try:
        if file.stat().st_size > _FILE_LIMIT_BYTES:
            raise UnreadableInput(
                f"{shown(file)} is larger than {_FILE_LIMIT_BYTES // 1_000_000} MB.",
                "Drop a smaller file, or paste the one request.",
            )
        return file.read_text("utf-8-sig")
    except OSError as error:
        raise UnreadableInput(f"{shown(file)} cannot be read: {reason(error)}.", "") from error
    except UnicodeDecodeError as error:
        raise UnreadableInput(
            f"{shown(file)} is no text in UTF-8.", "Drop a HAR, JSON or text file."
        ) from error
