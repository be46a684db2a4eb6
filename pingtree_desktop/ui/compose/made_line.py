"""What a dynamic value would become now, under the editor that holds it; and its completion."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy

from pingtree_desktop.domain.variable import Variable
from pingtree_desktop.ui.plain import PlainLabel, outside, set_tip
from pingtree_desktop.ui.word_completer import WordCompleter

_SHOWN = 120

Variables = Callable[[], Sequence[Variable]]
"""The variables that may be used now."""


class MadeLine(PlainLabel):
    """`= value` in one line, hidden when there is nothing to show."""

    def __init__(self) -> None:
        super().__init__(role="wire")
        self._whole = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.hide()

    def show_made(self, text: str | None) -> None:
        """Show what a text becomes; None when it holds no placeholder."""
        self.setVisible(text is not None)
        if text is None:
            return
        self._whole = f"= {outside(text, limit=_SHOWN)}"
        self.setAccessibleName(f"Becomes {outside(text, limit=_SHOWN)}")
        set_tip(self, f"{self._whole}\nMade at the moment of sending, once for the whole event.")
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = max(self.width(), 80)
        self.setText(self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, room))


class ValueOffers(QObject):
    """Offers dynamic values in a line as soon as `{{` stands before the cursor."""

    def __init__(self, line: QLineEdit, variables: Variables) -> None:
        super().__init__(line)
        self._line, self._variables = line, variables
        self._completer: WordCompleter | None = None
        line.textEdited.connect(self._typed)

    def _typed(self, text: str) -> None:
        if "{{" not in text:
            if self._completer is not None:
                self._completer.hide()
            return
        if self._completer is None:
            from pingtree_desktop.domain.dynamic_completion import (  # noqa: PLC0415 - when wanted
                complete_value,
                filled_in,
            )

            self._completer = WordCompleter(
                self._line,
                find=lambda text, cursor: complete_value(text, cursor, self._variables()),
                put=filled_in,
                name="value.choices",
            )
        self._completer.offer()
