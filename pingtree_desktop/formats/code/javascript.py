"""A request as a JavaScript module with fetch, for Node.js 18 or later and for browsers.

Some of it is fetch's own: Node adds Accept, Accept-Language, Sec-Fetch-Mode, User-Agent and
Accept-Encoding where they are not set, and joins headers of one name with a comma; browsers
silently keep their own Accept-Encoding (and, some, User-Agent) and ask the server's leave first
(CORS).  Redirects are not followed, so that nothing fires twice.  What fetch refuses is left out
and said: Host, Expect and Upgrade, control characters in headers, a body with GET or HEAD, and
the few addresses that it tidies.
"""

from __future__ import annotations

import base64
import re

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import Address, address, headers, readable, remarks

_IMPOSSIBLE = frozenset({"host", "expect", "upgrade"})
_UNSENDABLE = re.compile(rb"[^\t\x20-\x7e\x80-\xff]")
_BODILESS = {"GET", "HEAD"}
# The URL Standard's path and query percent-encode sets, as far as they are visible ASCII.
_TIDIED_PATH = re.compile(r'["<>`{}^\\]')
_TIDIED_QUERY = re.compile(r"[\"<>']")


def write(request: Request) -> str:
    """The module with its remarks on top."""
    known = headers(request, impossible=_IMPOSSIBLE, unsendable=_UNSENDABLE)
    where = address(request)
    more = []
    if _is_tidied(where):
        more.append("fetch tidies this address before it sends it: use curl for it as it stands.")
    takes_body = request.method not in _BODILESS
    if request.body and not takes_body:
        more.append(f"Not sent, because fetch has none with {request.method}: the body.")
    lines = [f"// {line}" for line in remarks(request, known, *more)]
    lines.append(f"const response = await fetch({_text(where.url)}, {{")
    lines.append(f"  method: {_text(request.method)},")
    if known.sent:
        lines.append("  headers: [")
        # Each character is one byte on the wire.
        lines += [f"    [{_text(n)}, {_text(v.decode('latin-1'))}]," for n, v in known.sent]
        lines.append("  ],")
    if request.body and takes_body:
        lines.append(f"  body: {_body(request.body, has_type='content-type' in known.names())},")
    lines += [
        '  redirect: "manual",',
        "});",
        "console.log(response.status, response.statusText);",
        "console.log(await response.text());",
    ]
    return "\n".join(lines) + "\n"


def _is_tidied(where: Address) -> bool:
    path, _, query = where.target.partition("?")
    has_odd_part = _TIDIED_PATH.search(path) or _TIDIED_QUERY.search(query)
    is_odd = where.has_dot_segments or "#" in where.target or where.target.endswith("?")
    return is_odd or has_odd_part is not None


def _body(body: bytes, *, has_type: bool) -> str:
    text = readable(body)
    if text is None:
        code = base64.b64encode(body).decode("ascii")
        return f'Uint8Array.from(atob("{code}"), (c) => c.charCodeAt(0))'
    if has_type:
        return _text(text)
    return f"new TextEncoder().encode({_text(text)})"  # a text would bring a type of its own


def _text(text: str) -> str:
    quote = "'" if '"' in text else '"'
    return quote + "".join(_char(char, quote) for char in text) + quote


def _char(char: str, quote: str) -> str:
    if char in {quote, "\\"}:
        return f"\\{char}"
    return char if char.isprintable() else f"\\u{{{ord(char):x}}}"
