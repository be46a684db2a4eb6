"""The state of the Compose screen: the open draft, its preview and advice, one send at a time.

Plain Python: it knows neither Qt nor files; the window hands it what it needs.  Every change of
the draft replaces the whole frozen `Event`, so comparing with the saved profile is one `==`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Container
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING

from pingtree_desktop.domain.advice import Advice, Fix, advise
from pingtree_desktop.domain.advice_money import MONEY_KEY
from pingtree_desktop.domain.advice_terms import knowing
from pingtree_desktop.domain.catalogue import Endpoint, money_keys
from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.environment import SANDBOX, Danger, Environment
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.field import FieldInput, LeadField
from pingtree_desktop.domain.profile import Campaign, Profile
from pingtree_desktop.domain.request import Request, build_request
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.viewmodels.arming import Arming
from pingtree_desktop.viewmodels.changes import Changes
from pingtree_desktop.viewmodels.draft_values import DraftValues, advice_on, names
from pingtree_desktop.viewmodels.undo import UndoStack

if TYPE_CHECKING:
    import asyncio

    from pingtree_desktop.domain.dynamic import Resolution
    from pingtree_desktop.domain.value_facts import Facts
    from pingtree_desktop.services.sender import Job, Sent

_State = tuple[Event, Verdict, str, Profile | None, Campaign | None]
Send = Callable[["Job"], Awaitable["Sent"]]


class Topic(Enum):
    """What changed.

    DRAFT: the typed event.  LOADED: another draft replaced the whole form.  VALUES: what is known
    beside the draft, so that advice and dynamic values may differ.
    """

    DRAFT = auto()
    VALUES = auto()
    LOADED = auto()
    TARGET = auto()
    SENDING = auto()
    RESULT = auto()
    PROFILE = auto()
    ARMING = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why something could not be done, in the words of a PingTreeError."""

    problem: str
    remedy: str


class ComposeModel:
    """One draft, where it goes, and what came back."""

    def __init__(self, *, arming: Arming | None = None) -> None:
        self.changes: Changes[Topic] = Changes()
        self.arming = arming or Arming()
        self.event = Event()
        self.expect = Verdict.FIRED
        self.notes = ""
        self.environment: Environment = SANDBOX
        self.campaign: Campaign | None = None
        self.profile: Profile | None = None
        self.is_lost = False  # the open profile has no file any more
        self._blank = Event()
        self.sandbox_url = ""
        self.blocked = ""
        self.result: Sent | None = None
        self.problem: Problem | None = None
        self._sending: asyncio.Task[None] | None = None
        self._moved_note = ""
        self._settled_times: set[tuple[str, str]] = set()
        self.used_pairs: Container[tuple[str, str]] = frozenset()
        self.values = DraftValues()
        self.steps: UndoStack[_State] = UndoStack()

    # ---- the draft -------------------------------------------------------------------------

    def set_field(self, wire: str, value: FieldInput) -> None:
        """Take what was typed in one field."""
        self._replace_event(self.event.with_field(wire, value), place=wire)

    def set_lead(self, rows: tuple[LeadField, ...]) -> None:
        self._replace_event(replace(self.event, lead=rows), place=_lead_place(self.event, rows))

    def set_org(self, org_id: str) -> None:
        self._replace_event(replace(self.event, org_id=org_id), place="org_id")

    def set_method(self, method: Method) -> None:
        self._replace_event(replace(self.event, method=method), topic=Topic.TARGET)

    def set_endpoint(self, endpoint: Endpoint) -> None:
        """Choose the endpoint; the money moves to the key that it documents, visibly."""
        before = self.event.money_key
        event = self.event.with_endpoint(endpoint)
        if event.money_key != before and event.get(event.money_key).text:
            self._moved_note = (
                f"The money is now sent as {event.money_key}: that is its name on this endpoint."
            )
        else:
            self._moved_note = ""
        if endpoint is Endpoint.GLOBAL and not event.org_id and self.campaign is not None:
            event = replace(event, org_id=self.campaign.org_id)
        self._replace_event(event, topic=Topic.TARGET)

    def set_money_key(self, key: str) -> None:
        self._moved_note = ""
        self._replace_event(self.event.with_money_key(key), topic=Topic.TARGET)

    def set_expect(self, expect: Verdict) -> None:
        self.steps.changing(self._state)
        self.expect = expect
        self.changes.tell(Topic.DRAFT)

    def set_notes(self, notes: str) -> None:
        """Take what was typed of the draft's notes; they are saved with it and never sent."""
        if notes == self.notes:
            return
        self.steps.changing(self._state, "notes")
        self.notes = notes
        self.changes.tell(Topic.DRAFT)

    def open_profile(
        self, profile: Profile, campaign: Campaign | None, *, can_undo: bool = False
    ) -> None:
        """Put what a profile says into the draft."""
        self.load(
            profile.event,
            expect=profile.expect,
            notes=profile.notes,
            profile=profile,
            campaign=campaign,
            can_undo=can_undo,
        )

    def load(
        self,
        event: Event,
        *,
        expect: Verdict = Verdict.FIRED,
        notes: str = "",
        profile: Profile | None = None,
        campaign: Campaign | None = None,
        can_undo: bool = False,
        is_blank: bool = False,
    ) -> None:
        """Replace the whole draft, for example by a profile or an entry of the history.

        With `can_undo` that is one more step; else the steps before are forgotten.  `is_blank`
        says that nobody has typed anything of it yet.
        """
        if can_undo:
            self.steps.changing(self._state)
        else:
            self.steps.clear()
        self.event, self.expect, self.notes = event, expect, notes
        self.profile, self.campaign = profile, campaign
        self.is_lost = False
        self._blank = event if is_blank else Event()
        self._moved_note = ""
        self.problem = None
        self.changes.tell(Topic.LOADED)

    def _replace_event(self, event: Event, *, topic: Topic = Topic.DRAFT, place: str = "") -> None:
        if event == self.event:
            return
        self.steps.changing(self._state, place)
        self.event = event
        self.changes.tell(topic)

    @property
    def _state(self) -> _State:
        return (self.event, self.expect, self.notes, self.profile, self.campaign)

    def step(self, *, back: bool) -> bool:
        """Take the form's last step back, or do it again; says whether there was one."""
        state = self.steps.undo(self._state) if back else self.steps.redo(self._state)
        if state is None:
            return False
        self.event, self.expect, self.notes, self.profile, self.campaign = state
        self._moved_note = ""
        self.changes.tell(Topic.LOADED)
        return True

    @property
    def is_modified(self) -> bool:
        """Whether the draft differs from the profile it came from."""
        profile = self.profile
        if profile is None:
            return self.event not in (Event(), self._blank) or self.notes != ""
        if self.is_lost:
            return True
        kept = (profile.event, profile.expect, profile.notes)
        return (self.event, self.expect, self.notes) != kept

    @property
    def money_choices(self) -> tuple[str, ...]:
        """The money keys to pick from: both on Global, else the documented one."""
        documented = money_keys(self.event.endpoint)
        key = self.event.money_key
        return documented if key in documented else (*documented, key)

    # ---- what would be sent ----------------------------------------------------------------

    @property
    def base_url(self) -> str:
        """The address that a send would use; empty while the sandbox is still starting."""
        return self.sandbox_url if self.environment.is_embedded else self.environment.base_url

    def preview(self, method: Method | None = None) -> Request:
        """The request as it would be sent now (without the id header of a real send).

        `method` shows it in another form.  Dynamic values are made.  Raises UsageError for an
        address or a header that cannot be used.
        """
        event = self.made_event
        return build_request(
            event if method is None else replace(event, method=method),
            self.base_url or "http://127.0.0.1:8765",
            headers=self.values.headers(self.event, self.environment, self.campaign),
        )

    def resolution(self) -> Resolution | None:
        """The draft's dynamic values as they would be sent; None when it has no placeholder."""
        return self.values.resolution(self.event, self.environment, self.campaign)

    @property
    def made_event(self) -> Event:
        """The draft with its dynamic values made."""
        found = self.resolution()
        return self.event if found is None else found.event

    def advice(self, now: datetime | None = None) -> tuple[Advice, ...]:
        """What the documentation asks for and the draft does not follow."""
        context = knowing(
            self.campaign,
            now=now or datetime.now(UTC),
            used_pairs=self.used_pairs,
            value_names=names(self.environment, self.campaign),
            settled_times=self._settled_times,
        )
        advice = advise(self.event, context)
        made = self.resolution()
        if made is not None:
            said = {(one.wire, one.rule.id) for one in advice}
            more = (one for one in advice_on(made, context) if (one.wire, one.rule.id) not in said)
            advice = (*advice, *more)
        if self._moved_note:
            wire = self.event.money_key
            note = Advice(wire=wire, text=self._moved_note, rule=MONEY_KEY, level="note")
            advice = (*advice, note)
        return advice

    def inform(
        self,
        *,
        used_pairs: Container[tuple[str, str]] | None = None,
        facts: Facts | None = None,
    ) -> None:
        """Tell what advice and dynamic values rest on; None leaves a thing as it is.

        Without either it is the time that went on.
        `used_pairs` answers `in` for (transaction id, event id) pairs that have fired in the
        environment.
        """
        if used_pairs is not None:
            self.used_pairs = used_pairs
        if facts is not None:
            self.values.facts = facts
        self.changes.tell(Topic.VALUES)

    def apply_fix(self, fix: Fix) -> None:
        """Change the draft as a piece of advice or the time-zone lens offers."""
        event = fix(self.event)
        if fix.settles_time:
            self._settled_times.add(_time(event))
        if event == self.event:
            self.changes.tell(Topic.DRAFT)  # nothing to send differently, less to say
            return
        if event.money_key != self.event.money_key:
            self._moved_note = ""
        self._replace_event(event, topic=Topic.TARGET)

    @property
    def is_time_settled(self) -> bool:
        """Whether the person has already dealt with daylight time for this date and zone."""
        return _time(self.event) in self._settled_times

    # ---- where it goes ---------------------------------------------------------------------

    def set_environment(self, environment: Environment) -> None:
        """Choose where events go.  Leaving or entering LIVE disarms it."""
        if environment == self.environment:
            return
        self.environment = environment
        self.arming.disarm()
        self.changes.tell(Topic.TARGET)

    def block(self, reason: str) -> None:
        """Take note of why nothing can be sent at all, such as a history that does not open."""
        self.blocked = reason
        self.changes.tell(Topic.TARGET)

    def sandbox_started(self, url: str) -> None:
        self.sandbox_url = url
        self.changes.tell(Topic.TARGET)

    @property
    def is_live(self) -> bool:
        return self.environment.danger is Danger.LIVE

    def arm(self) -> None:
        self.arming.arm()
        self.changes.tell(Topic.ARMING)

    def disarm(self) -> None:
        self.arming.disarm()
        self.changes.tell(Topic.ARMING)

    @property
    def send_label(self) -> str:
        """What the Send button says, so that a LIVE send names what it will do."""
        if self.is_sending:
            return "Sending…"
        if not self.is_live:
            return "Send"
        if not self.arming.is_armed:
            return "Disarmed · Arm LIVE…"
        event = self.made_event
        event_id = event.text("event_id")[:40]
        money = event.text(event.money_key)[:20]
        words = " ".join(part for part in ("Fire", event_id or "event", money, "LIVE") if part)
        return to_display(words, limit=len(words), one_line=True)

    # ---- sending ---------------------------------------------------------------------------

    @property
    def is_sending(self) -> bool:
        return self._sending is not None

    @property
    def may_send(self) -> bool:
        """Whether a send may start now: not while one runs, and LIVE only when armed."""
        if self.is_sending or self.blocked or not self.base_url:
            return False
        return not self.is_live or self.arming.is_armed

    async def send(self, send: Send) -> None:
        """Send the draft and keep the result.  A second call while one runs does nothing."""
        if not self.may_send:
            return
        import asyncio  # noqa: PLC0415 - not before the first frame

        from pingtree_desktop.services.sender import Job  # noqa: PLC0415 - not before it either

        self._sending = asyncio.current_task()
        self.problem = None
        self.changes.tell(Topic.SENDING)
        job = Job(
            event=self.event,
            environment=self.environment,
            base_url=self.base_url,
            expect=self.expect,
            campaign_name=self.campaign.name if self.campaign else "",
            profile_name=self.profile.name if self.profile else "",
            live_confirmed=self.is_live and self.arming.is_armed,
            sources=self.values.sources(self.environment, self.campaign),
        )
        try:
            self.result = await send(job)
            self.values.renew()
        except PingTreeError as error:
            self.result = None
            self.problem = Problem(problem=error.problem, remedy=error.remedy)
        finally:
            self._sending = None
            self.changes.tell(Topic.SENDING)
            self.changes.tell(Topic.RESULT)

    def cancel(self) -> None:
        """End the wait at once; the outcome is `cancelled`."""
        if self._sending is not None:
            self._sending.cancel()

    async def idle(self, *, patience_s: float) -> None:
        """Wait for a running send, cancel it after `patience_s` seconds, return when it is kept."""
        task = self._sending
        if task is None:
            return
        import asyncio  # noqa: PLC0415 - not before the first frame

        await asyncio.wait({task}, timeout=patience_s)
        if not task.done():
            self.cancel()
            await asyncio.wait({task})

    # ---- profiles --------------------------------------------------------------------------

    def saved(self, profile: Profile | None, campaign: Campaign | None) -> None:
        """Take note of the profile and campaign that the draft belongs to now."""
        self.profile, self.campaign, self.is_lost = profile, campaign, False
        self.changes.tell(Topic.PROFILE)


def _lead_place(event: Event, rows: tuple[LeadField, ...]) -> str:
    """Where in the lead table a person types: a row added or taken away is a step of its own."""
    if len(rows) != len(event.lead):
        return ""
    changed = [i for i, (old, new) in enumerate(zip(event.lead, rows, strict=True)) if old != new]
    return f"lead:{changed[0]}" if len(changed) == 1 else ""


def _time(event: Event) -> tuple[str, str]:
    return event.text("conversion_date"), event.text("conversion_timezone")
