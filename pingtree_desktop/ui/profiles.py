"""The list of profiles by campaign, with its filter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
)

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.theme import Theme

_ITEM = Qt.ItemDataRole.UserRole + 1
_NOTE = Qt.ItemDataRole.UserRole + 2
_MODIFIED = Qt.ItemDataRole.UserRole + 3


class Sidebar(QFrame):
    """`opened` carries a Profile; `menu_wanted` (item, global position) for a context menu."""

    opened = Signal(object)
    new_wanted = Signal(object)
    menu_wanted = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._theme = theme
        self._campaigns: tuple[Campaign, ...] = ()
        self._profiles: tuple[Profile, ...] = ()
        self._current: tuple[str, str] | None = None
        self._closed: set[str] = set()
        self.filter = LineEdit()
        self.filter.setPlaceholderText("Filter profiles  (Ctrl+P)")
        self.filter.setObjectName("profiles.filter")
        self.filter.setAccessibleName("Filter profiles")
        self.filter.setClearButtonEnabled(True)
        search = self.filter.addAction(
            icon("search", theme.color("muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        theme.changed.connect(lambda: search.setIcon(icon("search", theme.color("muted"))))
        self.filter.textChanged.connect(lambda _text: self._fill())
        self.filter.returnPressed.connect(self._open_first)
        self._model = QStandardItemModel(self)
        self.tree = QTreeView()
        self.tree.setObjectName("profiles.tree")
        self.tree.setAccessibleName("Profiles by campaign")
        self.tree.setModel(self._model)
        self.tree.setHeaderHidden(True)
        self.tree.setRootIsDecorated(False)
        self.tree.setIndentation(0)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.tree.setExpandsOnDoubleClick(False)
        self.tree.setItemDelegate(_Delegate(theme, self.tree))
        self.tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.tree.customContextMenuRequested.connect(self._context)
        self.tree.clicked.connect(self._clicked)
        self.tree.activated.connect(self._activated)
        theme.changed.connect(self.tree.viewport().update)
        self._empty = label("No profile matches.", role="muted", wrap=True)
        self._empty.hide()
        new = QPushButton("New profile")
        new.setIcon(icon("plus", theme.color("text")))
        theme.changed.connect(lambda: new.setIcon(icon("plus", theme.color("text"))))
        new.setObjectName("profiles.new")
        new.clicked.connect(lambda _checked=False: self.new_wanted.emit(None))
        bottom = QHBoxLayout()
        bottom.addWidget(new, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 12, 10, 12)
        layout.setSpacing(8)
        layout.addWidget(self.filter)
        layout.addWidget(self._empty)
        layout.addWidget(self.tree, 1)
        layout.addLayout(bottom)

    def show_items(self, campaigns: tuple[Campaign, ...], profiles: tuple[Profile, ...]) -> None:
        """Show all campaigns with their profiles."""
        self._campaigns, self._profiles = campaigns, profiles
        self._fill()

    def show_current(self, profile: Profile | None, *, modified: bool) -> None:
        """Mark the open profile, with a dot when the draft differs from it."""
        self._current = (profile.campaign, profile.slug) if profile else None
        for item in self._profile_items():
            one = item.data(_ITEM)
            is_current = (one.campaign, one.slug) == self._current
            item.setData(is_current and modified, _MODIFIED)
            if is_current and self.tree.currentIndex() != item.index():
                self.tree.setCurrentIndex(item.index())
        if profile is None:
            self.tree.clearSelection()

    def selected(self) -> Campaign | Profile | None:
        """What is selected now."""
        item = self._model.itemFromIndex(self.tree.currentIndex())
        found = item.data(_ITEM) if item is not None else None
        return found if isinstance(found, Campaign | Profile) else None

    def _profile_items(self) -> list[QStandardItem]:
        items: list[QStandardItem] = []
        for row in range(self._model.rowCount()):
            parent = self._model.item(row)
            items.extend(parent.child(index) for index in range(parent.rowCount()))
        return items

    def _fill(self) -> None:
        words = self.filter.text().strip().lower()
        self._model.clear()
        shown = 0
        for campaign in self._campaigns:
            mine = [p for p in self._profiles if p.campaign == campaign.slug]
            whole = words in f"{campaign.name} {campaign.cid}".lower()
            matching = [p for p in mine if whole or words in p.name.lower()]
            if words and not matching and not whole:
                continue
            head = _item(campaign.name, campaign, note=campaign.cid)
            for profile in matching:
                head.appendRow(_item(profile.name, profile))
            self._model.appendRow(head)
            self.tree.setExpanded(head.index(), bool(words) or campaign.slug not in self._closed)
            shown += 1
        self._empty.setText(
            "No profile matches." if words else "No profiles yet: save the form with Ctrl+S."
        )
        self._empty.setVisible(shown == 0)
        for item in self._profile_items():
            one = item.data(_ITEM)
            if (one.campaign, one.slug) == self._current:
                self.tree.setCurrentIndex(item.index())

    def _clicked(self, index: QModelIndex) -> None:
        found = index.data(_ITEM)
        if isinstance(found, Campaign):
            is_open = not self.tree.isExpanded(index)
            self.tree.setExpanded(index, is_open)
            (self._closed.discard if is_open else self._closed.add)(found.slug)
        elif isinstance(found, Profile):
            self.opened.emit(found)

    def _activated(self, index: QModelIndex) -> None:
        found = index.data(_ITEM)
        if isinstance(found, Profile):
            self.opened.emit(found)

    def _open_first(self) -> None:
        items = self._profile_items()
        if items:
            self.opened.emit(items[0].data(_ITEM))

    def _context(self, place: QPoint) -> None:
        found = self.tree.indexAt(place).data(_ITEM)
        self.menu_wanted.emit(found, self.tree.viewport().mapToGlobal(place))


def _item(text: str, payload: Campaign | Profile, *, note: str = "") -> QStandardItem:
    item = QStandardItem(to_display(text, limit=120, one_line=True))
    item.setData(payload, _ITEM)
    item.setData(to_display(note, limit=40, one_line=True), _NOTE)
    item.setEditable(False)
    return item


class _Delegate(QStyledItemDelegate):
    """Draws a campaign bold with its id at the right, a profile indented with its dot."""

    def __init__(self, theme: Theme, parent: QTreeView) -> None:
        super().__init__(parent)
        self._theme, self._tree = theme, parent

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(120, 29)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        t = self._theme
        payload = index.data(_ITEM)
        is_campaign = isinstance(payload, Campaign)
        state = option.state
        rect: QRect = option.rect
        selected = bool(state & QStyle.StateFlag.State_Selected) and not is_campaign
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(t.color("accent_soft" if selected else "hover"))
            painter.drawRoundedRect(rect.adjusted(0, 1, 0, -1), 6, 6)
        font = QFont(option.font)
        font.setBold(is_campaign or selected)
        painter.setFont(font)
        painter.setPen(t.color("accent" if selected else "text"))
        text_rect = rect.adjusted(24 if not is_campaign else 20, 0, -20, 0)
        if is_campaign:
            name = "chevron-down" if self._tree.isExpanded(index) else "chevron-right"
            icon(name, t.color("muted")).paint(painter, rect.left() + 2, rect.top() + 7, 15, 15)
            note = str(index.data(_NOTE) or "")
            mono = QFont(t.mono)
            mono.setPixelSize(11)
            painter.setFont(mono)
            painter.setPen(t.color("muted"))
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            note_px = painter.fontMetrics().horizontalAdvance(note)
            painter.drawText(rect.adjusted(0, 0, -8, 0), right, note)
            text_rect = rect.adjusted(20, 0, -note_px - 16, 0)
            painter.setFont(font)
            painter.setPen(t.color("text"))
        elif index.data(_MODIFIED):
            painter.setBrush(t.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(rect.right() - 15, rect.center().y() - 3, 8, 8)
            painter.setPen(t.color("accent" if selected else "text"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text_rect.width())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text_rect, left, text)
        painter.restore()


def profile_menu(parent: Sidebar) -> QMenu:
    """An empty menu styled for the sidebar; the window fills it from the action table."""
    return QMenu(parent)
