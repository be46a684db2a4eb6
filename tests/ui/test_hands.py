"""Small things that hands do: Esc, a right click, a link, a name that is typed twice."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QListView, QTreeView, QWidget

from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.ui.paste_edit import SHOWN_CHARS, PasteEdit
from pingtree_desktop.ui.profiles_model import ITEM


def choices(desk) -> QListView:
    found = [one for one in desk.app.allWidgets() if one.objectName() == "value.choices"]
    (view,) = [one for one in found if isinstance(one, QListView)]
    return view


def test_the_list_of_values_goes_with_the_braces_and_by_esc(desk):
    line = desk.find("field.sub3")
    desk.do(line.setFocus)
    desk.type(line, "{{")
    view = choices(desk)
    assert view.isVisible()
    desk.press(Qt.Key.Key_Escape, target=view)
    assert not view.isVisible()
    desk.type(line, "u")
    assert view.isVisible()
    for _ in range(2):
        desk.press(Qt.Key.Key_Backspace, target=line)
    assert not view.isVisible()
    assert line.text() == "{"
    desk.do(lambda: view.activated.emit(view.model().index(0, 0)))
    assert line.text() == "{", "what is not offered any more is not put in"


def test_a_fix_leaves_the_cursor_in_the_field_that_it_changed(desk):
    desk.do(lambda: desk.screen.compose.set_field("amount", FieldInput(text="$12.50")))
    desk.do(lambda: desk.screen.compose.set_field("cost", FieldInput(text="3,20 USD")))
    desk.do(desk.window.activateWindow)
    desk.click("advice.amount.fix")
    assert desk.screen.compose.event.text("amount") == "12.50"
    assert desk.app.focusWidget() is desk.find("field.amount")


def test_a_right_click_marks_nothing(desk):
    tree = desk.find("profiles.tree")
    assert isinstance(tree, QTreeView)
    opened = desk.screen.compose.profile
    other = next(
        index for row in range(4)
        if (index := tree.model().index(row, 0, tree.model().index(0, 0))).data(ITEM) != opened
    )  # fmt: skip
    place = tree.visualRect(other).center()
    right = Qt.MouseButton.RightButton
    desk.do(lambda: QTest.mouseClick(tree.viewport(), right, pos=QPoint(place)))
    assert tree.currentIndex().data(ITEM) == opened


def test_keys_act_on_the_profile_that_the_list_marks(desk):
    tree = desk.find("profiles.tree")
    assert isinstance(tree, QTreeView)
    desk.do(desk.window.activateWindow)
    desk.do(tree.setFocus)
    desk.press(Qt.Key.Key_Down, target=tree)
    marked = tree.currentIndex().data(ITEM)
    assert marked != desk.screen.compose.profile
    desk.choose("action.delete")
    desk.until(lambda: desk.screen.workspace.profile("demo", marked.slug) is None)
    assert desk.screen.compose.profile is not None


def test_two_deletions_are_both_brought_back(desk):
    slugs = ("quote-view", "call-completed")
    for slug in slugs:
        profile = desk.screen.workspace.profile("demo", slug)
        desk.do(lambda p=profile: desk.program.profiles.delete(p))
        desk.until(lambda s=slug: desk.screen.workspace.profile("demo", s) is None)
    for slug in reversed(slugs):
        desk.choose("action.undelete")
        desk.until(lambda s=slug: desk.screen.workspace.profile("demo", s) is not None)
    desk.choose("action.undelete")
    assert "Nothing was deleted" in desk.find("notice.text").text()


def test_an_untouched_new_draft_is_no_unsaved_one(desk):
    desk.choose("action.new")
    assert desk.screen.compose.event.text("cid") == "demo"
    assert not desk.screen.compose.is_modified
    assert desk.app.focusWidget() is desk.find("field.event_id")
    desk.type(desk.find("field.event_id"), "x")
    assert desk.screen.compose.is_modified


def test_a_closed_card_says_that_it_holds_advice(desk):
    warnings = desk.find("card.consent.warnings")
    assert not warnings.isVisible()
    desk.do(lambda: desk.screen.compose.set_field("tcpa_consent", FieldInput(text="2")))
    assert (warnings.isVisible(), warnings.text()) == (True, "\u26a0 1")
    desk.click("card.consent.toggle")
    assert not warnings.isVisible()
    row = LeadField(name="adspend", text="1")
    desk.do(lambda: desk.screen.compose.set_lead((row,)))
    desk.click("card.lead.toggle")
    assert desk.find("card.lead.warnings").text() == "\u26a0 1"


def test_a_reply_says_whose_it_is_once_the_form_shows_another_event(desk):
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.screen.compose.result is not None)
    about = desk.find("reply.about")
    assert not about.isVisible()
    other = desk.screen.workspace.profile("demo", "quote-view")
    desk.do(lambda: desk.program.profiles.open(other))
    assert about.isVisible()
    assert "Reply to purchase_complete in sandbox" in about.text()
    desk.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    desk.until(lambda: desk.screen.compose.result.exchange.event_id == "quote_view")
    assert not about.isVisible()


def test_a_header_whose_secret_is_not_known_is_said_before_it_is_sent(desk):
    note = desk.find("preview.notes")
    assert not note.isVisible()
    headers = (("X-Auth", "Bearer {{token}}"),)
    there = Environment(name="stage", base_url="http://127.0.0.1:9", headers=headers)
    desk.do(lambda: desk.screen.compose.set_environment(there))
    assert note.isVisible()
    assert "{{token}} in the header X-Auth cannot be made" in note.text()


def test_a_very_long_text_is_pasted_at_once_and_read_whole(desk):
    text = '{"event_id":"sale","blob":"' + "x" * 900_000 + '"}'
    desk.do(lambda: desk.program.pasting.show(text))
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    editor = desk.find("paste.text")
    assert isinstance(editor, PasteEdit)
    desk.until(lambda: "JSON" in desk.find("paste.headline").text())
    assert len(editor.toPlainText()) < 2 * SHOWN_CHARS
    assert desk.find("paste.cut").isVisible()
    desk.type(editor, "y")
    assert editor.whole_text() == text
    desk.click("dialog.accept")
    desk.until(lambda: desk.screen.compose.event.lead)
    assert len(desk.screen.compose.event.lead[0].text) == 900_000


def test_a_cut_text_is_thrown_away_whole(qtbot):
    editor = PasteEdit()
    qtbot.addWidget(editor)
    editor.show_text("x" * (SHOWN_CHARS + 1))
    QTest.keyClick(editor, Qt.Key.Key_Backspace)
    assert (editor.whole_text(), editor.is_cut) == ("", False)
    QTest.keyClicks(editor, "abc")
    assert editor.whole_text() == "abc"


def test_a_bare_body_stays_with_the_open_campaign(desk):
    desk.do(lambda: desk.program.pasting.show('{"event_id":"upsell"}'))
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    desk.until(lambda: desk.find("dialog.accept").isEnabled())
    desk.click("dialog.accept")
    desk.until(lambda: desk.screen.compose.event.text("event_id") == "upsell")
    assert desk.screen.compose.event.text("cid") == "demo"
    assert desk.screen.compose.campaign.slug == "demo"


@pytest.mark.parametrize(("typed", "said"), [
    ({"dialog.name": "", "dialog.cid": ""}, "has no name"),
    ({"events.2.id": "quote_view"}, "stands here twice"),
    ({"events.1.id": ""}, "has no event ID"),
    ({"events.1.money": "$45,00"}, "The usual amount of quote_view"),
])  # fmt: skip
def test_what_makes_no_sense_in_a_campaign_is_said(desk, typed, said):
    desk.choose("action.edit_campaign")
    desk.until(lambda: desk.window.findChildren(QWidget, "events.1.id"))
    for name, text in typed.items():
        line = desk.find(name)
        assert isinstance(line, QLineEdit)
        desk.do(lambda one=line, words=text: one.setText(words))
    desk.click("dialog.accept")
    problem = desk.find("dialog.problem")
    assert problem.isVisible()
    assert said in problem.text()


def test_events_are_kept_as_they_are_typed(desk):
    desk.choose("action.edit_campaign")
    desk.until(lambda: desk.window.findChildren(QWidget, "events.1.id"))
    desk.click("events.3.remove")
    desk.click("events.add")
    (line,) = [one for one in desk.window.findChildren(QLineEdit) if one.hasFocus()]
    desk.type(line, "refund")
    box = desk.find(line.objectName().replace(".id", ".affiliate_conversion"))
    assert isinstance(box, QCheckBox)
    desk.do(box.click)
    desk.click("dialog.accept")
    desk.until(lambda: any(e.id == "refund" for e in desk.screen.compose.campaign.events))
    events = {one.id: one for one in desk.screen.compose.campaign.events}
    assert "purchase_complete" not in events
    assert events["refund"].affiliate_conversion


def test_esc_asks_before_it_throws_away_what_was_typed(desk):
    desk.choose("action.edit_campaign")
    desk.until(lambda: desk.window.findChildren(QWidget, "dialog.name"))
    name = desk.find("dialog.name")
    desk.type(name, "Another")
    desk.press(Qt.Key.Key_Escape, target=name)
    assert "once more" in desk.find("dialog.problem").text()
    desk.press(Qt.Key.Key_Escape, target=name)
    desk.until(lambda: not desk.window.findChildren(QWidget, "dialog.name"))
    assert desk.screen.compose.campaign.name == "Demo"


def test_esc_closes_a_sheet_in_which_nothing_was_typed(desk):
    desk.do(lambda: desk.program.pasting.show("curl https://api.example.com/api/event/x -d '{}'"))
    desk.until(lambda: desk.window.findChildren(QWidget, "paste"))
    desk.until(lambda: desk.find("dialog.accept").isEnabled())
    desk.press(Qt.Key.Key_Escape, target=desk.find("paste"))
    desk.until(lambda: not desk.window.findChildren(QWidget, "paste"))
    desk.choose("action.compare_endpoints")
    desk.until(lambda: desk.window.findChildren(QWidget, "endpoints.choose.0"))
    desk.do(desk.find("endpoints.choose.0").click)
    desk.press(Qt.Key.Key_Escape, target=desk.find("view.endpoints"))
    desk.until(lambda: not desk.window.findChildren(QWidget, "view.endpoints"))


@pytest.mark.parametrize(("field", "text", "said"), [
    ("dialog.proxy", "foo bar", "names no possible host"),
    ("dialog.ca", "/nope.pem", "is not there"),
])  # fmt: skip
def test_a_proxy_or_ca_file_that_cannot_be_used_is_said(desk, field, text, said):
    desk.do(lambda: desk.program.environments.edit(None))
    desk.until(lambda: desk.window.findChildren(QWidget, "dialog.base_url"))
    for name, words in (("dialog.name", "E"), ("dialog.base_url", "http://h"), (field, text)):
        line = desk.find(name)
        assert isinstance(line, QLineEdit)
        desk.do(lambda one=line, w=words: one.setText(w))
    desk.click("dialog.accept")
    assert said in desk.find("dialog.problem").text()


def test_enter_in_the_search_goes_into_the_first_field_that_is_left(desk):
    search = desk.find("form.search")
    desk.do(desk.window.activateWindow)
    desk.do(search.setFocus)
    desk.type(search, "external")
    desk.press(Qt.Key.Key_Return, target=search)
    assert desk.app.focusWidget() is desk.find("field.external_clickid")


def test_a_header_completes_the_variables_that_are_typed_beside_it(desk):
    desk.do(lambda: desk.program.environments.edit(None))
    desk.until(lambda: desk.window.findChildren(QWidget, "headers.add"))
    for name in ("variables.add", "headers.add"):
        desk.do(desk.find(name).click)
    desk.do(lambda: desk.find("variables.1.name").setText("token"))
    line = desk.find("headers.1.value")
    desk.do(line.setFocus)
    desk.type(line, "{{to")
    model = choices(desk).model()
    assert [model.index(row, 0).data() for row in range(model.rowCount())] == ["token", "today"]


def test_a_long_name_ends_in_an_ellipsis(desk):
    profile = desk.screen.compose.profile
    desk.do(lambda: desk.program.start(
        desk.screen.workspace.rename_profile(profile, "Long " * 30), name="rename"
    ))  # fmt: skip
    desk.until(lambda: desk.screen.workspace.profile("demo", profile.slug) is None)
    long = next(p for p in desk.screen.workspace.profiles if p.name.startswith("Long"))
    desk.do(lambda: desk.program.profiles.open(long))
    assert desk.find("draft.name").text().endswith("\u2026")
