"""What each action of the table does, by its id."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget

from pingtree_desktop import __version__
from pingtree_desktop.domain.catalogue import BY_WIRE
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.profile import COLOURS, Campaign, Profile
from pingtree_desktop.formats.curl import to_curl
from pingtree_desktop.ui import dialogs
from pingtree_desktop.ui.actions import TABLE, Actions
from pingtree_desktop.ui.palette import Entry, Palette
from pingtree_desktop.ui.plain import open_in_system, outside, unkeyed
from pingtree_desktop.ui.resources import resources_folder

if TYPE_CHECKING:
    from pingtree_desktop.ui.program import Program


class Commands:
    """The handlers of the action table, and the palette that lists them."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._window = program.window
        profiles, campaigns = program.profiles, program.campaigns
        handlers: dict[str, Callable[[], object]] = {
            "new": profiles.new,
            "save": profiles.save,
            "save_as": profiles.save_as,
            "duplicate": lambda: profiles.duplicate(self._marked()),
            "rename": lambda: profiles.rename(self._marked()),
            "delete": lambda: profiles.delete(self._marked()),
            "undelete": program.deletions.bring_back,
            "revert": profiles.revert,
            "bring_back": profiles.bring_back,
            "notes": self._notes,
            "move_up": lambda: profiles.shift(-1),
            "move_down": lambda: profiles.shift(1),
            "new_campaign": campaigns.new,
            "edit_campaign": campaigns.edit,
            "delete_campaign": campaigns.delete,
            "export_profile": program.shared.export,
            "open_exported": program.shared.ask_and_open,
            "choose_workspace": program.workspaces.choose,
            "open_workspace": self.open_workspace,
            "history_export": self._export_history,
            "history_import": self._import_exchanges,
            "quit": self._window.close,
            "send": program.send,
            "cancel": self._cancel,
            "send_options": self._send_options,
            "undo": self._undo,
            "redo": self._redo,
            "new_transaction": program.new_transaction,
            "environment": self._window.top.open_environments,
            "target": self._target,
            "paste": program.pasting.paste,
            "copy_curl": self._copy_curl,
            "export_code": program.coding.show_draft,
            "compare_endpoints": program.endpoints.compare,
            "disarm": program.compose.disarm,
            "view_compose": lambda: self._window.show_view("compose"),
            "view_history": lambda: self._window.show_view("history"),
            "view_sandbox": lambda: self._window.show_view("sandbox"),
            "view_settings": lambda: self._window.show_view("settings"),
            "find": self._find,
            "open_profile": self._open_profile,
            "palette": self._palette,
            "toggle_theme": self._toggle_theme,
            "field_help": self._field_help,
            "shortcuts": self._shortcuts,
            "updates": self._updates,
            "about": self._about,
        }
        self.actions = Actions(self._window, handlers)
        self._opened_palette: Palette | None = None

    # ---- menus ------------------------------------------------------------------------------

    def profile_menu(self, item: object, place: object) -> None:
        """The context menu of a profile or a campaign in the sidebar."""
        assert isinstance(place, QPoint)
        profiles, campaigns = self._program.profiles, self._program.campaigns
        menu = QMenu(self._window)

        def add(words: str, call: Callable[[], object]) -> None:
            menu.addAction(words).triggered.connect(lambda _checked=False: call())

        if isinstance(item, Profile):
            add("Open", lambda: profiles.open(item))
            add("Rename\u2026", lambda: profiles.rename(item))
            add("Duplicate", lambda: profiles.duplicate(item))
            self._add_places(menu, item)
            self._add_colours(menu, item)
            menu.addSeparator()
            add("Delete", lambda: profiles.delete(item))
        elif isinstance(item, Campaign):
            add("Edit campaign\u2026", lambda: campaigns.edit(item))
            add("Duplicate campaign", lambda: campaigns.duplicate(item))
            menu.addSeparator()
            add("Delete campaign", lambda: campaigns.delete(item))
        else:
            add("New draft", profiles.new)
            add("New campaign\u2026", campaigns.new)
        menu.popup(place)

    def _add_places(self, menu: QMenu, profile: Profile) -> None:
        others = [one for one in self._program.workspace.campaigns if one.slug != profile.campaign]
        moves = menu.addMenu("Move to campaign")
        moves.setEnabled(bool(others))
        for campaign in others:
            moves.addAction(unkeyed(outside(campaign.name, limit=60))).triggered.connect(
                partial(self._move, profile, campaign.slug)
            )

    def _move(self, profile: Profile, campaign: str, _checked: bool = False) -> None:
        self._program.profiles.move(profile, campaign)

    def _add_colours(self, menu: QMenu, profile: Profile) -> None:
        colours = menu.addMenu("Colour")
        for colour in ("", *COLOURS):
            action = colours.addAction(colour.capitalize() or "None")
            action.setCheckable(True)
            action.setChecked(profile.colour == colour)
            action.triggered.connect(partial(self._colour, profile, colour))

    def _colour(self, profile: Profile, colour: str, _checked: bool = False) -> None:
        self._program.profiles.colour(profile, colour)

    def _palette(self) -> None:
        if self._opened_palette is None:
            self._opened_palette = Palette(self._window, hint="Type an action or a profile")
        entries = [
            Entry(
                text=spec.text.removesuffix("\u2026"),
                note=action.shortcut().toString(action.shortcut().SequenceFormat.NativeText),
                call=action.trigger,
            )
            for spec, action in self.actions.all()
            if spec.id != "palette"
        ]
        workspace = self._program.workspace
        names = {one.slug: one.name for one in workspace.campaigns}
        entries.extend(
            Entry(
                text=profile.name,
                note=names.get(profile.campaign, ""),
                call=partial(self._program.profiles.open, profile),
            )
            for profile in workspace.profiles
        )
        self._opened_palette.open_with(entries)

    def _marked(self) -> Profile | None:
        """The profile that the list marks while a person works in it; None for the open one."""
        sidebar = self._window.sidebar
        found = sidebar.selected() if sidebar.tree.hasFocus() else None
        return found if isinstance(found, Profile) else None

    # ---- handlers ---------------------------------------------------------------------------

    def _cancel(self) -> None:
        if self._program.compose.is_sending:
            self._program.compose.cancel()
            return
        if self._window.arming.isVisible():
            self._window.arming.hide()
            return
        focus = QApplication.focusWidget()
        if isinstance(focus, QLineEdit) and focus.objectName() in {
            "form.search",
            "profiles.filter",
            "history.filter",
        }:
            focus.clear()

    def _export_history(self) -> None:
        if self._program.history is not None:
            self._program.history.export()

    def _import_exchanges(self) -> None:
        if self._program.history is not None:
            self._program.history.import_file()

    def _undo(self) -> None:
        self._window.show_view("compose")
        if not self._program.compose.step(back=True):
            self._window.notices.say("There is nothing to undo in the form.")

    def _redo(self) -> None:
        self._window.show_view("compose")
        if not self._program.compose.step(back=False):
            self._window.notices.say("There is nothing to redo in the form.")

    def _send_options(self) -> None:
        self._window.show_view("compose")
        self._window.top.open_endpoints()

    def _target(self) -> None:
        self._window.show_view("compose")
        self._window.compose.form.focus_target()

    def _notes(self) -> None:
        self._window.show_view("compose")
        self._window.compose.notes.open_editor()

    def _copy_curl(self) -> None:
        try:
            command = to_curl(self._program.compose.preview())
        except PingTreeError as error:
            self._window.notices.problem(error)
            return
        QGuiApplication.clipboard().setText(command)
        self._window.notices.say("Copied as cURL, with the lead's data unredacted.")

    def _find(self) -> None:
        history = self._program.wake.history_view
        if self._window.view_name == "history" and history is not None:
            target = history.filter
        else:
            self._window.show_view("compose")
            target = self._window.compose.form.tools.search
        target.setFocus()
        target.selectAll()

    def _open_profile(self) -> None:
        self._window.show_view("compose")
        self._window.sidebar.filter.setFocus()
        self._window.sidebar.filter.selectAll()

    def _toggle_theme(self) -> None:
        is_dark = self._program.theme_name == "dark"
        self._program.choose_theme("light" if is_dark else "dark")

    def open_workspace(self) -> None:
        """Show the workspace folder in the system's file manager."""
        folder = self._program.workspace_folder
        if not open_in_system(QUrl.fromLocalFile(str(folder))):
            self._window.notices.say(f"The workspace is {folder}.")

    def _field_help(self) -> None:
        widget: QWidget | None = QApplication.focusWidget()
        while widget is not None and not widget.objectName().startswith("field."):
            widget = widget.parentWidget()
        if widget is None:
            self._window.notices.say("Put the cursor in a field and press F1 for its help.")
            return
        wire = widget.objectName().removeprefix("field.").removesuffix(".raw")
        field = BY_WIRE.get(wire)
        if field is None:
            self._window.notices.say("The organisation's id: the last part of the Global address.")
            return
        parts = [f"{field.label} ({field.wire}, {field.json_type}). {field.help}"]
        if field.format_hint:
            parts.append(f"Format: {field.format_hint}.")
        if field.required_on:
            where = ", ".join(sorted(e.value for e in field.required_on))
            parts.append(f"Required on: {where}.")
        if field.required_for_conversion:
            where = ", ".join(sorted(e.value for e in field.required_for_conversion))
            parts.append(f"Required for a conversion event on: {where}.")
        self._window.notices.say(" ".join(parts), stays=True)

    def _shortcuts(self) -> None:
        self._program.start(self._show_shortcuts(), name="shortcuts")

    async def _show_shortcuts(self) -> None:
        dialog = dialogs.FormDialog(
            self._window, title="Keyboard shortcuts", accept="Close", only=True
        )
        dialog.show_keys(
            [
                (spec.text.removesuffix("\u2026"), keys)
                for spec in TABLE
                if (
                    keys := self.actions[spec.id]
                    .shortcut()
                    .toString(self.actions[spec.id].shortcut().SequenceFormat.NativeText)
                )
            ]
        )
        await dialogs.run(dialog)

    def _updates(self) -> None:
        """The program itself asks nobody: the person's browser does, if they want."""
        page = json.loads((resources_folder() / "release.json").read_text("utf-8"))["page"]
        words = f"PingTree Desktop {__version__} is installed."
        if not page:
            words += " This build knows no page of releases; ask whoever gave it to you."
        elif open_in_system(QUrl(page)):
            words += f" Your browser shows the newest: {page}"
        else:
            words += f" The newest is on {page}"
        self._window.notices.say(words, stays=True)

    def _about(self) -> None:
        self._window.notices.say(
            f"PingTree Desktop {__version__}. It makes no call but the ones you send; it has no "
            "account and no telemetry.",
            stays=True,
        )
