"""The first page of the History view: search, entries over time, the table, the chosen entry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QItemSelection, QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QMenu,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.query import Everything
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.history.columns import COLUMNS
from pingtree_desktop.ui.history.entry_view import EntryView
from pingtree_desktop.ui.history.histogram import HistogramView
from pingtree_desktop.ui.history.query_bar import QueryBar
from pingtree_desktop.ui.history.table import HistoryTable
from pingtree_desktop.ui.plain import label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history import HistoryModel, Topic
from pingtree_desktop.viewmodels.history_entry import EntryModel

_LOOK_MS = 2_000
_LOW_PX = 560


class EntriesPage(QWidget):
    """`wanted` carries (what, exchange) of one entry, `many_wanted` (what, ids) of the chosen."""

    wanted = Signal(object)
    many_wanted = Signal(object)
    compose_wanted = Signal()
    columns_chosen = Signal(object)

    def __init__(
        self,
        model: HistoryModel,
        entry: EntryModel,
        theme: Theme,
        tasks: Tasks,
        values: Callable[[str], Sequence[str]],
    ) -> None:
        super().__init__()
        self._model, self._entry, self._tasks = model, entry, tasks
        self._make_bar(theme, values)
        self.histogram = HistogramView(theme)
        self.histogram.range_chosen.connect(self._range_chosen)
        self.table = HistoryTable(model, theme)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.table.doubleClicked.connect(lambda _index: self._want("open"))
        self.table.customContextMenuRequested.connect(self._context)
        self._upper = self._make_upper()
        for key, call in (
            (Qt.Key.Key_Delete, lambda: self._want_many("delete")),
            (Qt.Key.Key_Return, lambda: self._want("open")),
        ):
            shortcut = QShortcut(QKeySequence(key), self.table)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(call)
        self.view = EntryView(entry, theme, tasks)
        self.view.wanted.connect(self.wanted)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setObjectName("splitter.history")
        self.split.addWidget(self._upper)
        self.split.addWidget(self.view)
        self.split.setChildrenCollapsible(False)
        self.split.setHandleWidth(10)
        self.split.setSizes([330, 430])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.bar)
        layout.addWidget(self.histogram)
        layout.addWidget(self.split, 1)
        self._looker = QTimer(self)
        self._looker.setInterval(_LOOK_MS)
        self._looker.timeout.connect(self._look)
        self._looker.start()
        model.changes.listen(self._model_changed)
        self._show_state()
        self.histogram.show_histogram(model.histogram)

    def _make_bar(self, theme: Theme, values: Callable[[str], Sequence[str]]) -> None:
        self.bar = QueryBar(theme, values)
        self.bar.asked.connect(lambda text: self._model.set_text(str(text)))
        self._count = label("", role="muted")
        self._count.setObjectName("history.count")
        self._stop = QPushButton("Stop")
        self._stop.setObjectName("history.stop")
        self._stop.clicked.connect(lambda _checked=False: self._model.stop())
        self._stop.hide()
        self._columns = QToolButton()
        self._columns.setText("Columns \u25be")
        self._columns.setObjectName("history.columns")
        set_tip(self._columns, "Choose what the table shows")
        self._columns.clicked.connect(lambda _checked=False: self._open_columns())
        self._export = QToolButton()
        self._export.setText("Export\u2026")
        self._export.setObjectName("history.export")
        set_tip(self._export, "Write what the search finds, or what is chosen, into a file")
        self._export.clicked.connect(lambda _checked=False: self._want_many("export"))
        for widget in (self._count, self._stop, self._columns, self._export):
            self.bar.add_beside(widget)

    def _make_upper(self) -> QStackedWidget:
        table_card = QFrame()
        table_card.setProperty("role", "card")
        inside = QVBoxLayout(table_card)
        inside.setContentsMargins(1, 4, 1, 4)
        inside.addWidget(self.table)
        upper = QStackedWidget()
        upper.addWidget(self._make_empty())
        upper.addWidget(table_card)
        return upper

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

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.table.fit(self.width())
        self._is_low = self.height() < _LOW_PX
        self._show_histogram()

    _is_low = False

    def _show_histogram(self) -> None:
        """Counts over time, unless that takes the room of what is read."""
        self.histogram.show_histogram(None if self._is_low else self._model.histogram)

    # ---- following -----------------------------------------------------------------------------

    def _look(self) -> None:
        if self.isVisible():
            self._tasks.start(self._model.look_for_others(), name="history-look")

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.PROBLEM:
                self.bar.show_error(self._model.query_error)
            case Topic.HISTOGRAM:
                self._show_histogram()
            case Topic.ROWS:
                pass
            case _:
                self._show_state()

    def _show_state(self) -> None:
        model = self._model
        is_filtered = not isinstance(model.query, Everything)
        shown = len(model.ids)
        words = f"{shown:,} of {model.total:,}" if is_filtered else f"{model.total:,} exchanges"
        if model.is_loading:
            words = "Searching\u2026"
            if model.progress is not None:
                done = model.progress.done * 100 // max(1, model.progress.total)
                words = f"Searching\u2026 {done} %, {model.progress.found:,} found"
        self._count.setText(words)
        self._stop.setVisible(model.is_loading and model.progress is not None)
        if shown or (model.is_loading and not model.problem):
            self._upper.setCurrentIndex(1)
            return
        self._upper.setCurrentIndex(0)
        if model.problem:
            self._say_empty("The history could not be read", model.problem, "Search again")
        elif is_filtered:
            text = f"No exchange fits: {outside(model.text, limit=120)}"
            self._say_empty("Nothing found", text, "Clear the search")
        else:
            self._say_empty(
                "No exchange yet",
                "Everything you send is kept here, with what was sent and what came back.",
                "Compose an event",
            )

    def _say_empty(self, title: str, text: str, button: str) -> None:
        self._empty_title.setText(title)
        self._empty_text.setText(text)
        self._empty_button.setText(button)

    def _selection_changed(self, _now: QItemSelection, _before: QItemSelection) -> None:
        ids = self.table.selected_ids()
        self._tasks.start(self._entry.show(ids[0] if ids else None), name="history-select")

    # ---- doing ---------------------------------------------------------------------------------

    def _empty_clicked(self) -> None:
        if self._model.problem:
            self._model.search()
        elif self.bar.line.text():
            self.bar.line.clear()
        else:
            self.compose_wanted.emit()

    def _range_chosen(self, chosen: object) -> None:
        assert isinstance(chosen, tuple)
        start_ms, end_ms = chosen
        since, before = _written(start_ms), _written(end_ms + 999)
        self.bar.add_term(f"since:{since} before:{before}", instead_of=("since", "before", "on"))

    def _want(self, what: str) -> None:
        if self._entry.exchange is not None:
            self.wanted.emit((what, self._entry.exchange))

    def _want_many(self, what: str) -> None:
        self.many_wanted.emit((what, self.table.selected_ids()))

    def _open_columns(self) -> None:
        menu = QMenu(self)
        menu.setObjectName("history.columns.menu")
        for column in COLUMNS:
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(column.key in self.table.shown_columns)
            action.setEnabled(column.key not in {"time", "verdict"})
            action.triggered.connect(
                lambda checked=False, key=column.key: self.choose_column(key, is_shown=checked)
            )
        menu.popup(self._columns.mapToGlobal(self._columns.rect().bottomLeft()))

    def choose_column(self, key: str, *, is_shown: bool) -> None:
        """Show a column or leave it out, from now on."""
        shown = (
            set(self.table.shown_columns) | {key}
            if is_shown
            else set(self.table.shown_columns) - {key}
        )
        keys = tuple(column.key for column in COLUMNS if column.key in shown)
        self.table.show_columns(keys)
        self.columns_chosen.emit(keys)

    def _context(self, place: QPoint) -> None:
        ids = self.table.selected_ids()
        if not ids:
            return
        menu = QMenu(self)
        menu.setObjectName("history.menu")
        one = len(ids) == 1
        lines: list[tuple[str, str, bool]] = [
            ("Open as new draft", "open", one),
            ("Resend", "resend", one),
            ("Compare these two", "compare", len(ids) == 2),
            ("Compare with the open draft", "compare_draft", one),
            ("Everything of this transaction", "dossier", one),
            ("Copy as cURL", "curl", one),
            ("Copy for support, redacted", "support", one),
            (f"Export {len(ids):,} chosen\u2026", "export", True),
            ("Pin", "pin", True),
            ("Unpin", "unpin", True),
            ("Label\u2026", "label", True),
            ("Delete", "delete", True),
        ]
        for words, what, is_offered in lines:
            if not is_offered:
                continue
            action = menu.addAction(words)
            action.setObjectName(f"history.menu.{what}")
            is_many = what in {"compare", "export", "pin", "unpin", "label", "delete"}
            call = self._want_many if is_many else self._want
            action.triggered.connect(lambda _c=False, c=call, w=what: c(w))
            if what in {"resend", "dossier", "export", "label"}:
                menu.addSeparator()
        menu.popup(self.table.viewport().mapToGlobal(place))


def _written(at_ms: int) -> str:
    """A moment to the second, as the search reads it."""
    when = datetime.fromtimestamp(at_ms // 1000).astimezone()
    return f"{when:%Y-%m-%dT%H:%M:%S}"
