"""The events of a campaign's event settings as rows: id, name, what kind, usual amount."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.domain.profile import EventKind
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import icon_button, set_tip
from pingtree_desktop.ui.theme import Theme

_LINES = (("id", "event id", 5), ("name", "friendly name", 5), ("money", "amount", 2))
_CHECKS = (
    ("conversion", "conv.", "Conversion: carries money"),
    ("affiliate_conversion", "affil.", "Affiliate conversion: counts for the affiliate"),
    ("multi_trigger", "multi", "Multi-trigger: may fire again for the same transaction"),
)


class EventTable(QWidget):
    """An editable list of EventKind."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[_Row] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._add = QPushButton("Add event")
        self._add.setObjectName("events.add")
        self._add.setAutoDefault(False)
        self._add.clicked.connect(lambda _checked=False: self._append().take_focus())
        self._layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_events(self, events: Sequence[EventKind]) -> None:
        """Show these events."""
        for event in events:
            self._append().set_value(event)

    def events(self) -> tuple[EventKind, ...]:
        """What is typed now, without rows that have no id."""
        return tuple(one for one in (row.value() for row in self._rows) if one.id)

    def _append(self) -> _Row:
        row = _Row(self._theme, len(self._rows) + 1)
        row.removed.connect(lambda: self._drop(row))
        self._rows.append(row)
        self._layout.insertWidget(self._layout.count() - 1, row)
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()


class _Row(QWidget):
    removed = Signal()

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        self._lines: dict[str, LineEdit] = {}
        self._checks: dict[str, QCheckBox] = {}
        for key, words, stretch in _LINES:
            edit = LineEdit()
            edit.setProperty("mono", key != "name")
            edit.setPlaceholderText(words)
            edit.setObjectName(f"events.{number}.{key}")
            edit.setAccessibleName(f"Event {number}, {words}")
            self._lines[key] = edit
            line.addWidget(edit, stretch)
        for key, words, tip in _CHECKS:
            box = QCheckBox(words)
            box.setObjectName(f"events.{number}.{key}")
            box.setAccessibleName(f"Event {number}, {tip.partition(':')[0]}")
            set_tip(box, tip)
            self._checks[key] = box
            line.addWidget(box)
        remove = icon_button(
            icon("close", theme.color("muted")),
            f"Remove event {number}",
            name=f"events.{number}.remove",
        )
        remove.clicked.connect(lambda _checked=False: self.removed.emit())
        line.addWidget(remove)

    def set_value(self, event: EventKind) -> None:
        for key, edit in self._lines.items():
            edit.setText(getattr(event, key))
        for key, box in self._checks.items():
            box.setChecked(getattr(event, key))

    def value(self) -> EventKind:
        return EventKind(
            id=self._lines["id"].text().strip(),
            name=self._lines["name"].text().strip(),
            money=self._lines["money"].text().strip(),
            conversion=self._checks["conversion"].isChecked(),
            affiliate_conversion=self._checks["affiliate_conversion"].isChecked(),
            multi_trigger=self._checks["multi_trigger"].isChecked(),
        )

    def take_focus(self) -> None:
        self._lines["id"].setFocus()
