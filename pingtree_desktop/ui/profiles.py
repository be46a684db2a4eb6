"""The list of profiles by campaign, with its filter."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeView,
    QVBoxLayout,
)

from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.line_edit import LineEdit
from pingtree_desktop.ui.plain import label
from pingtree_desktop.ui.profiles_model import ITEM, MODIFIED, NOTE, ProfilesModel
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.ui.tokens import MARKS


class Sidebar(QFrame):
    """`opened` carries a Profile; `menu_wanted` (item, global position) for a context menu.

    `moved` carries (profile, campaign slug, row) of a profile that was dragged.
    """

    opened = Signal(object)
    new_wanted = Signal(object)
    menu_wanted = Signal(object, object)
    moved = Signal(object, object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("sidebar")
        self._theme = theme
        self._campaigns: tuple[Campaign, ...] = ()
        self._profiles: tuple[Profile, ...] = ()
        self._is_whole = True
        self._current: tuple[str, str] | None = None
        self._closed: set[str] = set()
        self.filter = self._search_line()
        self._model = ProfilesModel(self)
        self._model.moved.connect(self.moved.emit)
        self.tree = _Tree()
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
        self.tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.tree.setDropIndicatorShown(True)
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

    def _search_line(self) -> LineEdit:
        line = LineEdit()
        line.setPlaceholderText("Filter profiles  (Ctrl+P)")
        line.setObjectName("profiles.filter")
        line.setAccessibleName("Filter profiles")
        line.setClearButtonEnabled(True)
        search = line.addAction(
            icon("search", self._theme.color("muted")), QLineEdit.ActionPosition.LeadingPosition
        )
        self._theme.changed.connect(
            lambda: search.setIcon(icon("search", self._theme.color("muted")))
        )
        line.textChanged.connect(lambda _text: self._fill())
        line.returnPressed.connect(self._open_first)
        return line

    def show_items(
        self,
        campaigns: tuple[Campaign, ...],
        profiles: tuple[Profile, ...],
        *,
        is_whole: bool = True,
    ) -> None:
        """Show all campaigns with their profiles; without `is_whole`, that more are coming."""
        self._campaigns, self._profiles, self._is_whole = campaigns, profiles, is_whole
        self._fill()

    def show_current(self, profile: Profile | None, *, modified: bool) -> None:
        """Mark the open profile, with a dot when the draft differs from it."""
        self._current = (profile.campaign, profile.slug) if profile else None
        self._model.show_current(self._current, modified=modified)
        self._select_current()

    def selected(self) -> Campaign | Profile | None:
        """What is selected now."""
        found = self.tree.currentIndex().data(ITEM)
        return found if isinstance(found, Campaign | Profile) else None

    def _select_current(self) -> None:
        if self._current is None:
            self.tree.clearSelection()
            return
        index = self._model.index_of(self._current)
        if index.isValid() and self.tree.currentIndex() != index:
            self.tree.setCurrentIndex(index)

    def _fill(self) -> None:
        words = self.filter.text().strip().lower()
        mine: dict[str, list[Profile]] = {}
        for profile in self._profiles:
            mine.setdefault(profile.campaign, []).append(profile)
        shown: list[tuple[Campaign, list[Profile]]] = []
        for campaign in self._campaigns:
            own = mine.get(campaign.slug, [])
            whole = words in f"{campaign.name} {campaign.cid}".lower()
            matching = own if whole else [p for p in own if _holds(p, words)]
            if matching or whole:
                shown.append((campaign, matching))
        place = self.tree.verticalScrollBar().value()
        self._model.may_drag = not words
        self._model.show_items(shown)
        for row, (campaign, _) in enumerate(shown):
            self.tree.setExpanded(
                self._model.index(row, 0), bool(words) or campaign.slug not in self._closed
            )
        if not self._is_whole:
            self._empty.setText("Reading the profiles\u2026")
        else:
            self._empty.setText(
                "No profile matches." if words else "No profiles yet: save the form with Ctrl+S."
            )
        self._empty.setVisible(not shown or not self._is_whole)
        self._select_current()
        if not words:
            self.tree.verticalScrollBar().setValue(place)

    def _clicked(self, index: QModelIndex) -> None:
        found = index.data(ITEM)
        if isinstance(found, Campaign):
            is_open = not self.tree.isExpanded(index)
            self.tree.setExpanded(index, is_open)
            (self._closed.discard if is_open else self._closed.add)(found.slug)
        elif isinstance(found, Profile):
            self.opened.emit(found)

    def _activated(self, index: QModelIndex) -> None:
        found = index.data(ITEM)
        if isinstance(found, Profile):
            self.opened.emit(found)

    def _open_first(self) -> None:
        first = self._model.first_profile()
        if first is not None:
            self.opened.emit(first)

    def _context(self, place: QPoint) -> None:
        found = self.tree.indexAt(place).data(ITEM)
        self.menu_wanted.emit(found, self.tree.viewport().mapToGlobal(place))


class _Tree(QTreeView):
    """A tree in which a click for the menu chooses nothing: what is marked stays what is open."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.RightButton:
            event.accept()
            return
        super().mousePressEvent(event)


def _holds(profile: Profile, words: str) -> bool:
    """Whether lower-case words stand in what a person may remember of a profile."""
    return (
        words in profile.name.lower()
        or words in profile.event.text("event_id").lower()
        or words in profile.notes.lower()
    )


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
        payload = index.data(ITEM)
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
            note = str(index.data(NOTE) or "")
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
        mark = "" if isinstance(payload, Campaign) else MARKS[t.tokens.name].get(payload.colour, "")
        if mark:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(mark))
            painter.drawRoundedRect(rect.left() + 11, rect.center().y() - 7, 4, 15, 2, 2)
            painter.setPen(t.color("accent" if selected else "text"))
        if index.data(MODIFIED):
            painter.setBrush(t.color("accent"))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(rect.right() - 15, rect.center().y() - 3, 8, 8)
            painter.setPen(t.color("accent" if selected else "text"))
        metrics = painter.fontMetrics()
        text = metrics.elidedText(str(index.data()), Qt.TextElideMode.ElideRight, text_rect.width())
        left = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(text_rect, left, text)
        painter.restore()
