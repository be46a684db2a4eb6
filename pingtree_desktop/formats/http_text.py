"""A request or a response as the text of HTTP/1.1, for reading."""

from __future__ import annotations

from urllib.parse import urlsplit

from pingtree_desktop.domain.display import decode_body
from pingtree_desktop.domain.exchange import Response
from pingtree_desktop.domain.request import Request


def request_text(request: Request) -> str:
    """Address, request line, every header in order, an empty line, the body as it was sent."""
    parts = urlsplit(request.url)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines.extend(f"{name}: {value}" for name, value in request.headers)
    body = request.body.decode("utf-8", "replace")
    return f"{request.url}\n\n" + "\n".join(lines) + f"\n\n{body}"


def response_text(response: Response) -> str:
    """Status line, every header in order, an empty line, the decoded body."""
    lines = [f"{response.http_version} {response.status} {response.reason}".rstrip()]
    lines.extend(f"{name}: {value}" for name, value in response.headers)
    body, _ = decode_body(response.body, response.header("content-type"))
    return "\n".join(lines) + f"\n\n{body}"
