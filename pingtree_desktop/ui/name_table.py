"""Rows of names and values to edit in a dialog: variables, secrets among them, and headers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.ui.compose.made_line import ValueOffers, Variables
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import icon_button
from pingtree_desktop.ui.theme import Theme

UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One row.  The text of a secret is empty when it was not typed anew."""

    name: str
    text: str
    secret: bool = False


class NameTable(QWidget):
    """An editable list of (name, text); with `secrets` each row can be kept as a secret.

    With `variables` the values complete dynamic values behind `{{`.
    """

    def __init__(
        self,
        theme: Theme,
        *,
        what: str,
        name: str,
        secrets: bool = False,
        variables: Variables | None = None,
    ) -> None:
        super().__init__()
        self._variables = variables
        self._theme, self._what, self._name, self._secrets = theme, what, name, secrets
        self._rows: list[_Row] = []
        self._made = 0
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(4)
        self._add = QPushButton(f"Add {what}")
        self._add.setObjectName(f"{name}.add")
        self._add.setAutoDefault(False)
        self._add.clicked.connect(lambda _checked=False: self._append().name.setFocus())
        self._layout.addWidget(self._add, 0, Qt.AlignmentFlag.AlignLeft)

    def set_rows(self, rows: Sequence[NameRow]) -> None:
        """Show these rows."""
        for row in list(self._rows):
            self._drop(row)
        for value in rows:
            self._append().set_value(value)

    def rows(self) -> list[NameRow]:
        """What is typed now, without rows that are empty."""
        return [one for one in (row.value() for row in self._rows) if one.name or one.text]

    def _append(self) -> _Row:
        self._made += 1  # a number is never used twice, so that names stay apart
        number = self._made
        row = _Row(self._theme, f"{self._what} {number}", f"{self._name}.{number}", self._secrets)
        if self._variables is not None:
            ValueOffers(row.text, self._variables)
        row.removed.connect(lambda: self._drop(row))
        self._rows.append(row)
        self._layout.insertWidget(self._layout.count() - 1, row)
        return row

    def _drop(self, row: _Row) -> None:
        self._rows.remove(row)
        self._layout.removeWidget(row)
        row.hide()
        row.deleteLater()


class _Row(QWidget):
    removed = Signal()

    def __init__(self, theme: Theme, what: str, name: str, secrets: bool) -> None:
        super().__init__()
        self._was_secret = False
        self.name, self.text = LineEdit(), LineEdit()
        for edit, words in ((self.name, "name"), (self.text, "value")):
            edit.setProperty("mono", True)
            edit.setPlaceholderText(words)
            edit.setObjectName(f"{name}.{words}")
            edit.setAccessibleName(f"{what}, {words}")
        self._secret = QCheckBox("secret")
        self._secret.setObjectName(f"{name}.secret")
        self._secret.setAccessibleName(f"{what} is a secret")
        self._secret.setVisible(secrets)
        self._secret.toggled.connect(self._show_secret)
        remove = icon_button(
            icon("close", theme.color("muted")), f"Remove {what}", name=f"{name}.remove"
        )
        remove.clicked.connect(lambda _checked=False: self.removed.emit())
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
        line.addWidget(self.name, 3)
        line.addWidget(self.text, 5)
        line.addWidget(self._secret)
        line.addWidget(remove)

    def set_value(self, value: NameRow) -> None:
        self.name.setText(value.name)
        self.text.setText(value.text)
        self._was_secret = value.secret
        self._secret.setChecked(value.secret)

    def value(self) -> NameRow:
        return NameRow(
            name=self.name.text().strip(), text=self.text.text(), secret=self._secret.isChecked()
        )

    def _show_secret(self, secret: bool) -> None:
        self.text.setEchoMode(LineEdit.EchoMode.Password if secret else LineEdit.EchoMode.Normal)
        kept = secret and self._was_secret
        self.text.setPlaceholderText("as it is, unless typed anew" if kept else "value")
