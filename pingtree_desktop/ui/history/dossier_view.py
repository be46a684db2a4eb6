"""Everything ever sent for one transaction: timeline, sums, events by outcome, used-up pairs."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QResizeEvent, QShortcut, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.dossier import Dossier, Totals, UsedPair, plain
from pingtree_desktop.domain.pairs import PairState
from pingtree_desktop.ui.flow import FlowLayout
from pingtree_desktop.ui.history.dossier_tables import EventTable, TimelineTable
from pingtree_desktop.ui.history.teaching import Teaching
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import PlainLabel, label, outside, set_tip
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.dossier import DossierModel, DossierTopic

_NARROW_PX = 820
_MOST_CHIPS = 60

# A state's words on its chip, and the tone of the style sheet's pills.
_CHIPS = {
    PairState.FIRED: ("used up", "good"),
    PairState.DUPLICATE: ("used up, by a duplicate reply", "refused"),
    PairState.UNKNOWN: ("maybe used up", "neutral"),
    PairState.MULTI: ("multi-trigger, may fire again", "accent"),
}


class DossierView(QWidget):
    """`entry_wanted` carries an Exchange, `compose_wanted` a transaction id."""

    entry_wanted = Signal(object)
    compose_wanted = Signal(object)
    choose_wanted = Signal()

    def __init__(self, model: DossierModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("history.dossier")
        self._model = model
        self.line = LineEdit()
        self.line.setObjectName("history.dossier.id")
        self.line.setAccessibleName("Transaction id")
        self.line.setProperty("mono", True)
        self.line.setPlaceholderText("Transaction id, exactly as it was sent")
        self.line.returnPressed.connect(self._ask)
        self._show = QPushButton("Show")
        self._show.setObjectName("history.dossier.show")
        self._show.clicked.connect(lambda _checked=False: self._ask())
        self._count = label("", role="muted")
        self._count.setObjectName("history.dossier.count")
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(label("Transaction", role="label"))
        top.addWidget(self.line, 1)
        top.addWidget(self._show)
        top.addWidget(self._count)
        self.timeline = TimelineTable(theme)
        self.timeline.activated.connect(self._open)
        self.grid = EventTable(theme)
        enter = QShortcut(QKeySequence(Qt.Key.Key_Return), self.timeline)
        enter.setContext(Qt.ShortcutContext.WidgetShortcut)
        enter.activated.connect(lambda: self._open(self.timeline.currentIndex()))
        self._empty = Teaching(name="history.dossier.empty")
        self._empty.clicked.connect(self._empty_clicked)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._make_page())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        model.changes.listen(self._model_changed)
        self._model_changed(DossierTopic.SHOWN)

    def _make_page(self) -> QWidget:
        self._totals = QVBoxLayout()
        self._totals.setSpacing(8)
        self._chips = QWidget()
        self._chips.setObjectName("history.dossier.pairs")
        FlowLayout(self._chips, spacing_px=6)
        pairs = _card("Pairs of this transaction")
        pairs.inside.addWidget(self._chips)
        self._no_pair = label(
            "Nothing here has used a pair up: every event can still be fired.",
            role="muted",
            wrap=True,
        )
        pairs.inside.addWidget(self._no_pair)
        pairs.inside.addStretch()
        events = _card("Events by outcome")
        events.inside.addWidget(self.grid)
        events.inside.addStretch()
        self._middle = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._middle.setSpacing(8)
        self._middle.addWidget(events, 3)
        self._middle.addWidget(pairs, 2)
        timeline = _card("Timeline")
        timeline.inside.setContentsMargins(1, 10, 1, 4)
        timeline.heading.setContentsMargins(13, 0, 0, 0)
        self.timeline.setMinimumHeight(170)
        timeline.inside.addWidget(self.timeline, 1)
        page = QWidget()
        page.setObjectName("page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(self._totals)
        layout.addLayout(self._middle)
        layout.addWidget(timeline, 1)
        scroll = QScrollArea()
        scroll.setObjectName("history.dossier.scroll")
        scroll.setAccessibleName("The transaction's account")
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(page)
        return scroll

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        is_narrow = self.width() < _NARROW_PX
        way = QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        self._middle.setDirection(way)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._model.watch(is_watched=True)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._model.watch(is_watched=False)

    # ---- following -----------------------------------------------------------------------------

    def _model_changed(self, _topic: DossierTopic) -> None:
        model = self._model
        found = model.dossier
        if not self.line.isModified() or self.line.text() == model.transaction_id:
            self.line.setText(model.transaction_id)
        has_any = found is not None and bool(found.moments)
        self._stack.setCurrentIndex(1 if has_any else 0)
        if found is None or not has_any:
            self._count.setText("")
            self._show_empty()
            return
        sends = len(found.moments)
        self._count.setText("1 send" if sends == 1 else f"{sends:,} sends")
        self.timeline.show_dossier(found)
        self.grid.show_dossier(found)
        self._show_totals(found)
        self._show_pairs(found)

    def _show_empty(self) -> None:
        model = self._model
        if model.problem:
            self._empty.say("This could not be read", model.problem, "Try again")
        elif model.is_loading:
            self._empty.say("Reading\u2026", "", "")
        elif model.transaction_id:
            shown = outside(model.transaction_id, limit=120)
            self._empty.say(
                "Nothing was sent for it",
                f"The history has no exchange for {shown}.",
                "Compose an event for it",
            )
        else:
            self._empty.say(
                "No transaction chosen",
                "Write a transaction id above, or choose an exchange, to see everything that was "
                "ever sent for it, with its sums and what it has used up.",
                "Choose an exchange",
            )

    def _show_totals(self, found: Dossier) -> None:
        _drop_all(self._totals)
        for totals in found.totals:
            self._totals.addWidget(_totals_card(totals, is_one=len(found.totals) == 1))

    def _show_pairs(self, found: Dossier) -> None:
        flow = self._chips.layout()
        assert flow is not None
        _drop_all(flow)
        is_one = len(found.totals) == 1
        for pair in found.pairs[:_MOST_CHIPS]:
            flow.addWidget(_chip(pair, is_one=is_one))
        left_out = len(found.pairs) - _MOST_CHIPS
        if left_out > 0:
            flow.addWidget(label(f"and {left_out:,} more", role="muted"))
        self._chips.setVisible(bool(found.pairs))
        self._no_pair.setVisible(not found.pairs)

    # ---- doing ---------------------------------------------------------------------------------

    def _ask(self) -> None:
        self.line.setModified(False)
        self._model.show(self.line.text().strip())

    def _open(self, index: QModelIndex) -> None:
        moment = self.timeline.rows.moment(index.row())
        if moment is not None:
            self.entry_wanted.emit(moment.exchange)

    def _empty_clicked(self) -> None:
        model = self._model
        if model.problem:
            model.show(model.transaction_id)
        elif model.transaction_id:
            self.compose_wanted.emit(model.transaction_id)
        else:
            self.choose_wanted.emit()


class _Card(QFrame):
    def __init__(self, title: str) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.heading = label(title, role="heading")
        self.inside = QVBoxLayout(self)
        self.inside.setContentsMargins(14, 10, 14, 12)
        self.inside.setSpacing(6)
        self.inside.addWidget(self.heading)


def _card(title: str) -> _Card:
    return _Card(title)


def _totals_card(totals: Totals, *, is_one: bool) -> QFrame:
    card = QFrame()
    card.setProperty("role", "card")
    row = FlowLayout(spacing_px=26)
    for words, text in (
        ("Environment", totals.environment),
        ("Fired", f"{totals.fired:,} of {totals.sends:,}"),
        ("Amount that fired", plain(totals.amount)),
        ("Cost", plain(totals.cost)),
    ):
        row.addWidget(_figure(words, text))
    note = totals.cost_label
    if totals.not_counted:
        sends = "1 fired send" if totals.not_counted == 1 else f"{totals.not_counted:,} fired sends"
        note += f"; {sends} carried money that is not counted, see the remarks"
    arithmetic = label(note, role="muted", wrap=True)
    arithmetic.setObjectName("history.dossier.arithmetic" if is_one else "")
    layout = QVBoxLayout(card)
    layout.setContentsMargins(14, 10, 14, 10)
    layout.setSpacing(4)
    layout.addLayout(row)
    layout.addWidget(arithmetic)
    return card


def _figure(words: str, text: str) -> QWidget:
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(label(words, role="small"))
    column.addWidget(label(outside(text, limit=80), role="title", selectable=True))
    return holder


def _chip(pair: UsedPair, *, is_one: bool) -> PlainLabel:
    words, tone = _CHIPS[pair.state]
    where = "" if is_one else f" \u00b7 {pair.environment}"
    name = pair.event_id or "(no event id)"
    chip = label(to_display(f"{name}{where} \u00b7 {words}", limit=90, one_line=True), role="pill")
    chip.setProperty("tone", tone)
    at = datetime.fromtimestamp(pair.exchange.started_ms / 1000).astimezone()
    set_tip(chip, f"By the exchange of {at:%Y-%m-%d %H:%M:%S}")
    return chip


def _drop_all(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
