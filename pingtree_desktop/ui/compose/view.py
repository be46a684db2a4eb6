"""The Compose view: form on the left, request and reply on the right, or below when narrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from pingtree_desktop.domain.verdict import MEANINGS, Verdict
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.compose.editors import Suggestion
from pingtree_desktop.ui.compose.form import Form
from pingtree_desktop.ui.compose.notes_panel import NotesPanel
from pingtree_desktop.ui.compose.preview import PreviewCard
from pingtree_desktop.ui.compose.reply_card import ReplyCard
from pingtree_desktop.ui.plain import PlainLabel, label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

NARROW_PX = 900
_HEAD_PX = 390
"""What the line of the name holds beside it: its state, the expectation, Save."""
_NOT_EXPECTABLE = {Verdict.IN_DOUBT, Verdict.CANCELLED}


class ComposeView(QWidget):
    """One draft with everything about it."""

    save_wanted = Signal()

    def __init__(
        self,
        model: ComposeModel,
        theme: Theme,
        tasks: Tasks,
        suggest: Callable[[str], Sequence[Suggestion]],
    ) -> None:
        super().__init__()
        self.setObjectName("view.compose")
        self._model = model
        self.form = Form(model, theme, suggest)
        self.notes = NotesPanel(model)
        self.form.tools.add(self.notes.toggle)
        self.preview = PreviewCard(model, theme)
        self.reply = ReplyCard(model, theme, tasks)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        box.addLayout(self._head())
        box.addWidget(self.notes)
        box.addWidget(self.form, 1)
        self.side = QSplitter(Qt.Orientation.Vertical)
        self.side.setObjectName("splitter.side")
        self.side.addWidget(self.preview)
        self.side.addWidget(self.reply)
        self.side.setChildrenCollapsible(False)
        self.side.setHandleWidth(10)
        self.side.setSizes([280, 480])
        side_box = QWidget()
        side_layout = QVBoxLayout(side_box)
        side_layout.setContentsMargins(2, 12, 12, 12)
        side_layout.addWidget(self.side)
        self._side_layout = side_layout
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.setObjectName("splitter.compose")
        self.split.addWidget(left)
        self.split.addWidget(side_box)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(4)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setSizes([660, 460])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.split)
        model.changes.listen(self._model_changed)
        self._show_head()

    def finish(self) -> None:
        """Build what the first frame does not show."""
        self.form.finish()
        self.notes.finish()
        self.reply.finish()
        self.reply.view.field_named.connect(self._field_named)

    def _head(self) -> QHBoxLayout:
        self._name: PlainLabel = label("", role="title")
        self._name.setObjectName("draft.name")
        self._name.setMinimumWidth(60)
        self._state = label("", role="muted")
        self._save = QPushButton("Save")
        self._save.setObjectName("draft.save")
        self._save.clicked.connect(lambda _checked=False: self.save_wanted.emit())
        self.expect = QComboBox()
        self.expect.setObjectName("expect")
        self.expect.setAccessibleName("Expected verdict")
        for verdict in Verdict:
            if verdict not in _NOT_EXPECTABLE:
                self.expect.addItem(MEANINGS[verdict].label, verdict)
        self.expect.activated.connect(
            lambda _index: self._model.set_expect(Verdict(self.expect.currentData()))
        )
        row = QHBoxLayout()
        row.setContentsMargins(14, 12, 12, 0)
        row.setSpacing(8)
        row.addWidget(self._name)
        row.addWidget(self._state)
        row.addStretch()
        row.addWidget(label("Expect", role="muted"))
        row.addWidget(self.expect)
        row.addWidget(self._save)
        return row

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_name()
        narrow = self.width() < NARROW_PX
        wanted = Qt.Orientation.Vertical if narrow else Qt.Orientation.Horizontal
        if self.split.orientation() != wanted:
            self.split.setOrientation(wanted)
            self.side.setOrientation(
                Qt.Orientation.Horizontal if narrow else Qt.Orientation.Vertical
            )
            self._side_layout.setContentsMargins(12 if narrow else 2, 2 if narrow else 12, 12, 12)
            self.split.setSizes([340, 280] if narrow else [660, 460])
            self.side.setSizes([310, 420] if narrow else [280, 480])

    def _model_changed(self, topic: Topic) -> None:
        if topic in {Topic.DRAFT, Topic.LOADED, Topic.PROFILE, Topic.TARGET}:
            self._show_head()

    def _show_head(self) -> None:
        profile = self._model.profile
        name = profile.name if profile else "New event"
        self._whole_name = outside(name, limit=80)
        set_tip(self._name, name)
        self._fit_name()
        modified = self._model.is_modified
        self._state.setText("\u25cf not saved" if modified else "")
        self._save.setEnabled(modified or profile is None)
        self.expect.setCurrentIndex(self.expect.findData(self._model.expect))

    def _fit_name(self) -> None:
        """End a long name in an ellipsis, where the rest of the line needs the room."""
        room = max(60, self.form.width() - _HEAD_PX)
        metrics = self._name.fontMetrics()
        elide = Qt.TextElideMode.ElideRight
        self._name.setText(metrics.elidedText(self._whole_name, elide, room))

    def _field_named(self, wire: object) -> None:
        self.form.focus_field(str(wire))
