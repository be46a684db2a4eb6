"""What the person does with profiles, campaigns and environments, as dialogs and notices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QCheckBox, QPlainTextEdit, QWidget

from pingtree_desktop.domain.environment import BUILT_IN, Danger, Environment, is_production
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.notices import NoticeBar
from pingtree_desktop.ui.plain import label
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.workspace import WorkspaceModel, copy_name


class ProfileActions:
    """Opens, saves, renames and deletes; every delete offers its undo."""

    def __init__(
        self,
        window: QWidget,
        compose: ComposeModel,
        workspace: WorkspaceModel,
        notices: NoticeBar,
        tasks: Tasks,
    ) -> None:
        self._window, self._compose, self._workspace = window, compose, workspace
        self._notices, self._tasks = notices, tasks
        self._set_aside: list[tuple[Event, Verdict, Profile | None, Campaign | None]] = []

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
        self._leave_for(lambda: self._compose.load(event, campaign=campaign), "New draft.")

    def open(self, profile: Profile) -> None:
        """Put a profile into the form; unsaved changes of the one before can be brought back."""
        current = self._compose.profile
        if current is not None and (current.campaign, current.slug) == (
            profile.campaign,
            profile.slug,
        ):
            return
        campaign = self._workspace.campaign(profile.campaign)
        self._leave_for(
            lambda: self._compose.load(
                profile.event, expect=profile.expect, profile=profile, campaign=campaign
            ),
            f"Opened {profile.name}.",
        )

    def load_event(self, event: Event, words: str, *, campaign: Campaign | None = None) -> None:
        """Put an event from elsewhere (the history) into the form as a new draft."""
        self._leave_for(lambda: self._compose.load(event, campaign=campaign, can_undo=True), words)

    def _leave_for(self, go: Callable[[], None], words: str) -> None:
        model = self._compose
        kept = (model.event, model.expect, model.profile, model.campaign)
        was_modified = model.is_modified
        go()
        if was_modified:
            self._set_aside.append(kept)
            self._notices.say(
                f"{words} The unsaved draft before it is set aside (menu File, Bring back draft).",
                action="Bring it back",
                call=self.bring_back,
            )

    def bring_back(self) -> None:
        """Put the draft that was set aside last into the form again."""
        if not self._set_aside:
            self._notices.say("No draft is set aside.")
            return
        event, expect, profile, campaign = self._set_aside.pop()
        model = self._compose
        if model.is_modified:
            self._set_aside.insert(0, (model.event, model.expect, model.profile, model.campaign))
        model.load(event, expect=expect, profile=profile, campaign=campaign)

    def save(self) -> None:
        if self._compose.profile is None:
            self.save_as()
        else:
            self._tasks.start(self._save(), name="save-profile")

    async def _save(self) -> None:
        current = self._compose.profile
        assert current is not None
        draft = self._compose.as_profile(
            name=current.name, campaign=current.campaign, slug=current.slug
        )
        saved = await self._workspace.save_profile(draft)
        self._compose.saved(saved, self._workspace.campaign(saved.campaign))
        self._notices.say(f"Saved {saved.name}.", tone="good")

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
            made = await self._ask_campaign(None)
            if made is None:
                return
            slug = made.slug
        title = name.text().strip() or suggestion or "Profile"
        saved = await self._workspace.save_profile(
            self._compose.as_profile(name=title, campaign=slug)
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
        taken = {p.name for p in self._workspace.profiles if p.campaign == profile.campaign}
        copy = replace(profile, slug="", name=copy_name(profile.name, taken))
        saved = await self._workspace.save_profile(copy)
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
        saved = await self._workspace.save_profile(replace(profile, name=name))
        self._still_open(saved)

    def _still_open(self, saved: Profile) -> None:
        current = self._compose.profile
        if current is not None and (current.campaign, current.slug) == (
            saved.campaign,
            saved.slug,
        ):
            self._compose.saved(saved, self._workspace.campaign(saved.campaign))

    def delete(self, profile: Profile | None = None) -> None:
        chosen = profile or self._compose.profile
        if chosen is not None:
            self._tasks.start(self._delete(chosen), name="delete-profile")

    async def _delete(self, profile: Profile) -> None:
        undo = await self._workspace.delete_profile(profile)
        current = self._compose.profile
        was_open = current is not None and (current.campaign, current.slug) == (
            profile.campaign,
            profile.slug,
        )
        if was_open:  # the form keeps what it shows, as a draft without a profile
            self._compose.saved_nowhere()

        async def restore() -> None:
            await self._workspace.undo(undo)
            again = self._workspace.profile(profile.campaign, profile.slug)
            if was_open and again is not None and self._compose.profile is None:
                self._compose.saved(again, self._workspace.campaign(again.campaign))

        self._notices.say(
            f"Deleted {profile.name}.",
            action="Undo",
            call=lambda: self._tasks.start(restore(), name="undo-delete"),
        )

    def revert(self) -> None:
        profile = self._compose.profile
        if profile is None or not self._compose.is_modified:
            return
        self._leave_for(
            lambda: self._compose.load(
                profile.event,
                expect=profile.expect,
                profile=profile,
                campaign=self._workspace.campaign(profile.campaign),
                can_undo=True,
            ),
            f"Reverted to the saved {profile.name}.",
        )

    # ---- campaigns --------------------------------------------------------------------------

    def new_campaign(self) -> None:
        self._tasks.start(self._ask_campaign(None), name="new-campaign")

    def edit_campaign(self, campaign: Campaign | None = None) -> None:
        chosen = campaign or self._compose.campaign
        if chosen is None:
            self.new_campaign()
        else:
            self._tasks.start(self._ask_campaign(chosen), name="edit-campaign")

    async def _ask_campaign(self, campaign: Campaign | None) -> Campaign | None:
        title = "New campaign" if campaign is None else "Edit campaign"
        start = campaign or Campaign(slug="", name="")
        dialog = dialogs.FormDialog(self._window, title=title, accept="Save")
        name = dialog.add_line("Name", start.name, name="dialog.name")
        cid = dialog.add_line("Campaign ID (cid)", start.cid, name="dialog.cid", mono=True)
        org = dialog.add_line(
            "Organisation ID (for the Global endpoint)", start.org_id, name="dialog.org", mono=True
        )
        pid = dialog.add_line("Usual partner ID (pid)", start.pid, name="dialog.pid", mono=True)
        dialog.body.addWidget(label("Events, one a line", role="label"))
        events = QPlainTextEdit(_events_text(start.events))
        events.setProperty("role", "editor")
        events.setObjectName("dialog.events")
        events.setAccessibleName("Events, one a line")
        events.setTabChangesFocus(True)
        events.setMinimumHeight(96)
        dialog.body.addWidget(events)
        dialog.add_text(
            "For example: purchase_complete, conversion \u00b7 call_completed, multi-trigger",
            role="muted",
        )
        name.setFocus()
        if not await dialogs.run(dialog):
            return None
        title_text = name.text().strip() or cid.text().strip() or "Campaign"
        saved = await self._workspace.save_campaign(
            replace(
                start,
                name=title_text,
                cid=cid.text().strip(),
                org_id=org.text().strip(),
                pid=pid.text().strip(),
                events=parse_events(events.toPlainText()),
            )
        )
        if self._compose.campaign is None or self._compose.campaign.slug == saved.slug:
            self._compose.saved(self._compose.profile, saved)
        return saved

    def delete_campaign(self, campaign: Campaign | None = None) -> None:
        chosen = campaign or self._compose.campaign
        if chosen is not None:
            self._tasks.start(self._delete_campaign(chosen), name="delete-campaign")

    async def _delete_campaign(self, campaign: Campaign) -> None:
        undo = await self._workspace.delete_campaign(campaign)
        current = self._compose.profile
        if current is not None and current.campaign == campaign.slug:
            self._compose.saved_nowhere()
        self._notices.say(
            f"Deleted the campaign {campaign.name} with its profiles.",
            action="Undo",
            call=lambda: self._tasks.start(self._workspace.undo(undo), name="undo-delete"),
        )

    # ---- environments -----------------------------------------------------------------------

    def edit_environment(self, environment: Environment | None) -> None:
        self._tasks.start(self._ask_environment(environment), name="edit-environment")

    async def _ask_environment(self, environment: Environment | None) -> None:
        start = environment or Environment(name="", base_url="https://", declared=Danger.TEST)
        title = "New environment" if environment is None else "Change environment"
        dialog = dialogs.FormDialog(self._window, title=title, accept="Save")
        name = dialog.add_line("Name", start.name, name="dialog.name")
        base = dialog.add_line("Base URL", start.base_url, name="dialog.base_url", mono=True)
        danger = dialog.add_choice(
            "What a send there does",
            [("Test: nothing that costs money", Danger.TEST), ("LIVE: real payouts", Danger.LIVE)],
            name="dialog.danger",
        )
        danger.setCurrentIndex(max(0, danger.findData(start.declared)))
        timeout = dialog.add_line(
            "Give up after (seconds)", f"{start.timeout_s:g}", name="dialog.timeout", mono=True
        )
        proxy = dialog.add_line(
            "Proxy: none, system, or an address", start.proxy, name="dialog.proxy", mono=True
        )
        ca_file = dialog.add_line(
            "Extra CA file (PEM), if needed", start.ca_file, name="dialog.ca", mono=True
        )
        unsafe = QCheckBox("Accept any certificate (unsafe, only for a test server)")
        unsafe.setObjectName("dialog.unsafe")
        unsafe.setChecked(not start.verify_tls)
        dialog.body.addWidget(unsafe)
        name.setFocus()
        if not await dialogs.run(dialog):
            return
        made = Environment(
            name=name.text().strip(),
            base_url=base.text().strip(),
            declared=Danger(danger.currentData()),
            timeout_s=_seconds(timeout.text()),
            proxy=proxy.text().strip() or "none",
            ca_file=ca_file.text().strip(),
            verify_tls=not unsafe.isChecked(),
        )
        checked = parse_base(made.base_url)
        if not made.name or made.name.lower() in {one.name for one in BUILT_IN}:
            raise UsageError(
                "The environment was not saved: it needs a name of its own.",
                "sandbox and production are taken.",
            )
        await self._workspace.save_environment(made, replaces=start.name)
        if self._compose.environment.name == start.name:
            self._compose.set_environment(made)
        if is_production(made.base_url):
            self._notices.say(f"{made.name} is on the production host: it counts as LIVE.")
        elif checked.warning:
            self._notices.say(checked.warning)

    def remove_environment(self, environment: Environment) -> None:
        self._tasks.start(self._remove_environment(environment), name="remove-environment")

    async def _remove_environment(self, environment: Environment) -> None:
        await self._workspace.remove_environment(environment.name)
        if self._compose.environment.name == environment.name:
            self._compose.set_environment(BUILT_IN[0])
        self._notices.say(
            f"Removed the environment {environment.name}.",
            action="Undo",
            call=lambda: self._tasks.start(
                self._workspace.save_environment(environment), name="undo-remove"
            ),
        )


def parse_events(text: str) -> tuple[EventKind, ...]:
    """Read `id, conversion, multi-trigger` lines; other words become the event's name."""
    kinds = []
    for line in text.splitlines():
        first, *rest = (part.strip() for part in line.split(","))
        if not first:
            continue
        words = {part.lower() for part in rest}
        names = [p for p in rest if p.lower() not in {"conversion", "multi-trigger"} and p]
        kinds.append(
            EventKind(
                id=first,
                name=", ".join(names),
                conversion="conversion" in words,
                multi_trigger="multi-trigger" in words,
            )
        )
    return tuple(kinds)


def _events_text(events: tuple[EventKind, ...]) -> str:
    lines = []
    for event in events:
        parts = [event.id, event.name]
        parts.append("conversion" if event.conversion else "")
        parts.append("multi-trigger" if event.multi_trigger else "")
        lines.append(", ".join(part for part in parts if part))
    return "\n".join(lines)


def _seconds(text: str) -> float:
    try:
        seconds = float(text.replace(",", "."))
    except ValueError:
        seconds = -1.0
    if not 0.1 <= seconds <= 600:
        raise UsageError(
            f"The environment was not saved: {text[:40]!r} is not 0.1 to 600 seconds.",
            "Type one such as 30.",
        )
    return seconds
