"""One event in every documented form: three endpoints, each as a POST and as a postback URL.

The vendor's pages describe the forms side by side without saying which one an account speaks; see
the wire facts, section "Endpoints".
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from pingtree_desktop.domain.advice import Context, advise
from pingtree_desktop.domain.advice_terms import Basis
from pingtree_desktop.domain.catalogue import MONEY_KEYS, Endpoint
from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.event import Event, Method
from pingtree_desktop.domain.extra_headers import Headers
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.request import (
    Request,
    body_tokens,
    build_request,
    path,
    query_pairs,
)

_QUOTED = re.compile(r'((?:amount|revenue): )?("(?:[^"\\]|\\.)*")')
MONEY = "money"
NEEDS = "asks for"
_WHY = {
    "method": "A POST carries a JSON body, a GET everything in its address.",
    "path": "Campaign and Global have their id in the path, Trigger has none there.",
    "cid": "In the body of Trigger alone: on Campaign it stands in the path, Global has none.",
    MONEY: "Campaign documents amount, Trigger revenue, and Global both.",
    NEEDS: "What the documentation asks for in this form and the event does not have.",
}
_AS_TEXT = "An address knows no types: everything in it is text."


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The event for one endpoint and method; `problem` says why there is no request."""

    event: Event
    request: Request | None
    problem: str = ""
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """For example `Campaign POST`."""
        return f"{self.event.endpoint.value.capitalize()} {self.event.method.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One part of the request in every form; None where a form does not send it.

    `why` is the documentation's reason for a difference, or empty.
    """

    name: str
    cells: tuple[str | None, ...]
    why: str = ""

    def differs(self, at: int) -> bool:
        """Whether a form has another value than the first one; quotes alone are no difference."""
        return _plain(self.cells[at]) != _plain(self.cells[0])

    @property
    def is_same(self) -> bool:
        return len({_plain(cell) for cell in self.cells}) == 1


def _plain(cell: str | None) -> str | None:
    """A cell without the quotes of a JSON string, which an address has not."""
    if cell is None:
        return None
    found = _QUOTED.fullmatch(cell)
    return (found[1] or "") + json.loads(found[2]) if found else cell


def forms(
    event: Event, base_url: str, context: Context, *, org_id: str = "", headers: Headers = ()
) -> tuple[Form, ...]:
    """The event in all six forms, the one it has now first.

    `org_id` is used for Global where the event has none.
    """
    made = []
    for endpoint in Endpoint:
        for method in Method:
            one = replace(event.with_endpoint(endpoint), method=method)
            if endpoint is Endpoint.GLOBAL and not one.org_id:
                one = replace(one, org_id=org_id)
            made.append(_form(one, base_url, context, headers))
    made.sort(key=lambda form: (form.event.endpoint, form.event.method) != _key(event))
    return tuple(made)


def _key(event: Event) -> tuple[Endpoint, Method]:
    return event.endpoint, event.method


def _form(event: Event, base_url: str, context: Context, headers: Headers) -> Form:
    needs = tuple(
        one.text
        for one in advise(event, context)
        if one.rule.basis is Basis.DOCUMENTED and one.level == "warning" and one.fix is None
    )
    if event.endpoint is Endpoint.GLOBAL and not event.org_id:
        return Form(event=event, request=None, problem="It needs an organisation id.", needs=needs)
    if event.endpoint is Endpoint.CAMPAIGN and not event.text("cid"):
        return Form(event=event, request=None, problem="It needs a campaign id.", needs=needs)
    try:
        request = build_request(event, base_url, headers=headers)
    except UsageError as error:
        return Form(event=event, request=None, problem=error.problem, needs=needs)
    return Form(event=event, request=request, needs=needs)


def table(found: Sequence[Form]) -> tuple[Row, ...]:
    """The forms side by side: method, path, every key as it is sent, what is asked for."""
    events = [form.event for form in found]
    rows = [
        Row(name="method", cells=tuple(e.method.value for e in events), why=_WHY["method"]),
        Row(name="path", cells=tuple(path(e) for e in events), why=_WHY["path"]),
    ]
    sent = [_sent(event) for event in events]
    names = dict.fromkeys(name for one in sent for name in one)
    for name in names:
        cells = tuple(one.get(name) for one in sent)
        rows.append(Row(name=name, cells=cells, why=_why(name, cells)))
    needs = tuple(" ".join(form.needs) or None for form in found)
    if any(needs):
        rows.append(Row(name=NEEDS, cells=needs, why=_WHY[NEEDS]))
    return tuple(rows)


def _sent(event: Event) -> dict[str, str]:
    """Each key as it is sent; the money stands in one row whatever it is called."""
    pairs = body_tokens(event) if event.method is Method.POST else query_pairs(event)
    return {
        MONEY if name in MONEY_KEYS else name: f"{name}: {value}" if name in MONEY_KEYS else value
        for name, value in pairs
    }


def _why(name: str, cells: tuple[str | None, ...]) -> str:
    if len({_plain(cell) for cell in cells}) > 1:
        return _WHY.get(name, _AS_TEXT)
    return _AS_TEXT if len(set(cells)) > 1 else ""


def with_transaction(event: Event, transaction_id: str) -> Event:
    """The event for another transaction."""
    return event.with_field("transaction_id", FieldInput(text=transaction_id))
