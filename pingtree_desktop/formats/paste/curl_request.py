"""The requests of one group of curl's options: what curl sends, header by header, byte by byte."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pingtree_desktop.formats.paste.curl_address import (
    Address,
    NotAnAddress,
    expanded,
    resolved,
    with_query,
)
from pingtree_desktop.formats.paste.curl_arguments import Group
from pingtree_desktop.formats.paste.curl_body import (
    DATA,
    ELSEWHERE,
    Inputs,
    Sent,
    note_doubts,
    query_of,
    sent_data,
)
from pingtree_desktop.formats.paste.curl_table import (
    FILE_SWITCHES,
    FILES,
    HARMLESS,
    OTHER_OPTION,
    WHY_NOT,
)
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.reading import (
    MOST_REQUESTS,
    Carrier,
    Hints,
    Note,
    Taken,
    carrier_of,
    distinct,
    path_of,
    wire_text,
)
from pingtree_desktop.formats.paste.words import Word

USER_AGENT = "curl/8"
"""What curl calls itself; the number is that of the release in use."""

_EXPECTS_FROM_BYTES = 1_048_576
_USED = {
    "request", "header", "data", "data-ascii", "data-binary", "data-raw", "data-urlencode", "json",
    "form", "form-string", "user", "user-agent", "cookie", "referer", "oauth2-bearer", "range",
    "proxy", "cacert", "max-time", "request-target", "url-query",
}  # fmt: skip
_Line = tuple[str, bytes | None, bool]
"""A header's name, its value (None: not sent), and whether curl adds it unasked."""


def requests_of(group: Group, inputs: Inputs, unknown: Sequence[Note] = ()) -> list[Taken]:
    """The requests that a group of options sends, one for each address.

    `unknown` are the parts of the command that nobody knows.
    """
    return _Builder(group, inputs, not_taken=list(unknown)).all()


@dataclass(slots=True)
class _Builder:
    group: Group
    inputs: Inputs
    not_taken: list[Note] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)

    def all(self) -> list[Taken]:
        sent = sent_data(self.group, self.inputs)
        query = query_of(self.group, self.inputs, sent)
        self.not_taken += sent.not_taken
        self.reads += sent.reads
        self._rest()
        self._conflicts()
        if self.group.is_on("get") and sent.data is not None:
            query = sent.data.decode("utf-8", "surrogateescape")
        lines = self._header_lines(sent)
        cost = len(query) + sum(len(name) + len(value or b"") for name, value in lines)
        made: list[Taken] = []
        for word in self.group.addresses:
            if len(made) > MOST_REQUESTS:
                break
            for text in self._addresses(word):
                taken = self._one(with_query(text, query), sent, lines)
                self.inputs.grow(cost if made else 0)  # the first stands in the text itself
                made.extend([taken] if taken else [])
        made = made or [self._without_address(sent)]
        not_taken, reads = distinct(self.not_taken), tuple(self.reads)
        return [replace(one, not_taken=not_taken, reads=reads) for one in made]

    def _without_address(self, sent: Sent) -> Taken:
        why = "the command names none that can be used"
        self._note("address", why)
        return Taken(
            title="curl",
            method=self._method(sent),
            url="",
            body=None if self.group.is_on("get") else sent.data,
            carrier=carrier_of((), sent.data),
            pairs=sent.pairs,
            notes=tuple(self.notes),
        )

    # ---- addresses -------------------------------------------------------------------------------

    def _addresses(self, word: Word) -> list[str]:
        self._doubt(word)
        if self.group.is_on("globoff"):
            return [word.text]
        try:
            found = expanded(word.text)
        except NotAnAddress as problem:
            self._note(word.text, str(problem))
            return []
        if len(found) > 1:
            self.inputs.grow(len(found) * len(word.text))
        if found != [word.text] and "{" in word.text:
            self.notes.append(
                "curl takes braces in an address for a list; with --globoff they would stay."
            )
        return found

    def _one(self, text: str, sent: Sent, lines: list[tuple[str, bytes | None]]) -> Taken | None:
        scheme = self.group.last("proto-default")
        try:
            address = resolved(
                text,
                as_is=self.group.is_on("path-as-is"),
                default_scheme=scheme.text if scheme else "",
            )
        except NotAnAddress as problem:
            self._note(text, str(problem))
            return None
        method, body = self._method(sent), None if self.group.is_on("get") else sent.data
        headers, implied = self._headers(address, body, lines)
        target = self.group.last("request-target")
        where = f"{address.scheme}://{address.authority}"
        url = address.url if target is None else f"{where}/{target.text.removeprefix('/')}"
        if target is not None and not target.data.startswith(b"/"):
            self._note(f"--request-target {target.text}", "it is no path")
        notes = list(self.notes) + list(host_notes(url))
        if address.user is not None:
            notes.append("The user name in the address goes as a header Authorization.")
        return Taken(
            title=f"{method} {path_of(url)}",
            method=method,
            url=url,
            headers=headers,
            body=body,
            carrier=Carrier.MULTIPART if sent.pairs else carrier_of(headers, body),
            implied=implied,
            pairs=sent.pairs,
            hints=self._hints(),
            notes=tuple(notes),
        )

    def _method(self, sent: Sent) -> str:
        word = self.group.last("request")
        if word is not None and word.data:
            return word.text
        if self.group.has("upload-file"):
            return "PUT"
        if self.group.is_on("head"):
            return "HEAD"
        is_form = self.group.has("form", "form-string")
        return "POST" if is_form or (sent.has_body and not self.group.is_on("get")) else "GET"

    # ---- headers ---------------------------------------------------------------------------------

    def _header_lines(self, sent: Sent) -> list[tuple[str, bytes | None]]:
        """The headers by hand; the value of one that is switched off is None."""
        lines: list[bytes] = []
        for word in self.group.each("header"):
            self._doubt(word)
            if word.data.startswith(b"@"):
                self._elsewhere(f"--header {word.text}")
            else:
                lines.append(word.data)
        if sent.is_json:
            for extra in (b"Content-Type: application/json", b"Accept: application/json"):
                name = extra.partition(b":")[0].lower()
                if not any(_name(line).lower() == name for line in lines):
                    lines.append(extra)
        made = []
        for line in lines:
            name, value = _split(line)
            if b"\n" in line or b"\r" in line:
                self._note(_shown(name), "its value has a line end")
            elif not name:
                self._note(_shown(line), "curl sends no such header")
            else:
                made.append((wire_text(name), value))
        return made

    def _headers(
        self,
        address: Address,
        body: bytes | None,
        lines: list[tuple[str, bytes | None]],
    ) -> tuple[tuple[tuple[str, str], ...], frozenset[str]]:
        by_hand = {name.lower() for name, _ in lines}
        own = [*self._own_headers(address, body), *self._cookie()]
        end: list[_Line] = []
        if body is not None:
            if "transfer-encoding" not in by_hand:
                end.append(("Content-Length", str(len(body)).encode(), True))
            end.append(("Content-Type", b"application/x-www-form-urlencoded", True))
            if len(body) > _EXPECTS_FROM_BYTES:
                end.append(("Expect", b"100-continue", True))
        written: list[_Line] = [(name, value, False) for name, value in lines]
        host = [one for one in written if one[0].lower() == "host"][:1]
        rest = [one for one in written if one[0].lower() != "host"]
        own, end = ([one for one in made if one[0].lower() not in by_hand] for made in (own, end))
        headers = []
        implied = set()
        for name, value, is_implied in (*host, *own, *rest, *end):
            if value is not None:
                headers.append((name, wire_text(value.strip(b" \t"))))
                implied |= {name.lower()} if is_implied else set()
        return tuple(headers), frozenset(implied)

    def _own_headers(self, address: Address, body: bytes | None) -> list[_Line]:
        made: list[_Line] = [("Host", address.authority.encode("ascii"), True)]
        made.append(("Authorization", self._credentials(address), False))
        span = self.group.last("range")
        if span is not None and body is None:
            digits = re.match(rb"\d+", span.data)
            dashed = digits[0] + b"-" if digits and b"-" not in span.data else span.data
            made.append(("Range", b"bytes=" + dashed, False))
        elif span is not None:
            self._note(f"--range {span.text}", "curl makes a header Content-Range of it")
        agent = self.group.last("user-agent")
        name = USER_AGENT.encode() if agent is None else agent.data
        made.append(("User-Agent", name or None, agent is None))
        made.append(("Accept", b"*/*", True))
        if self.group.is_on("compressed"):
            made.append(("Accept-Encoding", b"deflate, gzip", True))
        referer = self.group.last("referer")
        if referer is not None:
            self._doubt(referer)
            made.append(("Referer", referer.data.removesuffix(b";auto") or None, False))
        return made

    def _credentials(self, address: Address) -> bytes | None:
        bearer, user = self.group.last("oauth2-bearer"), self.group.last("user")
        if bearer is not None:
            self._doubt(bearer)
            return b"Bearer " + bearer.data
        if any(self.group.is_on(name) for name in ("digest", "negotiate", "ntlm", "anyauth")):
            return None
        if user is not None:
            self._doubt(user)
        pair = user.data if user is not None else address.user
        if pair is None:
            return None
        if b":" not in pair and user is not None:
            self._note(f"--user {user.text}", "curl asks for a password")
            return None
        pair = pair if b":" in pair else pair + b":"
        return b"Basic " + base64.b64encode(pair)

    def _cookie(self) -> list[_Line]:
        given = []
        for word in self.group.each("cookie"):
            self._doubt(word)
            if b"=" in word.data and not word.data.startswith(b"@"):
                given.append(word.data)
            elif word.data:  # an empty one names no file
                self._elsewhere(f"--cookie {word.text}")
        return [("Cookie", b";".join(given), False)] if given else []

    # ---- the other options -----------------------------------------------------------------------

    def _hints(self) -> Hints:
        proxy, ca, seconds = (self.group.last(n) for n in ("proxy", "cacert", "max-time"))
        limit = None
        if seconds is not None:
            try:
                limit = float(seconds.text)
            except ValueError:
                limit = None
        return Hints(
            verify_tls=False if self.group.is_on("insecure") else None,
            proxy=proxy.text if proxy else None,
            ca_file=ca.text if ca else None,
            timeout_s=limit if limit is not None and 0 < limit < 86_400 else None,
        )

    def _rest(self) -> None:
        """Say of every other option what becomes of it."""
        for name, value in self.group.options:
            shown = f"--{name}" if value.data in {b"", b"1"} else f"--{name} {value.text}"
            if name in FILES:
                self.reads.append(f"{shown} ({FILES[name]})")
                if FILES[name] == "read":
                    self._note(shown, ELSEWHERE)
            elif name in FILE_SWITCHES:
                self.reads.append(f"--{name} ({FILE_SWITCHES[name]})")
                if name.startswith("netrc"):
                    self._note(shown, ELSEWHERE)
            elif name not in HARMLESS and name not in _USED and value.data:
                self._note(shown, WHY_NOT.get(name, OTHER_OPTION))

    def _conflicts(self) -> None:
        """Say what curl refuses, or sends in a way that no server understands."""
        asked_for = self.group.last("request")
        if asked_for is not None and not asked_for.data:
            self._note("--request", "it is empty, and curl sends a request without a method")
        has = self.group.is_on
        forms = self.group.has("form", "form-string")
        data = self.group.has(*DATA) and (forms or not has("get"))
        upload = self.group.has("upload-file")
        kinds = {"--head": has("head"), "--data": data, "--form": forms, "--upload-file": upload}
        asked = [name for name, is_there in kinds.items() if is_there]
        if len(asked) > 1:
            self._note(" and ".join(asked), "curl refuses them together, and sends nothing")

    def _elsewhere(self, option: str) -> None:
        self.reads.append(option)
        self._note(option, ELSEWHERE)

    def _note(self, part: str, why: str) -> None:
        self.not_taken.append(Note(part=part, why=why))

    def _doubt(self, word: Word) -> None:
        note_doubts(word, self.not_taken)


def _name(line: bytes) -> bytes:
    return line.partition(b":")[0].partition(b";")[0]


def _split(line: bytes) -> tuple[bytes, bytes | None]:
    """A header's name and value; without a value it is not sent, `Name;` sends an empty one."""
    name, colon, value = line.partition(b":")
    if colon:
        return name, value.strip(b" \t") or None
    name, semicolon, rest = line.partition(b";")
    return (name, b"") if semicolon and not rest else (b"", None)


def _shown(data: bytes) -> str:
    return f"header {data.decode('utf-8', 'replace')[:60]}"
