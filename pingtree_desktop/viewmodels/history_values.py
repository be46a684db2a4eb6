"""The values that the history knows for a search's terms: campaigns, events, labels.

Read in the background and remembered for a short while: completion must answer at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from pingtree_desktop.services.archive import Archive
from pingtree_desktop.services.curation import Curation

_COLUMNS = {
    "event": "event_id",
    "campaign": "campaign",
    "cid": "cid",
    "pid": "pid",
    "profile": "profile",
    "env": "environment",
}
_FRESH_S = 5.0


class KnownValues:
    """What can stand behind `campaign:` and the like."""

    def __init__(
        self,
        archive: Archive,
        curation: Curation,
        start: Callable[[Coroutine[Any, Any, Any]], object],
    ) -> None:
        self._archive, self._curation, self._start = archive, curation, start
        self._known: dict[str, Sequence[str]] = {}
        self._read_at: dict[str, float] = {}

    def of(self, term: str) -> Sequence[str]:
        """The values known now; newer ones are read in the background."""
        is_stale = time.monotonic() - self._read_at.get(term, -_FRESH_S) >= _FRESH_S
        if is_stale and (term in _COLUMNS or term in {"label", "tx"}):
            self._read_at[term] = time.monotonic()
            self._start(self.read(term))
        return self._known.get(term, ())

    async def read(self, term: str) -> None:
        """Read the values of a term."""
        if term == "label":
            self._known[term] = await self._curation.labels()
        elif term == "tx":
            self._known[term] = await self._archive.recent_values("transaction_id", 50)
        else:
            self._known[term] = await self._archive.names(_COLUMNS[term])
