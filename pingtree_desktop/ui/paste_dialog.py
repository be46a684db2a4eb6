"""The paste sheet: the text above, below what was taken, what resembles a field, what was left."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QGridLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.paste_edit import PasteEdit
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.viewmodels.paste import Line, PasteModel, PasteTopic

_WAIT_MS = 150
_SHOWN_CHARS = 300
_NAME_PX = 240
_EXAMPLES = (
    "A curl command, a postback URL, a HAR file, a Postman collection, a fetch call, an HTTP "
    "request or JSON. Nothing of it is run or fetched."
)
KEEP = "keep"


class PasteDialog(dialogs.FormDialog):
    """Shows a PasteModel; accepted, its event goes into the form."""

    def __init__(self, parent: QWidget, model: PasteModel, current: Environment) -> None:
        super().__init__(parent, title="Paste anything", accept="Fill the form")
        self.setObjectName("paste")
        self._model, self._current = model, current
        self.resize(min(760, parent.width() - 60), min(680, parent.height() - 60))
        self.text = PasteEdit()
        self.text.setProperty("role", "editor")
        self.text.setObjectName("paste.text")
        self.text.setAccessibleName("Pasted text")
        self.text.setPlaceholderText(_EXAMPLES)
        self.text.setTabChangesFocus(True)
        self.text.setFixedHeight(112)
        self._cut = label("", role="muted", wrap=True)
        self._cut.setObjectName("paste.cut")
        self._cut.hide()
        self._wait = QTimer(self, singleShot=True, interval=_WAIT_MS)
        self._wait.timeout.connect(lambda: model.show(self.text.whole_text()))
        self.text.textChanged.connect(self._text_changed)
        self._headline = label("", role="title", wrap=True)
        self._headline.setObjectName("paste.headline")
        self._requests = QComboBox()
        self._requests.setObjectName("paste.requests")
        self._requests.setAccessibleName("Requests of the text")
        self._requests.activated.connect(model.choose)
        self._where = QComboBox()
        self._where.setObjectName("paste.environment")
        self._where.setAccessibleName("Environment")
        self._names = QCheckBox("Use the names of the fields")
        self._names.setObjectName("paste.names")
        self._names.toggled.connect(model.use_names)
        self._found = QWidget()
        self._found.setObjectName("page")
        self._sections = QVBoxLayout(self._found)
        self._sections.setContentsMargins(2, 2, 10, 2)
        self._sections.setSpacing(4)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("What was understood")
        scroll.setWidget(self._found)
        for widget in (self.text, self._cut, self._headline, self._requests):
            self.body.addWidget(widget)
        self.body.addWidget(scroll, 1)
        self.body.addWidget(self._where)
        model.changes.listen(self._model_changed)
        self._show_all()

    @property
    def environment(self) -> Environment | None:
        """The environment to go to, maybe one to add; None keeps the one that is chosen."""
        found = self._where.currentData()
        return found if isinstance(found, Environment) else None

    def paste(self, text: str) -> None:
        """Show a text at once."""
        self.text.show_text(text)
        self._wait.stop()
        self._model.show(text)

    def _text_changed(self) -> None:
        self._wait.start()
        whole = len(self.text.whole_text())
        self._cut.setVisible(self.text.is_cut)
        self._cut.setText(
            f"Only the beginning is shown; all {whole:,} characters are read. To change the text, "
            "paste another one."
        )

    # ---- following the model -------------------------------------------------------------------

    def _model_changed(self, topic: PasteTopic) -> None:
        if topic is PasteTopic.READ:
            self._requests.clear()
            self._requests.addItems([outside(one, limit=100) for one in self._model.titles])
            if self._model.event is not None and not self.text.hasFocus():
                self.accept_button.setEnabled(True)
                self.accept_button.setFocus()
        self._show_all()

    def _show_all(self) -> None:
        model = self._model
        headline = outside(model.headline, limit=_SHOWN_CHARS)
        self._headline.setText(headline)
        self._headline.setVisible(bool(headline))
        self._requests.setVisible(len(model.titles) > 1)
        self.accept_button.setEnabled(model.event is not None)
        self._show_environments()
        self._clear()
        self._names.setVisible(model.can_use_names)
        self._section("Names that resemble a field", model.names, extra=self._names)
        self._section("Not taken", model.left_out)
        self._section("Taken", model.values)
        self._section("To know", [Line(name="", text=text) for text in model.notes])
        self._sections.addStretch()

    def _show_environments(self) -> None:
        model, box = self._model, self._where
        box.clear()
        box.addItem(f"Send to {outside(self._current.name, limit=60)}, as chosen now", KEEP)
        found = model.environment
        if found is not None and found.name != self._current.name:
            box.addItem(f"Send to {outside(found.name, limit=60)}, where it was to go", found)
            if found.danger.value != "live":
                box.setCurrentIndex(1)
        new = model.new_environment
        if new is not None:
            box.addItem(f"Add the environment {outside(new.name, limit=60)} and send there", new)
        box.setVisible(box.count() > 1)

    def _clear(self) -> None:
        self._names.setParent(self)  # it outlives the section that it stands in
        while (item := self._sections.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _section(self, title: str, lines: Sequence[Line], extra: QWidget | None = None) -> None:
        if not lines:
            return
        part = QWidget()
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(3)
        grid.setColumnStretch(1, 1)
        grid.addWidget(label(title, role="heading"), 0, 0, 1, 2)
        for row, line in enumerate(lines, 1):
            text = label(outside(line.text, limit=_SHOWN_CHARS), wrap=True, selectable=True)
            if line.name:
                name = label(outside(line.name, limit=90), role="wire", wrap=True)
                name.setFixedWidth(_NAME_PX)
                grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(text, row, 1)
            else:
                grid.addWidget(text, row, 0, 1, 2)
        if extra is not None:
            grid.addWidget(extra, len(lines) + 1, 0, 1, 2)
        self._sections.addWidget(part)
