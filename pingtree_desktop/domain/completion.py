"""What may be put in at a cursor."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A text that can be put in, and what it means."""

    text: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Completions:
    """The choices for the text from `start` to `end`; none when nothing fits."""

    start: int
    end: int
    choices: tuple[Choice, ...]
