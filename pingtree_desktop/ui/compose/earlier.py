"""What was sent before for the same transaction, a line each."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from pingtree_desktop.storage.history import Summary

SHOWN = 4


class EarlierList(QWidget):
    """`opened` carries the id of the entry whose line was clicked; `all_wanted` the id text."""

    opened = Signal(object)
    all_wanted = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._transaction_id = ""
        self._has_entries, self._has_room = False, True
        head = QHBoxLayout()
        head.addWidget(label("Earlier for this transaction", role="heading"))
        head.addStretch()
        link = QPushButton("open in History")
        link.setProperty("kind", "link")
        link.setObjectName("earlier.all")
        link.clicked.connect(lambda _checked=False: self.all_wanted.emit(self._transaction_id))
        head.addWidget(link)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(5)
        self._grid.setColumnStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(self._grid)
        self.hide()

    def show_entries(self, transaction_id: str, entries: list[Summary]) -> None:
        """Show the newest entries; none hides the whole list."""
        self._transaction_id = transaction_id
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for row, entry in enumerate(entries[:SHOWN]):
            meaning = MEANINGS[verdict_of(entry.verdict)]
            when = datetime.fromtimestamp(entry.started_ms / 1000).astimezone()
            time_link = QPushButton(f"{when:%H:%M:%S}")
            time_link.setProperty("kind", "link")
            time_link.clicked.connect(lambda _checked=False, i=entry.id: self.opened.emit(i))
            pill = label(
                f"{meaning.label} \u00b7 {entry.http_status}"
                if entry.http_status
                else meaning.label,
                role="pill",
            )
            pill.setProperty("tone", meaning.tone.value)
            took = label(_took(entry), role="muted")
            name = label(outside(entry.event_id, limit=60), role="mono")
            self._grid.addWidget(time_link, row, 0)
            self._grid.addWidget(name, row, 1)
            self._grid.addWidget(pill, row, 2, Qt.AlignmentFlag.AlignLeft)
            self._grid.addWidget(took, row, 3, Qt.AlignmentFlag.AlignRight)
        self._has_entries = bool(entries)
        self.setVisible(self._has_entries and self._has_room)

    def set_room(self, has_room: bool) -> None:
        """Give way to the reply where the card is low; the History holds the same."""
        if has_room != self._has_room:
            self._has_room = has_room
            self.setVisible(self._has_entries and has_room)


def _took(entry: Summary) -> str:
    return "" if entry.elapsed_ms is None else f"{entry.elapsed_ms:,.0f} ms"
