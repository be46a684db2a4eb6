"""What every set of a person's actions works with."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.draft import Draft
from pingtree_desktop.storage.places import Places
from pingtree_desktop.ui.deletions import Deletions
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.notices import NoticeBar
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

if TYPE_CHECKING:
    from pingtree_desktop.storage.secrets import Secrets

T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Workplace:
    """One window with its models; `secrets` gives the store once the services have started."""

    window: MainWindow
    compose: ComposeModel
    workspace: WorkspaceModel
    theme: Theme
    tasks: Tasks
    secrets: Callable[[], Secrets | None]
    places: Places
    disk: Executor
    own_changes: int = field(default=0, init=False)
    deletions: Deletions = field(init=False)

    def __post_init__(self) -> None:
        self.deletions = Deletions(self.notices, self.tasks)

    @property
    def notices(self) -> NoticeBar:
        return self.window.notices

    def draft(self) -> Draft:
        """The open form, as it is kept on the disk."""
        model = self.compose
        profile = model.profile
        return Draft(
            event=model.event,
            expect=model.expect,
            notes=model.notes,
            environment=model.environment.name,
            campaign=model.campaign.slug if model.campaign else "",
            profile=profile.slug if profile else "",
            opened=profile.event if profile else None,
            opened_expect=profile.expect if profile else Verdict.FIRED,
            opened_notes=profile.notes if profile else None,
        )

    async def on_disk(self, work: Callable[..., T], *arguments: object) -> T:
        """Do something in the worker thread of the disk, after everything asked for before."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.disk, work, *arguments)

    @contextmanager
    def own_change(self) -> Iterator[None]:
        """Within it, changes of the workspace are this window's own and need no remark."""
        self.own_changes += 1
        try:
            yield
        finally:
            self.own_changes -= 1
