"""Postback and tracking URLs as they come out of chats, mails and settings pages."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.hosts import host_notes
from pingtree_desktop.formats.paste.reading import (
    MOST_REQUESTS,
    Note,
    Reading,
    Source,
    Taken,
    check_length,
)

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_ENTITY = re.compile(r"&(?:amp|#38|#x26);", re.IGNORECASE)
_SCHEME = re.compile(r"\b([A-Za-z][A-Za-z0-9+.-]{1,30})://|\\\\\w|\b(?:file|javascript|data):")
_NO_SCHEME = re.compile(
    r"(?<![\w@.-])(?:localhost|(?:[\w-]{1,63}\.){1,20}[A-Za-z]{2,24}|\d{1,3}(?:\.\d{1,3}){3})"
    r"(?::\d{1,5})?[/?]"
)
_PIECE = re.compile(r"(\s*)(\S+)")
_OPEN_END = ("&", "=", "?", "%")
_PERHAPS_OPEN_END = ("/", "-", "_")
_GOES_ON = ("&", "?", "=", "%", "/", "#")
_PAIR_START = re.compile(r"[\w.~%-]+(?:=|&)")
_MORE_PAIRS = re.compile(r"[\w.~%-]=")
_ADDRESS_SIGN = re.compile(r"[/?=&%]")
_PUT_TOGETHER = "The address was put together over white space."
_SPACES_KEPT = (
    "The address has spaces in its values; in an address they are written %20, and kept so."
)
_QUOTES = "\"'`\u2018\u2019\u201c\u201d\u00ab\u00bb<>|"
_TRAILING = ".,;:!)]"
_MARKDOWN = re.compile(r"\]\(")
HASH_MACRO = re.compile(r"#(?=\w+#)|(?<=\w)#(?=&|$)")
"""The signs around `#macro#`, which some trackers write so; any other # begins a fragment."""
_STILL_ENCODED = re.compile(r"%[0-9A-Fa-f]{2}")


def read_url(text: str) -> Reading:
    """Every http or https address of a text as a GET request.  Raises UnreadableInput."""
    check_length(text)
    notes: list[str] = []
    cleaned = _INVISIBLE.sub("", text)
    if cleaned != text:
        notes.append("Invisible characters were left out.")
    addresses, rest = _addresses(cleaned, notes)
    made = [_taken(one) for one in addresses[:MOST_REQUESTS]]
    if not made:
        raise UnreadableInput(
            "There is no web address in this text.", "Paste one that starts with https://."
        )
    if rest:
        notes.append(f"Text around the address was not taken: {rest:.80}")
    return Reading(source=Source.URL, requests=tuple(made), notes=tuple(notes))


def _addresses(text: str, notes: list[str]) -> tuple[list[str], str]:
    """The addresses, put together over line ends, and the text that belongs to none."""
    found: list[list[str]] = []  # each in the pieces that it stands in
    rest: list[str] = []
    is_open = has_query = False  # whether the last address may still go on
    pieces = _PIECE.findall(text)
    last_pairs = _last_pairs(pieces)
    for at, (space, piece) in enumerate(pieces):
        last_pair = last_pairs[at]
        start = _start(piece)
        if start >= 0:
            rest.append(piece[:start].strip(_QUOTES + "[]()"))
            found.append([piece[start:]])
            is_open, has_query = True, "?" in piece[start:]
        elif is_open and _continues(
            found[-1][-1], piece, has_query=has_query, is_new_line="\n" in space
        ):
            found[-1].append(piece)
            has_query = has_query or "?" in piece
            notes[:] = dict.fromkeys([*notes, _PUT_TOGETHER])
        elif is_open and has_query and at <= last_pair and "\n" not in space:
            found[-1] += ["%20" * len(space), piece]
            notes[:] = dict.fromkeys([*notes, _SPACES_KEPT])
        else:
            rest.append(piece)
            is_open = False
    return [_trimmed("".join(one)) for one in found], " ".join(word for word in rest if word)


def _last_pairs(pieces: list[tuple[str, str]]) -> list[int]:
    """For each piece the last one of its line, before another address, that has a `&name=`."""
    found: list[int] = []
    last = -1
    for at in range(len(pieces) - 1, -1, -1):
        space, piece = pieces[at]
        if last < 0 and _MORE_PAIRS.search(piece):
            last = at
        found.append(last)
        if "\n" in space or _start(piece) >= 0:
            last = -1
    return found[::-1]


def _start(piece: str) -> int:
    found = _SCHEME.search(piece) or _NO_SCHEME.search(piece)
    return found.start() if found else -1


def _continues(before: str, piece: str, *, has_query: bool, is_new_line: bool) -> bool:
    """Whether a piece behind white space is more of the address: a chat broke it there."""
    if before.endswith(tuple(_QUOTES)):
        return False
    if piece.startswith(_GOES_ON) or (has_query and is_new_line and _PAIR_START.match(piece)):
        return True
    looks_so = _ADDRESS_SIGN.search(piece) is not None and before.endswith(_PERHAPS_OPEN_END)
    return is_new_line and (looks_so or before.endswith(_OPEN_END))


def _trimmed(address: str) -> str:
    middle = _MARKDOWN.search(address)
    if middle is not None:  # [text](address)
        address = address[middle.end() :]
    for quote in _QUOTES:
        address = address.partition(quote)[0] if quote in "<>|" else address.strip(quote)
    kept = address.rstrip(_TRAILING)
    if not (address[len(kept) :] == ")" and "(" in address):
        address = kept
    return address.strip(_QUOTES)


def _taken(address: str) -> Taken:
    notes: list[str] = []
    scheme = _SCHEME.match(address)
    if scheme is None:
        notes.append("It names no scheme; https is assumed.")
        address = f"https://{address}"
    elif (scheme[1] or "").lower() not in {"http", "https"}:
        raise UnreadableInput(
            f"{address[:60]} is not a web address: only http and https are taken.",
            "Paste one that starts with https://.",
        )
    if _ENTITY.search(address):
        notes.append("It was written for HTML: &amp; is taken as &.")
        address = _ENTITY.sub("&", address)
    head, mark, query = address.partition("?")
    if HASH_MACRO.search(query):
        notes.append("#\u2026# is taken as a macro; in an address it is written %23\u2026%23.")
        query = HASH_MACRO.sub("%23", query)
    address, hash_, fragment = f"{head}{mark}{query}".partition("#")
    not_taken = []
    if hash_:
        why = "what follows a # is never sent"
        not_taken.append(Note(part=f"#{fragment[:60]}", why=why))
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise UnreadableInput(f"{address[:80]} is no address: {error}.", "Correct it.") from None
    if not host:
        raise UnreadableInput(f"{address[:80]} names no host.", "Correct it.")
    notes.extend(_about_values(parts.query))
    return Taken(
        title=f"GET {parts.path}",
        method="GET",
        url=address,
        not_taken=tuple(not_taken),
        notes=(*notes, *host_notes(address)),
    )


def _about_values(query: str) -> list[str]:
    twice, plus = [], []
    for pair in query.split("&"):
        name, _, value = pair.partition("=")
        if "%" in value and _STILL_ENCODED.search(unquote(value, errors="replace")):
            twice.append(unquote(name, errors="replace")[:40])
        if "+" in value:
            plus.append(unquote(name, errors="replace")[:40])
    notes = []
    if twice:
        notes.append(f"Still encoded after decoding once: {', '.join(twice[:20])}.")
    if plus:
        notes.append(f"A plus sign is taken as a space, as in forms: {', '.join(plus[:20])}.")
    return notes
