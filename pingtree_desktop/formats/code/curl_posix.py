"""A request as a curl command for a POSIX shell, quoted so that it sends the same bytes.

A body that no argument can hold (control characters, bytes that are not UTF-8, a leading @, over
100,000 bytes) is piped in from printf.
"""

from __future__ import annotations

import re

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.curl_options import curl_options
from pingtree_desktop.formats.code.parts import remarks

_SAFE = re.compile(r"[A-Za-z0-9_./:=@%+,-]+")
_HIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_LONGEST_ARGUMENT_BYTES = 100_000  # Linux takes 131,072 in one argument
_PIPE_REMARK = "The body is piped in, because no argument can hold it."


def write(request: Request) -> str:
    """The command with its remarks on top."""
    known = curl_options(request).headers
    is_piped = bool(request.body) and not _fits_argument(request.body)
    said = remarks(request, known, *([_PIPE_REMARK] if is_piped else []))
    return "".join(f"# {line}\n" for line in said) + to_curl(request) + "\n"


def to_curl(request: Request) -> str:
    """The command alone, one option a line.

    `--globoff` keeps brackets and braces in the address as they are; the body goes out by
    `--data-binary`, byte for byte.  Headers that curl would add on its own are switched off; a
    header whose name is no header name is left out.
    """
    curl = curl_options(request)
    lines = ["curl --globoff " + _quoted(curl.url)]
    lines.extend(o if value is None else f"{o} {_quoted(value)}" for o, value in curl.options)
    pipe = ""
    if request.body and _fits_argument(request.body):
        lines.append(f"--data-binary {_quoted(request.body)}")
    elif request.body:
        pipe = f"{_printf(request.body)} |\n  "
        lines.append("--data-binary @-")
    return pipe + " \\\n  ".join(lines)


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
