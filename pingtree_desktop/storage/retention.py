"""How much of the history may stay; chosen by the person, nothing is removed without."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """What may stay: everything, unless a limit is set.  Pinned entries always stay."""

    days: int | None = None
    entries: int | None = None
    megabytes: int | None = None

    @property
    def is_off(self) -> bool:
        return self.days is None and self.entries is None and self.megabytes is None
