"""Advice on fields with a short list of documented values: cost operation and consent."""

from __future__ import annotations

from pingtree_desktop.domain.advice_terms import Advice, documented
from pingtree_desktop.domain.catalogue import Field
from pingtree_desktop.domain.fix import use

CHOICE = documented(
    "choice", "cost_operation is add, substract or override: the vendor's own spelling."
)
FLAG = documented("flag", "tcpa_consent is the number 0 or 1.")
RULES = (CHOICE, FLAG)

_YES = {"1", "true", "yes", "y", "on"}
_NO = {"0", "false", "no", "n", "off"}


def about_choice(field: Field, text: str) -> list[Advice]:
    """Whether a value is one of the documented ones."""
    values = {choice.value for choice in field.choices}
    if text in values:
        return []
    said = f"The documentation asks for {field.format_hint}."
    lowered = text.strip().lower()
    if lowered == "subtract":
        said, lowered = "The API spells it substract.", "substract"
    fix = use(field.wire, lowered) if lowered in values else None
    return [Advice(wire=field.wire, text=said, rule=CHOICE, fix=fix)]


def about_flag(field: Field, text: str) -> list[Advice]:
    """Whether a consent is 0 or 1."""
    if text in {"0", "1"}:
        return []
    said = "The documentation asks for 0 or 1."
    lowered = text.strip().lower()
    better = "1" if lowered in _YES else "0"
    fix = use(field.wire, better) if lowered in _YES | _NO else None
    return [Advice(wire=field.wire, text=said, rule=FLAG, fix=fix)]
