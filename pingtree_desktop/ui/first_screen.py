"""Everything the first frame needs and nothing more: the window with its draft, no services.

Start-up is imports: asyncio, qasync, httpx and the database come after the first paint.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from PySide6.QtWidgets import QApplication

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.draft import Draft, load_draft
from pingtree_desktop.storage.files import shown
from pingtree_desktop.storage.places import USUAL_NAME, Places
from pingtree_desktop.storage.settings import Settings, load_settings
from pingtree_desktop.storage.workspace import Workspace
from pingtree_desktop.ui.compose.editors import Suggestion
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.workspace import WorkspaceModel

_FIRST_PROFILE = ("demo", "conversion-42-50")


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstScreen:
    """The window and the models behind it.  `problems` are still to be told."""

    places: Places
    settings: Settings
    theme: Theme
    suggestions: dict[str, Sequence[Suggestion]]
    compose: ComposeModel
    workspace: WorkspaceModel
    window: MainWindow
    problems: tuple[PingTreeError, ...]


def open_first_screen(app: QApplication, places: Places, tasks: Tasks, theme: str) -> FirstScreen:
    """Read settings, profiles and draft, and build the window around them."""
    settings, problem = load_settings(places)
    problems = [problem] if problem else []
    look = Theme(app, theme or settings.theme)
    files = Workspace(places)
    is_first_start = files.seed_demo()
    workspace = WorkspaceModel(files)
    draft: Draft | None = None
    unread: list[PingTreeError] = []
    try:
        draft = load_draft(places)
    except PingTreeError as error:
        unread.append(error)
    workspace.load(*((draft.campaign, draft.profile) if draft is not None else ()))
    problems += [*workspace.problems, *unread]
    compose = ComposeModel()
    if not unread:  # what could not be read is said, and no other profile stands in its place
        _open_draft(draft, compose, workspace, is_first_start=is_first_start)
    suggestions: dict[str, Sequence[Suggestion]] = {}
    name = "" if places.root.name == USUAL_NAME else shown(Path(places.root.name))
    window = MainWindow(compose, look, tasks, suggestions, name)
    window.sidebar.show_items(workspace.campaigns, workspace.profiles, is_whole=workspace.is_whole)
    window.sidebar.show_current(compose.profile, modified=compose.is_modified)
    look.dress()
    window.compose.form.setFocus()  # nothing looks chosen before the person chooses
    return FirstScreen(
        places=places,
        settings=settings,
        theme=look,
        suggestions=suggestions,
        compose=compose,
        workspace=workspace,
        window=window,
        problems=tuple(problems),
    )


def _open_draft(
    draft: Draft | None, compose: ComposeModel, workspace: WorkspaceModel, *, is_first_start: bool
) -> None:
    if draft is None:
        first = workspace.profile(*_FIRST_PROFILE) if is_first_start else None
        first = first or next(iter(workspace.profiles), None)
        if first is not None:
            compose.open_profile(first, workspace.campaign(first.campaign))
        return
    environment = workspace.environment(draft.environment)
    if environment is not None:
        compose.set_environment(environment)
    profile = workspace.profile(draft.campaign, draft.profile)
    compose.load(
        draft.event,
        expect=draft.expect,
        notes=draft.notes_with(profile),
        profile=draft.base(profile) if profile else None,
        campaign=workspace.campaign(draft.campaign),
    )


class FirstPaint(QObject):
    """Runs Qt's own loop until a window has been painted for the first time."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self._window = window
        self._loop = QEventLoop()

    def wait(self) -> None:
        """Return once the window is painted or closed, or after half a second."""
        patience = QTimer()
        patience.setSingleShot(True)
        patience.timeout.connect(self._loop.quit)
        patience.start(500)
        self._window.installEventFilter(self)
        self._window.closing.connect(self._loop.quit)
        self._loop.exec()
        self._window.closing.disconnect(self._loop.quit)
        self._window.removeEventFilter(self)
        patience.stop()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self._loop.quit)
        return False
