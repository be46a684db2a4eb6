"""A workspace in a temporary folder, and an open history in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pingtree_desktop.storage.history import HistoryStore
from pingtree_desktop.storage.places import Places, open_places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return open_places(tmp_path / "workspace")


@pytest.fixture
def store(places: Places) -> Iterator[HistoryStore]:
    opened = HistoryStore.open(places)
    yield opened
    opened.close()
