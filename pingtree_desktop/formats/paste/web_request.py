"""PowerShell's own requests (Invoke-WebRequest, Invoke-RestMethod) and its calls of curl."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.cmd_words import split_arguments
from pingtree_desktop.formats.paste.curl_address import NotAnAddress, resolved, with_query
from pingtree_desktop.formats.paste.curl_body import ELSEWHERE
from pingtree_desktop.formats.paste.curl_command import curl_requests, curl_words
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.powershell_values import (
    Bare,
    Call,
    Calls,
    Unknown,
    Value,
    as_text,
)
from pingtree_desktop.formats.paste.powershell_words import powershell_calls
from pingtree_desktop.formats.paste.reading import (
    CUT,
    MOST_REQUESTS,
    Hints,
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    form_bytes,
    path_of,
    wire_text,
)
from pingtree_desktop.formats.paste.words import Command, Script, Word, encoded

_CMDLETS = {"invoke-webrequest", "invoke-restmethod", "iwr", "irm", "wget"}
_OTHERS = {"remove-item", "new-object", "out-null", "convertfrom-json", "select-object"}
_SWITCHES = {"usebasicparsing", "skipcertificatecheck", "usedefaultcredentials", "disablekeepalive",
             "skipheadervalidation", "skiphttperrorcheck", "passthru", "allowinsecureredirect",
             "allowunencryptedauthentication", "preserveauthorizationonredirect"}  # fmt: skip
_VALUES = {"uri", "method", "headers", "body", "contenttype", "useragent", "proxy", "timeoutsec",
           "infile", "outfile", "websession", "sessionvariable", "credential", "authentication",
           "token", "maximumredirection", "custommethod", "form", "transferencoding",
           "certificate", "maximumretrycount", "retryintervalsec", "httpversion"}  # fmt: skip
_SILENT = {"usebasicparsing", "maximumredirection", "skipheadervalidation", "skiphttperrorcheck",
           "disablekeepalive", "passthru"}  # fmt: skip
_NAMES = sorted(_VALUES | _SWITCHES)
_SIGNS = re.compile(r"[$@]")
_MOST_OTHERS = 20
_FORM_TYPE = "application/x-www-form-urlencoded"
_LEGACY = (
    'Its quotes are written as \\", for PowerShell before 7.3; they are taken as plain quotes.'
)


def read_powershell(text: str) -> Reading:
    """The requests of a PowerShell script.  Raises UnreadableInput when it holds none."""
    script = powershell_calls(text)
    requests: list[Taken] = []
    notes = ["It was read by the rules of PowerShell."]
    for call in script.calls:
        if len(requests) > MOST_REQUESTS:
            notes.append(CUT)
            break
        made = _requests(call, script)
        requests.extend(made)
        if not made and call.name.lower() not in _OTHERS and len(notes) <= _MOST_OTHERS:
            notes.append(f"Not a request, so not taken: {call.name:.60}")
    notes.extend(f"Not taken: {piece:.120}" for piece in script.skipped[:_MOST_OTHERS])
    if not requests:
        raise UnreadableInput(
            "There is no request in this PowerShell text.",
            "Copy a call of curl.exe, Invoke-WebRequest or Invoke-RestMethod.",
        )
    kept = tuple(requests[:MOST_REQUESTS])
    return Reading(source=Source.POWERSHELL, requests=kept, notes=tuple(notes))


def _requests(call: Call, script: Calls) -> list[Taken]:
    names = {as_text(one).rstrip(":").lower() for one in call.arguments if isinstance(one, Bare)}
    is_alias = call.name.lower() == "curl" and names & {"-uri", "-method", "-headers", "-body"}
    if call.name.lower() in _CMDLETS or is_alias:
        return [_cmdlet(call, script)]
    if curl_words([Word(data=encoded(call.name))]) is None:
        return []
    return _curl(call, script)


def _curl(call: Call, script: Calls) -> list[Taken]:
    notes: list[str] = []
    known = _Doubts(frozenset(call.doubts))
    words = [_word(text, known, notes) for text in _flat(call.arguments)]
    stdin, stdin_from = None, ""
    if isinstance(call.stdin, Unknown):
        stdin_from = call.stdin.text[:60]
    elif call.stdin is not None:
        stdin = Word(data=encoded(as_text(call.stdin)) + b"\r\n")
    command = Command(words=tuple(words), stdin=stdin, stdin_from=stdin_from)
    made = curl_requests(words, command, Script(commands=(), files=script.files))
    return [replace(one, notes=(*notes, *one.notes)) for one in made]


def _flat(values: tuple[Value, ...]) -> list[str]:
    found: list[str] = []
    for value in values:
        items = value if isinstance(value, list) else [value]
        found.extend(as_text(one) for one in items)
    return found


def _word(text: str, known: _Doubts, notes: list[str]) -> Word:
    if '"' in text and text.count('"') == text.count('\\"'):
        unescaped = split_arguments(f'"{text}"')
        if len(unescaped) == 1:
            text = unescaped[0]
            notes[:] = [_LEGACY]
    return Word(data=encoded(text), doubts=tuple(known.within(text)))


class _Doubts:
    """What of a call only PowerShell knows, found again in its words."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._lengths = sorted({len(one) for one in known})  # few: they are cut short

    def within(self, text: str) -> Iterator[str]:
        """The doubts that stand in a text: each begins with a sign of its own."""
        for sign in _SIGNS.finditer(text) if self._known else ():
            pieces = (text[sign.start() : sign.start() + size] for size in self._lengths)
            yield from (piece for piece in pieces if piece in self._known)


# ---- Invoke-WebRequest ---------------------------------------------------------------------------


def _parameters(call: Call) -> tuple[dict[str, Value], list[Note]]:
    found: dict[str, Value] = {}
    unknown: list[Note] = []
    rest = list(reversed(call.arguments))
    while rest:
        value = rest.pop()
        if not (isinstance(value, Bare) and value.startswith("-")):
            if "uri" in found:
                unknown.append(Note(part=as_text(value)[:60], why="it belongs to no parameter"))
            else:
                found["uri"] = value
            continue
        written, colon, inline = str(value)[1:].partition(":")
        near = [n for n in _NAMES if n.startswith(written.lower())]
        exact = [n for n in near if n == written.lower()] or near
        if len(exact) != 1:
            unknown.append(Note(part=f"-{written}", why="there is no such parameter"))
        elif exact[0] in _SWITCHES:
            found[exact[0]] = True
        elif colon and inline:
            found[exact[0]] = inline
        else:
            found[exact[0]] = rest.pop() if rest else None
    return found, unknown


def _cmdlet(call: Call, script: Calls) -> Taken:
    given, not_taken = _parameters(call)
    for piece in dict.fromkeys(call.doubts):
        not_taken.append(Note(part=piece, why="only PowerShell knows its value"))
    reads: list[str] = []
    headers = _headers(given, script, not_taken)
    names = {name.lower() for name, _ in headers}
    method = as_text(given.get("custommethod", given.get("method", "GET"))).upper()
    url = as_text(given.get("uri"))
    body, default_type = _body(given, not_taken)
    implied: list[tuple[str, str]] = []
    if body is not None and default_type and method in {"GET", "HEAD"}:
        url, body = with_query(url, body.decode("ascii")), None
    if body is not None and "content-type" not in names and method != "GET":
        implied.append(("Content-Type", _FORM_TYPE))
    try:
        url = resolved(Word(data=encoded(url)).text).url
    except NotAnAddress as problem:
        not_taken.append(Note(part=f"-Uri {url:.200}", why=str(problem)))
        url = ""
    for name, value in given.items():
        _rest(name, value, not_taken, reads)
    headers = (*headers, *implied)
    return Taken(
        title=f"{method} {path_of(url)}",
        method=method,
        url=url,
        headers=headers,
        body=body,
        carrier=carrier_of(headers, body),
        implied=frozenset(name.lower() for name, _ in implied),
        hints=_hints(given),
        not_taken=tuple(not_taken),
        reads=tuple(reads),
        notes=host_notes(url),
    )


def _headers(
    given: dict[str, Value], script: Calls, not_taken: list[Note]
) -> tuple[tuple[str, str], ...]:
    table = given.get("headers")
    made: list[tuple[str, str]] = []
    if isinstance(table, dict):
        made.extend((name, wire_text(encoded(as_text(value)))) for name, value in table.items())
    elif table is not None:
        not_taken.append(Note(part="-Headers", why="only PowerShell knows its value"))
    if given.get("contenttype") is not None:
        made.append(("Content-Type", as_text(given["contenttype"])))
    agent = given.get("useragent", script.properties.get("session.useragent"))
    if agent is not None and ("useragent" in given or "websession" in given):
        made.append(("User-Agent", as_text(agent)))
    return tuple(made)


def _body(given: dict[str, Value], not_taken: list[Note]) -> tuple[bytes | None, bool]:
    """The body, and whether it was made of a table of form fields."""
    match given.get("body"):
        case None:
            return None, False
        case bytes(data):
            return data, False
        case str(text):
            return encoded(text), False
        case dict(table):
            return form_bytes((name, as_text(one)) for name, one in table.items()), True
        case value:
            why = "only PowerShell knows its value"
            not_taken.append(Note(part=f"-Body {as_text(value)[:60]}", why=why))
            return None, False


def _hints(given: dict[str, Value]) -> Hints:
    seconds = as_text(given.get("timeoutsec"))
    return Hints(
        verify_tls=False if "skipcertificatecheck" in given else None,
        proxy=as_text(given["proxy"]) if "proxy" in given else None,
        timeout_s=float(seconds)
        if seconds.isdigit() and seconds.isascii() and int(seconds)
        else None,
    )


def _rest(name: str, value: Value, not_taken: list[Note], reads: list[str]) -> None:
    if name in {"infile", "outfile"}:
        reads.append(f"-{name} {as_text(value)}")
        if name == "infile":
            not_taken.append(Note(part=reads[-1], why=ELSEWHERE))
    elif name in {"websession", "sessionvariable"}:
        not_taken.append(Note(part=f"-{name}", why="the cookies of a session are not taken"))
    elif name not in _SILENT and name not in {
        "uri", "method", "custommethod", "headers", "body", "contenttype", "useragent", "proxy",
        "timeoutsec", "skipcertificatecheck",
    }:  # fmt: skip
        not_taken.append(Note(part=f"-{name}", why="it has no counterpart here"))
