"""The version of the program: read from the package, written nowhere else by hand.

python packaging/version.py            print it
python packaging/version.py v1.2.3     fail unless this tag is that version
"""

from __future__ import annotations

import re
import sys

import product

SOURCE = product.PACKAGE / "__init__.py"


def version() -> str:
    """The version, such as `1.2.3` or `1.2.3rc1`.  Raises ValueError when there is none."""
    found = re.search(r'^__version__ = "([^"]+)"$', SOURCE.read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise ValueError(f"{SOURCE.name} has no __version__ line.")
    return checked(found[1])


def checked(text: str) -> str:
    """The text if it is a version of ours, else ValueError."""
    if re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", text, re.ASCII) is None:
        raise ValueError(f"{text!r} is not a version such as 1.2.3 or 1.2.3rc1.")
    return text


def debian(text: str) -> str:
    """The version as Debian sorts it: `1.2.3rc1` comes before `1.2.3`."""
    return re.sub(r"(?=(?:a|b|rc)\d+$)", "~", checked(text))


def apple(text: str) -> str:
    """The three numbers that macOS compares."""
    return re.match(r"\d+\.\d+\.\d+", checked(text))[0]  # type: ignore[index]  # checked


def main(words: list[str]) -> int:
    if words and words[0] != f"v{version()}":
        sys.stderr.write(f"The tag is {words[0]}, the program's version {version()}.\n")
        return 1
    sys.stdout.write(f"{version()}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
