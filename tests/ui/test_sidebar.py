"""The list of profiles: what its filter finds."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTreeView


def shown(desk) -> list[str]:
    tree = desk.find("profiles.tree")
    assert isinstance(tree, QTreeView)
    model = tree.model()
    heads = [model.index(row, 0) for row in range(model.rowCount())]
    return [
        str(model.index(i, 0, head).data()) for head in heads for i in range(model.rowCount(head))
    ]


@pytest.mark.parametrize(("words", "found"), [
    ("  CALL c", ["Call completed"]),
    ("_COMPLETED", ["Call completed"]),
    ("money", ["Conversion without money (400)"]),
    ("nothing like it", []),
])  # fmt: skip
def test_the_filter_looks_at_names_and_event_ids(desk, words, found):
    everything = shown(desk)
    desk.type(desk.find("profiles.filter"), words)
    assert shown(desk) == found
    desk.do(desk.find("profiles.filter").clear)
    assert shown(desk) == everything


def test_a_campaign_that_matches_shows_all_of_its_profiles(desk):
    everything = shown(desk)
    desk.type(desk.find("profiles.filter"), "dem")
    assert shown(desk) == everything


def test_the_filter_looks_into_notes_and_enter_opens_the_first(desk):
    profile = desk.screen.workspace.profile("demo", "quote-view")
    desk.do(lambda: desk.program.profiles.open(profile))
    desk.do(lambda: desk.screen.compose.set_notes("Only on Mondays"))
    desk.choose("action.save")
    desk.until(lambda: not desk.screen.compose.is_modified)
    other = desk.screen.workspace.profile("demo", "call-completed")
    desk.do(lambda: desk.program.profiles.open(other))
    line = desk.find("profiles.filter")
    desk.type(line, "monday")
    assert shown(desk) == ["Quote view"]
    desk.press(Qt.Key.Key_Return, target=line)
    assert desk.screen.compose.profile.slug == "quote-view"
