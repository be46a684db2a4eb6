"""Nothing of the form or the top bar overlaps or is cut off, at any size we promise."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QPushButton, QWidget

SIZES = ((1440, 900), (1024, 700), (760, 520))


def neighbours(parent: QWidget) -> list[QWidget]:
    """The visible children that a layout placed side by side."""
    layout = parent.layout()
    found = [] if layout is None else parent.children()
    return [w for w in found if isinstance(w, QWidget) and w.isVisible() and not w.isWindow()]


def misplaced(root: QWidget) -> list[str]:
    """Each overlap and each cut-off widget under a root, in words."""
    problems = []
    for parent in (root, *root.findChildren(QWidget)):
        if not parent.isVisible() or isinstance(parent, QAbstractScrollArea):
            continue
        placed = neighbours(parent)
        for index, one in enumerate(placed):
            if not parent.rect().contains(one.geometry()):
                problems.append(f"{name(one)} is cut off by {name(parent)}")
            for other in placed[index + 1 :]:
                if one.geometry().intersects(other.geometry()):
                    problems.append(f"{name(one)} overlaps {name(other)}")
    return problems


def name(widget: QWidget) -> str:
    text = getattr(widget, "text", str)
    words = text() if callable(text) else ""
    return f"{type(widget).__name__} {widget.objectName()!r} {words[:30]!r} {rect(widget)}"


def rect(widget: QWidget) -> tuple[int, int, int, int]:
    found: QRect = widget.geometry()
    return found.x(), found.y(), found.width(), found.height()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_overlaps_or_is_cut_off(open_desk, theme):
    desk = open_desk()
    desk.do(lambda: desk.program.choose_theme(theme))
    problems = {}
    for size in SIZES:
        desk.do(lambda s=size: desk.window.resize(*s))
        desk.pause(0.1)
        assert (desk.window.width(), desk.window.height()) == size
        problems[size] = misplaced(desk.window.compose.form) + misplaced(desk.window.top)
    assert not any(problems.values()), problems


def test_the_walk_notices_an_overlap_and_a_cut(desk):
    top = desk.window.top
    frame = QFrame(top)
    frame.setGeometry(top.width() - 10, 0, 40, 20)
    desk.do(frame.show)
    assert any("cut off" in text for text in misplaced(top))
    send = desk.find("send")
    assert isinstance(send, QPushButton)
    frame.setGeometry(send.geometry())
    assert any("overlaps" in text for text in misplaced(top))
