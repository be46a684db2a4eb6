"""Names by which tests and readers find things, keys that cost no money, colours one can read."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QPushButton, QWidget

from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.ui.actions import TABLE
from pingtree_desktop.ui.tokens import DARK, LIGHT, Tokens

LEAST_CONTRAST = 4.5
SOFT = ("good_soft", "warn_soft", "bad_soft", "neutral_soft", "accent_soft")
# Which text colour stands on which backgrounds, by the style sheet and the painted views.
PAIRS = {
    "text": ("window", "rail", "surface", "code", "hover", "border", *SOFT),
    "muted": ("window", "rail", "surface", "code", *SOFT),
    "faint": ("window", "surface", "code", "neutral_soft"),
    "accent": ("window", "rail", "surface", "code", *SOFT),
    "accent_hover": ("surface", *SOFT),
    "on_accent": ("accent", "accent_hover"),
    "surface": ("bad",),
    "good": ("surface", "good_soft"),
    "warn": ("surface", "warn_soft"),
    "bad": ("surface", "bad_soft"),
    "neutral": ("surface", "neutral_soft"),
    "json_key": ("code",),
    "json_string": ("code",),
    "json_number": ("code",),
    "json_word": ("code",),
}


def contrast(first: str, second: str) -> float:
    """The contrast of two `#rrggbb` colours by WCAG 2."""

    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(first), luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
def test_every_text_can_be_read_on_its_backgrounds(tokens: Tokens):
    poor = {
        f"{text} on {ground}": round(found, 2)
        for text, grounds in PAIRS.items()
        for ground in grounds
        if (found := contrast(getattr(tokens, text), getattr(tokens, ground))) < LEAST_CONTRAST
    }
    assert poor == {}


def test_the_measure_of_contrast_is_the_known_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_no_shortcut_sends_by_accident_and_none_is_given_twice(desk):
    given = Counter()
    for spec, action in desk.program.commands.actions.all():
        assert action.objectName() == f"action.{spec.id}"
        given.update({keys.toString() for keys in action.shortcuts()})
    assert {keys for keys, count in given.items() if count > 1} == set()
    assert not {"Return", "Enter", "F5", "Ctrl+R"} & set(given)
    assert len({spec.id for spec in TABLE}) == len(TABLE)
    assert QKeySequence("Ctrl+Return").toString() in given


def test_every_view_and_field_has_its_name(desk):
    for view in ("compose", "history", "sandbox", "settings"):
        assert desk.find(f"view.{view}")
    for field in FIELDS:
        assert desk.find("field.amount" if field.wire == "revenue" else f"field.{field.wire}")


def nameless(root: QWidget) -> list[str]:
    """The widgets that take the keyboard and have no name to be read out."""
    found = []
    for widget in root.findChildren(QWidget):
        takes_keys = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        is_part = re.match(r"qt_|$", widget.objectName()) and isinstance(
            widget.parentWidget(), QLineEdit | QPlainTextEdit
        )
        is_popup = widget.window() is not root  # a drop-down's list is read with its box
        is_blank = isinstance(widget, QPushButton) and not widget.isVisible()  # named when shown
        if not takes_keys or is_part or is_popup or is_blank:
            continue
        text = getattr(widget, "text", str)
        if not (widget.accessibleName() or (callable(text) and text())):
            found.append(f"{type(widget).__name__} {widget.objectName()!r}")
    return found


def test_the_search_for_nameless_controls_finds_one(desk):
    extra = QLineEdit(desk.window)
    assert "QLineEdit ''" in nameless(desk.window)
    extra.deleteLater()


def test_every_control_can_be_read_out(desk):
    found = nameless(desk.window)
    assert not found, "\n".join(found)
