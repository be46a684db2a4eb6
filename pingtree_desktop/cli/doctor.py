"""`pingtree doctor`: whether everything works on this computer, and what to do if not."""

from __future__ import annotations

import argparse

from pingtree_desktop.cli.output import Output, plain
from pingtree_desktop.domain.verdict import Tone


def run(args: argparse.Namespace, out: Output) -> int:
    """Print every finding; exit code 1 when something is wrong."""
    from pingtree_desktop.services.doctor import examine  # noqa: PLC0415 - this command's own

    findings = examine(args.workspace)
    is_well = all(finding.is_good for finding in findings)
    if out.as_json:
        out.document(
            {
                "ok": is_well,
                "findings": [
                    {"name": f.name, "ok": f.is_good, "text": f.text, "remedy": f.remedy}
                    for f in findings
                ],
            }
        )
        return 0 if is_well else 1
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        if finding.is_good and out.is_quiet:
            continue
        mark = out.tinted("✓", Tone.GOOD) if finding.is_good else out.tinted("✗", Tone.FAILED)
        out.line(f"{mark} {finding.name.ljust(width)}  {plain(finding.text)}")
        if not finding.is_good and finding.remedy:
            out.line(f"  {' ' * width}  {plain(finding.remedy)}")
    if not out.is_quiet:
        out.line("Everything works." if is_well else "Something is wrong: see the lines with ✗.")
    return 0 if is_well else 1
