"""Makes an event of a pasted request: every value where the form has it, nothing guessed silently.

The event sends what the paste sends, as JSON values.  A name that resembles a field stays the lead
field that the paste makes of it; the renaming is a suggestion.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from urllib.parse import unquote_to_bytes, urlsplit

from pingtree_desktop.domain.advice_names import meant_field
from pingtree_desktop.domain.catalogue import BY_WIRE, MONEY_KEYS, Endpoint, Kind, money_keys
from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import (
    FieldInput,
    LeadField,
    LeadType,
    Mode,
    normalise_money,
    value_token,
)
from pingtree_desktop.domain.fix import is_free, lead_to_field
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.formats.paste.json_pairs import object_pairs, parsed
from pingtree_desktop.formats.paste.placeholders import kept_as_pasted
from pingtree_desktop.formats.paste.reading import Carrier, Hints, Note, Taken, distinct

_PATH = re.compile(r"(.*)/api/event/(?:(trigger)|global(?:/([^/]*))?|([^/]*))/?", re.DOTALL)
_LONGEST_BASE = 2_000
_OTHER_NAMES = {
    "clickid": ("external_clickid", "other trackers call the partner's click id so"),
    "payout": ("", "other trackers call the conversion's money so"),
    "saleamount": ("", "other trackers call the conversion's money so"),
    "conversionvalue": ("", "other trackers call the conversion's money so"),
}
_OWN_HEADERS = {
    "host", "content-length", "content-type", "accept", "accept-encoding", "user-agent",
    "connection",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A suggestion: the paste's `old` name seems to mean the field `new`."""

    old: str
    new: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentHint:
    """Where and how the paste was to be sent, for an environment; empty where it does not say."""

    base_url: str = ""
    hints: Hints = field(default_factory=Hints)
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Composed:
    """The event of a paste, with everything that did not go into it and why."""

    event: Event
    base_url: str
    renamed: tuple[Renamed, ...]
    not_understood: tuple[Note, ...]
    environment_hint: EnvironmentHint
    is_event_address: bool

    @property
    def suggested(self) -> Event:
        """The event with every suggested name that is still free."""
        event = self.event
        for one in self.renamed:
            if one.new and is_free(event, one.new):  # few are: the rest costs no search
                at = [row.name for row in event.lead].index(one.old)
                event = lead_to_field(event, at, one.new)
        return event


@dataclass(frozen=True, slots=True)
class _Value:
    """One value: its name, its JSON token or None, its text."""

    name: str
    token: str | None
    text: str


def to_event(taken: Taken) -> Composed:
    """The event of a request.  Never raises: what has no place is in `not_understood`."""
    return _Composer(taken).composed()


@dataclass(slots=True)
class _Composer:
    taken: Taken
    notes: list[Note] = field(default_factory=list)

    def composed(self) -> Composed:
        where = self._where()
        values, method = self._values(where.query)
        event, base = self._addressed(where.base, where.path, values, method)
        event = kept_as_pasted(self._filled(event, values))
        return Composed(
            event=event,
            base_url=base,
            renamed=_suggestions(event),
            not_understood=distinct((*self.taken.not_taken, *self.notes)),
            environment_hint=EnvironmentHint(
                base_url=base, hints=self.taken.hints, headers=self._headers(where.host)
            ),
            is_event_address=_PATH.fullmatch(where.path) is not None,
        )

    def _note(self, part: str, why: str) -> None:
        self.notes.append(Note(part=part, why=why))

    # ---- the address -----------------------------------------------------------------------------

    def _where(self) -> _Where:
        try:
            parts = urlsplit(self.taken.url)
        except ValueError as error:
            self._note(self.taken.url[:80], f"it is no address: {error}")
            return _Where("", "", "", "")
        base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else ""
        return _Where(base, parts.netloc.rpartition("@")[2], parts.path, parts.query)

    def _addressed(
        self, base: str, path: str, values: Sequence[_Value], method: Method
    ) -> tuple[Event, str]:
        """The event with what its path says, and the checked base URL."""
        found = _PATH.fullmatch(path)
        event = Event(method=method)
        if found is None:
            if base or path:
                self._note(f"path {path or '/'}", "it is none of the three addresses of an event")
            event = replace(event, endpoint=_by_keys(values))
        elif found[2]:
            event = replace(event, endpoint=Endpoint.TRIGGER)
        elif found[4] is None:
            org = self._decoded(found[3] or "", "organisation id")
            event = replace(event, endpoint=Endpoint.GLOBAL, org_id=org)
        elif found[4]:
            cid = self._decoded(found[4], "campaign id")
            event = event.with_field("cid", FieldInput(text=cid))
        if len(base) > _LONGEST_BASE:
            self._note(f"{base[:60]}\u2026", "its host is too long to be one")
            base = ""
        if not base:
            return event, ""
        try:
            return event, parse_base(base + (found[1] if found else "")).url
        except UsageError as error:
            self._note(base[:120], error.problem)
            return event, ""

    def _decoded(self, text: str, what: str) -> str:
        data = unquote_to_bytes(text.encode("utf-8", "surrogatepass"))
        try:
            return data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            self._note(what, "it has bytes that are not UTF-8")
            return data.decode("utf-8", "replace")

    # ---- the values ------------------------------------------------------------------------------

    def _values(self, query: str) -> tuple[list[_Value], Method]:
        body, carrier = self.taken.body, self.taken.carrier
        if carrier is Carrier.QUERY or (body is None and not self.taken.pairs):
            return self._from_query(query)
        for name, _ in self._pairs(query):
            self._note(f"parameter {name}", "an event has a body or parameters, not both")
        if self.taken.method.upper() != "POST":
            self._note(f"method {self.taken.method}", "an event with a body is sent by POST")
        match carrier:
            case Carrier.JSON:
                return self._from_json(body or b""), Method.POST
            case Carrier.FORM:
                self._note("form", "the values are sent as JSON, the one form of a body here")
                return self._texts(self._pairs((body or b"").decode("latin-1"))), Method.POST
            case Carrier.MULTIPART if self.taken.pairs:
                return self._texts(self.taken.pairs), Method.POST
        self._note("body", "it is neither a JSON object nor a form")
        return [], Method.POST

    def _from_query(self, query: str) -> tuple[list[_Value], Method]:
        values = self._texts(self._pairs(query))
        method = self.taken.method.upper()
        if method == "POST" and not values:
            return [], Method.POST
        if method != "GET":
            self._note(f"method {method}", "an event without a body is sent by GET")
        return values, Method.GET

    def _pairs(self, query: str) -> list[tuple[str, str]]:
        pairs = []
        for pair in query.split("&"):
            if pair:
                name, _, value = pair.replace("+", " ").partition("=")
                pairs.append((self._decoded(name, name), self._decoded(value, name)))
        return pairs

    def _texts(self, pairs: Sequence[tuple[str, str]]) -> list[_Value]:
        return self._once([_Value(name, None, text) for name, text in pairs])

    def _from_json(self, body: bytes) -> list[_Value]:
        try:
            text = body.decode("utf-8", "surrogatepass").removeprefix("\ufeff")
            whole = parsed(text)
        except UnicodeDecodeError:
            self._note("body", "it is not UTF-8")
            return []
        except UnreadableInput as error:
            self._note("body", error.problem)
            return []
        if not isinstance(whole, dict):
            self._note("body", "it is not a JSON object")
            return []
        return self._once([_Value(name, token, "") for name, token in object_pairs(text)])

    def _once(self, values: list[_Value]) -> list[_Value]:
        """Each name once: of a repeated one the last, which most programs read."""
        kept: dict[bytes, _Value] = {}
        for one in values:
            key = one.name.encode("utf-16-le", "surrogatepass")
            before = kept.pop(key, None)
            if before is not None:
                shown = before.text if before.token is None else before.token
                self._note(f"{one.name} {shown:.60}", "the key stands again later, which counts")
            kept[key] = one
        return list(kept.values())

    # ---- fields and lead rows --------------------------------------------------------------------

    def _filled(self, event: Event, values: Sequence[_Value]) -> Event:
        fields = dict(event.fields)
        lead: list[LeadField] = []
        names = {one.name for one in values}
        both = set(MONEY_KEYS) <= names
        for one in values:
            if one.name == "cid" and event.endpoint is not Endpoint.TRIGGER:
                why = "cid belongs to the body of Trigger alone; here the path names the campaign"
                self._note(f"cid {one.text or one.token}", why)
            elif both and one.name in MONEY_KEYS and one.name != money_keys(event.endpoint)[0]:
                why = "amount and revenue are two names of one money, and an event carries one"
                self._note(f"{one.name} {one.text or one.token}", why)
            elif one.name in BY_WIRE:
                fields[one.name] = _field(BY_WIRE[one.name].kind, one)
            elif one.name:
                lead.append(_lead(one))
            else:
                self._note(f"{one.text or one.token}", "it has no name")
        return replace(event, fields=MappingProxyType(fields), lead=tuple(lead))

    def _headers(self, host: str) -> tuple[tuple[str, str], ...]:
        """The headers by hand that an environment would have to send."""
        kept = []
        for name, value in self.taken.headers:
            known = name.lower()
            if known in self.taken.implied or known not in _OWN_HEADERS:
                if known not in self.taken.implied:
                    kept.append((name, value))
            elif known == "host" and value.lower() != host.lower():
                kept.append((name, value))
        return tuple(kept)


@dataclass(frozen=True, slots=True)
class _Where:
    base: str
    host: str
    path: str
    query: str


def _by_keys(values: Sequence[_Value]) -> Endpoint:
    """The endpoint that documents the keys of a paste without an address."""
    names = {one.name for one in values}
    if "cid" in names:
        return Endpoint.TRIGGER
    return Endpoint.GLOBAL if "revenue" in names else Endpoint.CAMPAIGN


def _field(kind: Kind, one: _Value) -> FieldInput:
    if one.token is None:
        return _text_field(kind, one.text)
    if one.token == "null":
        return FieldInput(mode=Mode.NULL)
    if one.token.startswith('"'):
        text = json.loads(one.token)
        if not text:
            return FieldInput(mode=Mode.EMPTY)
        if value_token(kind, text).startswith('"'):
            return FieldInput(text=text)
    elif value_token(kind, one.token) == one.token:
        return FieldInput(text=one.token)
    return FieldInput(mode=Mode.RAW, text=one.token)


def _text_field(kind: Kind, text: str) -> FieldInput:
    if not text:
        return FieldInput(mode=Mode.EMPTY)
    if kind is Kind.MONEY and normalise_money(text) not in {None, text}:
        return FieldInput(mode=Mode.RAW, text=text)
    return FieldInput(text=text)


def _lead(one: _Value) -> LeadField:
    token = one.token
    if token is None:
        return LeadField(name=one.name, text=one.text)
    if token.startswith('"'):
        return LeadField(name=one.name, text=json.loads(token))
    if token == "null":
        return LeadField(name=one.name, type=LeadType.NULL)
    if token in {"true", "false"}:
        return LeadField(name=one.name, text=token, type=LeadType.BOOLEAN)
    kind = LeadType.JSON if token[0] in "{[" else LeadType.NUMBER
    return LeadField(name=one.name, text=token, type=kind)


def _suggestions(event: Event) -> tuple[Renamed, ...]:
    found = []
    for row in event.lead:
        plain = re.sub(r"[\W_]", "", row.name[:60]).lower()
        other = _OTHER_NAMES.get(plain)
        wire = meant_field(row.name)
        if wire is not None:
            found.append(Renamed(old=row.name, new=wire, why=f"it resembles the field {wire}"))
        elif other is not None:
            found.append(Renamed(old=row.name, new=other[0] or event.money_key, why=other[1]))
    return tuple(found)
