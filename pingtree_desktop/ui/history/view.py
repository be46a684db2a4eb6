"""The History view: a filter, every exchange newest first, and the chosen one in full."""

from __future__ import annotations

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.history.table import COLUMNS, HistoryTable, VerdictDelegate
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.reply_view import ReplyView
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history import HistoryModel, Topic

_WIDTHS = (132, 104, 120, 160, 190, 170, 0, 84)
_NARROW_PX = 1040
_FILTER_WAIT_MS = 120


class HistoryView(QWidget):
    """`open_wanted`, `resend_wanted` carry the selected Exchange; `delete_wanted` a list of ids."""

    open_wanted = Signal(object)
    resend_wanted = Signal(object)
    delete_wanted = Signal(object)
    compose_wanted = Signal()

    def __init__(self, model: HistoryModel, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("view.history")
        self._model, self._tasks = model, tasks
        self.filter = LineEdit()
        self.filter.setObjectName("history.filter")
        self.filter.setAccessibleName("Filter the history")
        self.filter.setPlaceholderText(
            "Filter by words: an event, a transaction, a verdict, a campaign\u2026  (Ctrl+F)"
        )
        self.filter.setClearButtonEnabled(True)
        search = self.filter.addAction(
            icon("search", theme.color("muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.changed.connect(lambda: search.setIcon(icon("search", theme.color("muted"))))
        self._count = label("", role="muted")
        self._count.setObjectName("history.count")
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_FILTER_WAIT_MS)
        self._wait.timeout.connect(lambda: model.set_words(self.filter.text().strip()))
        self.filter.textChanged.connect(lambda _text: self._wait.start())
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.filter, 1)
        top.addWidget(self._count)

        self._table_model = HistoryTable(model, theme)
        self.table = self._make_table(theme)
        table_card = QFrame()
        table_card.setProperty("role", "card")
        inside = QVBoxLayout(table_card)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.table)
        self._empty = self._make_empty()
        self._upper = QStackedWidget()
        self._upper.addWidget(self._empty)
        self._upper.addWidget(table_card)

        self.detail = ReplyView(theme, tasks, name="detail")
        self._detail_card = self._make_detail()
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setObjectName("splitter.history")
        self.split.addWidget(self._upper)
        self.split.addWidget(self._detail_card)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        self.split.setSizes([380, 400])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addLayout(top)
        layout.addWidget(self.split, 1)
        model.changes.listen(self._model_changed)
        self._show_state()

    def selected_ids(self) -> list[int]:
        """The ids of the chosen rows, top to bottom."""
        rows = sorted(index.row() for index in self.table.selectionModel().selectedRows())
        return [one for row in rows if (one := self._table_model.id_at(row)) is not None]

    def select_entry(self, entry_id: int) -> None:
        """Choose the row of an entry, if the filter shows it."""
        ids = self._model.ids
        if entry_id in ids:
            self.table.selectRow(ids.index(entry_id))

    # ---- building ---------------------------------------------------------------------------

    def _make_table(self, theme: Theme) -> QTableView:
        table = QTableView()
        table.setObjectName("history.table")
        table.setAccessibleName("Exchanges, newest first")
        table.setModel(self._table_model)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        table.setTabKeyNavigation(False)
        table.setFrameShape(QFrame.Shape.NoFrame)
        table.setItemDelegateForColumn(COLUMNS.index("Verdict"), VerdictDelegate(theme, table))
        rows = table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(31)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        for column, width in enumerate(_WIDTHS):
            if width:
                header.resizeSection(column, width)
            else:
                header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(60)
        table.selectionModel().selectionChanged.connect(self._selection_changed)
        table.doubleClicked.connect(self._double_clicked)
        table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        table.customContextMenuRequested.connect(self._context)
        return table

    def _make_empty(self) -> QWidget:
        page = QWidget()
        self._empty_title = label("", role="heading")
        self._empty_text = label("", role="muted", wrap=True)
        self._empty_text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._empty_button = QPushButton()
        self._empty_button.setObjectName("history.empty")
        self._empty_button.clicked.connect(lambda _checked=False: self._empty_clicked())
        layout = QVBoxLayout(page)
        layout.addStretch()
        layout.addWidget(self._empty_title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(self._empty_text)
        layout.addSpacing(4)
        layout.addWidget(self._empty_button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return page

    def _make_detail(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        self._title = label("", role="heading")
        self._title.setMinimumWidth(40)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._title, 1)
        for words, name, call in (
            ("Open as new draft", "history.open", self._open),
            ("Resend", "history.resend", self._resend),
            ("Delete", "history.delete", self._delete),
        ):
            button = QPushButton(words)
            button.setObjectName(name)
            button.clicked.connect(lambda _checked=False, c=call: c())
            buttons.addWidget(button)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(buttons)
        layout.addWidget(self.detail, 1)
        card.hide()
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for title in ("Environment", "Campaign"):
            self.table.setColumnHidden(COLUMNS.index(title), self.width() < _NARROW_PX)

    # ---- following --------------------------------------------------------------------------

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.RESET | Topic.INSERTED | Topic.COUNT:
                self._show_state()
            case Topic.SELECTED:
                self._show_selected()
            case Topic.ROWS:
                pass

    def _show_state(self) -> None:
        model = self._model
        shown = len(model.ids)
        of = f"{shown:,} of {model.total:,}" if model.words else f"{model.total:,} exchanges"
        self._count.setText("Searching\u2026" if model.is_loading else of)
        if shown:
            self._upper.setCurrentIndex(1)
            return
        self._upper.setCurrentIndex(0)
        if model.words:
            self._empty_title.setText("Nothing matches")
            self._empty_text.setText(f"No exchange has all of: {outside(model.words, limit=120)}")
            self._empty_button.setText("Clear the filter")
        else:
            self._empty_title.setText("No exchange yet")
            self._empty_text.setText(
                "Everything you send is kept here, with what was sent and what came back."
            )
            self._empty_button.setText("Compose an event")

    def _show_selected(self) -> None:
        exchange, judgement = self._model.selected, self._model.judgement
        self._detail_card.setVisible(exchange is not None)
        if exchange is None or judgement is None:
            return
        self._title.setText(
            outside(f"{exchange.event_id or 'event'} \u00b7 {exchange.transaction_id}", limit=120)
        )
        self.detail.show_exchange(exchange, judgement)

    def _selection_changed(self, _now: QItemSelection, _before: QItemSelection) -> None:
        ids = self.selected_ids()
        self._tasks.start(self._model.select(ids[0] if ids else None), name="history-select")

    # ---- doing ------------------------------------------------------------------------------

    def _empty_clicked(self) -> None:
        if self._model.words:
            self.filter.clear()
        else:
            self.compose_wanted.emit()

    def _double_clicked(self, _index: QModelIndex) -> None:
        self._open()

    def _open(self) -> None:
        if self._model.selected is not None:
            self.open_wanted.emit(self._model.selected)

    def _resend(self) -> None:
        if self._model.selected is not None:
            self.resend_wanted.emit(self._model.selected)

    def _delete(self) -> None:
        ids = self.selected_ids()
        if ids:
            self.delete_wanted.emit(ids)

    def _context(self, place: QPoint) -> None:
        if not self.selected_ids():
            return
        menu = QMenu(self)
        menu.addAction("Open as new draft").triggered.connect(lambda _c=False: self._open())
        menu.addAction("Resend").triggered.connect(lambda _c=False: self._resend())
        menu.addSeparator()
        menu.addAction("Delete").triggered.connect(lambda _c=False: self._delete())
        menu.popup(self.table.viewport().mapToGlobal(place))
