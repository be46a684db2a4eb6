"""A request as a plain address: the GET form, with the fields of a JSON body as its query.

An address has no room for a remark: who shows one of a LIVE host says so beside it.  Headers and
method are not part of it.
"""

from __future__ import annotations

import json
from urllib.parse import quote

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import address

_SPACE = " \t\r\n"


def write(request: Request) -> str:
    """The address on one line.

    Raises UsageError when the request has a body that is not a JSON object.
    """
    url = address(request).url
    if request.body:
        pairs = _members(request.body)
        query = "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in pairs)
        url += (("&" if "?" in url else "?") + query) if query else ""
    return f"{url}\n"


def _encoded(text: str) -> str:
    return quote(text, safe="", errors="surrogatepass")


def _members(body: bytes) -> list[tuple[str, str]]:
    """The object's members in order: text as it is, null by its name, the rest by its tokens."""
    try:
        text = body.decode("utf-8", "surrogatepass").strip(_SPACE)
        if isinstance(json.loads(text, parse_int=str, parse_float=str), dict):
            return _split(text)
    except (ValueError, RecursionError):
        pass
    raise UsageError(
        "This request's body is not a JSON object, so it has no form as a plain address.",
        "Choose another format, curl for example.",
    )


def _split(text: str) -> list[tuple[str, str]]:
    decoder = json.JSONDecoder(parse_int=str, parse_float=str)
    pairs = []
    at = _skipped(text, 1)
    while text[at] != "}":
        name, at = decoder.raw_decode(text, at)
        start = _skipped(text, _skipped(text, at) + 1)
        value, end = decoder.raw_decode(text, start)
        token = text[start:end]
        pairs.append((name, value if token.startswith('"') else token))
        at = _skipped(text, end)
        if text[at] == ",":
            at = _skipped(text, at + 1)
    return pairs


def _skipped(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at
