"""The bar above everything: menu, environment, endpoint, address, Send."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QActionGroup, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.event import Method
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.plain import label, outside, set_tip, unkeyed
from pingtree_desktop.ui.theme import Theme
from pingtree_desktop.viewmodels.compose import ComposeModel, Topic

ENDPOINT_WORDS = {
    Endpoint.CAMPAIGN: "Campaign endpoint",
    Endpoint.TRIGGER: "Trigger endpoint",
    Endpoint.GLOBAL: "Global endpoint",
}
_TONES = {Danger.SANDBOX: "good", Danger.TEST: "accent", Danger.LIVE: "failed"}


def environment_words(environment: Environment) -> str:
    """What the environment pill says; LIVE always says LIVE, an unchecked certificate too."""
    name = to_display(environment.name[:1].upper() + environment.name[1:], limit=30, one_line=True)
    unsafe = "" if environment.verify_tls else " \u00b7 certificate not checked"
    match environment.danger:
        case Danger.SANDBOX if environment.is_embedded:
            return f"{name} \u00b7 embedded"
        case Danger.SANDBOX:
            return f"{name} \u00b7 sandbox{unsafe}"
        case Danger.TEST:
            return f"{name} \u00b7 test{unsafe}"
        case Danger.LIVE:
            return f"LIVE \u00b7 {name}{unsafe}"


class AddressBox(QFrame):
    """The method pill and the address, its last part bold; elided in the middle."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("urlbox")
        self._theme = theme
        self._url = ""
        self._bold = ""
        self.method = label("POST", role="pill")
        self.method.setProperty("tone", "accent")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 3, 10, 3)
        layout.addWidget(self.method)
        layout.addStretch()
        self.setMinimumWidth(120)
        self.setMinimumHeight(30)
        theme.changed.connect(self.update)

    def show_address(self, method: str, url: str, bold: str) -> None:
        self.method.setText(method)
        self._url, self._bold = url, bold
        self.setAccessibleName(f"{method} {url}")
        set_tip(self, url)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setFont(self._theme.mono)
        painter.setPen(self._theme.color("text"))
        left = self.method.geometry().right() + 10
        room = self.width() - left - 10
        metrics = painter.fontMetrics()
        start = outside(self._url, limit=400)
        bold_font = QFont(self._theme.mono)
        bold_font.setBold(True)
        bold_px = QFontMetrics(bold_font).horizontalAdvance(self._bold)
        middle = Qt.TextElideMode.ElideMiddle
        start = metrics.elidedText(start, middle, max(30, room - bold_px))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        area = self.rect().adjusted(left, 0, -10, 0)
        painter.drawText(area, flags, start)
        if self._bold:
            area.setLeft(left + metrics.horizontalAdvance(start))
            painter.setFont(bold_font)
            painter.drawText(area, flags, self._bold)
        painter.end()


class TopBar(QFrame):
    """`send_clicked` is the Send button, in whatever state; `environment_chosen` carries one."""

    send_clicked = Signal()
    paste_clicked = Signal()
    environment_chosen = Signal(object)
    manage_environments = Signal()

    def __init__(self, model: ComposeModel, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self._model, self._theme = model, theme
        self._environments: Sequence[Environment] = ()
        self.menu_button = QToolButton()
        self.menu_button.setIcon(icon("menu", theme.color("text")))
        theme.changed.connect(lambda: self.menu_button.setIcon(icon("menu", theme.color("text"))))
        self.menu_button.setAccessibleName("Menu")
        self.menu_button.setObjectName("menu")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._name = label("PingTree Desktop", role="heading")
        self.environment = QPushButton()
        self.environment.setObjectName("environment")
        self._pill = label("", role="pill")
        self._pill.setParent(self.environment)
        self._pill.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._environment_menu = QMenu(self)
        self.environment.setMenu(self._environment_menu)
        self._environment_menu.aboutToShow.connect(self._fill_environments)
        self.endpoint = QPushButton()
        self.endpoint.setObjectName("endpoint")
        self._endpoint_menu = QMenu(self)
        self.endpoint.setMenu(self._endpoint_menu)
        self._endpoint_menu.aboutToShow.connect(self._fill_endpoints)
        self._address = AddressBox(theme)
        self.send = QPushButton("Send")
        self.send.setObjectName("send")
        self.send.setProperty("kind", "primary")
        self.send.clicked.connect(lambda _checked=False: self.send_clicked.emit())
        self._keys = "Ctrl+\u21b5"
        self._paste = QPushButton("Paste\u2026")
        self._paste.setObjectName("paste.button")
        set_tip(self._paste, "Fill the form from a URL, curl, HAR, Postman or JSON (Ctrl+Shift+V)")
        self._paste.clicked.connect(lambda _checked=False: self.paste_clicked.emit())
        layout = QHBoxLayout(self)
        layout.setContentsMargins(12, 8, 12, 8)
        layout.setSpacing(8)
        layout.addWidget(self.menu_button)
        layout.addWidget(self._name)
        layout.addSpacing(4)
        layout.addWidget(self.environment)
        layout.addWidget(self.endpoint)
        layout.addWidget(self._address, 1)
        layout.addWidget(self._paste)
        layout.addWidget(self.send)
        model.changes.listen(self._model_changed)
        theme.changed.connect(self.refresh)  # the pill is as wide as the style sheet makes it
        self.refresh()

    def set_environments(self, environments: Sequence[Environment]) -> None:
        self._environments = environments

    def set_narrow(self, narrow: bool) -> None:
        """Leave out the program's name where room is short."""
        self._name.setVisible(not narrow)
        self._paste.setVisible(not narrow)

    def open_environments(self) -> None:
        self.environment.showMenu()

    def open_endpoints(self) -> None:
        self.endpoint.showMenu()

    def refresh(self) -> None:
        """Show what the model says."""
        model = self._model
        self._show_environment(model.environment)
        self.endpoint.setText(ENDPOINT_WORDS[model.event.endpoint] + "    ")
        try:
            url = model.preview().url
        except PingTreeError as error:
            url = str(error)
        self._show_address(url)
        self._show_send()

    def _show_environment(self, environment: Environment) -> None:
        self._pill.setText(environment_words(environment))
        self._pill.setProperty("tone", _TONES[environment.danger])
        self._pill.style().unpolish(self._pill)
        self._pill.style().polish(self._pill)
        self._pill.adjustSize()
        self.environment.setFixedWidth(self._pill.width() + 44)
        self._pill.move(
            10, max(0, (self.environment.sizeHint().height() - self._pill.height()) // 2)
        )
        self.environment.setAccessibleName(f"Environment: {environment_words(environment)}")

    def _show_address(self, url: str) -> None:
        event = self._model.event
        bold = ""
        if event.method is Method.POST and event.endpoint is not Endpoint.TRIGGER:
            head, slash, tail = url.rpartition("/")
            if slash and len(tail) <= 60:
                url, bold = head + slash, tail
        self._address.show_address(event.method.value, url, bold)

    def _show_send(self) -> None:
        model = self._model
        text = model.send_label
        kind = "primary"
        if model.is_live:
            kind = "danger" if model.arming.is_armed else "danger-outline"
        elif not model.is_sending:
            text = f"{text}  {self._keys}"
        if unkeyed(text) != self.send.text():
            self.send.setText(unkeyed(text))
        # A disarmed LIVE button stays clickable: it opens the arming panel.
        self.send.setEnabled(not (model.is_sending or model.blocked) and bool(model.base_url))
        if self.send.property("kind") != kind:
            self.send.setProperty("kind", kind)
            self.send.style().unpolish(self.send)
            self.send.style().polish(self.send)

    def _model_changed(self, _topic: Topic) -> None:
        self.refresh()

    def _fill_environments(self) -> None:
        menu = self._environment_menu
        menu.clear()
        group = QActionGroup(menu)
        for environment in self._environments:
            words = environment_words(environment)
            where = environment.base_url or self._model.sandbox_url or "starts with the window"
            action = menu.addAction(unkeyed(outside(f"{words}    {where}", limit=120)))
            action.setCheckable(True)
            action.setChecked(environment == self._model.environment)
            group.addAction(action)
            action.triggered.connect(
                lambda _checked=False, e=environment: self.environment_chosen.emit(e)
            )
        menu.addSeparator()
        add = menu.addAction("Add or change environments\u2026")
        add.triggered.connect(lambda _checked=False: self.manage_environments.emit())

    def _fill_endpoints(self) -> None:
        menu = self._endpoint_menu
        menu.clear()
        endpoints, methods = QActionGroup(menu), QActionGroup(menu)
        paths = {
            Endpoint.CAMPAIGN: "/api/event/{campaign-id}",
            Endpoint.TRIGGER: "/api/event/trigger",
            Endpoint.GLOBAL: "/api/event/global/{org-id}",
        }
        for endpoint, words in ENDPOINT_WORDS.items():
            action = menu.addAction(f"{words}    {paths[endpoint]}")
            action.setCheckable(True)
            action.setChecked(endpoint is self._model.event.endpoint)
            endpoints.addAction(action)
            action.triggered.connect(lambda _checked=False, e=endpoint: self._model.set_endpoint(e))
        menu.addSeparator()
        for method, words in (
            (Method.POST, "POST    JSON body"),
            (Method.GET, "GET    postback URL, fields in the query"),
        ):
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(method is self._model.event.method)
            methods.addAction(action)
            action.triggered.connect(lambda _checked=False, m=method: self._model.set_method(m))


def rail_button(parent: QWidget, theme: Theme, name: str, text: str) -> QToolButton:
    """A view's button on the rail, icon above word."""
    button = QToolButton(parent)
    button.setText(text)
    button.setCheckable(True)
    button.setAutoExclusive(True)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setObjectName(f"rail.{name}")
    button.setFixedSize(60, 52)
    button.setIconSize(button.iconSize().expandedTo(button.iconSize()))

    def draw() -> None:
        button.setIcon(icon(name, theme.color("muted"), theme.color("accent")))

    draw()
    theme.changed.connect(draw)
    return button
