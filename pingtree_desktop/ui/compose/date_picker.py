"""The calendar that opens under a date field."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QDate, QPoint, Qt, QTime, Signal
from PySide6.QtGui import QTextCharFormat
from PySide6.QtWidgets import (
    QCalendarWidget,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.timezones import parse_moment
from pingtree_desktop.ui.popup import popup_place
from pingtree_desktop.ui.theme import Theme


class DatePicker(QFrame):
    """A popup with a calendar, an optional time and "now"; emits the documented text."""

    picked = Signal(object)

    def __init__(self, anchor: QWidget, theme: Theme, *, with_time: bool) -> None:
        super().__init__(anchor, Qt.WindowType.Popup)
        del theme  # the style sheet does it all; kept for one signature of pickers
        self._anchor = anchor
        self.setProperty("role", "popup")
        self._calendar = QCalendarWidget()
        self._calendar.setVerticalHeaderFormat(
            QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader
        )
        self._calendar.setGridVisible(False)
        self._calendar.setHorizontalHeaderFormat(
            QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames
        )
        for day in Qt.DayOfWeek:  # no red week-ends: red means a failure here
            self._calendar.setWeekdayTextFormat(day, QTextCharFormat())
        self._calendar.setMinimumSize(290, 210)
        self._timed = QCheckBox("Time")
        self._time = QTimeEdit()
        self._time.setDisplayFormat("HH:mm:ss")
        self._time.setEnabled(False)
        self._timed.toggled.connect(self._time.setEnabled)
        now = QPushButton("Now" if with_time else "Today")
        use = QPushButton("Use")
        use.setProperty("kind", "primary")
        row = QHBoxLayout()
        if with_time:
            row.addWidget(self._timed)
            row.addWidget(self._time)
        row.addStretch()
        row.addWidget(now)
        row.addWidget(use)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 10, 10, 10)
        layout.addWidget(self._calendar)
        layout.addLayout(row)
        now.clicked.connect(self._use_now)
        use.clicked.connect(self._use)
        self._calendar.activated.connect(lambda _date: self._use())
        self._with_time = with_time

    def open_at(self, text: str, _place: QPoint) -> None:
        """Show the popup at the date that is typed, or at today."""
        moment = parse_moment(text)
        shown = moment.local if moment else datetime.now().astimezone()
        self._calendar.setSelectedDate(QDate(shown.year, shown.month, shown.day))
        self._timed.setChecked(self._with_time and bool(moment is None or moment.has_time))
        self._time.setTime(QTime(shown.hour, shown.minute, shown.second))
        self.adjustSize()
        self.move(popup_place(self._anchor, self.sizeHint()))
        self.show()
        self._calendar.setFocus()

    def _use(self) -> None:
        date = self._calendar.selectedDate().toString("yyyy-MM-dd")
        timed = self._with_time and self._timed.isChecked()
        self.picked.emit(f"{date} {self._time.time().toString('HH:mm:ss')}" if timed else date)
        self.hide()

    def _use_now(self) -> None:
        now = datetime.now().astimezone()
        self.picked.emit(f"{now:%Y-%m-%d %H:%M:%S}" if self._with_time else f"{now:%Y-%m-%d}")
        self.hide()
