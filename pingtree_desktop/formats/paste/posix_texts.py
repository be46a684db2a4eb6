"""The texts that a POSIX shell makes of `$'…'`, and those that printf, echo and cat print."""

from __future__ import annotations

import re
from collections import deque

from pingtree_desktop.formats.paste.words import Command, Word, encoded

_ESCAPE = re.compile(
    r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))",
    re.DOTALL,
)
_LETTERS = {
    "a": 7, "b": 8, "e": 27, "E": 27, "f": 12, "n": 10, "r": 13, "t": 9, "v": 11,
}  # fmt: skip
_PRINTF = re.compile(rb"\\([0-7]{1,3})|\\x([0-9A-Fa-f]{1,2})|\\(.)|%%|%s|(%)", re.DOTALL)


def ansi_bytes(text: str) -> bytes:
    r"""What `$'…'` means; as in bash, a NUL ends it."""
    parts: list[bytes] = []
    at = 0
    for found in _ESCAPE.finditer(text):
        parts.append(encoded(text[at : found.start()]))
        at = found.end()
        made = _escaped(found)
        if made == b"\0":
            return b"".join(parts)
        parts.append(made)
    return b"".join([*parts, encoded(text[at:])])


def _escaped(found: re.Match[str]) -> bytes:
    octal, byte, short, long, control, letter = found.groups()
    if octal or byte:
        return bytes([(int(octal, 8) if octal else int(byte, 16)) & 0xFF])
    if short or long:
        code = int(short or long, 16)
        return encoded(chr(code)) if code < 0x110000 else encoded(found[0])
    if control:
        return bytes([ord(control) & 0x1F]) if control.isascii() else encoded(found[0])
    if letter in _LETTERS:
        return bytes([_LETTERS[letter]])
    return encoded(letter if letter in "\\'\"?" else found[0])


def printed(command: Command) -> Word | None:
    """What a printf, echo or cat of plain text prints; None for anything else."""
    name, *words = command.words
    made = None
    match name.data, words:
        case b"cat", []:
            return command.stdin
        case b"echo", [Word(data=b"-n"), *rest]:
            made = _echoed(rest, b"")
        case b"echo", rest:
            made = _echoed(rest, b"\n")
        case b"printf", [layout, *rest]:
            made = _printf(layout.data, [word.data for word in rest])
    doubts = tuple(piece for word in words for piece in word.doubts)
    return None if made is None else Word(data=made, doubts=doubts)


def _echoed(words: list[Word], end: bytes) -> bytes | None:
    text = b" ".join(word.data for word in words)
    return None if b"\\" in text or text.startswith(b"-") else text + end


def _printf(layout: bytes, values: list[bytes]) -> bytes | None:
    parts: list[bytes] = []
    left = deque(values)
    at = 0
    for found in _PRINTF.finditer(layout):
        parts.append(layout[at : found.start()])
        at = found.end()
        octal, byte, letter, other = found.groups()
        if other:
            return None
        if octal or byte:
            parts.append(bytes([(int(octal, 8) if octal else int(byte, 16)) & 0xFF]))
        elif letter is not None:
            code = _LETTERS.get(letter.decode("latin-1"))
            parts.append(letter if letter in b"\\'\"" else bytes([code]) if code else found[0])
        elif found[0] == b"%%":
            parts.append(b"%")
        else:
            parts.append(left.popleft() if left else b"")
    return None if left else b"".join([*parts, layout[at:]])
