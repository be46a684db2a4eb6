"""The packaging tools on the path, and a folder that passes for a frozen Linux program."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
if str(ROOT / "packaging") not in sys.path:
    sys.path.append(str(ROOT / "packaging"))

import components  # noqa: E402 - on the path only now
import manifest  # noqa: E402 - on the path only now
import notices  # noqa: E402 - on the path only now
import payload  # noqa: E402 - on the path only now
import product  # noqa: E402 - on the path only now

EPOCH = 1_763_900_000


def make_frozen(folder: Path) -> Path:
    """All that must be in a frozen folder, with little in it."""
    inside = folder / payload.INSIDE
    plugins = inside / "PySide6" / "Qt" / "plugins"
    for plugin in (*payload.REQUIRED_PLUGINS["linux"], "imageformats/libqsvg.so"):
        (plugins / plugin).parent.mkdir(parents=True, exist_ok=True)
        (plugins / plugin).write_bytes(b"a plugin")
    shutil.copytree(product.RESOURCES, inside / payload.RESOURCES)
    (inside / payload.MANIFEST).write_text(manifest.manifest_text(), "utf-8")
    found = components.components("linux")
    for place, text in components.metadata_files(found).items():
        (inside / place).parent.mkdir()
        (inside / place).write_text(text, "utf-8")
    texts = notices.notices_text(found)
    (inside / payload.NOTICES).write_text(texts, "utf-8")
    shutil.copyfile(product.ROOT / "LICENSE", inside / payload.LICENSE)
    for name in product.program_files("linux"):
        (folder / name).write_bytes(b"a program")
        (folder / name).chmod(0o755)
    payload.write_list(folder)
    return folder


@pytest.fixture(scope="session")
def frozen_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stand-in that the others are copied from; nobody changes it."""
    return make_frozen(tmp_path_factory.mktemp("frozen") / product.FOLDER)


@pytest.fixture
def frozen(frozen_once: Path, tmp_path: Path) -> Path:
    """A stand-in for a frozen folder of one's own."""
    copy = shutil.copytree(frozen_once, tmp_path / "frozen" / product.FOLDER, symlinks=True)
    shutil.copy(payload.list_file(frozen_once), payload.list_file(copy))
    return copy


@pytest.fixture
def epoch(monkeypatch: pytest.MonkeyPatch) -> int:
    """The time of the build, fixed."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(EPOCH))
    return EPOCH
