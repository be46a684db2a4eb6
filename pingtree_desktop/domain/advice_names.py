"""Advice on the names of lead fields: those that mean a field of the API, and doubled ones."""

from __future__ import annotations

import re
from functools import lru_cache

from pingtree_desktop.domain.advice_terms import Advice, heuristic
from pingtree_desktop.domain.catalogue import BY_WIRE, FIELDS
from pingtree_desktop.domain.event import Event, sendable_lead
from pingtree_desktop.domain.fix import Fix, is_free, lead_to_field

RESEMBLES = heuristic(
    "resembles",
    "Any other key is taken as a lead detail of the account's field management, so a misspelt "
    "field arrives as a lead detail and the field itself stays empty. Every name is exactly as "
    "documented; note adSpend, external_clickid and substract.",
)
NOT_SENT = heuristic(
    "not-sent",
    "A key that stands twice in a JSON object is read differently by different programs "
    "(RFC 8259), so each is sent once.",
)
RULES = (RESEMBLES, NOT_SENT)

_LEAST_LETTERS = 6  # shorter names are too near to too many others
_LONGEST_NAME = 40


def _plain_name(name: str) -> str:
    return re.sub(r"[\W_]", "", name).lower()


_BY_PLAIN_NAME = (
    {_plain_name(field.label): field.wire for field in FIELDS}
    | {_plain_name(field.wire): field.wire for field in FIELDS}
    | {
        "transaction": "transaction_id",
        "txid": "transaction_id",
        "txnid": "transaction_id",
        "transid": "transaction_id",
        "event": "event_id",
        "tz": "conversion_timezone",
    }
)

_DIGITS = {known: re.sub(r"\D", "", known) for known in _BY_PLAIN_NAME}


@lru_cache(maxsize=512)  # asked again at every keystroke
def meant_field(name: str) -> str | None:
    """The wire name that an unknown key seems to mean; None for a lead field of its own."""
    if name in BY_WIRE or len(name) > _LONGEST_NAME:
        return None
    plain = _plain_name(name)
    if plain in _BY_PLAIN_NAME:
        return _BY_PLAIN_NAME[plain]
    if len(plain) < _LEAST_LETTERS:
        return None
    near = (known for known in _DIGITS if _is_slip(plain, known))
    digits = _digits(plain)
    return next((_BY_PLAIN_NAME[known] for known in near if _DIGITS[known] == digits), None)


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _shared(one: str, other: str) -> int:
    """How many letters two names have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))


def _is_slip(name: str, known: str) -> bool:
    """Whether one letter is missing, too many or wrong, or two have changed places.

    Names that share most letters may still mean something else: campaign is no cid.
    """
    if abs(len(name) - len(known)) > 1:
        return False
    start = _shared(name, known)
    rest, other = name[start:], known[start:]
    end = _shared(rest[::-1], other[::-1])
    left, right = rest[: len(rest) - end], other[: len(other) - end]
    return max(len(left), len(right)) <= 1 or (len(left) == 2 and left == right[::-1])


def about_lead_names(event: Event) -> list[Advice]:
    """Lead rows that are left out, and rows that seem to mean a field of its own."""
    _, problems = sendable_lead(event)
    found = []
    for one in problems:
        fix = _moved(event, one.index, one.name) if one.name in BY_WIRE else None
        place = f"lead:{one.index}"
        found.append(Advice(wire=place, text=one.reason, rule=NOT_SENT, fix=fix))
    for index, row in enumerate(event.lead):
        known = meant_field(row.name)
        if known is not None:
            said = f"It resembles {known}, which is a field of its own: use that name."
            fix = _moved(event, index, known)
            found.append(Advice(wire=f"lead:{index}", text=said, rule=RESEMBLES, fix=fix))
    return found


def _moved(event: Event, index: int, wire: str) -> Fix | None:
    """A fix that moves the row into its field, unless the field already holds something."""
    if not is_free(event, wire):
        return None
    return Fix(label=f"Use {wire}", act=lead_to_field, arguments=(index, wire))
