"""The state of the Sandbox screen: its address, what it accepted, what it answered, its faults."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import Enum, auto

from pingtree_desktop.services.sandbox_admin import LedgerLine
from pingtree_desktop.viewmodels.changes import Changes

KEPT_LINES = 200


class Topic(Enum):
    """STATE: started, failed or faults changed.  SEEN: one more answer.  LEDGER: read anew."""

    STATE = auto()
    SEEN = auto()
    LEDGER = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenLine:
    """One answered request.  `at_ms` is UTC milliseconds since 1970."""

    at_ms: int
    method: str
    path: str
    status: int
    event_id: str
    transaction_id: str
    verdict: str


FAULTS: tuple[tuple[str, str], ...] = (
    ("", "No fault"),
    ("status:500", "Answer 500"),
    ("status:503", "Answer 503"),
    ("delay:3000", "Wait 3 s before the answer"),
    ("drop", "Close before the answer"),
    ("truncate", "Cut the answer short"),
    ("slow:40", "Drip the answer, 40 bytes a second"),
    ("not-json", "Answer text that is not JSON"),
    ("html", "Answer an HTML page"),
    ("empty", "Answer with an empty body"),
    ("huge:2000000", "Answer 2 MB"),
    ("wrong-type", "Send status as a number"),
    ("lie", "HTTP 200 with an error body"),
    ("redirect", "Redirect elsewhere"),
    ("gzip", "Compress the answer"),
    ("bad-gzip", "Compress it wrongly"),
    ("flaky:0.5", "Fail every other time"),
)


class SandboxModel:
    """What the person sees of the embedded sandbox."""

    def __init__(self) -> None:
        self.changes: Changes[Topic] = Changes()
        self.url = ""
        self.is_ours = False
        self.problem = ""
        self.fault = ""
        self.ledger: tuple[LedgerLine, ...] = ()
        self.seen: deque[SeenLine] = deque(maxlen=KEPT_LINES)

    def started(self, url: str, *, is_ours: bool) -> None:
        self.url, self.is_ours, self.problem = url, is_ours, ""
        self.changes.tell(Topic.STATE)

    def failed(self, problem: str) -> None:
        self.problem = problem
        self.changes.tell(Topic.STATE)

    def set_fault(self, fault: str) -> None:
        self.fault = fault
        self.changes.tell(Topic.STATE)

    def answered(self, line: SeenLine) -> None:
        self.seen.appendleft(line)
        self.changes.tell(Topic.SEEN)

    def show_ledger(self, ledger: tuple[LedgerLine, ...]) -> None:
        self.ledger = ledger
        self.changes.tell(Topic.LEDGER)
