"""The gate: the program is really frozen, checks itself, and its planted faults are found.

About 20 seconds, most of it PyInstaller, and therefore one test, so that no second worker
freezes as well.  The installers of the real payload have their own command, as compressing
takes a minute:  python packaging/build.py freeze self-check package verify
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import build
import payload
import product
import pytest
import version
from linux import deb

pytestmark = [
    pytest.mark.skipif(
        not sys.platform.startswith("linux"), reason="elsewhere the release workflow freezes"
    ),
    pytest.mark.skipif(shutil.which("strip") is None, reason="strip (binutils) is not installed"),
]


def test_the_program_freezes_and_checks_itself(tmp_path, monkeypatch, epoch):
    pytest.importorskip("PyInstaller", reason="pyinstaller freezes the program")
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    job = build.Job("linux", tmp_path / product.FOLDER, tmp_path / "out")
    build.freeze(job)
    assert payload.check(job.frozen, "linux") == []
    assert payload.check_list(job.frozen) == []
    build.self_check(job)
    needed, useful, unknown = deb.packages_for(deb.system_libraries(job.frozen))
    assert unknown == [], "a library that no Debian package is known for"
    assert {"libc6", "libx11-6", "libfontconfig1"} <= set(needed)
    assert useful == ["libwayland-client0", "libwayland-cursor0"]
    plant_faults(job, tmp_path)


def plant_faults(job: build.Job, tmp_path: Path) -> None:
    """Break copies of the frozen program; its own check and ours both say what is wrong."""
    inside = Path(payload.INSIDE)
    sheet = inside / payload.RESOURCES / "theme" / "app.qss"
    (cipher,) = (job.frozen / inside).glob("_cffi_backend.*.so")
    tried = (
        ("resources: Broken: Not as they were built: theme/app.qss", sheet, None),
        ("resources: Broken: Not as they were built: theme/app.qss", sheet, b"QWidget {}"),
        ("manifest: Broken: frozen.json cannot be read", inside / payload.MANIFEST, None),
        ("time zones: ", inside / "tzdata" / "zones", None),
        ("keyring: ModuleNotFoundError: No module", inside / cipher.name, None),
        ("Qt platform: ", inside / "PySide6/Qt/plugins/platforms/libqxcb.so", None),
        ("Qt pictures: ", inside / "PySide6/Qt/plugins/imageformats/libqsvg.so", None),
    )
    for number, (says, file, content) in enumerate(tried):
        copy = tmp_path / f"broken-{number}" / product.FOLDER
        shutil.copytree(job.frozen, copy, symlinks=True, copy_function=os.link)
        (copy / file).unlink()
        if content is not None:
            (copy / file).write_bytes(content)
        with pytest.raises(build.Stop) as stopped:
            build.check_program(copy / product.TERMINAL_PROGRAM, "pingtree", version.version())
        assert says in str(stopped.value), str(stopped.value)
        shutil.rmtree(copy)
