"""A request as a curl command for a POSIX shell, quoted so that it sends the same bytes."""

from __future__ import annotations

import re

from pingtree_desktop.domain.request import Request

_MADE_BY_CURL = {"host", "content-length", "connection", "accept-encoding"}
_PLAIN = re.compile(rb"[\x20-\x7e\n\t]*")
_SAFE = re.compile(rb"[A-Za-z0-9_./:=@%+,-]+")


def to_curl(request: Request) -> str:
    """The command, one option a line.  Host, lengths and connection headers are curl's own.

    `--globoff` keeps brackets and braces in the address as they are; the body goes out by
    `--data-binary`, byte for byte.
    """
    lines = [f"curl --globoff {_quoted(request.url.encode('utf-8', 'surrogatepass'))}"]
    default = "POST" if request.body else "GET"
    if request.method != default:
        lines.append(f"--request {request.method}")
    for name, value in request.headers:
        if name.lower() not in _MADE_BY_CURL:
            header = f"{name}: {value}".encode("utf-8", "surrogatepass")
            lines.append(f"--header {_quoted(header)}")
    if request.body:
        lines.append(f"--data-binary {_quoted(_not_a_file(request.body))}")
    return " \\\n  ".join(lines)


def _not_a_file(body: bytes) -> bytes:
    """The body as it is: ours always starts with a brace, so curl never takes it for @file."""
    if body.startswith(b"@"):
        raise ValueError("a body that starts with @ would be read as a file name")
    return body


def _quoted(text: bytes) -> str:
    if _SAFE.fullmatch(text):
        return text.decode("ascii")
    try:
        shown = text.decode("utf-8")
    except UnicodeDecodeError:
        return _ansi_c(text)
    if _PLAIN.fullmatch(text) or not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown):
        return "'" + shown.replace("'", "'\\''") + "'"
    return _ansi_c(text)


def _ansi_c(text: bytes) -> str:
    """Bash's and zsh's $'…' form, for control characters and bytes that are not UTF-8."""
    out = []
    for byte in text:
        char = chr(byte)
        if char in "'\\":
            out.append("\\" + char)
        elif 32 <= byte < 127:
            out.append(char)
        else:
            out.append(f"\\x{byte:02x}")
    return "$'" + "".join(out) + "'"
