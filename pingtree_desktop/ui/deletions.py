"""What was deleted in this window, so that each of it can be brought back, the latest first."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from pingtree_desktop.services.tasks import Tasks
from pingtree_desktop.ui.notices import NoticeBar


@dataclass(frozen=True, slots=True, eq=False)
class _Deleted:
    words: str
    restore: Callable[[], Coroutine[Any, Any, object]]


class Deletions:
    """Says what was deleted with its undo, and keeps the undo when another notice comes."""

    def __init__(self, notices: NoticeBar, tasks: Tasks) -> None:
        self._notices, self._tasks = notices, tasks
        self._stack: list[_Deleted] = []

    def say(self, words: str, restore: Callable[[], Coroutine[Any, Any, object]]) -> None:
        """Tell of a deletion, such as `Deleted Sale.`; `restore` undoes it."""
        one = _Deleted(words, restore)
        self._stack.append(one)
        self._notices.say(words, action="Undo", call=lambda: self._bring_back(one))

    def bring_back(self) -> None:
        """Undo the latest deletion that was not undone yet."""
        if not self._stack:
            self._notices.say("Nothing was deleted in this window.")
            return
        one = self._stack[-1]
        self._bring_back(one)
        self._notices.say(f"Brought back. Before that: {one.words}", tone="good")

    def _bring_back(self, one: _Deleted) -> None:
        if one in self._stack:
            self._stack.remove(one)
            self._tasks.start(one.restore(), name="undo-delete")
