"""The requests of a HAR file, read by `formats.har`: cookies and credentials stay out."""

from __future__ import annotations

from pingtree_desktop.domain.errors import UnreadableInput
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
    found = read_har(text)
    if not found.exchanges:
        raise UnreadableInput("This HAR file holds no request.", "Record one, and save it again.")
    requests = [one.request for one in found.exchanges]
    ours = [one for one in requests if "/api/event/" in one.url]
    others = [one for one in requests if "/api/event/" not in one.url]
    chosen = (ours + others)[:MOST_REQUESTS]
    notes = list(found.notes)
    if len(requests) > len(chosen):
        notes.append(f"Only the first {len(chosen):,} of {len(requests):,} requests are taken.")
    made = []
    for request in chosen:
        carrier = carrier_of(request.headers, request.body)
        why = "a multipart form is not one of the ways in which this API takes an event"
        is_multipart = carrier is Carrier.MULTIPART
        made.append(
            Taken(
                title=f"{request.method} {path_of(request.url)}",
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
