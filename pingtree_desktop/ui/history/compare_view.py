"""Two exchanges side by side, or one and the open draft: what differs, a row for each place."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelection, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.comparison_rows import RowKind
from pingtree_desktop.domain.ignore_list import IgnoreList
from pingtree_desktop.ui.code_view import CodeView
from pingtree_desktop.ui.history.pills import LOOK_ROLE, Index, Look, bear, cell_text
from pingtree_desktop.ui.history.teaching import Teaching
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.comparison import (
    ComparisonModel,
    ComparisonTopic,
    Line,
    side_title,
)

_COLUMNS = ("Place", "Left", "Right", "Difference")
_PLACE, _LEFT, _RIGHT, _KIND = range(4)
_NARROW_PX = 820

# A kind's word, its text colour and its tint.
_KINDS = {
    RowKind.SAME: ("Same", "muted", ""),
    RowKind.CHANGED: ("Changed", "warn", "warn_soft"),
    RowKind.ONLY_LEFT: ("Only left", "accent", "accent_soft"),
    RowKind.ONLY_RIGHT: ("Only right", "accent", "accent_soft"),
    RowKind.SPELLING: ("Other spelling", "neutral", "neutral_soft"),
    RowKind.IGNORED: ("Passed over", "muted", ""),
}
_HEADING = Look(is_bold=True, fill="code")
_NOTE = Look(color="muted")


class CompareLines(QAbstractTableModel):
    """The lines of a `ComparisonModel`."""

    def __init__(self, model: ComparisonModel) -> None:
        super().__init__()
        self._lines: tuple[Line, ...] = model.lines

    def show_lines(self, lines: tuple[Line, ...]) -> None:
        """Replace all rows."""
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, row: int) -> Line | None:
        """What stands in a row."""
        return self._lines[row] if 0 <= row < len(self._lines) else None

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._lines)

    def columnCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(_COLUMNS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        is_title = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _COLUMNS[section] if is_title else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.line(index.row())
        if line is None or role not in {Qt.ItemDataRole.DisplayRole, LOOK_ROLE}:
            return None
        is_text = role == Qt.ItemDataRole.DisplayRole
        if line.row is None:
            words = line.heading or line.note
            look = _HEADING if line.heading else _NOTE
            return (cell_text(words) if index.column() == 0 else "") if is_text else look
        return _text(line, index.column()) if is_text else _look(line, index.column())


def _text(line: Line, column: int) -> str:
    assert line.row is not None
    row = line.row
    if column == _KIND:
        return _KINDS[row.kind][0]
    text = (row.place, row.left, row.right)[column]
    return cell_text("\u2013" if text is None else text)


def _look(line: Line, column: int) -> Look:
    assert line.row is not None
    row = line.row
    _, color, tint = _KINDS[row.kind]
    if column == _KIND:
        return Look(color=color, pill=tint)
    if column == _PLACE:
        return Look(color="text" if tint else "muted", is_mono=True)
    is_missing = (row.left if column == _LEFT else row.right) is None
    return Look(
        color="muted" if is_missing or not tint else "text",
        fill="" if is_missing else tint,
        is_mono=True,
    )


class CompareView(QWidget):
    """`choose_wanted`: the person wants to choose what is compared."""

    choose_wanted = Signal()

    def __init__(self, model: ComparisonModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("history.compare")
        self._model, self._theme = model, theme
        self.rows = CompareLines(model)
        self.table = QTableView()
        bear(self.table, theme, name="history.compare.table", accessible="Differences")
        self.table.setModel(self.rows)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        header = self.table.horizontalHeader()
        header.setMinimumSectionSize(80)
        header.setSectionResizeMode(_LEFT, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_RIGHT, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(_PLACE, 210)
        header.resizeSection(_KIND, 124)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self._stack = QStackedWidget()
        self._empty = Teaching(name="history.compare.empty")
        self._empty.clicked.connect(self._empty_clicked)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._make_split())
        self._sides = self._make_sides()
        self._bar = self._make_bar()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._sides)
        layout.addWidget(self._bar)
        layout.addWidget(self._stack, 1)
        model.changes.listen(self._model_changed)
        self._model_changed(ComparisonTopic.SHOWN)

    def _make_sides(self) -> QWidget:
        card = QFrame()
        card.setProperty("role", "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(14, 8, 14, 8)
        row.setSpacing(12)
        self._titles = {}
        for name in ("left", "right"):
            column = QVBoxLayout()
            column.setSpacing(2)
            column.addWidget(label(name.capitalize(), role="small"))
            title = label("", wrap=True, selectable=True)
            title.setObjectName(f"history.compare.{name}")
            title.setMinimumWidth(60)
            self._titles[name] = title
            column.addWidget(title)
            column.addStretch()
            row.addLayout(column, 1)
            if name == "left":
                self._swap = QPushButton("Swap")
                self._swap.setObjectName("history.compare.swap")
                set_tip(self._swap, "Change the two sides")
                self._swap.clicked.connect(lambda _checked=False: self._model.swap())
                row.addWidget(self._swap, 0, Qt.AlignmentFlag.AlignVCenter)
        return card

    def _make_bar(self) -> QWidget:
        self._summary = label("", role="muted")
        self._summary.setObjectName("history.compare.summary")
        self.only = QToolButton()
        self.only.setText("Only differences")
        self.only.setObjectName("history.compare.only")
        self.only.setProperty("role", "toggle")
        self.only.setCheckable(True)
        self.only.setChecked(self._model.only_differences)
        set_tip(self.only, "Leave out what is the same and what is passed over")
        self.only.toggled.connect(
            lambda checked: self._model.set_only_differences(is_on=bool(checked))
        )
        self.ignored = LineEdit(str(self._model.ignored))
        self.ignored.setObjectName("history.compare.ignored")
        self.ignored.setAccessibleName("Names and paths to pass over, separated by commas")
        self.ignored.setPlaceholderText(
            "Pass over nothing: write names or paths, with * and commas"
        )
        self.ignored.setCursorPosition(0)
        self.ignored.editingFinished.connect(lambda: self._model.set_ignored(self.ignored.text()))
        self._usual = QPushButton("Usual list")
        self._usual.setObjectName("history.compare.usual")
        self._usual.setProperty("kind", "link")
        set_tip(self._usual, "Pass over what differs with every send, such as Date and request ids")
        self._usual.clicked.connect(
            lambda _checked=False: self._model.set_ignored(str(IgnoreList()))
        )
        bar = QWidget()
        self._bar_grid = QGridLayout(bar)
        self._bar_grid.setContentsMargins(0, 0, 0, 0)
        self._bar_grid.setHorizontalSpacing(8)
        self._bar_grid.setVerticalSpacing(6)
        self._pass = label("Pass over", role="label")
        self._lay_bar(is_narrow=False)
        return bar

    def _lay_bar(self, *, is_narrow: bool) -> None:
        """The toggle and the list in one line, or in two."""
        grid = self._bar_grid
        while grid.count():
            grid.takeAt(0)
        grid.addWidget(self.only, 0, 0)
        grid.addWidget(self._summary, 0, 1)
        row, first = (1, 0) if is_narrow else (0, 2)
        grid.addWidget(self._pass, row, first, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self.ignored, row, first + 1)
        grid.addWidget(self._usual, row, first + 2)
        for column in range(5):
            grid.setColumnStretch(column, 0)
        grid.setColumnStretch(first + 1, 1)

    def _make_split(self) -> QSplitter:
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.table)
        self._detail = QFrame()
        self._detail.setProperty("role", "card")
        self._place = label("", role="mono")
        self._place.setObjectName("history.compare.place")
        self._place.setMinimumWidth(40)
        self._remark = label("", role="muted")
        self._ignore = QPushButton("Pass over this place")
        self._ignore.setObjectName("history.compare.ignore")
        self._ignore.clicked.connect(lambda _checked=False: self._ignore_clicked())
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._place, 1)
        head.addWidget(self._remark)
        head.addWidget(self._ignore)
        self._texts = [
            CodeView(self._theme, name=f"history.compare.{side}.text") for side in ("left", "right")
        ]
        texts = QHBoxLayout()
        texts.setSpacing(8)
        for view, side in zip(self._texts, ("Left", "Right"), strict=True):
            view.setAccessibleName(f"{side} text of the chosen place")
            texts.addWidget(view, 1)
        layout = QVBoxLayout(self._detail)
        layout.setContentsMargins(12, 8, 12, 10)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addLayout(texts, 1)
        self._detail.hide()
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("splitter.compare")
        split.addWidget(card)
        split.addWidget(self._detail)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        split.setSizes([420, 150])
        return split

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._lay_bar(is_narrow=is_narrow)
            self.table.horizontalHeader().resizeSection(_PLACE, 150 if is_narrow else 210)

    _is_narrow = False

    # ---- following -----------------------------------------------------------------------------

    def _model_changed(self, _topic: ComparisonTopic) -> None:
        model = self._model
        has_any = model.comparison is not None
        self._sides.setVisible(has_any)
        self._bar.setVisible(has_any)
        for name, side in (("left", model.left), ("right", model.right)):
            self._titles[name].setText(outside(side_title(side), limit=300))
        self._summary.setText("Comparing\u2026" if model.is_loading else model.summary)
        if not self.ignored.isModified() or self.ignored.text() != str(model.ignored):
            self.ignored.setText(str(model.ignored))
            self.ignored.setCursorPosition(0)
        self.rows.show_lines(model.lines)
        self._detail.hide()
        self._span()
        self._show_state()

    def _span(self) -> None:
        """Headings and notes go across the whole table."""
        self.table.clearSpans()
        for row in range(self.rows.rowCount()):
            line = self.rows.line(row)
            if line is not None and line.row is None:
                self.table.setSpan(row, 0, 1, len(_COLUMNS))

    def _show_state(self) -> None:
        model = self._model
        self._stack.setCurrentIndex(1 if model.lines and not model.problem else 0)
        if model.problem:
            self._empty.say("This cannot be compared", model.problem, "Choose exchanges")
        elif model.is_loading:
            self._empty.say("Comparing\u2026", "", "")
        elif model.comparison is not None:
            text = "Everything that was compared is the same"
            ignored = model.comparison.count(RowKind.IGNORED)
            text += f"; {ignored:,} places were passed over." if ignored else "."
            self._empty.say("No difference", text, "Show everything")
        else:
            self._empty.say(
                "Nothing to compare yet",
                "Choose two exchanges, or one and the open draft, to see field by field what "
                "differs in what was sent and what came back.",
                "Choose exchanges",
            )

    def _empty_clicked(self) -> None:
        if self._model.comparison is not None and not self._model.problem:
            self.only.setChecked(False)
        else:
            self.choose_wanted.emit()

    # ---- one row -------------------------------------------------------------------------------

    @property
    def chosen(self) -> Line | None:
        """The line that is selected."""
        rows = self.table.selectionModel().selectedRows()
        return self.rows.line(rows[0].row()) if rows else None

    def _selection_changed(self, _now: QItemSelection, _before: QItemSelection) -> None:
        line = self.chosen
        self._detail.setVisible(line is not None and line.row is not None)
        if line is None or line.row is None:
            return
        row = line.row
        self._place.setText(outside(row.place, limit=120))
        self._remark.setText(row.remark)
        self._ignore.setVisible(row.kind not in {RowKind.SAME, RowKind.IGNORED})
        for view, text in zip(self._texts, (row.left, row.right), strict=True):
            view.show_text("" if text is None else text)
            view.setPlaceholderText("Nothing there" if text is None else "")

    def _ignore_clicked(self) -> None:
        line = self.chosen
        if line is not None:
            self._model.ignore(line)
