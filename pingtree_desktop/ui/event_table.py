"""The events of a campaign's event settings as rows: id, name, usual amount, what kind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.field import normalise_money, why_not_money
from pingtree_desktop.domain.profile import EventKind
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import icon_button, label, set_tip
from pingtree_desktop.ui.theme import Theme

_LINES = (
    ("id", "Event ID", "event_id", 5),
    ("name", "Friendly name", "optional", 5),
    ("money", "Usual amount", "none", 2),
)
_CHECKS = (
    ("conversion", "Conversion", "Conversion: carries money"),
    ("affiliate_conversion", "Affiliate", "Affiliate conversion: counts for the affiliate"),
    ("multi_trigger", "Multi-trigger", "Multi-trigger: may fire again for the same transaction"),
)


class EventTable(QWidget):
    """An editable list of EventKind, under headings."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._rows: list[_Row] = []
        self._made = 0
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(4)
        self._headings = [label(words, role="small") for _, words, _, _ in _LINES]
        for column, (_, _, _, stretch) in enumerate(_LINES):
            self._grid.setColumnStretch(column, stretch)
        for _, words, tip in _CHECKS:
            heading = label(words, role="small")
            set_tip(heading, tip)
            self._headings.append(heading)
        for column, heading in enumerate(self._headings):
            side = Qt.AlignmentFlag.AlignLeft if column < len(_LINES) else _MIDDLE
            self._grid.addWidget(heading, 0, column, side)
            heading.hide()
        self._add = QPushButton("Add event")
        self._add.setObjectName("events.add")
        self._add.setAutoDefault(False)
        self._add.clicked.connect(lambda _checked=False: self._append().take_focus())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(self._grid)
        layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_events(self, events: Sequence[EventKind]) -> None:
        """Show these events."""
        for event in events:
            self._append().set_value(event)

    def events(self) -> tuple[EventKind, ...]:
        """What is typed now, without rows that are empty.

        Raises UsageError for a row without its id, an id that stands twice, and an amount that is
        none.
        """
        found = [one for one in (row.value() for row in self._rows) if one != EventKind(id="")]
        seen: set[str] = set()
        for one in found:
            if not one.id:
                what = one.name or one.money or "One"
                raise UsageError(f"{what}: this event has no event ID.", "Type it, or remove it.")
            if one.id in seen:
                raise UsageError(f"The event {one.id} stands here twice.", "Remove one of them.")
            if one.money and normalise_money(one.money) is None:
                why = why_not_money(one.money)
                raise UsageError(f"The usual amount of {one.id}: {why}", "Correct or clear it.")
            seen.add(one.id)
        return tuple(found)

    def _append(self) -> _Row:
        self._made += 1  # a number is never used twice, so that names stay apart
        row = _Row(self._theme, self._made)
        row.removed.connect(lambda: self._drop(row))
        self._rows.append(row)
        at = self._grid.rowCount()  # a row that was taken out leaves an empty one of no height
        for column, widget in enumerate(row.widgets):
            is_check = isinstance(widget, QCheckBox)
            self._grid.addWidget(widget, at, column, _MIDDLE if is_check else _WHOLE)
        self._show_headings()
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        row.deleteLater()
        self._show_headings()

    def _show_headings(self) -> None:
        for heading in self._headings:
            heading.setVisible(bool(self._rows))


_MIDDLE = Qt.AlignmentFlag.AlignCenter
_WHOLE = Qt.AlignmentFlag(0)


class _Row(QObject):
    """The widgets of one event, in the order of the columns."""

    removed = Signal()

    def __init__(self, theme: Theme, number: int) -> None:
        super().__init__()
        self._lines: dict[str, LineEdit] = {}
        self._checks: dict[str, QCheckBox] = {}
        for key, words, hint, _ in _LINES:
            edit = LineEdit()
            edit.setProperty("mono", key != "name")
            edit.setPlaceholderText(hint)
            edit.setObjectName(f"events.{number}.{key}")
            edit.setAccessibleName(f"Event {number}, {words.lower()}")
            self._lines[key] = edit
        for key, _, tip in _CHECKS:
            box = QCheckBox()
            box.setObjectName(f"events.{number}.{key}")
            box.setAccessibleName(f"Event {number}, {tip.partition(':')[0].lower()}")
            set_tip(box, tip)
            self._checks[key] = box
        remove = icon_button(
            icon("close", theme.color("muted")),
            f"Remove event {number}",
            name=f"events.{number}.remove",
        )
        remove.clicked.connect(lambda _checked=False: self.removed.emit())
        self.widgets: list[QWidget] = [*self._lines.values(), *self._checks.values(), remove]

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
