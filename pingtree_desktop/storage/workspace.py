"""The shared part of a workspace: campaigns, their profiles, environments, as small files.

Everything here blocks on the disk and is called from a worker thread or the command line.  An
unreadable file is reported and never overwritten, and neither is what somebody else changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import ChangedOutside, UsageError
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.domain.variable import without_secrets
from pingtree_desktop.storage import demo
from pingtree_desktop.storage.arrangement import Arrangement
from pingtree_desktop.storage.campaign_file import write_campaign
from pingtree_desktop.storage.environment_file import write_environments
from pingtree_desktop.storage.guarded_write import GuardedWriter
from pingtree_desktop.storage.places import Places
from pingtree_desktop.storage.profile_file import write_profile
from pingtree_desktop.storage.slugs import checked, slug_for
from pingtree_desktop.storage.trash import Undo, move_to_trash
from pingtree_desktop.storage.workspace_files import WorkspaceFiles, listed
from pingtree_desktop.storage.workspace_reader import Loaded, WorkspaceReader

__all__ = ["Loaded", "Workspace"]

Change = Callable[[tuple[Environment, ...]], tuple[Environment, ...]]
_T = TypeVar("_T", Campaign, Environment, Profile)


class Workspace:
    """Reads and writes the campaign, profile and environment files of one workspace.

    `arrange` renames, moves, copies and sorts them.
    """

    def __init__(self, places: Places) -> None:
        self._places = places
        self._files = WorkspaceFiles(places)
        self._writer = GuardedWriter(places)
        self._reader = WorkspaceReader(self._files)
        self.arrange = Arrangement(self._files, self._reader, self._writer)

    @property
    def last(self) -> Loaded | None:
        """What was read last; None before the first `load`."""
        return self._reader.last

    # ---- reading ---------------------------------------------------------------------------

    def load(self) -> Loaded:
        """What the files say; reads those that changed since the last time.

        What cannot be read becomes a problem and stops nothing else.  The same object as the
        last time where nothing changed.
        """
        return self._reader.load()

    def glance(self, campaign: str, profile: str) -> Loaded:
        """As the first `load`; of a large workspace only what a window needs to show itself.

        Read the rest with `refresh`.  `campaign` and `profile` are slugs.
        """
        return self._reader.glance(campaign, profile)

    def refresh(self) -> Loaded:
        """As `load`, but what was known before while git is changing files."""
        known = self._reader.last
        if known is not None and self._writer.turn.is_git_at_work():
            return known
        return self._reader.load()

    def find_profile(self, text: str) -> Profile:
        """The profile that a person means: a .toml path, `campaign/slug`, a slug, or a name.

        Raises UsageError, listing candidates or near matches, and UnreadableInput when the file
        meant cannot be read.
        """
        path = Path(text).expanduser()
        if path.suffix.lower() == ".toml" and path.is_file():
            return self._files.read_profile(path.absolute())[0]
        folders = self._files.campaign_folders()
        files = [file for folder in folders for file in self._files.profile_files(folder)]
        wanted = text.removesuffix(".toml").casefold()
        by_slug = [f for f in files if wanted in {f.stem.casefold(), _address(f).casefold()}]
        if len(by_slug) == 1:
            return self._files.read_profile(by_slug[0])[0]
        profiles = self.load().profiles
        by_name = [p for p in profiles if p.name.casefold() == text.casefold()]
        if not by_slug and len(by_name) == 1:
            return by_name[0]
        several = [_address(f) for f in by_slug] or [f"{p.campaign}/{p.slug}" for p in by_name]
        if several:
            raise UsageError(
                f"{text!r} names {len(several)} profiles: {', '.join(several)}.",
                "Write it as campaign/profile.",
            )
        raise UsageError(f"There is no profile called {text!r}.", _nearest(wanted, profiles))

    # ---- profiles --------------------------------------------------------------------------

    def save_profile(self, profile: Profile, base: Profile | None = None) -> Profile:
        """Write a profile under its campaign; an empty slug is chosen from the name.

        `base` is the profile as it was opened, None a new one: raises ChangedOutside when the
        file says something else by now.  Its place in the list is not part of that.  Raises
        UsageError without a campaign, UnreadableInput when the file was damaged meanwhile,
        StorageUnavailable when it cannot be written.
        """
        with self._writer.taken():
            if not profile.slug:
                profile = replace(profile, slug=self.arrange.free_slug(profile))
            file = self._files.profile_file(profile)
            name = self._files.name(file)
            written = profile

            def read(text: str | None) -> Profile | None:
                return None if text is None else self._files.profile_in(text, file)[0]

            def make(old: str | None) -> str:
                nonlocal written
                theirs = read(old)
                if not _may_write(theirs, base, profile):
                    raise _changed(name, base=base, ours=profile, theirs=theirs)
                if base is not None and theirs is not None and profile.order == base.order:
                    written = replace(profile, order=theirs.order)
                return write_profile(written, old_text=old or "", name=name)

            self._writer.write(
                file,
                make,
                lambda now: _changed(name, base=base, ours=profile, theirs=read(now)),
            )
            return written

    def delete_profile(self, profile: Profile) -> Undo:
        """Move a profile's file to the trash; the result puts its exact bytes back."""
        with self._writer.taken():
            return move_to_trash(self._files.profile_file(profile), self._places.trash)

    # ---- campaigns -------------------------------------------------------------------------

    def save_campaign(self, campaign: Campaign, base: Campaign | None = None) -> Campaign:
        """Write a campaign's file; an empty slug is chosen from the name and then stays.

        `base` and ChangedOutside as in `save_profile`.
        """
        with self._writer.taken():
            if not campaign.slug:
                taken = [folder.name for folder in self._files.campaign_folders()]
                campaign = replace(campaign, slug=slug_for(campaign.name, taken, kind="campaign"))
            file = self._files.campaign_file(campaign.slug)
            name = self._files.name(file)
            written = campaign

            def read(text: str | None) -> Campaign | None:
                is_there = text is not None or file.parent.is_dir()
                return self._files.campaign_in(text, campaign.slug) if is_there else None

            def make(old: str | None) -> str:
                nonlocal written
                theirs = read(old)
                if not _may_write(theirs, base, campaign) and (base or old is not None):
                    raise _changed(name, base=base, ours=campaign, theirs=theirs)
                if base is not None and theirs is not None and campaign.order == base.order:
                    written = replace(campaign, order=theirs.order)
                return write_campaign(written, old_text=old or "", name=name)

            self._writer.write(
                file,
                make,
                lambda now: _changed(name, base=base, ours=campaign, theirs=read(now)),
            )
            return written

    def delete_campaign(self, campaign: Campaign) -> Undo:
        """Move a campaign with all its profiles to the trash."""
        with self._writer.taken():
            return move_to_trash(
                self._places.campaigns / checked(campaign.slug), self._places.trash
            )

    # ---- environments ----------------------------------------------------------------------

    def save_environment(
        self, environment: Environment, *, replaces: str = "", base: Environment | None = None
    ) -> None:
        """Add an environment, or put it in the place of the one called `replaces`.

        Others in the file stay as they are now.  `base` and ChangedOutside as in `save_profile`.
        Raises UsageError for a name that is taken.
        """

        def change(custom: tuple[Environment, ...]) -> tuple[Environment, ...]:
            theirs = next((one for one in custom if one.name == replaces), None)
            if base is not None and not _may_write(theirs, base, environment):
                raise _changed(
                    f"The environment {base.name}", base=base, ours=environment, theirs=theirs
                )
            place = len(custom) if theirs is None else custom.index(theirs)
            others = [one for one in custom if one is not theirs]
            return (*others[:place], environment, *others[place:])

        self._change_environments(change, base=base, ours=environment)

    def remove_environment(self, name: str, *, base: Environment | None = None) -> None:
        """Take an environment out, the others stay; one that is not there is no error."""

        def change(custom: tuple[Environment, ...]) -> tuple[Environment, ...]:
            theirs = next((one for one in custom if one.name == name), None)
            if theirs is not None and base is not None and not _may_write(theirs, base, base):
                raise _changed(f"The environment {name}", base=base, ours=None, theirs=theirs)
            return tuple(one for one in custom if one.name != name)

        self._change_environments(change, base=base, ours=None)

    def save_environments(self, custom: Sequence[Environment]) -> None:
        """Write the person's own environments.  Raises UsageError for a name that is taken."""
        self._change_environments(lambda _found: tuple(custom), base=None, ours=None)

    def _change_environments(
        self, change: Change, *, base: Environment | None, ours: Environment | None
    ) -> None:
        file = self._places.environments_file
        name = self._files.name(file)

        def make(old: str | None) -> str:
            wanted = change(self._files.environments_in(old))
            return write_environments(wanted, old_text=old or "", name=name)

        def overtaken(now: str | None) -> ChangedOutside:
            wanted = "" if ours is None else ours.name
            found = self._files.environments_in(now)
            theirs = next((one for one in found if one.name == wanted), None)
            return _changed(name, base=base, ours=ours, theirs=theirs)

        with self._writer.taken():
            self._writer.write(file, make, overtaken)

    def seed_demo(self) -> bool:
        """Create the demo campaign if the workspace has no campaigns at all; says whether."""
        if listed(self._places.campaigns, lambda _entry: True):
            return False
        for profile in demo.PROFILES:
            self.save_profile(profile)
        self.save_campaign(demo.CAMPAIGN)
        return True


def _may_write(theirs: _T | None, base: _T | None, ours: _T) -> bool:
    """Whether a file still says what was opened (None: nothing), or already what is to be saved."""
    if theirs is None or base is None:
        return theirs is base or (theirs is not None and _shared(theirs) == _shared(ours))
    return _shared(theirs) in (_shared(base), _shared(ours))


def _shared(item: _T) -> _T:
    """What counts for that: neither where it lies in a list nor the text of a secret."""
    if isinstance(item, Profile):
        return replace(item, slug="", campaign="", order=None)
    item = replace(item, variables=without_secrets(item.variables))
    return replace(item, slug="", order=None) if isinstance(item, Campaign) else item


def _changed(name: str, *, base: _T | None, ours: _T | None, theirs: _T | None) -> ChangedOutside:
    if theirs is None:
        return ChangedOutside(
            f"{name} was removed by somebody else meanwhile.",
            "Nothing was written: save it as a new one, or let it go.",
            base=base, ours=ours, theirs=None,
        )  # fmt: skip
    return ChangedOutside(
        f"{name} was changed by somebody else meanwhile.",
        "Nothing was overwritten: take both changes, or choose one.",
        base=base, ours=ours, theirs=theirs,
    )  # fmt: skip


def _address(file: Path) -> str:
    return f"{file.parent.parent.name}/{file.stem}"


def _nearest(wanted: str, profiles: Sequence[Profile]) -> str:
    addresses = {p.slug.casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    addresses |= {f"{p.campaign}/{p.slug}".casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    addresses |= {p.name.casefold(): f"{p.campaign}/{p.slug}" for p in profiles}
    import difflib  # noqa: PLC0415 - only for a wrong name

    near = difflib.get_close_matches(wanted, addresses, n=5, cutoff=0.5)
    found = list(dict.fromkeys(addresses[key] for key in near))
    if found:
        return f"Did you mean {', '.join(found)}?"
    return (
        "Save one in the window first, or name a profile file."
        if not profiles
        else (f"There are {len(profiles)}, for example {profiles[0].campaign}/{profiles[0].slug}.")
    )
