r"""A request as a curl command for Windows' cmd, the same pasted at its prompt or run as a file.

Three things read the text: cmd's percent signs, cmd's quotes and carets, and the C runtime's
splitting of the command line into arguments.  So:

* A percent sign is written `%PCT%`, a variable made above the command: `%%` is one sign in a
  file and two at the prompt, and `%PCT:~0,1%` is one in both.
* An argument without quotes in it stands in plain quotes.  One with quotes has each as `\"` for
  the C runtime (its documented rule, unlike `""`), and for cmd every quote, the outer ones too,
  behind a caret, so that cmd never counts itself inside quotes and loses count.
* What cannot be typed safely (anything but visible ASCII, an exclamation mark, which delayed
  expansion would eat, or a command near cmd's limit of 8,191 characters) goes as base64 through
  `certutil -decode` into a file of its own in %TEMP%, for `--config` or `--data-binary @`.

It calls curl.exe, which Windows has had since 2018.
"""

from __future__ import annotations

import base64
import re

from pingtree_desktop.domain.request import Request
from pingtree_desktop.formats.code.curl_options import CurlOptions, config_file, curl_options
from pingtree_desktop.formats.code.parts import remarks

_LONGEST_COMMAND = 7_500  # of 8,191, leaving room for what the variables expand to
_BASE64_COLUMNS = 76
_TYPEABLE = re.compile(r"[ -~]*")
_SAFE = re.compile(r"[A-Za-z0-9_./:@+-]+")
_CARET = re.compile(r'["&|<>()^]')
_PERCENT = ('set "PCT=%%"', 'set "PCT=%PCT:~0,1%"')
_FILE_REMARK = "Parts go through files, because cmd cannot hold them; best saved as a .cmd file."


def write(request: Request) -> str:
    """The command with its remarks on top."""
    curl = curl_options(request)
    head = [
        f"curl.exe --globoff {_quoted(curl.url.decode('ascii'))}",
        *(_option(option, value) for option, value in curl.options),
    ]
    body = [_option("--data-raw", request.body)] if request.body else []
    head_fits = _head_is_typeable(curl) and _length(head) <= _LONGEST_COMMAND
    body_fits = _is_typeable(request.body) and _length([*head, *body]) <= _LONGEST_COMMAND
    before: list[str] = []
    files: list[str] = []
    if not head_fits:
        before.extend(_file("head", config_file(curl)))
        files.append("head")
        head = ['curl.exe --config "%PT%.head"']
        body_fits = _is_typeable(request.body) and _length(body) <= _LONGEST_COMMAND
    if request.body and not body_fits:
        before.extend(_file("body", request.body))
        files.append("body")
        body = ['--data-binary "@%PT%.body"']
    command = " ^\n  ".join([*head, *body])
    said = remarks(request, curl.headers, *([_FILE_REMARK] if files else []))
    lines = [f"rem {line}" for line in said]
    if files:
        lines += ["@echo off", 'set "PT=%TEMP%\\pingtree-%RANDOM%"', *before]
    if "%PCT%" in command:
        lines += _PERCENT
    lines.append(command)
    if files:
        lines += ["del " + " ".join(f'"%PT%.{name}"' for name in ["b64", *files]), "@echo on"]
    return "\n".join(lines) + "\n"


def _head_is_typeable(curl: CurlOptions) -> bool:
    return _is_typeable(curl.url) and all(_is_typeable(v or b"") for _, v in curl.options)


def _is_typeable(text: bytes) -> bool:
    return b"!" not in text and _TYPEABLE.fullmatch(text.decode("latin-1")) is not None


def _length(lines: list[str]) -> int:
    return sum(len(line) + 4 for line in lines)


def _option(option: str, value: bytes | None) -> str:
    return option if value is None else f"{option} {_quoted(value.decode('latin-1'))}"


def _quoted(text: str) -> str:
    if _SAFE.fullmatch(text):
        return text
    # Backslashes count only in front of a quote, the closing one included: there they double.
    escaped = re.sub(r'(\\*)"', r'\1\1\\"', text)
    escaped = re.sub(r"(\\+)\Z", r"\1\1", escaped)
    quoted = f'"{escaped}"'
    if '"' in text:
        quoted = _CARET.sub(r"^\g<0>", quoted)
    return quoted.replace("%", "%PCT%")


def _file(name: str, data: bytes) -> list[str]:
    """The lines that write exactly these bytes into `%PT%.name`."""
    text = base64.b64encode(data).decode("ascii")
    rows = [text[at : at + _BASE64_COLUMNS] for at in range(0, len(text), _BASE64_COLUMNS)]
    lines = [f'{">>" if at else ">"}"%PT%.b64" echo {row}' for at, row in enumerate(rows)]
    return [*lines, f'certutil -f -decode "%PT%.b64" "%PT%.{name}" >nul']
