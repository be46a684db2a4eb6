"""Every body field of the Event Postback API: the one table that everything else derives from.

Form, advice, command-line options, OpenAPI, the README's field table, sandbox rules and
redaction read this tuple; adding a field is one entry here.  Source of every fact: the wire
facts, section "Body fields".  This room must not know who reads it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import assert_never


class Group(StrEnum):
    """The card of the form, and the column `group` of the field table."""

    EVENT = "Event"
    CONVERSION = "Conversion"
    TRACKING = "Tracking"
    UTM = "UTM"
    CONSENT = "Consent"


class Kind(StrEnum):
    """How a value is written and checked; decides the editor."""

    TEXT = "text"
    IDENTIFIER = "identifier"
    EVENT_ID = "event id"
    TRANSACTION_ID = "transaction id"
    MONEY = "money"
    DATE = "date"
    DATE_TIME = "date and time"
    TIME_ZONE = "time zone"
    CHOICE = "choice"
    FLAG = "flag"

    @property
    def is_number(self) -> bool:
        """Whether the documentation asks for a JSON number."""
        return self in {Kind.MONEY, Kind.FLAG}


class Endpoint(StrEnum):
    """The three documented addresses (the vendor's page calls none of them the right one)."""

    CAMPAIGN = "campaign"
    TRIGGER = "trigger"
    GLOBAL = "global"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A documented value of a field and the word a person reads for it."""

    value: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One body field.

    `wire` is the exact JSON key.  `required_on` lists the endpoints whose documentation
    requires it; `required_for_conversion` those that require it when the event is a
    conversion.  `wire_order` is its place in the vendor's schema.  `sensitive` marks values
    that identify a person, a lead or an account.
    """

    wire: str
    label: str
    group: Group
    kind: Kind
    help: str
    wire_order: int
    example: str = ""
    choices: tuple[Choice, ...] = ()
    format_hint: str = ""
    required_on: frozenset[Endpoint] = frozenset()
    required_for_conversion: frozenset[Endpoint] = frozenset()
    sensitive: bool = False
    max_columns: int = 2

    @property
    def json_type(self) -> str:
        """The JSON type that the documentation states: `string` or `number`."""
        return "number" if self.kind.is_number else "string"

    @property
    def option(self) -> str:
        """The command-line option, for example `--event-id` or `--ad-spend`."""
        dashed = "".join(f"-{c.lower()}" if c.isupper() else c for c in self.wire)
        return "--" + dashed.replace("_", "-")


_EVERYWHERE = frozenset(Endpoint)
_ZONE_CHOICES = (
    Choice(value="AST", label="Atlantic, UTC\u22124"),
    Choice(value="EST", label="Eastern, UTC\u22125"),
    Choice(value="CST", label="Central, UTC\u22126"),
    Choice(value="MST", label="Mountain, UTC\u22127"),
    Choice(value="PST", label="Pacific, UTC\u22128"),
    Choice(value="AKST", label="Alaska, UTC\u22129"),
    Choice(value="HST", label="Hawaii-Aleutian, UTC\u221210"),
    Choice(value="SST", label="Samoa, UTC\u221211"),
)


def _tracking(name: str, label: str, order: int) -> Field:
    return Field(
        wire=name,
        label=label,
        group=Group.TRACKING,
        kind=Kind.TEXT,
        help=f"The {label.lower()} of the partner's tracking URL.",
        wire_order=order,
        example="aff-220" if name == "sub1" else "",
        max_columns=5,
    )


def _utm(name: str, order: int, example: str = "") -> Field:
    word = name.removeprefix("utm_")
    label = {"adgroup": "ad group", "matchtype": "match type"}.get(word, word)
    return Field(
        wire=name,
        label=f"UTM {label}",
        group=Group.UTM,
        kind=Kind.TEXT,
        help=f"The {name} value of the partner's tracking URL.",
        wire_order=order,
        example=example,
        max_columns=3,
    )


FIELDS: tuple[Field, ...] = (
    Field(
        wire="cid",
        label="Campaign ID",
        group=Group.EVENT,
        kind=Kind.IDENTIFIER,
        help="The campaign's unique id: part of the path on Campaign, in the body on Trigger, "
        "not used on Global.",
        wire_order=0,
        example="demo",
        required_on=frozenset({Endpoint.TRIGGER}),
        sensitive=True,
    ),
    Field(
        wire="event_id",
        label="Event ID",
        group=Group.EVENT,
        kind=Kind.EVENT_ID,
        help="The id of an event configured in the campaign's event settings.",
        wire_order=2,
        example="purchase_complete",
        required_on=_EVERYWHERE,
    ),
    Field(
        wire="transaction_id",
        label="Transaction ID",
        group=Group.EVENT,
        kind=Kind.TRANSACTION_ID,
        help="The lead's transaction id, made by the click script: a UUID there, txn_\u2026 "
        "elsewhere; any text is taken.",
        wire_order=1,
        example="5b1f0a52-9c1e-4b7e-8d0c-3f2a77c1e9d4",
        required_on=_EVERYWHERE,
        sensitive=True,
    ),
    Field(
        wire="pid",
        label="Partner ID",
        group=Group.EVENT,
        kind=Kind.IDENTIFIER,
        help="The partner's (source's) unique id; the API uses organic when it is omitted.",
        wire_order=5,
        example="organic",
        sensitive=True,
    ),
    Field(
        wire="clid",
        label="Offer click ID",
        group=Group.EVENT,
        kind=Kind.IDENTIFIER,
        help="The clid of the offer.",
        wire_order=3,
        sensitive=True,
    ),
    Field(
        wire="amount",
        label="Amount",
        group=Group.CONVERSION,
        kind=Kind.MONEY,
        help="The conversion amount for the lead: the money key of Campaign, and of Global's "
        "header.",
        wire_order=4,
        example="42.50",
        required_for_conversion=frozenset({Endpoint.CAMPAIGN, Endpoint.GLOBAL}),
    ),
    Field(
        wire="revenue",
        label="Revenue",
        group=Group.CONVERSION,
        kind=Kind.MONEY,
        help="The revenue of the conversion: the money key of Trigger, and of Global's prose; "
        "a conversion event without it is a 400.",
        wire_order=4,
        example="42.50",
        required_for_conversion=frozenset({Endpoint.TRIGGER, Endpoint.GLOBAL}),
    ),
    Field(
        wire="conversion_date",
        label="Conversion date",
        group=Group.CONVERSION,
        kind=Kind.DATE_TIME,
        help="When the conversion happened, as a wall clock of the chosen time zone shows it.",
        wire_order=6,
        example="2026-11-22 18:05:00",
        format_hint="YYYY-MM-DD or YYYY-MM-DD HH:MM:SS",
    ),
    Field(
        wire="conversion_timezone",
        label="Time zone",
        group=Group.CONVERSION,
        kind=Kind.TIME_ZONE,
        help="One of eight fixed standard-time codes; no daylight code exists. What applies "
        "when it is omitted is not stated.",
        wire_order=7,
        example="PST",
        choices=_ZONE_CHOICES,
        format_hint="one of AST, EST, CST, MST, PST, AKST, HST, SST",
    ),
    Field(
        wire="cost",
        label="Cost",
        group=Group.CONVERSION,
        kind=Kind.MONEY,
        help="The cost of the lead.",
        wire_order=29,
        example="3.20",
    ),
    Field(
        wire="cost_operation",
        label="Cost operation",
        group=Group.CONVERSION,
        kind=Kind.CHOICE,
        help="What the cost does to the lead's cost so far. The API spells subtract as substract.",
        wire_order=30,
        example="substract",
        choices=(
            Choice(value="add", label="Add"),
            Choice(value="substract", label="Subtract"),
            Choice(value="override", label="Override"),
        ),
        format_hint="add, substract or override",
    ),
    Field(
        wire="adSpend",
        label="Ad spend",
        group=Group.CONVERSION,
        kind=Kind.MONEY,
        help="The ad spend of the lead.",
        wire_order=31,
        example="1.75",
    ),
    Field(
        wire="min_price",
        label="Minimum price",
        group=Group.CONVERSION,
        kind=Kind.MONEY,
        help="The minimum buying price sent to the buyer: the lead sells only at that price "
        "or more.",
        wire_order=32,
        example="10",
    ),
    *(_tracking(f"sub{n}", f"Sub {n}", 7 + n) for n in range(1, 6)),
    *(_tracking(f"adv{n}", f"Adv {n}", 12 + n) for n in range(1, 6)),
    Field(
        wire="external_clickid",
        label="External click ID",
        group=Group.TRACKING,
        kind=Kind.IDENTIFIER,
        help="The external click id of the partner's tracking URL (one word: clickid).",
        wire_order=25,
        sensitive=True,
        max_columns=5,
    ),
    _utm("utm_source", 18, "google"),
    _utm("utm_medium", 19, "cpc"),
    _utm("utm_campaign", 20),
    _utm("utm_adgroup", 21),
    _utm("utm_matchtype", 22),
    _utm("utm_term", 23),
    _utm("utm_content", 24),
    _utm("utm_creative", 26),
    _utm("utm_placement", 27),
    Field(
        wire="tcpa_consent",
        label="TCPA consent",
        group=Group.CONSENT,
        kind=Kind.FLAG,
        help="Whether the lead consented: 0 or 1.",
        wire_order=28,
        example="1",
        choices=(Choice(value="1", label="Given"), Choice(value="0", label="Not given")),
        format_hint="0 or 1",
    ),
    Field(
        wire="tcpa_consent_date",
        label="TCPA consent date",
        group=Group.CONSENT,
        kind=Kind.DATE,
        help="The day the consent was given.",
        wire_order=28,
        example="2026-11-22",
        format_hint="YYYY-MM-DD",
    ),
)

BY_WIRE: dict[str, Field] = {field.wire: field for field in FIELDS}

MONEY_KEYS = ("amount", "revenue")
"""The two names of the one conversion money; a body carries at most one of them."""

# tcpa_consent_date stands before tcpa_consent in the vendor's schema, after it on the form.
WIRE_ORDER: tuple[Field, ...] = tuple(
    sorted(FIELDS, key=lambda f: (f.wire_order, f.wire != "tcpa_consent_date"))
)


def money_keys(endpoint: Endpoint) -> tuple[str, ...]:
    """The documented money keys of an endpoint, the proposed one first."""
    match endpoint:
        case Endpoint.CAMPAIGN:
            return ("amount",)
        case Endpoint.TRIGGER:
            return ("revenue",)
        case Endpoint.GLOBAL:
            return ("amount", "revenue")
        case _:
            assert_never(endpoint)


def in_group(group: Group) -> tuple[Field, ...]:
    """The fields of one card, in display order."""
    return tuple(field for field in FIELDS if field.group is group)
