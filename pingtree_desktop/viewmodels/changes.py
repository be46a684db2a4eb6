"""How a view-model tells its one or two views that something changed: a list of callables."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Generic, TypeVar

Topic = TypeVar("Topic", bound=Enum)


class Changes(Generic[Topic]):
    """Listeners of one view-model; each is called with the topic that changed."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Topic], None]] = []

    def listen(self, listener: Callable[[Topic], None]) -> None:
        self._listeners.append(listener)

    def tell(self, topic: Topic) -> None:
        for listener in list(self._listeners):
            listener(topic)
