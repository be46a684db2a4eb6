"""A program on a workspace of its own, and a server that records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program import Program, Recorder


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(workspace=tmp_path / "workspace")


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with Recorder() as found:
        yield found
