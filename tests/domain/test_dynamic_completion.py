"""Completion behind {{."""

from __future__ import annotations

from pingtree_desktop.domain.dynamic import BUILT_IN
from pingtree_desktop.domain.dynamic_completion import complete_value, filled_in
from pingtree_desktop.domain.variable import Variable

VARIABLES = (Variable(name="pub", text="p-1"), Variable(name="key", secret=True))


def offered(text: str, cursor: int | None = None) -> list[str]:
    at = len(text) if cursor is None else cursor
    return [one.text for one in complete_value(text, at, VARIABLES).choices]


def test_everything_right_behind_the_braces():
    assert offered("a {{") == ["pub", "key", *(one.form for one in BUILT_IN)]
    assert offered("{{ Ran") == ["random_int:1:100", "random_choice:a,b"]
    helps = {one.text: one.help for one in complete_value("{{", 2, VARIABLES).choices}
    assert (helps["pub"], helps["key"]) == ("variable: p-1", "secret variable")


def test_nothing_elsewhere():
    assert offered("a") == []
    assert offered("{{uuid}} a") == []
    assert offered("{{zzz") == []
    assert offered("{{now|YY") == []
    assert offered("{{", 1) == []


def test_a_choice_closes_the_braces_unless_they_stand_there():
    found = complete_value("a {{no b", 6, VARIABLES)
    assert filled_in("a {{no b", found, "now") == ("a {{now}} b", 9)
    found = complete_value("{{no}}", 4, VARIABLES)
    assert filled_in("{{no}}", found, "now") == ("{{now}}", 7)


def test_braces_without_end_take_no_time():
    assert offered("{{" + " " * 200_000 + "|") == []
    assert len(offered("{{" * 100_000)) == len(offered("{{"))


def test_white_space_behind_the_braces_stays():
    found = complete_value("{{  no", 6, VARIABLES)
    assert filled_in("{{  no", found, "now") == ("{{  now}}", 9)
