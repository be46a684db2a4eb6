"""The chosen entry below the table: what to do with it, its reply, its note and labels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside, set_tip
from pingtree_desktop.ui.reply_view import ReplyView
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history_entry import EntryModel, EntryTopic


class EntryView(QFrame):
    """Follows an `EntryModel`; `wanted` carries (what, exchange)."""

    wanted = Signal(object)

    def __init__(self, model: EntryModel, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("history.entry")
        self.setProperty("role", "card")
        self._model, self._tasks = model, tasks
        self._title = label("", role="heading")
        self._title.setMinimumWidth(40)
        self._pin = QToolButton()
        self._pin.setObjectName("history.pin")
        self._pin.setCheckable(True)
        self._pin.setText("Pin")
        set_tip(self._pin, "Pin this entry: no clearing removes it, and is:pinned finds it")
        self._pin.setAccessibleName("Pin this entry")
        self._pin.clicked.connect(lambda checked=False: self._pin_clicked(is_pinned=bool(checked)))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._title, 1)
        head.addWidget(self._pin)
        for words, what in (("Open as new draft", "open"), ("Resend", "resend")):
            button = QPushButton(words)
            button.setObjectName(f"history.{what}")
            button.clicked.connect(lambda _checked=False, w=what: self._want(w))
            head.addWidget(button)
        self._more = QPushButton("More")
        self._more.setObjectName("history.more")
        self._more.setMenu(self._make_menu())
        head.addWidget(self._more)
        self.reply = ReplyView(theme, tasks, name="detail")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 10, 14, 12)
        layout.setSpacing(8)
        layout.addLayout(head)
        layout.addWidget(self.reply, 1)
        layout.addLayout(self._make_remarks())
        model.changes.listen(self._model_changed)
        self.hide()

    def _make_menu(self) -> QMenu:
        menu = QMenu(self)
        for words, what in MORE:
            if not words:
                menu.addSeparator()
                continue
            action = menu.addAction(words)
            action.setObjectName(f"history.more.{what}")
            action.triggered.connect(lambda _c=False, w=what: self._want(w))
            if what == "open_template":
                self._open_template = action
        return menu

    def _make_remarks(self) -> QHBoxLayout:
        self._labels = LineEdit()
        self._labels.setObjectName("history.labels")
        self._labels.setAccessibleName("Labels, separated by commas")
        self._labels.setPlaceholderText("Labels, with commas")
        self._labels.setMaximumWidth(260)
        self._labels.editingFinished.connect(self._labels_done)
        self._note = LineEdit()
        self._note.setObjectName("history.note")
        self._note.setAccessibleName("Note")
        self._note.setPlaceholderText("Note: what this send was for, what support said\u2026")
        self._note.editingFinished.connect(self._note_done)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._labels, 1)
        row.addWidget(self._note, 2)
        return row

    # ---- following -----------------------------------------------------------------------------

    def _model_changed(self, topic: EntryTopic) -> None:
        exchange, judgement = self._model.exchange, self._model.judgement
        self.setVisible(exchange is not None)
        if exchange is None or judgement is None:
            return
        for edit, text in ((self._labels, ", ".join(exchange.labels)), (self._note, exchange.note)):
            # What is being typed stays, whatever else of the entry was just kept.
            if topic is EntryTopic.SHOWN or not edit.isModified():
                edit.setText(text)
                edit.setCursorPosition(0)
        self._pin.setChecked(exchange.pinned)
        self._pin.setText("\u25c6 Pinned" if exchange.pinned else "Pin")
        if topic is EntryTopic.SHOWN:
            name = f"{exchange.event_id or 'event'} \u00b7 {exchange.transaction_id}"
            self._open_template.setVisible(bool(exchange.resolved))
            self._title.setText(outside(name, limit=120))
            self.reply.show_exchange(exchange, judgement)

    # ---- doing ---------------------------------------------------------------------------------

    @property
    def exchange(self) -> Exchange | None:
        """What is shown."""
        return self._model.exchange

    def _want(self, what: str) -> None:
        if self._model.exchange is not None:
            self.wanted.emit((what, self._model.exchange))

    def _pin_clicked(self, *, is_pinned: bool) -> None:
        self._tasks.start(self._model.pin(is_pinned=is_pinned), name="history-pin")

    def _note_done(self) -> None:
        self._note.setModified(False)
        self._tasks.start(self._model.set_note(self._note.text().strip()), name="history-note")

    def _labels_done(self) -> None:
        self._labels.setModified(False)
        wanted = [text.strip() for text in self._labels.text().split(",")]
        labels = list(dict.fromkeys(text for text in wanted if text))
        self._tasks.start(self._model.set_labels(labels), name="history-labels")


MORE = (
    ("Open with its placeholders", "open_template"),
    ("Compare with the open draft", "compare_draft"),
    ("Everything of this transaction", "dossier"),
    ("", ""),
    ("Copy as cURL", "curl"),
    ("Copy as code\u2026", "code"),
    ("Copy for support, redacted", "support"),
    ("Export\u2026", "export"),
    ("", ""),
    ("Delete", "delete"),
)
"""What the menu offers: words and the word that `wanted` carries."""
