"""The rows of a comparison: two sides of one place, and in which way they differ.

Never raises, and no text of a row is long: see `SHOWN_CHARS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from pingtree_desktop.domain.ignore_list import IgnoreList
from pingtree_desktop.domain.line_difference import LinePair, compare_lines
from pingtree_desktop.domain.members import (
    LIMIT_CHARS,
    WHOLE,
    Member,
    Shape,
    canonical_number,
)

SHOWN_CHARS = 2_000
_BEFORE_CHARS = 40


class RowKind(StrEnum):
    """How the two sides of a row compare.  SPELLING: one value, written in two ways."""

    SAME = "same"
    CHANGED = "changed"
    ONLY_LEFT = "only left"
    ONLY_RIGHT = "only right"
    SPELLING = "spelling"
    IGNORED = "ignored"


DIFFERENT = frozenset({
    RowKind.CHANGED, RowKind.ONLY_LEFT, RowKind.ONLY_RIGHT, RowKind.SPELLING
})  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One place of both sides; None where a side has nothing there.

    Texts over 2,000 characters are cut around their first difference.  `remark` says in a few
    words what the kind alone does not.
    """

    place: str
    left: str | None
    right: str | None
    kind: RowKind
    remark: str = ""


def plain_members(pairs: Iterable[tuple[str, str]]) -> dict[str, Member]:
    """Texts by their places, equal only when they are the same to the letter."""
    return {
        place: Member(path=place, token=text, shape=Shape.STRING, value=text)
        for place, text in pairs
    }


def merged(
    left: Mapping[str, Member], right: Mapping[str, Member], scope: str, ignored: IgnoreList
) -> Iterator[Row]:
    """One row for each place: in the left side's order, the right side's own in between."""
    for place in _places(left, right):
        row = _row(place, left.get(place), right.get(place))
        if row.kind in DIFFERENT and ignored.ignores(scope, place):
            row = replace(row, kind=RowKind.IGNORED)
        yield row


def _places(left: Mapping[str, Member], right: Mapping[str, Member]) -> Iterator[str]:
    after: dict[str | None, list[str]] = {}
    anchor: str | None = None
    for place in right:
        if place in left:
            anchor = place
        else:
            after.setdefault(anchor, []).append(place)
    yield from after.get(None, ())
    for place in left:
        yield place
        yield from after.get(place, ())


def _row(place: str, left: Member | None, right: Member | None) -> Row:
    if left is None or right is None:
        return _cut(place, _shown(left), _shown(right))
    if (left.shape, left.token) == (right.shape, right.token):
        return _cut(place, _shown(left), _shown(right))
    remark = _spelling(left, right)
    if remark:
        return replace(_cut(place, left.token, right.token), kind=RowKind.SPELLING, remark=remark)
    return replace(_cut(place, _shown(left), _shown(right)), kind=RowKind.CHANGED)


def _shown(member: Member | None) -> str | None:
    if member is None:
        return None
    return member.value if member.shape is Shape.TEXT else member.token


_ONE_NUMBER = "same number, other spelling"
_ONE_TEXT = "same text, other spelling"


def _spelling(left: Member, right: Member) -> str:
    """How two tokens that differ say the same; empty when they do not."""
    if left.shape is not right.shape:
        if Shape.TEXT not in {left.shape, right.shape}:
            return ""
        text, other = (left, right) if left.shape is Shape.TEXT else (right, left)
        is_one = text.value == other.value or _is_one_number(text.value, other)
        return "same value, in the query and in JSON" if is_one else ""
    if left.value == right.value:
        return _ONE_NUMBER if left.shape is Shape.NUMBER else _ONE_TEXT
    if left.shape is Shape.TEXT and _is_one_number(left.value, right):
        return _ONE_NUMBER
    return ""


def _is_one_number(text: str, other: Member) -> bool:
    """Whether a query's text is the number that stands on the other side."""
    if other.shape not in {Shape.TEXT, Shape.NUMBER}:
        return False
    number = canonical_number(text)
    return number is not None and number == canonical_number(_shown(other) or "")


def _cut(place: str, left: str | None, right: str | None) -> Row:
    """A row of two texts, cut around their first difference where they are long."""
    kind = RowKind.SAME if left == right else RowKind.CHANGED
    start = 0
    if left is None or right is None:
        kind = RowKind.ONLY_RIGHT if left is None else RowKind.ONLY_LEFT
    elif max(len(left), len(right)) > SHOWN_CHARS and left != right:
        start = max(0, _first_difference(left, right) - _BEFORE_CHARS)
    return Row(place=place, left=_window(left, start), right=_window(right, start), kind=kind)


def _first_difference(left: str, right: str) -> int:
    low, high = 0, min(len(left), len(right))
    while low < high:  # equal up to low; by halves, as slices compare quickly
        middle = (low + high + 1) // 2
        if left[low:middle] == right[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def _window(text: str | None, start: int) -> str | None:
    if text is None or len(text) <= SHOWN_CHARS:
        return text
    kept = text[start : start + SHOWN_CHARS]
    before = f"\u2026 ({start:,} characters) " if start else ""
    left_out = len(text) - start - len(kept)
    return f"{before}{kept}" + (f" \u2026 ({left_out:,} more characters)" if left_out > 0 else "")


# ---- lines -----------------------------------------------------------------------------------


def line_rows(left: str, right: str) -> tuple[list[Row], list[str]]:
    """Two texts line by line, and plain sentences on what was not compared so."""
    if left == right:
        return [_cut(WHOLE, left, right)], []
    notes = []
    if max(len(left), len(right)) > LIMIT_CHARS:
        notes.append(
            f"Only the first {LIMIT_CHARS:,} characters are compared line by line; there is more."
        )
    found = compare_lines(left[:LIMIT_CHARS], right[:LIMIT_CHARS])
    rows = [_line_row(pair) for pair in found.pairs]
    if found.left_rest or found.right_rest:
        notes.append("The texts differ in too many lines: the last of them are only counted.")
        rows.append(_rest_row(found.left_rest, found.right_rest))
    if all(row.kind is RowKind.SAME for row in rows):
        notes.append("These lines are the same: the texts differ in line ends, or further on.")
    return rows, notes


def _line_row(pair: LinePair) -> Row:
    if pair.count > 1:
        words = f"{pair.count:,} lines"
        place = f"from line {pair.left_number:,}"
        return Row(place=place, left=words, right=words, kind=RowKind.SAME)
    numbers = [f"{n:,}" for n in (pair.left_number, pair.right_number) if n]
    return _cut(f"line {' / '.join(dict.fromkeys(numbers))}", pair.left, pair.right)


def _rest_row(left: tuple[str, ...], right: tuple[str, ...]) -> Row:
    words = [f"{len(rest):,} more lines" if rest else None for rest in (left, right)]
    row = _cut("rest", words[0], words[1])
    if left and right:
        return replace(row, kind=RowKind.SAME if left == right else RowKind.CHANGED)
    return row
