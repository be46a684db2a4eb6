"""The notes of a profile: what an event is for, above its fields.  They are never sent."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QPlainTextEdit, QToolButton, QVBoxLayout, QWidget

from pingtree_desktop.ui.line_edit import is_for_window
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

_MOST_LINES = 6
_HINT = "What this event is for and what to watch. Kept in the profile's file, never sent."


class NotesPanel(QWidget):
    """An editor that shows itself where there are notes; `toggle` opens and closes it."""

    def __init__(self, model: ComposeModel) -> None:
        super().__init__()
        self._model = model
        self._editor: _Editor | None = None
        self.toggle = QToolButton()
        self.toggle.setText("Notes")
        self.toggle.setCheckable(True)
        self.toggle.setProperty("role", "toggle")
        self.toggle.setObjectName("notes.toggle")
        self.toggle.clicked.connect(self._toggled)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(12, 0, 12, 0)
        self.hide()

    def finish(self) -> None:
        """Build the editor, which the first frame does not need, and follow the draft."""
        self._editor = _Editor()
        self._editor.textChanged.connect(self._typed)
        self._layout.addWidget(self._editor)
        self._model.changes.listen(self._model_changed)
        self._show(is_open=bool(self._model.notes))

    def open_editor(self) -> None:
        """Show the notes and put the cursor behind what is there."""
        if self._editor is None:
            return
        self._show(is_open=True)
        self._editor.moveCursor(self._editor.textCursor().MoveOperation.End)
        self._editor.setFocus()

    def _toggled(self, is_open: bool) -> None:
        if is_open:
            self.open_editor()
        else:
            self._show(is_open=False)

    def _model_changed(self, topic: Topic) -> None:
        if topic is Topic.LOADED:
            self._show(is_open=bool(self._model.notes) or self._has_focus())
        elif topic in {Topic.DRAFT, Topic.PROFILE}:
            self._show(is_open=not self.isHidden())

    def _has_focus(self) -> bool:
        return self._editor is not None and self._editor.hasFocus()

    def _show(self, *, is_open: bool) -> None:
        if self._editor is None:
            return
        self._editor.show_text(self._model.notes)
        self.setVisible(is_open)
        self.toggle.setChecked(is_open)
        self.toggle.setText("\u25cf Notes" if self._model.notes and not is_open else "Notes")

    def _typed(self) -> None:
        assert self._editor is not None
        self._model.set_notes(self._editor.text())


class _Editor(QPlainTextEdit):
    """Plain text as high as it needs; undo belongs to the whole form, Tab to the window."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "editor")
        self.setObjectName("draft.notes")
        self.setAccessibleName("Notes")
        self.setPlaceholderText(_HINT)
        self.setTabChangesFocus(True)
        self.setUndoRedoEnabled(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._shown = ""
        self.textChanged.connect(self._fit)
        self._fit()

    def text(self) -> str:
        """What is typed.  `toPlainText` would turn a no-break space into a plain one."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def show_text(self, text: str) -> None:
        """Show another text; one that is typed here keeps its cursor."""
        if text in (self._shown, self.text()):
            self._shown = text
            return
        self._shown = text
        self.blockSignals(True)
        self.setPlainText(text)
        self.blockSignals(False)
        self._fit()

    def event(self, event: QEvent) -> bool:
        if is_for_window(event, leaves_undo=True):
            event.ignore()
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.FontChange, QEvent.Type.StyleChange}:
            self._fit()

    def _fit(self) -> None:
        lines = min(_MOST_LINES, max(2, self.document().blockCount()))
        self.setFixedHeight(lines * self.fontMetrics().lineSpacing() + 28)
