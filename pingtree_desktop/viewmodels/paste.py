"""Pasting: a text from anywhere becomes an event, with everything said that did not go into it.

Plain Python.  Nothing is executed or fetched, and nothing but the text is read.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeVar

from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.environment import Danger, Environment
from pingtree_desktop.domain.errors import PingTreeError, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import LeadType, Mode
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.viewmodels.changes import Changes

if TYPE_CHECKING:
    from pingtree_desktop.formats.paste.composing import Composed
    from pingtree_desktop.formats.paste.reading import Reading, Taken

T = TypeVar("T")
Start = Callable[[Coroutine[Any, Any, Any]], object]
MOST_LISTED = 300

SOURCE_WORDS = {
    "curl": "a curl command",
    "powershell": "a PowerShell command",
    "url": "a URL",
    "har": "a HAR file",
    "postman": "a Postman collection",
    "fetch": "a fetch call",
    "json": "JSON",
    "http": "an HTTP request",
}
_MODE_WORDS = {Mode.EMPTY: 'empty ""', Mode.NULL: "null", Mode.OMIT: "left out"}


class PasteTopic(Enum):
    """READ: another text was understood, or not.  CHOSEN: another of its requests."""

    READ = auto()
    CHOSEN = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to show: what it is called, and its value or the reason."""

    name: str
    text: str


class PasteModel:
    """What is in a pasted text, and the event that the form would get."""

    def __init__(self, environments: Sequence[Environment], start: Start) -> None:
        self.changes: Changes[PasteTopic] = Changes()
        self.reading: Reading | None = None
        self.composed: Composed | None = None
        self.problem = ""
        self.chosen = 0
        self.uses_names = False
        self.is_reading = False
        self._environments, self._start = environments, start
        self._text = ""

    # ---- reading -----------------------------------------------------------------------------

    def show(self, text: str) -> None:
        """Understand a text, in a worker thread; the newest text wins."""
        self._text = text
        if not self.is_reading:
            self.is_reading = True
            self._start(self._read())

    async def _read(self) -> None:
        import asyncio  # noqa: PLC0415 - not before the first frame

        try:
            text = None
            while text != self._text:
                text = self._text
                found = await asyncio.to_thread(_read_or_why, text)
            self.is_reading = False
            self._take(*found)
        finally:
            self.is_reading = False

    def _take(self, reading: Reading | None, problem: str) -> None:
        self.reading, self.problem = reading, problem
        self.chosen = 0
        self._compose()
        self.changes.tell(PasteTopic.READ)

    def choose(self, index: int) -> None:
        """Take another request of the text."""
        if index != self.chosen:
            self.chosen = index
            self._compose()
            self.changes.tell(PasteTopic.CHOSEN)

    def use_names(self, use: bool) -> None:
        """Whether names that resemble a field become that field."""
        self.uses_names = use
        self.changes.tell(PasteTopic.CHOSEN)

    def _compose(self) -> None:
        taken = self.taken
        if taken is None:
            self.composed = None
            return
        from pingtree_desktop.formats.paste.composing import to_event  # noqa: PLC0415 - when wanted

        self.composed = to_event(taken)

    # ---- what is shown -----------------------------------------------------------------------

    @property
    def taken(self) -> Taken | None:
        """The chosen request."""
        return self.reading.requests[self.chosen] if self.reading is not None else None

    @property
    def event(self) -> Event | None:
        """The event that the form would get."""
        if self.composed is None:
            return None
        return self.composed.suggested if self.uses_names else self.composed.event

    @property
    def has_address(self) -> bool:
        """Whether the text says where the event goes."""
        return self.taken is not None and self.taken.url != ""

    @property
    def titles(self) -> list[str]:
        """The requests of the text, to choose from."""
        return [one.title for one in self.reading.requests] if self.reading is not None else []

    @property
    def headline(self) -> str:
        """What the text is, in one sentence."""
        if self.reading is None:
            return self.problem
        words = SOURCE_WORDS[self.reading.source.value]
        count = len(self.reading.requests)
        return f"This is {words}." if count == 1 else f"This is {words} with {count:,} requests."

    @property
    def values(self) -> list[Line]:
        """Where it goes, and each value that was taken."""
        event, composed = self.event, self.composed
        if event is None or composed is None:
            return []
        lines = [Line(name="address", text=_address(event, composed))]
        if event.endpoint is Endpoint.GLOBAL:
            lines.append(Line(name="organisation id", text=event.org_id))
        for wire, value in event.fields.items():
            text = _MODE_WORDS.get(value.mode, value.text)
            lines.append(Line(name=wire, text=text))
        for row in event.lead:
            text = "null" if row.type is LeadType.NULL else row.text
            lines.append(Line(name=f"{row.name} \u00b7 lead", text=text))
        return lines[:MOST_LISTED]

    @property
    def names(self) -> list[Line]:
        """Names that resemble a field: `old → new`, and why."""
        found = self.composed.renamed if self.composed is not None else ()
        return [
            Line(name=f"{one.old} \u2192 {one.new}" if one.new else one.old, text=one.why)
            for one in found
        ]

    @property
    def can_use_names(self) -> bool:
        """Whether there is a suggested name to use."""
        return self.composed is not None and self.composed.suggested != self.composed.event

    @property
    def left_out(self) -> list[Line]:
        """Every part that was not understood or has no place, and why."""
        taken, composed = self.taken, self.composed
        if taken is None or composed is None:
            return []
        lines = [Line(name=one.part, text=one.why) for one in composed.not_understood]
        lines += [Line(name=one, text="it was not read or written") for one in taken.reads]
        return lines[:MOST_LISTED]

    @property
    def notes(self) -> list[str]:
        """What a person should know about the rest."""
        if self.reading is None or self.taken is None:
            return []
        from pingtree_desktop.formats.paste.hint_notes import hint_notes  # noqa: PLC0415 - wanted

        assert self.composed is not None
        said = [*self.reading.notes, *self.taken.notes, *hint_notes(self.composed)]
        return said[:MOST_LISTED]

    # ---- where it goes -----------------------------------------------------------------------

    @property
    def base_url(self) -> str:
        return self.composed.base_url if self.composed is not None else ""

    @property
    def environment(self) -> Environment | None:
        """The environment with the address of the paste, if there is one."""
        wanted = _base(self.base_url)
        return next(
            (one for one in self._environments if wanted and _base(one.base_url) == wanted), None
        )

    @property
    def new_environment(self) -> Environment | None:
        """An environment to add for the address of the paste, when there is none yet."""
        composed = self.composed
        if composed is None or not self.base_url or self.environment is not None:
            return None
        host = parse_base(self.base_url).authority
        hints = composed.environment_hint.hints
        return Environment(
            name=host,
            base_url=self.base_url,
            declared=Danger.TEST,
            verify_tls=hints.verify_tls is not False,
            proxy=hints.proxy or "none",
        )


def _read_or_why(text: str) -> tuple[Reading | None, str]:
    from pingtree_desktop.formats.paste.anything import read_anything  # noqa: PLC0415 - when wanted

    if not text.strip():
        return None, ""
    try:
        return read_anything(text), ""
    except PingTreeError as error:
        return None, str(error)


def _base(url: str) -> str:
    try:
        return parse_base(url).url if url else ""
    except UsageError:
        return ""


def _address(event: Event, composed: Composed) -> str:
    endpoint = event.endpoint.value.capitalize()
    where = f" at {composed.base_url}" if composed.base_url else ""
    return f"{endpoint}, {event.method.value}{where}"
