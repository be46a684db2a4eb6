"""A request or a response as the text of HTTP/1.1, for reading.

Not yet safe to look at: who shows it passes it through `domain.display`.
"""

from __future__ import annotations

import re

from pingtree_desktop.domain.request import Request

_AUTHORITY = re.compile(r"[^:/?#]+://[^/?#]*")


def request_text(request: Request) -> str:
    """Address, request line, every header in order, an empty line, the body as it was sent."""
    found = _AUTHORITY.match(request.url)
    target = request.url[found.end() :] if found else request.url
    if not target.startswith("/"):
        target = f"/{target}"
    lines = [f"{request.method} {target} HTTP/1.1"]
    lines.extend(f"{name}: {value}" for name, value in request.headers)
    body = request.body.decode("utf-8", "replace")
    return f"{request.url}\n\n" + "\n".join(lines) + f"\n\n{body}"
