"""Dialogs that never block: opened, then awaited (a nested loop would starve other tasks)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside


async def run(dialog: QDialog) -> bool:
    """Open a dialog and wait for its end; True when it was accepted."""
    done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def finished(result: int) -> None:
        if not done.done():
            done.set_result(result == QDialog.DialogCode.Accepted.value)

    dialog.finished.connect(finished)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
    try:
        return await done
    finally:
        dialog.close()
        dialog.deleteLater()


class FormDialog(QDialog):
    """A small sheet with a title, a body to fill and two buttons.

    `check` is called when the person accepts; what it raises is shown, and the sheet stays open
    with everything that was typed.
    """

    def __init__(
        self, parent: QWidget, *, title: str, accept: str, danger: bool = False, only: bool = False
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(420)
        self.check: Callable[[], object] = lambda: None
        self._is_warned, self._at_first = False, list[str]()
        self.body = QVBoxLayout()
        self.body.setSpacing(6)
        self._problem = label("", role="advice", wrap=True)
        self._problem.setObjectName("dialog.problem")
        self._problem.hide()
        self.accept_button = QPushButton(accept)
        self.accept_button.setObjectName("dialog.accept")
        self.accept_button.setProperty("kind", "danger" if danger else "primary")
        self.accept_button.setDefault(not danger)
        self.accept_button.setAutoDefault(not danger)
        self.accept_button.clicked.connect(self.accept)
        cancel = QPushButton("Cancel")
        cancel.setObjectName("dialog.cancel")
        cancel.setAutoDefault(False)
        cancel.clicked.connect(self.reject)
        buttons = QHBoxLayout()
        buttons.addStretch()
        buttons.addWidget(cancel)
        cancel.setVisible(not only)
        buttons.addWidget(self.accept_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 16)
        layout.setSpacing(12)
        layout.addWidget(label(title, role="title"))
        layout.addLayout(self.body)
        layout.addWidget(self._problem)
        layout.addLayout(buttons)
        self._layout = layout

    def accept(self) -> None:
        try:
            self.check()
        except PingTreeError as error:
            self._problem.setText(outside(str(error), limit=400))
            self._problem.show()
            return
        super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._is_warned and self._is_changed():
            self._is_warned = True
            self._problem.setText("Press Esc once more to throw away what you typed.")
            self._problem.show()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._at_first = self._typed()

    def _is_changed(self) -> bool:
        return self._typed() != self._at_first

    def _typed(self) -> list[str]:
        """The lines of text in the sheet.  What is chosen may change without the person."""
        return [one.text() for one in self.findChildren(QLineEdit)]

    def scroll_body(self, height: int) -> None:
        """Let the body scroll, for a sheet that can grow; call it before anything is added."""
        page = QWidget()
        page.setObjectName("page")
        whole = QVBoxLayout(page)
        whole.setContentsMargins(0, 0, 8, 0)
        self._layout.removeItem(self.body)
        whole.addLayout(self.body)
        whole.addStretch()
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setMinimumHeight(height)
        scroll.setAccessibleName(self.windowTitle())
        scroll.setWidget(page)
        self._layout.insertWidget(1, scroll, 1)

    def add_widget(self, text: str, widget: QWidget) -> None:
        """A widget below its label."""
        self.body.addWidget(label(text, role="label"))
        self.body.addWidget(widget)

    def add_line(self, text: str, value: str, *, name: str, mono: bool = False) -> QLineEdit:
        """A labelled line of text."""
        edit = LineEdit(value)
        edit.setObjectName(name)
        edit.setAccessibleName(text)
        edit.setProperty("mono", mono)
        self.body.addWidget(label(text, role="label"))
        self.body.addWidget(edit)
        return edit

    def add_choice(
        self, text: str, choices: Sequence[tuple[str, object]], *, name: str
    ) -> QComboBox:
        """A labelled drop-down of (words, value)."""
        box = QComboBox()
        box.setObjectName(name)
        box.setAccessibleName(text)
        for words, value in choices:
            box.addItem(words, value)
        self.body.addWidget(label(text, role="label"))
        self.body.addWidget(box)
        return box

    def show_keys(self, rows: Sequence[tuple[str, str]]) -> None:
        """Two columns of actions with their keys."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(6)
        half = (len(rows) + 1) // 2
        for index, (words, keys) in enumerate(rows):
            row, side = index % half, (index // half) * 2
            grid.addWidget(label(words), row, side)
            grid.addWidget(label(keys, role="mono"), row, side + 1)
        self.body.addLayout(grid)

    def add_text(self, text: str, *, role: str = "") -> None:
        """A paragraph of plain text."""
        self.body.addWidget(label(outside(text), role=role, wrap=True))


async def ask_text(
    parent: QWidget, *, title: str, prompt: str, value: str = "", accept: str = "Save"
) -> str | None:
    """One line of text, or None when cancelled or left blank."""
    dialog = FormDialog(parent, title=title, accept=accept)
    edit = dialog.add_line(prompt, value, name="dialog.text")
    edit.selectAll()
    edit.setFocus()
    accepted = await run(dialog)
    return edit.text().strip() or None if accepted else None


async def confirm(
    parent: QWidget, *, title: str, text: str, accept: str, danger: bool = False
) -> bool:
    """A question with a plain answer."""
    dialog = FormDialog(parent, title=title, accept=accept, danger=danger)
    dialog.add_text(text)
    return await run(dialog)


async def ask_save_path(parent: QWidget, *, title: str, name: str) -> Path | None:
    """Where to save a file, or None."""
    dialog = QFileDialog(parent, title)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectFile(name)
    accepted = await run(dialog)
    files = dialog.selectedFiles() if accepted else []
    return Path(files[0]) if files else None


async def ask_open_path(parent: QWidget, *, title: str, kinds: str) -> Path | None:
    """Which file to read, or None; `kinds` is Qt's filter, as in `Exchanges (*.har)`."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters([kinds, "All files (*)"])
    accepted = await run(dialog)
    files = dialog.selectedFiles() if accepted else []
    return Path(files[0]) if files else None


async def ask_folder(parent: QWidget, *, title: str) -> Path | None:
    """Which folder, or None."""
    dialog = QFileDialog(parent, title)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    accepted = await run(dialog)
    files = dialog.selectedFiles() if accepted else []
    return Path(files[0]) if files else None
