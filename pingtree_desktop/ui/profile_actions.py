"""What the person does with drafts and profiles, as dialogs and notices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from pingtree_desktop.domain.errors import ChangedOutside, PingTreeError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.storage.draft import Draft
from pingtree_desktop.storage.set_aside import (
    SetAside,
    drop_set_aside,
    set_aside,
    set_aside_drafts,
)
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.campaign_actions import CampaignActions
from pingtree_desktop.ui.outside_changes import OutsideChanges
from pingtree_desktop.ui.plain import outside
from pingtree_desktop.ui.workplace import Workplace
from pingtree_desktop.viewmodels.draft_profile import arranged, changed_profile, gone, new_profile

TOLD_APART = ("event_id", "transaction_id")
"""The fields beside the name by which a person knows one draft from another."""


class ProfileActions:
    """Opens, saves, renames, moves and deletes; every delete offers its undo."""

    def __init__(
        self, place: Workplace, campaigns: CampaignActions, changes: OutsideChanges
    ) -> None:
        self._place, self._campaigns, self._outside = place, campaigns, changes
        self._window, self._compose, self._workspace = place.window, place.compose, place.workspace
        self._notices, self._tasks = place.notices, place.tasks

    # ---- drafts and profiles ----------------------------------------------------------------

    def new(self) -> None:
        """Empty the form; the draft that was there can be brought back."""
        campaign = self._compose.campaign
        event = Event()
        if campaign is not None:
            event = event.with_field("cid", FieldInput(text=campaign.cid))
            event = replace(event, org_id=campaign.org_id)
            if campaign.pid:
                event = event.with_field("pid", FieldInput(text=campaign.pid))
        self._leave_for(
            lambda: self._compose.load(event, campaign=campaign, is_blank=True), "New draft."
        )
        first = "event_id" if event.text("cid") or event.org_id else "cid"
        self._window.compose.form.focus_field(first)

    def open(self, profile: Profile) -> None:
        """Put a profile into the form; unsaved changes of the one before can be brought back."""
        current = self._compose.profile
        if current is not None and _key(current) == _key(profile):
            return
        campaign = self._workspace.campaign(profile.campaign)
        self._leave_for(
            lambda: self._compose.open_profile(profile, campaign),
            f"Opened {profile.name}.",
        )

    def load_event(self, event: Event, words: str, *, campaign: Campaign | None = None) -> None:
        """Put an event from elsewhere (the history) into the form as a new draft."""
        self._leave_for(lambda: self._compose.load(event, campaign=campaign, can_undo=True), words)

    def _leave_for(self, go: Callable[[], None], words: str, *, keep: bool = True) -> None:
        model = self._compose
        kept = self._place.draft() if model.is_modified and keep else None
        if kept is None:
            go()
            return
        # The same worker writes the journal's next draft, so this one is safe before that.
        keeping = self._tasks.start(self._keep_aside(kept), name="set-aside")
        go()
        self._notices.say(
            f"{words} The unsaved draft before it is set aside (menu File, Bring back draft).",
            action="Bring it back",
            call=lambda: self._tasks.start(self._bring_back(after=keeping), name="bring-back"),
        )

    async def _keep_aside(self, draft: Draft) -> None:
        try:
            await self._place.on_disk(set_aside, self._place.places, draft)
        except PingTreeError as error:
            self._notices.say(
                f"The draft before could not be set aside: {error}", tone="failed", stays=True
            )

    def bring_back(self) -> None:
        """Put a draft that was set aside into the form again; ask which one if there are more."""
        self._tasks.start(self._bring_back(), name="bring-back")

    async def _bring_back(self, after: asyncio.Task[None] | None = None) -> None:
        if after is not None:
            await asyncio.wait({after})
        found, problems = await self._place.on_disk(set_aside_drafts, self._place.places)
        for problem in problems[:1]:
            self._notices.problem(problem)
        if not found:
            self._notices.say("No draft is set aside.")
            return
        chosen = found[0] if after is not None or len(found) == 1 else await self._choose(found)
        if chosen is None:
            return
        draft = chosen.draft
        if self._compose.is_modified:
            await self._keep_aside(self._place.draft())
        profile = self._workspace.profile(draft.campaign, draft.profile)
        self._compose.load(
            draft.event,
            expect=draft.expect,
            notes=draft.notes_with(profile),
            profile=draft.base(profile) if profile else None,
            campaign=self._workspace.campaign(draft.campaign),
        )
        await self._place.on_disk(drop_set_aside, self._place.places, chosen.key)

    async def _choose(self, found: Sequence[SetAside]) -> SetAside | None:
        dialog = dialogs.FormDialog(self._window, title="Bring back a draft", accept="Bring back")
        box = dialog.add_choice(
            "Drafts that were set aside, the latest first",
            [(self._words(one), number) for number, one in enumerate(found)],
            name="dialog.draft",
        )
        box.setMinimumWidth(420)
        return found[box.currentIndex()] if await dialogs.run(dialog) else None

    def _words(self, one: SetAside) -> str:
        profile = self._workspace.profile(one.draft.campaign, one.draft.profile)
        name = profile.name if profile else one.draft.event.text("event_id") or "New event"
        since = datetime.fromtimestamp(one.since_ms / 1000, UTC).astimezone()
        sent = [one.draft.event.text(key) for key in TOLD_APART]
        told = [one for one in sent if one and one != name]
        return outside(", ".join([name, *told, f"{since:%Y-%m-%d %H:%M:%S}"]), limit=100)

    def save(self) -> None:
        if self._compose.profile is None:
            self.save_as()
        else:
            self._tasks.start(self._save(), name="save-profile")

    async def _save(self) -> None:
        current = self._compose.profile
        assert current is not None
        draft = changed_profile(self._compose, current)
        base = None if self._compose.is_lost else current
        try:
            with self._place.own_change():
                saved = await self._workspace.save_profile(draft, base)
                self._compose.saved(saved, self._workspace.campaign(saved.campaign))
        except ChangedOutside as changed:
            await self._settle(changed)
            return
        self._notices.say(f"Saved {saved.name}.", tone="good")

    async def _settle(self, changed: ChangedOutside) -> None:
        """Have the person decide between two versions, as often as it takes."""
        with self._place.own_change():
            try:
                kept = await self._outside.settle(changed)
            except ChangedOutside as again:
                await self._settle(again)
                return
            if kept is None:
                self._notices.say("Nothing was saved; the draft is as it was.")
                return
            campaign = self._workspace.campaign(kept.campaign)
            is_theirs = kept == changed.theirs
            if not is_theirs:
                self._notices.say(f"{kept.name} is saved.", tone="good")
            self._leave_for(
                lambda: self._compose.open_profile(kept, campaign, can_undo=True),
                f"Opened {kept.name}.",
                keep=is_theirs,
            )

    def save_as(self) -> None:
        self._tasks.start(self._save_as(), name="save-profile-as")

    async def _save_as(self) -> None:
        current = self._compose.profile
        suggestion = current.name if current else self._compose.event.text("event_id")
        dialog = dialogs.FormDialog(self._window, title="Save as a profile", accept="Save")
        name = dialog.add_line("Name", suggestion, name="dialog.name")
        campaigns = [(one.name, one.slug) for one in self._workspace.campaigns]
        campaigns.append(("New campaign\u2026", ""))
        campaign = dialog.add_choice("Campaign", campaigns, name="dialog.campaign")
        if self._compose.campaign is not None:
            campaign.setCurrentIndex(campaign.findData(self._compose.campaign.slug))
        name.selectAll()
        name.setFocus()
        if not await dialogs.run(dialog):
            return
        slug = str(campaign.currentData())
        if not slug:
            made = await self._campaigns.ask(None)
            if made is None:
                return
            slug = made.slug
        title = name.text().strip() or suggestion or "Profile"
        with self._place.own_change():
            saved = await self._workspace.save_profile(
                new_profile(self._compose, name=title, campaign=slug)
            )
            self._compose.saved(saved, self._workspace.campaign(slug))
        self._notices.say(f"Saved {saved.name}.", tone="good")

    def duplicate(self, profile: Profile | None = None) -> None:
        chosen = profile or self._compose.profile
        if chosen is None:
            self.save_as()
            return
        self._tasks.start(self._duplicate(chosen), name="duplicate-profile")

    async def _duplicate(self, profile: Profile) -> None:
        with self._place.own_change():
            saved = await self._workspace.duplicate_profile(profile)
        self.open(saved)

    def rename(self, profile: Profile | None = None) -> None:
        chosen = profile or self._compose.profile
        if chosen is not None:
            self._tasks.start(self._rename(chosen), name="rename-profile")

    async def _rename(self, profile: Profile) -> None:
        name = await dialogs.ask_text(
            self._window, title="Rename profile", prompt="Name", value=profile.name, accept="Rename"
        )
        if name is None or name == profile.name:
            return
        with self._place.own_change():
            saved = await self._workspace.rename_profile(profile, name)
            self._still_open(profile, saved)

    def _still_open(self, before: Profile, saved: Profile) -> None:
        """Keep the form with a profile that has another name, place or colour now."""
        current = self._compose.profile
        if current is not None and _key(current) == _key(before):
            arranged(self._compose, saved, self._workspace.campaign(saved.campaign))

    def colour(self, profile: Profile, colour: str) -> None:
        """Mark a profile with a colour of the person's, or with none."""
        self._tasks.start(self._colour(profile, colour), name="colour-profile")

    async def _colour(self, profile: Profile, colour: str) -> None:
        with self._place.own_change():
            self._still_open(profile, await self._workspace.colour_profile(profile, colour))

    def move(self, profile: object, campaign: object, row: object = None) -> None:
        """Put a profile under a campaign, at a row among its profiles if one is named."""
        assert isinstance(profile, Profile)
        place = row if isinstance(row, int) else None
        self._tasks.start(self._move(profile, str(campaign), place), name="move-profile")

    async def _move(self, profile: Profile, campaign: str, row: int | None) -> None:
        others = [
            one.slug
            for one in self._workspace.profiles
            if one.campaign == campaign and _key(one) != _key(profile)
        ]
        before = [one.slug for one in self._workspace.profiles if one.campaign == campaign]
        with self._place.own_change():
            saved = profile
            if profile.campaign != campaign:
                saved = await self._workspace.move_profile(profile, campaign)
            elif row is not None and row > before.index(profile.slug):
                row -= 1  # its own place is free by then
            if row is not None:
                slugs = [*others[:row], saved.slug, *others[row:]]
                await self._workspace.reorder_profiles(campaign, slugs)
                saved = self._workspace.profile(campaign, saved.slug) or saved
            self._still_open(profile, saved)
        if profile.campaign != campaign:
            name = next((c.name for c in self._workspace.campaigns if c.slug == campaign), campaign)
            self._notices.say(
                f"{profile.name} is in {name} now.",
                action="Undo",
                call=lambda: self.move(saved, profile.campaign),
            )

    def shift(self, by: int) -> None:
        """Move the open profile up or down among its campaign's."""
        profile = self._compose.profile
        if profile is None:
            return
        slugs = [one.slug for one in self._workspace.profiles if one.campaign == profile.campaign]
        at = slugs.index(profile.slug) if profile.slug in slugs else -1
        if at >= 0 and 0 <= at + by < len(slugs):
            self.move(profile, profile.campaign, at + by + (1 if by > 0 else 0))

    def delete(self, profile: Profile | None = None) -> None:
        chosen = profile or self._compose.profile
        if chosen is not None:
            self._tasks.start(self._delete(chosen), name="delete-profile")

    async def _delete(self, profile: Profile) -> None:
        current = self._compose.profile
        was_open = current is not None and _key(current) == _key(profile)
        with self._place.own_change():
            undo = await self._workspace.delete_profile(profile)
            if was_open:  # the form keeps what it shows, as a draft without a profile
                gone(self._compose)

        async def restore() -> None:
            await self._workspace.undo(undo)
            again = self._workspace.profile(profile.campaign, profile.slug)
            if was_open and again is not None and self._compose.profile is None:
                self._compose.saved(again, self._workspace.campaign(again.campaign))

        self._place.deletions.say(f"Deleted {profile.name}.", restore)

    def revert(self) -> None:
        profile = self._compose.profile
        if profile is None or not self._compose.is_modified:
            return
        self._leave_for(
            lambda: self._compose.open_profile(
                profile, self._workspace.campaign(profile.campaign), can_undo=True
            ),
            f"Reverted to the saved {profile.name}.",
        )


def _key(profile: Profile) -> tuple[str, str]:
    return profile.campaign, profile.slug
