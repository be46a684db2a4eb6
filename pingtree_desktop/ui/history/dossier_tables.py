"""The two tables of the Transaction page: the timeline, and events by outcomes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QSize, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from pingtree_desktop.domain.dossier import Dossier, Moment, plain
from pingtree_desktop.domain.sent_money import ADD, OVERRIDE, SUBTRACT
from pingtree_desktop.domain.verdict import MEANINGS, Tone, Verdict
from pingtree_desktop.ui.history.pills import (
    LOOK_ROLE,
    MONO,
    NUMBER,
    PLAIN,
    QUIET,
    ROW_PX,
    Index,
    Look,
    bear,
    cell_text,
)
from pingtree_desktop.ui.theme import Theme

_SIGNS = {ADD: "+", SUBTRACT: "\u2212", OVERRIDE: "="}
_TONES = {Tone.GOOD: "good", Tone.REFUSED: "warn", Tone.FAILED: "bad", Tone.NEUTRAL: "neutral"}
_MOST_GRID_ROWS = 8


def verdict_look(verdict: Verdict) -> Look:
    """The pill of a verdict, in its tone."""
    name = _TONES[MEANINGS[verdict].tone]
    return Look(color=name, pill=f"{name}_soft")


def _when(moment: Moment) -> str:
    at = datetime.fromtimestamp(moment.exchange.started_ms / 1000).astimezone()
    return f"{at:%Y-%m-%d %H:%M:%S}"


def _verdict(moment: Moment) -> str:
    words = MEANINGS[moment.verdict].label
    outcome = moment.exchange.outcome
    status = outcome.response.status if outcome and outcome.response else 0
    return f"{words} \u00b7 {status}" if status else words


def _cost(moment: Moment) -> str:
    """A cost with the sign of what it does: +3.20, \u22121.05, =10.00."""
    return f"{_SIGNS.get(moment.cost_operation, '')}{moment.cost.text}"


def _why_not(moment: Moment) -> str:
    parts = []
    if moment.why_not_money:
        parts.append(f"Money not counted: {moment.why_not_money}")
    if moment.why_not_cost:
        parts.append(f"Cost not counted: {moment.why_not_cost}")
    if moment.why_not_money == moment.why_not_cost and moment.why_not_cost:
        return f"Not counted: {moment.why_not_cost}"
    return " ".join(parts)


Column = tuple[str, int, Callable[[Moment], str]]

_TIMELINE: tuple[Column, ...] = (
    ("Time", 148, _when),
    ("Environment", 104, lambda m: m.exchange.environment),
    ("Event", 150, lambda m: m.exchange.event_id),
    ("Verdict", 156, _verdict),
    ("Amount", 84, lambda m: m.money.text),
    ("Running amount", 118, lambda m: plain(m.amount_after)),
    ("Cost", 84, _cost),
    ("Running cost", 104, lambda m: plain(m.cost_after)),
    ("Remark", 0, _why_not),
)
_EVENT, _VERDICT, _MONEY, _COST, _REMARK = 2, 3, 4, 6, 8
_NUMBERS = {4, 5, 6, 7}
ENVIRONMENT = 1


class Timeline(QAbstractTableModel):
    """The moments of a dossier, oldest first."""

    def __init__(self) -> None:
        super().__init__()
        self._moments: tuple[Moment, ...] = ()

    def show_dossier(self, dossier: Dossier | None) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._moments = dossier.moments if dossier else ()
        self.endResetModel()

    def moment(self, row: int) -> Moment | None:
        """What stands in a row."""
        return self._moments[row] if 0 <= row < len(self._moments) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._moments)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_TIMELINE)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(is_right=section in _NUMBERS)
        return _TIMELINE[section][0] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        moment = self.moment(index.row())
        if moment is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell_text(_TIMELINE[index.column()][2](moment))
        return _moment_look(moment, index.column()) if role == LOOK_ROLE else None


def _moment_look(moment: Moment, column: int) -> Look:
    if column == _VERDICT:
        return verdict_look(moment.verdict)
    if column in {_MONEY, _COST}:
        is_counted = not (moment.why_not_money if column == _MONEY else moment.why_not_cost)
        return NUMBER if is_counted else Look(color="muted", is_mono=True, is_right=True)
    if column in _NUMBERS:
        return NUMBER
    if column == _REMARK:
        return QUIET
    return MONO if column == _EVENT else PLAIN


def _side(*, is_right: bool) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if is_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter


class TimelineTable(QTableView):
    """The timeline as it is seen."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows = Timeline()
        bear(self, theme, name="history.dossier.timeline", accessible="Timeline")
        self.setModel(self.rows)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.horizontalHeader()
        for number, (_, width, _cell) in enumerate(_TIMELINE):
            if width:
                header.resizeSection(number, width)
        header.setStretchLastSection(True)
        header.setMinimumSectionSize(60)

    def show_dossier(self, dossier: Dossier | None) -> None:
        """Show a timeline; its environments only where there are several."""
        self.rows.show_dossier(dossier)
        self.setColumnHidden(ENVIRONMENT, dossier is None or len(dossier.totals) < 2)


class EventGrid(QAbstractTableModel):
    """How often each verdict came for each event."""

    def __init__(self) -> None:
        super().__init__()
        self._dossier: Dossier | None = None

    def show_dossier(self, dossier: Dossier | None) -> None:
        """Replace all rows and columns."""
        self.beginResetModel()
        self._dossier = dossier
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        if self._dossier is None or (parent is not None and parent.isValid()):
            return 0
        return len(self._dossier.events)

    def columnCount(self, parent: Index | None = None) -> int:
        if self._dossier is None or (parent is not None and parent.isValid()):
            return 0
        return 1 + len(self._dossier.verdicts)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or self._dossier is None:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _side(is_right=section > 0)
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return MEANINGS[self._dossier.verdicts[section - 1]].label if section else "Event"

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if self._dossier is None or role not in {Qt.ItemDataRole.DisplayRole, LOOK_ROLE}:
            return None
        row = self._dossier.events[index.row()]
        if index.column() == 0:
            is_one = len(self._dossier.totals) < 2
            name = row.event_id or "(none)"
            words = name if is_one else f"{name} \u00b7 {row.environment}"
            return cell_text(words) if role == Qt.ItemDataRole.DisplayRole else MONO
        verdict = self._dossier.verdicts[index.column() - 1]
        count = row.counts.get(verdict, 0)
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{count:,}" if count else "\u2013"
        tone = _TONES[MEANINGS[verdict].tone]
        return Look(color=tone if count else "muted", is_bold=bool(count), is_right=True)


class EventTable(QTableView):
    """The grid as it is seen: as high as its rows, up to eight."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.rows = EventGrid()
        bear(self, theme, name="history.dossier.grid", accessible="Events by outcome")
        self.setModel(self.rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.horizontalHeader().setMinimumSectionSize(56)

    def show_dossier(self, dossier: Dossier | None) -> None:
        """Show the counts of a dossier."""
        self.rows.show_dossier(dossier)
        header = self.horizontalHeader()
        for column in range(self.rows.columnCount()):
            if column:
                title = str(self.rows.headerData(column, Qt.Orientation.Horizontal))
                width = header.fontMetrics().horizontalAdvance(title) + 30
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
                header.resizeSection(column, max(72, width))
            else:
                header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.setFixedHeight(self.sizeHint().height())

    def sizeHint(self) -> QSize:
        rows = max(1, min(self.rows.rowCount(), _MOST_GRID_ROWS))
        height = self.horizontalHeader().sizeHint().height() + rows * ROW_PX + 4
        return QSize(super().sizeHint().width(), height)
