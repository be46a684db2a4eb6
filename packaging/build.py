"""Builds the installers.  The verbs mean the same on Windows, macOS and Linux:

    python packaging/build.py freeze         make the program's folder (PyInstaller, one spec)
    python packaging/build.py self-check     let both frozen programs check themselves
    python packaging/build.py package        make the installers, the SBOM and SHA256SUMS
    python packaging/build.py verify         check payload and installers against the source
    python packaging/build.py freeze self-check package verify

Options: --system linux|win32|darwin (another system's frozen folder: package and verify only),
--frozen DIR, --out DIR.  It runs in the Python that has packaging/requirements/build.txt.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

sys.path.insert(0, str(Path(__file__).resolve().parent))

import payload
import product
import sbom
import sums
import traces
import version
from linux import elf

SPEC = Path(__file__).resolve().parent / "pingtree.spec"
SELF_CHECK_WAIT_S = 180


class Stop(Exception):
    """The one sentence to end with."""


class Job:
    """What is built, from where to where."""

    def __init__(self, system: str, frozen: Path | None = None, out: Path | None = None) -> None:
        self.system = system
        self.dist = product.ROOT / "dist" / system
        self.frozen = (frozen or self.dist / product.FOLDER).resolve()
        self.out = (out or product.ROOT / "dist" / "artefacts").resolve()
        self.version = version.version()
        self.epoch = product.source_date_epoch()


def this_system() -> str:
    """The system this runs on, as the spec and the folders call it."""
    return "linux" if sys.platform.startswith("linux") else sys.platform


def environment(job: Job) -> dict[str, str]:
    """What makes two builds the same."""
    return {
        **os.environ,
        "SOURCE_DATE_EPOCH": str(job.epoch),
        "PYTHONHASHSEED": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "LC_ALL": "C.UTF-8",
    }


def freeze(job: Job) -> None:
    """Make the program's folder and refuse one that is not as it has to be."""
    if job.system != this_system():
        raise Stop(f"Freezing for {job.system} happens on {job.system}, not on {this_system()}.")
    with tempfile.TemporaryDirectory(prefix="pingtree-freeze-") as work:
        command = [
            sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "WARN",
            "--distpath", str(job.frozen.parent), "--workpath", work, str(SPEC),
        ]  # fmt: skip
        done = subprocess.run(command, env=environment(job), check=False)
    if done.returncode != 0:
        raise Stop("PyInstaller did not freeze the program; the lines above say why.")
    if job.system == "linux":
        drop_search_paths(job.frozen)
    set_times(job.frozen, job.epoch)
    refuse(payload.check(job.frozen, job.system))
    payload.write_list(job.frozen)
    say(f"Frozen: {job.frozen}, {payload.size_bytes(job.frozen) / 1e6:.1f} MB")


def drop_search_paths(frozen: Path) -> None:
    """Take from libraries the folders of the building Python, which others could fill.

    The freezer's loader finds what is beside it without them.
    """
    for name in payload.files(frozen):
        file = frozen / name
        data = b"" if file.is_symlink() else file.read_bytes()
        if elf.is_elf(data) and any(traces.leads_out(name, p) for p in elf.search_paths(data)):
            file.write_bytes(elf.without_search_paths(data))


def set_times(folder: Path, epoch: int) -> None:
    """Give every file and folder the one time of this build."""
    for path in [*folder.rglob("*"), folder]:
        if path.is_symlink() and os.utime not in os.supports_follow_symlinks:
            continue
        os.utime(path, (epoch, epoch), follow_symlinks=not path.is_symlink())


def refuse(problems: list[str]) -> None:
    """Stop with all problems, one on a line."""
    if problems:
        raise Stop("\n".join(problems))


def programs(job: Job) -> list[Path]:
    """The two programs where they are started: inside the bundle on macOS."""
    folder = job.frozen
    if job.system == "darwin":
        folder = job.frozen.parent / f"{product.APP}.app" / "Contents" / "MacOS"
    return [folder / name for name in product.program_files(job.system)]


def self_check(job: Job) -> None:
    """Start both programs with their hidden option and read what they found."""
    if job.system != this_system():
        raise Stop(f"The programs for {job.system} do not run on {this_system()}.")
    for program, entry in zip(
        programs(job), (product.LINUX_NAME, product.TERMINAL_PROGRAM), strict=True
    ):
        check_program(program, entry, job.version)


def check_program(program: Path, entry: str, wanted_version: str) -> dict[str, object]:
    """Run one program's self-check.  Raises Stop when anything is not good."""
    if not program.is_file():
        raise Stop(f"{program} is not there: freeze first.")
    with tempfile.TemporaryDirectory(prefix="pingtree-check-") as folder:
        file = Path(folder) / "report.json"
        env = {**os.environ, "PINGTREE_WORKSPACE": str(Path(folder) / "data")}
        try:
            done = subprocess.run(
                [program, "--self-check", "--out", file],
                env=env, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True,
                timeout=SELF_CHECK_WAIT_S, check=False,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            raise Stop(f"{program.name} did not finish in {SELF_CHECK_WAIT_S} s.") from None
        said = done.stderr.decode("utf-8", "replace").strip()
        if not file.is_file():
            raise Stop(f"{program.name} ended with {done.returncode} and wrote no report: {said}")
        found = json.loads(file.read_text("utf-8"))
    bad = [f"{one['name']}: {one['text']}" for one in found["checks"] if not one["ok"]]
    if said:
        bad.append(f"It complained: {said}")
    for key, wanted in (("frozen", True), ("version", wanted_version), ("entry", entry)):
        if found[key] != wanted:
            bad.append(f"{key} is {found[key]!r}, not {wanted!r}")
    if bad or done.returncode != 0 or not found["ok"]:
        raise Stop(f"{program.name} ended with {done.returncode}:\n" + "\n".join(bad))
    say(f"{program.name}: {len(found['checks'])} checks good, Qt {found['qt']} on {found['qpa']}")
    return found


def packager(system: str) -> ModuleType:
    """The module that makes a system's installers."""
    if system == "win32":
        from windows import package as chosen  # noqa: PLC0415 - only the one that is wanted
    elif system == "darwin":
        from macos import package as chosen  # noqa: PLC0415
    else:
        from linux import package as chosen  # noqa: PLC0415
    return chosen


def strangers(job: Job, chosen: ModuleType) -> list[str]:
    """What is in the folder of artefacts and is none: it would be listed and released with them."""
    wanted = {*chosen.artefact_names(job.version), sbom.file_name(job.system), sums.NAME}
    there = {path.name for path in job.out.iterdir()} if job.out.is_dir() else set()
    return [f"{name} is no artefact of this build: take it out of {job.out}."
            for name in sorted(there - wanted)]  # fmt: skip


def package(job: Job) -> None:
    """Make the installers from a good frozen folder, with SBOM and SHA-256 sums."""
    refuse([*payload.check(job.frozen, job.system), *payload.check_list(job.frozen)])
    chosen = packager(job.system)
    refuse(strangers(job, chosen))
    try:
        made = chosen.package(job.frozen, job.out, job.version)
    except chosen.NotPackaged as error:
        raise Stop(str(error)) from error
    payload.write_list(job.frozen)  # signing changed the programs, where there is a certificate
    made.append(sbom.write(job.frozen, job.out, job.system, job.epoch))
    sums.write(job.out)
    for file in made:
        say(f"{file.name}  {file.stat().st_size:,} bytes  {payload.digest(file)}")


def verify(job: Job) -> None:
    """Check folder, installers, SBOM and sums.  Only reads."""
    refuse([*payload.check(job.frozen, job.system), *payload.check_list(job.frozen)])
    chosen = packager(job.system)
    try:
        chosen.verify(job.frozen, job.out, job.version)
    except chosen.NotPackaged as error:
        raise Stop(str(error)) from error
    refuse(strangers(job, chosen))
    refuse([*sbom.check(job.frozen, job.out, job.system), *sums.check(job.out)])
    say(f"Verified: {job.out}")


VERBS: dict[str, Callable[[Job], None]] = {
    "freeze": freeze, "self-check": self_check, "package": package, "verify": verify,
}  # fmt: skip


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verbs", nargs="+", choices=VERBS, metavar="VERB")
    parser.add_argument("--system", choices=sorted(payload.LIMIT_BYTES), default=this_system())
    parser.add_argument("--frozen", type=Path)
    parser.add_argument("--out", type=Path)
    args = parser.parse_args(words)
    try:
        job = Job(args.system, args.frozen, args.out)
        for verb in args.verbs:
            started = time.monotonic()
            VERBS[verb](job)
            say(f"{verb}: {time.monotonic() - started:.1f} s")
    except Stop as stop:
        sys.stderr.write(f"{stop}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
