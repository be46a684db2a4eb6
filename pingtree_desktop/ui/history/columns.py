"""The columns of the history's table: what each shows, how wide it is, by what it sorts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pingtree_desktop.domain.verdict import MEANINGS, verdict_of
from pingtree_desktop.storage.history import Summary
from pingtree_desktop.storage.history_reader import SortKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.  `width_px` of 0 takes what is left; `is_first` ones are shown at first."""

    key: str
    title: str
    cell: Callable[[Summary], str]
    width_px: int
    sort: SortKey | None = None
    is_mono: bool = False
    is_number: bool = False
    is_first: bool = False
    is_wide_only: bool = False


def verdict_words(summary: Summary) -> str:
    """`Fired · 200`, or what is known while it is being sent."""
    if summary.state == "sending":
        return "Sending\u2026"
    words = MEANINGS[verdict_of(summary.verdict)].label
    return f"{words} \u00b7 {summary.http_status}" if summary.http_status else words


def moment(started_ms: int) -> str:
    """A time as short as it can be told apart: today by its clock, older ones with their day."""
    when = datetime.fromtimestamp(started_ms / 1000).astimezone()
    now = datetime.now().astimezone()
    if when.date() == now.date():
        return f"{when:%H:%M:%S}"
    return f"{when:%m-%d %H:%M:%S}" if when.year == now.year else f"{when:%Y-%m-%d %H:%M}"


def _marks(summary: Summary) -> str:
    pinned = "\u25c6 " if summary.pinned else ""
    note = "\u270e " if summary.has_note else ""
    return f"{pinned}{note}{', '.join(summary.labels)}"


COLUMNS: tuple[Column, ...] = (
    Column(
        key="time",
        title="Time",
        cell=lambda s: moment(s.started_ms),
        width_px=124,
        sort=SortKey.TIME,
        is_first=True,
    ),
    Column(
        key="environment",
        title="Environment",
        cell=lambda s: s.environment,
        width_px=104,
        sort=SortKey.ENVIRONMENT,
        is_first=True,
        is_wide_only=True,
    ),
    Column(
        key="campaign",
        title="Campaign",
        cell=lambda s: s.campaign or s.cid,
        width_px=118,
        sort=SortKey.CAMPAIGN,
        is_first=True,
        is_wide_only=True,
    ),
    Column(
        key="profile",
        title="Profile",
        cell=lambda s: s.profile,
        width_px=140,
        sort=SortKey.PROFILE,
    ),
    Column(
        key="event",
        title="Event",
        cell=lambda s: s.event_id,
        width_px=152,
        sort=SortKey.EVENT,
        is_mono=True,
        is_first=True,
    ),
    Column(
        key="transaction",
        title="Transaction",
        cell=lambda s: s.transaction_id,
        width_px=186,
        sort=SortKey.TRANSACTION,
        is_mono=True,
        is_first=True,
    ),
    Column(
        key="pid",
        title="Partner",
        cell=lambda s: s.pid,
        width_px=96,
        sort=SortKey.PID,
        is_mono=True,
    ),
    Column(
        key="money",
        title="Amount",
        cell=lambda s: s.money,
        width_px=84,
        sort=SortKey.MONEY,
        is_mono=True,
        is_number=True,
        is_first=True,
        is_wide_only=True,
    ),
    Column(
        key="verdict",
        title="Verdict",
        cell=verdict_words,
        width_px=170,
        sort=SortKey.VERDICT,
        is_first=True,
    ),
    Column(
        key="expected",
        title="Expected",
        cell=lambda s: (
            ("\u2713 " if s.as_expected else "\u2717 ") + MEANINGS[verdict_of(s.expected)].label
        ),
        width_px=120,
    ),
    Column(
        key="message",
        title="Message",
        cell=lambda s: s.message,
        width_px=0,
        sort=SortKey.MESSAGE,
        is_first=True,
    ),
    Column(
        key="marks",
        title="Labels",
        cell=_marks,
        width_px=110,
        is_first=True,
        is_wide_only=True,
    ),
    Column(
        key="took",
        title="Took",
        cell=lambda s: "" if s.elapsed_ms is None else f"{s.elapsed_ms:,.0f} ms",
        width_px=84,
        sort=SortKey.TOOK,
        is_number=True,
        is_first=True,
    ),
    Column(
        key="sent",
        title="Sent",
        cell=lambda s: f"{s.request_bytes:,} B",
        width_px=80,
        sort=SortKey.SENT,
        is_number=True,
    ),
    Column(
        key="received",
        title="Received",
        cell=lambda s: f"{s.response_bytes:,} B",
        width_px=84,
        sort=SortKey.RECEIVED,
        is_number=True,
    ),
)

BY_KEY = {column.key: column for column in COLUMNS}
FIRST_COLUMNS = tuple(column.key for column in COLUMNS if column.is_first)
