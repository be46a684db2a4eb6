"""Writes a shared file only over the text it was made from, and notices who came in between."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

from pingtree_desktop.domain.errors import ChangedOutside, StorageUnavailable
from pingtree_desktop.storage.files import reason, replace_text, shown, text_or_none
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.trash import keep_copy
from pingtree_desktop.storage.write_turn import WriteTurn

_ATTEMPTS = 5
Overtaken = Callable[[str | None], ChangedOutside]
"""The error for a file that says something else now, made from its text (None: it is gone)."""


class GuardedWriter:
    """The one way in which the workspace's shared files are written."""

    def __init__(self, places: Places) -> None:
        self._trash = places.trash
        self.turn = WriteTurn(places)

    @contextlib.contextmanager
    def taken(self) -> Iterator[None]:
        """Write within this; turns cannot be nested.  Raises StorageUnavailable."""
        with self.turn.taken():
            yield

    def write(self, file: Path, make: Callable[[str | None], str], overtaken: Overtaken) -> None:
        """Replace a file's text by what `make` makes of it (None: there is no file).

        `make` is asked again when the text changed meanwhile.  Raises what it raises, the error
        of `overtaken`, and StorageUnavailable.
        """
        for _ in range(_ATTEMPTS):
            old = text_or_none(file)
            new = make(old)
            if new == (old or ""):
                return
            make_folder(file.parent)
            if replace_text(file, new, expected=old):
                self.confirm(file, new, overtaken)
                return
        raise StorageUnavailable(
            f"{shown(file)} was not saved: another program keeps changing it.",
            "Close that program, then save again.",
        )

    def confirm(self, file: Path, text: str, overtaken: Overtaken) -> None:
        """Make sure that what was just written stays: git may have looked before and write now."""
        if not self.turn.wait_for_git():
            keep_copy(file, text, self._trash)  # whatever git does next, it is not lost
        now = text_or_none(file)
        if now != text:
            raise overtaken(now)


def make_folder(folder: Path) -> None:
    """Make a folder and the one it lies in.  Raises StorageUnavailable."""
    try:
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {shown(folder)} cannot be made: {reason(error)}.",
            "Check the workspace's permissions.",
        ) from error
