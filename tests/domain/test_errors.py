"""What an error keeps for the person."""

from __future__ import annotations

from pingtree_desktop.domain.errors import ChangedOutside


def test_a_change_from_outside_keeps_all_three_versions() -> None:
    error = ChangedOutside("It changed.", "Choose.", base="b", ours="o", theirs=None)
    assert (error.base, error.ours, error.theirs) == ("b", "o", None)
    assert str(error) == "It changed. Choose."
