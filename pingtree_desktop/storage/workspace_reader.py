"""Reads the whole workspace, and later only those files of it that changed since.

An unreadable file becomes a problem and stops nothing else.  Blocks on the disk.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from pingtree_desktop.domain.environment import BUILT_IN, Environment
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable
from pingtree_desktop.domain.profile import Campaign, Profile, place
from pingtree_desktop.storage.files import sweep_leftovers, text_or_none
from pingtree_desktop.storage.watching import PROFILES, CampaignSeen, Seen, Stamp, look
from pingtree_desktop.storage.workspace_files import WorkspaceFiles

# A file that changed so short a time before it was read may have changed again within the same
# tick of the file system's clock (two seconds on FAT), so it is read once more.
_UNSETTLED_NS = 2_000_000_000
MOST_AT_ONCE = 300
"""So many profiles are read in about 40 ms, which a window may wait for before it shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What the workspace holds, the built-in environments first.

    `problems` has one entry for each file that could not be read, and the warnings.  Without
    `is_whole` most profiles are still to be read (see `WorkspaceReader.glance`).
    """

    campaigns: tuple[Campaign, ...]
    profiles: tuple[Profile, ...]
    environments: tuple[Environment, ...]
    problems: tuple[PingTreeError, ...]
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class _Kept:
    """What a file said when it had a stamp; `value` is None where it could not be read."""

    stamp: Stamp | None
    value: Any
    problems: tuple[PingTreeError, ...]
    is_settled: bool


class WorkspaceReader:
    """Remembers what each file said.  Threads may share it."""

    def __init__(self, files: WorkspaceFiles) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._seen: Seen | None = None
        self._kept: dict[str, _Kept] = {}
        self._loaded: Loaded | None = None
        self._is_settled = False

    @property
    def last(self) -> Loaded | None:
        """What the last `load` gave; None before the first."""
        return self._loaded

    def load(self) -> Loaded:
        """What the workspace holds now; the same object as before when nothing changed."""
        with self._lock:
            return self._load(look(self._files.places))

    def glance(self, campaign: str, profile: str) -> Loaded:
        """As the first `load`, but quick: of more than MOST_AT_ONCE profiles only one is read.

        That is the one named by its slug and its campaign's, else the first there is.
        """
        with self._lock:
            seen = look(self._files.places)
            if sum(len(one.profiles) for one in seen.campaigns) <= MOST_AT_ONCE:
                return self._load(seen)
            return replace(self._read(_only(seen, campaign, f"{profile}.toml")), is_whole=False)

    def _load(self, seen: Seen) -> Loaded:
        if self._loaded is None:
            self._sweep(seen)
        elif seen == self._seen and self._is_settled:
            return self._loaded
        loaded = self._read(seen)
        self._seen = seen
        self._is_settled = all(kept.is_settled for kept in self._kept.values())
        if loaded != self._loaded:
            self._loaded = loaded
        return self._loaded or loaded

    def _sweep(self, seen: Seen) -> None:
        campaigns = self._files.places.campaigns
        for one in seen.campaigns:
            sweep_leftovers(campaigns / one.name)
            sweep_leftovers(campaigns / one.name / PROFILES)

    def _read(self, seen: Seen) -> Loaded:
        before, self._kept = self._kept, {}
        campaigns: list[Campaign] = []
        profiles: list[Profile] = []
        problems: list[PingTreeError] = []
        for one in seen.campaigns:
            folder = self._files.places.campaigns / one.name
            kept = self._take(before, str(folder), one.file, partial(self._campaign, one.name))
            campaigns.append(kept.value or Campaign(slug=one.name, name=one.name))
            problems += kept.problems
            for kept in self._take_profiles(before, folder, one):
                if kept.value is not None:
                    profiles.append(kept.value)
                problems += kept.problems
        file = self._files.places.environments_file
        kept = self._take(before, str(file), seen.environments, self._environments)
        problems += kept.problems
        if seen.unread:
            problems += self._unlisted(before, "", seen.unread).problems
        return Loaded(
            campaigns=tuple(sorted(campaigns, key=place)),
            profiles=tuple(sorted(profiles, key=lambda p: (p.campaign, *place(p)))),
            environments=(*BUILT_IN, *(kept.value or ())),
            problems=tuple(problems),
        )

    def _take_profiles(
        self, before: dict[str, _Kept], folder: Path, seen: CampaignSeen
    ) -> Iterator[_Kept]:
        start = str(folder / PROFILES)
        for name, stamp in seen.profiles.items():
            path = f"{start}/{name}"
            yield self._take(before, path, stamp, partial(self._profile, path))
        if seen.unread:
            yield self._unlisted(before, start, seen.unread)

    def _take(
        self,
        before: dict[str, _Kept],
        path: str,
        stamp: Stamp | None,
        read: Callable[[], tuple[Any, tuple[PingTreeError, ...]]],
    ) -> _Kept:
        """What a file says, read again only where that may have changed."""
        old = before.get(path)
        if old is None or old.stamp != stamp or not old.is_settled:
            now_ns = time.time_ns()
            try:
                value, problems = read()
            except PingTreeError as problem:
                value, problems = None, (problem,)
            if old is not None and old.value == value:
                value = old.value  # the same object, so that comparing everything is quick
            is_settled = stamp is None or abs(now_ns - stamp[1]) > _UNSETTLED_NS
            old = _Kept(stamp, value, _same(old, problems), is_settled)
        self._kept[path] = old
        return old

    def _unlisted(self, before: dict[str, _Kept], path: str, sentence: str) -> _Kept:
        problem = StorageUnavailable(sentence, "Check its permissions.")
        kept = _Kept(None, None, _same(before.get(path), (problem,)), True)
        self._kept[path] = kept
        return kept

    def _campaign(self, slug: str) -> tuple[Campaign, tuple[PingTreeError, ...]]:
        text = text_or_none(self._files.campaign_file(slug))
        return self._files.campaign_in(text, slug), ()

    def _profile(self, path: str) -> tuple[Profile | None, tuple[PingTreeError, ...]]:
        file = Path(path)
        text = text_or_none(file)
        return (None, ()) if text is None else self._files.profile_in(text, file)

    def _environments(self) -> tuple[tuple[Environment, ...], tuple[PingTreeError, ...]]:
        text = text_or_none(self._files.places.environments_file)
        return self._files.environments_in(text), ()


def _only(seen: Seen, campaign: str, file: str) -> Seen:
    """The same with one profile, the wanted one or the first."""
    full = [one for one in seen.campaigns if one.profiles]
    wanted = next((c for c in full if c.name == campaign and file in c.profiles), full[0])
    name = file if wanted.name == campaign and file in wanted.profiles else min(wanted.profiles)
    return replace(
        seen,
        campaigns=tuple(
            replace(one, profiles={name: one.profiles[name]} if one is wanted else {})
            for one in seen.campaigns
        ),
    )


def _same(old: _Kept | None, problems: tuple[PingTreeError, ...]) -> tuple[PingTreeError, ...]:
    """The earlier problems if they say the same, so that nobody is told of them anew."""
    if old is not None and [str(p) for p in old.problems] == [str(p) for p in problems]:
        return old.problems
    return problems
