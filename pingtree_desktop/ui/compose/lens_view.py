"""The time-zone lens under the picker: one line, and on request a table of all eight zones.

Only the line exists at first; warning and table are built when they are wanted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QVBoxLayout, QWidget

from pingtree_desktop.ui.compose.advice_notes import fix_link
from pingtree_desktop.ui.plain import PlainLabel, label

if TYPE_CHECKING:
    from pingtree_desktop.domain.lens import Daylight, Lens

_HEADS = ("Zone", "Offset", "Date and time", "")


class LensView(QWidget):
    """What the typed date means elsewhere; `fixed` carries the Fix whose link was clicked."""

    fixed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lens")
        self.setAccessibleName("What the date means")
        self._lens: Lens | None = None
        self._daylight: Daylight | None = None
        self._table: _Table | None = None
        self._warning: QFrame | None = None
        self._line = QToolButton()
        self._line.setObjectName("lens.line")
        self._line.setProperty("role", "lens-line")
        self._line.setCheckable(True)
        self._line.toggled.connect(self._toggled)
        self._plain = label("", role="muted", wrap=True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._layout.addWidget(self._line, 0, Qt.AlignmentFlag.AlignLeft)
        self._layout.addWidget(self._plain)
        self.hide()

    @property
    def has_lens(self) -> bool:
        """Whether there is anything to show."""
        return self._lens is not None

    def show_lens(self, lens: Lens | None, *, is_settled: bool) -> None:
        """Show a reading, None hides all; a settled one has no daylight-time warning."""
        daylight = None if lens is None or is_settled else lens.daylight
        if (lens, daylight) == (self._lens, self._daylight):
            return
        self._lens, self._daylight = lens, daylight
        if lens is None:
            return
        self._line.setVisible(lens.has_time)
        self._plain.setVisible(not lens.has_time)
        if not lens.has_time:
            self._plain.setText(lens.line)
        self._show_line()
        self._show_warning(daylight, lens)
        self._show_table()

    # ---- the three parts ------------------------------------------------------------------------

    def _show_line(self) -> None:
        if self._lens is None:
            return
        is_open = self._line.isChecked()
        self._line.setText(f"{chr(0x25BE if is_open else 0x25B8)} {self._lens.line}")
        self._line.setAccessibleName(self._lens.line)
        act = "Hide" if is_open else "Show"
        self._line.setAccessibleDescription(f"{act} this moment in all eight zones")

    def _show_warning(self, daylight: Daylight | None, lens: Lens) -> None:
        if self._warning is not None:
            self._layout.removeWidget(self._warning)
            self._warning.hide()
            self._warning.deleteLater()
            self._warning = None
        if daylight is None:
            return
        self._warning = _warning(self, daylight, lens)
        self._layout.insertWidget(2, self._warning)

    def _show_table(self) -> None:
        wanted = self._line.isChecked() and self._lens is not None and self._lens.has_time
        if wanted and self._table is None:
            self._table = _Table()
            self._layout.addWidget(self._table)
        if self._table is not None:
            self._table.setVisible(wanted)
            if wanted and self._lens is not None:
                self._table.show_lens(self._lens)

    def _toggled(self, _is_open: bool) -> None:
        self._show_line()
        self._show_table()


def _warning(view: LensView, daylight: Daylight, lens: Lens) -> QFrame:
    """That wall clocks are an hour ahead there, with the ways to put it right."""
    frame = QFrame()
    frame.setProperty("role", "callout")
    frame.setProperty("tone", "refused")
    frame.setObjectName("lens.daylight")
    layout = QVBoxLayout(frame)
    layout.setContentsMargins(8, 6, 8, 6)
    layout.setSpacing(2)
    said = (
        f"\u26a0 On that day clocks there show {daylight.code}, an hour ahead of "
        f"{lens.zone.code}. Was the time read off such a clock?"
    )
    layout.addWidget(label(said, role="advice", wrap=True))
    for place, fix in enumerate(daylight.fixes):
        link = fix_link(fix, f"lens.fix.{place}")
        link.clicked.connect(lambda _checked=False, f=fix: view.fixed.emit(f))
        layout.addWidget(link, 0, Qt.AlignmentFlag.AlignLeft)
    return frame


class _Table(QWidget):
    """UTC, the person's own clock and the eight zones, one line each."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("lens.table")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(2, 2, 0, 2)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(3, 1)
        for column, head in enumerate(_HEADS):
            self._grid.addWidget(label(head, role="small"), 0, column)
        self._rows: list[tuple[PlainLabel, ...]] = []

    def show_lens(self, lens: Lens) -> None:
        """Fill the table; a chosen zone and another day are said in words."""
        from pingtree_desktop.domain.lens import shown_minute  # noqa: PLC0415 - for the table alone

        readings = [one for one in (lens.utc, lens.own) if one is not None] + [*lens.zones]
        while len(self._rows) < len(readings):
            cells = (
                label(role="mono"),
                label(role="muted"),
                label(role="mono"),
                label(role="advice"),
            )
            for column, cell in enumerate(cells):
                self._grid.addWidget(cell, len(self._rows) + 1, column)
            self._rows.append(cells)
        for row, reading in zip(self._rows, readings, strict=True):
            label_text = f"{reading.label} \u00b7 chosen" if reading.is_chosen else reading.label
            texts = (reading.name, label_text, shown_minute(reading.local), reading.day_word)
            for cell, text in zip(row, texts, strict=True):
                cell.setText(text)
