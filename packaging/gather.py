"""Brings the artefacts of all builders together for a release, with one SHA256SUMS over them.

    python packaging/gather.py PARTS ALL

PARTS has one folder for each builder, each with its own SHA256SUMS.  A file that is not as its
builder wrote it, or a name that two builders used, stops the release.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import sums


def gather(parts: Path, target: Path) -> list[str]:
    """Check and copy everything; what is wrong is returned, and then nothing was copied."""
    folders = sorted(folder for folder in parts.iterdir() if folder.is_dir())
    if not folders:
        return [f"{parts} holds no artefacts."]
    problems = [f"{folder.name}: {told}" for folder in folders for told in sums.check(folder)]
    seen: dict[str, str] = {}
    for folder in folders:
        for file in sums.artefacts(folder):
            if file.name in seen:
                problems.append(f"{file.name} is in {seen[file.name]} and in {folder.name}.")
            seen[file.name] = folder.name
    if problems:
        return problems
    target.mkdir(parents=True)
    for name, folder_name in sorted(seen.items()):
        shutil.copy2(parts / folder_name / name, target / name)
    sums.write(target)
    return sums.check(target)


def main(words: list[str]) -> int:
    if len(words) != 2:
        sys.stderr.write("Usage: gather.py PARTS ALL\n")
        return 2
    problems = gather(Path(words[0]), Path(words[1]))
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
