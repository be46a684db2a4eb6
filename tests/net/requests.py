"""Requests as the domain would build them, aimed at an address of the hostile server."""

from __future__ import annotations

from urllib.parse import urlsplit

from pingtree_desktop.domain.request import USER_AGENT, Request

LEAD = b'{"event_id":"quote_view","email":"canary.lead@example.com","phone":"+15551234567"}'


def post(url: str, body: bytes = LEAD, *, extra: tuple[tuple[str, str], ...] = ()) -> Request:
    return Request(
        method="POST",
        url=url,
        headers=(
            ("Host", urlsplit(url).netloc),
            ("Content-Type", "application/json"),
            ("Content-Length", str(len(body))),
            ("Accept", "application/json"),
            ("Accept-Encoding", "gzip"),
            ("User-Agent", USER_AGENT),
            ("Connection", "close"),
            *extra,
        ),
        body=body,
    )


def get(url: str) -> Request:
    return Request(
        method="GET",
        url=url,
        headers=(
            ("Host", urlsplit(url).netloc),
            ("Accept", "application/json"),
            ("Accept-Encoding", "gzip"),
            ("User-Agent", USER_AGENT),
            ("Connection", "close"),
        ),
        body=b"",
    )
