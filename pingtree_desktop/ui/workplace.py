"""What every set of a person's actions works with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.notices import NoticeBar
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

if TYPE_CHECKING:
    from pingtree_desktop.storage.secrets import Secrets


@dataclass(slots=True, kw_only=True)
class Workplace:
    """One window with its models; `secrets` gives the store once the services have started."""

    window: MainWindow
    compose: ComposeModel
    workspace: WorkspaceModel
    theme: Theme
    tasks: Tasks
    secrets: Callable[[], Secrets | None]
    own_changes: int = field(default=0, init=False)

    @property
    def notices(self) -> NoticeBar:
        return self.window.notices

    @contextmanager
    def own_change(self) -> Iterator[None]:
        """Within it, changes of the workspace are this window's own and need no remark."""
        self.own_changes += 1
        try:
            yield
        finally:
            self.own_changes -= 1
