"""The history's card in the Settings: how much there is, what may stay, looking after the file."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.services.curation import Curation
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.history_care import Removal
from pingtree_desktop.storage.retention import Retention
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label, outside

_FIELDS = (
    ("days", "Keep at most this many days"),
    ("entries", "Keep at most this many entries"),
    ("megabytes", "Keep at most this many MB"),
)
_MOST = 10**9


class HistoryCard(QFrame):
    """`retention_chosen` carries a Retention, each time a limit was changed."""

    retention_chosen = Signal(object)
    cleared = Signal()

    def __init__(self, curation: Curation, retention: Retention, tasks: Tasks) -> None:
        super().__init__()
        self.setObjectName("settings.history")
        self.setProperty("role", "card")
        self._curation, self._tasks = curation, tasks
        self._retention = retention
        self._removal: Removal | None = None
        self._figures = label("", wrap=True)
        self._figures.setObjectName("settings.history.figures")
        self._says = label("", role="muted", wrap=True)
        self._says.setObjectName("settings.history.says")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 12, 14, 14)
        layout.setSpacing(8)
        layout.addWidget(label("History", role="title"))
        layout.addWidget(self._figures)
        layout.addWidget(
            label(
                "Everything stays until you set a limit. What is over a limit is removed for good "
                "at the next start, or now below; pinned entries always stay.",
                role="muted",
                wrap=True,
            )
        )
        layout.addLayout(self._make_limits(retention))
        layout.addLayout(self._make_buttons())
        layout.addWidget(self._says)
        QTimer.singleShot(0, self.refresh)

    def _make_limits(self, retention: Retention) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(6)
        self._edits: dict[str, LineEdit] = {}
        for row, (name, words) in enumerate(_FIELDS):
            value = getattr(retention, name)
            edit = LineEdit("" if value is None else str(value))
            edit.setObjectName(f"settings.retention.{name}")
            edit.setAccessibleName(words)
            edit.setPlaceholderText("no limit")
            edit.setMaximumWidth(140)
            edit.editingFinished.connect(self._limits_done)
            self._edits[name] = edit
            grid.addWidget(label(words, role="label"), row, 0)
            grid.addWidget(edit, row, 1)
        grid.setColumnStretch(2, 1)
        return grid

    def _make_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for words, name, work in (
            ("What would go?", "preview", self._preview),
            ("Check every entry", "verify", self._verify),
            ("Make the file smaller", "compact", self._compact),
        ):
            button = QPushButton(words)
            button.setObjectName(f"settings.history.{name}")
            button.clicked.connect(lambda _checked=False, w=work: self._run(w()))
            row.addWidget(button)
        self._remove = QPushButton("Remove for good")
        self._remove.setObjectName("settings.history.remove")
        self._remove.setProperty("kind", "danger")
        self._remove.clicked.connect(lambda _checked=False: self._run(self._purge()))
        self._remove.hide()
        row.addWidget(self._remove)
        row.addStretch()
        return row

    def refresh(self) -> None:
        """Read the figures anew."""
        self._run(self._show_figures())

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.start(self._guarded(work), name="history-care")

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except PingTreeError as error:
            self._says.setText(outside(str(error), limit=400))

    async def _show_figures(self) -> None:
        stats = await self._curation.stats()
        words = f"{stats.entries:,} entries in {stats.file_bytes / 1e6:,.1f} MB"
        if stats.oldest_ms is not None:
            words += f", the oldest from {_day(stats.oldest_ms)}"
        if stats.deleted:
            words += f"; {stats.deleted:,} deleted ones wait to be removed for good"
        self._figures.setText(words + ".")

    # ---- limits --------------------------------------------------------------------------------

    def _limits_done(self) -> None:
        values: dict[str, int | None] = {}
        for name, edit in self._edits.items():
            text = edit.text().strip()
            is_number = text.isascii() and text.isdigit() and 0 < int(text) <= _MOST
            edit.setProperty("state", "" if is_number or not text else "bad")
            edit.style().unpolish(edit)
            edit.style().polish(edit)
            if text and not is_number:
                self._says.setText("A limit is a whole number of 1 or more; empty means no limit.")
                return
            values[name] = int(text) if text else None
        retention = Retention(**values)
        if retention != self._retention:
            self._retention = retention
            self.retention_chosen.emit(retention)
            self._run(self._preview())

    async def _preview(self) -> None:
        removal = await self._curation.removable(self._retention)
        deleted = await self._curation.deleted()
        count = len(removal.ids) + len(deleted)
        self._removal = removal
        self._remove.setVisible(count > 0)
        self._remove.setText(f"Remove {count:,} for good")
        words = "Nothing would be removed." if not count else f"{count:,} entries would be removed"
        if removal.oldest_ms is not None and removal.newest_ms is not None:
            words += f", sent from {_day(removal.oldest_ms)} to {_day(removal.newest_ms)}"
        if deleted:
            words += f"; {len(deleted):,} of them you deleted before"
        self._says.setText(words if not count else words + ". This cannot be undone.")

    async def _purge(self) -> None:
        self._remove.setEnabled(False)
        removal = self._removal
        try:
            removed = 0 if removal is None else await self._curation.purge(removal.ids, self._told)
            removed += await self._curation.purge_deleted(told=self._told)
        finally:
            self._remove.setEnabled(True)
        self._remove.hide()
        self._says.setText(f"Removed {removed:,} entries for good.")
        await self._show_figures()
        self.cleared.emit()

    def _told(self, done: int, total: int) -> None:
        self._says.setText(f"Removing\u2026 {done:,} of {total:,}")

    # ---- the file ------------------------------------------------------------------------------

    async def _verify(self) -> None:
        self._says.setText("Checking every entry\u2026")
        findings = await self._curation.verify()
        if findings.is_sound:
            self._says.setText(f"All {findings.checked:,} entries are as they were written.")
            return
        ids = ", ".join(map(str, findings.damaged_ids[:10]))
        parts = [*findings.problems[:3], f"damaged entries: {ids}" if ids else ""]
        self._says.setText(outside("; ".join(part for part in parts if part), limit=600))

    async def _compact(self) -> None:
        self._says.setText("Making the file smaller; sends wait meanwhile\u2026")
        before, after = await self._curation.compact()
        self._says.setText(
            f"The file had {before / 1e6:,.1f} MB and has {after / 1e6:,.1f} MB now."
        )
        await self._show_figures()


def _day(at_ms: int) -> str:
    return f"{datetime.fromtimestamp(at_ms / 1000).astimezone():%Y-%m-%d}"
