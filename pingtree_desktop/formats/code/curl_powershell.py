"""A request as a curl.exe call for PowerShell, right in Windows PowerShell 5.1 and PowerShell 7.

The two hand arguments to programs in different ways: 5.1 (and 7 up to 7.2) does not escape a
quote inside an argument, drops an empty one and lets a closing backslash eat the quote behind
it; 7.3 does all three right.  No spelling of such an argument suits both, and a text piped into a
program is re-encoded and gains a line end (until 7.4).  `Invoke-RestMethod` would tidy the
address, refuse some headers and hide the body of a 4xx reply in 5.1.  So the body always goes
through a file, written as bytes, and only arguments that both read alike stand on the call;
otherwise address and headers go through a second file, for curl's `--config`.

5.1 takes a script without byte order mark for the system's own code page: the script is pure
ASCII, whatever is not goes as base64.  `curl.exe` with its ending, as `curl` alone is another
command in 5.1; the options stand in an array, so no line end needs a backtick.
"""

from __future__ import annotations

import base64
import re

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.curl_options import CurlOptions, config_file, curl_options
from pingtree_desktop.formats.code.parts import remarks

_LONGEST_COMMAND = 24_000  # Windows takes 32,767 characters
_ALIKE = re.compile(rb"[ !#-~]*[!#-\[\]-~]")  # no quote, no closing backslash or space, not empty
_ASCII = re.compile(rb"[ -~]*")


def write(request: Request) -> str:
    """The script with its remarks on top."""
    curl = curl_options(request)
    files: list[tuple[str, bytes]] = []
    if _fits_call(curl):
        rows = ["'--globoff'", _quoted(curl.url)]
        rows += [_row(option, value) for option, value in curl.options]
    else:
        files.append(("head", config_file(curl)))
        rows = ["'--config', $headFile"]
    if request.body:
        files.append(("body", request.body))
        rows.append("'--data-binary', \"@$bodyFile\"")
    lines = [f"# {line}" for line in remarks(request, curl.headers)]
    options = ["$options = @(", *(f"  {row}" for row in rows), ")"]
    if files:
        lines += [f"${name} = {_bytes(data)}" for name, data in files]
        lines += [f"${name}File = [IO.Path]::GetTempFileName()" for name, _ in files]
        inner = [f"[IO.File]::WriteAllBytes(${name}File, ${name})" for name, _ in files]
        lines += ["try {", *(f"  {line}" for line in [*inner, *options, "curl.exe @options"])]
        names = ", ".join(f"${name}File" for name, _ in files)
        lines += ["} finally {", f"  Remove-Item -LiteralPath {names}", "}"]
    else:
        lines += [*options, "curl.exe @options"]
    return "\n".join(lines) + "\n"


def _fits_call(curl: CurlOptions) -> bool:
    values = [curl.url, *(value for _, value in curl.options if value is not None)]
    is_short = sum(len(value) + 12 for value in values) <= _LONGEST_COMMAND
    return is_short and all(_ALIKE.fullmatch(value) for value in values)


def _row(option: str, value: bytes | None) -> str:
    return f"'{option}'" if value is None else f"'{option}', {_quoted(value)}"


def _quoted(text: bytes) -> str:
    return "'" + text.decode("ascii").replace("'", "''") + "'"


def _bytes(data: bytes) -> str:
    if _ASCII.fullmatch(data):
        return f"[Text.Encoding]::ASCII.GetBytes({_quoted(data)})"
    return f"[Convert]::FromBase64String('{base64.b64encode(data).decode('ascii')}')"
