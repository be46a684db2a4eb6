"""The words for what became of an event, and what each says to a person.

How a reply gets its word is `judgement`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """The contract words of the command line, in its order."""

    FIRED = "fired"
    DUPLICATE = "duplicate"
    LOCKED = "locked"
    SOURCE_INACTIVE = "source_inactive"
    FORBIDDEN = "forbidden"
    MISSING_FIELD = "missing_field"
    INVALID_FIELD = "invalid_field"
    UNKNOWN_EVENT = "unknown_event"
    LEAD_NOT_FOUND = "lead_not_found"
    BAD_REQUEST = "bad_request"
    SERVER_ERROR = "server_error"
    NO_REPLY = "no_reply"
    IN_DOUBT = "in_doubt"
    CANCELLED = "cancelled"
    UNRECOGNISED = "unrecognised"


class Tone(StrEnum):
    """The one meaning of a colour: see the interface's rule on colours."""

    GOOD = "good"
    REFUSED = "refused"
    FAILED = "failed"
    NEUTRAL = "neutral"


def verdict_of(word: str) -> Verdict:
    """The verdict of a kept word; a word that is none (a damaged record) is unrecognised."""
    try:
        return Verdict(word)
    except ValueError:
        return Verdict.UNRECOGNISED


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a verdict says to a person: its pill, what happened and what to do next."""

    label: str
    tone: Tone
    happened: str
    next_step: str


MEANINGS: Mapping[Verdict, Meaning] = {
    Verdict.FIRED: Meaning(
        label="Fired",
        tone=Tone.GOOD,
        happened="The API accepted the event.",
        next_step="This transaction and event pair is used up now, unless the event is "
        "multi-trigger.",
    ),
    Verdict.DUPLICATE: Meaning(
        label="Duplicate",
        tone=Tone.REFUSED,
        happened="This event was already fired for this transaction.",
        next_step="Use a new transaction ID, or turn on Multi-Trigger for the event in the "
        "campaign's event settings.",
    ),
    Verdict.LOCKED: Meaning(
        label="Locked",
        tone=Tone.REFUSED,
        happened="The same event for the same transaction was sent less than 2 seconds ago.",
        next_step="Wait 2 seconds and send again; if it fired the first time, expect a duplicate.",
    ),
    Verdict.SOURCE_INACTIVE: Meaning(
        label="Source inactive",
        tone=Tone.REFUSED,
        happened="The partner (pid) is not active on this campaign.",
        next_step="Check the Partner ID, or activate the source in the account.",
    ),
    Verdict.FORBIDDEN: Meaning(
        label="Forbidden",
        tone=Tone.REFUSED,
        happened="The API answered 403 and did not say why. It documents two reasons: the source "
        "is inactive, or the same event for this transaction was in progress.",
        next_step="Wait 2 seconds and send again. If it is still 403, check that the Partner ID "
        "is active.",
    ),
    Verdict.MISSING_FIELD: Meaning(
        label="Missing field",
        tone=Tone.REFUSED,
        happened="The API asks for a field that was not in the request.",
        next_step="Fill it in and send again.",
    ),
    Verdict.INVALID_FIELD: Meaning(
        label="Invalid field",
        tone=Tone.REFUSED,
        happened="The API did not take the value of a field.",
        next_step="Correct it and send again.",
    ),
    Verdict.UNKNOWN_EVENT: Meaning(
        label="Unknown event",
        tone=Tone.REFUSED,
        happened="The event ID is not one of the campaign's events.",
        next_step="Compare it with the campaign's event settings; upper and lower case may matter.",
    ),
    Verdict.LEAD_NOT_FOUND: Meaning(
        label="Lead not found",
        tone=Tone.REFUSED,
        happened="No lead with this transaction ID was found.",
        next_step="Check that the transaction ID comes from a lead of this organisation.",
    ),
    Verdict.BAD_REQUEST: Meaning(
        label="Bad request",
        tone=Tone.REFUSED,
        happened="The API answered 400 and named neither a missing nor an invalid field.",
        next_step="Check event ID, transaction ID, campaign ID and the money field; the reply's "
        "own words are below.",
    ),
    Verdict.SERVER_ERROR: Meaning(
        label="Server error",
        tone=Tone.FAILED,
        happened="The server failed while it handled the request.",
        next_step="The event may or may not have been processed. Look the lead up before sending "
        "again.",
    ),
    Verdict.NO_REPLY: Meaning(
        label="No reply",
        tone=Tone.FAILED,
        happened="No usable reply came back.",
        next_step="Check the address and the network.",
    ),
    Verdict.IN_DOUBT: Meaning(
        label="In doubt",
        tone=Tone.NEUTRAL,
        happened="The program ended before it knew the reply; the server may have processed the "
        "event.",
        next_step="Look the lead up before sending again.",
    ),
    Verdict.CANCELLED: Meaning(
        label="Cancelled",
        tone=Tone.NEUTRAL,
        happened="Cancelled here; the server may still have processed it.",
        next_step="Look the lead up before sending again.",
    ),
    Verdict.UNRECOGNISED: Meaning(
        label="Unrecognised",
        tone=Tone.NEUTRAL,
        happened="The reply is not one that the documentation describes.",
        next_step="Read the reply below and do not count the event as fired.",
    ),
}
