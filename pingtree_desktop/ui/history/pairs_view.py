"""The Pair bank: transaction ids in, a grid of what is used up, the next unused pair out."""

from __future__ import annotations

from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QComboBox,
    QFileDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.history.pairs_table import ID_COLUMN, STATES, PairsTable
from pingtree_desktop.ui.history.pills import cell_text
from pingtree_desktop.ui.history.teaching import Teaching
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.pairs import PairsModel, PairsTopic

_NARROW_PX = 820
_BOX_CHARS = 20_000


class PasteBox(QPlainTextEdit):
    """Takes pasted ids; a paste too large to be edited goes straight on as `pasted`."""

    pasted = Signal(object)

    def insertFromMimeData(self, source: QMimeData) -> None:
        text = source.text()
        if len(text) > _BOX_CHARS:
            self.pasted.emit(text)
        else:
            self.insertPlainText(text)


class PairsView(QWidget):
    """`use_wanted` carries a Pair for the form, `dossier_wanted` a transaction id."""

    use_wanted = Signal(object)
    dossier_wanted = Signal(object)

    def __init__(self, model: PairsModel, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("history.pairs")
        self._model, self._tasks = model, tasks
        self.table = PairsTable(model, theme)
        self.table.activated.connect(self._cell_wanted)
        for key, call in (
            (Qt.Key.Key_Return, lambda: self._cell_wanted(self.table.currentIndex())),
            (Qt.Key.Key_Delete, self._remove),
        ):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(call)
        self._empty = Teaching(name="history.pairs.empty")
        self._empty.clicked.connect(self._empty_clicked)
        table_card = QFrame()
        table_card.setProperty("role", "card")
        inside = QVBoxLayout(table_card)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.table)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(table_card)
        self._bank = self._make_bank()
        self._body = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._body.setSpacing(8)
        self._body.addWidget(self._bank)
        self._body.addWidget(self._stack, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._make_bar())
        layout.addLayout(self._make_says())
        layout.addLayout(self._body, 1)
        self._fit(is_narrow=False)
        model.changes.listen(self._model_changed)
        self._show_events()
        self._show_state()

    # ---- building ------------------------------------------------------------------------------

    def _make_bar(self) -> QWidget:
        self.events = LineEdit()
        self.events.setObjectName("history.pairs.events")
        self.events.setAccessibleName("Event ids, separated by commas")
        self.events.setProperty("mono", True)
        self.events.setPlaceholderText("Event ids, with commas")
        self.events.editingFinished.connect(lambda: self._model.set_event_text(self.events.text()))
        self.event_choice = QComboBox()
        self.event_choice.setObjectName("history.pairs.event")
        self.event_choice.setAccessibleName("Event to filter and offer for")
        self.event_choice.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.event_choice.setMinimumContentsLength(12)
        self.event_choice.activated.connect(
            lambda at: self._model.choose_event(str(self.event_choice.itemData(at)))
        )
        self.filter = QComboBox()
        self.filter.setObjectName("history.pairs.filter")
        self.filter.setAccessibleName("Show only ids with a pair in this state")
        self.filter.addItem("All states", None)
        for state, (words, _) in STATES.items():
            self.filter.addItem(f"{words} only", state)
        self.filter.activated.connect(lambda at: self._model.set_filter(self.filter.itemData(at)))
        self.next = QPushButton("Use next unused")
        self.next.setObjectName("history.pairs.next")
        self.next.setProperty("kind", "primary")
        set_tip(self.next, "Fill the form with the first pair of the bank that is not used up")
        self.next.clicked.connect(lambda _checked=False: self._run(self._use_next()))
        bar = QWidget()
        self._bar = QGridLayout(bar)
        self._bar.setContentsMargins(0, 0, 0, 0)
        self._bar.setHorizontalSpacing(8)
        self._bar.setVerticalSpacing(6)
        self._events_label = label("Events", role="label")
        return bar

    def _make_says(self) -> QHBoxLayout:
        self._count = label("", role="muted")
        self._count.setObjectName("history.pairs.count")
        self._says = label("", wrap=True, role="muted")
        self._says.setObjectName("history.pairs.says")
        self._undo = QPushButton("Undo")
        self._undo.setObjectName("history.pairs.undo")
        self._undo.setProperty("kind", "link")
        self._undo.clicked.connect(lambda _checked=False: self._run(self._model.undo()))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self._count)
        row.addWidget(self._says, 1)
        row.addWidget(self._undo)
        return row

    def _make_bank(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        self.box = PasteBox()
        self.box.setObjectName("history.pairs.box")
        self.box.setAccessibleName("Transaction ids to add")
        self.box.setProperty("role", "editor")
        self.box.setPlaceholderText(
            "Paste transaction ids: one on each line, or a table with the column transaction_id"
        )
        self.box.setTabChangesFocus(True)
        self.box.pasted.connect(lambda text: self._run(self._model.add_text(str(text))))
        self.box.textChanged.connect(self._show_buttons)
        self.add = QPushButton("Add to the bank")
        self.add.setObjectName("history.pairs.add")
        self.add.clicked.connect(lambda _checked=False: self._add_clicked())
        self._import = QPushButton("Import file\u2026")
        self._import.setObjectName("history.pairs.import")
        self._import.clicked.connect(lambda _checked=False: self._run(self._import_file()))
        self._clear = QPushButton("Empty the bank")
        self._clear.setObjectName("history.pairs.clear")
        self._clear.setProperty("kind", "link")
        set_tip(self._clear, "Take all ids out; the history keeps what was sent for them")
        self._clear.clicked.connect(lambda _checked=False: self._run(self._model.clear()))
        buttons = QVBoxLayout()
        buttons.setSpacing(6)
        for button in (self.add, self._import):
            buttons.addWidget(button)
        buttons.addWidget(self._clear, 0, Qt.AlignmentFlag.AlignLeft)
        buttons.addStretch()
        self._inside = QBoxLayout(QBoxLayout.Direction.TopToBottom, card)
        self._inside.setContentsMargins(12, 10, 12, 10)
        self._inside.setSpacing(8)
        self._bank_title = label("Transaction ids", role="heading")
        self._inside.addWidget(self._bank_title)
        self._inside.addWidget(self.box, 1)
        self._inside.addLayout(buttons)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        if is_narrow != self._is_narrow:
            self._is_narrow = is_narrow
            self._fit(is_narrow=is_narrow)

    _is_narrow = False

    def _fit(self, *, is_narrow: bool) -> None:
        """The bank beside the grid and the bar in one line, or all of it one below the other."""
        down, right = QBoxLayout.Direction.TopToBottom, QBoxLayout.Direction.LeftToRight
        self._body.setDirection(down if is_narrow else right)
        self._inside.setDirection(right if is_narrow else down)
        self._bank_title.setVisible(not is_narrow)
        if is_narrow:
            self._bank.setMinimumWidth(0)
            self._bank.setMaximumSize(16_777_215, 122)
        else:
            self._bank.setFixedWidth(240)
            self._bank.setMaximumHeight(16_777_215)
        self.table.fit(is_narrow=is_narrow)
        grid = self._bar
        while grid.count():
            grid.takeAt(0)
        for column in range(6):
            grid.setColumnStretch(column, 0)
        grid.addWidget(self._events_label, 0, 0)
        grid.addWidget(self.events, 0, 1, 1, 3 if is_narrow else 1)
        row, first = (1, 1) if is_narrow else (0, 2)
        grid.addWidget(self.event_choice, row, first)
        grid.addWidget(self.filter, row, first + 1)
        grid.addWidget(self.next, row, first + 2)
        grid.setColumnStretch(1, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._model.watch(is_watched=False)

    # ---- following -----------------------------------------------------------------------------

    def _model_changed(self, topic: PairsTopic) -> None:
        if topic is PairsTopic.RESET:
            self._show_events()
        if topic is not PairsTopic.ROWS:
            self._show_state()

    def _show_events(self) -> None:
        if self.events.text() != self._model.event_text:
            self.events.setText(self._model.event_text)
            self.events.setCursorPosition(0)
        wanted = [("Any event", ""), *((event.id, event.id) for event in self._model.events)]
        if wanted != self._choices:
            self._choices = wanted
            self.event_choice.clear()
            for words, event_id in wanted:
                self.event_choice.addItem(cell_text(words), event_id)
        self.event_choice.setCurrentIndex(
            max(0, self.event_choice.findData(self._model.chosen_event))
        )
        self.filter.setCurrentIndex(max(0, self.filter.findData(self._model.filter)))

    _choices: list[tuple[str, str]] = []

    def _show_state(self) -> None:
        model = self._model
        ids = "1 id" if len(model.ids) == 1 else f"{len(model.ids):,} ids"
        events = "1 event" if len(model.events) == 1 else f"{len(model.events):,} events"
        words = f"{ids} \u00d7 {events}"
        if model.filter is not None:
            words = f"{model.row_count:,} of {ids}"
            if model.is_scanning:
                words += f", {model.scanned:,} looked at\u2026"
        self._count.setText(words)
        text = model.problem or " ".join(model.said)
        self._says.setText(outside(text, limit=600))
        self._set_role(self._says, "advice" if model.problem else "muted")
        self._undo.setVisible(model.may_undo)
        self._show_buttons()
        self._show_empty()

    @staticmethod
    def _set_role(widget: QWidget, role: str) -> None:
        if widget.property("role") != role:
            widget.setProperty("role", role)
            widget.style().unpolish(widget)
            widget.style().polish(widget)

    def _show_buttons(self) -> None:
        self.add.setEnabled(not self.box.document().isEmpty())
        self.next.setEnabled(not self._model.why_not)
        self._clear.setEnabled(bool(self._model.ids))

    def _show_empty(self) -> None:
        model = self._model
        self._stack.setCurrentIndex(1 if model.row_count and model.events else 0)
        if model.is_loading:
            self._empty.say("Reading\u2026", "", "")
        elif not model.ids:
            self._empty.say(
                "The bank is empty",
                "Add the transaction ids of leads to test with, and the bank shows which of their "
                "events are used up and fills the form with the next unused pair.",
                "Import file\u2026",
            )
        elif not model.events:
            self._empty.say(
                "No event is named",
                "Write the ids of the events to fire above, with commas between them.",
                "Name the events",
            )
        elif model.is_scanning:
            self._empty.say("Looking\u2026", f"{model.scanned:,} ids looked at so far.", "")
        else:
            state = self.filter.currentText().removesuffix(" only").lower()
            self._empty.say("None found", f"No id has a pair that is {state}.", "Show all")

    def _empty_clicked(self) -> None:
        if not self._model.ids:
            self._run(self._import_file())
        elif not self._model.events:
            self.events.setFocus()
        else:
            self._model.set_filter(None)

    # ---- doing ---------------------------------------------------------------------------------

    def _run(self, work: Coroutine[Any, Any, object]) -> None:
        self._tasks.start(work, name="pair-bank")

    async def _use_next(self) -> None:
        pair = await self._model.next_unused()
        if pair is not None:
            self.use_wanted.emit(pair)

    def _add_clicked(self) -> None:
        text = self.box.toPlainText()
        self.box.clear()
        self._run(self._model.add_text(text))

    async def _import_file(self) -> None:
        dialog = QFileDialog(self, "Import transaction ids")
        dialog.setObjectName("history.pairs.file")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters(["Text and tables (*.txt *.csv *.tsv)", "All files (*)"])
        if await dialogs.run(dialog) and dialog.selectedFiles():
            await self._model.add_file(Path(dialog.selectedFiles()[0]))

    def _cell_wanted(self, index: QModelIndex) -> None:
        if not index.isValid():
            return
        if index.column() == ID_COLUMN:
            self.dossier_wanted.emit(self._model.id_at(index.row()))
            return
        pair = self._model.pair_at(index.row(), index.column() - 1)
        if pair is not None:
            self.use_wanted.emit(pair)
        else:
            self._model.refuse(index.row(), index.column() - 1)

    def _remove(self) -> None:
        rows = self.table.chosen_rows()
        if rows:
            self._run(self._model.remove(rows))
