"""Rows of an SQL statement without their types: the schema knows them, the type checker cannot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw


def fetch(connection: apsw.Connection, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
    """All rows, as tuples."""
    return connection.execute(sql, parameters).fetchall()


def fetch_one(connection: apsw.Connection, sql: str, parameters: Sequence[Any] = ()) -> Any:
    """The first row: a tuple, its value where there is one column, None where there is no row."""
    return connection.execute(sql, parameters).get
