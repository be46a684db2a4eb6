"""Places in a list that a person sorted: the fewest numbers that have to change for an order."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from pingtree_desktop.domain.profile import Campaign, Profile, place

STEP = 10
"""Left between two places, so that a later move changes one number only."""


def orders_for(items: Sequence[Campaign | Profile]) -> tuple[int | None, ...]:
    """The `order` of each item so that sorting by `place` gives this sequence.

    Those at the end that have none and stand by name stay without one.
    """
    count = len(items)
    while count and items[count - 1].order is None and _is_by_name(items, count - 1):
        count -= 1
    head = [item.order for item in items[:count]]
    return (*_numbered(head), *([None] * (len(items) - count)))


def _is_by_name(items: Sequence[Campaign | Profile], index: int) -> bool:
    return index + 1 == len(items) or place(items[index]) < place(items[index + 1])


def _numbered(head: Sequence[int | None]) -> list[int]:
    kept = _kept(head)
    if not kept:
        return [STEP * number for number in range(1, len(head) + 1)]
    numbers = [0] * len(head)
    first, last = kept[0], kept[-1]
    for index in range(first):
        numbers[index] = _number(head[first]) - STEP * (first - index)
    for low, high in zip(kept, [*kept[1:], last], strict=True):
        start, width = _number(head[low]), _number(head[high]) - _number(head[low])
        for index in range(low, high + 1):
            numbers[index] = start + (width * (index - low) // (high - low) if high > low else 0)
    for index in range(last + 1, len(head)):
        numbers[index] = _number(head[last]) + STEP * (index - last)
    return numbers


def _kept(head: Sequence[int | None]) -> list[int]:
    """The most indices whose numbers can stay, with room between them for the others.

    That is the longest run in which number minus index never falls.
    """
    ends: list[int] = []
    rooms: list[int] = []
    before: dict[int, int | None] = {}
    for index, number in enumerate(head):
        if number is None:
            continue
        room = number - index
        at = bisect_right(rooms, room)
        before[index] = ends[at - 1] if at else None
        ends[at : at + 1] = [index]
        rooms[at : at + 1] = [room]
    found: list[int] = []
    step = ends[-1] if ends else None
    while step is not None:
        found.append(step)
        step = before[step]
    return found[::-1]


def _number(number: int | None) -> int:
    assert number is not None  # only indices that have one are kept
    return number
