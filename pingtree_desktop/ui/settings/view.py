"""The Settings view: look, environments, and the cards that others add."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.theme import CHOICES, Theme
from pingtree_desktop.ui.top_bar import environment_words

_TONE = {"sandbox": "good", "test": "accent", "live": "failed"}


class SettingsView(QWidget):
    """`edit_environment` carries an Environment or None for a new one."""

    theme_chosen = Signal(object)
    edit_environment = Signal(object)
    remove_environment = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("view.settings")
        page = QWidget()
        page.setObjectName("page")
        page.setMaximumWidth(820)
        column = QVBoxLayout(page)
        column.setContentsMargins(12, 12, 12, 12)
        column.setSpacing(10)
        column.addWidget(self._look_card(theme))
        column.addWidget(self._environments_card())
        self._column = column
        column.addStretch()
        scroll = QScrollArea()
        scroll.setAccessibleName("Settings")
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(scroll)

    def add_card(self, card: QFrame) -> None:
        """Put a card behind those that are there."""
        self._column.insertWidget(self._column.count() - 1, card)

    def _look_card(self, theme: Theme) -> QFrame:
        card, box = _card("Look")
        self._theme = QComboBox()
        self._theme.setObjectName("settings.theme")
        self._theme.setAccessibleName("Theme")
        for choice, words in zip(CHOICES, ("Follow the system", "Light", "Dark"), strict=True):
            self._theme.addItem(words, choice)
        self._theme.setCurrentIndex(CHOICES.index(theme.choice))
        self._theme.activated.connect(
            lambda _index: self.theme_chosen.emit(self._theme.currentData())
        )
        theme.changed.connect(lambda: self._theme.setCurrentIndex(CHOICES.index(theme.choice)))
        row = QHBoxLayout()
        row.addWidget(label("Theme", role="label"))
        row.addWidget(self._theme)
        row.addStretch()
        box.addLayout(row)
        return card

    def _environments_card(self) -> QFrame:
        card, box = _card("Environments")
        box.addWidget(
            label(
                "Where events are sent. Any address on the vendor's production host is LIVE, "
                "whatever it is called: it has to be armed before each session of sending.",
                role="muted",
                wrap=True,
            )
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        box.addLayout(self._list)
        add = QPushButton("Add environment\u2026")
        add.setObjectName("settings.add_environment")
        add.clicked.connect(lambda _checked=False: self.edit_environment.emit(None))
        box.addWidget(add, 0, Qt.AlignmentFlag.AlignLeft)
        return card

    def show_environments(self, environments: Sequence[Environment]) -> None:
        """List every environment; the built-in ones cannot be changed."""
        while (item := self._list.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for environment in environments:
            self._list.addWidget(self._environment_row(environment))

    def _environment_row(self, environment: Environment) -> QWidget:
        row = QWidget()
        layout = QHBoxLayout(row)
        layout.setContentsMargins(0, 2, 0, 2)
        layout.setSpacing(10)
        pill = label(outside(environment_words(environment), limit=60), role="pill")
        pill.setProperty("tone", _TONE[environment.danger.value])
        layout.addWidget(pill)
        where = environment.base_url or "the embedded sandbox"
        layout.addWidget(label(outside(where, limit=200), role="mono"), 1)
        if environment in BUILT_IN:
            layout.addWidget(label("built in", role="muted"))
            return row
        for words, signal in (
            ("Change\u2026", self.edit_environment),
            ("Remove", self.remove_environment),
        ):
            button = QPushButton(words)
            button.setProperty("kind", "link")
            button.clicked.connect(lambda _c=False, s=signal, e=environment: s.emit(e))
            layout.addWidget(button)
        return row


def _card(title: str) -> tuple[QFrame, QVBoxLayout]:
    card = QFrame()
    card.setProperty("role", "card")
    box = QVBoxLayout(card)
    box.setContentsMargins(14, 12, 14, 14)
    box.setSpacing(9)
    box.addWidget(label(title, role="title"))
    return card, box
