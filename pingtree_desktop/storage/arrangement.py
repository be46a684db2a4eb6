"""Renames, moves, copies and sorts what the workspace holds, a file at a time.

Each change is made to what the file says at that moment, so nobody else's change is undone by it.
Blocks on the disk.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

from pingtree_desktop.domain.errors import ChangedOutside, StorageUnavailable, UsageError
from pingtree_desktop.domain.ordering import orders_for
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.campaign_file import write_campaign
from pingtree_desktop.storage.files import (
    move_new,
    read_text,
    reason,
    text_or_none,
    write_bytes,
)
from pingtree_desktop.storage.guarded_write import GuardedWriter, make_folder
from pingtree_desktop.storage.profile_file import write_profile
from pingtree_desktop.storage.slugs import checked, copy_name, is_free, slug_for
from pingtree_desktop.storage.trash import keep_copy
from pingtree_desktop.storage.watching import CAMPAIGN_FILE, PROFILES
from pingtree_desktop.storage.workspace_files import WorkspaceFiles
from pingtree_desktop.storage.workspace_reader import WorkspaceReader

T = TypeVar("T", Campaign, Profile)
_AGAIN = "Do it again."


class Arrangement:
    """Changes of names and places."""

    def __init__(
        self, files: WorkspaceFiles, reader: WorkspaceReader, writer: GuardedWriter
    ) -> None:
        self._files, self._reader, self._writer = files, reader, writer

    # ---- profiles --------------------------------------------------------------------------

    def rename_profile(self, profile: Profile, name: str) -> Profile:
        """Give a profile another name and its file the name that goes with it.

        Raises StorageUnavailable when the file is gone or cannot be renamed.
        """
        with self._writer.taken():
            named = self._edit_profile(profile, lambda now: replace(now, name=name))
            slug = self.free_slug(named, but=profile.slug)
            return self._move(named, replace(named, slug=slug))

    def change_profile(self, profile: Profile, change: Callable[[Profile], Profile]) -> Profile:
        """Change one thing, such as the colour, of what the file says now."""
        with self._writer.taken():
            return self._edit_profile(profile, change)

    def move_profile(self, profile: Profile, campaign: str) -> Profile:
        """Put a profile's file under another campaign; its place in the list starts anew.

        Raises UsageError for a campaign that is not there.
        """
        folder = self._files.places.campaigns / checked(campaign)
        if not folder.is_dir():
            raise UsageError(f"There is no campaign {campaign!r}.", "Choose another one.")
        with self._writer.taken():
            if campaign == profile.campaign:
                return profile
            placeless = self._edit_profile(profile, lambda now: replace(now, order=None))
            taken = [file.stem for file in self._files.profile_files(folder)]
            slug = profile.slug
            if not is_free(slug, taken):
                slug = slug_for(placeless.name, taken, kind="profile")
            return self._move(placeless, replace(placeless, campaign=campaign, slug=slug))

    def duplicate_profile(self, profile: Profile) -> Profile:
        """Save a copy beside a profile, the comments of its file included."""
        with self._writer.taken():
            beside = [p for p in self._reader.load().profiles if p.campaign == profile.campaign]
            name = copy_name(profile.name, (one.name for one in beside))
            old = text_or_none(self._files.profile_file(profile)) if profile.slug else None
            copy = replace(profile, name=name, slug="", order=None)
            copy = replace(copy, slug=self.free_slug(copy))
            file = self._files.profile_file(copy)
            text = write_profile(copy, old_text=old or "", name=self._files.name(file))
            self._writer.write(file, lambda _none: text, self._overtaken(file, copy))
            return copy

    def reorder_profiles(self, campaign: str, slugs: Sequence[str]) -> None:
        """Sort a campaign's profiles as the slugs stand; others come after them as they are."""
        with self._writer.taken():
            beside = [p for p in self._reader.load().profiles if p.campaign == campaign]
            wanted = _sorted(beside, slugs)
            for profile, order in zip(wanted, orders_for(wanted), strict=True):
                if profile.order != order:
                    self._edit_profile(profile, partial(_with_order, order=order))

    def free_slug(self, profile: Profile, but: str = "") -> str:
        """A slug for a profile's name that no file of its campaign has, except `but`."""
        folder = self._files.places.campaigns / checked(profile.campaign or "-")
        taken = [file.stem for file in self._files.profile_files(folder)]
        return slug_for(profile.name, (slug for slug in taken if slug != but), kind="profile")

    def _edit_profile(self, profile: Profile, change: Callable[[Profile], Profile]) -> Profile:
        file = self._files.profile_file(profile)
        name = self._files.name(file)
        written = profile

        def make(old: str | None) -> str:
            nonlocal written
            if old is None:
                raise StorageUnavailable(
                    f"{name} is not there any more.", "Somebody removed or renamed it."
                )
            written = change(self._files.profile_in(old, file)[0])
            return write_profile(written, old_text=old, name=name)

        self._writer.write(file, make, self._overtaken(file, profile))
        return written

    def _move(self, old: Profile, new: Profile) -> Profile:
        if (old.campaign, old.slug) == (new.campaign, new.slug):
            return old
        source, target = self._files.profile_file(old), self._files.profile_file(new)
        make_folder(target.parent)
        try:
            text = read_text(source)
            move_new(source, target)
        except OSError as error:
            raise StorageUnavailable(
                f"{self._files.name(source)} could not be renamed: {reason(error)}.",
                "Its content is as it should be; only the file keeps its place.",
            ) from error
        try:
            self._writer.confirm(target, text, self._overtaken(target, new))
        except ChangedOutside:
            keep_copy(target, text, self._files.places.trash)
            raise
        # A file without a name is called as it lies: there, it has to say its name.
        return self._edit_profile(new, lambda now: replace(now, name=new.name))

    def _overtaken(self, file: Path, ours: Profile) -> Callable[[str | None], ChangedOutside]:
        def error(now: str | None) -> ChangedOutside:
            theirs = None if now is None else self._files.profile_in(now, file)[0]
            return _overtaken(self._files.name(file), ours, theirs)

        return error

    # ---- campaigns -------------------------------------------------------------------------

    def change_campaign(
        self, campaign: Campaign, change: Callable[[Campaign], Campaign]
    ) -> Campaign:
        """Change one thing, such as the name, of what the file says now; its folder stays."""
        with self._writer.taken():
            return self._edit_campaign(campaign, change)

    def reorder_campaigns(self, slugs: Sequence[str]) -> None:
        """Sort the campaigns as the slugs stand; others come after them as they are."""
        with self._writer.taken():
            wanted = _sorted(self._reader.load().campaigns, slugs)
            for campaign, order in zip(wanted, orders_for(wanted), strict=True):
                if campaign.order != order:
                    self._edit_campaign(campaign, partial(_with_order, order=order))

    def duplicate_campaign(self, campaign: Campaign) -> Campaign:
        """Copy a campaign with all its profiles, whole or not at all."""
        campaigns = self._files.places.campaigns
        with self._writer.taken():
            taken = [folder.name for folder in self._files.campaign_folders()]
            name = copy_name(campaign.name, (one.name for one in self._reader.load().campaigns))
            slug = slug_for(name, taken, kind="campaign")
            text = text_or_none(self._files.campaign_file(campaign.slug))
            now = self._files.campaign_in(text, campaign.slug)
            copy = replace(now, slug=slug, name=name, order=None)
            made = campaigns / f".pingtree-copy-{time.time_ns()}"
            try:
                made.mkdir(mode=0o700)
                (made / PROFILES).mkdir(mode=0o700)
                for file in self._files.profile_files(campaigns / campaign.slug):
                    write_bytes(made / PROFILES / file.name, file.read_bytes())
                text = write_campaign(copy, old_text=text or "", name=CAMPAIGN_FILE)
                write_bytes(made / CAMPAIGN_FILE, text.encode("utf-8"))
                made.rename(campaigns / slug)
            except OSError as error:
                raise StorageUnavailable(
                    f"The campaign {campaign.name} was not copied: {reason(error)}.", _AGAIN
                ) from error
            finally:
                with contextlib.suppress(OSError):
                    shutil.rmtree(made, ignore_errors=True)
            return copy

    def _edit_campaign(
        self, campaign: Campaign, change: Callable[[Campaign], Campaign]
    ) -> Campaign:
        file = self._files.campaign_file(campaign.slug)
        name = self._files.name(file)
        if not file.parent.is_dir():
            raise StorageUnavailable(
                f"{self._files.name(file.parent)} is not there any more.",
                "Somebody removed or renamed it.",
            )
        written = campaign

        def make(old: str | None) -> str:
            nonlocal written
            written = change(self._files.campaign_in(old, campaign.slug))
            return write_campaign(written, old_text=old or "", name=name)

        def overtaken(now: str | None) -> ChangedOutside:
            theirs = self._files.campaign_in(now, campaign.slug)
            return _overtaken(name, campaign, theirs)

        self._writer.write(file, make, overtaken)
        return written


def _sorted(items: Iterable[T], slugs: Sequence[str]) -> list[T]:
    ranks = {slug: rank for rank, slug in enumerate(slugs)}
    return sorted(items, key=lambda item: ranks.get(item.slug, len(slugs)))


def _with_order(item: T, order: int | None) -> T:
    return replace(item, order=order)


def _overtaken(name: str, ours: object, theirs: object) -> ChangedOutside:
    return ChangedOutside(
        f"{name} was changed by somebody else at the same moment.",
        _AGAIN,
        base=None,
        ours=ours,
        theirs=theirs,
    )
