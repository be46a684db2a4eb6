"""A request as a curl command for a POSIX shell, quoted so that it sends the same bytes."""

from __future__ import annotations

import re

from pingtree_desktop.domain.request import Request

_MADE_BY_CURL = {"host", "content-length", "connection", "accept-encoding"}
_ADDED_BY_CURL = ("Accept", "User-Agent")
_SAFE = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_DOT_SEGMENT = re.compile(r"/(\.|%2e){1,2}(/|\?|$)", re.IGNORECASE)
_LONGEST_ARGUMENT_BYTES = 100_000  # Linux takes 131,072 in one argument


def to_curl(request: Request) -> str:
    """The command, one option a line.  Host, lengths and connection headers are curl's own.

    `--globoff` keeps brackets and braces in the address as they are; the body goes out by
    `--data-binary`, byte for byte.  A body that no argument can hold (control characters, bytes
    that are not UTF-8, a leading @, very long) is piped in from printf.  Headers that curl would
    add on its own are switched off; a header whose name is no header name is left out.
    """
    lines = ["curl --globoff " + _quoted(_bytes(request.url))]
    if _DOT_SEGMENT.search(request.url):
        lines.append("--path-as-is")
    if request.method != ("POST" if request.body else "GET"):
        lines.append(f"--request {_quoted(_bytes(request.method))}")
    lines.extend(f"--header {_quoted(_bytes(header))}" for header in _headers(request))
    pipe = ""
    if request.body and _fits_argument(request.body):
        lines.append(f"--data-binary {_quoted(request.body)}")
    elif request.body:
        pipe = f"{_printf(request.body)} |\n  "
        lines.append("--data-binary @-")
    return pipe + " \\\n  ".join(lines)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _headers(request: Request) -> list[str]:
    headers = []
    present = {name.lower() for name, _ in request.headers}
    for name, value in request.headers:
        if name.lower() not in _MADE_BY_CURL and _NAME.fullmatch(name):
            headers.append(f"{name}: {value}" if value else f"{name};")
    added = (*_ADDED_BY_CURL, "Content-Type") if request.body else _ADDED_BY_CURL
    headers.extend(f"{name}:" for name in added if name.lower() not in present)
    return headers


def _fits_argument(body: bytes) -> bool:
    is_short = len(body) <= _LONGEST_ARGUMENT_BYTES
    return is_short and not body.startswith(b"@") and _readable(body) is not None


def _readable(text: bytes) -> str | None:
    """The text, when nothing in it is invisible or no UTF-8."""
    try:
        shown = text.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return None if _HIDDEN.search(shown) else shown


def _quoted(text: bytes) -> str:
    shown = _readable(text)
    if shown is None:
        return f'"$({_printf(text)})"'
    if _SAFE.fullmatch(shown):
        return shown
    return "'" + shown.replace("'", "'\\''") + "'"


def _printf(text: bytes) -> str:
    r"""A command that writes exactly these bytes: octal escapes are in every POSIX shell."""
    out = []
    for byte in text:
        char = chr(byte)
        if char in "'\\%" or not 32 <= byte < 127:
            out.append("%%" if char == "%" else f"\\{byte:03o}")
        else:
            out.append(char)
    return "printf '" + "".join(out) + "'"
