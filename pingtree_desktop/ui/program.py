"""Wires the running program: window, view-models, services; and starts and stops them in order."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pingtree_desktop.domain.dynamic import templated
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.profile import Campaign, EventKind, Profile
from pingtree_desktop.services.curation import Curation
from pingtree_desktop.services.sender import Job, Sent
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.files import write_bytes
from pingtree_desktop.storage.settings import Settings, save_settings
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.campaign_actions import CampaignActions
from pingtree_desktop.ui.coding import Coding
from pingtree_desktop.ui.commands import Commands
from pingtree_desktop.ui.crash import CrashReporter
from pingtree_desktop.ui.draft_facts import DraftFacts
from pingtree_desktop.ui.endpoint_actions import EndpointActions
from pingtree_desktop.ui.environment_actions import EnvironmentActions
from pingtree_desktop.ui.first_screen import FirstScreen
from pingtree_desktop.ui.history_actions import HistoryActions
from pingtree_desktop.ui.live import event_of
from pingtree_desktop.ui.outside_changes import OutsideChanges
from pingtree_desktop.ui.pasting import Pasting
from pingtree_desktop.ui.profile_actions import ProfileActions
from pingtree_desktop.ui.settings.history_card import HistoryCard
from pingtree_desktop.ui.shared_profiles import SharedProfiles
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.ui.wake import Wake
from pingtree_desktop.ui.workplace import Workplace
from pingtree_desktop.ui.workspaces import Workspaces
from pingtree_desktop.viewmodels.compose import Topic
from pingtree_desktop.viewmodels.journal import DraftJournal
from pingtree_desktop.viewmodels.sandbox import SandboxModel
from pingtree_desktop.viewmodels.workspace import Topic as WorkspaceTopic

T = TypeVar("T")

_CLOSE_WAIT_S = 3.0
_RECENT = 30
_DELETED_STAY_MS = 24 * 3600 * 1000


class Program:
    """One open window and everything it needs."""

    def __init__(
        self,
        screen: FirstScreen,
        tasks: Tasks,
        disk: ThreadPoolExecutor,
        crash: CrashReporter,
    ) -> None:
        self._places, self._settings = screen.places, screen.settings
        self._theme, self._suggestions = screen.theme, screen.suggestions
        self._tasks, self._disk = tasks, disk
        self.compose, self.workspace = screen.compose, screen.workspace
        self.window = screen.window
        self.workspace.use_worker(disk)
        self.window.compose.finish()
        self.sandbox = SandboxModel()
        self._closed = asyncio.get_running_loop().create_future()
        self.window.closing.connect(self._window_closing)
        self._place = Workplace(
            window=self.window,
            compose=self.compose,
            workspace=self.workspace,
            theme=screen.theme,
            tasks=tasks,
            secrets=lambda: self.wake.context.secrets if self.wake.context else None,
            places=screen.places,
            disk=disk,
        )
        self.campaigns = CampaignActions(self._place)
        self.coding = Coding(self._place)
        self.environments = EnvironmentActions(self._place)
        self.deletions = self._place.deletions
        self.outside = OutsideChanges(self._place)
        self.profiles = ProfileActions(self._place, self.campaigns, self.outside)
        self.shared = SharedProfiles(
            self.window, self.compose, self.workspace, self.profiles, tasks
        )
        self.pasting = Pasting(
            self.window, self.compose, self.workspace, self.profiles, self.shared, tasks
        )
        self.wake = Wake(
            screen.places, self.window, self.compose, self.sandbox, screen.theme, tasks
        )
        self.wake.on_ready(self._services_ready)
        self.endpoints = EndpointActions(self._place, self.wake.ready, self._send_job)
        self.journal = DraftJournal(
            screen.places,
            disk,
            lambda work: tasks.start(work, name="draft"),
            lambda state: self.window.status.show_draft(
                {"saving": "Draft\u2026", "saved": "Draft saved"}.get(state, state)
            ),
        )
        self.workspaces = Workspaces(self)
        self.facts = DraftFacts(self.compose, self.wake, tasks)
        crash.tell_by(lambda sentence: self.window.notices.say(sentence, tone="failed"))
        self.commands = Commands(self)
        self.window.set_menus(self.commands.actions.menus(self.window))
        self._connect()
        self._show_workspace()
        if not self.window.isVisible():  # closed before the loop ran
            self._window_closing()
        if not self.workspace.is_whole:
            self.outside.look()
        tasks.start(self.wake.start(), name="services")

    # ---- start ------------------------------------------------------------------------------

    def _window_closing(self) -> None:
        if not self._closed.done():
            self._closed.set_result(None)

    def _connect(self) -> None:
        window, compose = self.window, self.compose
        compose.changes.listen(self._compose_changed)
        self.workspace.changes.listen(self._workspace_changed)
        window.view_changed.connect(lambda name: self.wake.view_shown(str(name)))
        window.sidebar.opened.connect(self._profile_opened)
        window.sidebar.new_wanted.connect(lambda _payload: self.profiles.new())
        window.sidebar.moved.connect(self.profiles.move)
        window.sidebar.menu_wanted.connect(self.commands.profile_menu)
        window.compose.save_wanted.connect(self.profiles.save)
        window.compose.reply.send_wanted.connect(self.send)
        window.compose.reply.cancel_wanted.connect(compose.cancel)
        window.compose.reply.view.save_wanted.connect(self.save_body)
        window.compose.reply.earlier.all_wanted.connect(self._show_transaction)
        window.compose.reply.earlier.opened.connect(self._show_entry)
        window.compose.preview.copied.connect(
            lambda what: window.notices.say(f"Copied the request's {what}, unredacted.")
        )
        window.top.send_clicked.connect(self.send)
        window.top.paste_clicked.connect(self.pasting.paste)
        window.dropped.connect(self.pasting.drop)
        window.top.environment_chosen.connect(compose.set_environment)
        window.top.manage_environments.connect(lambda: window.show_view("settings"))
        window.status.disarm_wanted.connect(compose.disarm)

    def tell(self, error: PingTreeError) -> None:
        """Show a problem in its own words."""
        self.window.notices.problem(error)

    # ---- following --------------------------------------------------------------------------

    def _compose_changed(self, topic: Topic) -> None:
        if topic in {Topic.DRAFT, Topic.LOADED, Topic.TARGET, Topic.PROFILE}:
            self.journal.note(self._place.draft())
        if topic in {Topic.LOADED, Topic.PROFILE}:
            self._suggest_events()
        if topic is Topic.RESULT:
            self._tasks.start(self._show_earlier(), name="earlier")
        if topic not in {Topic.VALUES, Topic.ARMING, Topic.SENDING}:
            self.facts.look()

    def _workspace_changed(self, topic: WorkspaceTopic) -> None:
        self._show_workspace()
        if topic is WorkspaceTopic.ITEMS:
            self.outside.items_changed()
        else:
            self._follow_environment()
        for problem in self.workspace.problems[:1]:
            self.tell(problem)

    def _follow_environment(self) -> None:
        """Go on with the chosen environment as it is now."""
        chosen = self.compose.environment
        now = self.workspace.environment(chosen.name)
        if now is not None:
            self.compose.set_environment(now)

    def _show_workspace(self) -> None:
        self.window.sidebar.show_items(
            self.workspace.campaigns, self.workspace.profiles, is_whole=self.workspace.is_whole
        )
        self.window.sidebar.show_current(self.compose.profile, modified=self.compose.is_modified)
        self.window.top.set_environments(self.workspace.environments)
        self.wake.show_environments(self.workspace.environments)
        self._suggest_events()

    def _suggest_events(self) -> None:
        campaign = self.compose.campaign
        events = campaign.events if campaign else ()
        known = [(one.id, _event_line(one)) for one in events]
        ids = {e.id for e in events}
        recent = [(v, f"{v} \u2014 sent before") for v in self._recent_events if v not in ids]
        self._suggestions["event_id"] = [*known, *recent]

    _recent_events: Sequence[str] = ()
    history: HistoryActions | None = None

    def _services_ready(self) -> None:
        history = self.wake.history_view
        if history is not None:
            self.history = HistoryActions(self, history)
            if self._settings.history_columns:
                history.entries.table.show_columns(self._settings.history_columns)
        settings = self.wake.settings_view
        if settings is not None:
            settings.theme_chosen.connect(self.choose_theme)
            settings.edit_environment.connect(self.environments.edit)
            settings.remove_environment.connect(self.environments.remove)
            settings.add_card(self.workspaces.add_card())
        self.workspaces.note()
        self.wake.show_environments(self.workspace.environments)
        context = self.wake.context
        if settings is not None and context is not None:
            card = HistoryCard(context.curation, self._settings.retention, self._tasks)
            card.retention_chosen.connect(lambda chosen: self.remember(retention=chosen))
            card.cleared.connect(self._search_again)
            settings.add_card(card)
            self._tasks.start(self._clear_by_limits(context.curation), name="retention")
        self._tasks.start(self._read_recent(), name="recent-values")
        self.facts.look()

    def _search_again(self) -> None:
        if self.wake.history is not None:
            self.wake.history.search()

    async def _clear_by_limits(self, curation: Curation) -> None:
        """Remove what the person's limits say, and what was deleted before the last start."""
        await curation.purge_deleted(_DELETED_STAY_MS)
        if self._settings.retention.is_off:
            return
        removal = await curation.removable(self._settings.retention)
        if removed := await curation.purge(removal.ids):
            self.window.notices.say(
                f"Removed {removed:,} entries from the history, by the limits in the settings."
            )
            self._search_again()

    async def _read_recent(self) -> None:
        context = self.wake.context
        if context is None:
            return
        self._recent_events = await context.archive.recent_values("event_id", _RECENT)
        recent = await context.archive.recent_values("transaction_id", _RECENT)
        self._suggestions["transaction_id"] = [(v, v) for v in recent]
        self._suggest_events()

    # ---- sending ----------------------------------------------------------------------------

    def send(self) -> None:
        """Send the draft; on a disarmed LIVE, ask for the arming instead."""
        model = self.compose
        if model.is_sending:
            return
        if model.is_live and not model.arming.is_armed:
            self.window.arming.ask()
            return
        self.window.show_view("compose")
        self._tasks.start(model.send(self._send_job), name="send")

    async def _send_job(self, job: Job) -> Sent:
        await self.journal.flush()
        context = await self.wake.ready()
        if job.environment.is_embedded:
            job = replace(job, base_url=await self.wake.living_sandbox())
        return await context.sender.send(job)

    async def _show_earlier(self) -> None:
        sent, context = self.compose.result, self.wake.context
        if sent is None or context is None:
            return
        transaction = sent.exchange.transaction_id
        found = await context.archive.for_transaction(transaction, 6) if transaction else []
        earlier = [entry for entry in found if entry.id != sent.exchange.id]
        self.window.compose.reply.earlier.show_entries(transaction, earlier)
        await self._read_recent()
        await self.wake.read_ledger()

    # ---- history ----------------------------------------------------------------------------

    def open_exchange(self, exchange: object, *, with_placeholders: bool = False) -> None:
        """Put a kept exchange's event into the form as a new draft.

        As it was sent, or with the placeholders in place of the values they had become.
        """
        assert isinstance(exchange, Exchange)
        event = event_of(exchange)
        if event is not None and with_placeholders:
            event = templated(event, exchange.resolved)
        if event is None:
            self.window.notices.say("This entry does not hold its form, only its bytes.")
            return
        environment = self.workspace.environment(exchange.environment)
        campaign = next((c for c in self.workspace.campaigns if c.name == exchange.campaign), None)
        self.profiles.load_event(
            event, "Opened from the history as a new draft.", campaign=campaign
        )
        if environment is not None:
            self.compose.set_environment(environment)
        self.window.show_view("compose")

    def resend(self, exchange: object) -> None:
        """Open an entry as a draft and send it, by the same LIVE rules as any send."""
        self.open_exchange(exchange)
        self.send()

    def _show_transaction(self, transaction_id: object) -> None:
        self.window.show_view("history")
        if self.history is not None:
            self.history.show_transaction(str(transaction_id))

    def _show_entry(self, entry_id: object) -> None:
        self.window.show_view("history")
        if self.history is not None:
            assert isinstance(entry_id, int)
            self.history.show_entry(entry_id)

    def save_body(self, body: object) -> None:
        assert isinstance(body, bytes)
        self._tasks.start(self._save_body(body), name="save-body")

    async def _save_body(self, body: bytes) -> None:
        path = await dialogs.ask_save_path(self.window, title="Save the reply", name="reply.json")
        if path is not None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._disk, write_bytes, path, body)
            self.window.notices.say(f"Saved {len(body):,} bytes to {path}.", tone="good")

    # ---- small things -----------------------------------------------------------------------

    def _profile_opened(self, profile: object) -> None:
        assert isinstance(profile, Profile)
        self.profiles.open(profile)

    def choose_theme(self, choice: object) -> None:
        self._theme.choose(str(choice))
        self._settings = replace(self._settings, theme=str(choice))
        self._save_settings()

    def chosen(self) -> Campaign | Profile | None:
        """What is selected in the sidebar."""
        return self.window.sidebar.selected()

    def new_transaction(self) -> None:
        self.window.compose.form.new_transaction_id()

    @property
    def theme_name(self) -> str:
        """`light` or `dark`, as it looks now."""
        return self._theme.tokens.name

    @property
    def settings(self) -> Settings:
        return self._settings

    @property
    def workspace_folder(self) -> Path:
        return self._places.root

    def start(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Run work of a command in the background."""
        return self._tasks.start(work, name=name)

    @property
    def theme(self) -> Theme:
        return self._theme

    @property
    def tasks(self) -> Tasks:
        return self._tasks

    def remember(self, **changed: object) -> None:
        """Keep a setting for the next start."""
        self._settings = replace(self._settings, **changed)  # type: ignore[arg-type]
        self._save_settings()

    def _save_settings(self) -> None:
        settings = self._settings

        async def save() -> None:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._disk, save_settings, self._places, settings)

        self._tasks.start(save(), name="save-settings")

    # ---- end --------------------------------------------------------------------------------

    async def window_closed(self) -> None:
        """Wait until the person closes the window."""
        await self._closed

    async def screenshot(self, path: Path) -> int:
        """Render the window into a PNG once everything it shows is there."""
        await self.wake.ready_to_show(self.window.view_name)
        await self.outside.seen()
        await asyncio.sleep(0.05)
        picture = self.window.grab()
        if not picture.save(str(path), "PNG"):
            raise PingTreeError(f"The picture could not be written to {path}.", "Check the folder.")
        return 0

    async def stop(self) -> None:
        """Let a running send end, keep everything, close the services."""
        await self.compose.idle(patience_s=_CLOSE_WAIT_S)
        await self.outside.stop()
        await self.facts.stop()
        await self.journal.flush()
        settings = replace(
            self.window.shape(self._settings), environment=self.compose.environment.name
        )
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._disk, save_settings, self._places, settings)
        self.window.hide()
        await self.wake.stop()

    def drop_window(self) -> None:
        """Free the window, once no task can reach it any more."""
        self.window.deleteLater()


def _event_line(event: EventKind) -> str:
    notes = [
        event.name,
        "conversion" if event.conversion else "",
        "affiliate conversion" if event.affiliate_conversion else "",
        "multi-trigger" if event.multi_trigger else "",
        f"usually {event.money}" if event.money else "",
    ]
    return " \u2014 ".join([event.id, ", ".join(n for n in notes if n)]).removesuffix(" \u2014 ")
