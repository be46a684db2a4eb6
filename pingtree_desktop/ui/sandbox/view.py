"""The Sandbox view: the simulator's address, its faults, what it accepted and answered."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.ui.flow import FlowLayout
from pingtree_desktop.ui.grid import Grid
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.sandbox import FAULTS, SandboxModel, Topic


class SandboxView(QWidget):
    """`fault_chosen` carries a fault's text; `reset_wanted` has nothing to carry."""

    fault_chosen = Signal(object)
    reset_wanted = Signal()
    refresh_wanted = Signal()
    copy_wanted = Signal(object)

    def __init__(self, model: SandboxModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("view.sandbox")
        self._model = model
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(self._head_card())
        split = QSplitter(Qt.Orientation.Vertical)
        split.setObjectName("splitter.sandbox")
        split.setHandleWidth(10)
        split.setChildrenCollapsible(False)
        self._ledger = Grid(
            theme,
            (("Transaction", 0), ("Event", 200), ("Campaign", 110), ("Fired", 70),
             ("Amount", 100), ("Cost", 100), ("Last", 90)),
            name="sandbox.ledger", mono=(0, 1), right=(3, 4, 5),
        )  # fmt: skip
        self._seen = Grid(
            theme,
            (("Time", 100), ("Request", 0), ("Event", 170), ("Transaction", 190),
             ("Status", 70), ("Verdict", 130)),
            name="sandbox.seen", mono=(1, 2, 3),
        )  # fmt: skip
        self._ledger_stack = _with_empty(
            self._ledger, "Nothing accepted yet: fired events appear here with their money."
        )
        self._seen_stack = _with_empty(self._seen, "No request since the window opened.")
        split.addWidget(_titled("Accepted events", self._ledger_stack))
        split.addWidget(_titled("Requests since the window opened", self._seen_stack))
        layout.addWidget(split, 1)
        model.changes.listen(self._model_changed)
        self._show_state()
        self._show_ledger()

    def _head_card(self) -> QFrame:
        card = QFrame()
        card.setProperty("role", "card")
        self._address = label("", role="mono", selectable=True)
        self._address.setObjectName("sandbox.url")
        simulated = label("SIMULATED", role="pill")
        simulated.setProperty("tone", "good")
        copy = QPushButton("copy address")
        copy.setProperty("kind", "link")
        copy.clicked.connect(lambda _checked=False: self.copy_wanted.emit(self._model.url))
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(label("Embedded sandbox", role="title"))
        first.addWidget(simulated)
        first.addWidget(self._address)
        first.addWidget(copy)
        first.addStretch()
        self._text = label(
            "Behaves as the documentation describes, on this computer only: no lead, no payout, "
            "no postback. Its message wording is ours, not the vendor's. Campaigns demo and "
            "demo-strict; events quote_view, call_completed, purchase_complete, upsell; sources "
            "organic and aff-220 are active, aff-999 is not.",
            role="muted",
            wrap=True,
        )
        self._fault = QComboBox()
        self._fault.setObjectName("sandbox.fault")
        self._fault.setAccessibleName("Fault of every answer")
        for value, words in FAULTS:
            self._fault.addItem(f"{words}   {value}".strip(), value)
        self._fault.activated.connect(
            lambda _index: self.fault_chosen.emit(self._fault.currentData())
        )
        reset = QPushButton("Forget everything accepted")
        reset.setObjectName("sandbox.reset")
        reset.clicked.connect(lambda _checked=False: self.reset_wanted.emit())
        refresh = QPushButton("Refresh")
        refresh.clicked.connect(lambda _checked=False: self.refresh_wanted.emit())
        controls = QWidget()
        flow = FlowLayout(controls, spacing_px=10)
        flow.addWidget(label("Fault of every answer", role="label"))
        flow.addWidget(self._fault)
        flow.addWidget(reset)
        flow.addWidget(refresh)
        layout = QVBoxLayout(card)
        layout.setContentsMargins(14, 12, 14, 12)
        layout.setSpacing(9)
        layout.addLayout(first)
        layout.addWidget(self._text)
        layout.addWidget(controls)
        return card

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.STATE:
                self._show_state()
            case Topic.LEDGER:
                self._show_ledger()
            case Topic.SEEN:
                self._show_seen()

    def _show_state(self) -> None:
        model = self._model
        words = model.problem or model.url or "starting\u2026"
        if model.url and not model.is_ours:
            words += "  (runs in another window or terminal)"
        self._address.setText(outside(words, limit=300))
        self._fault.setEnabled(model.is_ours)
        place = self._fault.findData(model.fault)
        self._fault.setCurrentIndex(max(0, place))

    def _show_ledger(self) -> None:
        self._ledger.show_rows(
            [
                (one.transaction_id, one.event_id, one.cid, str(one.count), one.amount, one.cost,
                 _time(one.last_ms))
                for one in self._model.ledger[:1000]
            ]
        )  # fmt: skip
        self._ledger_stack.setCurrentIndex(1 if self._model.ledger else 0)

    def _show_seen(self) -> None:
        self._seen.show_rows(
            [
                (_time(one.at_ms), f"{one.method} {one.path}", one.event_id, one.transaction_id,
                 str(one.status), one.verdict)
                for one in self._model.seen
            ]
        )  # fmt: skip
        self._seen_stack.setCurrentIndex(1 if self._model.seen else 0)


def _time(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%H:%M:%S}"


def _with_empty(table: Grid, sentence: str) -> QStackedWidget:
    stack = QStackedWidget()
    empty = label(sentence, role="muted", wrap=True)
    empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
    stack.addWidget(empty)
    stack.addWidget(table)
    return stack


def _titled(title: str, content: QWidget) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    heading = label(title, role="heading")
    heading.setContentsMargins(13, 0, 0, 0)
    layout = QVBoxLayout(card)
    layout.setContentsMargins(1, 10, 1, 4)
    layout.setSpacing(4)
    layout.addWidget(heading)
    layout.addWidget(content, 1)
    return card
