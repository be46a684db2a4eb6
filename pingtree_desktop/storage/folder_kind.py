"""What a folder is that a person points at to be a workspace."""

from __future__ import annotations

import enum
from pathlib import Path

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown
from pingtree_desktop.storage.places import Places


class FolderKind(enum.Enum):
    """A workspace already, nothing yet, or a folder that holds something else."""

    WORKSPACE = "workspace"
    EMPTY = "empty"
    OTHER = "other"


def kind_of(root: Path) -> FolderKind:
    """What a folder is.  Raises StorageUnavailable, also for a folder inside a workspace."""
    for above in root.absolute().parents:
        if _is_opened_workspace(above):
            raise StorageUnavailable(
                f"{shown(root)} is a part of the workspace {shown(above)}.",
                "Open that folder, or choose one outside it.",
            )
    try:
        if Places(root=root).campaigns.is_dir():
            return FolderKind.WORKSPACE
        is_empty = next(root.iterdir(), None) is None
    except FileNotFoundError:
        return FolderKind.EMPTY
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(root)} cannot be looked into: {reason(error)}.", "Choose another folder."
        ) from error
    return FolderKind.EMPTY if is_empty else FolderKind.OTHER


def _is_opened_workspace(root: Path) -> bool:
    places = Places(root=root)
    try:
        return places.campaigns.is_dir() and places.locks.is_dir() and places.state.is_dir()
    except OSError:  # not to be looked into, so this program never opened it
        return False
