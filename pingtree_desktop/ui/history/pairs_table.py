"""The Pair bank's grid: transaction ids × events, rows asked of the view-model when painted."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtWidgets import QAbstractItemView, QTableView

from pingtree_desktop.domain.pairs import PairState
from pingtree_desktop.ui.history.pills import LOOK_ROLE, MONO, Index, Look, bear, cell_text
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.pairs import PairsModel, PairsTopic

ID_COLUMN = 0
_ID_PX = 270
_NARROW_ID_PX = 190
_EVENT_PX = 132

# A state's word and the token of its text and tint.
STATES = {
    PairState.UNUSED: ("Unused", "accent"),
    PairState.FIRED: ("Fired", "good"),
    PairState.DUPLICATE: ("Duplicate", "warn"),
    PairState.UNKNOWN: ("Unknown", "neutral"),
    PairState.MULTI: ("Multi-trigger", "accent"),
}
_LOOKS = {
    state: Look(color=color, pill="" if state is PairState.UNUSED else f"{color}_soft")
    for state, (_, color) in STATES.items()
}


class PairsGrid(QAbstractTableModel):
    """Rows of a `PairsModel`: the id, then one column for each event."""

    def __init__(self, model: PairsModel) -> None:
        super().__init__()
        self._model = model
        self._count = model.row_count
        model.changes.listen(self._model_changed)

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else self._count

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else 1 + len(self._model.events)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        if section == ID_COLUMN:
            return "Transaction id"
        event = self._model.events[section - 1]
        name = cell_text(event.id)
        return f"{name} \u21bb" if event.multi_trigger else name

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row, column = index.row(), index.column()
        if row >= self._model.row_count or role not in {Qt.ItemDataRole.DisplayRole, LOOK_ROLE}:
            return None
        is_text = role == Qt.ItemDataRole.DisplayRole
        if column == ID_COLUMN:
            return cell_text(self._model.id_at(row)) if is_text else MONO
        line = self._model.row(row)
        if line is None:
            return "\u2026" if is_text else Look(color="muted")
        use = line.uses[column - 1]
        if not is_text:
            return _LOOKS[use.state]
        words = STATES[use.state][0]
        return f"{words} \u00b7 {use.sends:,}" if use.sends > 1 else words

    def _model_changed(self, topic: PairsTopic) -> None:
        if topic is PairsTopic.RESET:
            self.beginResetModel()
            self._count = self._model.row_count
            self.endResetModel()
        elif topic is PairsTopic.ROWS and self._count:
            last = self.index(self._count - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)


class PairsTable(QTableView):
    """The grid as it is seen; whole rows are chosen, a cell is where the keyboard is."""

    def __init__(self, model: PairsModel, theme: Theme) -> None:
        super().__init__()
        self.rows = PairsGrid(model)
        bear(self, theme, name="history.pairs.table", accessible="Pairs")
        self.setModel(self.rows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(80)
        header.setDefaultSectionSize(_EVENT_PX)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.rows.modelReset.connect(self._fit)
        self._fit()

    def fit(self, *, is_narrow: bool) -> None:
        """Leave the events more room in a narrow window."""
        self._id_px = _NARROW_ID_PX if is_narrow else _ID_PX
        self._fit()

    _id_px = _ID_PX

    def _fit(self) -> None:
        if self.horizontalHeader().sectionSize(ID_COLUMN) != self._id_px:
            self.horizontalHeader().resizeSection(ID_COLUMN, self._id_px)

    def chosen_rows(self) -> list[int]:
        """The rows with a chosen cell, top to bottom."""
        return sorted({index.row() for index in self.selectedIndexes()})
