"""What a terminal shows: human text or one JSON document on stdout, notes on stderr.

Every outside string passes `plain` on its way to human text, so that a reply cannot move the
cursor or forge a line.  A reader that went away ends the output, never the work.
"""

from __future__ import annotations

import base64
import errno
import io
import json
import os
import sys
from contextlib import suppress
from typing import IO, Any

from pingtree_desktop.domain.display import to_display
from pingtree_desktop.domain.errors import PingTreeError, StorageUnavailable
from pingtree_desktop.domain.exchange import Exchange, Failure, Response
from pingtree_desktop.domain.judgement import Judgement, judge
from pingtree_desktop.domain.request import Request
from pingtree_desktop.domain.verdict import MEANINGS, Tone, Verdict

LINE_LIMIT = 2_000
BODY_LIMIT = 262_144
_COLOURS = {Tone.GOOD: "32", Tone.REFUSED: "33", Tone.FAILED: "31", Tone.NEUTRAL: "36"}
_NOBODY_READS = {errno.EPIPE, errno.EINVAL, errno.ESHUTDOWN}


def speak_utf8() -> None:
    """Make stdout and stderr take any text: UTF-8, the rest as backslash escapes."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def plain(text: str, *, limit: int = LINE_LIMIT) -> str:
    """An outside string as one harmless line."""
    return to_display(text, limit=limit, one_line=True)


class Output:
    """One command's way to speak."""

    def __init__(self, *, as_json: bool, is_quiet: bool) -> None:
        self.as_json = as_json
        self.is_quiet = is_quiet
        self.has_colours = _may_colour(sys.stdout)

    def line(self, text: str = "") -> None:
        """A line of human text on stdout; the caller has made outside strings plain."""
        _write(sys.stdout, f"{text}\n")

    def document(self, value: object) -> None:
        """The JSON document of the command."""
        _write(sys.stdout, json.dumps(value, ensure_ascii=False, indent=2) + "\n")

    def one_line_document(self, value: object) -> None:
        """The JSON document in one line, for a reader that waits for it."""
        _write(sys.stdout, json.dumps(value, ensure_ascii=False) + "\n")
        self.flush()

    def exact(self, data: bytes) -> None:
        """Bytes as they are; on a terminal, made harmless and ended by a line end."""
        if sys.stdout.isatty():
            text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
            self.line(to_display(text, limit=BODY_LIMIT))
            return
        self.flush()
        _write(getattr(sys.stdout, "buffer", None), data)

    def note(self, text: str) -> None:
        """A remark on stderr; --quiet leaves it out."""
        if not self.is_quiet:
            _write(sys.stderr, f"note: {plain(text)}\n")

    def warn(self, text: str) -> None:
        """A warning on stderr, --quiet or not."""
        _write(sys.stderr, f"warning: {plain(text)}\n")

    def progress(self, text: str) -> None:
        """A line of progress on stderr; --quiet leaves it out."""
        if not self.is_quiet:
            _write(sys.stderr, f"{plain(text)}\n")
            _flush(sys.stderr)

    def tinted(self, text: str, tone: Tone) -> str:
        """The text in its meaning's colour, where colours are wanted."""
        return f"\x1b[1;{_COLOURS[tone]}m{text}\x1b[0m" if self.has_colours else text

    def flush(self) -> None:
        """Hand over what was said; raises StorageUnavailable when it cannot be written."""
        _flush(sys.stdout)


def complain(error: PingTreeError) -> None:
    """The one sentence of an error, on stderr."""
    _write(sys.stderr, f"pingtree: {plain(str(error))}\n")


def _may_colour(stream: IO[str] | None) -> bool:
    if stream is None or not stream.isatty() or os.environ.get("NO_COLOR"):
        return False
    if sys.platform == "win32":  # an old console prints the codes
        return "WT_SESSION" in os.environ
    return os.environ.get("TERM", "") not in {"", "dumb"}


def _write(stream: IO[Any] | None, data: str | bytes) -> None:
    if stream is None:  # a program without a terminal
        return
    try:
        stream.write(data)
    except OSError as error:
        _lost(stream, error)


def _flush(stream: IO[Any] | None) -> None:
    if stream is None:
        return
    try:
        stream.flush()
    except OSError as error:
        _lost(stream, error)


def _lost(stream: IO[Any], error: OSError) -> None:
    """Point the stream at nothing, so that neither more output nor the exit fails again."""
    with suppress(OSError, ValueError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, stream.fileno())
        os.close(nothing)
    if error.errno in _NOBODY_READS or stream is sys.stderr:
        return
    raise StorageUnavailable(
        f"The output could not be written: {error.strerror or type(error).__name__}.",
        "Check where it is redirected to; what was done is kept in the history.",
    ) from error


# ---- exchanges ------------------------------------------------------------------------------


def body_json(body: bytes) -> dict[str, str]:
    """A body for JSON: its text, and the exact bytes in base64 where that is not UTF-8."""
    try:
        return {"body": body.decode("utf-8")}
    except UnicodeDecodeError:
        return {
            "body": body.decode("utf-8", "replace"),
            "body_base64": base64.b64encode(body).decode("ascii"),
        }


def request_json(request: Request) -> dict[str, object]:
    return {
        "method": request.method,
        "url": request.url,
        "headers": [list(pair) for pair in request.headers],
        **body_json(request.body),
    }


def _response_json(response: Response | None) -> dict[str, object] | None:
    if response is None:
        return None
    return {
        "status": response.status,
        "reason": response.reason,
        "http_version": response.http_version,
        "headers": [list(pair) for pair in response.headers],
        **body_json(response.body),
        "body_state": response.body_state.value,
        "notes": list(response.notes),
    }


def _failure_json(failure: Failure | None) -> dict[str, object] | None:
    if failure is None:
        return None
    return {
        "kind": failure.kind.value,
        "sentence": failure.sentence,
        "may_have_arrived": failure.may_have_arrived,
    }


def judged(exchange: Exchange) -> Judgement:
    """The judgement on a kept exchange."""
    outcome = exchange.outcome
    return judge(outcome.response if outcome else None, outcome.failure if outcome else None)


def exchange_json(exchange: Exchange, judgement: Judgement) -> dict[str, object]:
    """The contract's JSON of one exchange."""
    outcome = exchange.outcome
    response = outcome.response if outcome else None
    return {
        "id": exchange.id,
        "verdict": exchange.verdict,
        "expected": exchange.expected,
        "as_expected": exchange.as_expected,
        "http_status": response.status if response else None,
        "elapsed_ms": round(outcome.elapsed_ms, 3) if outcome else None,
        "environment": exchange.environment,
        "danger": exchange.danger,
        "campaign": exchange.campaign,
        "profile": exchange.profile,
        "started_ms": exchange.started_ms,
        "request": request_json(exchange.request),
        "response": _response_json(response),
        "failure": _failure_json(outcome.failure if outcome else None),
        "missing_fields": list(judgement.missing),
        "invalid_fields": list(judgement.invalid),
        "explanation": judgement.explanation,
    }


def verdict_line(out: Output, exchange: Exchange) -> str:
    """For example `Fired  200 OK  38 ms  expected fired ✓  SIMULATED`."""
    meaning = MEANINGS[Verdict(exchange.verdict)]
    outcome = exchange.outcome
    parts = [out.tinted(meaning.label, meaning.tone)]
    if outcome is not None and outcome.response is not None:
        parts.append(plain(f"{outcome.response.status} {outcome.response.reason}".strip()))
    if outcome is not None:
        parts.append(f"{outcome.elapsed_ms:,.0f} ms")
    parts.append(f"expected {exchange.expected} {'✓' if exchange.as_expected else '✗'}")
    mark = {"sandbox": "SIMULATED", "live": "LIVE"}.get(exchange.danger)
    return "  ".join([*parts, mark] if mark else parts)


def reply_text(response: Response) -> str:
    """A reply's body for reading, with a line on anything odd about it."""
    from pingtree_desktop.domain.display import decode_body  # noqa: PLC0415 - for human text only

    text, note = decode_body(response.body, response.header("content-type"))
    lines = [to_display(text, limit=BODY_LIMIT)] if text else []
    remarks = [*response.notes, *([note] if note else [])]
    return "\n".join([*lines, *(f"({plain(remark)})" for remark in remarks)])
