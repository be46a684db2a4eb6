"""Compares what is read of curl commands with what the real curl sends.

    python -m tests.benchmarks.compare_curl_fixtures FOLDER

FOLDER holds shell files with curl commands, for example the fixtures of a public converter.  Each
runs in a shell whose curl only notes its arguments; then the real curl sends them to a recorder on
loopback, whatever host they name.  Prints one line a file and the counts; exits 1 when one differs.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from pathlib import Path

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.curl_command import read_curl
from pingtree_desktop.formats.paste.reading import Carrier, Taken
from pingtree_desktop.formats.paste.words import Shell
from tests.formats.code.recorder import Recorded, Recorder
from tests.formats.paste.real_curl import HAVE_BOTH, differences, run_curl, shell_calls

MATCHED, NOT_REPRESENTABLE, DIFFERING = "matched", "not representable", "DIFFERING"


def compared(text: str, folder: Path, recorder: Recorder) -> list[tuple[str, str, bool]]:
    """For each request: the outcome, its reason, and whether it has a JSON or form body."""
    calls = shell_calls(text, folder)
    complaints = []
    came: list[Recorded] = []
    recorder.take()
    for call in calls:
        code, said = run_curl(call, recorder.port, folder / "work")
        sent = recorder.take()
        came += sent
        if code:
            complaints.append(f"curl ends with {code}: {said.splitlines()[0] if said else ''}")
    try:
        requests = list(read_curl(text, Shell.POSIX).requests)
    except UnreadableInput as error:
        return [(NOT_REPRESENTABLE, str(error), False)]
    if len(requests) != len(came):
        why = "; ".join(reasons(requests)) or ""
        if complaints or not calls:
            why = "; ".join([*complaints, *([] if calls else ["the shell runs no curl"]), why])
        has_reason = bool(why)
        has_body = any(one.carrier in {Carrier.JSON, Carrier.FORM} for one in requests)
        counts = f"{len(requests)} read, {len(came)} sent; {why}"
        return [(NOT_REPRESENTABLE if has_reason else DIFFERING, counts, has_body)]
    return [judged(taken, one) for taken, one in zip(requests, came, strict=True)]


def reasons(requests: list[Taken]) -> list[str]:
    return [str(note) for taken in requests for note in taken.not_taken]


def judged(taken: Taken, came: Recorded) -> tuple[str, str, bool]:
    kind = dict(came.headers).get("content-type", b"")
    looks = came.body.strip()[:1] in {b"{", b"["}
    has_body = bool(came.body) and (looks or b"json" in kind or b"urlencoded" in kind)
    found = differences(taken, came)
    if not found:
        return MATCHED, "", has_body
    why = [str(note) for note in taken.not_taken] + list(taken.reads)
    if why:
        return NOT_REPRESENTABLE, "; ".join(why), has_body
    return DIFFERING, " | ".join(found), has_body


def main(folder: Path) -> int:
    if not HAVE_BOTH:
        print("This needs bash and curl.")
        return 2
    every: Counter[str] = Counter()
    bodies: Counter[str] = Counter()
    with Recorder() as recorder, tempfile.TemporaryDirectory() as scratch:
        for file in sorted(folder.rglob("*.sh")):
            text = file.read_text("utf-8")
            for outcome, why, has_body in compared(text, Path(scratch), recorder):
                every[outcome] += 1
                bodies[outcome] += has_body
                mark = "body" if has_body else "    "
                print(f"{mark} {outcome:18} {file.name}  {why[:300]}")
    for name, counts in (("All requests", every), ("With a JSON or form body", bodies)):
        said = ", ".join(f"{counts[one]} {one}" for one in (MATCHED, NOT_REPRESENTABLE, DIFFERING))
        print(f"{name}: {said}.")
    return 1 if every[DIFFERING] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
