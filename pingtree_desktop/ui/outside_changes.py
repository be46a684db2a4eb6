"""What happens when the workspace's files change behind the window: git, an editor, a colleague."""

from __future__ import annotations

import asyncio

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QRadioButton

from pingtree_desktop.domain.errors import ChangedOutside, PingTreeError
from pingtree_desktop.domain.merge import merge
from pingtree_desktop.domain.profile import Profile
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.plain import label, outside
from pingtree_desktop.ui.workplace import Workplace
from pingtree_desktop.viewmodels.draft_profile import campaign_changed, lost

_LOOK_MS = 2_000
BOTH, MINE, THEIRS = "both", "mine", "theirs"
_MOST_NAMED = 12


class OutsideChanges:
    """Looks for changes from time to time, and settles those that touch the open profile."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._told: Profile | None = None
        self._is_failing = False
        self._looking: asyncio.Task[None] | None = None
        self._timer = QTimer(place.window, interval=_LOOK_MS)
        self._timer.timeout.connect(self.look)
        self._timer.start()
        place.window.activated.connect(self.look)

    def look(self) -> None:
        """Take in what changed; cheap when nothing did."""
        is_looking = self._looking is not None and not self._looking.done()
        if self._timer.isActive() and not is_looking and not self._place.window.isMinimized():
            self._looking = self._place.tasks.start(self._look(), name="look-outside")

    async def seen(self) -> None:
        """Wait for a look that is under way."""
        if self._looking is not None:
            await asyncio.wait({self._looking})

    async def stop(self) -> None:
        """Look no more, and wait for a look that is under way."""
        self._timer.stop()
        await self.seen()

    async def _look(self) -> None:
        try:
            await self._place.workspace.refresh()
        except PingTreeError as error:
            if not self._is_failing:  # said once, not every two seconds
                self._place.notices.problem(error)
            self._is_failing = True
        else:
            self._is_failing = False

    def items_changed(self) -> None:
        """See whether the open profile is another one now; call it when the workspace changed."""
        self._follow_campaign()
        model, opened = self._place.compose, self._place.compose.profile
        if opened is None or self._place.own_changes:
            return
        now = self._place.workspace.profile(opened.campaign, opened.slug)
        if now == opened:
            self._told = None
            if model.is_lost:
                model.saved(opened, model.campaign)
        elif now is None:
            if model.is_lost:
                return
            lost(model)
            self._place.notices.say(
                f"{opened.name} was removed from the workspace outside this window. The form keeps "
                "what it shows; save it to have it back.",
                tone="refused",
                stays=True,
            )
        elif not model.is_modified:
            campaign = self._place.workspace.campaign(now.campaign)
            model.open_profile(now, campaign)
            self._place.notices.say(f"{now.name} changed outside this window; the form shows it.")
        elif now != self._told:
            self._told = now
            self._place.notices.say(
                f"{now.name} changed outside this window. Your draft is as it was; saving it asks "
                "what is to be kept.",
                tone="refused",
                stays=True,
            )

    def _follow_campaign(self) -> None:
        """Let the open draft know its campaign's events and variables as they are now."""
        model = self._place.compose
        if model.campaign is None:
            return
        now = self._place.workspace.campaign(model.campaign.slug)
        if now is not None and now != model.campaign:
            campaign_changed(model, now)

    async def settle(self, changed: ChangedOutside) -> Profile | None:
        """Ask which of two versions of a profile is to be kept; None keeps the draft unsaved.

        Returns the profile as it was saved.  Raises StorageUnavailable, and ChangedOutside when
        it changed once more meanwhile.
        """
        base, ours, theirs = changed.base, changed.ours, changed.theirs
        assert isinstance(ours, Profile)
        if not isinstance(theirs, Profile):
            again = await dialogs.confirm(
                self._place.window,
                title=f"{ours.name} is gone",
                text=f"{changed.problem} Saving makes the file again.",
                accept="Save it again",
            )
            return await self._place.workspace.save_profile(ours) if again else None
        merged = merge(base if isinstance(base, Profile) else theirs, ours, theirs)
        dialog = _Choice(self._place, ours, merged.conflicts)
        if not await dialogs.run(dialog):
            return None
        match dialog.chosen:
            case "theirs":
                return theirs
            case "mine":
                return await self._place.workspace.save_profile(ours, theirs)
            case _:
                return await self._place.workspace.save_profile(merged.profile, theirs)


class _Choice(dialogs.FormDialog):
    """Both, mine or theirs."""

    def __init__(self, place: Workplace, ours: Profile, conflicts: tuple[str, ...]) -> None:
        name = outside(ours.name, limit=60)
        super().__init__(place.window, title=f"{name} changed on the disk", accept="Save")
        self.setObjectName("outside")
        self.add_text("Somebody changed this profile since you opened it. What is to be kept?")
        both = "Both: their changes and mine"
        if conflicts:
            named = ", ".join(conflicts[:_MOST_NAMED])
            more = f" and {len(conflicts) - _MOST_NAMED} more" if len(conflicts) > 12 else ""
            help_both = f"Both sides changed {named}{more}: there mine is taken."
        else:
            help_both = "Nothing was changed by both sides in different ways."
        self._group = QButtonGroup(self)
        for key, words, text in (
            (BOTH, both, help_both),
            (MINE, "Mine alone", "Their version goes out of the file; git may still have it."),
            (THEIRS, "Theirs alone", "The form shows it; your draft is set aside."),
        ):
            button = QRadioButton(words)
            button.setObjectName(f"outside.{key}")
            button.setProperty("choice", key)
            button.setChecked(key == BOTH)
            self._group.addButton(button)
            self.body.addWidget(button)
            note = label(outside(text, limit=400), role="muted", wrap=True)
            note.setIndent(24)
            self.body.addWidget(note)

    @property
    def chosen(self) -> str:
        button = self._group.checkedButton()
        return str(button.property("choice")) if button is not None else ""
