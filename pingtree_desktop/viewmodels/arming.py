"""The LIVE switch: disarmed at start, armed by one deliberate act, for ten minutes."""

from __future__ import annotations

import time
from collections.abc import Callable

ARMED_FOR_S = 600.0


class Arming:
    """Whether sends to production are allowed right now.  Times are monotonic seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until = 0.0

    @property
    def is_armed(self) -> bool:
        return self.remaining_s > 0

    @property
    def remaining_s(self) -> float:
        """Seconds until it disarms itself; 0 when disarmed."""
        return max(0.0, self._until - self._clock())

    def arm(self) -> None:
        self._until = self._clock() + ARMED_FOR_S

    def disarm(self) -> None:
        self._until = 0.0

    @property
    def countdown(self) -> str:
        """The remaining time as M:SS, rounded up."""
        seconds = -int(-self.remaining_s // 1)
        return f"{seconds // 60}:{seconds % 60:02d}"
