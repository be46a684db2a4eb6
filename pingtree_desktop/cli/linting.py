"""`pingtree lint`: advice on a payload, postback URLs or a CSV table.  Nothing is sent or kept.

Exits 1 when something documented is violated; heuristics alone exit 0.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pingtree_desktop.cli.lint_input import read
from pingtree_desktop.cli.lint_subject import Reading, Shape, Subject
from pingtree_desktop.cli.output import Output, plain
from pingtree_desktop.domain.advice import ORG_ID, Advice, Context, advise
from pingtree_desktop.domain.advice_ids import PATH_ID, REQUIRED
from pingtree_desktop.domain.advice_money import CONVERSION_MONEY
from pingtree_desktop.domain.advice_names import RESEMBLES
from pingtree_desktop.domain.advice_terms import documented, knowing
from pingtree_desktop.domain.catalogue import Endpoint
from pingtree_desktop.domain.errors import UnreadableInput, UsageError
from pingtree_desktop.domain.verdict import Tone

if TYPE_CHECKING:
    from pingtree_desktop.domain.profile import Campaign

NOTHING_VIOLATED, VIOLATED = 0, 1
LIMIT_BYTES = 64_000_000
REPEATED_PAIR = documented(
    "repeated-pair",
    "Unless the event is multi-trigger, the same event_id and transaction_id a second time is "
    "answered with 400.",
)
_LEFT_OUT = {PATH_ID, REQUIRED, CONVERSION_MONEY}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One piece of advice and where it belongs; `line` counts from 1."""

    line: int
    field: str
    advice: Advice


def run(args: argparse.Namespace, out: Output) -> int:
    """Print what is worth saying about the input; returns the exit code."""
    name, text = _source(args.source)
    endpoint = None if args.endpoint is None else Endpoint(args.endpoint)
    reading = read(text, endpoint)
    context = _context(_campaign(args, out))
    count = violations = 0
    documents: list[dict[str, object]] = []
    for finding in _findings(reading, context):
        count += 1
        violations += finding.advice.is_violation
        if out.as_json:
            documents.append(_document(finding))
        else:
            out.line(_line(name, reading.shape, finding, out))
    if out.as_json:
        kind = reading.shape.value
        out.document(
            {"source": name, "kind": kind, "violations": violations, "findings": documents}
        )
    elif not count:
        out.note("There is nothing to say: it follows the documentation.")
    else:
        out.note(f"{count:,} {'finding' if count == 1 else 'findings'}, {violations:,} documented.")
    return VIOLATED if violations else NOTHING_VIOLATED


def _source(source: str | None) -> tuple[str, str]:
    """What the input is called, and its text."""
    if source is None or source == "-":
        if sys.stdin is None or (source is None and sys.stdin.isatty()):
            raise UsageError("There is nothing to look at.", "Name a file, a URL, or - for stdin.")
        return "-", _text(sys.stdin.buffer.read(LIMIT_BYTES + 1), "The input")
    if source.lower().startswith(("http://", "https://")):
        return "URL", source
    try:
        with Path(source).open("rb") as stream:
            data = stream.read(LIMIT_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UnreadableInput(
            f"{source} cannot be read: {getattr(error, 'strerror', None) or error}.",
            "Name a file, or a URL that starts with http:// or https://.",
        ) from None
    return source, _text(data, source)


def _text(data: bytes, name: str) -> str:
    if len(data) > LIMIT_BYTES:
        raise UnreadableInput(
            f"{name} is larger than {LIMIT_BYTES:,} bytes.", "Look at it in smaller parts."
        )
    charset = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
    try:
        return data.decode(charset)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableInput(
            f"{name} is not UTF-8: line {line} has the byte 0x{data[error.start]:02x}.",
            "Save it as UTF-8.",
        ) from None


def _campaign(args: argparse.Namespace, out: Output) -> Campaign | None:
    if args.campaign is None:
        return None
    from pingtree_desktop.cli.composition import Shelf  # noqa: PLC0415 - only with --campaign
    from pingtree_desktop.cli.send import open_workspace  # noqa: PLC0415

    known = Shelf(lambda: open_workspace(args), out.note).loaded.campaigns
    for campaign in known:
        if args.campaign in {campaign.cid, campaign.slug, campaign.name}:
            return campaign
    raise UsageError(
        f"There is no campaign called {args.campaign!r} in the workspace.",
        f"There are {', '.join(campaign.name for campaign in known) or 'none yet'}.",
    )


def _context(campaign: Campaign | None) -> Context:
    return knowing(campaign, now=datetime.now(UTC))


def _findings(reading: Reading, context: Context) -> Iterator[Finding]:
    for advice in reading.remarks:
        yield Finding(line=1, field=advice.wire, advice=advice)
    first_lines: dict[tuple[str, str], int] = {}
    misnamed: set[str] = set()
    for subject in reading.subjects:
        for advice in (*subject.remarks, *advise(subject.event, context)):
            if advice.rule in _LEFT_OUT and advice.wire in subject.elsewhere:
                continue
            name = _field_name(advice.wire, subject)
            line = subject.lines.get(name, subject.line)
            if advice.rule is RESEMBLES and reading.shape is Shape.CSV:
                if name in misnamed:  # said once, about the column
                    continue
                misnamed.add(name)
                line = 1
            yield Finding(line=line, field=name, advice=advice)
        repeated = _repeated(subject, first_lines, context)
        if repeated is not None:
            yield Finding(line=subject.line, field=repeated.wire, advice=repeated)


def _field_name(wire: str, subject: Subject) -> str:
    """A lead row by its name, everything else by its wire name."""
    if wire.startswith("lead:"):
        return subject.event.lead[int(wire.removeprefix("lead:"))].name
    return "org-id" if wire == ORG_ID else wire


def _repeated(
    subject: Subject, first_lines: dict[tuple[str, str], int], context: Context
) -> Advice | None:
    """That an earlier event of the same input has this transaction and event."""
    event = subject.event
    pair = event.text("transaction_id"), event.text("event_id")
    if not all(pair) or pair[1] in context.multi_trigger_events:
        return None
    first = first_lines.setdefault(pair, subject.line)
    if first == subject.line:
        return None
    said = f"Line {first} has the same transaction and event."
    return Advice(wire="transaction_id", text=said, rule=REPEATED_PAIR, level="note")


# ---- printing -----------------------------------------------------------------------------------


def _line(source: str, shape: Shape, finding: Finding, out: Output) -> str:
    """One line: place, field, problem, why; a fix by its label."""
    advice = finding.advice
    place = source if shape is Shape.URL and source == "URL" else f"{source}:{finding.line}"
    tone = Tone.REFUSED if advice.is_violation else Tone.NEUTRAL
    name = out.tinted(plain(finding.field, limit=80), tone)
    fix = f" [{plain(advice.fix.label)}]" if advice.fix is not None else ""
    return f"{plain(place)}: {name}: {plain(advice.text)}{fix} {plain(advice.why)}"


def _document(finding: Finding) -> dict[str, object]:
    advice = finding.advice
    return {
        "line": finding.line,
        "field": finding.field,
        "problem": advice.text,
        "documentation": advice.rule.why,
        "basis": advice.rule.basis.value,
        "rule": advice.rule.id,
        "level": advice.level,
        "violation": advice.is_violation,
        "fix": None if advice.fix is None else advice.fix.label,
    }
