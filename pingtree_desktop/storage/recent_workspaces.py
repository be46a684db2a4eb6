"""The workspaces that were opened lately, as the settings remember them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from pingtree_desktop.storage.settings import MOST_RECENT, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class RecentWorkspace:
    """A workspace's folder, and whether it is there at the moment."""

    root: Path
    is_there: bool


def noted(settings: Settings, root: Path, *, also: Iterable[str] = ()) -> Settings:
    """The settings with a workspace as the one opened last.

    `also` are those that another workspace's settings remember, when it was opened from there.
    """
    unique: dict[str, str] = {}
    for text in (str(root.absolute()), *settings.recent_workspaces, *also):
        unique.setdefault(os.path.normcase(text), text)
    return replace(settings, recent_workspaces=tuple(unique.values())[:MOST_RECENT])


def forgotten(settings: Settings, root: Path) -> Settings:
    """The settings without a workspace in the list; its folder stays as it is."""
    gone = os.path.normcase(str(root.absolute()))
    kept = (text for text in settings.recent_workspaces if os.path.normcase(text) != gone)
    return replace(settings, recent_workspaces=tuple(kept))


def recent_workspaces(settings: Settings) -> tuple[RecentWorkspace, ...]:
    """The list, the latest first, with those that vanished marked.

    Asks the disk, which a network folder may take long to answer: call it from a worker thread.
    """
    roots = (Path(text) for text in settings.recent_workspaces)
    return tuple(RecentWorkspace(root=root, is_there=is_there(root)) for root in roots)


def is_there(root: Path) -> bool:
    """Whether a folder is there and may be looked into."""
    try:
        return root.is_dir()
    except (OSError, ValueError):  # such as a folder that may not be looked into
        return False
