"""Where a workspace keeps what: one folder, its files by name.

Creates the folders and proves that they can be written; reads and writes nothing else.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.domain.errors import StorageUnavailable
from pingtree_desktop.storage.files import reason, shown, sweep_leftovers, write_text

WORKSPACE_VARIABLE = "PINGTREE_WORKSPACE"
USUAL_NAME = "PingTree Desktop"
"""What the usual workspace's folder is called."""
_IGNORED = "# Made by PingTree Desktop: what stays on this computer.\n" + "".join(
    f"{name}\n" for name in ("history/", "state/", "sandbox/", "locks/", "crash.log")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """The paths of one workspace.  `campaigns` and `environments_file` are meant to be shared."""

    root: Path

    @property
    def campaigns(self) -> Path:
        return self.root / "campaigns"

    @property
    def environments_file(self) -> Path:
        return self.root / "environments.toml"

    @property
    def history(self) -> Path:
        return self.root / "history"

    @property
    def history_db(self) -> Path:
        return self.history / "history.db"

    @property
    def backups(self) -> Path:
        return self.history / "backups"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def draft_file(self) -> Path:
        return self.state / "draft.json"

    @property
    def set_aside(self) -> Path:
        return self.state / "set-aside"

    @property
    def settings_file(self) -> Path:
        return self.state / "settings.json"

    @property
    def trash(self) -> Path:
        return self.state / "trash"

    @property
    def sandbox(self) -> Path:
        return self.root / "sandbox"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def crash_log(self) -> Path:
        return self.root / "crash.log"


def default_root() -> Path:
    """The workspace when none is named: PINGTREE_WORKSPACE, else the user's data folder."""
    named = os.environ.get(WORKSPACE_VARIABLE)
    return Path(named).expanduser() if named else usual_root()


def usual_root() -> Path:
    """The workspace in the user's data folder."""
    from platformdirs import user_data_path  # noqa: PLC0415 - only when it is needed

    return user_data_path(USUAL_NAME, appauthor=False)


def open_places(root: Path | None = None) -> Places:
    """Create what is missing of a workspace and prove that it can be written.

    Raises StorageUnavailable in one plain sentence when it cannot.
    """
    places = Places(root=(default_root() if root is None else root).expanduser().absolute())
    try:
        places.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        places.campaigns.mkdir(mode=0o700, exist_ok=True)
        for folder in (places.history, places.state, places.sandbox, places.locks):
            folder.mkdir(mode=0o700, exist_ok=True)
            _close_to_others(folder)
            _keep_from_git(folder)
        _probe(places.root)
    except OSError as error:
        raise _unusable(places.root, error) from error
    ignore_file = places.root / ".gitignore"
    if not ignore_file.exists():
        write_text(ignore_file, _IGNORED)
    sweep_leftovers(places.root)
    sweep_leftovers(places.state)
    return places


def _close_to_others(folder: Path) -> None:
    """Take away others' rights from a folder that holds lead data (Windows: its own rules)."""
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)


def _keep_from_git(folder: Path) -> None:
    """Have git leave a folder out, also where the team's own .gitignore says nothing of it."""
    file = folder / ".gitignore"
    if not file.exists():
        write_text(file, "*\n")


def _probe(root: Path) -> None:
    probe = root / f".pingtree-probe-{os.getpid()}"
    try:
        with probe.open("xb") as file:
            file.write(b"written to see whether it can be")
    finally:
        with contextlib.suppress(FileNotFoundError):
            probe.unlink()


def _unusable(root: Path, error: OSError) -> StorageUnavailable:
    remedy = "Choose another folder with --workspace, or make this one writable."
    blocker = Path(os.fsdecode(error.filename)) if error.filename else root
    if isinstance(error, FileExistsError | NotADirectoryError):
        while not blocker.exists() and blocker != blocker.parent:
            blocker = blocker.parent
        return StorageUnavailable(
            f"The workspace {shown(root)} cannot be used: {shown(blocker)} is a file, "
            "not a folder.",
            "Choose another folder with --workspace, or move that file away.",
        )
    return StorageUnavailable(
        f"The workspace {shown(root)} cannot be used: {reason(error)}.", remedy
    )
