"""What a reply means, by the documentation and nothing else.

No message text of the vendor is known.  A verdict uses the HTTP status, `missingFields`,
`invalidFields` and a few documented keywords; what it cannot tell it calls unrecognised, and
never fired.  Source: the wire facts, section "Replies".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pingtree_desktop.domain.exchange import BodyState, Failure, FailureKind, Response
from pingtree_desktop.domain.reply import Reply, read_reply
from pingtree_desktop.domain.verdict import MEANINGS, Meaning, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict with its account.  `explanation` is happened plus next step in plain English."""

    verdict: Verdict
    happened: str
    next_step: str
    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    message: str = ""

    @property
    def explanation(self) -> str:
        return f"{self.happened} {self.next_step}".strip()

    @property
    def meaning(self) -> Meaning:
        return MEANINGS[self.verdict]


_DUPLICATE = re.compile(r"\bduplicat(e|ed|es|ion)\b|\balready[ _-](fired|exists|processed)\b", re.I)
_INACTIVE = re.compile(r"\binactive\b|\bnot[ _-]active\b", re.I)
_LOCK = re.compile(r"\bconcurrent(ly)?\b|\block(ed|ing)?\b|\bin[ _-]progress\b", re.I)
_LEAD_NOT_FOUND = re.compile(r"\blead[ _-](was[ _-])?not[ _-]found\b", re.I)
# One small word may stand between: "not a duplicate", but not "did not process duplicate event".
_NEGATED = re.compile(
    r"\b(not|no|non|isn't|without)\b[\s-]+((a|an|any|the|been|yet|currently)\s+)?$", re.I
)
_JOINTS = re.compile(r"_|(?<=[a-z])(?=[A-Z])")  # duplicate_event, DuplicateEvent
_PAIR = {"event_id", "transaction_id"}


def _says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a keyword stands in a text without a "no" or "not" right before it."""
    spaced = _JOINTS.sub(" ", text)
    return any(not _NEGATED.search(spaced[: m.start()]) for m in pattern.finditer(spaced))


def judge(response: Response | None, failure: Failure | None) -> Judgement:
    """The verdict on what came back.  A failure wins over a partial response."""
    if failure is not None:
        return _judge_failure(failure)
    if response is None:
        return _plain(Verdict.IN_DOUBT)
    reply = read_reply(response)
    if response.body_state in {BodyState.CUT_SHORT, BodyState.DAMAGED, BodyState.ENCODED}:
        return _with(
            Verdict.UNRECOGNISED,
            reply,
            happened=f"The reply's body cannot be trusted ({response.body_state.value}).",
        )
    return _judge_reply(response, reply)


def _judge_failure(failure: Failure) -> Judgement:
    if failure.kind is FailureKind.CANCELLED:
        return _plain(Verdict.CANCELLED)
    next_step = (
        "The server may have processed the event: look the lead up before sending again."
        if failure.may_have_arrived
        else "Nothing was processed: check the address, the proxy and the network, then send again."
    )
    return Judgement(
        verdict=Verdict.NO_REPLY,
        happened=failure.sentence,
        next_step=next_step,
        message=failure.sentence,
    )


def _judge_reply(response: Response, reply: Reply) -> Judgement:
    status = response.status
    if status >= 500 and status < 600:
        return _with(Verdict.SERVER_ERROR, reply, happened=_server_error_text(status))
    if 200 <= status < 300:
        return _judge_success_status(status, reply)
    if 300 <= status < 400:
        target = response.header("location")
        named = f" to {target[:200]}" if target else ""
        return _with(
            Verdict.UNRECOGNISED,
            reply,
            happened=f"The server redirects{named} ({status}). Nothing was sent there.",
            next_step="Check the base URL: the documented API does not redirect.",
        )
    if 400 <= status < 500:
        return _judge_refusal(status, reply)
    return _with(
        Verdict.UNRECOGNISED,
        reply,
        happened=f"HTTP {status} is not a status that the documentation describes.",
    )


def _server_error_text(status: int) -> str:
    if status == 500:
        return MEANINGS[Verdict.SERVER_ERROR].happened
    return f"The server or something in front of it answered {status}."


def _judge_success_status(status: int, reply: Reply) -> Judgement:
    if reply.says_error or reply.missing or reply.invalid:
        refusal = _refusal_verdict(reply) or Verdict.UNRECOGNISED
        return _with(
            refusal,
            reply,
            happened=f"HTTP {status}, but the body says error, and the body wins: it was not "
            f"fired. {_happened(refusal, reply)}",
        )
    doubts = any(_says(p, reply.words) for p in (_DUPLICATE, _INACTIVE, _LOCK, _LEAD_NOT_FOUND))
    if status == 200 and reply.says_success and not doubts:
        return _with(Verdict.FIRED, reply)
    if status != 200:
        happened = f"HTTP {status} is not the documented success (200)."
    elif doubts:
        happened = "HTTP 200, but the message speaks of a refusal: the two contradict each other."
    elif reply.problem:
        happened = f"HTTP 200, but {reply.problem}."
    else:
        happened = "HTTP 200, but the body does not say success as the documentation describes."
    return _with(Verdict.UNRECOGNISED, reply, happened=happened)


def _judge_refusal(status: int, reply: Reply) -> Judgement:
    if status == 403:
        inactive, locked = _says(_INACTIVE, reply.words), _says(_LOCK, reply.words)
        if inactive != locked:
            return _with(Verdict.SOURCE_INACTIVE if inactive else Verdict.LOCKED, reply)
        return _with(Verdict.FORBIDDEN, reply)
    refusal = _refusal_verdict(reply)
    if refusal is not None:
        return _with(refusal, reply)
    if status == 400:
        return _with(Verdict.BAD_REQUEST, reply)
    return _with(
        Verdict.UNRECOGNISED,
        reply,
        happened=f"HTTP {status} is not a status that the documentation describes.",
    )


def _refusal_verdict(reply: Reply) -> Verdict | None:
    named = {*reply.missing, *reply.invalid}
    if _says(_DUPLICATE, reply.words) and named <= _PAIR:
        return Verdict.DUPLICATE
    if _says(_LEAD_NOT_FOUND, reply.words):
        return Verdict.LEAD_NOT_FOUND
    if reply.missing:
        return Verdict.MISSING_FIELD
    if reply.invalid:
        return Verdict.UNKNOWN_EVENT if reply.invalid == ("event_id",) else Verdict.INVALID_FIELD
    inactive, locked = _says(_INACTIVE, reply.words), _says(_LOCK, reply.words)
    if inactive != locked:
        return Verdict.SOURCE_INACTIVE if inactive else Verdict.LOCKED
    return None


def _happened(verdict: Verdict, reply: Reply) -> str:
    match verdict:
        case Verdict.MISSING_FIELD if reply.missing:
            return f"The API asks for {_listed(reply.missing)}, not in the request or empty there."
        case Verdict.INVALID_FIELD if reply.invalid:
            return f"The API did not take the value of {_listed(reply.invalid)}."
        case _:
            return MEANINGS[verdict].happened


def _listed(names: tuple[str, ...]) -> str:
    shown = [name[:80] for name in names[:12]]
    if len(names) > 12:
        shown.append(f"{len(names) - 12} more")
    return ", ".join(shown)


def _plain(verdict: Verdict) -> Judgement:
    meaning = MEANINGS[verdict]
    return Judgement(verdict=verdict, happened=meaning.happened, next_step=meaning.next_step)


def _with(
    verdict: Verdict, reply: Reply, *, happened: str | None = None, next_step: str | None = None
) -> Judgement:
    return Judgement(
        verdict=verdict,
        happened=_happened(verdict, reply) if happened is None else happened,
        next_step=MEANINGS[verdict].next_step if next_step is None else next_step,
        missing=reply.missing,
        invalid=reply.invalid,
        message=reply.message,
    )
