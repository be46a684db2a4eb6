"""The tree of errors a person may meet, each with what happened and what to do.

    PingTreeError
    ├── UsageError            a wrong option or value                    exit 2
    ├── UnreadableInput       a file or text that cannot be understood   exit 2
    │   └── NewerVersion      written by a later version of the program  exit 2
    ├── StorageUnavailable    a folder or file that cannot be written    exit 2
    ├── ChangedOutside        somebody else changed what was to be saved exit 2
    ├── PortTaken             another program listens there              exit 2
    └── LiveRefused           production without the person's yes        exit 4

A failure of the network is not an error but data: `exchange.Failure`.
"""

from __future__ import annotations

from typing import Any


class PingTreeError(Exception):
    """Something the person can understand and act on; never shown as a traceback.

    `problem` says what is wrong and where, `remedy` what to do; both are whole sentences.
    """

    exit_code = 2

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.problem} {self.remedy}".strip()


class UsageError(PingTreeError):
    """An option, argument or value that the program does not take."""


class UnreadableInput(PingTreeError):
    """A file or pasted text whose content cannot be understood."""


class NewerVersion(UnreadableInput):
    """A file written by a later version of the program; it is left as it is."""


class StorageUnavailable(PingTreeError):
    """A folder or file that cannot be created, read or written."""


class ChangedOutside(PingTreeError):
    """What was to be saved reads otherwise on the disk than when it was opened; nothing was lost.

    `base` is what was opened, `ours` what was to be saved, `theirs` what the disk says now (None:
    it is gone): each a Profile, Campaign or Environment.  Saving again with `theirs` as base
    writes over it.
    """

    def __init__(self, problem: str, remedy: str, *, base: Any, ours: Any, theirs: Any) -> None:
        super().__init__(problem, remedy)
        self.base, self.ours, self.theirs = base, ours, theirs


class PortTaken(PingTreeError):
    """A network port that another program already listens on."""


class LiveRefused(PingTreeError):
    """A send to production that the person has not confirmed."""

    exit_code = 4
