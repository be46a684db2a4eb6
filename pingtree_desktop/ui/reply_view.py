"""One exchange as a person reads it: verdict, one plain sentence, the reply, what was sent.

Used beside the form and in the history.  It shows; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from pingtree_desktop.domain.display import decode_body, hex_head
from pingtree_desktop.domain.exchange import BodyState, Exchange, Response
from pingtree_desktop.domain.jsontext import pretty
from pingtree_desktop.domain.judgement import Judgement
from pingtree_desktop.domain.verdict import MEANINGS, Tone, verdict_of
from pingtree_desktop.formats.http_text import request_text
from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.code_view import CodeView
from pingtree_desktop.ui.flow import FlowLayout
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.plain import PlainLabel, icon_button, label, outside, unkeyed
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.ui.timing_view import TimingView

TABS = ("Reply", "Raw", "Headers", "Timing", "As sent", "Made")
_MADE = TABS.index("Made")
_AT_ONCE_BYTES = 64_000
_PRETTY_LIMIT_BYTES = 4_000_000


class ReplyView(QWidget):
    """`field_named` carries a field's wire name; `save_wanted` the bytes of the reply's body."""

    field_named = Signal(object)
    save_wanted = Signal(object)

    def __init__(self, theme: Theme, tasks: Tasks, *, name: str) -> None:
        super().__init__()
        self._theme, self._tasks = theme, tasks
        self._exchange: Exchange | None = None
        self._shown_serial = 0
        self._clock: Callable[[int], str] = _clock
        self.setObjectName(name)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self._make_pills(name))
        layout.addWidget(self._make_callout(name))
        layout.addLayout(self._make_tabs(name))
        layout.addWidget(self._make_pages(name), 1)
        self.tabs.currentChanged.connect(lambda _index: self._show_tab())

    def _make_pills(self, name: str) -> QWidget:
        self._pills = QWidget()
        flow = FlowLayout(self._pills, spacing_px=8)
        self._verdict = label("", role="pill")
        self._verdict.setObjectName(f"{name}.verdict")
        self._http = label("", role="pill")
        self._figures = label("", role="muted")
        self._expected = label("", role="pill")
        for widget in (self._verdict, self._http, self._figures, self._expected):
            flow.addWidget(widget)
        return self._pills

    def _make_callout(self, name: str) -> QFrame:
        self._callout = QFrame()
        self._callout.setProperty("role", "callout")
        self._happened = label("", role="heading", wrap=True, selectable=True)
        self._happened.setObjectName(f"{name}.happened")
        self._next = label("", wrap=True, selectable=True)
        self._links = QWidget()
        self._links_flow = FlowLayout(self._links, spacing_px=10)
        inner = QVBoxLayout(self._callout)
        inner.setContentsMargins(12, 8, 12, 9)
        inner.setSpacing(4)
        for widget in (self._happened, self._next, self._links):
            inner.addWidget(widget)
        return self._callout

    def _make_tabs(self, name: str) -> QHBoxLayout:
        self.tabs = QTabBar()
        self.tabs.setProperty("compact", True)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(True)
        self.tabs.setObjectName(f"{name}.tabs")
        self.tabs.setAccessibleName("Parts of the exchange")
        for title in TABS:
            self.tabs.addTab(title)
        copy = icon_button(self._icon("copy"), "Copy what is shown", name=f"{name}.copy")
        save = icon_button(self._icon("save"), "Save the reply's body", name=f"{name}.save")
        for button, slot, picture in ((copy, self._copy, "copy"), (save, self._save, "save")):
            button.clicked.connect(lambda _checked=False, s=slot: s())
            self._theme.changed.connect(lambda b=button, p=picture: b.setIcon(self._icon(p)))
        tab_row = QHBoxLayout()
        tab_row.setSpacing(4)
        tab_row.addWidget(self.tabs, 1)
        tab_row.addWidget(copy)
        tab_row.addWidget(save)
        return tab_row

    def _icon(self, picture: str) -> QIcon:
        return icon(picture, self._theme.color("muted"))

    def _make_pages(self, name: str) -> QStackedWidget:
        self._json = CodeView(self._theme, name=f"{name}.reply", json=True)
        self._text = CodeView(self._theme, name=f"{name}.text")
        self._timing = TimingView(self._theme)
        self._stack = QStackedWidget()
        for page in (self._json, self._text, self._timing):
            self._stack.addWidget(page)
        return self._stack

    def show_exchange(self, exchange: Exchange, judgement: Judgement, *, warning: str = "") -> None:
        """Show an exchange; `warning` is one more sentence, such as that it could not be kept."""
        self._exchange = exchange
        self._show_pills(exchange, judgement)
        self._show_account(exchange, judgement, warning)
        response = exchange.outcome.response if exchange.outcome else None
        count = f" {len(response.headers)}" if response else ""
        self.tabs.setTabText(2, f"Headers{count}")
        self.tabs.setTabVisible(_MADE, bool(exchange.resolved))
        self._show_tab()
        spoken = f"{judgement.meaning.label}. {self._happened.text()}"
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))

    # ---- head -------------------------------------------------------------------------------

    def _show_pills(self, exchange: Exchange, judgement: Judgement) -> None:
        meaning = judgement.meaning
        _set_pill(self._verdict, meaning.label, meaning.tone.value)
        outcome = exchange.outcome
        response = outcome.response if outcome else None
        if response is not None:
            reason = outside(response.reason, limit=60)
            _set_pill(self._http, f"{response.status} {reason}".strip(), "neutral")
        self._http.setVisible(response is not None)
        parts = []
        if outcome is not None:
            parts.append(f"{outcome.elapsed_ms:,.0f} ms")
        if response is not None:
            parts.append(f"{len(response.body):,} B")
        parts.append(self._clock(exchange.started_ms))
        self._figures.setText(" \u00b7 ".join(parts))
        expected = MEANINGS[verdict_of(exchange.expected)].label
        if exchange.as_expected:
            _set_pill(self._expected, f"expected {expected} \u2713", "good")
        else:
            _set_pill(self._expected, f"\u2717 expected {expected}", "failed")
        layout = self._pills.layout()
        if layout is not None:
            layout.invalidate()
            layout.activate()

    def _show_account(self, exchange: Exchange, judgement: Judgement, warning: str) -> None:
        tone = judgement.meaning.tone if exchange.as_expected else Tone.FAILED
        _set_tone(self._callout, tone.value)
        self._happened.setText(outside(judgement.happened, limit=600))
        response = exchange.outcome.response if exchange.outcome else None
        sentences = [judgement.next_step]
        if response is not None:
            sentences.extend(response.notes)
        if exchange.outcome is not None and exchange.outcome.proxy:
            sentences.append(f"Sent through the proxy {exchange.outcome.proxy}.")
        if warning:
            sentences.append(warning)
        self._next.setText(outside("\n".join(s for s in sentences if s), limit=1_200))
        while self._links_flow.count():
            item = self._links_flow.takeAt(0)
            widget = item.widget() if item else None
            if widget is not None:
                widget.deleteLater()
        for wire in (*judgement.missing, *judgement.invalid)[:8]:
            button = QPushButton(unkeyed(f"Fix {outside(wire, limit=60)} in the form"))
            button.setProperty("kind", "link")
            button.setCursor(Qt.CursorShape.PointingHandCursor)
            button.setObjectName(f"fix.{wire}"[:80])
            button.clicked.connect(lambda _checked=False, w=wire: self.field_named.emit(w))
            self._links_flow.addWidget(button)
        self._links.setVisible(self._links_flow.count() > 0)

    # ---- body -------------------------------------------------------------------------------

    def _show_tab(self) -> None:
        exchange = self._exchange
        if exchange is None:
            return
        self._shown_serial += 1
        outcome = exchange.outcome
        response = outcome.response if outcome else None
        match TABS[self.tabs.currentIndex()]:
            case "Reply":
                self._show_reply(response)
            case "Raw":
                self._show_plain(_raw_text(response))
            case "Headers":
                self._show_plain(_headers_text(response))
            case "Timing":
                self._timing.show_outcome(outcome)
                self._stack.setCurrentWidget(self._timing)
            case "Made":
                self._show_plain(_made_text(exchange))
            case _:
                self._show_plain(request_text(exchange.request))

    def _show_plain(self, text: str) -> None:
        self._text.show_text(text)
        self._stack.setCurrentWidget(self._text)

    def _show_reply(self, response: Response | None) -> None:
        if response is None or not response.body:
            self._show_plain("The reply has no body." if response else _no_reply(self._exchange))
            return
        if response.body_state in {BodyState.ENCODED, BodyState.DAMAGED}:
            self._show_plain(_raw_text(response))
            return
        text, _note = decode_body(response.body, response.header("content-type"))
        self._stack.setCurrentWidget(self._json)
        if len(response.body) <= _AT_ONCE_BYTES:
            self._json.show_text(_pretty_or_raw(text))
            return
        self._json.show_text(text)
        if len(response.body) <= _PRETTY_LIMIT_BYTES:
            serial = self._shown_serial
            self._tasks.start(self._prettify(text, serial), name="pretty-print")

    async def _prettify(self, text: str, serial: int) -> None:
        import asyncio  # noqa: PLC0415 - not before the first frame

        loop = asyncio.get_running_loop()
        shown = await loop.run_in_executor(None, _pretty_or_raw, text)
        if serial == self._shown_serial:
            self._json.show_text(shown)

    def _copy(self) -> None:
        page = self._stack.currentWidget()
        text = page.toPlainText() if isinstance(page, CodeView) else self._timing.as_text()
        QGuiApplication.clipboard().setText(text)

    def _save(self) -> None:
        exchange = self._exchange
        if exchange is None or exchange.outcome is None or exchange.outcome.response is None:
            return
        self.save_wanted.emit(exchange.outcome.response.body)


def _set_pill(pill: PlainLabel, text: str, tone: str) -> None:
    pill.setText(text)
    _set_tone(pill, tone)


def _set_tone(widget: QWidget, tone: str) -> None:
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def _clock(started_ms: int) -> str:
    moment = datetime.fromtimestamp(started_ms / 1000).astimezone()
    today = datetime.now().astimezone().date()
    return f"{moment:%H:%M:%S}" if moment.date() == today else f"{moment:%Y-%m-%d %H:%M:%S}"


def _pretty_or_raw(text: str) -> str:
    result = pretty(text)
    if not result.problems:
        return result.text
    flags = "\n".join(f"\u26a0 {problem}" for problem in result.problems[:8])
    return f"{flags}\n\n{result.text}"


def _raw_text(response: Response | None) -> str:
    if response is None:
        return "Nothing was received."
    if response.body_state in {BodyState.ENCODED, BodyState.DAMAGED}:
        return f"{response.body_state.value}; the first bytes are\n\n{hex_head(response.body)}"
    text, note = decode_body(response.body, response.header("content-type"))
    return f"({note})\n\n{text}" if note else text


def _headers_text(response: Response | None) -> str:
    if response is None:
        return "Nothing was received."
    first = f"{response.http_version} {response.status} {response.reason}"
    return "\n".join([first, *(f"{name}: {value}" for name, value in response.headers)])


def _made_text(exchange: Exchange) -> str:
    """What each placeholder became, one below the other."""
    return "\n\n".join(
        f"{one.place.replace(':', ' ', 1)}\n  {one.template}\n  = {one.value}"
        for one in exchange.resolved
    )


def _no_reply(exchange: Exchange | None) -> str:
    failure = exchange.outcome.failure if exchange and exchange.outcome else None
    if failure is None:
        return "No reply is known."
    return f"{failure.sentence}\n\n{failure.detail}".strip()
