"""The one table of everything the window can do: menu, shortcut, palette and tool tip read it.

An action has an id (Qt object name `action.<id>`); the window connects ids to its methods.
Never bare Enter, F5 or Ctrl+R for sending: it is money.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from pingtree_desktop.ui.plain import set_tip


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """One action.  `keys` is portable text; Qt shows Cmd for Ctrl on macOS."""

    id: str
    text: str
    menu: str
    keys: str = ""
    more_keys: str = ""
    tip: str = ""
    separator_before: bool = False
    needs_key_only_when_busy: bool = False


MENUS = ("File", "Event", "View", "Help")

TABLE: tuple[Spec, ...] = (
    Spec(id="new", text="New draft", menu="File", keys="Ctrl+N",
         tip="Empty the form for a new event"),
    Spec(id="save", text="Save profile", menu="File", keys="Ctrl+S",
         tip="Save the form as the open profile"),
    Spec(id="save_as", text="Save as…", menu="File", keys="Ctrl+Shift+S",
         tip="Save the form as a new profile"),
    Spec(id="duplicate", text="Duplicate profile", menu="File", keys="Ctrl+D",
         tip="Make a copy of the open profile"),
    Spec(id="rename", text="Rename profile…", menu="File", keys="F2",
         tip="Give the open profile another name"),
    Spec(id="delete", text="Delete profile", menu="File",
         tip="Delete the open profile; it can be undone"),
    Spec(id="undelete", text="Bring back what was deleted", menu="File",
         tip="Undo the last deletion of a profile, campaign or environment in this window"),
    Spec(id="revert", text="Revert to saved", menu="File",
         tip="Put the saved profile back into the form"),
    Spec(id="notes", text="Edit notes", menu="File",
         tip="What the open profile is for; kept in its file and never sent"),
    Spec(id="move_up", text="Move profile up", menu="File", keys="Ctrl+Shift+Up",
         tip="Put the open profile one place higher in its campaign"),
    Spec(id="move_down", text="Move profile down", menu="File", keys="Ctrl+Shift+Down",
         tip="Put the open profile one place lower in its campaign"),
    Spec(id="bring_back", text="Bring back draft", menu="File", keys="Ctrl+B",
         tip="Put the draft that was set aside last into the form again"),
    Spec(id="new_campaign", text="New campaign…", menu="File", separator_before=True,
         tip="Add a campaign with its id and events"),
    Spec(id="edit_campaign", text="Edit campaign…", menu="File",
         tip="Change the campaign's name, ids and events"),
    Spec(id="delete_campaign", text="Delete campaign", menu="File",
         tip="Delete the campaign and its profiles; it can be undone"),
    Spec(id="export_profile", text="Export profile…", menu="File", separator_before=True,
         tip="Write the form as one file to hand on"),
    Spec(id="open_exported", text="Open exported profile…", menu="File",
         tip="Take in a .pingtree file that somebody sent"),
    Spec(id="choose_workspace", text="Open workspace…", menu="File", keys="Ctrl+Shift+O",
         tip="Open another folder of campaigns and profiles in a window of its own",
         separator_before=True),
    Spec(id="open_workspace", text="Show workspace folder", menu="File",
         tip="Open the folder that holds profiles and history"),
    Spec(id="history_export", text="Export history…", menu="File", separator_before=True,
         tip="Write what the history's search finds into a file"),
    Spec(id="history_import", text="Import exchanges…", menu="File",
         tip="Take in a HAR file, or JSON lines that PingTree Desktop wrote"),
    Spec(id="quit", text="Quit", menu="File", keys="Ctrl+Q", separator_before=True),
    Spec(id="send", text="Send", menu="Event", keys="Ctrl+Return",
         tip="Send the event (Ctrl+Enter)"),
    Spec(id="cancel", text="Cancel send", menu="Event", keys="Esc",
         tip="Stop waiting for the reply", needs_key_only_when_busy=True),
    Spec(id="send_options", text="Send options…", menu="Event", keys="Ctrl+Shift+Return",
         tip="Endpoint, method and expectation of this send"),
    Spec(id="undo", text="Undo in the form", menu="Event", keys="Ctrl+Z",
         tip="Take the last change of the form back", separator_before=True),
    Spec(id="redo", text="Redo in the form", menu="Event", keys="Ctrl+Shift+Z",
         more_keys="Ctrl+Y", tip="Do the change again that was taken back"),
    Spec(id="new_transaction", text="New transaction ID", menu="Event", keys="Ctrl+U",
         tip="Fill the transaction ID with a new UUID", separator_before=True),
    Spec(id="environment", text="Choose environment", menu="Event", keys="Ctrl+E",
         tip="Where events are sent"),
    Spec(id="target", text="Endpoint and ids", menu="Event", keys="Ctrl+L",
         tip="Go to the campaign or organisation ID"),
    Spec(id="paste", text="Paste anything…", menu="Event", keys="Ctrl+Shift+V",
         tip="Fill the form from a URL, a curl command, HAR, Postman, fetch or JSON",
         separator_before=True),
    Spec(id="copy_curl", text="Copy as cURL", menu="Event", keys="Ctrl+Shift+C",
         tip="Copy the request as a command for a terminal"),
    Spec(id="export_code", text="Copy as code…", menu="Event",
         tip="The request as curl, Python, JavaScript, PHP, Postman, HAR or a plain URL"),
    Spec(id="compare_endpoints", text="Compare endpoints…", menu="Event",
         tip="The event in all endpoint forms side by side, and which of them fires"),
    Spec(id="disarm", text="Disarm LIVE", menu="Event",
         tip="Stop allowing sends to production"),
    Spec(id="view_compose", text="Compose", menu="View", keys="Ctrl+1"),
    Spec(id="view_history", text="History", menu="View", keys="Ctrl+2"),
    Spec(id="view_sandbox", text="Sandbox", menu="View", keys="Ctrl+6"),
    Spec(id="view_settings", text="Settings", menu="View", keys="Ctrl+,"),
    Spec(id="find", text="Find", menu="View", keys="Ctrl+F", separator_before=True,
         tip="Find in what has focus"),
    Spec(id="open_profile", text="Open profile…", menu="View", keys="Ctrl+P",
         tip="Filter the profiles"),
    Spec(id="palette", text="All actions and profiles…", menu="View", keys="Ctrl+K"),
    Spec(id="toggle_theme", text="Switch light and dark", menu="View"),
    Spec(id="field_help", text="Help on this field", menu="Help", keys="F1"),
    Spec(id="shortcuts", text="Keyboard shortcuts", menu="Help", keys="Ctrl+/"),
    Spec(id="updates", text="Check for updates", menu="Help",
         tip="Open the page of releases in the browser"),
    Spec(id="about", text="About PingTree Desktop", menu="Help"),
)  # fmt: skip

Handlers = Mapping[str, Callable[[], object]]


class Actions:
    """The QActions of a window, made from the table."""

    def __init__(self, window: QWidget, handlers: Handlers) -> None:
        self._by_id: dict[str, QAction] = {}
        for spec in TABLE:
            action = QAction(spec.text, window)
            action.setObjectName(f"action.{spec.id}")
            if spec.keys:
                keys = [QKeySequence(spec.keys)]
                if "Return" in spec.keys:  # the key pad's Enter is another key to Qt
                    keys.append(QKeySequence(spec.keys.replace("Return", "Enter")))
                if spec.more_keys:
                    keys.append(QKeySequence(spec.more_keys))
                action.setShortcuts(keys)
                action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
                action.setAutoRepeat(False)
            set_tip(action, spec.tip or spec.text)
            handler = handlers[spec.id]
            action.triggered.connect(lambda _checked=False, call=handler: call())
            window.addAction(action)
            self._by_id[spec.id] = action

    def __getitem__(self, action_id: str) -> QAction:
        return self._by_id[action_id]

    def all(self) -> list[tuple[Spec, QAction]]:
        """Every action with its line of the table, in table order."""
        return [(spec, self._by_id[spec.id]) for spec in TABLE]

    def menus(self, parent: QWidget) -> list[QMenu]:
        """The menus of the table, for a menu bar or a menu button."""
        made = []
        for title in MENUS:
            menu = QMenu(title, parent)
            menu.setToolTipsVisible(False)
            for spec in TABLE:
                if spec.menu != title:
                    continue
                if spec.separator_before:
                    menu.addSeparator()
                menu.addAction(self._by_id[spec.id])
            made.append(menu)
        return made
