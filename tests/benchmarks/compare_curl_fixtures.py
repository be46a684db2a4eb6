"""Compares what is read of curl commands with what the real curl sends.

    python -m tests.benchmarks.compare_curl_fixtures FOLDER

FOLDER holds shell files with curl commands, for example the fixtures of a public converter.  Each
runs in a shell whose curl only notes its arguments; then the real curl sends them to a recorder on
loopback, whatever host they name.  Prints one line a file and the counts; exits 1 when one differs.
"""

from __future__ import annotations

import re
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

FILE = re.compile(r"(?:[@<]|(?:-T|--upload-file|--cookie|-b)[ ])[ ]?([\w./-]*[\w])(?![\w=])")
"""What looks like the name of a file that a command reads; each of them is there, with CONTENT."""
CONTENT = b'{"read": "from a file"}\n'
MATCHED, NOT_REPRESENTABLE, DIFFERING = "matched", "not representable", "DIFFERING"


def compared(text: str, folder: Path, recorder: Recorder) -> list[tuple[str, str, bool]]:
    """For each request: the outcome, its reason, and whether it has a JSON or form body."""
    names = {name for name in FILE.findall(text) if not name.startswith(("/", "-"))}
    calls = shell_calls(text, folder, dict.fromkeys(names, CONTENT))
    complaints = [] if calls else ["the shell runs no curl"]
    came: list[Recorded] = []
    recorder.take()
    for call in calls:
        code, said = run_curl(call, recorder.port, folder / "work")
        came += recorder.take()
        if code:
            first = said.splitlines()[0] if said else "it gives no reason"
            complaints.append(f"curl itself refuses it ({code}): {first}")
    try:
        requests = list(read_curl(text, Shell.POSIX).requests)
    except UnreadableInput as error:
        return [(NOT_REPRESENTABLE, str(error), False)]
    if len(requests) == len(came):
        return [judged(taken, one) for taken, one in zip(requests, came, strict=True)]
    has_body = any(one.carrier in {Carrier.JSON, Carrier.FORM} for one in requests)
    reasons = dict.fromkeys(str(note) for one in requests for note in one.not_taken)
    said = f"{len(requests)} read, {len(came)} sent; {'; '.join([*complaints, *reasons])}"
    return [(NOT_REPRESENTABLE if reasons else DIFFERING, said, has_body)]


def judged(taken: Taken, came: Recorded) -> tuple[str, str, bool]:
    """A difference is excused only by a reason that the reader itself gives."""
    kind = dict(came.headers).get("content-type", b"")
    looks = came.body.strip()[:1] in {b"{", b"["}
    has_body = bool(came.body) and (looks or b"json" in kind or b"urlencoded" in kind)
    found = differences(taken, came)
    if not found:
        return MATCHED, "", has_body
    why = [str(note) for note in taken.not_taken]
    said = f"{', '.join(found)} differ: {'; '.join(why)}" if why else " | ".join(found.values())
    return NOT_REPRESENTABLE if why else DIFFERING, said, has_body


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
                print(f"{mark} {outcome:18} {file.name}  {why[:400]}")
    for name, counts in (("All requests", every), ("With a JSON or form body", bodies)):
        said = ", ".join(f"{counts[one]} {one}" for one in (MATCHED, NOT_REPRESENTABLE, DIFFERING))
        print(f"{name}: {said}.")
    return 1 if every[DIFFERING] else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
