"""The options of `pingtree history`, in the contract's words."""

from __future__ import annotations

import argparse
from pathlib import Path

FORMATS = ("csv", "csv-exact", "jsonl", "har", "html", "curl", "support")
"""As in `formats.exports`, which is too heavy to load for every command."""

_CARE = (
    ("stats", "how much there is, and of what"),
    ("compact", "take less room on the disk"),
    ("verify", "check every entry"),
)


def add_history(actions: argparse._SubParsersAction, after: argparse.ArgumentParser) -> None:  # type: ignore[type-arg]
    """Add what `history` can do."""
    listed = actions.add_parser("list", parents=[after], help="the newest entries")
    _which(listed, limit=50)
    listed.add_argument("--format", choices=["table", "json", *FORMATS])
    _redact(listed, default=True)
    shown = actions.add_parser("show", parents=[after], help="one entry with all its parts")
    shown.add_argument("id", type=whole_number, metavar="ID", help="the entry's number")
    shown.add_argument("--format", choices=["table", "json", *FORMATS])
    _redact(shown, default=False)
    exported = actions.add_parser("export", parents=[after], help="entries for other programs")
    _which(exported, limit=None)
    exported.add_argument("--format", choices=["json", *FORMATS], default="csv")
    _redact(exported, default=True)
    for name, words in _CARE:
        actions.add_parser(name, parents=[after], help=words)


def whole_number(text: str) -> int:
    """A number of 0 or more."""
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number")
    return int(text)


def _which(parser: argparse.ArgumentParser, *, limit: int | None) -> None:
    parser.add_argument(
        "--where",
        default="",
        metavar="QUERY",
        help="only what this finds, as in 'verdict:duplicate since:7d sub1:aff-220'",
    )
    words = f"at most so many, the newest (default: {limit or 'all'})"
    parser.add_argument("--limit", type=whole_number, default=limit, metavar="N", help=words)


def _redact(parser: argparse.ArgumentParser, *, default: bool) -> None:
    shown = "masked, but in a table" if default else "shown as kept"
    parser.add_argument(
        "--redact",
        action=argparse.BooleanOptionalAction,
        default=default,
        help=f"mask ids, lead data and credentials (default: {shown})",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write it there (default: print)")
