"""What the person does with campaigns."""

from __future__ import annotations

from dataclasses import replace

from pingtree_desktop.domain.errors import ChangedOutside, UsageError
from pingtree_desktop.domain.profile import Campaign
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.event_table import EventTable
from pingtree_desktop.ui.name_table import NameTable
from pingtree_desktop.ui.secret_rows import keep_secrets, rows_of, variables_of
from pingtree_desktop.ui.workplace import Workplace
from pingtree_desktop.viewmodels.draft_profile import gone

_AGAIN = "What you typed is shown again; saving it now writes over the other version."


class CampaignActions:
    """Adds, changes, copies and deletes campaigns; a delete offers its undo."""

    def __init__(self, place: Workplace) -> None:
        self._place = place
        self._compose, self._workspace = place.compose, place.workspace

    def new(self) -> None:
        self._place.tasks.start(self.ask(None), name="new-campaign")

    def edit(self, campaign: Campaign | None = None) -> None:
        """Change a campaign, or the open draft's."""
        self._place.tasks.start(self.ask(campaign or self._compose.campaign), name="edit-campaign")

    async def ask(self, campaign: Campaign | None, base: Campaign | None = None) -> Campaign | None:
        """Ask for a new campaign or the changes of one; None when cancelled.

        `base` is what its file says, when that is something else.  Raises StorageUnavailable.
        """
        start = campaign or Campaign(slug="", name="")
        dialog = dialogs.FormDialog(
            self._place.window,
            title="Edit campaign" if start.slug else "New campaign",
            accept="Save",
        )
        dialog.setMinimumWidth(min(760, self._place.window.width() - 40))
        dialog.scroll_body(min(640, self._place.window.height() - 190))
        name = dialog.add_line("Name", start.name, name="dialog.name")
        cid = dialog.add_line("Campaign ID (cid)", start.cid, name="dialog.cid", mono=True)
        org = dialog.add_line(
            "Organisation ID (for the Global endpoint)", start.org_id, name="dialog.org", mono=True
        )
        pid = dialog.add_line("Usual partner ID (pid)", start.pid, name="dialog.pid", mono=True)
        events = EventTable(self._place.theme)
        events.set_events(start.events)
        dialog.add_widget("Events of its event settings", events)
        variables = NameTable(self._place.theme, what="variable", name="variables", secrets=True)
        variables.set_rows(rows_of(start.variables))
        dialog.add_widget("Variables, written {{name}} in a field", variables)
        name.setFocus()

        def typed() -> Campaign:
            if not name.text().strip() and not cid.text().strip():
                raise UsageError("The campaign has no name.", "Type one, or its campaign ID.")
            return replace(
                start,
                name=name.text().strip() or cid.text().strip(),
                cid=cid.text().strip(),
                org_id=org.text().strip(),
                pid=pid.text().strip(),
                events=events.events(),
                variables=variables_of(variables.rows()),
            )

        dialog.check = typed
        if not await dialogs.run(dialog):
            return None
        made, rows = typed(), variables.rows()
        try:
            with self._place.own_change():
                saved = await self._workspace.save_campaign(made, base or campaign)
        except ChangedOutside as changed:
            self._place.notices.say(f"{changed.problem} {_AGAIN}", tone="refused", stays=True)
            return await self.ask(made, base=changed.theirs)
        await keep_secrets(self._place, campaign, saved, rows)
        if self._compose.campaign is None or self._compose.campaign.slug == saved.slug:
            self._compose.saved(self._compose.profile, saved)
        return saved

    def duplicate(self, campaign: Campaign) -> None:
        self._place.tasks.start(self._duplicate(campaign), name="duplicate-campaign")

    async def _duplicate(self, campaign: Campaign) -> None:
        with self._place.own_change():
            saved = await self._workspace.duplicate_campaign(campaign)
        words = f"Copied {campaign.name} with its profiles as {saved.name}."
        if any(one.secret for one in campaign.variables):
            words += " The texts of its secrets were not copied."
        self._place.notices.say(words, tone="good")

    def delete(self, campaign: Campaign | None = None) -> None:
        """Delete a campaign with its profiles, or the open draft's."""
        chosen = campaign or self._compose.campaign
        if chosen is not None:
            self._place.tasks.start(self._delete(chosen), name="delete-campaign")

    async def _delete(self, campaign: Campaign) -> None:
        with self._place.own_change():
            undo = await self._workspace.delete_campaign(campaign)
        current = self._compose.profile
        if current is not None and current.campaign == campaign.slug:
            gone(self._compose)
        self._place.deletions.say(
            f"Deleted the campaign {campaign.name} with its profiles.",
            lambda: self._workspace.undo(undo),
        )
