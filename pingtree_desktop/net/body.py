"""The answer's body while it arrives: bounded, decoded where that was asked for, and labelled."""

from __future__ import annotations

from collections.abc import Sequence

from pingtree_desktop.domain.exchange import BodyState
from pingtree_desktop.net.inflate import CODINGS, Inflater

_Headers = Sequence[tuple[str, str]]

_BODILESS = frozenset({204, 304})


class Body:
    """Collects a body up to its limits.

    The raw bytes are kept beside the decoded ones: they are what can be saved when nothing
    decodes.  Sizes are in bytes.
    """

    def __init__(
        self,
        *,
        status: int,
        headers: _Headers,
        offered: frozenset[str],
        max_wire_bytes: int,
        max_plain_bytes: int,
    ) -> None:
        chunked = bool(values(headers, "transfer-encoding"))
        lengths = values(headers, "content-length")
        self.chunked = chunked
        self.expected_bytes = int(lengths[0]) if lengths and not chunked else None
        self._length_known = chunked or bool(lengths) or status in _BODILESS
        self._raw = bytearray()
        self._notes: list[str] = []
        self._full = False
        self._encoded = False
        self._inflater: Inflater | None = None
        self._max_wire_bytes = max_wire_bytes
        self._max_plain_bytes = max_plain_bytes
        self._choose_decoder(codings(headers, "content-encoding"), offered)

    @property
    def wire_bytes(self) -> int:
        """How many bytes of the body were received and kept."""
        return len(self._raw)

    @property
    def full(self) -> bool:
        """Whether a limit is reached, so that nothing more is wanted."""
        return self._full

    def add(self, chunk: bytes) -> None:
        """Take the next piece as received."""
        if self._full:
            return
        limit = self._max_wire_bytes
        if self._inflater is None:
            limit = min(limit, self._max_plain_bytes)
        room = limit - len(self._raw)
        piece = chunk[:room]
        self._raw += piece
        if self._inflater is not None:
            self._inflater.feed(piece)
            self._full = self._inflater.full
        self._full = self._full or len(chunk) > room

    def result(self, *, ended: bool) -> tuple[bytes, BodyState, tuple[str, ...]]:
        """The body, its state and notes on it; `ended` says whether its end was received."""
        notes = list(self._notes)
        content, damaged = self._decoded(ended, notes)
        if self._full:
            notes.append(
                "The body was longer than is kept: "
                f"the first {len(content):,} bytes of it are here, the rest was not fetched."
            )
            state = BodyState.TRUNCATED_HERE
        elif damaged:
            state = BodyState.DAMAGED
        elif not ended:
            state = BodyState.CUT_SHORT
        elif self._encoded and self._raw:
            state = BodyState.ENCODED
        elif not self._length_known:
            notes.append("The server did not say how long the body is, so its end is a guess.")
            state = BodyState.LENGTH_UNKNOWN
        else:
            state = BodyState.COMPLETE
        return content, state, tuple(notes)

    def _decoded(self, ended: bool, notes: list[str]) -> tuple[bytes, bool]:
        inflater = self._inflater
        if inflater is None or not self._raw:
            return bytes(self._raw), False
        incomplete = ended and not inflater.complete and not self._full
        damaged = inflater.damaged or incomplete
        if damaged:
            why = "is not what its label says" if inflater.damaged else "stops before its end"
            notes.append(f"The compressed body {why}.")
        if inflater.trailing_bytes:
            notes.append(
                f"{inflater.trailing_bytes:,} bytes behind the compressed body's end were left out."
            )
        if inflater.plain:
            return bytes(inflater.plain), damaged
        if damaged or not inflater.complete:
            notes.append("Nothing of it could be decoded: the bytes are shown as they came.")
            return bytes(self._raw), damaged
        return b"", False

    def _choose_decoder(self, layers: tuple[str, ...], offered: frozenset[str]) -> None:
        if not layers:
            return
        named = ", ".join(layers[:3])[:60]
        coding = layers[0]
        if len(layers) > 1:
            self._encoded = True
            self._notes.append(
                f"The body is packed {len(layers)} times over ({named}); it was left as it came."
            )
        elif coding in CODINGS and coding.removeprefix("x-") in offered:
            self._inflater = Inflater(coding, self._max_plain_bytes)
        else:
            self._encoded = True
            self._notes.append(
                f"The body is packed as {named}, which was not asked for; it was left as it came."
            )


def values(headers: _Headers, name: str) -> tuple[str, ...]:
    """All values of a header, by its lower-case name."""
    return tuple(value for key, value in headers if key.lower() == name)


def codings(headers: _Headers, name: str) -> tuple[str, ...]:
    """The content codings that a header lists, without "identity" and those refused by q=0."""
    found = []
    for item in ",".join(values(headers, name)).split(","):
        coding, _, weight = item.strip().lower().partition(";")
        refused = weight.replace(" ", "").rstrip("0.") == "q="
        if coding.strip() not in {"", "identity"} and not refused:
            found.append(coding.strip())
    return tuple(found)
