"""The README's table says of each field what the documentation says."""

from __future__ import annotations

from pingtree_desktop.domain.catalogue import FIELDS
from pingtree_desktop.formats.field_table import field_table


def rows() -> dict[str, list[str]]:
    cells = [[c.strip() for c in line.strip("|").split("|")] for line in field_table().splitlines()]
    return {row[0].strip("`"): row[1:] for row in cells[2:]}


def test_one_row_a_field_in_display_order():
    assert list(rows()) == [field.wire for field in FIELDS]


def test_what_is_required_where():
    required = {wire: row[2] for wire, row in rows().items()}
    assert required["event_id"] == required["transaction_id"] == "yes"
    assert required["cid"] == "trigger"
    assert required["amount"] == "conversion on campaign, global"
    assert required["revenue"] == "conversion on trigger, global"
    assert required["pid"] == required["sub1"] == "no"


def test_types_and_options():
    assert rows()["adSpend"][1] == "number"
    assert rows()["adSpend"][-1] == "`--ad-spend`"
    assert rows()["conversion_date"][1] == "string"
