"""Undo and redo over whole states; quick typing in one place is one step."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

State = TypeVar("State")

MOST_STEPS = 500
ONE_STEP_S = 1.2


class UndoStack(Generic[State]):
    """The states before and after the present one; states are values that never change."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._before: deque[State] = deque(maxlen=MOST_STEPS)
        self._after: list[State] = []
        self._place, self._at = "", float("-inf")

    def changing(self, state: State, place: str = "") -> None:
        """Note the state that is about to be changed.

        Changes of the same place, one soon after the other, are undone together; an empty place
        is always a step of its own.
        """
        now = self._clock()
        is_same = bool(place) and place == self._place and now - self._at < ONE_STEP_S
        if not is_same or not self._before:
            self._before.append(state)
        self._after.clear()
        self._place, self._at = place, now

    def undo(self, state: State) -> State | None:
        """The state before; `state` is what redo gives back.  None when there is none."""
        if not self._before:
            return None
        self._after.append(state)
        self._place = ""
        return self._before.pop()

    def redo(self, state: State) -> State | None:
        """The state that was undone last; None when there is none."""
        if not self._after:
            return None
        self._before.append(state)
        self._place = ""
        return self._after.pop()

    def clear(self) -> None:
        """Forget every step."""
        self._before.clear()
        self._after.clear()
        self._place = ""

    @property
    def can_undo(self) -> bool:
        return bool(self._before)

    @property
    def can_redo(self) -> bool:
        return bool(self._after)
