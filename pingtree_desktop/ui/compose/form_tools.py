"""The line above the form that narrows it: a search, and only what is filled."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QToolButton, QWidget

from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.theme import Theme


class FormTools(QWidget):
    """`changed` when another part of the form is wanted; `entered` when Enter goes into it."""

    changed = Signal()
    entered = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.words, self.only_filled = "", False
        self.search = LineEdit()
        self.search.setPlaceholderText("Find a field  (Ctrl+F)")
        self.search.setObjectName("form.search")
        self.search.setAccessibleName("Find a field")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(300)
        self.search.textChanged.connect(self._search_changed)
        self.search.returnPressed.connect(self.entered.emit)
        action = self.search.addAction(
            icon("search", theme.color("muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.changed.connect(lambda: action.setIcon(icon("search", theme.color("muted"))))
        self._filled = QToolButton()
        self._filled.setText("Only filled")
        self._filled.setCheckable(True)
        self._filled.setProperty("role", "toggle")
        self._filled.setObjectName("form.only_filled")
        self._filled.toggled.connect(self._only_filled_toggled)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 12, 8)
        self._row.setSpacing(8)
        self._row.addWidget(self.search, 1)
        self._row.addWidget(self._filled)
        self._row.addStretch()

    @property
    def narrows(self) -> bool:
        """Whether a part of the form is hidden."""
        return bool(self.words or self.only_filled)

    def add(self, button: QWidget) -> None:
        """Put one more button into the line."""
        self._row.insertWidget(self._row.count() - 1, button)

    def show_all(self) -> None:
        """Narrow nothing any more."""
        self.search.clear()
        self._filled.setChecked(False)

    def _search_changed(self, text: str) -> None:
        self.words = text.strip().lower()
        self.changed.emit()

    def _only_filled_toggled(self, only: bool) -> None:
        self.only_filled = only
        self.changed.emit()
