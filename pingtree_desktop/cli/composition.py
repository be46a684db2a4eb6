"""From a profile and options to the one event that `send` sends, and where it goes.

Later kinds of option win: profile, campaign and endpoint, then --set and field options, then
--omit, --empty, --null and --raw.  Nothing is sent or written here.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from pingtree_desktop.domain.catalogue import MONEY_KEYS, Endpoint, money_keys
from pingtree_desktop.domain.environment import BUILT_IN, SANDBOX, Danger, Environment
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method, sendable_lead
from pingtree_desktop.domain.field import FieldInput, LeadField, LeadType, Mode, is_json, lead_token
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.domain.verdict import Verdict

if TYPE_CHECKING:
    from pingtree_desktop.storage.workspace import Loaded, Workspace

Note = Callable[[str], None]
"""Takes one sentence for the person; it goes to stderr."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What `send` was asked to do.  An environment without base URL means the sandbox."""

    event: Event
    environment: Environment
    expect: Verdict
    campaign_name: str
    profile_name: str
    campaign: Campaign | None = None

    @property
    def has_placeholders(self) -> bool:
        """Whether dynamic values may have to be made."""
        return self.event.has_placeholders or any(
            "{{" in value for _, value in self.environment.headers
        )


@dataclass(slots=True)
class Shelf:
    """The workspace's files, read once and only when something in them is meant."""

    open: Callable[[], Workspace]
    note: Note
    _loaded: Loaded | None = field(default=None, init=False)

    def find_profile(self, text: str) -> Profile:
        workspace = self.open()
        workspace.seed_demo()  # at a first start: the same demo profiles as in the window
        return workspace.find_profile(text)

    @property
    def loaded(self) -> Loaded:
        if self._loaded is None:
            self._loaded = self.open().load()
            for problem in self._loaded.problems:
                self.note(str(problem))
        return self._loaded


def compose(args: argparse.Namespace, shelf: Shelf, note: Note) -> Order:
    """The event, the target and the expectation that the arguments describe.

    Raises UsageError and UnreadableInput.  What a person may not have meant goes to `note`.
    """
    profile = shelf.find_profile(args.profile) if args.profile is not None else None
    environment = choose_environment(args, shelf, note)
    campaign = _campaign(args.campaign, profile, shelf)
    event = profile.event if profile is not None else Event()
    event = _endpoint(event, args, campaign, note)
    if args.campaign is not None:
        cid = campaign.cid if campaign is not None and campaign.cid else args.campaign
        event = event.with_field("cid", FieldInput(text=cid))
    event = _settings(event, args.settings or [], note)
    event = _states(event, args.states or [], note)
    event = _lead(event, args.lead or [], note)
    _advise_money(event, args, note)
    if args.expect is not None:
        expect = Verdict(args.expect)
    else:
        expect = profile.expect if profile is not None else Verdict.FIRED
    return Order(
        event=event,
        environment=environment,
        expect=expect,
        campaign_name=campaign.name if campaign is not None else "",
        profile_name=profile.name if profile is not None else "",
        campaign=campaign,
    )


def choose_environment(args: argparse.Namespace, shelf: Shelf, note: Note) -> Environment:
    """The named environment with what the options change.  Raises UsageError."""
    environment = _named_environment(args, shelf)
    if args.base_url is not None:
        base = parse_base(args.base_url)
        if base.warning:
            note(base.warning)
        # Only the embedded sandbox is harmless by itself; another address is a test at least.
        declared = environment.declared
        declared = Danger.TEST if declared is Danger.SANDBOX else declared
        environment = replace(environment, base_url=base.url, declared=declared)
    if args.timeout is not None:
        environment = replace(environment, timeout_s=args.timeout)
    if args.insecure:
        environment = replace(environment, verify_tls=False)
    if args.proxy is not None:
        environment = replace(environment, proxy=args.proxy)
    if args.ca is not None:
        environment = replace(environment, ca_file=args.ca)
    return environment


def _named_environment(args: argparse.Namespace, shelf: Shelf) -> Environment:
    if args.env is None:
        return SANDBOX if args.base_url is None else Environment(name="base URL")
    for environment in BUILT_IN:
        if environment.name == args.env:
            return environment
    known = shelf.loaded.environments
    for environment in known:
        if environment.name == args.env:
            return environment
    raise UsageError(
        f"There is no environment called {args.env!r}.",
        f"There are {', '.join(environment.name for environment in known)}.",
    )


def _campaign(text: str | None, profile: Profile | None, shelf: Shelf) -> Campaign | None:
    """The workspace's campaign that is meant; None when the text is a campaign ID of its own."""
    if text is None:
        if profile is None or not profile.campaign:
            return None
        return next((c for c in shelf.loaded.campaigns if c.slug == profile.campaign), None)
    known = shelf.loaded.campaigns
    for matching in (
        [c for c in known if c.cid == text],
        [c for c in known if c.slug == text],
        [c for c in known if c.name == text],
        [c for c in known if c.name.casefold() == text.casefold()],
    ):
        if len({c.cid for c in matching}) > 1:
            raise UsageError(
                f"{text!r} names {len(matching)} campaigns: {', '.join(c.slug for c in matching)}.",
                "Write one of these, or the campaign ID.",
            )
        if matching:
            return matching[0]
    return None


def _endpoint(
    event: Event, args: argparse.Namespace, campaign: Campaign | None, note: Note
) -> Event:
    if args.method is not None:
        event = replace(event, method=Method(args.method))
    if args.endpoint is not None:
        before = event.money_key
        had_money = any(key in event.fields for key in MONEY_KEYS)
        event = event.with_endpoint(Endpoint(args.endpoint))
        if had_money and event.money_key != before:
            note(
                f"The profile's money is sent as {event.money_key}, not {before}: that is its "
                f"name on the {args.endpoint} endpoint."
            )
    if args.org is not None:
        event = replace(event, org_id=args.org)
    elif event.endpoint is Endpoint.GLOBAL and not event.org_id and campaign is not None:
        event = replace(event, org_id=campaign.org_id)
    return event


def _settings(event: Event, settings: list[tuple[str, FieldInput]], note: Note) -> Event:
    money_set = ""
    for wire, value in settings:
        if not value.text:
            note(f"{wire} is blank and left out; --empty {wire} sends an empty text.")
        elif wire in MONEY_KEYS:
            if money_set and money_set != wire:
                note(f"{money_set} is left out: {wire} takes its place, a body carries only one.")
            money_set = wire
        event = event.with_field(wire, value)
    return event


def _states(event: Event, states: list[tuple[str, FieldInput]], note: Note) -> Event:
    for wire, state in states:
        if state.mode is Mode.OMIT:
            # To omit the money key that is not in use must not take away the one that is.
            if wire not in MONEY_KEYS or event.money_key == wire:
                kept = replace(state, text=event.get(wire).text)
                event = event.with_field(wire, kept)
            continue
        if state.mode is Mode.RAW and not is_json(state.text):
            if not state.text:
                note(f"{wire} is blank and left out; --empty {wire} sends an empty text.")
            elif event.method is Method.POST:
                note(f"The raw value of {wire} is not JSON; it is sent as typed.")
        event = event.with_field(wire, state)
    return event


def _lead(event: Event, rows: list[LeadField], note: Note) -> Event:
    lead = list(event.lead)
    for row in rows:
        _advise_lead(row, note)
        places = [index for index, known in enumerate(lead) if known.name == row.name]
        if places:
            lead[places[0]] = row
        else:
            lead.append(row)
    event = replace(event, lead=tuple(lead))
    for problem in sendable_lead(event)[1]:
        note(problem.reason)
    return event


def _advise_lead(row: LeadField, note: Note) -> None:
    if row.type is LeadType.JSON and row.text and not is_json(row.text):
        note(f"The value of lead field {row.name} is not JSON; it is sent as typed.")
    elif row.type in {LeadType.NUMBER, LeadType.BOOLEAN} and lead_token(row) != row.text:
        note(f"The value of lead field {row.name} is no JSON {row.type}; it is sent as text.")


def _advise_money(event: Event, args: argparse.Namespace, note: Note) -> None:
    """Say so when the money was ordered under a key that the endpoint does not document."""
    ordered = {wire for wire, value in (args.settings or []) if value.text}
    ordered |= {wire for wire, state in (args.states or []) if state.mode is not Mode.OMIT}
    key, documented = event.money_key, money_keys(event.endpoint)
    if key in ordered and event.get(key).is_sent and key not in documented:
        note(f"{key} is sent as ordered; the {event.endpoint} endpoint documents {documented[0]}.")
