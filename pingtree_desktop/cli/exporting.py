"""`pingtree export`: the request of a profile for other tools.  Nothing is sent."""

from __future__ import annotations

import argparse
import csv
import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pingtree_desktop.cli.composition import Order, Shelf, compose
from pingtree_desktop.cli.output import Output
from pingtree_desktop.cli.send import made, open_workspace, sandbox_url
from pingtree_desktop.domain.environment import Danger
from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.event import Method
from pingtree_desktop.domain.request import build_request

if TYPE_CHECKING:
    from pingtree_desktop.formats.locust import Rows

LOCUST = "locust"
_COLUMNS_LIMIT_CHARS = 1_000_000


def run(args: argparse.Namespace, out: Output) -> int:
    """Print or write the exported text; returns the exit code."""
    if args.csv is not None and args.format != LOCUST:
        raise UsageError("--csv belongs to a load test alone.", "Write pingtree export locust.")
    if args.shell is not None and args.format != "curl":
        raise UsageError("--shell belongs to curl alone.", "Write pingtree export curl.")
    order = compose(args, Shelf(lambda: open_workspace(args), out.note), out.note)
    base_url = order.environment.base_url or sandbox_url(args, out)
    order = _fixed(order, args, out)
    text, suffix = (
        _locust(order, base_url, args)
        if args.format == LOCUST
        else _code(order, base_url, args, out)
    )
    is_live = order.environment.danger is Danger.LIVE
    if is_live:
        out.warn("What this makes fires real events in production when it is run.")
    if args.out is not None:
        from pingtree_desktop.storage.files import write_text  # noqa: PLC0415 - only to a file

        write_text(args.out, text.replace("\n", "\r\n") if suffix == ".cmd" else text)
        out.note(f"Written to {args.out}.")
    if out.as_json:
        out.document(
            {
                "format": args.format,
                "live": is_live,
                "file": None if args.out is None else str(args.out),
                "text": text,
            }
        )
    elif args.out is None:
        out.exact(text.encode("utf-8"))
    return 0


def _fixed(order: Order, args: argparse.Namespace, out: Output) -> Order:
    """The order with its dynamic values made: other programs know nothing of them."""
    if not order.has_placeholders:
        return order
    event, headers = made(order, args, out, shows_secrets=False)
    out.note(
        "Dynamic values such as {{uuid}} were made once, now: "
        + (
            "every request of the load test sends the same. A column of --csv gives each its own."
            if args.format == LOCUST
            else "what is written here always sends the same."
        )
    )
    return replace(order, event=event, environment=replace(order.environment, headers=headers))


def _code(order: Order, base_url: str, args: argparse.Namespace, out: Output) -> tuple[str, str]:
    from pingtree_desktop.formats.code.languages import BY_KEY  # noqa: PLC0415 - not for locust

    shell = args.shell or "posix"
    key = args.format if shell == "posix" else f"curl-{shell}"
    event = order.event
    if key == "url" and event.method is not Method.GET:
        event = replace(event, method=Method.GET)
        out.note("A plain URL is the GET form of the event.")
    language = BY_KEY[key]
    request = build_request(event, base_url, headers=order.environment.headers)
    return language.write(request), language.suffix


def _locust(order: Order, base_url: str, args: argparse.Namespace) -> tuple[str, str]:
    from pingtree_desktop.formats.locust import to_locustfile  # noqa: PLC0415 - only for it

    environment = replace(order.environment, base_url=base_url)
    rows = None if args.csv is None else _rows(args.csv, args.out)
    return to_locustfile(order.event, environment, rows), ".py"


def _rows(file: Path, beside: Path | None) -> Rows:
    """The columns of a CSV file, and its name as the locustfile finds it."""
    from pingtree_desktop.formats.locust import Rows  # noqa: PLC0415 - only for it

    try:
        with file.open(newline="", encoding="utf-8-sig") as stream:
            head = stream.read(_COLUMNS_LIMIT_CHARS)
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableInput(
            f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}.",
            "Give a CSV file in UTF-8 whose first line names wire fields.",
        ) from None
    try:
        columns = tuple(next(csv.reader(head.splitlines(keepends=True)), ()))
    except csv.Error as error:
        raise UnreadableInput(f"{file} is no CSV file: {error}.", "") from None
    if not columns or not all(columns) or len(set(columns)) != len(columns):
        raise UnreadableInput(
            f"The first line of {file} has an empty or doubled column, or there is none.",
            "Name each column once, by its wire name.",
        )
    return Rows(file=_found_from(file, beside), columns=columns)


def _found_from(file: Path, beside: Path | None) -> str:
    path = file.absolute()
    if beside is None:
        return str(path)
    try:
        return Path(os.path.relpath(path, beside.absolute().parent)).as_posix()
    except ValueError:  # another drive of Windows
        return str(path)
