"""Chooses window or command line, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pingtree_desktop.cli.main import WindowRequest


def terminal() -> int:
    """Entry point `pingtree`: the command line; `pingtree window` opens the window."""
    if _wants_self_check():
        return _check_self("pingtree")
    from pingtree_desktop.cli.main import main  # noqa: PLC0415 - each entry loads only its own

    result = main()
    return result if isinstance(result, int) else _open(result)


def window() -> int:
    """Entry point `pingtree-desktop`: the window, with the options of `pingtree window`."""
    if _wants_self_check():
        return _check_self("pingtree-desktop")
    from pingtree_desktop.cli.main import main  # noqa: PLC0415 - each entry loads only its own

    result = main(["window", *sys.argv[1:]])
    return result if isinstance(result, int) else _open(result)


def _wants_self_check() -> bool:
    """Whether the hidden option of those who make installers is there; it stands first."""
    return sys.argv[1:2] == ["--self-check"]


def _check_self(entry: str) -> int:
    from pingtree_desktop.ui.self_check import main  # noqa: PLC0415 - nothing else needs it

    return main(sys.argv[1:], entry)


def _open(wanted: WindowRequest) -> int:
    from pingtree_desktop.ui.app import WindowOptions, run  # noqa: PLC0415 - Qt only for a window

    return run(
        WindowOptions(
            workspace=wanted.workspace,
            view=wanted.view,
            theme=wanted.theme,
            size=wanted.size,
            screenshot=wanted.screenshot,
            open_file=wanted.open_file,
        )
    )


if __name__ == "__main__":
    sys.exit(window())
