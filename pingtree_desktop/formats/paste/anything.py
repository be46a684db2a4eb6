"""Recognises what a pasted text is and hands it to its reader."""

from __future__ import annotations

import re
from dataclasses import replace

from pingtree_desktop.domain.catalogue import BY_WIRE
from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.curl_command import read_curl
from pingtree_desktop.formats.paste.fetch_call import FETCH, read_fetch
from pingtree_desktop.formats.paste.har_entries import read_har_entries
from pingtree_desktop.formats.paste.http_message import REQUEST_LINE, read_http
from pingtree_desktop.formats.paste.json_pairs import parsed
from pingtree_desktop.formats.paste.postback_url import read_url
from pingtree_desktop.formats.paste.postman import is_collection, read_postman
from pingtree_desktop.formats.paste.raw_json import read_json
from pingtree_desktop.formats.paste.reading import (
    LIMIT_CHARS,
    Carrier,
    Reading,
    Source,
    Taken,
    check_length,
)
from pingtree_desktop.formats.paste.surroundings import blocks, with_plain_signs, without_prompts
from pingtree_desktop.formats.paste.web_request import read_powershell

_HEAD_CHARS = 20_000
_CURL = re.compile(r"(?:^|[\s;|&>/\\$(\"'`])curl(?:\.exe)?[\"']?(?:\s|\^|\\|`|$)", re.IGNORECASE)
_CMDLET = re.compile(r"\b(?:Invoke-(?:WebRequest|RestMethod)|iwr|irm)\s", re.IGNORECASE)
_ADDRESS = re.compile(
    r"[A-Za-z][\w+.-]{0,30}:(?://|\\\\)|\\\\\w|(?:[\w-]{1,63}\.){1,20}[A-Za-z]{2,24}(?::\d+)?[/?]"
    r"|localhost[:/?]|\d{1,3}(?:\.\d{1,3}){3}[:/?]"
)
_QUERY = re.compile(r"\??[\w.%-]+=[^\s&]*(?:&[\w.%-]+=[^\s&]*)*")
_HAR_MARK = re.compile(r"\s*\{\s*\"log\"\s*:")
_LINK = re.compile(r"\[[^\[\]\n]{0,500}\]\(")
_COMMAND_LINE = re.compile(r"^[ \t]*curl(?:\.exe)?[ \t]", re.MULTILINE | re.IGNORECASE)
_ARGUMENT = re.compile(
    r"curl(?:\.exe)?[\"']?\s+(?:-|[\"']?\S{0,200}(?:/|localhost))", re.IGNORECASE
)
_GROUPED = re.compile(r"\{\s+[A-Za-z!(]|\[{1,2} [-!\"$\w]")
_OPTION = re.compile(r"\s--?[A-Za-z]")
_BEFORE = "Text before the command was not taken"


def read_anything(text: str) -> Reading:
    """Read a text as what it is.  Raises UnreadableInput with one sentence when nothing fits.

    Of a message with blocks between ``` fences the first block that can be read counts.
    """
    stripped = text.strip().removeprefix("\ufeff").strip()
    if not stripped:
        raise UnreadableInput("There is nothing to read.", "Copy a request first.")
    if len(text) > LIMIT_CHARS and _HAR_MARK.match(stripped):
        return read_har_entries(stripped)
    check_length(text)
    problem: UnreadableInput | None = None
    for block in blocks(stripped):
        try:
            return _read(block)
        except UnreadableInput as error:
            problem = problem or error
    assert problem is not None  # there is one block at least
    raise problem


def _read(stripped: str) -> Reading:
    head = stripped[:_HEAD_CHARS]
    is_script = _GROUPED.match(stripped) is not None and _CURL.search(stripped) is not None
    if stripped[0] in "{[" and not _LINK.match(stripped) and not is_script:
        return _json(stripped)
    if REQUEST_LINE.search(head):
        return read_http(stripped)
    if FETCH.search(head):
        return read_fetch(stripped)
    if _CURL.search(stripped):
        return _command(stripped)
    if _CMDLET.search(head):
        return read_powershell(without_prompts(stripped)[0])
    if _ADDRESS.search(head):
        return read_url(stripped)
    if _QUERY.fullmatch(stripped) and _names_a_field(stripped):
        return _query(stripped)
    raise UnreadableInput(
        "This is none of what can be read: a curl command, a URL, JSON, a HAR file, a Postman "
        "collection, a fetch call or an HTTP request.",
        "Copy one of these.",
    )


def _command(text: str) -> Reading:
    """A text with the word curl: a command, one behind other words, or an address after all."""
    text, shell = without_prompts(text)
    text, notes = with_plain_signs(text)
    try:
        made = read_curl(text, shell)
        return replace(made, notes=(*notes, *made.notes))
    except UnreadableInput as error:
        found = _COMMAND_LINE.search(text) or _ARGUMENT.search(text)
        if found is not None and text[: found.start()].strip():
            made = read_curl(text[found.start() :], shell)
            said = f"{_BEFORE}: {text[: found.start()].strip():.80}"
            return replace(made, notes=(*notes, said, *made.notes))
        if found is None and _ADDRESS.search(text[:_HEAD_CHARS]):
            if not _OPTION.search(text):
                return read_url(text)
            # Its method and body would be lost with the bare address.
            raise UnreadableInput(
                "There is a curl command in this text that cannot be read.",
                "Copy the command alone, from its word curl on.",
            ) from error
        raise


def _json(text: str) -> Reading:
    if _HAR_MARK.match(text):
        return read_har_entries(text)
    if '"info"' in text and '"item"' in text and is_collection(parsed(text)):
        return read_postman(text)
    return read_json(text)


def _names_a_field(query: str) -> bool:
    names = {pair.partition("=")[0] for pair in query.removeprefix("?").split("&")}
    return bool(names & set(BY_WIRE))


def _query(text: str) -> Reading:
    taken = Taken(
        title="Query", method="GET", url=f"?{text.removeprefix('?')}", carrier=Carrier.QUERY
    )
    return Reading(source=Source.URL, requests=(taken,))
