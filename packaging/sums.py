"""SHA256SUMS: the sums of all artefacts in a folder, as `sha256sum --check` reads them."""

from __future__ import annotations

import re
from pathlib import Path

import payload

NAME = "SHA256SUMS"


def artefacts(folder: Path) -> list[Path]:
    """The files that have a sum: all but the list itself and its signature."""
    return sorted(
        file for file in folder.iterdir() if file.is_file() and not file.name.startswith(NAME)
    )


def write(folder: Path) -> Path:
    """Write the list anew for what is in the folder."""
    lines = [f"{payload.digest(file)}  {file.name}\n" for file in artefacts(folder)]
    target = folder / NAME
    target.write_text("".join(lines), "utf-8", newline="\n")
    return target


def check(folder: Path) -> list[str]:
    """What does not match; an empty list when every file has its sum and no more are named."""
    listing = folder / NAME
    if not listing.is_file():
        return [f"{NAME} is missing."]
    told: dict[str, str] = {}
    for line in listing.read_text("utf-8").splitlines():
        found = re.fullmatch(r"([0-9a-f]{64})  (\S.*)", line)
        if found is None:
            return [f"{NAME} has a line that is no sum: {line[:80]!r}."]
        told[found[2]] = found[1]
    there = {file.name: file for file in artefacts(folder)}
    problems = []
    for name in sorted(told.keys() | there.keys()):
        if name not in there:
            problems.append(f"{name} is in {NAME} but not there.")
        elif name not in told:
            problems.append(f"{name} is there but not in {NAME}.")
        elif payload.digest(there[name]) != told[name]:
            problems.append(f"{name} does not match its sum in {NAME}.")
    return problems
