"""Makes any text from outside safe to look at: capped, wrapped, with nothing invisible.

For showing only: what is kept, copied as bytes or sent never passes through here.
"""

from __future__ import annotations

import re

TEXT_LIMIT = 256_000
CELL_LIMIT = 200

_ELLIPSIS = "\u2026"
_EMOJI = "\u2190-\u2bff\U0001f000-\U0001faff"
# Controls, direction marks, zero-width and filler characters, tags, lone surrogates; a joiner
# only outside an emoji, where it is part of the picture.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200c\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e0fff]"
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
)
_LONGEST_ESCAPE = len("\\U000e0001")
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0e34-\u0e3a\u0e47-\u0e4e"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_COMBINING_RUN = re.compile(f"({_MARK}{{4}})({_MARK}+)")
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([^\s;\"']+)", re.IGNORECASE)
_ONE_BYTE = {"latin-1", "latin1", "iso-8859-1", "iso-8859-15", "windows-1252", "cp1252"}
_UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
_UTF_16 = {"utf-16", "utf16", "utf-16le", "utf-16be"}


def _visible(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def to_display(
    text: str, *, limit: int | None = None, wrap: int = 2_000, one_line: bool = False
) -> str:
    """A text fit for a plain-text widget: about `limit` characters, lines of at most `wrap`.

    Control, direction and zero-width characters and lone surrogates become visible escapes (the
    zero-width joiner inside an emoji stays); more than four combining marks on one character are
    counted instead of drawn; `one_line`, for cells, shows line breaks as a return sign.  The limit
    is 256,000 characters, 200 for one line; what is left out is said at the end.
    """
    if limit is None:
        limit = CELL_LIMIT if one_line else TEXT_LIMIT
    kept = text[:limit]
    shown = _revealed(kept, one_line=one_line)
    if len(shown) > 2 * limit:  # nearly all of it is escapes, each up to ten characters long
        kept = text[: limit // _LONGEST_ESCAPE]
        shown = _revealed(kept, one_line=one_line)
    if len(shown) > wrap and not one_line:
        shown = "\n".join(_wrapped(line, wrap) for line in shown.split("\n"))
    left_out = len(text) - len(kept)
    if left_out:
        shown += f"{'' if one_line else chr(10)}{_ELLIPSIS} ({left_out:,} more characters)"
    return shown


def _revealed(text: str, *, one_line: bool) -> str:
    shown = text.replace("\r\n", "\n")
    if one_line:
        shown = shown.replace("\n", " \u23ce ").replace("\t", " ")
    shown = _HIDDEN.sub(_visible, shown)
    return _COMBINING_RUN.sub(lambda m: f"{m[1]}(+{len(m[2])} marks)", shown)


def _wrapped(line: str, wrap: int) -> str:
    if len(line) <= wrap:
        return line
    return "\n".join(line[start : start + wrap] for start in range(0, len(line), wrap))


def decode_body(body: bytes, content_type: str) -> tuple[str, str]:
    """A body as text, and a note where it could not be read as its charset says.

    Never raises: an unknown charset, one that is no charset at all (zlib, hex), and UTF-16 that
    cannot be UTF-16 are read as UTF-8 with replacement characters.
    """
    found = _CHARSET.search(content_type)
    named = found[1].lower().replace("_", "-") if found else "utf-8"
    if named in _ONE_BYTE:
        return body.decode(named, "replace"), ""
    if named in _UTF_16:
        has_mark = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
        if len(body) % 2 == 0 and (has_mark or named[-2:] in {"le", "be"}):
            return body.decode("utf-16" if has_mark else named, "replace"), ""
        return body.decode("utf-8", "replace"), f"it is no {named}: read as UTF-8"
    if named not in _UTF_8:
        shown = to_display(named, limit=40, one_line=True)
        return body.decode("utf-8", "replace"), f"charset {shown} is not known: read as UTF-8"
    try:
        return body.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        note = f"not valid UTF-8 from byte {error.start:,} on: such bytes show as \ufffd"
        return body.decode("utf-8", "replace"), note


def hex_head(body: bytes, count: int = 200) -> str:
    """The first bytes in hexadecimal, sixteen to a line."""
    head = body[:count]
    lines = [head[start : start + 16].hex(" ") for start in range(0, len(head), 16)]
    if len(body) > count:
        lines.append(f"{_ELLIPSIS} ({len(body) - count:,} more bytes)")
    return "\n".join(lines)
