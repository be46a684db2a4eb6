"""The number behind `{{seq}}`: one count for a workspace, never the same number twice."""

from __future__ import annotations

from pingtree_desktop.domain.errors import StorageUnavailable, UnreadableInput
from pingtree_desktop.storage.files import read_text, shown, write_text
from pingtree_desktop.storage.places import Places

_LOCK_WAIT_S = 10


def peek(places: Places) -> int:
    """The number that the next send would get.  Raises UnreadableInput or StorageUnavailable."""
    file = places.state / "sequence"
    if not file.exists():
        return 1
    text = read_text(file).strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise UnreadableInput(
            f"{shown(file)} does not hold a number.",
            "Write the number there that {{seq}} is to go on with, or remove the file.",
        )
    return int(text)


def take(places: Places) -> int:
    """A number that nobody else gets, also no other program on this workspace.

    It is used up on the disk before it is returned.  Raises as `peek` does.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - slow to load, and only for {{seq}}

    lock = places.locks / "sequence.lock"
    try:
        with FileLock(lock, timeout=_LOCK_WAIT_S):
            number = peek(places)
            write_text(places.state / "sequence", f"{number + 1}\n")
    except (Timeout, OSError) as error:
        raise StorageUnavailable(
            f"The next number of {{{{seq}}}} cannot be kept: {shown(lock)} is in use.",
            "Try again, or take {{seq}} out.",
        ) from error
    return number
