r"""Makes any Python text storable where a lone surrogate or a NUL is not, and gives it back.

Our own escapes, not JSON's: each `\uXXXX` stands for exactly one code point, so that two halves
of a surrogate pair side by side do not grow together.
"""

from __future__ import annotations

import re

_SURROGATE = re.compile("[\ud800-\udfff]")
_TO_ESCAPE = re.compile("[\\\\\x00\ud800-\udfff]")
_ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|([\\\"/bfnrt]))")
_SHORT = {"\\": "\\", '"': '"', "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def has_surrogate(text: str) -> bool:
    """Whether a text holds a lone surrogate, which UTF-8 files cannot."""
    return _SURROGATE.search(text) is not None


def escape(text: str) -> str:
    r"""The text with lone surrogates and NUL as `\uXXXX` and each backslash doubled."""
    if text.isascii() and "\\" not in text and "\x00" not in text:  # nearly always, and fast
        return text
    return _TO_ESCAPE.sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    character = match[0]
    return r"\\" if character == "\\" else f"\\u{ord(character):04x}"


def unescape(text: str) -> str:
    r"""The text that `escape` was given; hand-written `\n`, `\t` and the like work too."""
    return _ESCAPED.sub(lambda m: chr(int(m[1], 16)) if m[1] else _SHORT[m[2]], text)
