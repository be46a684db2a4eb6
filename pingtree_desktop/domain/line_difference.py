"""Two texts side by side, line by line, within limits that keep any text quick."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

LIMIT_LINES = 1_000
"""So many differing lines of each side are paired; what comes after is compared as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinePair:
    """A line of each side, or of one; numbers count from 1.  Equal texts are the same line.

    `count` over 1 stands for so many equal lines on both sides, with no text.
    """

    left: str | None
    right: str | None
    left_number: int = 0
    right_number: int = 0
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDifference:
    """The lines in order.  `left_rest` and `right_rest` are the lines beyond the limit."""

    pairs: tuple[LinePair, ...]
    left_rest: tuple[str, ...] = ()
    right_rest: tuple[str, ...] = ()


def compare_lines(left: str, right: str) -> LineDifference:
    """Pair the lines of two texts.

    What both begin and end with costs nothing; between these, at most LIMIT_LINES of each side
    are paired and the rest is handed back.
    """
    lefts, rights = _lines(left), _lines(right)
    head = 0
    shortest = min(len(lefts), len(rights))
    while head < shortest and lefts[head] == rights[head]:
        head += 1
    tail = 0
    while tail < shortest - head and lefts[-1 - tail] == rights[-1 - tail]:
        tail += 1
    left_core, right_core = lefts[head : len(lefts) - tail], rights[head : len(rights) - tail]
    is_long = max(len(left_core), len(right_core)) > LIMIT_LINES
    pairs = [*_same(lefts[:head], 0, 0)]
    pairs += _differing(left_core[:LIMIT_LINES], right_core[:LIMIT_LINES], head)
    if is_long:
        cut = head + LIMIT_LINES
        return LineDifference(
            pairs=tuple(pairs), left_rest=tuple(lefts[cut:]), right_rest=tuple(rights[cut:])
        )
    pairs += _same(lefts[len(lefts) - tail :], len(lefts) - tail, len(rights) - tail)
    return LineDifference(pairs=tuple(pairs))


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").split("\n") if text else []


def _same(lines: list[str], left_from: int, right_from: int) -> Iterator[LinePair]:
    if len(lines) > LIMIT_LINES:
        yield LinePair(
            left="",
            right="",
            left_number=left_from + 1,
            right_number=right_from + 1,
            count=len(lines),
        )
        return
    for n, line in enumerate(lines, 1):
        yield LinePair(
            left=line, right=line, left_number=left_from + n, right_number=right_from + n
        )


def _differing(lefts: list[str], rights: list[str], head: int) -> Iterator[LinePair]:
    matcher = difflib.SequenceMatcher(None, lefts, rights)
    for _, left_at, left_end, right_at, right_end in matcher.get_opcodes():
        for n in range(max(left_end - left_at, right_end - right_at)):
            left_n, right_n = left_at + n, right_at + n
            has_left, has_right = left_n < left_end, right_n < right_end
            yield LinePair(
                left=lefts[left_n] if has_left else None,
                right=rights[right_n] if has_right else None,
                left_number=head + left_n + 1 if has_left else 0,
                right_number=head + right_n + 1 if has_right else 0,
            )
