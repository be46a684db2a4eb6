"""What a comparison passes over: names and paths, with `*` for anything."""

from __future__ import annotations

import re
from dataclasses import dataclass

DEFAULT_IGNORED = (
    "header:X-Request-Id",  # ours: a new one with every send
    "header:X-Correlation-Id",
    "header:Content-Length",  # follows from the body, which is compared itself
    "header:Date",
    "header:Age",
    "header:Traceparent",
    "header:Server-Timing",
    "header:X-Response-Time",
    "header:X-Runtime",
    "header:CF-Ray",
    "header:X-Amz-*",
    "header:X-Amzn-*",
    "header:X-Cache*",
    "header:X-Served-By",
    "header:X-Timer",
)
"""What differs between any two sends and says nothing about them."""

HEADER = "header"
FIELD = "field"
_SCOPED = re.compile(r"(header|field):(.+)", re.IGNORECASE | re.DOTALL)
_LAST_NAME = re.compile(r"(?:^|\.)([^.\[\]#]+)(?:\[\d+\])*(?:#\d+)?$")
_MOST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreList:
    """Patterns: `name`, `data.items[*].id`, `header:X-*`, `field:date`.

    Without a scope a pattern is for headers and fields alike.  A header's name is compared
    without regard to upper and lower case; a field's whole path or its last name, exactly.
    """

    patterns: tuple[str, ...] = DEFAULT_IGNORED

    def ignores(self, scope: str, place: str) -> bool:
        """Whether a place of a scope, HEADER or FIELD, is passed over."""
        names = [place.partition("#")[0].lower()] if scope == HEADER else [place]
        if scope == FIELD and (last := _LAST_NAME.search(place)):
            names.append(last[1])
        for pattern in self.patterns:
            found = _SCOPED.fullmatch(pattern)
            if found is not None and found[1].lower() != scope:
                continue
            wanted = pattern if found is None else found[2]
            if any(_fits(wanted.lower() if scope == HEADER else wanted, name) for name in names):
                return True
        return False

    def __str__(self) -> str:
        return ", ".join(self.patterns)


def parse_ignored(text: str) -> IgnoreList:
    """The list that a line of patterns with commas between them says; at most 200 of them."""
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return IgnoreList(patterns=tuple(dict.fromkeys(part for part in parts if part))[:_MOST])


def _fits(pattern: str, text: str) -> bool:
    first, *others = pattern.split("*")
    if not others:
        return pattern == text
    *middle, last = others
    end = len(text) - len(last)
    if not text.startswith(first) or not text.endswith(last) or end < len(first):
        return False
    at = len(first)
    for part in middle:
        found = text.find(part, at, end)
        if found < 0:
            return False
        at = found + len(part)
    return True
