"""The options that make curl send a request unchanged, before any shell quotes them.

curl makes Accept-Encoding itself here: with the header but without its own option it would print
a compressed reply undecoded, and not every build has that option.  What curl adds unasked
(Accept, User-Agent, a form's Content-Type, Expect with larger bodies) is switched off.
"""

from __future__ import annotations

from dataclasses import dataclass

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.parts import Headers, address, headers

_EXPECTS_FROM_BYTES = 1024  # older releases; newer ones from 1 MB on


@dataclass(frozen=True, slots=True, kw_only=True)
class CurlOptions:
    """Everything but the body: pairs of a long option and its value (None: it takes none)."""

    url: bytes
    options: tuple[tuple[str, bytes | None], ...]
    headers: Headers


def curl_options(request: Request) -> CurlOptions:
    """The options of a request, in the order to write them.

    `--globoff` (brackets in the address stay) belongs to every command and is not listed.
    """
    where = address(request)
    options: list[tuple[str, bytes | None]] = []
    if where.has_dot_segments:
        options.append(("--path-as-is", None))
    if request.method == "HEAD" and not request.body:
        options.append(("--head", None))
    elif request.method != ("POST" if request.body else "GET"):
        options.append(("--request", request.method.encode("utf-8", "surrogatepass")))
    known = headers(request, left_to_client=frozenset({"accept-encoding"}))
    options.extend(
        ("--header", line) for line in header_lines(request, known, has_body=bool(request.body))
    )
    return CurlOptions(url=where.url.encode("ascii"), options=tuple(options), headers=known)


def header_lines(request: Request, known: Headers, *, has_body: bool) -> list[bytes]:
    """The headers as curl and its library read them, those switched off at the end."""
    lines = [
        name.encode("ascii") + (b": " + value if value else b";") for name, value in known.sent
    ]
    unasked = ["Accept", "User-Agent"]
    if has_body:
        unasked.append("Content-Type")
    if len(request.body) >= _EXPECTS_FROM_BYTES:
        unasked.append("Expect")
    present = known.names()
    lines.extend(f"{name}:".encode("ascii") for name in unasked if name.lower() not in present)
    return lines


def config_file(curl: CurlOptions) -> bytes:
    """The same as a file for `--config`, for what a command line cannot hold."""
    lines = [b"globoff", b"url = " + _config_quoted(curl.url)]
    for option, value in curl.options:
        name = option.removeprefix("--").encode("ascii")
        lines.append(name if value is None else name + b" = " + _config_quoted(value))
    return b"\n".join([*lines, b""])


def _config_quoted(value: bytes) -> bytes:
    escaped = value.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    for raw, escape in ((b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r"), (b"\v", b"\\v")):
        escaped = escaped.replace(raw, escape)
    return b'"' + escaped + b'"'
