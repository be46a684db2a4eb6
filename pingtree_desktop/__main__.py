"""Chooses window or command line, and nothing else."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pingtree_desktop.cli.main import WindowRequest


def terminal() -> int:
    """Entry point `pingtree`: the command line; `pingtree window` opens the window."""
    from pingtree_desktop.cli.main import main  # noqa: PLC0415 - each entry loads only its own

    result = main()
    return result if isinstance(result, int) else _open(result)


def window() -> int:
    """Entry point `pingtree-desktop`: the window, with the options of `pingtree window`."""
    from pingtree_desktop.cli.main import main  # noqa: PLC0415 - each entry loads only its own

    result = main(["window", *sys.argv[1:]])
    return result if isinstance(result, int) else _open(result)


def _open(wanted: WindowRequest) -> int:
    from pingtree_desktop.ui.app import WindowOptions, run  # noqa: PLC0415 - Qt only for a window

    return run(
        WindowOptions(
            workspace=wanted.workspace,
            view=wanted.view,
            theme=wanted.theme,
            size=wanted.size,
            screenshot=wanted.screenshot,
        )
    )


if __name__ == "__main__":
    sys.exit(window())
