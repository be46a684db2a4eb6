"""File names made from what a person called something, safe on every operating system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from pingtree_desktop.domain.errors import UsageError

MAX_LENGTH = 60
_RESERVED = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{device}{digit}" for device in ("com", "lpt") for digit in "0123456789\u00b9\u00b2\u00b3"
}


def slug_for(name: str, taken: Iterable[str], *, kind: str) -> str:
    """A slug for a name that none of `taken` uses, also where upper and lower case are one.

    `kind` is the word to use when nothing of the name is left, for example `profile`.
    """
    used = {_key(slug) for slug in taken}
    base = _slug(name) or kind
    if base in _RESERVED:
        base = f"{base}-{kind}"
    candidate, number = base, 1
    while _key(candidate) in used:
        number += 1
        ending = f"-{number}"
        candidate = base[: MAX_LENGTH - len(ending)].rstrip("-") + ending
    return candidate


def is_free(slug: str, taken: Iterable[str]) -> bool:
    """Whether none of `taken` is the same file, also where upper and lower case are one."""
    return _key(slug) not in {_key(other) for other in taken}


def copy_name(name: str, taken: Iterable[str]) -> str:
    """`Name copy`, `Name copy 2`, … until it is free."""
    used = {other.casefold() for other in taken}
    candidate, number = f"{name} copy", 2
    while candidate.casefold() in used:
        candidate, number = f"{name} copy {number}", number + 1
    return candidate


def _slug(name: str) -> str:
    lowered = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).lower())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in lowered)
    words = "-".join(word for word in kept.split("-") if word)
    return words[:MAX_LENGTH].rstrip("-")


def _key(slug: str) -> str:
    return unicodedata.normalize("NFC", slug).casefold()


def checked(slug: str) -> str:
    """The slug, if it names one plain file or folder; else UsageError, so no path can escape."""
    if not slug or slug.startswith(".") or any(c in "/\\:\0" for c in slug):
        raise UsageError(
            f"{slug!r} cannot be the name of a file in the workspace.",
            "Use a name without slashes, colons or a leading dot.",
        )
    return slug
