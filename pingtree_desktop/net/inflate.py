"""A decoder for compressed bodies that never produces more than it was allowed to."""

from __future__ import annotations

import zlib

CODINGS = frozenset({"gzip", "x-gzip", "deflate"})

_GZIP_WBITS = 31
_ZLIB_WBITS = 15
_RAW_WBITS = -15


class Inflater:
    """Decodes gzip (of any number of members) or deflate, piece by piece.

    `plain` is what came out so far, never longer than `limit_bytes`; `full` turns True when there
    was more.  `damaged` turns True at the first impossible byte, after which nothing is decoded.
    """

    def __init__(self, coding: str, limit_bytes: int) -> None:
        self._wbits = _ZLIB_WBITS if coding == "deflate" else _GZIP_WBITS
        self._engine = zlib.decompressobj(self._wbits)
        self._limit_bytes = limit_bytes
        self._fed_bytes = 0
        self.plain = bytearray()
        self.full = False
        self.damaged = False
        self.trailing_bytes = 0

    @property
    def complete(self) -> bool:
        """Whether the compressed data reached its end, checksum included."""
        return self._engine.eof and not self.damaged

    def feed(self, data: bytes) -> None:
        """Decode the next piece."""
        while data and not self.full and not self.damaged:
            if self._engine.eof and not self._next_member(data):
                return
            first = self._fed_bytes == 0
            try:
                piece = self._engine.decompress(data, self._limit_bytes - len(self.plain) + 1)
            except zlib.error:
                if first and self._wbits == _ZLIB_WBITS:
                    # Some servers send deflate without the zlib wrapper (RFC 9110, 8.4.1.2).
                    self._wbits = _RAW_WBITS
                    self._engine = zlib.decompressobj(self._wbits)
                    continue
                self.damaged = True
                return
            self._fed_bytes += len(data)
            self.plain += piece
            if len(self.plain) > self._limit_bytes:
                del self.plain[self._limit_bytes :]
                self.full = True
            data = self._engine.unused_data

    def _next_member(self, data: bytes) -> bool:
        """Start on what follows the end of a member; False when it is no further member."""
        if self._wbits != _GZIP_WBITS or not data.startswith(b"\x1f"):
            self.trailing_bytes += len(data)
            return False
        self._engine = zlib.decompressobj(self._wbits)
        return True
