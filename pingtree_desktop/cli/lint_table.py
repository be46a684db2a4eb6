"""The CSV tables that `pingtree lint` reads: one event a row, a column by its wire name.

Any delimiter a spreadsheet writes is taken; what cannot be read is named with its line.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from pingtree_desktop.cli.lint_subject import Draft, Reading, Shape, Subject, by_keys
from pingtree_desktop.domain.advice import ORG_ID, Advice
from pingtree_desktop.domain.advice_names import meant_field
from pingtree_desktop.domain.advice_terms import documented
from pingtree_desktop.domain.catalogue import BY_WIRE, Endpoint
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput, LeadField

NO_COLUMN = documented(
    "no-column", "event_id and transaction_id are required on every endpoint, cid on Trigger too."
)
_DELIMITERS = ",;\t|"


def read_table(text: str, endpoint: Endpoint | None) -> Reading:
    """Read a table's head; its rows are read as they are asked for.

    Raises UnreadableInput, also while the rows are walked.
    """
    rows = _rows(text)
    _, head = next(rows, (1, [""]))
    names = [name.strip() for name in head]
    if not any(name in BY_WIRE or meant_field(name) for name in names):
        raise UnreadableInput(
            "It is neither a JSON payload, nor a URL, nor a CSV table.",
            "A table's first line names wire fields, a URL starts with http:// or https://.",
        )
    if not all(names):
        raise UnreadableInput("A column of line 1 has no name.", "Name it by its wire name.")
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled is not None:
        raise UnreadableInput(f"The column {doubled!r} stands twice in line 1.", "Keep one.")
    where = by_keys(names, endpoint)
    needed = [f for f in BY_WIRE.values() if where in f.required_on and f.wire not in names]
    remarks = tuple(
        Advice(
            wire=one.wire,
            text="There is no such column: every event needs it from elsewhere.",
            rule=NO_COLUMN,
            level="note",
        )
        for one in needed
    )
    # A column that is not there is said once above, not once for each row.
    elsewhere = frozenset({ORG_ID, *BY_WIRE} - set(names))
    subjects = _subjects(rows, names, where, elsewhere)
    return Reading(shape=Shape.CSV, subjects=subjects, remarks=remarks)


def _subjects(
    rows: Iterator[tuple[int, list[str]]],
    names: list[str],
    where: Endpoint,
    elsewhere: frozenset[str],
) -> Iterator[Subject]:
    for line, cells in rows:
        if len(cells) != len(names):
            raise UnreadableInput(
                f"Line {line} has {len(cells)} cells, line 1 names {len(names)} columns.",
                "Give each line as many cells as there are columns.",
            )
        draft = Draft(Event(endpoint=where))
        for name, cell in zip(names, cells, strict=True):
            if cell:
                draft.add(name, FieldInput(text=cell), LeadField(name=name, text=cell))
        remarks = tuple(draft.remarks)
        yield Subject(event=draft.finished(), line=line, remarks=remarks, elsewhere=elsewhere)


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, each with the line on which it starts."""
    first = text.lstrip("\ufeff\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    stream = io.StringIO(text.lstrip("\ufeff"), newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableInput(
                f"The row that starts on line {line} is no CSV: {error}.",
                "Look for a quotation mark that is not closed.",
            ) from None
        if any("\0" in cell for cell in cells):
            raise UnreadableInput(
                f"The row that starts on line {line} has a NUL character.",
                "Save the file as plain text in UTF-8.",
            )
        if any(cell.strip() for cell in cells):
            yield line, cells
