"""Runs commands through a real shell and the real curl, and compares with what was read of them.

The shell's curl only notes its arguments and its input; curl itself is run afterwards, without the
options that write files, and with every host led to a recorder on loopback.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pingtree_desktop.formats.paste.reading import Taken
from tests.formats.code.recorder import Recorded

PATIENCE_S = 60.0
NO_FILES: Mapping[str, bytes] = MappingProxyType({})
SHELL = shutil.which("bash")
CURL = shutil.which("curl")
LEAST_CURL = (7, 87)
"""The first release with --url-query."""


def _release() -> tuple[int, ...]:
    if CURL is None:
        return (0,)
    said = subprocess.run([CURL, "-q", "--version"], capture_output=True, timeout=60, check=False)
    found = re.match(rb"curl (\d+)\.(\d+)", said.stdout)
    return (int(found[1]), int(found[2])) if found else (0,)


# Other systems have a bash of 2007, or a curl that is built without names outside ASCII.
HAVE_BOTH = sys.platform == "linux" and SHELL is not None and _release() >= LEAST_CURL
_NOTING = """#!/bin/sh
number=$(cat "$NOTES/count" 2>/dev/null || echo 100)
number=$((number + 1))
echo $number > "$NOTES/count"
for word in "$@"; do printf '%s\\0' "$word"; done > "$NOTES/$number.words"
cat > "$NOTES/$number.stdin"
"""
_WRITING = {
    "-o", "--output", "-c", "--cookie-jar", "-D", "--dump-header", "--trace", "--trace-ascii",
    "--stderr", "--libcurl", "--output-dir", "--etag-save", "--hsts", "--alt-svc",
}  # fmt: skip
_WRITING_SWITCHES = {"-O", "--remote-name", "--remote-name-all", "-J", "--remote-header-name"}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of curl as the shell made it."""

    words: tuple[bytes, ...]
    stdin: bytes


def shell_calls(text: str, folder: Path, files: Mapping[str, bytes] = NO_FILES) -> list[Call]:
    """What the shell hands to curl; nothing is sent.  `files` stand in the folder `work`."""
    assert SHELL is not None
    programs, notes, work = folder / "programs", folder / "notes", folder / "work"
    for made in (notes, work):
        shutil.rmtree(made, ignore_errors=True)
        made.mkdir()
    for name, data in files.items():
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_bytes(data)
    if not programs.exists():
        programs.mkdir()
        (programs / "curl").write_text(_NOTING)
        (programs / "curl").chmod(0o755)
    env = {"PATH": f"{programs}:/usr/bin:/bin", "NOTES": str(notes), "HOME": str(work)}
    subprocess.run(
        [SHELL, "--norc", "-c", text],
        env=env | {"LC_ALL": "C.UTF-8"},
        cwd=work,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return [
        Call(tuple(file.read_bytes().split(b"\0")[:-1]), file.with_suffix(".stdin").read_bytes())
        for file in sorted(notes.glob("*.words"))
    ]


def without_writing(words: tuple[bytes, ...]) -> list[bytes]:
    """The arguments without those that write files."""
    kept: list[bytes] = []
    is_value = False
    for word in words:
        name = word.decode("utf-8", "replace")
        if is_value:
            is_value = False
        elif name in _WRITING:
            is_value = True
        elif name not in _WRITING_SWITCHES:
            kept.append(word)
    return kept


def run_curl(call: Call, port: int, folder: Path) -> tuple[int, str]:
    """Send what a call sends, to the recorder; curl's exit code and complaint."""
    words = without_writing(call.words)
    groups: list[list[bytes]] = [[]]
    for word in words:  # options hold for one group only
        if word in {b"--next", b"-:"}:
            groups.append([])
        else:
            groups[-1].append(word)
    ours = [
        "--noproxy", "*", "--connect-to", f"::127.0.0.1:{port}", "--max-time", "20", "--silent",
        "--show-error",
    ]  # fmt: skip
    command: list[bytes | str] = [str(CURL), "-q"]
    for at, group in enumerate(groups):
        command += [*(["--next"] if at else []), *ours, *group]
    env = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        command,
        input=call.stdin,
        env=env | {"HOME": str(folder), "CURL_HOME": str(folder)},
        cwd=folder,
        capture_output=True,
        timeout=PATIENCE_S,
        check=False,
    )
    return done.returncode, done.stderr.decode("utf-8", "replace").strip()


def differences(taken: Taken, came: Recorded) -> dict[str, str]:
    """Where what was read differs from what the real curl sent, by the part of the request."""
    found = {}
    match = re.match(r"https?://[^/?#]*(.*)", taken.url, re.DOTALL)
    target = match[1] if match else taken.url
    for what, ours, theirs in (
        ("method", taken.method, came.method),
        ("target", _same_case(target), _same_case(came.target)),
        ("headers", _headers(taken), _recorded_headers(taken, came)),
        ("body", taken.body or b"", came.body),
    ):
        if ours != theirs:
            found[what] = f"{what}: read {ours!r:.400}, curl sent {theirs!r:.400}"
    return found


def _same_case(target: str) -> str:
    """Releases of curl differ in the letters of percent signs, and send bare bytes in a query."""
    text = re.sub(r"[\x80-\xff]", lambda m: f"%{ord(m[0]):02X}", target)
    return re.sub(r"%[0-9A-Fa-f]{2}", lambda m: m[0].upper(), text)


def _is_own(name: str, taken: Taken) -> bool:
    """Headers whose value is that of the release in use."""
    return name in {"user-agent", "accept-encoding"} and name in taken.implied


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _headers(taken: Taken) -> list[tuple[str, bytes]]:
    pairs = [(_bytes(name).decode("latin-1").lower(), _bytes(v)) for name, v in taken.headers]
    return [(n, b"" if _is_own(n, taken) else v) for n, v in pairs]


def _recorded_headers(taken: Taken, came: Recorded) -> list[tuple[str, bytes]]:
    return [(n, b"" if _is_own(n, taken) else v) for n, v in came.headers]
