"""What the shells' readers have in common: the words of commands, and which shell it is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

CURLS = {"curl", "curl.exe"}


class Shell(StrEnum):
    """The shells whose quoting is known."""

    POSIX = "posix"
    CMD = "cmd"
    POWERSHELL = "powershell"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One argument: its bytes, and the pieces that only the shell itself could work out."""

    data: bytes
    doubts: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The bytes as text; those that are no UTF-8 as lone surrogates."""
        return self.data.decode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A program with its arguments.

    `stdin` is its input where the text holds it; `stdin_from` says where else it would come from.
    `outputs` are the files it would write to by redirection.
    """

    words: tuple[Word, ...]
    stdin: Word | None = None
    stdin_from: str = ""
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """The commands of a text; `files` are those whose content the text itself writes."""

    commands: tuple[Command, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def encoded(text: str) -> bytes:
    """A text as a program is handed it."""
    return text.encode("utf-8", "surrogatepass")


_POWERSHELL = re.compile(
    r"\b(?:Invoke-(?:WebRequest|RestMethod)|ConvertTo-Json)\b|^[ \t]*(?:iwr|irm)\s"
    r"|[ \t]`\r?$|^[ \t]*\$\w+\s*=\s*(?:@[({]|[\['\"])|curl\.exe @\w|\s-(?:Uri|Headers|Body)\s",
    re.MULTILINE | re.IGNORECASE,
)
_CMD = re.compile(r"\^\r?$|\^[\"%{}&]|^[ \t]*(?:@echo|set \"|rem )", re.MULTILINE)
_POSIX = re.compile(r"\\\r?$|(?:^|\s)(?:curl|--?[\w-]+)\s*\$?'", re.MULTILINE)
_HEAD_CHARS = 20_000


def guess_shell(text: str) -> Shell:
    """The shell that a command was written for."""
    head = text[:_HEAD_CHARS]
    if _POWERSHELL.search(head):
        return Shell.POWERSHELL
    if _CMD.search(head) and not _POSIX.search(head):
        return Shell.CMD
    if re.search(r"\bcurl\.exe\b", head, re.IGNORECASE):
        return Shell.POWERSHELL if "'" in head else Shell.CMD
    return Shell.POSIX
