"""A request as a HAR 1.2 log of one entry that has no reply yet, for tools that import HAR.

Source: the HAR 1.2 specification; a status of 0 is how browsers write a request without a reply.
"""

from __future__ import annotations

import json

from pingtree_desktop import __version__
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import Headers, remarks
from pingtree_desktop.formats.har import request_to_har, response_to_har

NO_HEADERS_LEFT = Headers(sent=(), left_out=())
_NOT_SENT = "1970-01-01T00:00:00.000Z"


def write(request: Request) -> str:
    """The log as indented JSON; the same request always gives the same text."""
    entry = {
        "startedDateTime": _NOT_SENT,
        "time": 0,
        "request": request_to_har(request),
        "response": response_to_har(None),
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
    }
    log: dict[str, object] = {
        "version": "1.2",
        "creator": {"name": "PingTree Desktop", "version": __version__},
        "entries": [entry],
    }
    more = []
    if request.body.decode("utf-8", "replace").encode() != request.body:
        more.append("The body has bytes that are not UTF-8: a replacement character for each.")
    if said := remarks(request, NO_HEADERS_LEFT, *more):
        log["comment"] = " ".join(said)
    return json.dumps({"log": log}, ensure_ascii=False, indent=2) + "\n"
