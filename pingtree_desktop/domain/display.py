"""Makes any text from outside safe to look at: capped, wrapped, with nothing invisible.

For showing only: what is kept, copied as bytes or sent never passes through here.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_ELLIPSIS = "\u2026"
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
_MARK = "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
_COMBINING_RUN = re.compile(f"({_MARK}{{4}}){_MARK}+")
_KNOWN_CHARSETS = {
    "utf-8", "utf8", "us-ascii", "ascii", "latin-1", "latin1", "iso-8859-1", "iso-8859-15",
    "windows-1252", "cp1252", "utf-16", "utf-16le", "utf-16be",
}  # fmt: skip
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)


def _visible(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"


def to_display(
    text: str, *, limit: int = 256_000, wrap: int = 2_000, one_line: bool = False
) -> str:
    """A text fit for a plain-text widget: at most `limit` characters, lines of at most `wrap`.

    Control, direction and zero-width characters and lone surrogates become visible escapes (the
    zero-width joiner inside an emoji stays); runs of combining marks are cut to four; `one_line`
    shows line breaks as a return sign.
    """
    cut = max(0, len(text) - limit)
    shown = text[:limit] if cut else text
    shown = shown.replace("\r\n", "\n")
    if one_line:
        shown = shown.replace("\n", " \u23ce ").replace("\t", " ")
    if _HIDDEN.search(shown):
        shown = _HIDDEN.sub(_visible_but_joiners(shown), shown)
    shown = _COMBINING_RUN.sub(r"\1", shown)
    if len(shown) > wrap and not one_line:
        shown = "\n".join(_wrapped(line, wrap) for line in shown.split("\n"))
    if cut:
        shown += _ELLIPSIS if one_line else f"\n{_ELLIPSIS} ({cut:,} more characters)"
    return shown


def _visible_but_joiners(text: str) -> Callable[[re.Match[str]], str]:
    def replace(found: re.Match[str]) -> str:
        at = found.start()
        joins = found[0] == "\u200d" and 0 < at < len(text) - 1
        if joins and ord(text[at - 1]) > 0x2000 and ord(text[at + 1]) > 0x2000:
            return found[0]
        return _visible(found)

    return replace


def _wrapped(line: str, wrap: int) -> str:
    if len(line) <= wrap:
        return line
    return "\n".join(line[start : start + wrap] for start in range(0, len(line), wrap))


def decode_body(body: bytes, content_type: str) -> tuple[str, str]:
    """A body as text, and a note where its charset could not be taken at its word.

    Never raises: an unknown charset, or one that is no charset at all (zlib, hex), is read as
    UTF-8 with replacement characters.
    """
    found = _CHARSET.search(content_type)
    named = found[1].lower() if found else "utf-8"
    if named not in _KNOWN_CHARSETS:
        return body.decode("utf-8", "replace"), f"charset {named[:40]} is not known: read as UTF-8"
    text = body.decode(named, "replace")
    if named.startswith("utf-16") and len(body) % 2:
        return text, "an odd number of bytes for UTF-16: the last one is lost"
    return text, ""


def hex_head(body: bytes, count: int = 200) -> str:
    """The first bytes in hexadecimal, sixteen to a line."""
    head = body[:count]
    lines = [head[start : start + 16].hex(" ") for start in range(0, len(head), 16)]
    if len(body) > count:
        lines.append(f"{_ELLIPSIS} ({len(body) - count:,} more bytes)")
    return "\n".join(lines)
