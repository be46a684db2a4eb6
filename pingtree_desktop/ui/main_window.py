"""The frame: rail, profiles, views, bars; it lays out and connects, and decides nothing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenu,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.settings import Settings
from pingtree_desktop.ui.compose.editors import Suggestion
from pingtree_desktop.ui.compose.view import ComposeView
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.live import ArmingPanel
from pingtree_desktop.ui.notices import NoticeBar
from pingtree_desktop.ui.plain import outside, set_tip
from pingtree_desktop.ui.profiles import Sidebar
from pingtree_desktop.ui.status_bar import StatusBar
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.ui.top_bar import TopBar, rail_button
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

RAIL = (
    ("compose", "Compose", "Ctrl+1"),
    ("history", "History", "Ctrl+2"),
    ("sandbox", "Sandbox", "Ctrl+6"),
    ("settings", "Settings", "Ctrl+,"),
)
_NARROW_PX = 1120
_FRAME = QSize(16, 48)


class MainWindow(QMainWindow):
    """`closing` is emitted when the person closes the window; `view_changed` carries a name.

    `dropped` carries the QMimeData of what was dropped on it; `activated` says that it is the
    window in front again.  `workspace` is the name in its title, for any but the usual one.
    """

    closing = Signal()
    view_changed = Signal(object)
    dropped = Signal(object)
    activated = Signal()

    def __init__(
        self,
        model: ComposeModel,
        theme: Theme,
        tasks: Tasks,
        suggestions: dict[str, Sequence[Suggestion]],
        workspace: str = "",
    ) -> None:
        super().__init__()
        self._workspace = outside(workspace, limit=60)
        self.setWindowIcon(icon("app", theme.color("accent")))
        self.setMinimumSize(760, 520)
        self.setAcceptDrops(True)
        self._model, self._theme = model, theme
        self.top = TopBar(model, theme)
        self.sidebar = Sidebar(theme)
        self.compose = ComposeView(model, theme, tasks, lambda wire: suggestions.get(wire, ()))
        self.notices = NoticeBar(theme)
        self.arming = ArmingPanel(model, theme)
        self.status = StatusBar(model, theme)
        self._views: dict[str, QWidget] = {"compose": self.compose}
        self._wanted = "compose"
        self._edge = QFrame()
        self._edge.setObjectName("edge")
        self._edge.setFixedHeight(3)
        self._lay_out()
        model.changes.listen(self._model_changed)
        self._show_danger()
        self.show_view("compose")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.activated.emit()

    # ---- dropping ---------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls() or event.mimeData().hasText():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    # ---- layout -----------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self._stack = QStackedWidget()
        self._stack.addWidget(self.compose)
        messages = QWidget()
        message_layout = QVBoxLayout(messages)
        message_layout.setContentsMargins(12, 0, 12, 0)
        message_layout.setSpacing(6)
        message_layout.addWidget(self.arming)
        message_layout.addWidget(self.notices)
        right = QWidget()
        right.setObjectName("page")
        right_layout = QVBoxLayout(right)
        right_layout.setContentsMargins(0, 0, 0, 0)
        right_layout.setSpacing(0)
        right_layout.addWidget(messages)
        right_layout.addWidget(self._stack, 1)
        self._messages = messages
        self.body = QSplitter(Qt.Orientation.Horizontal)
        self.body.setObjectName("splitter.body")
        self.body.addWidget(self.sidebar)
        self.body.addWidget(right)
        self.body.setHandleWidth(1)
        self.body.setCollapsible(1, False)
        self.body.setStretchFactor(1, 1)
        self.body.setSizes([226, 1150])
        self.sidebar.setMinimumWidth(150)
        middle = QHBoxLayout()
        middle.setContentsMargins(0, 0, 0, 0)
        middle.setSpacing(0)
        middle.addWidget(self._rail())
        middle.addWidget(self.body, 1)
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._edge)
        layout.addWidget(self.top)
        layout.addLayout(middle, 1)
        layout.addWidget(self.status)
        self.setCentralWidget(page)

    def _rail(self) -> QFrame:
        rail = QFrame()
        rail.setObjectName("rail")
        column = QVBoxLayout(rail)
        column.setContentsMargins(4, 10, 4, 10)
        column.setSpacing(4)
        self._rail_buttons: dict[str, QToolButton] = {}
        group = QButtonGroup(rail)
        for name, words, keys in RAIL:
            if name == "settings":
                column.addStretch()
            button = rail_button(rail, self._theme, name, words)
            shown = QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
            set_tip(button, f"{words} ({shown})")
            button.clicked.connect(lambda _checked=False, n=name: self.show_view(n))
            group.addButton(button)
            column.addWidget(button)
            self._rail_buttons[name] = button
        return rail

    def set_menus(self, menus: Sequence[QMenu]) -> None:
        """Put the menus where the system wants them: its menu bar, or behind the ≡ button."""
        if sys.platform == "darwin":
            for menu in menus:
                self.menuBar().addMenu(menu)
            self.top.menu_button.hide()
            return
        whole = QMenu(self)
        for menu in menus:
            whole.addMenu(menu)
        self.top.menu_button.setMenu(whole)

    # ---- views ------------------------------------------------------------------------------

    def add_view(self, name: str, view: QWidget) -> None:
        """Add a view once it can be built; its rail button opens it from then on."""
        self._views[name] = view
        self._stack.addWidget(view)
        if name == self._wanted:
            self.show_view(name)

    @property
    def view_name(self) -> str:
        current = self._stack.currentWidget()
        return next(name for name, view in self._views.items() if view is current)

    def show_view(self, name: str) -> None:
        """Switch the whole view; a view that is still being made is opened when it is ready."""
        self._rail_buttons[name].setChecked(True)
        self._wanted = name
        if name not in self._views:
            return
        self._stack.setCurrentWidget(self._views[name])
        self.sidebar.setVisible(name == "compose")
        self.view_changed.emit(name)

    # ---- shape ------------------------------------------------------------------------------

    def restore_shape(self, settings: Settings, size: tuple[int, int] | None) -> None:
        """Take the size, place and splitters of last time; `size` in pixels overrides."""
        if size is not None:
            self.resize(*size)
            return
        if not (settings.geometry and self.restoreGeometry(QByteArray(settings.geometry))):
            screen = self.screen().availableGeometry().size()
            # What the system draws around a window is only known once it is shown.
            self.resize(QSize(1440, 900).boundedTo(screen - _FRAME))
        for splitter in self.findChildren(QSplitter):
            sizes = settings.splitters.get(splitter.objectName(), ())
            if len(sizes) == splitter.count():
                splitter.setSizes(list(sizes))

    def shape(self, before: Settings) -> Settings:
        """The size, place, splitters and view to remember."""
        splitters = {
            splitter.objectName(): tuple(splitter.sizes())
            for splitter in self.findChildren(QSplitter)
            if any(splitter.sizes())
        }
        return replace(
            before,
            geometry=bytes(self.saveGeometry().data()),
            window_size=(self.width(), self.height()),
            splitters={**before.splitters, **splitters},
            view=self.view_name,
        )

    # ---- following --------------------------------------------------------------------------

    def _model_changed(self, topic: Topic) -> None:
        if topic in {Topic.TARGET, Topic.LOADED}:
            self._show_danger()
        if topic in {Topic.DRAFT, Topic.LOADED, Topic.PROFILE, Topic.TARGET}:
            self.sidebar.show_current(self._model.profile, modified=self._model.is_modified)

    def _show_danger(self) -> None:
        danger = self._model.environment.danger.value
        if self._edge.property("danger") != danger:
            self._edge.setProperty("danger", danger)
            self._edge.style().unpolish(self._edge)
            self._edge.style().polish(self._edge)
        live = " \u2014 LIVE" if self._model.is_live else ""
        where = f" \u2014 {self._workspace}" if self._workspace else ""
        self.setWindowTitle(f"PingTree Desktop{where}{live}")
        if not self._model.is_live:
            self.arming.hide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW_PX
        self.top.set_narrow(narrow)
        if narrow and self.sidebar.width() > 190:
            self.body.setSizes([182, self.width() - 182 - 68])

    def closeEvent(self, event: QCloseEvent) -> None:
        event.accept()  # never wait here: the program stops in order behind it
        self.closing.emit()
