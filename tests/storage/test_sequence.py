"""The number behind {{seq}}: kept, counted up, never given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.storage import sequence
from pingtree_desktop.storage.places import open_places


def test_it_begins_at_one_and_goes_on(tmp_path):
    places = open_places(tmp_path)
    assert sequence.peek(places) == 1
    assert [sequence.take(places) for _ in range(3)] == [1, 2, 3]
    assert sequence.peek(places) == 4


def test_nobody_gets_the_same_number(tmp_path):
    places = open_places(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _n: sequence.take(places), range(40)))
    assert sorted(taken) == list(range(1, 41))


def test_a_file_that_holds_no_number_is_left_alone(tmp_path):
    places = open_places(tmp_path)
    file = places.state / "sequence"
    file.write_text("many", "utf-8")
    with pytest.raises(UnreadableInput, match="does not hold a number"):
        sequence.take(places)
    assert file.read_text("utf-8") == "many"
