"""What the History view asks for, done: open, resend, compare, label, copy, delete."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication

from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.formats.curl import to_curl
from pingtree_desktop.formats.exports import BY_KEY, ExportFormat
from pingtree_desktop.services.transfer import Exported, export, import_file, text_of
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.history.export_dialog import ExportDialog
from pingtree_desktop.ui.history_pages import HistoryPages

if TYPE_CHECKING:
    from pingtree_desktop.ui.history.view import HistoryView
    from pingtree_desktop.ui.program import Program


_PREVIEWED = 3
_TOLD_EVERY_S = 0.2


def _now() -> datetime:
    return datetime.now().astimezone()


class HistoryActions:
    """The handlers of the History view."""

    def __init__(self, program: Program, view: HistoryView) -> None:
        self._program, self._view = program, view
        self._running: asyncio.Task[Exported] | None = None
        self._told_at = 0.0
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
        context = program.wake.context
        assert context is not None  # the view is built with it
        self.pages = HistoryPages(program, view, context.archive, self.show_entry)

    def show_transaction(self, transaction_id: str) -> None:
        """Show everything that was sent for a transaction."""
        self.pages.show_transaction(transaction_id)

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
            case "open_template":
                self._program.open_exchange(exchange, with_placeholders=True)
            case "resend":
                self._program.resend(exchange)
            case "compare_draft":
                self.pages.compare_with_draft(exchange.id)
            case "dossier":
                self.pages.show_transaction(exchange.transaction_id)
            case "curl":
                self._copy_curl(exchange)
            case "code":
                self._program.coding.show(
                    exchange.request,
                    is_live=exchange.danger == "live",
                    secret={one.place for one in exchange.resolved if one.is_secret},
                )
            case "delete":
                self._program.start(self._delete([exchange.id]), name="history-delete")
            case "support":
                self._program.start(self._copy_for_support(exchange.id), name="support")
            case "export":
                self.export([exchange.id])

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

    async def _copy_for_support(self, entry_id: int) -> None:
        context = self._program.wake.context
        if context is not None:
            form = BY_KEY["support"]
            text = await text_of(context.archive, [entry_id], form, now=_now())
            QGuiApplication.clipboard().setText(text)
            self._program.window.notices.say(
                "Copied the account for support, with ids and the lead's data masked. Fill in the "
                "organisation and the lead id that support may see."
            )

    # ---- files ---------------------------------------------------------------------------------

    def export(self, chosen: Sequence[int] = ()) -> None:
        """Write the chosen entries, or all that the search finds, into a file."""
        model = self._program.wake.history
        if model is not None:
            ids = chosen if len(chosen) else model.ids[:]
            self._program.start(self._export(ids), name="history-export")

    async def _export(self, ids: Sequence[int]) -> None:
        context, window = self._program.wake.context, self._program.window
        if context is None:
            return
        if not ids:
            window.notices.say("There is nothing to export: the search finds no exchange.")
            return
        archive = context.archive

        async def preview(form: ExportFormat, redact: bool) -> str:
            return await text_of(archive, ids[:_PREVIEWED], form, now=_now(), redact=redact)

        dialog = ExportDialog(
            window, self._program.theme, self._program.tasks, count=len(ids), preview=preview
        )
        if not await dialogs.run(dialog):
            return
        form, redact = dialog.form, dialog.is_redacted
        path = await dialogs.ask_save_path(
            window, title="Export", name=f"pingtree-{_now():%Y-%m-%d}{form.suffix}"
        )
        if path is None:
            return
        task = self._program.start(
            export(archive, ids, form, path, now=_now(), redact=redact, told=self._tell_progress),
            name="export-file",
        )
        self._running = task
        try:
            done = await task
        except asyncio.CancelledError:
            window.notices.say("The export was stopped; no file was written.")
            return
        except PingTreeError as error:
            self._program.tell(error)
            return
        left_out = f" {done.left_out:,} damaged ones were left out." if done.left_out else ""
        masked = "masked" if redact else "not masked"
        window.notices.say(
            f"Wrote {done.entries:,} entries, {masked}, to {path}.{left_out}", tone="good"
        )

    def _tell_progress(self, done: int, total: int) -> None:
        if done < total and time.monotonic() - self._told_at > _TOLD_EVERY_S:
            self._told_at = time.monotonic()
            self._program.window.notices.say(
                f"Exporting\u2026 {done:,} of {total:,}",
                action="Stop",
                call=lambda: self._running.cancel() if self._running else None,
                stays=True,
            )

    def import_file(self) -> None:
        """Take entries of a file into the history."""
        self._program.start(self._import(), name="history-import")

    async def _import(self) -> None:
        context, window = self._program.wake.context, self._program.window
        path = await dialogs.ask_open_path(
            window, title="Import exchanges", kinds="Exchanges (*.har *.jsonl)"
        )
        if path is None or context is None:
            return
        window.notices.say(f"Reading {path.name}\u2026")
        try:
            done = await import_file(context.archive, path)
        except PingTreeError as error:
            self._program.tell(error)
            return
        if self._program.wake.history is not None:
            self._program.wake.history.search()
        known = f", {done.known:,} were there already" if done.known else ""
        notes = f" {' '.join(done.notes[:3])}" if done.notes else ""
        window.notices.say(
            f"Took in {done.added:,} exchanges{known}. Nothing was sent.{notes}", tone="good"
        )

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
            case "compare":
                self.pages.compare(ids[0], ids[1])
            case "label":
                self._program.start(self._label(ids), name="history-label")
            case "export":
                self.export(ids)
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
