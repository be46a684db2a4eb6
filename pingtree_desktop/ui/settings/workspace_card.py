"""The card of workspaces in the Settings: those that were opened, and the one for the start."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from pingtree_desktop.storage.files import shown
from pingtree_desktop.ui.plain import label, outside


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceRow:
    """A workspace as the card shows it: `is_usual` is the one in the user's data folder."""

    root: Path
    is_there: bool
    is_here: bool
    is_usual: bool
    at_start: bool


class WorkspaceCard(QFrame):
    """`open_wanted`, `start_wanted` and `forget_wanted` carry a Path."""

    open_wanted = Signal(object)
    start_wanted = Signal(object)
    forget_wanted = Signal(object)
    another_wanted = Signal()
    show_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("settings.workspaces")
        self.setProperty("role", "card")
        box = QVBoxLayout(self)
        box.setContentsMargins(14, 12, 14, 14)
        box.setSpacing(9)
        box.addWidget(label("Workspaces", role="title"))
        box.addWidget(
            label(
                "Profiles and campaigns are small text files in a workspace's folder, which a team "
                "can keep in git; the history beside them stays on this computer. Each workspace "
                "has a window of its own.",
                role="muted",
                wrap=True,
            )
        )
        self._shown: tuple[WorkspaceRow, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        box.addLayout(self._rows)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for words, name, signal in (
            ("Open another folder\u2026", "another", self.another_wanted),
            ("Show this folder", "show", self.show_wanted),
        ):
            button = QPushButton(words)
            button.setObjectName(f"settings.workspaces.{name}")
            button.clicked.connect(lambda _checked=False, s=signal: s.emit())
            buttons.addWidget(button)
        buttons.addStretch()
        box.addLayout(buttons)

    def show_rows(self, rows: Sequence[WorkspaceRow]) -> None:
        """List the workspaces, in the order given; what is shown already stays as it is."""
        if tuple(rows) == self._shown:
            return
        self._shown = tuple(rows)
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for index, row in enumerate(rows):
            self._rows.addWidget(self._make_row(row, index))

    def _make_row(self, row: WorkspaceRow, index: int) -> QWidget:
        line = QWidget()
        layout = QHBoxLayout(line)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(10)
        path = outside(shown(row.root), limit=400)
        layout.addWidget(label(path, role="mono", selectable=True, wrap=True), 1)
        for words, tone, is_so in (
            ("this window", "accent", row.is_here),
            ("opens at start", "good", row.at_start),
            ("not there", "refused", not row.is_there),
        ):
            if is_so:
                pill = label(words, role="pill")
                pill.setProperty("tone", tone)
                layout.addWidget(pill)
        links: list[tuple[str, str, SignalInstance, bool]] = [
            ("Open", "open", self.open_wanted, row.is_there and not row.is_here),
            ("Open at start", "start", self.start_wanted, row.is_there and not row.at_start),
            ("Forget", "forget", self.forget_wanted, not (row.is_here or row.is_usual)),
        ]
        for words, name, signal, is_offered in links:
            if is_offered:
                button = QPushButton(words)
                button.setProperty("kind", "link")
                button.setObjectName(f"settings.workspaces.{name}.{index}")
                button.setAccessibleName(f"{words}: {path}")
                button.clicked.connect(lambda _c=False, s=signal, r=row.root: s.emit(r))
                layout.addWidget(button)
        return line
