"""The notes of a profile in the window: shown, typed, kept, undone with the rest of the form."""

from __future__ import annotations

import tomllib

from PySide6.QtCore import Qt

from pingtree_desktop.storage.draft import load_draft

CTRL = Qt.KeyboardModifier.ControlModifier


def profile_file(desk):
    return desk.folder / "campaigns" / "demo" / "profiles" / "conversion-42-50.toml"


def test_notes_are_typed_kept_and_saved_with_colour_and_place(desk):
    profile = desk.screen.compose.profile
    desk.do(lambda: desk.program.profiles.colour(profile, "green"))
    desk.until(lambda: desk.screen.compose.profile.colour == "green")
    editor = desk.find("draft.notes")
    assert not editor.isVisible()
    desk.choose("action.notes")
    desk.until(editor.isVisible)
    desk.type(editor, "Twice: the second\u00a0is a duplicate.")
    assert desk.screen.compose.is_modified
    desk.until(lambda: (d := load_draft(desk.places)) is not None and d.notes == editor.text())
    desk.choose("action.save")
    desk.until(lambda: not desk.screen.compose.is_modified)
    saved = tomllib.loads(profile_file(desk).read_text("utf-8"))
    assert saved["notes"] == "Twice: the second\u00a0is a duplicate."
    assert saved["colour"] == "green"


def test_one_undo_serves_notes_and_fields(desk):
    editor, pid = desk.find("draft.notes"), desk.find("field.pid")
    desk.choose("action.notes")
    desk.type(editor, "first")
    desk.do(pid.setFocus)
    desk.type(pid, "p-1")
    desk.press(Qt.Key.Key_Z, CTRL, target=pid)
    assert (pid.text(), editor.text()) == ("", "first")
    desk.press(Qt.Key.Key_Z, CTRL, target=editor)
    assert editor.text() == ""
    assert not desk.screen.compose.is_modified


def test_notes_show_themselves_where_there_are_some(desk):
    text = profile_file(desk).read_text("utf-8")
    path = profile_file(desk).with_name("noted.toml")
    path.write_text(f'notes = "Only on Mondays"\n{text.replace("Conversion", "Noted", 1)}', "utf-8")
    desk.do(desk.program.outside.look)
    desk.until(lambda: desk.screen.workspace.profile("demo", "noted"))
    editor, toggle = desk.find("draft.notes"), desk.find("notes.toggle")
    desk.do(lambda: desk.program.profiles.open(desk.screen.workspace.profile("demo", "noted")))
    assert editor.isVisible()
    assert editor.text() == "Only on Mondays"
    desk.click("notes.toggle")
    assert not editor.isVisible()
    assert toggle.text() == "\u25cf Notes"
    assert not desk.screen.compose.is_modified
    other = desk.screen.workspace.profile("demo", "quote-view")
    desk.do(lambda: desk.program.profiles.open(other))
    assert not editor.isVisible()
    assert toggle.text() == "Notes"
