"""The form: one card per group, one row per field of the catalogue, built from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.domain.advice_dates import DAYLIGHT
from pingtree_desktop.domain.catalogue import (
    BY_WIRE,
    MONEY_KEYS,
    Endpoint,
    Field,
    Group,
    Kind,
    in_group,
)
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, normalise_money
from pingtree_desktop.domain.fix import Fix
from pingtree_desktop.domain.timezones import BY_CODE
from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.ui.compose.card import Card
from pingtree_desktop.ui.compose.editors import Suggestion
from pingtree_desktop.ui.compose.field_row import FieldRow
from pingtree_desktop.ui.compose.form_tools import FormTools
from pingtree_desktop.ui.compose.lens_view import LensView
from pingtree_desktop.ui.compose.org_row import OrgRow
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic
from pingtree_desktop.viewmodels.draft_values import variables

if TYPE_CHECKING:
    from pingtree_desktop.ui.compose.lead_table import LeadTable

_COLUMNS = {Group.TRACKING: 5, Group.UTM: 3}
_CLOSED_AT_FIRST = {Group.UTM, Group.CONSENT}
_MONEY_ROW = "amount"
_CLOCK_MS = 1000


class Form(QWidget):
    """The cards.  It shows the model's draft and tells it every keystroke."""

    cards_toggled = Signal()
    _lead: LeadTable | None

    def __init__(
        self,
        model: ComposeModel,
        theme: Theme,
        suggest: Callable[[str], Sequence[Suggestion]],
    ) -> None:
        super().__init__()
        self._model, self._theme = model, theme
        self.rows: dict[str, FieldRow] = {}
        self.cards: dict[str, Card] = {}
        self.tools = FormTools(theme)
        self.tools.changed.connect(self._narrow)
        self.tools.entered.connect(self._enter_first)
        self._lens = LensView()
        self._lens.fixed.connect(self._apply_fix)
        self._org = OrgRow(theme, self._variables)
        self._org.edited.connect(lambda text: model.set_org(str(text)))
        self._org.fixed.connect(self._apply_fix)
        self._money_key = QComboBox()
        self._money_note = label("", role="muted", wrap=True)
        self._suggest, self._lead = suggest, None
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(model.inform)

        page = QWidget()
        page.setObjectName("page")
        self._stack = QVBoxLayout(page)
        self._stack.setContentsMargins(12, 2, 12, 12)
        self._stack.setSpacing(10)
        for group in Group:
            card = Card(group.value, max_columns=_COLUMNS.get(group, 2), name=group.value.lower())
            self.cards[group.value] = card
            if group in _CLOSED_AT_FIRST:
                card.set_open(False)
            else:
                self._fill(card, group)
            self._stack.addWidget(card)
        self.cards["lead"] = Card("Lead fields", max_columns=1, name="lead")
        self._stack.addWidget(self.cards["lead"])
        self._nothing = label("No field matches.", role="muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._nothing.hide()
        self._stack.addWidget(self._nothing)
        self._stack.addStretch()
        self._scroll = _scroll(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.tools)
        layout.addWidget(self._scroll, 1)
        for card in self.cards.values():
            card.columns.place()
            card.toggled.connect(lambda _open: self.cards_toggled.emit())
        model.changes.listen(self._model_changed)
        self._load()

    # ---- building ---------------------------------------------------------------------------

    def finish(self) -> None:
        """Build what the first frame does not show: the closed cards and the lead table."""
        from pingtree_desktop.ui.compose.lead_table import LeadTable  # noqa: PLC0415 - see above

        for group in Group:
            if group in _CLOSED_AT_FIRST:
                self._fill(self.cards[group.value], group)
                self.cards[group.value].columns.place()
        self._lead = LeadTable(self._theme, self._variables)
        self._lead.edited.connect(self._model.set_lead)
        self._lead.fixed.connect(self._apply_fix)
        self.cards["lead"].columns.add(self._lead, span=0)
        self.cards["lead"].columns.place()
        self._load()

    def _fill(self, card: Card, group: Group) -> None:
        for field in in_group(group):
            if field.wire == "revenue":
                continue  # the same money under its other name: one row serves both
            row = self._row(field)
            card.columns.add(row, span=2 if field.wire == "external_clickid" else 1)
            if field.wire == "cid":
                card.columns.add(self._org)
            elif field.wire == _MONEY_ROW:
                card.columns.add(self._money_side())
            elif field.kind is Kind.TIME_ZONE:
                card.columns.add(self._lens, span=0)

    def _row(self, field: Field) -> FieldRow:
        row = FieldRow(field, self._theme, self._suggest, self._variables)
        row.edited.connect(self._row_edited)
        row.fixed.connect(partial(self._fix_row, row))
        self.rows[field.wire] = row
        if field.kind is Kind.TRANSACTION_ID:
            row.add_button("refresh", "New UUID (Ctrl+U)", self.new_transaction_id)
        return row

    def _money_side(self) -> QWidget:
        side = QWidget()
        self._money_key.setObjectName("money.key")
        self._money_key.setAccessibleName("Money key")
        self._money_key.activated.connect(
            lambda _index: self._model.set_money_key(str(self._money_key.currentData()))
        )
        layout = QVBoxLayout(side)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        head = label("Money key", role="label")
        head.setMinimumHeight(19)
        layout.addWidget(head)
        layout.addWidget(self._money_key)
        layout.addWidget(self._money_note)
        return side

    # ---- what the view asks -----------------------------------------------------------------

    def focus_field(self, wire: str) -> bool:
        """Open the card of a field, scroll there and put the cursor in it."""
        row = self.rows.get(_MONEY_ROW if wire in MONEY_KEYS else wire)
        target: QWidget | None = row
        if row is not None:
            self.tools.show_all()
            self.cards[row.field.group.value].set_open(True)
            self._scroll.ensureWidgetVisible(row, 0, 60)
            row.take_focus()
        elif any(one.name == wire for one in self._model.event.lead):
            self.cards["lead"].set_open(True)
            self._scroll.ensureWidgetVisible(self.cards["lead"], 0, 60)
            self.cards["lead"].setFocus()
            target = self.cards["lead"]
        return target is not None

    def focus_target(self) -> None:
        """Put the cursor where the address's id is typed: campaign id or organisation id."""
        if self._model.event.endpoint is Endpoint.GLOBAL:
            self._org.take_focus()
        else:
            self.focus_field("cid")

    def new_transaction_id(self) -> None:
        """Fill the transaction id with a fresh UUID v4."""
        from uuid import uuid4  # noqa: PLC0415 - not before the first frame

        self.fill({"transaction_id": FieldInput(text=str(uuid4()))})

    def fill(self, values: Mapping[str, FieldInput]) -> None:
        """Put values into fields by their wire names, as if they had been typed."""
        for wire, value in values.items():
            self._model.set_field(wire, value)
            self.rows[wire].set_value(self._model.event.get(wire))

    # ---- following the model ----------------------------------------------------------------

    def _model_changed(self, topic: Topic) -> None:
        match topic:
            case Topic.LOADED:
                self._load()
            case Topic.TARGET:
                self._load()
            case Topic.DRAFT | Topic.PROFILE | Topic.VALUES:
                self._refresh()
            case Topic.SENDING | Topic.RESULT | Topic.ARMING:
                pass

    def _load(self) -> None:
        event = self._model.event
        for wire, row in self.rows.items():
            row.set_value(event.get(event.money_key if wire == _MONEY_ROW else wire))
        self._org.set_text(event.org_id)
        if self._lead is not None:
            self._lead.set_rows(event.lead)
        self._show_target()
        self._refresh()

    def _show_target(self) -> None:
        event = self._model.event
        is_global = event.endpoint is Endpoint.GLOBAL
        self.rows["cid"].setVisible(not is_global)
        self._org.setVisible(is_global)
        self.rows["cid"].set_wire_note(
            "in the path" if event.endpoint is Endpoint.CAMPAIGN else "cid"
        )
        for wire, row in self.rows.items():
            required = event.endpoint in BY_WIRE[wire].required_on
            row.set_required(required or (wire == "cid" and not is_global))
        money = BY_WIRE[event.money_key]
        row = self.rows[_MONEY_ROW]
        row.set_label(money.label, money.wire)
        self._money_key.clear()
        for key in self._model.money_choices:
            self._money_key.addItem(key, key)
        self._money_key.setCurrentIndex(self._money_key.findData(event.money_key))
        self._money_key.setEnabled(self._money_key.count() > 1)
        self._money_note.setText(_money_note(event.endpoint))

    def _refresh(self) -> None:
        by_wire: dict[str, list[Advice]] = {}
        for one in self._model.advice():
            if one.rule is not DAYLIGHT:  # the lens says it, with more ways to put it right
                by_wire.setdefault(one.wire, []).append(one)
        for wire, row in self.rows.items():
            names = MONEY_KEYS if wire == _MONEY_ROW else (wire,)
            row.set_advice(tuple(a for name in names for a in by_wire.get(name, ())))
        self._org.set_advice(tuple(by_wire.get("org_id", ())))
        lead = {
            int(wire.removeprefix("lead:")): tuple(found)
            for wire, found in by_wire.items()
            if wire.startswith("lead:")
        }
        if self._lead is not None:
            self._lead.set_advice(lead)
        self._show_counts()
        self._show_warnings(by_wire)
        self._show_hints()
        made_event = self._show_made()
        date, zone = made_event.text("conversion_date"), made_event.text("conversion_timezone")
        lens = None
        if date and zone:
            from pingtree_desktop.domain.lens import look  # noqa: PLC0415 - not before it is wanted

            lens = look(date, zone, now=datetime.now(UTC))
        self._lens.show_lens(lens, is_settled=self._model.is_time_settled)
        self._lens.setVisible(self._lens.has_lens and not self.tools.words)
        if self.tools.narrows:
            self._narrow()

    def _variables(self) -> list[Variable]:
        return variables(self._model.environment, self._model.campaign)

    def _show_made(self) -> Event:
        """Show what each dynamic value becomes; the clock goes on while one of them is shown."""
        event, found = self._model.event, self._model.resolution()
        made = found.made if found is not None else {}
        for wire, row in self.rows.items():
            row.show_made(made.get(event.money_key if wire == _MONEY_ROW else wire))
        self._org.made.show_made(made.get("org_id"))
        if self._lead is not None:
            self._lead.show_made({
                int(place.removeprefix("lead:")): text
                for place, text in made.items()
                if place.startswith("lead:")
            })  # fmt: skip
        if made and not self._clock.isActive():
            self._clock.start()
        elif not made:
            self._clock.stop()
        return found.event if found is not None else event

    def _show_hints(self) -> None:
        event = self._model.event
        zone = BY_CODE.get(event.text("conversion_timezone"))
        self.rows["conversion_timezone"].set_hint(zone.label.split(" \u2014 ")[1] if zone else "")
        for wire, row in self.rows.items():
            if BY_WIRE[wire].kind is Kind.MONEY:
                text = event.text(event.money_key if wire == _MONEY_ROW else wire)
                number = normalise_money(text)
                row.set_hint(f"sent as {number}" if number is not None and number != text else "")
        known = {e.id: e for e in (self._model.campaign.events if self._model.campaign else ())}
        found = known.get(event.text("event_id"))
        kind = "conversion" if found and found.conversion else ""
        multi = "multi-trigger" if found and found.multi_trigger else ""
        self.rows["event_id"].set_hint(" \u00b7 ".join(w for w in (kind, multi) if w))

    def _show_counts(self) -> None:
        event = self._model.event
        for group in Group:
            rows = [f for f in in_group(group) if f.wire != "revenue"]
            if event.endpoint is Endpoint.GLOBAL:
                rows = [f for f in rows if f.wire != "cid"]
            sent = sum(
                event.get(event.money_key if f.wire == _MONEY_ROW else f.wire).is_sent for f in rows
            )
            self.cards[group.value].set_count(f"{sent} of {len(rows)} sent")
        named = sum(1 for row in event.lead if row.name)
        self.cards["lead"].set_count(f"{named} custom" if named else "none")

    def _show_warnings(self, by_wire: Mapping[str, Sequence[Advice]]) -> None:
        counts = dict.fromkeys(self.cards, 0)
        for wire, found in by_wire.items():
            number = sum(one.level == "warning" for one in found)
            card = BY_WIRE[wire].group.value if wire in BY_WIRE else ""
            if wire.startswith("lead:"):
                card = "lead"
            elif wire == "org_id":
                card = Group.EVENT.value
            counts[card] += number
        for name, number in counts.items():
            self.cards[name].set_warnings(number)

    # ---- typing -----------------------------------------------------------------------------

    def _row_edited(self, wire: object, value: object) -> None:
        assert isinstance(value, FieldInput)
        name = self._model.event.money_key if wire == _MONEY_ROW else str(wire)
        self._model.set_field(name, value)

    def _fix_row(self, row: FieldRow, fix: object) -> None:
        # Before the clicked link goes: Qt would give the focus to the next one, far away.
        row.take_focus()
        self._apply_fix(fix)

    def _apply_fix(self, fix: object) -> None:
        assert isinstance(fix, Fix)
        self._model.apply_fix(fix)

    def _enter_first(self) -> None:
        """Go into the first field that the search left."""
        for group in Group:
            for field in in_group(group):
                row = self.rows.get(field.wire)
                if row is not None and row.isVisible():
                    row.take_focus()
                    return

    def _narrow(self) -> None:
        event = self._model.event
        narrowed, words = self.tools.narrows, self.tools.words
        any_shown = False
        for group in Group:
            shown = 0
            for field in in_group(group):
                row = self.rows.get(field.wire)
                if row is None or (field.wire == "cid" and event.endpoint is Endpoint.GLOBAL):
                    continue
                name = event.money_key if field.wire == _MONEY_ROW else field.wire
                wanted = row.matches(words) or words in name
                if self.tools.only_filled:
                    wanted = wanted and event.get(name).is_sent
                row.setVisible(wanted)
                shown += wanted
            card = self.cards[group.value]
            card.setVisible(bool(shown) or not narrowed)
            card.columns.setVisible(card.is_open or (narrowed and bool(shown)))
            any_shown = any_shown or bool(shown)
        lead_wanted = not narrowed or (
            any(row.name and words in row.name.lower() for row in event.lead)
        )
        self.cards["lead"].setVisible(lead_wanted)
        side = self._money_key.parentWidget()
        if side is not None:
            side.setVisible(not narrowed)
        self._lens.setVisible(self._lens.has_lens and not words)
        self._nothing.setVisible(narrowed and not any_shown and not lead_wanted)


def _scroll(page: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setAccessibleName("Fields")
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setWidget(page)
    return area


def _money_note(endpoint: Endpoint) -> str:
    match endpoint:
        case Endpoint.CAMPAIGN:
            return "Campaign documents amount."
        case Endpoint.TRIGGER:
            return "Trigger documents revenue."
        case Endpoint.GLOBAL:
            return "Global documents both; pick one."
