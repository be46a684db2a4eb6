"""Advice on leftovers of other tools: macros that nobody replaced, values encoded twice.

All of it is experience with links that pass through several trackers; nothing of it is
documented.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from urllib.parse import unquote

from pingtree_desktop.domain.advice_terms import Advice, Context, heuristic
from pingtree_desktop.domain.fix import Fix

MACRO = heuristic(
    "macro",
    "Trackers write a place to fill as {x}, {{x}}, #x# or [[x]]; one that is still there when the "
    "event is sent was not known to the tracker that should have filled it.",
)
UNKNOWN_VALUE = heuristic(
    "unknown-value",
    "Between {{ and }} stands the name of a value that is made at the time of sending; no value "
    "and no variable has this name.",
)
ENCODED = heuristic(
    "encoded-twice",
    "A value that passes through several links may be encoded once too often; the receiver "
    "decodes once and keeps the rest.",
)
UNMADE = heuristic(
    "value-not-made",
    "A dynamic value that cannot be made is sent as it is written, so that nothing is guessed.",
)
RULES = (MACRO, UNKNOWN_VALUE, UNMADE, ENCODED)

_DOUBLE = r"\{\{\s*[^{}\s][^{}]{0,120}\}\}"
_MACRO = re.compile(
    rf"{_DOUBLE}|\{{[\w.|:-]+\}}|#\w+#|\[\[\w+\]\]|(?:%7B){{1,2}}[\w.|:-]+(?:%7D){{1,2}}",
    re.IGNORECASE,
)
_NAME = re.compile(r"\{\{\s*([A-Za-z_][\w.]*)")
_PERCENT = re.compile(r"%[0-9A-Fa-f]{2}")
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|#\d{1,7}|#x[0-9A-Fa-f]{1,6});")
_TWICE_UTF8 = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152-\u2122]")
_SHOWN = 40


def leftovers(wire: str, text: str, context: Context) -> list[Advice]:
    """The first macro of a text that nobody will replace."""
    for found in _MACRO.finditer(text):
        if _is_known(found[0], context):
            if malformed := _malformed(found[0]):
                return [unmade(wire, *malformed)]
            continue
        shown = found[0][:_SHOWN]
        if context.value_names and found[0].startswith("{{"):
            said = f"{shown} is none of the values or variables: it is sent as it is."
            return [Advice(wire=wire, text=said, rule=UNKNOWN_VALUE)]
        said = f"{shown} looks like a macro that nobody replaced: it is sent as it is."
        return [Advice(wire=wire, text=said, rule=MACRO)]
    return []


def unmade(wire: str, placeholder: str, why: str) -> Advice:
    """That a dynamic value cannot be made."""
    said = f"{placeholder[:_SHOWN]} cannot be made: {why}. It is sent as it is."
    return Advice(wire=wire, text=said, rule=UNMADE)


def _malformed(macro: str) -> tuple[str, str] | None:
    from pingtree_desktop.domain.value_maker import malformed  # noqa: PLC0415 - rarely needed

    return next(malformed(macro), None)


def holds_value(text: str, context: Context) -> bool:
    """Whether a text has a dynamic value in it, so that what will be sent is not known yet."""
    return any(_is_known(found[0], context) for found in _MACRO.finditer(text))


def _is_known(macro: str, context: Context) -> bool:
    found = _NAME.match(macro)
    if found is None:
        return False
    parts = found[1].split(".")
    return any(".".join(parts[:end]) in context.value_names for end in range(1, len(parts) + 1))


def about_encoding(wire: str, text: str, fix: Callable[[str, str], Fix]) -> list[Advice]:
    """Whether a text still holds an encoding; `fix` makes a change from a text and a label."""
    for what, better in (
        ("percent signs of a web address", _percent(text)),
        ("character names of HTML", _entities(text)),
        ("UTF-8 that was read as another character set", _utf8(text)),
    ):
        if better and better != text:
            shown = better if len(better) <= _SHOWN else f"{better[:_SHOWN]}\u2026"
            said = f"It still holds {what}, as if it was encoded twice."
            return [Advice(wire=wire, text=said, rule=ENCODED, fix=fix(better, f"Use {shown}"))]
    return []


def _percent(text: str) -> str:
    if not _PERCENT.search(text):
        return ""
    try:
        once = unquote(text, errors="strict")
        return unquote(once, errors="strict") if _PERCENT.search(once) else once
    except UnicodeDecodeError:
        return ""


def _entities(text: str) -> str:
    return html.unescape(text) if _ENTITY.search(text) else ""


def _utf8(text: str) -> str:
    if not _TWICE_UTF8.search(text):
        return ""
    for charset in ("cp1252", "latin-1"):
        try:
            return text.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return ""
