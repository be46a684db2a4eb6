"""A request as the text of HTTP, as the history shows it under As sent."""

from __future__ import annotations

import re

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.reading import (
    Note,
    Reading,
    Source,
    Taken,
    carrier_of,
    check_length,
)

REQUEST_LINE = re.compile(r"^([A-Za-z]+) (\S+) HTTP/\d(?:\.\d)?[ \t\r]*$", re.MULTILINE)
_HEADER = re.compile(r"([^\s:]+):[ \t]*(.*)")
_HEAD_CHARS = 20_000


def read_http(text: str) -> Reading:
    """The request of an HTTP text, with or without its address above.  Raises UnreadableInput."""
    check_length(text)
    text = text.replace("\r\n", "\n")
    found = REQUEST_LINE.search(text, 0, _HEAD_CHARS)
    if found is None:
        raise UnreadableInput(
            "There is no line such as POST /api/event/demo HTTP/1.1 in this text.",
            "Copy the whole request.",
        )
    head, _, body_text = text[found.end() :].partition("\n\n")
    headers, not_taken = [], []
    for line in head.split("\n"):
        known = _HEADER.fullmatch(line)
        if known is not None:
            headers.append((known[1], known[2].rstrip()))
        elif line.strip():
            not_taken.append(Note(part=line[:80], why="it is no header"))
    notes: list[str] = []
    url = _address(text[: found.start()].strip(), found[2], headers, notes)
    body = _body(body_text, headers, notes)
    taken = Taken(
        title=f"{found[1]} {found[2]}",
        method=found[1].upper(),
        url=url,
        headers=tuple(headers),
        body=body or None,
        carrier=carrier_of(headers, body),
        not_taken=tuple(not_taken),
        notes=(*notes, *host_notes(url)),
    )
    return Reading(source=Source.HTTP, requests=(taken,))


def _address(above: str, target: str, headers: list[tuple[str, str]], notes: list[str]) -> str:
    if re.match(r"https?://\S+$", above):
        return above
    if re.match(r"https?://", target):
        return target
    host = next((value for name, value in headers if name.lower() == "host"), "")
    if not host:
        return ""
    notes.append("An HTTP text does not say whether it went by http or https: https is assumed.")
    return f"https://{host}{target}"


def _body(text: str, headers: list[tuple[str, str]], notes: list[str]) -> bytes:
    if "\ufffd" in text:
        notes.append("The body has replacement characters: some of its bytes are lost.")
    body = text.encode("utf-8", "surrogatepass")
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    if length.isascii() and length.isdigit() and body[int(length[:12]) :].strip() == b"":
        return body[: int(length[:12])]
    return body
