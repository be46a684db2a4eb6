"""A workspace in a temporary folder, its open history, and the archive on top of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pingtree_desktop.services.archive import Archive
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


@pytest.fixture
def archive(store: HistoryStore) -> Archive:
    return Archive(store)
