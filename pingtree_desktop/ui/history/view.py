"""The History view: every exchange, two of them compared, one transaction, the pair bank."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.history.entries_page import EntriesPage
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.history import HistoryModel
from pingtree_desktop.viewmodels.history_entry import EntryModel


class HistoryView(QWidget):
    """The pages of the history; each one's own signals say what is wanted."""

    page_opened = Signal(object)

    def __init__(
        self,
        model: HistoryModel,
        entry: EntryModel,
        theme: Theme,
        tasks: Tasks,
        values: Callable[[str], Sequence[str]],
    ) -> None:
        super().__init__()
        self.setObjectName("view.history")
        self.entries = EntriesPage(model, entry, theme, tasks, values)
        self.tabs = QTabBar()
        self.tabs.setObjectName("history.tabs")
        self.tabs.setAccessibleName("Pages of the history")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        self._stack = QStackedWidget()
        self._keys: list[str] = []
        top = QHBoxLayout()
        top.addWidget(self.tabs, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 12)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addWidget(self._stack, 1)
        self.add_page("entries", "Exchanges", self.entries)
        self.tabs.currentChanged.connect(self._tab_changed)

    def add_page(self, key: str, title: str, page: QWidget) -> None:
        """Add a page behind the ones that are there."""
        self._keys.append(key)
        self._stack.addWidget(page)
        self.tabs.addTab(title)

    def open_page(self, key: str) -> None:
        """Show a page."""
        self.tabs.setCurrentIndex(self._keys.index(key))

    @property
    def page(self) -> str:
        """The key of the page that is shown."""
        return self._keys[self.tabs.currentIndex()]

    @property
    def filter(self) -> QLineEdit:
        """The line that searches."""
        return self.entries.bar.line

    def _tab_changed(self, index: int) -> None:
        self._stack.setCurrentIndex(index)
        self.page_opened.emit(self._keys[index])
