"""The sheet that puts an event's endpoint forms side by side, and sends each of them."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHBoxLayout,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from pingtree_desktop.domain.endpoint_forms import NEEDS
from pingtree_desktop.domain.verdict import MEANINGS
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.plain import label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.endpoint_forms import EndpointForms, FormsTopic

_COLUMN_PX, _NAME_PX, _ROW_PX = 176, 168, 30
_CELL_CHARS = 300
_RESULT_ROWS = ("sent for", "verdict", "reply")


class EndpointDialog(dialogs.FormDialog):
    """`opened` carries the Event of a form that is to go into the form."""

    opened = Signal(object)

    def __init__(self, parent: QWidget, theme: Theme, model: EndpointForms) -> None:
        super().__init__(parent, title="Compare endpoints", accept="Close", only=True)
        self.setObjectName("view.endpoints")
        self.accept_button.setProperty("kind", "")  # sending is what stands out here
        self._theme, self._model = theme, model
        self.resize(min(1260, parent.width() - 40), min(760, parent.height() - 40))
        self.add_text(
            "One event in every documented form. What differs from the first column is coloured "
            "and begins with \u2260; what the documentation says about it is in the tool tip.",
            role="muted",
        )
        self._table = QTableWidget(0, len(model.forms))
        self._table.setObjectName("endpoints.table")
        self._table.setAccessibleName("Forms of the event")
        self._table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._table.setHorizontalHeaderLabels([form.name for form in model.forms])
        self._table.horizontalHeader().setDefaultSectionSize(_COLUMN_PX)
        self._table.verticalHeader().setFixedWidth(_NAME_PX)
        self._table.verticalHeader().setDefaultSectionSize(_ROW_PX)
        self._table.setWordWrap(True)
        self.body.addWidget(self._table, 1)
        self._said = label("", wrap=True)
        self._said.setObjectName("endpoints.said")
        self.body.addWidget(self._said)
        self.body.addLayout(self._tools())
        self._fill()
        model.changes.listen(self._model_changed)
        self._show_state()

    def _tools(self) -> QHBoxLayout:
        self._new_ids = QCheckBox("New UUIDs instead of the pair bank")
        self._new_ids.setObjectName("endpoints.new_ids")
        self._new_ids.toggled.connect(self._ids_chosen)
        self._send = QPushButton("Send each with its own unused pair")
        self._send.setObjectName("endpoints.send")
        self._send.setProperty("kind", "danger" if self._model.is_live else "primary")
        self._send.clicked.connect(lambda _checked=False: self._model.run())
        self._stop = QPushButton("Stop")
        self._stop.setObjectName("endpoints.stop")
        self._stop.clicked.connect(lambda _checked=False: self._model.stop())
        self._open = QPushButton("Use this column's form")
        self._open.setObjectName("endpoints.open")
        self._open.clicked.connect(lambda _checked=False: self._open_chosen())
        self._copy = QPushButton("Copy as text, masked")
        self._copy.setObjectName("endpoints.copy")
        self._copy.clicked.connect(
            lambda _checked=False: QGuiApplication.clipboard().setText(self._model.as_text())
        )
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._new_ids)
        row.addStretch()
        for button in (self._copy, self._open, self._stop, self._send):
            button.setAutoDefault(False)
            row.addWidget(button)
        return row

    # ---- the table ---------------------------------------------------------------------------

    def _fill(self) -> None:
        model = self._model
        names = ["send", *(row.name for row in model.rows), *_RESULT_ROWS]
        self._table.setRowCount(len(names))
        self._table.setVerticalHeaderLabels(names)
        for at, form in enumerate(model.forms):
            box = QCheckBox("send" if form.request is not None else "cannot be sent")
            box.setChecked(at in model.chosen)
            box.setEnabled(form.request is not None)
            box.setObjectName(f"endpoints.choose.{at}")
            box.setAccessibleName(f"Send {form.name}")
            set_tip(box, form.problem)
            box.toggled.connect(lambda on, n=at: model.choose(n, on=on))
            self._table.setCellWidget(0, at, box)
            for number, row in enumerate(model.rows, 1):
                cell = row.cells[at]
                differs = row.differs(at)
                nothing = "nothing" if row.name == NEEDS else "not sent"
                shown = nothing if cell is None else outside(cell, limit=_CELL_CHARS)
                item = QTableWidgetItem(f"\u2260 {shown}" if differs else shown)
                if differs:
                    item.setForeground(QColor(self._theme.color("accent")))
                elif cell is None:
                    item.setForeground(QColor(self._theme.color("muted")))
                set_tip(item, f"{shown}\n{row.why}" if row.why else shown)
                self._table.setItem(number, at, item)
        self._show_results()

    def _show_results(self) -> None:
        first = 1 + len(self._model.rows)
        for at in range(len(self._model.forms)):
            result = self._model.results.get(at)
            words = result.words if result else ""
            text = outside(result.text, limit=_CELL_CHARS) if result else ""
            if at == self._model.running_at and result is None:
                words = "sending\u2026"
            sent_for = outside(result.transaction_id, limit=_CELL_CHARS) if result else ""
            for offset, shown in enumerate((sent_for, words, text)):
                item = QTableWidgetItem(shown)
                set_tip(item, shown)
                if result is not None and result.verdict is not None and offset == 1:
                    tone = MEANINGS[result.verdict].tone
                    item.setForeground(QColor(self._theme.tokens.tone(tone)[0]))
                self._table.setItem(first + offset, at, item)
        self._table.resizeRowsToContents()

    # ---- following the model -------------------------------------------------------------------

    def _model_changed(self, topic: FormsTopic) -> None:
        if topic is FormsTopic.RESULTS or self._model.running_at >= 0:
            self._show_results()
            last = self._table.rowCount() - 1
            column = max(0, self._model.running_at)
            self._table.scrollTo(self._table.model().index(last, column))
        self._show_state()

    def _show_state(self) -> None:
        model = self._model
        self._send.setEnabled(model.may_send)
        self._stop.setVisible(model.is_running)
        self._new_ids.setEnabled(not model.is_running)
        said = model.problem or model.conclusion or ("" if model.is_running else model.why_not)
        if model.is_live and not said:
            said = f"LIVE: {len(model.chosen)} real events will be fired, each with its payout."
        self._said.setText(outside(said, limit=400))
        self._said.setVisible(bool(said))

    def _ids_chosen(self, on: bool) -> None:
        self._model.uses_bank = not on
        self._send.setText(
            "Send each with its own new UUID" if on else "Send each with its own unused pair"
        )

    def _open_chosen(self) -> None:
        column = max(0, self._table.currentColumn())
        self.opened.emit(self._model.forms[column].event)
        self.accept()

    def done(self, result: int) -> None:
        self._model.stop()
        super().done(result)
