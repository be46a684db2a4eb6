"""The names that a search of the history knows, with what each takes: for reading, help, hints."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS
from pingtree_desktop.domain.verdict import MEANINGS

FLAGS: Mapping[str, str] = {
    "pinned": "you pinned it",
    "noted": "it has a note",
    "labelled": "it has a label",
    "expected": "the verdict is the expected one",
    "unexpected": "the verdict is not the expected one",
    "in_doubt": "the program ended before it knew the reply",
    "replied": "a reply with an HTTP status came back",
    "live": "it went to production",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One name: what it finds, an example of its value, and the choices where there are few."""

    name: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


_VERDICTS = tuple(verdict.value for verdict in MEANINGS)
_TERMS = (
    Term(
        name="verdict",
        help="What became of the event",
        example="verdict:duplicate",
        choices=_VERDICTS,
    ),
    Term(
        name="status",
        help="The HTTP status",
        example="status:4xx",
        choices=("2xx", "3xx", "4xx", "5xx", ">=400", "none"),
    ),
    Term(name="event", help="The event id", example="event:quote_view", aliases=("event_id",)),
    Term(
        name="tx",
        help="The transaction id, from its start",
        example="tx:T-1001",
        aliases=("transaction", "transaction_id"),
    ),
    Term(name="campaign", help="The campaign's name", example='campaign:"Debt Relief"'),
    Term(name="cid", help="The campaign id", example="cid:demo"),
    Term(name="pid", help="The partner id", example="pid:organic", aliases=("partner",)),
    Term(name="profile", help="The profile's name", example="profile:smoke"),
    Term(
        name="env",
        help="The environment, or live for production",
        example="env:live",
        aliases=("environment",),
    ),
    Term(name="method", help="GET or POST", example="method:GET", choices=("GET", "POST")),
    Term(
        name="endpoint",
        help="The endpoint that was spoken",
        example="endpoint:trigger",
        choices=("campaign", "trigger", "global"),
    ),
    Term(
        name="expected",
        help="The verdict that was expected",
        example="expected:duplicate",
        choices=_VERDICTS,
    ),
    Term(
        name="since",
        help="Sent at that time or later",
        example="since:7d",
        aliases=("after", "from"),
        choices=("1h", "24h", "7d", "30d", "today", "yesterday"),
    ),
    Term(
        name="before",
        help="Sent before that time",
        example="before:2026-11-01",
        aliases=("until",),
        choices=("1h", "24h", "7d", "30d", "today", "yesterday"),
    ),
    Term(
        name="on",
        help="Sent on that day",
        example="on:2026-11-01",
        choices=("today", "yesterday"),
    ),
    Term(
        name="took",
        help="How long it took",
        example="took:>500ms",
        choices=(">500ms", ">2s", "<100ms"),
    ),
    Term(name="amount", help="The money that was sent", example="amount:>=10", aliases=MONEY_KEYS),
    Term(name="sent", help="The size of the request's body", example="sent:>10KB"),
    Term(name="received", help="The size of the reply's body", example="received:>1MB"),
    Term(name="label", help="A label", example="label:ticket-12"),
    Term(name="note", help="Words in the note", example="note:support"),
    Term(name="is", help="What an entry is", example="is:pinned", choices=tuple(FLAGS)),
    Term(name="body", help="Text in either body (slow)", example="body:timeout"),
    Term(name="request", help="Text in the request's body (slow)", example="request:null"),
    Term(name="reply", help="Text in the reply's body (slow)", example="reply:missing"),
)
_TAKEN = {name for term in _TERMS for name in (term.name, *term.aliases)}

FIELD_NAMES = frozenset(field.wire for field in FIELDS) - _TAKEN
"""The wire names that are searched as fields; the others have a name of their own above."""

VOCABULARY: tuple[Term, ...] = (
    *_TERMS,
    *(
        Term(
            name=field.wire,
            help=field.label,
            example=f"{field.wire}:{field.example or 'text'}",
            choices=tuple(choice.value for choice in field.choices),
        )
        for field in FIELDS
        if field.wire in FIELD_NAMES
    ),
)
NAMES: Mapping[str, Term] = {
    name.casefold(): term for term in VOCABULARY for name in (term.name, *term.aliases)
}


def resembling(name: str) -> str:
    """The name that a mistyped one was most likely meant to be; empty when none is near."""
    near = difflib.get_close_matches(name.casefold()[:40], NAMES, n=1, cutoff=0.8)
    return NAMES[near[0]].name if near else ""
