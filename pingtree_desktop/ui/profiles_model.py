"""Campaigns and their profiles as a tree of two levels; ten thousand of them cost a list each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractItemModel,
    QMimeData,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.profile import Campaign, Profile

ITEM = Qt.ItemDataRole.UserRole + 1
NOTE = Qt.ItemDataRole.UserRole + 2
MODIFIED = Qt.ItemDataRole.UserRole + 3
_MIME = "application/x-pingtree-profile"
_Index = QModelIndex | QPersistentModelIndex
Key = tuple[str, str]
"""A profile by its campaign's and its own slug."""


@dataclass(frozen=True, slots=True)
class _Branch:
    campaign: Campaign
    profiles: tuple[Profile, ...]


class ProfilesModel(QAbstractItemModel):
    """`moved` carries (profile, campaign slug, row among that campaign's shown profiles)."""

    moved = Signal(object, object, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._branches: list[_Branch] = []
        self._rows: dict[Key, tuple[int, int]] = {}
        self._current: Key | None = None
        self._is_modified = False
        self.may_drag = True

    # ---- content -----------------------------------------------------------------------------

    def show_items(self, branches: Sequence[tuple[Campaign, Sequence[Profile]]]) -> None:
        """Show these campaigns with these profiles."""
        self.beginResetModel()
        self._branches = [_Branch(campaign, tuple(profiles)) for campaign, profiles in branches]
        self._rows = {
            (profile.campaign, profile.slug): (at, row)
            for at, branch in enumerate(self._branches)
            for row, profile in enumerate(branch.profiles)
        }
        self.endResetModel()

    def show_current(self, key: Key | None, *, modified: bool) -> None:
        """Mark the open profile, with a dot when the draft differs from it."""
        before = (self._current, self._is_modified)
        self._current, self._is_modified = key, modified
        if before == (key, modified):
            return
        for one in {before[0], key} - {None}:
            assert one is not None
            index = self.index_of(one)
            if index.isValid():
                self.dataChanged.emit(index, index)

    def index_of(self, key: Key) -> QModelIndex:
        """Where a profile is shown; an invalid index when it is not."""
        place = self._rows.get(key)
        return QModelIndex() if place is None else self.createIndex(place[1], 0, place[0] + 1)

    def campaigns(self) -> list[Campaign]:
        """The campaigns that are shown, in order."""
        return [branch.campaign for branch in self._branches]

    def first_profile(self) -> Profile | None:
        """The first profile that is shown."""
        return next((branch.profiles[0] for branch in self._branches if branch.profiles), None)

    # ---- Qt's questions ----------------------------------------------------------------------

    def index(self, row: int, column: int, parent: _Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        if not self.hasIndex(row, column, parent):
            return QModelIndex()
        return self.createIndex(row, column, parent.row() + 1 if parent.isValid() else 0)

    def parent(self, index: _Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        branch = index.internalId() if index.isValid() else 0
        return self.createIndex(branch - 1, 0, 0) if branch else QModelIndex()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        if not parent.isValid():
            return len(self._branches)
        return 0 if parent.internalId() else len(self._branches[parent.row()].profiles)

    def columnCount(self, _parent: _Index = QModelIndex()) -> int:  # noqa: B008
        return 1

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        branch = index.internalId()
        item = (
            self._branches[branch - 1].profiles[index.row()]
            if branch
            else self._branches[index.row()].campaign
        )
        match role:
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.ToolTipRole:
                return to_display(item.name, limit=120, one_line=True)
            case _ if role == ITEM:
                return item
            case _ if role == NOTE and isinstance(item, Campaign):
                return to_display(item.cid, limit=40, one_line=True)
            case _ if role == MODIFIED and isinstance(item, Profile):
                return self._is_modified and (item.campaign, item.slug) == self._current
        return None

    # ---- dragging ----------------------------------------------------------------------------

    def flags(self, index: _Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if not self.may_drag or not index.isValid():
            return flags
        is_profile = bool(index.internalId())
        return flags | (
            Qt.ItemFlag.ItemIsDragEnabled if is_profile else Qt.ItemFlag.ItemIsDropEnabled
        )

    def supportedDropActions(self) -> Qt.DropAction:  # noqa: N802 - Qt's name
        return Qt.DropAction.MoveAction

    def mimeTypes(self) -> list[str]:  # noqa: N802 - Qt's name
        return [_MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:  # noqa: N802 - Qt's name
        mime = QMimeData()
        profile = indexes[0].data(ITEM)
        assert isinstance(profile, Profile)
        mime.setData(_MIME, f"{profile.campaign}\n{profile.slug}".encode())
        return mime

    def dropMimeData(  # noqa: N802 - Qt's name
        self, data: QMimeData, _action: Qt.DropAction, row: int, _column: int, parent: _Index
    ) -> bool:
        if not data.hasFormat(_MIME) or not parent.isValid() or parent.internalId():
            return False
        campaign, _, slug = bytes(data.data(_MIME).data()).decode().partition("\n")
        found = self._rows.get((campaign, slug))
        if found is None:
            return False
        branch = self._branches[parent.row()]
        profile = self._branches[found[0]].profiles[found[1]]
        place = len(branch.profiles) if row < 0 else row
        self.moved.emit(profile, branch.campaign.slug, place)
        return False  # the rows come anew from the files; the view must not take any away
