"""Profiles moved, coloured, changed from outside; campaigns and environments with variables."""

from __future__ import annotations

import tomllib

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QTreeView, QWidget

from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.storage import workspace_reader
from pingtree_desktop.ui.profiles import Sidebar
from pingtree_desktop.ui.profiles_model import ITEM, MODIFIED
from tests.window import Desk

CTRL_SHIFT = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def file(desk: Desk, slug: str = "conversion-42-50", campaign: str = "demo"):
    return desk.folder / "campaigns" / campaign / "profiles" / f"{slug}.toml"


def names(desk: Desk) -> list[str]:
    tree = desk.find("profiles.tree")
    assert isinstance(tree, QTreeView)
    model = tree.model()
    found = []
    for row in range(model.rowCount()):
        head = model.index(row, 0)
        found.append(head.data())
        found += [f"  {model.index(i, 0, head).data()}" for i in range(model.rowCount(head))]
    return found


def said(desk: Desk) -> str:
    label = desk.find("notice.text")
    assert isinstance(label, QLabel)
    return label.text()


def rewrite(desk: Desk, old: str, new: str) -> None:
    text = file(desk).read_text("utf-8")
    assert old in text
    file(desk).write_text(text.replace(old, new), "utf-8")


def type_money(desk: Desk, text: str) -> None:
    desk.do(lambda: desk.screen.compose.set_field("amount", FieldInput(text=text)))


def test_a_profile_that_changed_outside_is_shown_when_nothing_was_typed(desk):
    rewrite(desk, "42.50", "43.00")
    desk.do(desk.program.outside.look)
    desk.until(lambda: desk.screen.compose.event.text("amount") == "43.00")
    assert "changed outside" in said(desk)
    assert not desk.screen.compose.is_modified


def test_a_draft_is_left_alone_and_saving_puts_both_together(desk):
    desk.do(lambda: desk.screen.compose.set_field("sub3", FieldInput(text="mine")))
    rewrite(desk, "42.50", "43.00")
    desk.do(desk.program.outside.look)
    desk.until(lambda: "Your draft is as it was" in said(desk))
    assert desk.screen.compose.event.text("amount") == "42.50"
    desk.choose("action.save")
    desk.until(lambda: desk.window.findChildren(QWidget, "outside"))
    desk.click("dialog.accept")
    desk.until(lambda: not desk.screen.compose.is_modified)
    text = file(desk).read_text("utf-8")
    assert "43.00" in text
    assert "mine" in text
    assert desk.screen.compose.event.text("amount") == "43.00"


def test_theirs_alone_keeps_the_draft_aside(desk):
    type_money(desk, "50")
    rewrite(desk, "42.50", "43.00")
    desk.choose("action.save")
    desk.until(lambda: desk.window.findChildren(QWidget, "outside"))
    assert any("amount" in one.text() for one in desk.find("outside").findChildren(QLabel))
    desk.do(desk.find("outside.theirs").click)
    desk.click("dialog.accept")
    desk.until(lambda: desk.screen.compose.event.text("amount") == "43.00")
    assert "43.00" in file(desk).read_text("utf-8")
    desk.choose("action.bring_back")
    desk.until(lambda: desk.screen.compose.event.text("amount") == "50")
    assert desk.screen.compose.event.text("amount") == "50"


def test_mine_alone_writes_over_it_and_cancel_writes_nothing(desk):
    type_money(desk, "50")
    rewrite(desk, "42.50", "43.00")
    desk.choose("action.save")
    desk.until(lambda: desk.window.findChildren(QWidget, "outside"))
    desk.click("dialog.cancel")
    desk.until(lambda: "Nothing was saved" in said(desk))
    assert "43.00" in file(desk).read_text("utf-8")
    desk.choose("action.save")
    desk.until(lambda: desk.window.findChildren(QWidget, "outside"))
    desk.do(desk.find("outside.mine").click)
    desk.click("dialog.accept")
    desk.until(lambda: not desk.screen.compose.is_modified)
    assert "43.00" not in file(desk).read_text("utf-8")
    assert desk.screen.compose.event.text("amount") == "50"


def test_a_profile_that_is_gone_leaves_its_draft_and_is_saved_again(desk):
    kept, text = desk.screen.compose.event, file(desk).read_text("utf-8")
    file(desk).unlink()
    desk.do(desk.program.outside.look)
    desk.until(lambda: "removed from the workspace" in said(desk))
    assert desk.screen.compose.event == kept
    assert desk.screen.compose.is_modified
    desk.choose("action.save")
    desk.until(lambda: not desk.screen.compose.is_modified)
    assert tomllib.loads(file(desk).read_text("utf-8")) == tomllib.loads(text)
    assert desk.screen.compose.profile.slug == "conversion-42-50"


def test_a_profile_that_comes_back_is_saved_again(desk):
    text = file(desk).read_text("utf-8")
    file(desk).unlink()
    desk.do(desk.program.outside.look)
    desk.until(lambda: desk.screen.compose.is_modified)
    file(desk).write_text(text, "utf-8")
    desk.do(desk.program.outside.look)
    desk.until(lambda: not desk.screen.compose.is_modified)


def test_the_draft_knows_its_campaign_as_it_is_on_the_disk(desk):
    desk.do(lambda: desk.screen.compose.set_field("event_id", FieldInput(text="brand_new")))
    assert any(one.rule.id == "unlisted-event" for one in desk.screen.compose.advice())
    path = desk.folder / "campaigns" / "demo" / "campaign.toml"
    more = '\n[[event]]\nid = "brand_new"\nmoney = "7.50"\nconversion = true\n'
    path.write_text(path.read_text("utf-8") + more, "utf-8")
    desk.do(desk.program.outside.look)
    desk.until(lambda: any(e.id == "brand_new" for e in desk.screen.compose.campaign.events))
    assert not any(one.rule.id == "unlisted-event" for one in desk.screen.compose.advice())
    lines = [line for value, line in desk.screen.suggestions["event_id"] if value == "brand_new"]
    assert lines == ["brand_new \u2014 conversion, usually 7.50"]


def test_a_saved_profile_keeps_colour_and_place_also_with_both_changes(desk):
    profile = desk.screen.compose.profile
    desk.do(lambda: desk.program.profiles.colour(profile, "red"))
    desk.until(lambda: desk.screen.compose.profile.colour == "red")
    desk.press(Qt.Key.Key_Up, CTRL_SHIFT)
    desk.until(lambda: desk.screen.compose.profile.order is not None)
    type_money(desk, "50")
    rewrite(desk, '"aff-220"', '"aff-221"')
    desk.choose("action.save")
    desk.until(lambda: desk.window.findChildren(QWidget, "outside"))
    desk.click("dialog.accept")
    desk.until(lambda: not desk.screen.compose.is_modified)
    saved = tomllib.loads(file(desk).read_text("utf-8"))
    assert (saved["colour"], saved["fields"]["amount"], saved["fields"]["sub1"]) == (
        "red", "50", "aff-221",
    )  # fmt: skip
    assert "order" in saved
    assert "is saved" in said(desk)


def test_a_profile_goes_up_and_down_by_keys(desk):
    before = names(desk)
    at = before.index("  Conversion $42.50")
    desk.press(Qt.Key.Key_Up, CTRL_SHIFT)
    desk.until(lambda: names(desk).index("  Conversion $42.50") == at - 1)
    desk.press(Qt.Key.Key_Down, CTRL_SHIFT)
    desk.until(lambda: names(desk) == before)
    assert desk.screen.compose.profile is not None
    assert not desk.screen.compose.is_modified


def test_a_profile_is_dragged_to_another_campaign_and_back(desk):
    from pingtree_desktop.domain.profile import Campaign

    desk.run(desk.screen.workspace.save_campaign(Campaign(slug="", name="Zebra")))
    desk.until(lambda: "Zebra" in names(desk))
    tree = desk.find("profiles.tree")
    model = tree.model()
    demo, zebra = model.index(0, 0), model.index(1, 0)
    quote = next(
        model.index(i, 0, demo)
        for i in range(model.rowCount(demo))
        if model.index(i, 0, demo).data() == "Quote view"
    )
    mime = model.mimeData([quote])
    desk.do(lambda: model.dropMimeData(mime, Qt.DropAction.MoveAction, -1, -1, zebra))
    desk.until(lambda: names(desk)[-2:] == ["Zebra", "  Quote view"])
    assert file(desk, "quote-view", "zebra").exists()
    assert not file(desk, "quote-view").exists()
    desk.until(lambda: "is in Zebra now" in said(desk))
    desk.click("notice.action")
    desk.until(lambda: names(desk)[-1] == "Zebra")


def test_a_colour_is_kept_and_the_draft_too(desk):
    type_money(desk, "50")
    profile = desk.screen.compose.profile
    desk.do(lambda: desk.program.profiles.colour(profile, "purple"))
    desk.until(lambda: 'colour = "purple"' in file(desk).read_text("utf-8"))
    desk.until(lambda: desk.screen.compose.profile.colour == "purple")
    assert desk.screen.compose.event.text("amount") == "50"
    assert desk.screen.compose.is_modified


def test_the_dot_follows_the_draft_in_one_row(desk):
    tree = desk.find("profiles.tree")
    assert not tree.currentIndex().data(MODIFIED)
    type_money(desk, "50")
    assert tree.currentIndex().data(MODIFIED)
    assert tree.currentIndex().data(ITEM).slug == "conversion-42-50"


def test_an_environment_gets_variables_secrets_and_headers(desk):
    desk.do(lambda: desk.program.environments.edit(None))
    desk.until(lambda: desk.window.findChildren(QWidget, "dialog.base_url"))

    def put(name: str, text: str) -> None:
        line = desk.find(name)
        assert isinstance(line, QLineEdit)
        desk.do(lambda: line.setText(text))

    put("dialog.name", "staging")
    put("dialog.base_url", "https://staging.example.com")
    desk.do(desk.find("variables.add").click)
    put("variables.1.name", "uuid")
    put("variables.1.value", "x")
    desk.click("dialog.accept")
    assert "built-in" in desk.find("dialog.problem").text()
    assert desk.find("dialog.name").text() == "staging", "nothing typed is lost"
    put("variables.1.name", "pub")
    desk.do(desk.find("variables.add").click)
    put("variables.2.name", "key")
    put("variables.2.value", "hush")
    desk.do(desk.find("variables.2.secret").click)
    desk.do(desk.find("headers.add").click)
    put("headers.1.name", "X-Key")
    put("headers.1.value", "{{key}}")
    desk.click("dialog.accept")
    desk.until(lambda: desk.screen.workspace.environment("staging") is not None)
    found = desk.screen.workspace.environment("staging")
    assert [(one.name, one.text, one.secret) for one in found.variables] == [
        ("pub", "x", False), ("key", "", True),
    ]  # fmt: skip
    assert found.headers == (("X-Key", "{{key}}"),)
    assert "hush" not in (desk.folder / "environments.toml").read_text("utf-8")
    desk.until(
        lambda: desk.program.wake.context.secrets.get("environment:staging", "key") == "hush"
    )
    desk.do(lambda: desk.screen.compose.set_environment(found))
    desk.until(lambda: ("X-Key", "hush") in desk.screen.compose.preview().headers)


def test_a_campaign_gets_events_and_variables(desk):
    campaign = desk.screen.workspace.campaign("demo")
    desk.do(lambda: desk.program.campaigns.edit(campaign))
    desk.until(lambda: desk.window.findChildren(QWidget, "events.add"))
    count = len(campaign.events)
    desk.do(desk.find("events.add").click)
    row = f"events.{count + 1}"
    desk.do(lambda: desk.find(f"{row}.id").setText("refund"))
    desk.do(lambda: desk.find(f"{row}.money").setText("9.90"))
    desk.do(desk.find(f"{row}.affiliate_conversion").click)
    desk.click("dialog.accept")
    desk.until(lambda: len(desk.screen.workspace.campaign("demo").events) == count + 1)
    made = desk.screen.workspace.campaign("demo").events[-1]
    assert (made.id, made.money, made.affiliate_conversion) == ("refund", "9.90", True)
    assert desk.screen.workspace.campaign("demo").events[:-1] == campaign.events


def test_a_set_aside_draft_survives_the_end_of_the_program(open_desk):
    desk = open_desk()
    for money, profile in (("50", "Quote view"), ("", "Call completed")):
        if money:
            type_money(desk, money)
        else:
            desk.do(lambda: desk.screen.compose.set_field("sub5", FieldInput(text="second")))
        found = next(one for one in desk.screen.workspace.profiles if one.name == profile)
        desk.do(lambda p=found: desk.program.profiles.open(p))
    desk.pause(0.2)
    desk.close()
    again = open_desk(desk.folder)
    again.choose("action.bring_back")
    again.until(lambda: again.window.findChildren(QWidget, "dialog.draft"))
    box = again.find("dialog.draft")
    assert box.count() == 2
    assert "Quote view" in box.itemText(0)
    aside = again.screen.workspace.profile("demo", "conversion-42-50")
    assert aside is not None
    assert aside.event.text("transaction_id") in box.itemText(1)
    again.do(lambda: box.setCurrentIndex(1))
    again.click("dialog.accept")
    again.until(lambda: again.screen.compose.event.text("amount") == "50")
    assert again.screen.compose.profile.slug == "conversion-42-50"
    again.choose("action.bring_back")
    again.until(lambda: again.screen.compose.event.text("sub5") == "second")


def test_a_change_while_the_program_was_closed_is_noticed(open_desk):
    desk = open_desk()
    desk.do(lambda: desk.screen.compose.set_field("sub3", FieldInput(text="mine")))
    desk.pause(0.3)
    desk.close()
    rewrite(desk, "42.50", "43.00")
    again = open_desk(desk.folder)
    assert again.screen.compose.event.text("amount") == "42.50"
    again.choose("action.save")
    again.until(lambda: again.window.findChildren(QWidget, "outside"))
    again.click("dialog.accept")
    again.until(lambda: not again.screen.compose.is_modified)
    text = file(again).read_text("utf-8")
    assert "43.00" in text
    assert "mine" in text


def test_a_large_workspace_shows_its_open_profile_first(open_desk, tmp_path, monkeypatch):
    first = open_desk(tmp_path / "large")
    first.do(lambda: first.screen.compose.set_field("sub3", FieldInput(text="typed")))
    first.until(lambda: first.find("status.draft").text() == "Draft saved")
    first.close()
    monkeypatch.setattr(workspace_reader, "MOST_AT_ONCE", 3)
    shown = []
    whole = Sidebar.show_items

    def noted(sidebar, campaigns, profiles, *, is_whole=True):
        shown.append((len(profiles), is_whole))
        whole(sidebar, campaigns, profiles, is_whole=is_whole)

    monkeypatch.setattr(Sidebar, "show_items", noted)
    second = open_desk(tmp_path / "large")
    assert shown[0] == (1, False)
    assert second.screen.compose.profile.name == "Conversion $42.50"
    assert second.screen.compose.event.text("sub3") == "typed"
    second.until(lambda: shown[-1] == (6, True))
    second.until(lambda: len(names(second)) == 7)
    assert second.screen.compose.is_modified
    assert second.screen.compose.event.text("sub3") == "typed"
    assert not second.find("notice").isVisible()
