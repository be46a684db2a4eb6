"""Which workspace the window opens when none is named: the usual one until the person chooses.

Kept beside the usual workspace, so that every window knows it.  The terminal does not follow it: a
script must not depend on what was clicked.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.event_codec import text_from_json, text_to_json
from pingtree_desktop.storage.files import reason, shown, text_or_none, write_text
from pingtree_desktop.storage.places import (
    WORKSPACE_VARIABLE,
    Places,
    open_places,
    usual_root,
)
from pingtree_desktop.storage.recent_workspaces import is_there

_FILE = "start-with.json"


def open_start_places() -> tuple[Places, PingTreeError | None]:
    """Open the workspace of a start without a name, and why it is not the chosen one, if so.

    Raises StorageUnavailable when the usual one cannot be used either.
    """
    if os.environ.get(WORKSPACE_VARIABLE):
        return open_places(), None
    try:
        chosen = chosen_root()
        if chosen is None:
            return open_places(), None
        if not is_there(chosen):
            raise StorageUnavailable(
                f"The workspace {shown(chosen)} is to open at the start and is not there.",
                "The usual one is open instead. Connect the drive and start again, or choose "
                "another one in the Settings.",
            )
        return open_places(chosen), None
    except PingTreeError as error:
        return open_places(usual_root()), error


def chosen_root() -> Path | None:
    """The folder that the person chose for the start, or None for the usual one.

    Raises UnreadableInput and StorageUnavailable.
    """
    file = usual_root() / _FILE
    text = text_or_none(file)
    if text is None:
        return None
    try:
        return Path(text_from_json(json.loads(text)["workspace"]))
    except (ValueError, TypeError, LookupError, UnreadableInput) as error:
        raise UnreadableInput(
            f"{shown(file)} does not say which workspace to open at the start.",
            "The usual one is open. Choose one in the Settings again.",
        ) from error


def choose_root(root: Path) -> None:
    """From now on open `root` at the start.  Raises StorageUnavailable."""
    usual = usual_root()
    file = usual / _FILE
    try:
        if is_same_folder(root, usual):
            with contextlib.suppress(FileNotFoundError):
                file.unlink()
            return
        usual.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(file)} cannot be written: {reason(error)}.",
            "Free space or change the folder's rights, then choose again.",
        ) from error
    write_text(file, json.dumps({"workspace": text_to_json(str(root.absolute()))}) + "\n")


def is_same_folder(one: Path, other: Path) -> bool:
    """Whether two paths name one folder, as far as their spelling tells."""
    return os.path.normcase(one.absolute()) == os.path.normcase(other.absolute())
