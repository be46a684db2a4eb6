"""The sheet that shows a request as code: languages at the left, the program at the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QListWidget, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.formats.code.languages import LANGUAGES
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.code_view import CodeView
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.code_out import CodeOut


class CodeDialog(dialogs.FormDialog):
    """`copied` is emitted when the text went to the clipboard; accepted means: save it."""

    copied = Signal()

    def __init__(self, parent: QWidget, theme: Theme, model: CodeOut) -> None:
        super().__init__(parent, title="Copy as code", accept="Save\u2026")
        self.setObjectName("code")
        self._model = model
        self.resize(min(860, parent.width() - 60), min(600, parent.height() - 60))
        self._list = QListWidget()
        self._list.setObjectName("code.languages")
        self._list.setProperty("role", "list")
        self._list.setAccessibleName("Languages")
        self._list.setFixedWidth(190)
        self._list.addItems([one.label for one in LANGUAGES])
        self._list.setCurrentRow(LANGUAGES.index(model.language))
        self._list.currentRowChanged.connect(self._chosen)
        self._view = CodeView(theme, name="code.text")
        self._mask = QCheckBox("Mask ids, lead data and credentials")
        self._mask.setObjectName("code.mask")
        self._mask.setChecked(model.masked)
        self._mask.toggled.connect(self._masked)
        self._remark = label("", role="muted", wrap=True)
        self._copy = QPushButton("Copy")
        self._copy.setObjectName("code.copy")
        self._copy.setAutoDefault(False)
        self._copy.clicked.connect(lambda _checked=False: self._copy_text())
        below = QHBoxLayout()
        below.addWidget(self._mask)
        below.addStretch()
        below.addWidget(self._copy)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self._view, 1)
        side.addWidget(self._remark)
        side.addLayout(below)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._list)
        row.addLayout(side, 1)
        self.body.addLayout(row, 1)
        self._show()
        self._list.setFocus()

    def _chosen(self, row: int) -> None:
        self._model.language = LANGUAGES[row]
        self._show()

    def _masked(self, on: bool) -> None:
        self._model.masked = on
        self._show()

    def _show(self) -> None:
        self._view.show_text(self._model.text)
        self._remark.setText(self._model.remark)
        for button in (self._copy, self.accept_button):
            button.setEnabled(self._model.is_code)

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._model.text)
        self._copy.setText("Copied")
        self.copied.emit()
