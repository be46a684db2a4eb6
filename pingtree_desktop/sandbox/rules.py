"""What the simulated API answers: pure rules, in the documented order.

    campaign or organisation known -> event_id there -> transaction_id there -> lead known
    -> event known -> source active -> lock -> field formats -> money of a conversion
    -> duplicate -> fired

Choices where the wire facts are silent, all ours:

- Only a fired event starts the lock, so that a refused one can be corrected and sent at once.
- Null and an empty text count as not given, for every field.
- A lead that is not known is 404 on Global (there it is documented, without a status) and an
  invalid transaction_id, 400, on the other two.
- A source that the campaign does not list is not active, save `organic`.
- A cost without an operation is added.

Sentences never repeat what was sent: it may be lead data, and a keyword in it would mislead
the reader of the reply.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from pingtree_desktop.domain.catalogue import FIELDS, MONEY_KEYS, Endpoint, Field, Kind, money_keys
from pingtree_desktop.domain.timezones import parse_moment
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.sandbox.payload import Number, Payload
from pingtree_desktop.sandbox.world import ORGANIC, Campaign, World

MONEY_LIMIT = Decimal(10) ** 12
"""Amounts from here on are refused, and so are more than 12 decimals: sums stay exact."""

_NUMBER_TEXT = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
_NUMBER_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Pair:
    """What the lock and the duplicate rule are about."""

    cid: str
    transaction_id: str
    event_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the ledger knows of a pair; `lock_from_ms` is when its lock began, if it may hold."""

    count: int = 0
    lock_from_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An accepted event, for the ledger.  `at_ms` is UTC milliseconds since 1970."""

    pair: Pair
    at_ms: int
    amount: Decimal | None = None
    cost: Decimal | None = None
    cost_operation: str = "add"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request to one of the three endpoints; `identity` is the id in the path, if any."""

    endpoint: Endpoint
    identity: str
    payload: Payload

    def text(self, wire: str) -> str:
        """A field that was given as a text, else an empty one."""
        value = self.payload.fields.get(wire)
        return value if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The reply and the verdict that it is meant to be read as; `entry` only when fired."""

    status: int
    reply: dict[str, object]
    verdict: Verdict
    entry: Entry | None = None

    @property
    def message(self) -> str:
        return str(self.reply["message"])


class _Refused(Exception):
    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.message)
        self.answer = answer


def reply_object(
    *,
    success: bool = False,
    message: str,
    missing: dict[str, str] | None = None,
    invalid: dict[str, str] | None = None,
) -> dict[str, object]:
    """A reply of the documented shape (wire facts, section "Replies")."""
    word = "success" if success else "error"
    return {
        "status": word,
        "type": word,
        "message": message,
        "missingFields": missing or {},
        "invalidFields": invalid or {},
    }


def campaign_of(world: World, call: Call) -> Campaign | None:
    """The campaign that a call is about, or None when it cannot be told."""
    if call.endpoint is Endpoint.GLOBAL:
        return world.campaign_of_lead(call.identity, call.text("transaction_id"))
    cid = call.identity if call.endpoint is Endpoint.CAMPAIGN else call.text("cid")
    return world.campaigns.get(cid)


def bad_request(message: str, status: int = 400) -> Answer:
    """A refusal that names no field."""
    verdict = Verdict.BAD_REQUEST if status == 400 else Verdict.UNRECOGNISED
    return Answer(status=status, reply=reply_object(message=message), verdict=verdict)


def decide(
    world: World,
    call: Call,
    *,
    past: Callable[[Pair], Past],
    now_ms: int,
    lock_ms: int,
) -> Answer:
    """The answer to a call.  `past` looks a pair up; the caller keeps the answer's entry."""
    try:
        campaign = _known_campaign(world, call)
        event_id = _required_text(call, "event_id", Verdict.UNKNOWN_EVENT)
        transaction_id = _required_text(call, "transaction_id")
        campaign = campaign or _campaign_of_lead(world, call, transaction_id)
        _check_lead(campaign, transaction_id)
        event = campaign.events.get(event_id)
        if event is None:
            _invalid({"event_id": "This event is not configured."}, Verdict.UNKNOWN_EVENT)
        _check_source(campaign, call)
        pair = Pair(campaign.cid, transaction_id, event_id)
        before = past(pair)
        if before.lock_from_ms is not None and 0 <= now_ms - before.lock_from_ms < lock_ms:
            _forbidden("The same event is in progress; its pair is locked.", Verdict.LOCKED)
        money, entry = _read_formats(call, pair, now_ms)
        if event.conversion and not money:
            key = money_keys(call.endpoint)[0]
            _missing({key: "A conversion event needs its money field."})
        if before.count and not event.multi_trigger:
            _refuse(
                400,
                Verdict.DUPLICATE,
                "Duplicate event: it was already fired for this transaction.",
            )
    except _Refused as refused:
        return refused.answer
    kind = "Conversion event" if event.conversion else "Event"
    return Answer(
        status=200,
        reply=reply_object(success=True, message=f"{kind} fired (simulated)."),
        verdict=Verdict.FIRED,
        entry=entry,
    )


def _known_campaign(world: World, call: Call) -> Campaign | None:
    """The campaign named by the call; None on Global, where the lead decides."""
    if call.endpoint is Endpoint.GLOBAL:
        if not call.identity:
            _missing({"org_id": "The address has no organisation id."})
        if not world.has_org(call.identity):
            _invalid({"org_id": "This organisation is not known."})
        return None
    if call.endpoint is Endpoint.CAMPAIGN:
        if not call.identity:
            _missing({"cid": "The address has no campaign id."})
        cid = call.identity
    else:
        cid = _required_text(call, "cid")
    campaign = world.campaigns.get(cid)
    if campaign is None:
        _invalid({"cid": "This campaign is not known."})
    return campaign


def _required_text(call: Call, wire: str, wrong: Verdict = Verdict.INVALID_FIELD) -> str:
    value = call.payload.fields.get(wire)
    if not _is_given(value):
        _missing({wire: "This field is required."})
    if not isinstance(value, str):
        _invalid({wire: "It must be a text."}, wrong)
    return value


def _campaign_of_lead(world: World, call: Call, transaction_id: str) -> Campaign:
    campaign = world.campaign_of_lead(call.identity, transaction_id)
    if campaign is None:
        _refuse(404, Verdict.LEAD_NOT_FOUND, "lead not found")
    return campaign


def _check_lead(campaign: Campaign, transaction_id: str) -> None:
    if not campaign.knows_lead(transaction_id):
        invalid = {"transaction_id": "No lead has this transaction id."}
        _refuse(400, Verdict.LEAD_NOT_FOUND, "lead not found", invalid=invalid)


def _check_source(campaign: Campaign, call: Call) -> None:
    pid = call.payload.fields.get("pid")
    if not _is_given(pid):
        pid = ORGANIC
    if not isinstance(pid, str):
        _invalid({"pid": "It must be a text."})
    if not campaign.source_is_active(pid):
        _forbidden("The source is inactive on this campaign.", Verdict.SOURCE_INACTIVE)


def _read_formats(call: Call, pair: Pair, now_ms: int) -> tuple[bool, Entry]:
    """Check every documented field; whether money was given, and the entry if it fires."""
    given = {
        field.wire: value
        for field in FIELDS
        if _is_given(value := call.payload.fields.get(field.wire))
    }
    wrong: dict[str, str] = {}
    numbers: dict[str, Decimal] = {}
    for field in FIELDS:
        if field.wire not in given:
            continue
        value = given[field.wire]
        if field.kind.is_number:
            number = _number(value, typed=call.payload.typed)
            problem = _number_problem(field, number, typed=call.payload.typed)
            if number is not None:
                numbers[field.wire] = number
        else:
            problem = _text_problem(field, value)
        if problem:
            wrong[field.wire] = problem
    if wrong:
        _invalid(wrong)
    amount = next((numbers[key] for key in _money_order(call.endpoint) if key in numbers), None)
    entry = Entry(
        pair=pair,
        at_ms=now_ms,
        amount=amount,
        cost=numbers.get("cost"),
        cost_operation=str(given.get("cost_operation", "add")),
    )
    return amount is not None, entry


def _money_order(endpoint: Endpoint) -> Iterable[str]:
    documented = money_keys(endpoint)
    return (*documented, *(key for key in MONEY_KEYS if key not in documented))


def _is_given(value: object) -> bool:
    return value is not None and value != ""


def _number(value: object, *, typed: bool) -> Decimal | None:
    """The exact number of a JSON number or, outside JSON, of a numeric text; else None."""
    match value:
        case Number(text=text) if typed:
            pass
        case str(text) if not typed and _NUMBER_TEXT.fullmatch(text):
            pass
        case _:
            return None
    if len(text) > _NUMBER_LENGTH:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal holds
        return None
    if number.is_zero():
        return number if -12 <= int(number.as_tuple().exponent) <= 12 else Decimal(0)
    fits = number.adjusted() < 12 and int(number.normalize().as_tuple().exponent) >= -12
    return number if fits else None


def _number_problem(field: Field, number: Decimal | None, *, typed: bool) -> str:
    if number is None:
        kind = "a JSON number" if typed else "a number"
        return f"It must be {kind} below 10^12 with at most 12 decimals."
    if field.kind is Kind.FLAG and number not in {0, 1}:
        return "It must be 0 or 1."
    return ""


def _text_problem(field: Field, value: object) -> str:
    if not isinstance(value, str):
        return "It must be a text."
    moment = parse_moment(value)
    match field.kind:
        case Kind.DATE_TIME if moment is None:
            return f"It must be a date: {field.format_hint}."
        case Kind.DATE if moment is None or moment.has_time:
            return f"It must be a date: {field.format_hint}."
        case Kind.CHOICE | Kind.TIME_ZONE if value not in {c.value for c in field.choices}:
            return f"It must be {field.format_hint}."
        case _:
            return ""


def _missing(fields: dict[str, str]) -> NoReturn:
    _refuse(400, Verdict.MISSING_FIELD, "A required field is missing.", missing=fields)


def _invalid(fields: dict[str, str], verdict: Verdict = Verdict.INVALID_FIELD) -> NoReturn:
    _refuse(400, verdict, "A field is not valid.", invalid=fields)


def _forbidden(message: str, verdict: Verdict) -> NoReturn:
    _refuse(403, verdict, message)


def _refuse(
    status: int,
    verdict: Verdict,
    message: str,
    *,
    missing: dict[str, str] | None = None,
    invalid: dict[str, str] | None = None,
) -> NoReturn:
    reply = reply_object(message=message, missing=missing, invalid=invalid)
    raise _Refused(Answer(status=status, reply=reply, verdict=verdict))
