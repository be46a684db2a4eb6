"""The reply card beside the form: nothing yet, waiting, or the last exchange."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

_ROOM_FOR_EARLIER_PX = 420


class ReplyCard(QFrame):
    """Follows the model's sending and result."""

    send_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, model: ComposeModel, theme: Theme, tasks: Tasks) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("reply.card")
        self._model = model
        self._theme, self._tasks = theme, tasks
        self._stack = QStackedWidget()
        self._empty = self._empty_page()
        self._waiting = self._waiting_page()
        self._problem = self._problem_page()
        for page in (self._empty, self._waiting, self._problem):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.addWidget(self._stack)
        self._tick = QTimer(self)
        self._tick.setInterval(100)
        self._tick.timeout.connect(self._show_elapsed)
        self._elapsed_ms = 0
        self._sent_from: tuple[object, ...] = ()
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(150)
        self._late.timeout.connect(lambda: self._stack.setCurrentWidget(self._waiting))

    def finish(self) -> None:
        """Build the page for a reply; the first frame never shows it."""
        from pingtree_desktop.ui.compose.earlier import EarlierList  # noqa: PLC0415 - see above
        from pingtree_desktop.ui.reply_view import ReplyView  # noqa: PLC0415 - see above

        self.view = ReplyView(self._theme, self._tasks, name="reply")
        self.earlier = EarlierList(self._theme)
        self._full = QWidget()
        box = QVBoxLayout(self._full)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(8)
        self._about = label("", role="muted", wrap=True)
        self._about.setObjectName("reply.about")
        self._about.hide()
        box.addWidget(self._about)
        box.addWidget(self.view, 1)
        box.addWidget(self.earlier)
        self._stack.addWidget(self._full)
        self._model.changes.listen(self._model_changed)
        self.earlier.set_room(self.height() > _ROOM_FOR_EARLIER_PX)

    def _empty_page(self) -> QWidget:
        page = QWidget()
        title = label("Nothing sent yet", role="heading")
        text = label(
            "Ctrl+Enter sends the event on the left. The verdict, the reply and exactly what "
            "was sent appear here.",
            role="muted",
            wrap=True,
        )
        text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        button = QPushButton("Send this event")
        button.setObjectName("reply.send")
        button.clicked.connect(lambda _checked=False: self.send_wanted.emit())
        layout = QVBoxLayout(page)
        layout.addStretch()
        layout.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addWidget(text)
        layout.addSpacing(6)
        layout.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch()
        return page

    def _waiting_page(self) -> QWidget:
        page = QWidget()
        self._wait_text = label("Waiting for the reply\u2026", role="heading")
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setAccessibleName("Waiting for the reply")
        cancel = QPushButton("Cancel (Esc)")
        cancel.setObjectName("reply.cancel")
        cancel.clicked.connect(lambda _checked=False: self.cancel_wanted.emit())
        row = QHBoxLayout()
        row.addWidget(self._wait_text, 1)
        row.addWidget(cancel)
        layout = QVBoxLayout(page)
        layout.addLayout(row)
        layout.addWidget(bar)
        layout.addStretch()
        return page

    def _problem_page(self) -> QWidget:
        page = QWidget()
        callout = QFrame()
        callout.setProperty("role", "callout")
        callout.setProperty("tone", "failed")
        self._problem_text = label("", role="heading", wrap=True, selectable=True)
        self._problem_text.setObjectName("reply.problem")
        self._remedy = label("", wrap=True, selectable=True)
        inner = QVBoxLayout(callout)
        inner.setContentsMargins(12, 8, 12, 9)
        inner.addWidget(label("Nothing was sent", role="small"))
        inner.addWidget(self._problem_text)
        inner.addWidget(self._remedy)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(callout)
        layout.addStretch()
        return page

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if hasattr(self, "earlier"):
            self.earlier.set_room(self.height() > _ROOM_FOR_EARLIER_PX)

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.SENDING if self._model.is_sending:
                self._elapsed_ms = 0
                self._sent_from = self._draft_key()
                self._tick.start()
                self._late.start()
            case Topic.SENDING:
                self._tick.stop()
                self._late.stop()
            case Topic.RESULT:
                self._show_result()
            case Topic.LOADED | Topic.PROFILE | Topic.TARGET:
                self._show_about()
            case _:
                pass

    def _draft_key(self) -> tuple[object, ...]:
        """What the open draft is: another profile, campaign or environment is another draft."""
        model = self._model
        profile, campaign = model.profile, model.campaign
        return (
            (profile.campaign, profile.slug) if profile else None,
            campaign.slug if campaign else None,
            model.environment.name,
        )

    def _show_about(self) -> None:
        """Say whose reply it is, once the form shows another event than was sent."""
        sent = self._model.result
        is_other = sent is not None and self._sent_from != self._draft_key()
        self._about.setVisible(is_other)
        if sent is not None and is_other:
            event_id = sent.exchange.event_id or "an event"
            where = sent.exchange.environment
            self._about.setText(outside(f"Reply to {event_id} in {where}, not to this form."))

    def _show_elapsed(self) -> None:
        self._elapsed_ms += self._tick.interval()
        limit = self._model.environment.timeout_s
        self._wait_text.setText(
            f"Waiting for the reply\u2026 {self._elapsed_ms / 1000:.1f} s of at most {limit:g} s"
        )

    def _show_result(self) -> None:
        if self._model.problem is not None:
            self._problem_text.setText(outside(self._model.problem.problem))
            self._remedy.setText(outside(self._model.problem.remedy))
            self._stack.setCurrentWidget(self._problem)
        elif self._model.result is not None:
            sent = self._model.result
            self._show_about()
            self.view.show_exchange(sent.exchange, sent.judgement, warning=sent.unkept)
            self._stack.setCurrentWidget(self._full)
        else:
            self._stack.setCurrentWidget(self._empty)
