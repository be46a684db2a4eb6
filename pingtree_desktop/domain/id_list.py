"""Transaction ids out of pasted or imported text: one on each line, or a column of a table."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

MOST_IDS = 100_000
LONGEST_ID = 2_000
COLUMN_NAMES = (
    "transaction_id", "transactionid", "transaction", "txn_id", "txnid", "txn", "tx_id", "txid",
    "tx", "lead_id", "leadid", "lead", "click_id", "clickid",
)  # fmt: skip
"""Headers by which the column is found, whatever their case, spaces and dashes; best first."""

_DELIMITERS = "\t,;"
_LOOKED_AT_LINES = 50
_QUOTES = {'"': '"', "'": "'", "`": "`", "\u201c": "\u201d", "\u2018": "\u2019"}
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060"
_NOT_LETTERS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdList:
    """The ids in their order, each once, and what was done to find them."""

    ids: tuple[str, ...] = ()
    duplicates: int = 0
    blanks: int = 0
    trimmed: int = 0
    too_long: int = 0
    beyond: int = 0
    column: str = ""
    guessed: bool = False

    @property
    def sentences(self) -> tuple[str, ...]:
        """What a person should know about it, one plain sentence each."""
        said = [f"{_counted(len(self.ids), 'transaction id')} found."]
        if self.column and self.guessed:
            said.append(f"No column is called transaction_id: {self.column} was taken.")
        elif self.column:
            said.append(f"Taken from the column {self.column}.")
        for count, one, words in (
            (self.duplicates, "repeat", "left out"),
            (self.blanks, "blank line", "left out"),
            (self.trimmed, "id", "freed of white space or quotes around it"),
            (self.too_long, "line", f"longer than {LONGEST_ID:,} characters left out"),
            (self.beyond, "id", f"beyond the {MOST_IDS:,} that the bank holds left out"),
        ):
            if count:
                said.append(f"{_counted(count, one)} {words}.")
        return tuple(said)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def parse_ids(text: str, known: frozenset[str] = frozenset()) -> IdList:
    """The transaction ids in a text; those in `known` count as repeats.

    A table (tabs, commas or semicolons) gives the column whose header names a
    transaction, else its first one.  A single line of several parts is a list.
    """
    # What stands before the first line and after the last one is no blank line.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    cells, column, is_guessed = _column(lines)
    seen = set(known)
    ids: list[str] = []
    duplicates = blanks = trimmed = too_long = beyond = 0
    for cell in cells:
        name = _bare(cell)
        if not name:
            blanks += 1
        elif len(name) > LONGEST_ID:
            too_long += 1
        elif name in seen:
            duplicates += 1
        elif len(seen) >= MOST_IDS:
            beyond += 1
        else:
            trimmed += name != cell
            seen.add(name)
            ids.append(name)
    return IdList(
        ids=tuple(ids),
        duplicates=duplicates,
        blanks=blanks,
        trimmed=trimmed,
        too_long=too_long,
        beyond=beyond,
        column=column,
        guessed=is_guessed,
    )


def _bare(text: str) -> str:
    """A text without white space, invisible marks and quotes around it."""
    while True:
        bare = text.strip().strip(_INVISIBLE)
        if len(bare) >= 2 and _QUOTES.get(bare[0]) == bare[-1]:
            bare = bare[1:-1]
        if bare == text:
            return bare
        text = bare


def _column(lines: list[str]) -> tuple[list[str], str, bool]:
    """The cells that hold the ids, the column's name where it is a table, whether it is a guess."""
    delimiter = _delimiter(lines)
    if not delimiter:
        has_header = _rank(lines[0]) < len(COLUMN_NAMES)
        return (lines[1:], _bare(lines[0]), False) if has_header else (lines, "", False)
    rows = [_cells(line, delimiter) for line in lines]
    ranks = [_rank(cell) for cell in rows[0]]
    best = min(ranks)
    if best < len(COLUMN_NAMES):
        at = ranks.index(best)
        return [_cell(row, at) for row in rows[1:]], _bare(rows[0][at]), False
    if len(rows) == 1:
        return rows[0], "", False
    return [_cell(row, 0) for row in rows], "the first one", True


def _rank(cell: str) -> int:
    """How well a header names the column: 0 is best; the number of names when it is none."""
    name = _NOT_LETTERS.sub("_", _bare(cell).lower())
    return COLUMN_NAMES.index(name) if name in COLUMN_NAMES else len(COLUMN_NAMES)


def _delimiter(lines: list[str]) -> str:
    """What divides the lines into cells.

    It stands in a first line that names the column, or equally often in each of the first lines.
    """
    looked_at = [line for line in lines[:_LOOKED_AT_LINES] if line.strip()]
    for mark in _DELIMITERS if looked_at else "":
        counts = [len(_cells(line, mark)) for line in looked_at]
        if counts[0] > 1:
            is_named = min(map(_rank, _cells(looked_at[0], mark))) < len(COLUMN_NAMES)
            if is_named or len(set(counts)) == 1:
                return mark
    return ""


def _cells(line: str, delimiter: str) -> list[str]:
    if delimiter not in line:
        return [line]
    try:
        return next(csv.reader([line], delimiter=delimiter))
    except csv.Error:  # a cell of more than 128 KB
        return line.split(delimiter)


def _cell(row: list[str], at: int) -> str:
    return row[at] if at < len(row) else ""
