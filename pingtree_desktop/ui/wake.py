"""Starts what the first frame does not need: history, sandbox, network, the other views."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable, UnreadableInput
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.storage.places import Places
from pingtree_desktop.ui.main_window import MainWindow
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.sandbox import SandboxModel, SeenLine

if TYPE_CHECKING:
    from pingtree_desktop.sandbox.server import Seen
    from pingtree_desktop.services.context import Context
    from pingtree_desktop.services.sandbox_host import Running
    from pingtree_desktop.ui.history.view import HistoryView
    from pingtree_desktop.ui.sandbox.view import SandboxView
    from pingtree_desktop.ui.settings.view import SettingsView
    from pingtree_desktop.viewmodels.history import HistoryModel
    from pingtree_desktop.viewmodels.history_entry import EntryModel


class Wake:
    """The services and views that come a moment after the window."""

    def __init__(
        self,
        places: Places,
        window: MainWindow,
        compose: ComposeModel,
        sandbox: SandboxModel,
        theme: Theme,
        tasks: Tasks,
    ) -> None:
        self._places, self._window, self._compose = places, window, compose
        self._sandbox, self._theme, self._tasks = sandbox, theme, tasks
        self.context: Context | None = None
        self.history: HistoryModel | None = None
        self.entry: EntryModel | None = None
        self.history_view: HistoryView | None = None
        self.sandbox_view: SandboxView | None = None
        self.settings_view: SettingsView | None = None
        self._running: Running | None = None
        self._environments: Sequence[Environment] = ()
        self._on_ready: Callable[[], None] | None = None
        self._ready: asyncio.Future[Context] = asyncio.get_running_loop().create_future()
        self._shown = asyncio.Event()

    def on_ready(self, call: Callable[[], None]) -> None:
        """Have `call` run once when the services and views are there."""
        self._on_ready = call

    def tell(self, error: PingTreeError) -> None:
        """Show a problem in its own words."""
        self._window.notices.problem(error)

    async def ready(self) -> Context:
        """The services; raises the PingTreeError that kept them from starting."""
        return await asyncio.shield(self._ready)

    async def ready_to_show(self, _view: str) -> None:
        """Wait until every view shows what the workspace holds, or the reason why not."""
        await self._shown.wait()

    # ---- start ------------------------------------------------------------------------------

    async def start(self) -> None:
        """Open the history, build the views, start the sandbox, warm the network up."""
        loop = asyncio.get_running_loop()
        try:
            context = await loop.run_in_executor(None, _open_context, self._places)
            self.context = context
            self._ready.set_result(context)
            await self._build_history(context)
            self._build_sandbox()
            self._build_settings()
            await self._start_sandbox(context)
        except Exception as error:
            self._could_not_start(error)
            raise
        finally:
            self._finish_start()
        await loop.run_in_executor(None, _warm_up)
        if not context.store.read_only_reason:
            await self._look_after(context)

    async def _look_after(self, context: Context) -> None:
        """A daily copy of the history, and a look whether its file is sound."""
        from pingtree_desktop.storage.integrity import quick_check  # noqa: PLC0415 - later

        loop = asyncio.get_running_loop()
        try:
            is_damaged = bool(
                await loop.run_in_executor(None, quick_check, self._places.history_db)
            )
        except UnreadableInput:
            is_damaged = True
        if not is_damaged:
            try:
                await loop.run_in_executor(None, context.store.care.back_up_daily)
            except PingTreeError as error:
                self._window.notices.problem(error)
            return
        self._window.notices.say(
            "The history's file is damaged in places. It can be repaired at the next start: "
            "the file is put aside, and everything that can be read goes into a new one.",
            tone="failed",
            action="Repair at the next start",
            call=context.store.care.want_repair,
        )

    def _could_not_start(self, error: BaseException) -> None:
        """Show what still can be shown; a later send says the same again."""
        if not self._ready.done():
            self._ready.set_exception(error)
            self._ready.exception()  # looked at here: the raise reports it once
        if self.context is None:
            self._compose.block("Nothing can be sent: the history cannot be opened.")
            self._sandbox.failed("It does not run: the history cannot be opened.")
        if self.sandbox_view is None:
            self._build_sandbox()
        if self.settings_view is None:
            self._build_settings()

    def _finish_start(self) -> None:
        if self._on_ready is not None:
            self._on_ready()
            self._on_ready = None
        self._shown.set()

    async def _build_history(self, context: Context) -> None:
        from pingtree_desktop.ui.history.view import HistoryView  # noqa: PLC0415 - after the frame
        from pingtree_desktop.viewmodels.history import HistoryModel, Topic  # noqa: PLC0415
        from pingtree_desktop.viewmodels.history_entry import EntryModel  # noqa: PLC0415
        from pingtree_desktop.viewmodels.history_values import KnownValues  # noqa: PLC0415

        doubtful = 0
        if context.store.read_only_reason:
            self._compose.block(context.store.read_only_reason)
        else:
            doubtful = await context.archive.recover_in_doubt()
        model = HistoryModel(
            context.archive, lambda work: self._tasks.start(work, name="history-read")
        )
        entry = EntryModel(context.archive, context.curation)
        known = KnownValues(
            context.archive,
            context.curation,
            lambda work: self._tasks.start(work, name="history-values"),
        )
        self.history, self.entry = model, entry
        self.history_view = HistoryView(model, entry, self._theme, self._tasks, known.of)
        self._window.add_view("history", self.history_view)

        def changed(topic: Topic) -> None:
            if topic is Topic.COUNT:
                self._window.status.show_count(model.total)

        model.changes.listen(changed)
        await model.refresh()
        if context.store.read_only_reason:
            self._window.notices.say(context.store.read_only_reason, tone="failed", stays=True)
        elif context.store.recovery is not None:
            self._window.notices.say(
                context.store.recovery.sentence,
                tone="refused",
                stays=True,
                action="Show",
                call=lambda: self._window.show_view("history"),
            )
        elif doubtful:
            words = "1 send was" if doubtful == 1 else f"{doubtful} sends were"
            self._window.notices.say(
                f"{words} still waiting for a reply when the program ended: marked in doubt in "
                "the history. Look the lead up before sending again.",
                tone="refused",
                action="Show",
                call=lambda: self._window.show_view("history"),
            )

    def _build_sandbox(self) -> None:
        from pingtree_desktop.ui.sandbox.view import SandboxView  # noqa: PLC0415 - after the frame

        view = SandboxView(self._sandbox, self._theme)
        view.fault_chosen.connect(lambda fault: self._set_fault(str(fault)))
        view.reset_wanted.connect(
            lambda: self._tasks.start(self._reset_sandbox(), name="sandbox-reset")
        )
        view.refresh_wanted.connect(
            lambda: self._tasks.start(self.read_ledger(), name="sandbox-ledger")
        )
        view.copy_wanted.connect(self._copy)
        self.sandbox_view = view
        self._window.add_view("sandbox", view)

    def _build_settings(self) -> None:
        from pingtree_desktop.ui.settings.view import SettingsView  # noqa: PLC0415 - later

        self.settings_view = SettingsView(self._theme)
        self._window.add_view("settings", self.settings_view)
        self.settings_view.show_environments(self._environments)

    def show_environments(self, environments: Sequence[Environment]) -> None:
        """Show the list of environments, now or when the view is built."""
        self._environments = environments
        if self.settings_view is not None:
            self.settings_view.show_environments(environments)

    def view_shown(self, name: str) -> None:
        """Bring a view up to date when it is opened."""
        if name == "sandbox" and self._shown.is_set():
            self._tasks.start(self.read_ledger(), name="sandbox-ledger")

    # ---- sandbox ----------------------------------------------------------------------------

    async def _start_sandbox(self, context: Context) -> None:
        loop = asyncio.get_running_loop()
        try:
            running = await loop.run_in_executor(None, context.sandbox.ensure)
        except PingTreeError as error:
            self._sandbox.failed(str(error))
            self._window.notices.problem(error)
            return
        self._running = running
        self._sandbox.started(running.url, is_ours=running.server is not None)
        self._compose.sandbox_started(running.url)
        if running.server is not None:
            running.server.on_request(lambda seen: self._tell_seen(loop, seen))
        await self.read_ledger()

    async def living_sandbox(self) -> str:
        """The sandbox's address, started here if the program that ran it has ended since."""
        if self.context is not None and (self._running is None or self._running.server is None):
            await self._start_sandbox(self.context)
        if self._running is None:
            raise StorageUnavailable(
                "The sandbox does not run, so nothing was sent.", "See the Sandbox view for why."
            )
        return self._running.url

    def _tell_seen(self, loop: asyncio.AbstractEventLoop, seen: Seen) -> None:
        """Called on the sandbox's thread after each of its answers."""
        if not seen.verdict or loop.is_closed():
            return
        line = SeenLine(
            at_ms=seen.at_ms,
            method=seen.method,
            path=seen.path,
            status=seen.status,
            event_id=seen.event_id,
            transaction_id=seen.transaction_id,
            verdict=seen.verdict,
        )
        loop.call_soon_threadsafe(self._sandbox.answered, line)

    async def read_ledger(self) -> None:
        """Show what the sandbox accepted."""
        if self._running is None:
            return
        from pingtree_desktop.services.sandbox_admin import read_ledger  # noqa: PLC0415 - lazy

        loop = asyncio.get_running_loop()
        try:
            lines = await loop.run_in_executor(None, read_ledger, self._running)
        except PingTreeError as error:
            self._sandbox.failed(str(error))
            return
        self._sandbox.show_ledger(lines)

    async def _reset_sandbox(self) -> None:
        if self._running is None:
            return
        from pingtree_desktop.services.sandbox_admin import reset  # noqa: PLC0415 - lazy

        await asyncio.get_running_loop().run_in_executor(None, reset, self._running)
        await self.read_ledger()
        self._window.notices.say("The sandbox forgot everything it had accepted.")

    def _set_fault(self, fault: str) -> None:
        if self._running is None or self._running.server is None:
            return
        self._running.server.set_faults((fault,) if fault else ())
        self._sandbox.set_fault(fault)
        words = (
            f"Every sandbox answer now has the fault {fault}." if fault else "No fault any more."
        )
        self._window.notices.say(words)

    def _copy(self, text: object) -> None:
        from PySide6.QtGui import QGuiApplication  # noqa: PLC0415 - only here

        QGuiApplication.clipboard().setText(str(text))
        self._window.notices.say("Copied the sandbox's address.")

    async def stop(self) -> None:
        """Close the services in a worker thread."""
        if not self._ready.done():
            self._ready.cancel()
        if self.context is not None:
            await asyncio.get_running_loop().run_in_executor(None, self.context.close)
            self.context = None


def _open_context(places: Places) -> Context:
    from pingtree_desktop.services.context import open_context  # noqa: PLC0415 - after the frame

    return open_context(places)


def _warm_up() -> None:
    from pingtree_desktop.net.fetch import warm_up  # noqa: PLC0415 - after the frame

    warm_up()
