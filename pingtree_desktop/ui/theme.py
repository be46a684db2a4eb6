"""Puts the tokens onto the application: palette, style sheet, fonts; follows the system or not."""

from __future__ import annotations

from dataclasses import asdict
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from pingtree_desktop.ui.resources import resources_folder
from pingtree_desktop.ui.tokens import DARK, LIGHT, Tokens

CHOICES = ("system", "light", "dark")
_MONO_FAMILIES = ("JetBrains Mono", "SF Mono", "Cascadia Mono", "Consolas", "Menlo",
                  "DejaVu Sans Mono", "monospace")  # fmt: skip


class Theme(QObject):
    """The look in force.  `changed` is emitted after the application has the new one."""

    changed = Signal()

    def __init__(self, app: QApplication, choice: str = "system") -> None:
        super().__init__(app)
        self._app = app
        self._choice = choice if choice in CHOICES else "system"
        self._is_dressed = False
        self.tokens: Tokens = LIGHT
        self.mono = _mono_font(app)
        app.setStyle("Fusion")
        font = app.font()
        font.setPixelSize(13)
        app.setFont(font)
        app.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    def dress(self) -> None:
        """Put the style sheet on, once the window is built.

        Qt works a style sheet out anew for a whole subtree whenever it gets a parent: building
        first and dressing once is ten times quicker than building under a style sheet.
        """
        self._is_dressed = True
        self._apply()

    @property
    def choice(self) -> str:
        return self._choice

    def choose(self, choice: str) -> None:
        """Fix light or dark, or follow the system."""
        self._choice = choice if choice in CHOICES else "system"
        self._apply()

    def color(self, name: str) -> QColor:
        """A token's colour by its name, for painting."""
        return QColor(str(getattr(self.tokens, name)))

    def _system_changed(self) -> None:
        if self._choice == "system":
            self._apply()

    def _apply(self) -> None:
        dark = self._choice == "dark"
        if self._choice == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        self.tokens = DARK if dark else LIGHT
        self._app.setPalette(_palette(self.tokens))
        if self._is_dressed:
            self._app.setStyleSheet(_style_sheet(self.tokens, QFontInfo(self.mono).family()))
        self.changed.emit()


def _mono_font(app: QApplication) -> QFont:
    font = QFont()
    font.setFamilies(list(_MONO_FAMILIES))
    font.setFixedPitch(True)
    font.setStyleHint(QFont.StyleHint.Monospace)
    font.setPixelSize(12)
    if not QFontInfo(font).fixedPitch():
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(12)
    del app  # fonts need an application to exist; the parameter says so
    return font


def _palette(t: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for key, color in (
        (role.Window, t.window), (role.WindowText, t.text), (role.Base, t.surface),
        (role.AlternateBase, t.code), (role.Text, t.text), (role.Button, t.surface),
        (role.ButtonText, t.text), (role.BrightText, t.bad), (role.Highlight, t.accent),
        (role.HighlightedText, t.on_accent), (role.ToolTipBase, t.surface),
        (role.ToolTipText, t.text), (role.PlaceholderText, t.faint), (role.Link, t.accent),
        (role.Mid, t.border), (role.Dark, t.border_strong), (role.Light, t.surface),
    ):  # fmt: skip
        palette.setColor(key, QColor(color))
    for key in (role.Text, role.ButtonText, role.WindowText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(t.faint))
    return palette


def _style_sheet(tokens: Tokens, mono: str) -> str:
    folder = resources_folder() / "theme"
    values = {key: str(value) for key, value in asdict(tokens).items()}
    values["mono"] = mono
    values["theme_folder"] = folder.as_posix()
    return Template((folder / "app.qss").read_text("utf-8")).substitute(values)
