"""A curl behind other words of its command: reserved words, wrappers, a shell of its own.

What the wrappers do is not worked out; where one changes what is sent, a note says that it is
there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pingtree_desktop.formats.paste.words import CURLS, Word

_RESERVED = {
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "}", "fi", "done", "esac",
    "time", "exec", "command", "builtin", "nohup", "call", "@", ":",
}  # fmt: skip
_WRAPPERS = {
    "sudo", "doas", "env", "timeout", "gtimeout", "nice", "ionice", "stdbuf", "setsid", "time",
    "command", "exec", "unbuffer", "caffeinate", "start", "busybox",
}  # fmt: skip
_JOINING = {"eval", "ssh", "watch"}
_SHELLS = {"sh", "bash", "zsh", "dash", "ksh", "ash"}
_ASSIGNMENT = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrapped:
    """What follows the word curl, and what before it may change what is sent."""

    words: Sequence[Word]
    before: str = ""


def curl_of(words: Sequence[Word]) -> Wrapped | None:
    """The arguments of the curl in a command, or None for another program."""
    at = next((at for at, word in enumerate(words) if name_of(word) in CURLS), None)
    if at is None:
        return None
    rest = words[at + 1 :]
    start = next((i for i, word in enumerate(words[:at]) if not _is_passed(word)), at)
    if all(_is_passed(word) or name_of(word) in _WRAPPERS for word in words[start:at]):
        return Wrapped(words=rest)
    if not _looks_so(rest):
        return None
    is_known = name_of(words[start]) in _WRAPPERS
    shown = " ".join(word.text for word in words[start:at])
    return Wrapped(words=rest, before="" if is_known else shown)


def script_of(words: Sequence[Word]) -> str | None:
    """The text that another shell would read as a command with curl in it."""
    for at, word in enumerate(words):
        name = name_of(word)
        if name in CURLS:
            return None
        if name in _JOINING | _SHELLS:
            rest = words[at + 1 :]
            first = next((i for i, one in enumerate(rest) if b"curl" in one.data), None)
            if first is None:
                return None
            if name in _JOINING:
                return " ".join(one.text for one in rest[first:])
            return rest[first].text if re.search(r"\s", rest[first].text) else None
    return None


def is_silent(words: Sequence[Word]) -> bool:
    """Whether a command is nothing but reserved words, which send nothing."""
    return all(word.text in _RESERVED for word in words)


def name_of(word: Word) -> str:
    """A program's name without its folder."""
    return re.split(r"[/\\]", word.text)[-1].lower()


def _is_passed(word: Word) -> bool:
    return word.text in _RESERVED or _ASSIGNMENT.fullmatch(word.text) is not None


def _looks_so(rest: Sequence[Word]) -> bool:
    """Whether words behind the word curl are arguments of it, not prose or names of packages."""
    if not rest:
        return False
    first = rest[0].data
    begins = first.startswith(b"-") or b"/" in first or b"localhost" in first or rest[0].doubts
    return bool(begins) and any(
        b"/" in word.data or b"localhost" in word.data or word.doubts for word in rest
    )
