"""What the History view asks for, done: open, resend, compare, label, copy, delete."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.query_text import quoted
from pingtree_desktop.formats.curl import to_curl
from pingtree_desktop.ui import dialogs

if TYPE_CHECKING:
    from pingtree_desktop.ui.history.view import HistoryView
    from pingtree_desktop.ui.program import Program


class HistoryActions:
    """The handlers of the History view."""

    def __init__(self, program: Program, view: HistoryView) -> None:
        self._program, self._view = program, view
        entries = view.entries
        entries.wanted.connect(self._wanted)
        entries.many_wanted.connect(self._many_wanted)
        entries.compose_wanted.connect(lambda: program.window.show_view("compose"))
        entries.columns_chosen.connect(lambda keys: program.remember(history_columns=keys))
        entries.view.reply.save_wanted.connect(program.save_body)
        entries.view.reply.field_named.connect(self._fix)
        entries.bar.save_wanted.connect(
            lambda text: program.start(self._save_filter(str(text)), name="save-filter")
        )
        entries.bar.forget_wanted.connect(
            lambda name: program.start(self._forget_filter(str(name)), name="forget-filter")
        )
        program.start(self._show_filters(), name="saved-filters")

    def show_transaction(self, transaction_id: str) -> None:
        """Show everything that was sent for a transaction."""
        self._view.open_page("entries")
        self._view.entries.bar.line.setText(f"tx:={quoted(transaction_id)}")

    def show_entry(self, entry_id: int) -> None:
        """Show one entry in the table of all."""
        self._view.open_page("entries")
        if self._view.entries.table.show_entry(entry_id):
            return
        self._view.entries.bar.line.clear()
        self._program.start(self._show_when_there(entry_id), name="show-entry")

    async def _show_when_there(self, entry_id: int) -> None:
        model = self._program.wake.history
        if model is not None:
            model.set_text("")
            await model.refresh()
            self._view.entries.table.show_entry(entry_id)

    # ---- one entry -----------------------------------------------------------------------------

    def _wanted(self, wanted: object) -> None:
        assert isinstance(wanted, tuple)
        what, exchange = wanted
        assert isinstance(exchange, Exchange)
        match what:
            case "open":
                self._program.open_exchange(exchange)
            case "resend":
                self._program.resend(exchange)
            case "curl":
                self._copy_curl(exchange)
            case "delete":
                self._program.start(self._delete([exchange.id]), name="history-delete")
            case "export":
                self._many_wanted(("export", [exchange.id]))

    def _fix(self, wire: object) -> None:
        exchange = self._view.entries.view.exchange
        if exchange is not None:
            self._program.open_exchange(exchange)
            self._program.window.compose.form.focus_field(str(wire))

    def _copy_curl(self, exchange: Exchange) -> None:
        try:
            command = to_curl(exchange.request)
        except PingTreeError as error:
            self._program.tell(error)
            return
        QGuiApplication.clipboard().setText(command)
        self._program.window.notices.say("Copied as cURL, with the lead's data unredacted.")

    # ---- many entries --------------------------------------------------------------------------

    def _many_wanted(self, wanted: object) -> None:
        assert isinstance(wanted, tuple)
        what, ids = wanted
        context = self._program.wake.context
        if context is None:
            return
        match what:
            case "pin" | "unpin":
                self._program.start(
                    context.curation.pin(ids, is_pinned=what == "pin"), name="history-pin"
                )
            case "label":
                self._program.start(self._label(ids), name="history-label")
            case "delete" if ids:
                self._program.start(self._delete(ids), name="history-delete")

    async def _label(self, ids: Sequence[int]) -> None:
        context = self._program.wake.context
        text = await dialogs.ask_text(
            self._program.window, title="Label", prompt="Labels, with commas", accept="Add"
        )
        if text and context is not None:
            labels = [part.strip() for part in text.split(",") if part.strip()]
            await context.curation.change_labels(ids, add=labels)

    async def _delete(self, ids: Sequence[int]) -> None:
        model = self._program.wake.history
        if model is None:
            return
        await model.delete(ids)
        words = "1 entry" if len(ids) == 1 else f"{len(ids):,} entries"
        self._program.window.notices.say(
            f"Deleted {words} from the history.",
            action="Undo",
            call=lambda: self._program.start(model.restore(ids), name="history-restore"),
        )

    # ---- saved searches ------------------------------------------------------------------------

    async def _show_filters(self) -> None:
        context = self._program.wake.context
        if context is not None:
            self._view.entries.bar.show_saved(await context.curation.saved_filters())

    async def _save_filter(self, text: str) -> None:
        context = self._program.wake.context
        name = await dialogs.ask_text(
            self._program.window, title="Save this search", prompt="Name", value=text[:60]
        )
        if name and context is not None:
            await context.curation.save_filter(name, text)
            await self._show_filters()
            self._program.window.notices.say(f"Saved the search {name}: it is under Filters.")

    async def _forget_filter(self, name: str) -> None:
        context = self._program.wake.context
        if context is not None:
            await context.curation.forget_filter(name)
            await self._show_filters()
