"""A request as a Postman collection v2.1, ready to import.

Postman's own headers (User-Agent, Accept, Accept-Encoding, Connection, Cache-Control,
Postman-Token) are switched off in the item's behaviour; Host and Content-Length it always makes.
Two things a collection cannot carry, and its description says so: bytes that are not UTF-8, and
double braces, which Postman takes for its variables where it knows one of that name.
"""

from __future__ import annotations

import json

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import address, headers, remarks

_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_OWN_HEADERS = (
    "user-agent", "accept", "accept-encoding", "connection", "cache-control", "postman-token",
    "content-type",
)  # fmt: skip


def write(request: Request) -> str:
    """The collection as indented JSON; its remarks are its description."""
    known = headers(request)
    url = address(request).url
    more = []
    body: dict[str, object] | None = None
    if request.body:
        text = request.body.decode("utf-8", "replace")
        if text.encode("utf-8") != request.body:
            more.append(
                "The body has bytes that are not UTF-8, which a collection cannot hold: a "
                "replacement character stands for each."
            )
        is_json = b"json" in dict((n.lower(), v) for n, v in known.sent).get("content-type", b"")
        options = {"raw": {"language": "json" if is_json else "text"}}
        body = {"mode": "raw", "raw": text, "options": options}
    # Postman writes each character of a header as one byte.
    values = [(name, value.decode("latin-1")) for name, value in known.sent]
    if "{{" in url + (str(body["raw"]) if body else "") + "".join(value for _, value in values):
        more.append("It has double braces: Postman fills in a variable of that name, if any.")
    said = remarks(request, known, *more)
    sends: dict[str, object] = {
        "method": request.method,
        "header": [{"key": name, "value": value} for name, value in values],
        "url": url,
    }
    if body:
        sends["body"] = body
    name = f"{request.method} {address(request).target.partition('?')[0]}"
    item = {
        "name": name,
        "request": sends,
        "response": [],
        "protocolProfileBehavior": {
            "disableUrlEncoding": True,
            "followRedirects": False,
            "disabledSystemHeaders": {own: True for own in _OWN_HEADERS},
        },
    }
    document = {
        "info": {"name": f"PingTree: {name}", "description": "\n".join(said), "schema": _SCHEMA},
        "item": [item],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
