"""The forms in which the history leaves: one writer each, entry by entry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.formats.curl_script import script_entry, script_head
from pingtree_desktop.formats.har import har_entry, har_head, har_tail
from pingtree_desktop.formats.history_csv import BYTE_ORDER_MARK, csv_entry, csv_head
from pingtree_desktop.formats.history_lines import line_of
from pingtree_desktop.formats.html_report import HtmlReport
from pingtree_desktop.formats.support_text import support_text


class Writer(Protocol):
    """Writes a file in pieces; `entry` is called once per exchange, in order."""

    def head(self) -> str: ...

    def entry(self, exchange: Exchange) -> str: ...

    def tail(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a writer may say of the file: the program's version, the moment with its zone."""

    version: str
    now: datetime
    title: str = "Exchanges"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFormat:
    """One form.  `suffix` has its point; `is_whole` ones come back by an import unchanged."""

    key: str
    label: str
    suffix: str
    make: Callable[[About], Writer]
    is_whole: bool = False


class _Plain:
    """A writer with fixed beginning and end."""

    def __init__(self, entry: Callable[[Exchange], str], head: str = "", between: str = "") -> None:
        self._entry, self._head, self._between = entry, head, between
        self._is_first = True

    def head(self) -> str:
        return self._head

    def entry(self, exchange: Exchange) -> str:
        between = "" if self._is_first else self._between
        self._is_first = False
        return between + self._entry(exchange)

    def tail(self) -> str:
        return ""


class _Har(_Plain):
    def tail(self) -> str:
        return har_tail()


def _support(about: About) -> Writer:
    zone = about.now.tzinfo
    assert zone is not None
    line = "\n" + "=" * 72 + "\n\n"
    return _Plain(lambda exchange: support_text(exchange, zone), between=line)


FORMATS: tuple[ExportFormat, ...] = (
    ExportFormat(
        key="csv",
        label="CSV for a spreadsheet",
        suffix=".csv",
        make=lambda _about: _Plain(csv_entry, BYTE_ORDER_MARK + csv_head()),
    ),
    ExportFormat(
        key="csv-exact",
        label="CSV, every cell exactly as it is",
        suffix=".csv",
        make=lambda _about: _Plain(lambda one: csv_entry(one, exact=True), csv_head()),
    ),
    ExportFormat(
        key="jsonl",
        label="JSON lines, whole",
        suffix=".jsonl",
        make=lambda _about: _Plain(line_of),
        is_whole=True,
    ),
    ExportFormat(
        key="har",
        label="HAR 1.2, for browsers and proxies",
        suffix=".har",
        make=lambda about: _Har(har_entry, har_head(about.version), ","),
        is_whole=True,
    ),
    ExportFormat(
        key="html",
        label="Report as a web page",
        suffix=".html",
        make=lambda about: HtmlReport(about.title, about.now),
    ),
    ExportFormat(
        key="curl",
        label="Shell script of cURL commands",
        suffix=".sh",
        make=lambda _about: _Plain(script_entry, script_head()),
    ),
    ExportFormat(
        key="support",
        label="Account for support",
        suffix=".txt",
        make=_support,
    ),
)
BY_KEY = {form.key: form for form in FORMATS}
