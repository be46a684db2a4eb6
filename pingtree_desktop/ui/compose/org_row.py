"""The organisation id of the Global endpoint: part of the path, not of the body."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from pingtree_desktop.domain.advice import Advice
from pingtree_desktop.ui.compose.advice_notes import AdviceNotes
from pingtree_desktop.ui.compose.editors import TextEdit
from pingtree_desktop.ui.compose.made_line import MadeLine, ValueOffers, Variables
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme


class OrgRow(QWidget):
    """One labelled line; `edited` carries its text, `fixed` a Fix to apply."""

    edited = Signal(object)
    fixed = Signal(object)

    def __init__(self, theme: Theme, variables: Variables = tuple) -> None:
        super().__init__()
        self._edit = TextEdit(theme, mono=True)
        ValueOffers(self._edit, variables)
        self.made = MadeLine()
        self._edit.setObjectName("field.org_id")
        self._edit.setAccessibleName("Organisation ID (in the path)")
        self._edit.edited.connect(lambda: self.edited.emit(self._edit.text()))
        head = QHBoxLayout()
        head.setSpacing(5)
        head.addStrut(19)  # as high as a field row with its mode button
        head.addWidget(label("Organisation ID", role="label"))
        head.addWidget(label("*", role="required"))
        head.addWidget(label("in the path", role="wire"), 1)
        self._notes = AdviceNotes()
        self._notes.fixed.connect(self.fixed.emit)
        self._notes.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(head)
        layout.addWidget(self._edit)
        layout.addWidget(self.made)
        layout.addWidget(self._notes)

    def set_text(self, text: str) -> None:
        self._edit.set_text(text)

    def set_advice(self, advice: tuple[Advice, ...]) -> None:
        self._notes.show_advice(advice)

    def take_focus(self) -> None:
        self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self._edit.selectAll()
