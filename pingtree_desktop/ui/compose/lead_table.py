"""The lead card's rows: any further key of the body, with its value and JSON type.

A block copied from a spreadsheet (name, value and type in columns) pastes into as many rows.
"""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.domain.field import LeadField, LeadType
from pingtree_desktop.ui.compose.advice_notes import AdviceNotes
from pingtree_desktop.ui.compose.made_line import MadeLine, ValueOffers, Variables
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme

MAX_PASTED_ROWS = 500


class LeadTable(QWidget):
    """The editable rows.  `edited` carries the tuple of LeadField as it is now, `fixed` a Fix."""

    edited = Signal(object)
    fixed = Signal(object)

    def __init__(self, theme: Theme, variables: Variables = tuple) -> None:
        super().__init__()
        self._theme = theme
        self.variables = variables
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._hint = label(
            "Any other lead detail of your account's field management, such as first_name. "
            "Paste two columns from a spreadsheet to fill many rows.",
            role="muted",
            wrap=True,
        )
        self._add = QPushButton("Add lead field")
        self._add.setObjectName("lead.add")
        self._add.clicked.connect(self._add_clicked)
        self._layout.addWidget(self._hint)
        self._layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def rows(self) -> tuple[LeadField, ...]:
        return tuple(row.value() for row in self._rows)

    def set_rows(self, rows: tuple[LeadField, ...]) -> None:
        """Show rows without reporting them as an edit."""
        if rows == self.rows():
            return
        while len(self._rows) > len(rows):
            self._drop(self._rows[-1])
        while len(self._rows) < len(rows):
            self._append()
        for row, value in zip(self._rows, rows, strict=True):
            row.set_value(value)
        self._hint.setVisible(not self._rows)

    def set_advice(self, advice: dict[int, tuple[Advice, ...]]) -> None:
        for index, row in enumerate(self._rows):
            row.set_advice(advice.get(index, ()))

    def show_made(self, made: Mapping[int, str]) -> None:
        """Show what the rows' dynamic values become, by row."""
        for index, row in enumerate(self._rows):
            row.show_made(made.get(index))

    def paste(self, mime: QMimeData, at: int) -> bool:
        """Spread a pasted block over rows from `at`; False when it is an ordinary word."""
        text = mime.text()
        if "\t" not in text and "\n" not in text.strip("\r\n"):
            return False
        lines = [line for line in text.splitlines() if line.strip()][:MAX_PASTED_ROWS]
        for offset, line in enumerate(lines):
            name, value, kind = ([*line.split("\t"), "", ""])[:3]
            while len(self._rows) <= at + offset:
                self._append()
            known = kind.strip().lower() in {one.value for one in LeadType}
            lead_type = LeadType(kind.strip().lower()) if known else LeadType.TEXT
            self._rows[at + offset].set_value(
                LeadField(name=name.strip(), text=value, type=lead_type)
            )
        self._tell()
        return True

    def _add_clicked(self) -> None:
        row = self._append()
        row.name.setFocus()
        self._tell()

    def _append(self) -> _Row:
        row = _Row(self, self._theme, len(self._rows))
        row.edited.connect(self._tell)
        row.fixed.connect(self.fixed.emit)
        row.removed.connect(lambda: self._remove(row))
        self._rows.append(row)
        self._layout.insertWidget(self._layout.count() - 1, row)
        self._hint.setVisible(False)
        return row

    def _remove(self, row: _Row) -> None:
        self._drop(row)
        self._tell()

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()
        for index, one in enumerate(self._rows):
            one.index = index
        self._hint.setVisible(not self._rows)

    def _tell(self) -> None:
        self.edited.emit(self.rows())


class _Row(QWidget):
    edited = Signal()
    fixed = Signal(object)
    removed = Signal()

    def __init__(self, table: LeadTable, theme: Theme, index: int) -> None:
        super().__init__()
        self._table = table
        self.index = index
        self._quiet = False
        self.name, self._text = LineEdit(), LineEdit()
        for edit, placeholder in ((self.name, "name"), (self._text, "value")):
            edit.leaves_undo = True
            edit.setProperty("mono", True)
            edit.setPlaceholderText(placeholder)
            edit.setAccessibleName(f"Lead field {index + 1} {placeholder}")
            edit.setObjectName(f"lead.{index}.{placeholder}")
            edit.textChanged.connect(self._changed)
            edit.installEventFilter(self)
        self._type = QComboBox()
        self._type.setAccessibleName(f"Lead field {index + 1} type")
        for kind in LeadType:
            self._type.addItem(kind.value, kind)
        self._type.activated.connect(self._changed)
        self._type.installEventFilter(self)
        ValueOffers(self._text, table.variables)
        remove = QToolButton()
        remove.setIcon(icon("close", theme.color("muted")))
        theme.changed.connect(lambda: remove.setIcon(icon("close", theme.color("muted"))))
        remove.setAccessibleName(f"Remove lead field {index + 1}")
        remove.clicked.connect(lambda _checked=False: self.removed.emit())
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.name, 3)
        line.addWidget(self._text, 4)
        line.addWidget(self._type, 1)
        line.addWidget(remove)
        self._notes: AdviceNotes | None = None
        self._made: MadeLine | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addLayout(line)

    def value(self) -> LeadField:
        return LeadField(
            name=self.name.text(), text=self._text.text(), type=LeadType(self._type.currentData())
        )

    def set_value(self, value: LeadField) -> None:
        self._quiet = True
        if self.name.text() != value.name:
            self.name.setText(value.name)
        if self._text.text() != value.text:
            self._text.setText(value.text)
        self._type.setCurrentIndex(list(LeadType).index(value.type))
        self._quiet = False

    def set_advice(self, advice: tuple[Advice, ...]) -> None:
        if self._notes is None:
            if not advice:
                return
            self._notes = AdviceNotes()
            self._notes.fixed.connect(self.fixed.emit)
            self._rows.addWidget(self._notes)
        self._notes.show_advice(advice)

    def show_made(self, text: str | None) -> None:
        if self._made is None:
            if text is None:
                return
            self._made = MadeLine()
            self._rows.insertWidget(1, self._made)
        self._made.show_made(text)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._type:
            if event.type() == QEvent.Type.Wheel:
                event.ignore()
                return True
            return False
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.matches(QKeySequence.StandardKey.Paste):
            return self._table.paste(QGuiApplication.clipboard().mimeData(), self.index)
        return False

    def _changed(self, *_args: object) -> None:
        if not self._quiet:
            self.edited.emit()
