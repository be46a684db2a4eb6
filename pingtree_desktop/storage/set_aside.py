"""Drafts that were open, with unsaved changes, when something else was opened: one file each.

They survive a crash and stay until the person takes them back or throws them away.  Blocks on
the disk.
"""

from __future__ import annotations

import contextlib
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.storage import files
from pingtree_desktop.storage.draft import Draft, draft_from_json, draft_to_json
from pingtree_desktop.storage.files import read_text, reason, shown, sweep_leftovers, write_text
from pingtree_desktop.storage.places import Places

_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A draft that waits.  `key` names it to `drop_set_aside`; `since_ms` is UTC since 1970."""

    key: str
    draft: Draft
    since_ms: int


def set_aside(places: Places, draft: Draft) -> SetAside:
    """Keep a draft; one that says the same of the same profile is kept once.

    Raises StorageUnavailable.
    """
    _make_folder(places.set_aside)
    sweep_leftovers(places.set_aside)
    since_ms = time.time_ns() // 1_000_000
    for earlier in set_aside_drafts(places)[0]:
        if earlier.draft == draft:
            _write(places, earlier.key, draft, since_ms)
            return SetAside(key=earlier.key, draft=draft, since_ms=since_ms)
    words = f"{draft.campaign}-{draft.profile}" if draft.profile else "new"
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_NAME_LENGTH]
    key = f"{time.time_ns()}-{plain}"
    _write(places, key, draft, since_ms)
    return SetAside(key=key, draft=draft, since_ms=since_ms)


def set_aside_drafts(places: Places) -> tuple[tuple[SetAside, ...], tuple[PingTreeError, ...]]:
    """All that wait, the latest first, and what could not be read.

    A file that cannot be understood is kept beside as `.bad`.
    """
    found: list[SetAside] = []
    problems: list[PingTreeError] = []
    try:
        paths = sorted(places.set_aside.glob("*.json"))
    except OSError as error:
        return (), (
            StorageUnavailable(
                f"The folder {shown(places.set_aside)} cannot be read: {reason(error)}.",
                "Check its permissions.",
            ),
        )
    for path in paths:
        try:
            found.append(_read(path))
        except PingTreeError as problem:
            problems.append(problem)
    latest_first = sorted(found, key=lambda one: (one.since_ms, one.key), reverse=True)
    return tuple(latest_first), tuple(problems)


def drop_set_aside(places: Places, key: str) -> None:
    """Forget a draft that was taken back or is not wanted.  Raises StorageUnavailable."""
    path = _path(places, key)
    try:
        with contextlib.suppress(FileNotFoundError):
            path.unlink()
    except OSError as error:
        raise StorageUnavailable(
            f"{shown(path)} cannot be removed: {reason(error)}.", "Remove it by hand."
        ) from error


def _path(places: Places, key: str) -> Path:
    return places.set_aside / f"{Path(key).name}.json"


def _write(places: Places, key: str, draft: Draft, since_ms: int) -> None:
    data = {"draft": draft_to_json(draft), "since_ms": since_ms}
    write_text(_path(places, key), json.dumps(data, ensure_ascii=True, indent=1) + "\n")


def _read(path: Path) -> SetAside:
    try:
        data = json.loads(read_text(path))
        draft = draft_from_json(data["draft"])
        return SetAside(key=path.stem, draft=draft, since_ms=int(data["since_ms"]))
    except StorageUnavailable:
        raise
    except (ValueError, KeyError, TypeError, RecursionError, PingTreeError) as error:
        kept = files.set_aside(path)
        raise UnreadableInput(
            f"The draft in {shown(path)} could not be read.",
            f"It is kept as {shown(kept)}.",
        ) from error


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageUnavailable(
            f"The folder {shown(folder)} cannot be made: {reason(error)}.",
            "Check the workspace's permissions.",
        ) from error
