"""The self-check's window part, and its front door: Qt, style, plugins, and the real event loop.

Started by the hidden option `--self-check [--out FILE]` of both programs.  JSON goes to standard
output where there is one, and to FILE; the exit code is 1 when something is broken.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QLibraryInfo, QObject, QPluginLoader, Signal, qVersion
from PySide6.QtGui import QFontDatabase, QImageReader, QPixmap
from PySide6.QtWidgets import QApplication, QLabel

from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable
from pingtree_desktop.services.self_check import (
    Broken,
    Look,
    out_file,
    plain_looks,
    report,
    round_trip,
    run_looks,
)
from pingtree_desktop.ui.app import has_display
from pingtree_desktop.ui.icons import icon
from pingtree_desktop.ui.loop import AppEventLoop
from pingtree_desktop.ui.resources import resources_folder
from pingtree_desktop.ui.theme import Theme

_CALLS = 20_000
# What a program without a counting fault may still let go of meanwhile.
_FEW_REFERENCES = 1_000
_LINUX_PLUGINS = ("libqxcb", "libqoffscreen")


def main(arguments: Sequence[str], entry: str) -> int:
    """Check everything, write the report, and return the exit code."""
    try:
        file = out_file(arguments)
        if not has_display():
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        app = QApplication.instance() or QApplication([entry])
        assert isinstance(app, QApplication)
        checks = run_looks((*plain_looks(resources_folder()), *_looks(app)))
        found = report(checks, entry, qt=qVersion(), qpa=app.platformName())
        _write(json.dumps(found, indent=1, ensure_ascii=True) + "\n", file)
    except PingTreeError as error:
        if sys.stderr is not None:  # a window program of Windows has none
            sys.stderr.write(f"{error}\n")
        return error.exit_code
    return 0 if found["ok"] else 1


def _write(text: str, file: Path | None) -> None:
    if file is not None:
        try:
            file.write_text(text, "utf-8", newline="\n")
        except OSError as error:
            raise StorageUnavailable(
                f"The report {file} cannot be written: {error.strerror}.", "Name another --out."
            ) from error
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


def _looks(app: QApplication) -> tuple[Look, ...]:
    return (
        ("Qt platform", lambda: _platform(app)),
        ("Qt style", lambda: _style(app)),
        ("Qt pictures", _pictures),
        ("Qt calls", _calls),
        ("round trip", lambda: _round_trip(app)),
    )


def _platform(app: QApplication) -> str:
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    for name in _LINUX_PLUGINS if sys.platform.startswith("linux") else ():
        loader = QPluginLoader(str(folder / f"{name}.so"))
        if not loader.load():
            raise Broken(loader.errorString())
    screen = app.primaryScreen()
    if screen is None:
        raise Broken(f"The platform {app.platformName()} has no screen.")
    families = len(QFontDatabase.families())
    if families == 0:
        raise Broken("No font was found on this system.")
    size = screen.size()
    return f"{app.platformName()}, {size.width()}x{size.height()}, {families} font families"


def _style(app: QApplication) -> str:
    theme = Theme(app)
    style = app.style().name()  # before the style sheet, which hides it
    theme.dress()
    sheet = app.styleSheet()
    if style != "fusion":
        raise Broken(f"The style is {style}, not fusion.")
    if not sheet:
        raise Broken("The style sheet is empty.")
    return f"{style}, a style sheet of {len(sheet)} characters"


def _pictures() -> str:
    folder = resources_folder()
    formats = {str(name.data(), "ascii") for name in QImageReader.supportedImageFormats()}
    if not {"svg", "png"} <= formats:
        raise Broken(f"Pictures are read from {', '.join(sorted(formats))} only.")
    label = QLabel()
    files = sorted((folder / "icons").glob("*.svg"))
    for file in files:
        if icon(file.stem, label.palette().text().color()).pixmap(16, 16).isNull():
            raise Broken(f"The icon {file.name} cannot be drawn.")
    for file in sorted((folder / "theme").glob("*.svg")):  # by Qt's own reader, as style sheets do
        if QPixmap(str(file)).isNull():
            raise Broken(f"The picture {file.name} cannot be read.")
    return f"{len(files)} icons drawn"


class _Bell(QObject):
    rung = Signal(object)


def _calls() -> str:
    """Call into Qt often enough that a binding which miscounts references shows it."""
    heard: list[object] = []
    bell, label = _Bell(), QLabel()
    bell.rung.connect(heard.append)
    before = _references()
    for number in range(_CALLS // 2):
        label.setText("even" if number % 2 else "odd")
        bell.rung.emit(None)
    lost = before - _references()
    if len(heard) != _CALLS // 2:
        raise Broken(f"{len(heard)} of {_CALLS // 2} signals arrived.")
    if lost > _FEW_REFERENCES:
        raise Broken(f"{lost} references to None were lost in {_CALLS} calls.")
    return f"{_CALLS} made"


def _references() -> int:
    count: Callable[[object], int] = sys.getrefcount
    return count(None)  # the same for ever from Python 3.12 on


def _round_trip(app: QApplication) -> str:
    with asyncio.Runner(loop_factory=lambda: AppEventLoop(app)) as runner:
        return runner.run(round_trip())
