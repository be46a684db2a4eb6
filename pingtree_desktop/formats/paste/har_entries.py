"""The requests of a HAR file, read by `formats.har`: cookies and credentials stay out."""

from __future__ import annotations

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.formats.har import read_har
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.reading import (
    MOST_REQUESTS,
    Carrier,
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    path_of,
)


def read_har_entries(text: str | bytes) -> Reading:
    """The requests of a HAR file, those to this API first.  Raises UnreadableInput."""
    found = read_har(text, requests_alone=True)
    if not found.exchanges:
        why = f" {found.notes[0]}" if found.notes else ""
        raise UnreadableInput(
            f"This HAR file holds no request.{why}", "Record one, and save it again."
        )
    requests = found.exchanges
    ours = [one for one in requests if "/api/event/" in one.request.url]
    others = [one for one in requests if "/api/event/" not in one.request.url]
    chosen = (ours + others)[:MOST_REQUESTS]
    notes = list(found.notes)
    if len(requests) > len(chosen):
        notes.append(f"Only the first {len(chosen):,} of {len(requests):,} requests are taken.")
    made = []
    for one in chosen:
        request = one.request
        carrier = carrier_of(request.headers, request.body)
        why = "a multipart form is not one of the ways in which this API takes an event"
        is_multipart = carrier is Carrier.MULTIPART
        made.append(
            Taken(
                title=_title(one),
                method=request.method,
                url=request.url,
                headers=request.headers,
                body=request.body or None,
                carrier=carrier,
                not_taken=(Note(part="body", why=why),) if is_multipart else (),
                notes=host_notes(request.url),
            )
        )
    return Reading(source=Source.HAR, requests=tuple(made), notes=tuple(notes))


def _title(exchange: Exchange) -> str:
    """Method and path, and what tells two requests to one campaign apart."""
    ids = [one[:80] for one in (exchange.event_id, exchange.transaction_id) if one]
    named = f"{exchange.request.method} {path_of(exchange.request.url)}"
    return " \u00b7 ".join([named, *ids])
