"""The command line's front door: reads the arguments, runs one command, turns errors into words.

It imports no window and nothing heavy; each command loads what it needs.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pingtree_desktop.cli.options import parse
from pingtree_desktop.cli.output import Output, complain, speak_utf8
from pingtree_desktop.domain.errors import PingTreeError

if TYPE_CHECKING:
    import argparse

INTERRUPTED = 130


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRequest:
    """That a window was asked for, and how: the caller opens it, no command line does."""

    workspace: Path | None
    view: str
    theme: str
    size: tuple[int, int] | None
    screenshot: Path | None
    open_file: Path | None = None


def main(argv: list[str] | None = None) -> int | WindowRequest:
    """Run the command line and return its exit code, or what window is wanted."""
    speak_utf8()
    try:
        args = parse(sys.argv[1:] if argv is None else argv)
        if args.command == "window":
            return _window(args)
        out = Output(as_json=args.json, is_quiet=args.quiet)
        code = _run(args, out)
        out.flush()
        return code
    except PingTreeError as error:
        complain(error)
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except SystemExit as ended:  # --help and --version
        return ended.code if isinstance(ended.code, int) else 0


def _window(args: argparse.Namespace) -> WindowRequest:
    return WindowRequest(
        workspace=args.workspace,
        view=args.view,
        theme=args.theme,
        size=args.size,
        screenshot=args.screenshot,
        open_file=args.open_file,
    )


def _run(args: argparse.Namespace, out: Output) -> int:
    match args.command:
        case "send":
            from pingtree_desktop.cli.send import run  # noqa: PLC0415 - only the command's own
        case "sandbox":
            from pingtree_desktop.cli.sandbox import run  # noqa: PLC0415
        case "export":
            from pingtree_desktop.cli.exporting import run  # noqa: PLC0415
        case "import":
            from pingtree_desktop.cli.importing import run  # noqa: PLC0415
        case "lint":
            from pingtree_desktop.cli.linting import run  # noqa: PLC0415
        case "history":
            from pingtree_desktop.cli.history import run  # noqa: PLC0415
        case _:
            from pingtree_desktop.cli.doctor import run  # noqa: PLC0415
    return run(args, out)
