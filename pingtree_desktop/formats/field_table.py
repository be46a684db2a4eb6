"""The README's table of body fields, made from the catalogue."""

from __future__ import annotations

from pingtree_desktop.domain.catalogue import FIELDS, Endpoint, Field

_ENDPOINT_ORDER = (Endpoint.CAMPAIGN, Endpoint.TRIGGER, Endpoint.GLOBAL)


def field_table() -> str:
    """A Markdown table, one row a field in display order, without a line break at its end."""
    rows = [
        "| wire name | label | type | required | card | format | option |",
        "| --- | --- | --- | --- | --- | --- | --- |",
    ]
    for field in FIELDS:
        cells = (
            f"`{field.wire}`",
            field.label,
            field.json_type,
            _required(field),
            field.group.value,
            field.format_hint,
            f"`{field.option}`",
        )
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def _required(field: Field) -> str:
    if len(field.required_on) == len(Endpoint):
        return "yes"
    always = [e.value for e in _ENDPOINT_ORDER if e in field.required_on]
    conversion = [e.value for e in _ENDPOINT_ORDER if e in field.required_for_conversion]
    parts = []
    if always:
        parts.append(", ".join(always))
    if conversion:
        parts.append("conversion on " + ", ".join(conversion))
    return "; ".join(parts) or "no"
