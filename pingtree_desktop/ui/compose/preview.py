"""The request card: what would be sent now, in four forms, following every keystroke."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabBar, QVBoxLayout

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.jsontext import pretty
from pingtree_desktop.domain.request import Request
from pingtree_desktop.ui.code_view import CodeView
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.plain import icon_button, label, outside
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

_ROOM_FOR_SIZE_PX = 330
_TABS = ("Body", "URL", "cURL", "Headers")


class PreviewCard(QFrame):
    """Body, URL, cURL and Headers of the draft."""

    copied = Signal(object)

    def __init__(self, model: ComposeModel, theme: Theme) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("preview")
        self._model = model
        self._full = ""
        self.tabs = QTabBar()
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setObjectName("preview.tabs")
        self.tabs.setAccessibleName("Forms of the request")
        for title in _TABS:
            self.tabs.addTab(title)
        self._size = label("", role="small")
        copy = icon_button(
            icon("copy", theme.color("muted")), "Copy the whole text", name="preview.copy"
        )
        theme.changed.connect(lambda: copy.setIcon(icon("copy", theme.color("muted"))))
        copy.clicked.connect(self._copy)
        self._view = CodeView(theme, name="preview.text", json=True)
        self._notes = label("", role="advice", wrap=True)
        self._notes.setObjectName("preview.notes")
        self._notes.hide()
        top = QHBoxLayout()
        top.setSpacing(6)
        top.addWidget(self.tabs, 1)
        top.addWidget(self._size)
        top.addWidget(copy)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 6, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._notes)
        layout.addWidget(self._view, 1)
        self.tabs.currentChanged.connect(lambda _index: self.refresh())
        model.changes.listen(self._model_changed)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._size.setVisible(self.width() > _ROOM_FOR_SIZE_PX)

    def refresh(self) -> None:
        """Show the draft's request in the chosen form."""
        model = self._model
        notes = model.values.header_notes(model.environment, model.campaign)
        self._notes.setVisible(bool(notes))
        self._notes.setText("\n".join(f"\u26a0 {outside(one, limit=300)}" for one in notes[:3]))
        try:
            request = self._model.preview()
        except PingTreeError as error:
            self._full = ""
            self._view.show_text(str(error))
            self._size.setText("")
            return
        self._full = _form(request, _TABS[self.tabs.currentIndex()])
        shown = self._full
        if self.tabs.currentIndex() == 0 and request.body:
            shown = pretty(request.body.decode("utf-8", "replace")).text
        self._view.show_text(shown)
        self._size.setText(f"{len(request.body):,} B" if request.body else "no body")

    def _model_changed(self, topic: Topic) -> None:
        if topic is Topic.VALUES and self._view.textCursor().hasSelection():
            return  # a clock that goes on must not take away what a person is about to copy
        if topic in {Topic.DRAFT, Topic.LOADED, Topic.TARGET, Topic.VALUES, Topic.PROFILE}:
            self.refresh()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._full)
        self.copied.emit(_TABS[self.tabs.currentIndex()])


def _form(request: Request, tab: str) -> str:
    match tab:
        case "URL":
            return request.url
        case "cURL":
            from pingtree_desktop.formats.curl import to_curl  # noqa: PLC0415 - a hidden tab

            return to_curl(request)
        case "Headers":
            return "\n".join(f"{name}: {value}" for name, value in request.headers)
        case _:
            if not request.body:
                return "A GET has no body: the fields are in the URL."
            return request.body.decode("utf-8", "replace")
