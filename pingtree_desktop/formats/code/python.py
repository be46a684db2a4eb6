"""A request as a Python program with httpx.

It sends the headers it is told and no others: a request made by hand gets only Host and
Content-Length from httpx.  An address that httpx would tidy (dot segments, odd characters, a
stray percent sign, a very long one) goes out by the `target` extension, as it stands.  Header
values with a vertical tab or a form feed cannot be sent by it.
"""

from __future__ import annotations

import re

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import address, headers, readable, remarks

_UNSENDABLE = re.compile(rb"[\x00\r\n\v\f]")
_LEFT_ALONE = re.compile(
    r"/(?:[A-Za-z0-9_.~=&:@!$()*+,;/-]|%[0-9A-Fa-f]{2})*"
    r"(?:\?(?:[A-Za-z0-9_.~=&:@!$()*+,;/?-]|%[0-9A-Fa-f]{2})+)?"
)
_LONGEST_URL = 60_000  # httpx refuses 65,536 characters


def write(request: Request) -> str:
    """The program with its remarks on top."""
    known = headers(request, unsendable=_UNSENDABLE)
    where = address(request)
    is_left_alone = (
        _LEFT_ALONE.fullmatch(where.target) is not None
        and not where.has_dot_segments
        and len(where.url) <= _LONGEST_URL
    )
    lines = [f"# {line}" for line in remarks(request, known, "Needs httpx: pip install httpx")]
    lines += ["import httpx", "", "request = httpx.Request(", f"    {request.method!r},"]
    lines.append(f"    {(where.url if is_left_alone else where.origin)!r},")
    if known.sent:
        lines.append("    headers=[")
        lines += [f"        ({name!r}, {_value(value)})," for name, value in known.sent]
        lines.append("    ],")
    lines.append(f"    content={_content(request.body)},")
    if not is_left_alone:
        lines.append(f'    extensions={{"target": {where.target.encode("ascii")!r}}},')
    lines += [
        ")",
        "with httpx.Client(timeout=30) as client:",
        "    response = client.send(request)",
        "print(response.status_code, response.reason_phrase)",
        "print(response.text)",
    ]
    return "\n".join(lines) + "\n"


def _value(value: bytes) -> str:
    return repr(value.decode("ascii")) if value.isascii() else repr(value)


def _content(body: bytes) -> str:
    text = readable(body)
    if text is None or text.isascii():
        return repr(body)
    return f"{text!r}.encode()"
