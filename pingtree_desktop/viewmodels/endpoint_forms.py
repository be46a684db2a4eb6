"""The open draft in every endpoint form, and what became of each when it was sent.

One send after the other, each with a transaction id of its own, so that no form uses up the pair
of another.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from pingtree_desktop.domain.advice import Context
from pingtree_desktop.domain.endpoint_forms import Form, Row, forms, table, with_transaction
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.pairs import UNTRIED, PairState, pair_uses
from pingtree_desktop.domain.redaction import redact_text
from pingtree_desktop.domain.verdict import MEANINGS, Verdict, verdict_of
from pingtree_desktop.viewmodels.changes import Changes
from pingtree_desktop.viewmodels.compose import ComposeModel
from pingtree_desktop.viewmodels.pairs import PairSource

if TYPE_CHECKING:
    from pingtree_desktop.services.sender import Job, Sent

Send = Callable[["Job"], Awaitable["Sent"]]
Start = Callable[[Coroutine[Any, Any, Any]], Any]
_BANK_PAGE = 500


class FormsTopic(Enum):
    """RESULTS: one more send ended.  STATE: what runs and what may be done."""

    RESULTS = auto()
    STATE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one form: its verdict and the server's words, or why nothing was sent."""

    transaction_id: str
    verdict: Verdict | None
    status: int | None
    elapsed_ms: float | None
    text: str

    @property
    def words(self) -> str:
        """For example `Fired · 200 · 30 ms`."""
        if self.verdict is None:
            return "Not sent"
        parts = [MEANINGS[self.verdict].label]
        if self.status is not None:
            parts.append(str(self.status))
        if self.elapsed_ms is not None:
            parts.append(f"{self.elapsed_ms:.0f} ms")
        return " \u00b7 ".join(parts)


class EndpointForms:
    """The table, what is chosen, and the results by form."""

    def __init__(self, compose: ComposeModel, bank: PairSource, send: Send, start: Start) -> None:
        self.changes: Changes[FormsTopic] = Changes()
        self._compose, self._bank, self._send, self._start = compose, bank, send, start
        campaign = compose.campaign
        self._context = Context(
            now=datetime.now(UTC),
            conversion_events=frozenset(
                one.id for one in (campaign.events if campaign else ()) if one.conversion
            ),
        )
        self.forms: tuple[Form, ...] = forms(
            compose.made_event,
            compose.base_url or "http://127.0.0.1:8765",
            self._context,
            org_id=campaign.org_id if campaign else "",
            headers=compose.values.headers(compose.event, compose.environment, campaign),
        )
        self.rows: tuple[Row, ...] = table(self.forms)
        self.chosen = {at for at, form in enumerate(self.forms) if form.request is not None}
        self.uses_bank = True
        self.results: dict[int, Result] = {}
        self.is_running = False
        self.running_at = -1
        self.problem = ""
        self._task: Any = None

    def choose(self, at: int, *, on: bool) -> None:
        """Whether a form is sent; one that cannot be built never is."""
        if on and self.forms[at].request is not None:
            self.chosen.add(at)
        else:
            self.chosen.discard(at)
        self.changes.tell(FormsTopic.STATE)

    @property
    def may_send(self) -> bool:
        """Not while it runs, not without a choice, and in production only when LIVE is armed."""
        model = self._compose
        if self.is_running or not self.chosen or model.blocked or not model.base_url:
            return False
        return not model.is_live or model.arming.is_armed

    @property
    def why_not(self) -> str:
        """Why nothing can be sent now, in one sentence."""
        model = self._compose
        if model.blocked:
            return model.blocked
        if model.is_live and not model.arming.is_armed:
            return "LIVE is not armed: arm it in the window first. Each form would pay out."
        return "" if self.chosen else "No form is chosen."

    @property
    def is_live(self) -> bool:
        return self._compose.is_live

    def run(self) -> None:
        """Send every chosen form."""
        if self.may_send:
            self.is_running = True
            self.results, self.problem = {}, ""
            self.changes.tell(FormsTopic.STATE)
            self._task = self._start(self._run())

    def stop(self) -> None:
        """Stop after the request that is on its way, which is cancelled."""
        if self._task is not None:
            self._task.cancel()

    async def _run(self) -> None:
        import asyncio  # noqa: PLC0415 - not before the first frame

        try:
            order = sorted(self.chosen)
            ids = await self._transactions(len(order))
            for at, transaction_id in zip(order, ids, strict=True):
                self.running_at = at
                self.changes.tell(FormsTopic.STATE)
                self.results[at] = await self._one(self.forms[at], transaction_id)
                self.changes.tell(FormsTopic.RESULTS)
                if self.results[at].verdict is Verdict.CANCELLED:
                    break
        except PingTreeError as error:
            self.problem = str(error)
        except asyncio.CancelledError:
            self.problem = "Stopped before anything more was sent."
        finally:
            self.is_running, self.running_at = False, -1
            self.changes.tell(FormsTopic.STATE)

    async def _one(self, form: Form, transaction_id: str) -> Result:
        from pingtree_desktop.services.sender import Job  # noqa: PLC0415 - not at the start

        model = self._compose
        job = Job(
            event=with_transaction(form.event, transaction_id),
            environment=replace(
                model.environment,
                headers=model.values.headers(model.event, model.environment, model.campaign),
            ),
            base_url=model.base_url,
            expect=model.expect,
            campaign_name=model.campaign.name if model.campaign else "",
            profile_name=model.profile.name if model.profile else "",
            live_confirmed=model.is_live and model.arming.is_armed,
        )
        try:
            sent = await self._send(job)
        except PingTreeError as error:
            return Result(
                transaction_id=transaction_id, verdict=None, status=None, elapsed_ms=None,
                text=str(error),
            )  # fmt: skip
        named = ", ".join((*sent.judgement.missing, *sent.judgement.invalid))
        said = sent.exchange.message or sent.judgement.explanation
        outcome = sent.exchange.outcome
        response = outcome.response if outcome else None
        return Result(
            transaction_id=transaction_id,
            verdict=verdict_of(sent.exchange.verdict),
            status=response.status if response else None,
            elapsed_ms=outcome.elapsed_ms if outcome else None,
            text=": ".join(part for part in (named, said) if part),
        )

    async def _transactions(self, count: int) -> list[str]:
        """An unused transaction id for each send.  Raises PingTreeError when there are too few."""
        from uuid import uuid4  # noqa: PLC0415 - not at the start

        if not self.uses_bank:
            return [str(uuid4()) for _ in range(count)]
        event_id = self.forms[0].event.text("event_id")
        bank = await self._bank.bank()
        found: list[str] = []
        for start in range(0, len(bank), _BANK_PAGE):
            ids = bank[start : start + _BANK_PAGE]
            uses = pair_uses(await self._bank.pair_states(ids))
            found += [
                one for one in ids if uses.get((one, event_id), UNTRIED).state is PairState.UNUSED
            ]
            if len(found) >= count:
                return found[:count]
        what = event_id or "this event"
        raise PingTreeError(
            f"The pair bank has {len(found)} unused transaction ids for {what}, and {count} forms "
            "are chosen.",
            "Add ids to the bank (History, Pair bank), or use new UUIDs.",
        )

    # ---- the end -----------------------------------------------------------------------------

    @property
    def conclusion(self) -> str:
        """What the replies say together, and no more than that."""
        if self.is_running or not self.results:
            return ""
        fired = [self.forms[at].name for at, one in self.results.items()
                 if one.verdict is Verdict.FIRED]  # fmt: skip
        sent = sum(one.verdict is not None for one in self.results.values())
        if not fired:
            return f"None of the {sent} forms that were sent fired."
        return f"Fired: {', '.join(fired)} ({len(fired)} of {sent} that were sent)."

    def as_text(self) -> str:
        """The table with its results, ids and lead data masked, for a message to somebody."""
        lines = []
        for at, form in enumerate(self.forms):
            result = self.results.get(at)
            said = f"{result.words}: {result.text}" if result else form.problem or "not sent"
            lines.append(f"{form.name}: {redact_text(said)}")
        return "\n".join((*lines, self.conclusion)).strip() + "\n"
