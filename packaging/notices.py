"""Writes the third-party notices: who made what is inside, and under which terms.

python packaging/notices.py [FILE]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import product
from components import Component, components

_LINE = "-" * 78
HEAD = f"""\
{product.APP} is free software under the MIT License (LICENSE.txt).
It comes with works of others, listed here with the terms they are under.

Qt and Qt for Python (PySide6, Shiboken) are used under the GNU Lesser General Public License,
version 3, whose text and that of the GNU General Public License it refers to are below. Their
libraries are separate files in the folder PySide6 of the installed program: you may replace them
with your own build of the same version, and you may take the program apart to debug such changes.
Their source code is offered by The Qt Company at https://download.qt.io/official_releases/
(folders qt and QtForPython), unchanged by this project. What Qt itself contains of others is
described at https://doc.qt.io/qt-6/licenses-used-in-qt.html.

The start-up program was made with PyInstaller, whose licence permits that under any terms.
"""


def notices_text(found: Iterable[Component]) -> str:
    """The notices as one text; equal licence texts are printed once."""
    found = sorted(found, key=lambda one: (one.name.lower(), one.is_python))
    printed: dict[str, str] = {}
    parts = [HEAD, _LINE, ""]
    parts += [f"{_title(one)}: {one.licence}" for one in found]
    for one in found:
        parts += ["", _LINE, _title(one), one.licence, ""]
        for text in one.texts or ("As for Qt.",):
            same = printed.get(text)
            parts.append(f"The same terms as printed for {same}." if same else _plain(text))
            printed.setdefault(text, one.name)
    return "\n".join(parts) + "\n"


def _title(one: Component) -> str:
    return f"{one.name} {one.version}".strip()


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.replace("\f", "").strip().splitlines())


def main(words: list[str]) -> int:
    text = notices_text(components())
    if words:
        Path(words[0]).write_text(text, "utf-8", newline="\n")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
