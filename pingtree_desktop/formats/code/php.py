"""A request as a PHP program with the curl extension, which most but not all PHP setups have.

The library adds nothing but Host and the length: Accept, Content-Type and Expect are switched
off where the request has none.  Accept-Encoding is given as its own option, so that the reply is
unpacked too.
"""

from __future__ import annotations

import base64

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.curl_options import header_lines
from pingtree_desktop.formats.code.parts import address, headers, readable, remarks

_WITH_LENGTH = {"POST", "PUT", "PATCH"}
_ENCODING = "accept-encoding"


def write(request: Request) -> str:
    """The program with its remarks on top."""
    encodings = [text.strip(" \t") for name, text in request.headers if name.lower() == _ENCODING]
    unpacks = len(encodings) == 1 and encodings[0].isprintable() and encodings[0] != ""
    known = headers(request, left_to_client=frozenset({_ENCODING} if unpacks else ()))
    where = address(request)
    has_body = bool(request.body) or request.method in _WITH_LENGTH
    lines = ["<?php"]
    lines += [
        f"// {line}" for line in remarks(request, known, "Needs PHP's curl extension (php-curl).")
    ]
    lines += [
        "$curl = curl_init();",
        "curl_setopt_array($curl, [",
        f"    CURLOPT_URL => {_text(where.url.encode('ascii'))},",
        "    CURLOPT_PATH_AS_IS => true,",
        f"    CURLOPT_CUSTOMREQUEST => {_text(request.method.encode('utf-8', 'surrogatepass'))},",
        "    CURLOPT_HTTPHEADER => [",
        *(f"        {_text(line)}," for line in header_lines(request, known, has_body=has_body)),
        "    ],",
    ]
    if request.method == "HEAD" and not request.body:
        lines.append("    CURLOPT_NOBODY => true,")
    if has_body:
        lines.append(f"    CURLOPT_POSTFIELDS => {_text(request.body)},")
    if unpacks:
        lines.append(f"    CURLOPT_ENCODING => {_text(encodings[0].encode('utf-8'))},")
    lines += [
        "    CURLOPT_RETURNTRANSFER => true,",
        "]);",
        "$reply = curl_exec($curl);",
        "if ($reply === false) {",
        "    fwrite(STDERR, curl_error($curl) . PHP_EOL);",
        "    exit(1);",
        "}",
        "echo curl_getinfo($curl, CURLINFO_RESPONSE_CODE), PHP_EOL, $reply, PHP_EOL;",
    ]
    return "\n".join(lines) + "\n"


def _text(data: bytes) -> str:
    text = readable(data)
    if text is None:
        return f"base64_decode('{base64.b64encode(data).decode('ascii')}')"
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
