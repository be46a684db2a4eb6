"""One field of the form: label, wire name, mode menu, editor, and the advice under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.domain.catalogue import Field, Kind
from pingtree_desktop.domain.field import FieldInput, Mode
from pingtree_desktop.ui.compose.advice_notes import AdviceNotes
from pingtree_desktop.ui.compose.editors import (
    ChoiceEdit,
    DateEdit,
    Editor,
    SuggestEdit,
    Suggestion,
    TextEdit,
)
from pingtree_desktop.ui.compose.made_line import MadeLine, ValueOffers, Variables
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, set_tip
from pingtree_desktop.ui.popup import popup_place
from pingtree_desktop.ui.theme import Theme

MODE_WORDS = {
    Mode.VALUE: "value",
    Mode.OMIT: "omit",
    Mode.EMPTY: 'empty ""',
    Mode.NULL: "null",
    Mode.RAW: "raw JSON",
}
_MODE_HELP = {
    Mode.VALUE: "Value: sent as the documented type; blank is left out",
    Mode.OMIT: "Omit: the key is left out, the text is kept here",
    Mode.EMPTY: 'Empty: sent as ""',
    Mode.NULL: "Null: sent as null",
    Mode.RAW: "Raw JSON: sent exactly as typed",
}

Suggest = Callable[[str], Sequence[Suggestion]]


class FieldRow(QWidget):
    """A field's row.  `edited` carries (wire name, FieldInput); `fixed` a Fix to apply."""

    edited = Signal(object, object)
    fixed = Signal(object)

    def __init__(
        self, field: Field, theme: Theme, suggest: Suggest, variables: Variables = tuple
    ) -> None:
        super().__init__()
        self.field = field
        self._variables = variables
        self._made: MadeLine | None = None
        self._theme = theme
        self._mode = Mode.VALUE
        self._editor = _editor(field, theme, suggest)
        self._editor.setObjectName(f"field.{field.wire}")
        self._editor.setAccessibleName(f"{field.label} ({field.wire})")
        self._editor.setAccessibleDescription(field.help)
        self._editor.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._editor.edited.connect(self._editor_edited)
        if isinstance(self._editor, TextEdit):
            ValueOffers(self._editor, variables)
        self._other: LineEdit | None = None
        self._other_quiet = False
        self._notes: AdviceNotes | None = None

        self._label = label(_short_label(field), role="label")
        self._required = label("*", role="required")
        self._required.setVisible(False)
        self._wire = label(field.wire, role="wire")
        self._wire.setMinimumWidth(20)
        self._wire.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        set_tip(self._label, _tip(field))
        self._mode_button = QToolButton()
        self._mode_button.setProperty("role", "mode")
        self._mode_menu: QMenu | None = None
        self._mode_button.setAccessibleName(f"How {field.wire} is sent")
        self._mode_button.setObjectName(f"mode.{field.wire}")
        self._mode_button.clicked.connect(lambda _checked=False: self._open_modes())
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(5)
        head.addWidget(self._label)
        head.addWidget(self._required)
        head.addWidget(self._wire, 1)
        head.addWidget(self._mode_button)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(3)
        self._layout.addLayout(head)
        self._layout.addWidget(self._editor)
        self._show_mode()

    # ---- what the form does with it ---------------------------------------------------------

    def value(self) -> FieldInput:
        """What is typed now."""
        typed = self._other.text() if self._mode is Mode.RAW and self._other else None
        return FieldInput(mode=self._mode, text=self._editor.text() if typed is None else typed)

    def set_value(self, value: FieldInput) -> None:
        """Show an input without reporting it as an edit."""
        self._editor.set_text(value.text)
        if self._other is not None and value.mode is Mode.RAW:
            self._set_other_text(value.text)
        if value.mode is not self._mode:
            self._mode = value.mode
            self._show_mode()

    def set_required(self, required: bool) -> None:
        self._required.setVisible(required)

    def set_label(self, text: str, wire: str) -> None:
        """Show another name: the money row is `amount` or `revenue` by the endpoint."""
        self._label.setText(text)
        self._wire.setText(wire)
        self._editor.setAccessibleName(f"{text} ({wire})")

    def set_wire_note(self, note: str) -> None:
        """Say where the value goes when it is not a key of the body (`path`)."""
        self._wire.setText(note)

    def set_hint(self, hint: str) -> None:
        if isinstance(self._editor, TextEdit):
            self._editor.set_hint(hint)

    def show_made(self, text: str | None) -> None:
        """Show what the text's dynamic values become; None when it has none."""
        if self._made is None:
            if text is None:
                return
            self._made = MadeLine()
            after = self._layout.indexOf(self._other or self._editor)
            self._layout.insertWidget(after + 1, self._made)
        self._made.show_made(text)

    def take_focus(self) -> None:
        target = self._other if self._other and self._other.isVisible() else self._editor
        target.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(target, QLineEdit):
            target.selectAll()

    def open_list(self) -> None:
        """Open the editor's list or calendar, if it has one."""
        if isinstance(self._editor, SuggestEdit):
            self._editor.open_list()
        elif isinstance(self._editor, ChoiceEdit):
            self._editor.showPopup()

    def matches(self, words: str) -> bool:
        """Whether a search text stands in the label or the wire name."""
        return words in self.field.label.lower() or words in self.field.wire.lower()

    def add_button(self, name: str, tip: str, slot: Callable[[], object]) -> None:
        """A small icon inside the editor, for fields of text."""
        if isinstance(self._editor, TextEdit):
            action = self._editor.add_button(name, tip, slot)
            action.setObjectName(f"field.{self.field.wire}.{name}")

    def set_advice(self, advice: tuple[Advice, ...]) -> None:
        """Show advice under the editor; an empty tuple takes it away."""
        if self._notes is None:
            if not advice:
                return
            self._notes = AdviceNotes()
            self._notes.fixed.connect(self.fixed.emit)
            self._layout.addWidget(self._notes)
        self._notes.show_advice(advice)
        warned = any(one.level == "warning" for one in advice)
        for editor in (self._editor, self._other):
            if editor is not None and editor.property("advice") != warned:
                editor.setProperty("advice", warned)
                editor.style().unpolish(editor)
                editor.style().polish(editor)
        words = " ".join(one.text for one in advice)
        self._editor.setAccessibleDescription(f"{words} {self.field.help}".strip())

    # ---- inside -----------------------------------------------------------------------------

    def _open_modes(self) -> None:
        if self._mode_menu is None:
            self._mode_menu = QMenu(self._mode_button)
            group = QActionGroup(self._mode_menu)
            for mode in Mode:
                action = self._mode_menu.addAction(_MODE_HELP[mode])
                action.setCheckable(True)
                action.setData(mode.value)
                group.addAction(action)
                action.triggered.connect(lambda _checked=False, m=mode: self._choose_mode(m))
        for action in self._mode_menu.actions():
            action.setChecked(action.data() == self._mode.value)
            if action.isChecked():
                self._mode_menu.setActiveAction(action)
        place = popup_place(self._mode_button, self._mode_menu.sizeHint())
        self._mode_menu.popup(place)

    def _choose_mode(self, mode: Mode) -> None:
        if mode is self._mode:
            return
        text = self.value().text
        self._mode = mode
        self._editor.set_text(text)
        self._show_mode()
        self.edited.emit(self.field.wire, self.value())
        self.take_focus()

    def _show_mode(self) -> None:
        plain = self._mode is Mode.VALUE
        self._mode_button.setText("\u25be" if plain else f"{MODE_WORDS[self._mode]} \u25be")
        self._mode_button.setProperty("quiet", plain)
        set_tip(self._mode_button, f"How {self.field.wire} is sent: {MODE_WORDS[self._mode]}")
        if plain and self._other is None:
            return
        other = self._ensure_other()
        self._editor.setVisible(plain)
        other.setVisible(not plain)
        if plain:
            return
        other.setReadOnly(self._mode is not Mode.RAW)
        other.setEnabled(self._mode is Mode.RAW)
        kept = self._editor.text()
        match self._mode:
            case Mode.RAW:
                self._set_other_text(kept)
                other.setPlaceholderText('JSON, for example "abc", 12 or [1]')
            case Mode.OMIT:
                self._set_other_text("")
                note = f" (keeps \u201c{kept[:40]}\u201d)" if kept else ""
                other.setPlaceholderText("omitted" + note)
            case Mode.EMPTY:
                self._set_other_text("")
                other.setPlaceholderText('sent as ""')
            case Mode.NULL:
                self._set_other_text("")
                other.setPlaceholderText("sent as null")
            case Mode.VALUE:
                pass

    def _ensure_other(self) -> QLineEdit:
        if self._other is None:
            self._other = LineEdit()
            self._other.leaves_undo = True
            self._other.setProperty("mono", True)
            self._other.setObjectName(f"field.{self.field.wire}.raw")
            self._other.setAccessibleName(f"{self.field.label} ({self.field.wire}), raw JSON")
            self._other.textChanged.connect(self._other_changed)
            ValueOffers(self._other, self._variables)
            self._layout.insertWidget(2, self._other)
            QWidget.setTabOrder(self._editor, self._other)
        return self._other

    def _set_other_text(self, text: str) -> None:
        if self._other is not None and self._other.text() != text:
            self._other_quiet = True
            self._other.setText(text)
            self._other_quiet = False

    def _other_changed(self, text: str) -> None:
        if self._other_quiet or self._mode is not Mode.RAW:
            return
        self._editor.set_text(text)
        self.edited.emit(self.field.wire, self.value())

    def _editor_edited(self) -> None:
        self.edited.emit(self.field.wire, self.value())


def _short_label(field: Field) -> str:
    """The label in its card: under the heading UTM it is Source, not UTM source."""
    short = field.label.removeprefix("UTM ")
    return short[:1].upper() + short[1:]


def _tip(field: Field) -> str:
    parts = [field.help]
    if field.format_hint:
        parts.append(f"Format: {field.format_hint}.")
    return " ".join(parts)


def _editor(field: Field, theme: Theme, suggest: Suggest) -> Editor:
    match field.kind:
        case Kind.CHOICE | Kind.FLAG:
            return ChoiceEdit(field.choices)
        case Kind.DATE | Kind.DATE_TIME:
            date = DateEdit(theme, with_time=field.kind is Kind.DATE_TIME)
            date.setPlaceholderText(field.format_hint.split(" or ")[-1])
            return date
        case Kind.TIME_ZONE:
            zone = SuggestEdit(theme, lambda: _zones(field), tip="Pick a time zone (Alt+Down)")
            zone.setPlaceholderText("not sent")
            return zone
        case Kind.EVENT_ID:
            return SuggestEdit(theme, lambda: suggest(field.wire), tip="Known events (Alt+Down)")
        case Kind.TRANSACTION_ID:
            return SuggestEdit(theme, lambda: suggest(field.wire), tip="Recent ids (Alt+Down)")
        case Kind.TEXT | Kind.IDENTIFIER | Kind.MONEY:
            return TextEdit(theme, mono=True)


def _zones(field: Field) -> list[Suggestion]:
    return [(choice.value, f"{choice.value} \u2014 {choice.label}") for choice in field.choices]
