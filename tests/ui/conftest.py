"""A window on a temporary workspace for each test that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.window import Desk


@pytest.fixture
def open_desk(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Opens windows; those still open are closed at the end of the test."""
    opened: list[Desk] = []

    def open_one(folder: Path | None = None, size: tuple[int, int] = (1440, 900)) -> Desk:
        desk = Desk(qapp, folder or tmp_path / "workspace", size=size)
        opened.append(desk)
        return desk

    yield open_one
    for desk in opened:
        if not desk.loop.is_closed():
            desk.close()


@pytest.fixture
def desk(open_desk: Callable[..., Desk]) -> Desk:
    return open_desk()
