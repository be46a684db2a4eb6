"""Headers of a person's own that an environment adds to every request, and where they go."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pingtree_desktop.domain.errors import UsageError

Headers = tuple[tuple[str, str], ...]

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110, 5.6.2
_VALUE = re.compile(r"(?:[!-~](?:[\t -~]*[!-~])?)?")  # RFC 9110, 5.5, without obs-text
_OURS = frozenset(
    {"host", "content-length", "content-type", "transfer-encoding", "connection", "x-request-id"}
)
_REPLACEABLE = frozenset({"accept", "accept-encoding", "user-agent"})


def header_fault(name: str, value: str, others: Sequence[str] = ()) -> str:
    """What is wrong with a header beside `others`, as the end of a sentence, or nothing."""
    if not _TOKEN.fullmatch(name):
        return "is no name for a header: use letters, digits and - without spaces"
    if name.lower() in _OURS:
        return "is set by the program, from the request itself"
    if name.lower() in {other.lower() for other in others}:
        return "stands twice, in upper or lower case"
    if not _VALUE.fullmatch(value):
        return (
            "has a value that cannot be sent: it takes plain ASCII characters in one line, "
            "without spaces at its ends"
        )
    return ""


def check_headers(headers: Sequence[tuple[str, str]]) -> None:
    """Raise UsageError for the first header that cannot be sent or stands twice."""
    names: list[str] = []
    for name, value in headers:
        if fault := header_fault(name, value, names):
            raise UsageError(f"The header {name!r:.60} {fault}.", "Change it or take it out.")
        names.append(name)


def with_headers(built_in: Sequence[tuple[str, str]], own: Sequence[tuple[str, str]]) -> Headers:
    """The built-in headers with a person's own: in the place of one of that name, else at the end.

    Only Accept, Accept-Encoding and User-Agent can be replaced.  Raises UsageError.
    """
    check_headers(own)
    replacing = {name.lower(): (name, value) for name, value in own if name.lower() in _REPLACEABLE}
    kept = [replacing.get(name.lower(), (name, value)) for name, value in built_in]
    added = [(name, value) for name, value in own if name.lower() not in replacing]
    return (*kept, *added)
