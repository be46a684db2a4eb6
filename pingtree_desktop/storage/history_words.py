"""Which words of an exchange can be searched for, and how words become an index query.

Every word is one token: a run without spaces or quotes, in lower case; a word with marks inside
stands with its parts too.  A field's value stands as `name:word` besides.  The index itself is
SQLite's FTS5 with one column of tokens; this room makes and reads the tokens and runs no SQL.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pingtree_desktop.domain.exchange import Exchange
from pingtree_desktop.domain.request import Request

TOKEN_CHARACTERS = "".join(
    c for c in map(chr, range(33, 127)) if not c.isalnum() and c not in "\"'"
)
"""ASCII marks that belong to a token; the index table is made with them."""

WORD_LIMIT = 64
TOKENS_LIMIT = 5_000
_BODY_LIMIT_BYTES = 256_000
_DEPTH_LIMIT = 6
_CHUNK = re.compile(r"[^\s\"'\x00-\x20\x7f]+")
_PARTS = re.compile(r"[^\W_]+")
_READER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_ODD = re.compile(r"[\"'\x00-\x08\x0e-\x1f\x7f]")
_BLANKED = "".join(chr(c) if chr(c).isalnum() else " " for c in range(128))
_OTHER = re.compile(r"[^\x21-\x7e]")


def tokens(exchange: Exchange) -> str:
    """The tokens of an exchange, separated by spaces, each once."""
    outcome = exchange.outcome
    named = list(fields(exchange.request))
    texts = [
        exchange.event_id,
        exchange.transaction_id,
        exchange.cid,
        exchange.campaign,
        exchange.profile,
        exchange.environment,
        exchange.verdict,
        str(outcome.response.status) if outcome and outcome.response else "",
        exchange.message,
        *(value for _, value in named),
    ]
    # All texts at once, and plain ones without the pattern engine: this runs for every send.
    whole = "\n".join(texts).casefold()
    is_plain = whole.isascii() and not _ODD.search(whole)
    words_of = str.split if is_plain else _CHUNK.findall
    found = dict.fromkeys(words_of(whole))
    found.update(
        dict.fromkeys(whole.translate(_BLANKED).split() if is_plain else _PARTS.findall(whole))
    )
    for name, value in named:
        prefix = _prefix(name)
        for word in words_of(value.casefold()):
            found[prefix + word] = None
    kept = list(found)[:TOKENS_LIMIT]
    text = " ".join(kept)
    if text.isascii() and max(map(len, kept), default=0) <= WORD_LIMIT:
        return text
    return " ".join(dict.fromkeys(map(_token, kept)))


def fields(request: Request) -> Iterator[tuple[str, str]]:
    """The fields of a request with their values as text: of its query and of its JSON body.

    A body that is no JSON object counts as one nameless text.
    """
    if "?" in request.url:
        try:
            query = urlsplit(request.url).query
        except ValueError:
            query = ""
        yield from parse_qsl(query, keep_blank_values=True, max_num_fields=None)
    if not request.body:
        return
    text = request.body[:_BODY_LIMIT_BYTES].decode("utf-8", "replace")
    try:
        value = _READER.decode(text)
    except (ValueError, RecursionError):
        value = text
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                yield name, inner
            else:
                yield from _flat(name, inner, _DEPTH_LIMIT)
    else:
        yield from _flat("", value, _DEPTH_LIMIT)


def word_query(text: str, *, is_whole: bool = False) -> str:
    """The index query for words that must all be there; empty when the text holds no word."""
    return _all_of(_CHUNK.findall(text.casefold()), is_whole=is_whole)


def field_query(name: str, text: str, *, is_whole: bool = False) -> str:
    """The index query for words in one field; empty when the text holds no word."""
    prefix = _prefix(name)
    words = [prefix + word for word in _CHUNK.findall(text.casefold())]
    return _all_of(words, is_whole=is_whole)


def _all_of(words: list[str], *, is_whole: bool) -> str:
    star = "" if is_whole else "*"
    return " AND ".join(f'"{word}"{star}' for word in dict.fromkeys(map(_token, words)))


@lru_cache(maxsize=1000)
def _prefix(name: str) -> str:
    """What stands before the words of a field; no name can break a token in two."""
    return (name if name.isidentifier() else "_".join(_CHUNK.findall(name))).casefold() + ":"


def _token(word: str) -> str:
    """A folded word as the index knows it: cut, and plain ASCII, one group per other letter."""
    cut = word[:WORD_LIMIT]
    return cut if cut.isascii() else _OTHER.sub(lambda m: f"{{{ord(m[0]):x}}}", cut)


def _flat(name: str, value: Any, depth: int) -> Iterator[tuple[str, str]]:
    match value:
        case dict() if depth:
            for key, inner in value.items():
                yield from _flat(f"{name}.{key}" if name else str(key), inner, depth - 1)
        case list() if depth:
            for inner in value:
                yield from _flat(name, inner, depth - 1)
        case str():
            yield name, value
        case bool():
            yield name, "true" if value else "false"
        case _:  # null, or nested deeper than anybody searches
            return
