"""The main job by keys and clicks: fire, break a field, read why, save, find both tomorrow."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QPushButton

from pingtree_desktop.domain.field import FieldInput, Mode

CTRL = Qt.KeyboardModifier.ControlModifier


def send(desk) -> None:
    before = desk.program.compose.result
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.until(lambda: desk.program.compose.result not in {None, before})
    desk.until(lambda: not desk.program.compose.is_sending)


def verdict(desk) -> str:
    label = desk.find("reply.verdict")
    assert isinstance(label, QLabel)
    return label.text()


def test_the_first_day(open_desk):
    desk = open_desk()
    assert desk.find("field.event_id").text() == "purchase_complete"
    send(desk)
    assert verdict(desk) == "Fired"

    desk.do(lambda: desk.find("field.transaction_id").setText("T-first-day"))
    ad_spend = desk.program.window.compose.form.rows["adSpend"]
    desk.do(lambda: ad_spend.set_value(FieldInput(mode=Mode.RAW, text="")))
    raw = desk.find("field.adSpend.raw")
    desk.do(raw.setFocus)
    desk.type(raw, '"abc"')
    send(desk)
    assert verdict(desk) == "Invalid field"
    assert "adSpend" in desk.find("reply.happened").text()
    link = desk.find("fix.adSpend")
    assert isinstance(link, QPushButton)
    desk.click("fix.adSpend")
    assert raw.hasFocus() or desk.window.focusWidget() is raw

    assert desk.program.compose.is_modified
    desk.press(Qt.Key.Key_S, CTRL)
    desk.until(lambda: not desk.program.compose.is_modified)
    file = desk.folder / "campaigns" / "demo" / "profiles" / "conversion-42-50.toml"
    assert "T-first-day" in file.read_text("utf-8")
    kept_event = desk.program.compose.event
    desk.close()

    again = open_desk(desk.folder)
    assert again.program.compose.event == kept_event
    again.press(Qt.Key.Key_2, CTRL)
    again.until(lambda: len(again.program.wake.history.ids) == 2)
    view = again.program.wake.history_view
    assert again.window.view_name == "history"
    again.do(lambda: view.entries.table.selectRow(0))
    again.until(lambda: again.program.wake.entry.exchange is not None)
    assert again.find("detail.verdict").text() == "Invalid field"
    again.do(view.entries.table.clearSelection)
    again.do(lambda: view.entries.table.selectRow(1))
    again.until(lambda: again.find("detail.verdict").text() == "Fired")


def test_a_double_press_sends_once(desk):
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.click("send")
    desk.until(lambda: desk.program.compose.result is not None)
    desk.until(lambda: not desk.program.compose.is_sending)
    desk.pause(0.2)
    assert len(desk.program.wake.history.ids) == 1


def test_cancel_is_an_outcome_of_its_own(desk):
    desk.do(lambda: desk.program.wake._set_fault("delay:15000"))
    desk.press(Qt.Key.Key_Return, CTRL)
    desk.until(lambda: desk.find("reply.cancel").isVisible())
    desk.press(Qt.Key.Key_Escape)
    desk.until(lambda: desk.program.compose.result is not None)
    assert verdict(desk) == "Cancelled"
    assert "may still have processed" in desk.find("reply.happened").text()
    desk.until(lambda: len(desk.program.wake.history.ids) == 1)


def test_live_is_disarmed_until_one_deliberate_act(desk):
    production = desk.program.workspace.environment("production")
    desk.do(lambda: desk.program.compose.set_environment(production))
    button = desk.find("send")
    assert button.text() == "Disarmed \u00b7 Arm LIVE\u2026"
    assert "LIVE" in desk.window.windowTitle()
    desk.click("send")
    assert desk.find("arming").isVisible()
    assert desk.program.compose.result is None
    assert not desk.program.wake.history.ids
    desk.click("arming.arm")
    assert button.text() == "Fire purchase_complete 42.50 LIVE"
    assert "LIVE armed" in desk.find("status.where").text()
    desk.click("status.disarm")
    assert button.text() == "Disarmed \u00b7 Arm LIVE\u2026"
    desk.do(lambda: desk.program.compose.arm())
    desk.do(
        lambda: desk.program.compose.set_environment(desk.program.workspace.environment("sandbox"))
    )
    desk.do(lambda: desk.program.compose.set_environment(production))
    assert not desk.program.compose.arming.is_armed


def test_the_endpoint_moves_the_money_visibly(desk):
    from pingtree_desktop.domain.catalogue import Endpoint

    model = desk.program.compose
    desk.do(lambda: model.set_endpoint(Endpoint.TRIGGER))
    assert '"revenue": 42.50' in desk.find("preview.text").toPlainText()
    assert '"amount"' not in desk.find("preview.text").toPlainText()
    assert '"cid": "demo"' in desk.find("preview.text").toPlainText()
    assert not desk.find("money.key").isEnabled()
    desk.do(lambda: model.set_endpoint(Endpoint.GLOBAL))
    key = desk.find("money.key")
    assert isinstance(key, QComboBox)
    assert [key.itemData(i) for i in range(key.count())] == ["amount", "revenue"]
    assert desk.find("field.org_id").isVisible()
    assert not desk.find("field.cid").isVisible()
    assert desk.find("field.org_id").text() == "demo-org"
    send(desk)
    assert verdict(desk) == "Fired"


def test_delete_in_the_history_can_be_undone(desk):
    send(desk)
    desk.do(lambda: desk.window.show_view("history"))
    history = desk.program.wake.history
    desk.until(lambda: len(history.ids) == 1)
    desk.do(lambda: desk.program.wake.history_view.entries.table.selectRow(0))
    desk.until(lambda: desk.program.wake.entry.exchange is not None)
    desk.choose("history.more.delete")
    desk.until(lambda: len(history.ids) == 0)
    desk.until(lambda: desk.find("notice").isVisible())
    desk.click("notice.action")
    desk.until(lambda: len(history.ids) == 1)


def test_an_entry_opens_as_a_new_draft_and_resends(desk):
    send(desk)
    sent = desk.program.compose.result.exchange
    desk.do(lambda: desk.program.profiles.new())
    assert desk.program.compose.event.text("event_id") == ""
    desk.do(lambda: desk.window.show_view("history"))
    desk.until(lambda: len(desk.program.wake.history.ids) == 1)
    desk.do(lambda: desk.program.wake.history_view.entries.table.selectRow(0))
    desk.until(lambda: desk.program.wake.entry.exchange is not None)
    desk.click("history.resend")
    desk.until(lambda: len(desk.program.wake.history.ids) == 2)
    desk.until(lambda: not desk.program.compose.is_sending)
    assert desk.program.compose.result.exchange.request.body == sent.request.body
    assert verdict(desk) in {"Locked", "Duplicate"}


def test_deleting_the_open_profile_keeps_the_form_and_can_be_undone(desk):
    model = desk.program.compose
    name, event = model.profile.name, model.event
    desk.do(lambda: desk.program.profiles.delete())
    desk.until(lambda: model.profile is None)
    assert model.event == event
    assert name not in {p.name for p in desk.program.workspace.profiles}
    desk.click("notice.action")
    desk.until(lambda: model.profile is not None)
    assert model.profile.name == name


def test_find_narrows_the_form(desk):
    desk.press(Qt.Key.Key_F, CTRL)
    search = desk.find("form.search")
    assert isinstance(search, QLineEdit)
    desk.type(search, "clickid")
    assert desk.find("field.external_clickid").isVisible()
    assert not desk.find("field.event_id").isVisible()
    desk.do(search.clear)
    assert desk.find("field.event_id").isVisible()
