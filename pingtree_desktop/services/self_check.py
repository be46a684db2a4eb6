"""Looks whether an installed program is whole: every module, file, library and the way to a reply.

`doctor` asks whether the computer suits the program; this asks whether the program was built
well, for those who make and smoke-test installers.  No Qt here; the window's part is ui.self_check.
"""

from __future__ import annotations

import asyncio
import hashlib
import importlib
import json
import platform
import ssl
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any
from uuid import uuid4

import pingtree_desktop
from pingtree_desktop import __version__
from pingtree_desktop.domain.environment import SANDBOX
from pingtree_desktop.domain.errors import PingTreeError, UsageError
from pingtree_desktop.domain.event import Event
from pingtree_desktop.domain.field import FieldInput
from pingtree_desktop.domain.verdict import Verdict
from pingtree_desktop.net import tls
from pingtree_desktop.services.context import Context, open_context
from pingtree_desktop.services.sender import Job
from pingtree_desktop.storage.integrity import sqlite_version
from pingtree_desktop.storage.places import default_root, open_places
from pingtree_desktop.storage.secrets import keyring_name

OPTION = "--self-check"
MANIFEST = Path(pingtree_desktop.__file__).parent / "frozen.json"
_OLDEST_SQLITE = (3, 51, 3)
_DEADLINE_S = 60.0

Look = tuple[str, Callable[[], str]]


class Broken(Exception):
    """A part of the program is not as it was built; the message says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What one look found, and how long it took."""

    name: str
    is_good: bool
    text: str
    elapsed_ms: float


def out_file(arguments: Sequence[str]) -> Path | None:
    """The FILE of `--self-check [--out FILE]`.  Raises UsageError for anything else."""
    match list(arguments):
        case [word] if word == OPTION:
            return None
        case [word, "--out", name] if word == OPTION:
            return Path(name)
    raise UsageError(
        f"{OPTION} takes --out FILE and nothing else.", f"Write {OPTION} --out report.json."
    )


def run_looks(looks: Iterable[Look]) -> list[Check]:
    """Run each look; one that fails does not stop the others."""
    checks = []
    for name, look in looks:
        started = time.perf_counter()
        try:
            text, is_good = look(), True
        except Exception as error:  # noqa: BLE001 - whatever it is, it is the finding
            text, is_good = f"{type(error).__name__}: {error}", False
        elapsed_ms = round((time.perf_counter() - started) * 1000, 1)
        checks.append(Check(name=name, is_good=is_good, text=text, elapsed_ms=elapsed_ms))
    return checks


def report(checks: Sequence[Check], entry: str, **more: str) -> dict[str, Any]:
    """The findings as JSON data; `ok` says whether all are good."""
    return {
        "ok": all(check.is_good for check in checks),
        "version": __version__,
        "entry": entry,
        "frozen": is_frozen(),
        "executable": sys.executable,
        "python": platform.python_version(),
        "sqlite": sqlite_version(),
        **more,
        "checks": [
            {"name": c.name, "ok": c.is_good, "text": c.text, "elapsed_ms": c.elapsed_ms}
            for c in checks
        ],
    }


def is_frozen() -> bool:
    """Whether this is an installed program rather than its source."""
    return bool(getattr(sys, "frozen", False))


def plain_looks(resources_folder: Path) -> tuple[Look, ...]:
    """The looks that need neither window nor loop."""
    return (
        ("manifest", _manifest),
        ("modules", _modules),
        ("resources", lambda: check_resources(resources_folder, read_manifest())),
        ("SQLite", _sqlite),
        ("TLS", _trust),
        ("user data", _user_data),
        ("time zones", _time_zones),
        ("keyring", _keyring),
    )


def read_manifest() -> dict[str, Any] | None:
    """What the installer's maker wrote down; None when this is the source.

    Raises Broken when an installed program lacks it.
    """
    if not is_frozen():
        return None
    try:
        found = json.loads(MANIFEST.read_text("utf-8"))
    except OSError as error:
        raise Broken(f"{MANIFEST.name} cannot be read ({error.strerror}).") from error
    assert isinstance(found, dict)
    return found


def _manifest() -> str:
    manifest = read_manifest()
    if manifest is None:
        return "not frozen: there is nothing to compare with"
    if manifest["version"] != __version__:
        raise Broken(f"It was made for version {manifest['version']}, and this is {__version__}.")
    return f"made for version {__version__}"


def _modules() -> str:
    manifest = read_manifest()
    if manifest is None:
        names = sorted(_source_modules())
    else:
        names = [*manifest["modules"], *manifest["imports"]]
    missing = []
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError as error:
            missing.append(f"{name} ({error})")
    if missing:
        raise Broken(f"Cannot be loaded: {', '.join(missing)}.")
    return f"{len(names)} loaded"


def _source_modules() -> Iterable[str]:
    package = Path(pingtree_desktop.__file__).parent
    for file in package.rglob("*.py"):
        parts = file.relative_to(package.parent).with_suffix("").parts
        yield ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def check_resources(folder: Path, manifest: dict[str, Any] | None) -> str:
    """Compare the resource files with the manifest.  Raises Broken."""
    there = {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }
    if not there:
        raise Broken(f"There are no resources in {folder}.")
    wanted = there if manifest is None else manifest["resources"]
    odd = sorted(
        name for name in there.keys() | wanted.keys() if there.get(name) != wanted.get(name)
    )
    if odd:
        raise Broken(f"Not as they were built: {', '.join(odd)}.")
    return f"{len(there)} files"


def _sqlite() -> str:
    found = sqlite_version()
    numbers = tuple(int(part) for part in found.split()[0].split("."))
    if numbers < _OLDEST_SQLITE:
        raise Broken(f"SQLite {found} is too old: 3.51.3 or newer is needed.")
    return found


def _trust() -> str:
    context = tls.context()
    if sys.platform == "win32":
        known = len(ssl.enum_certificates("ROOT"))
    elif sys.platform == "darwin":
        return f"{type(context).__module__}, {ssl.OPENSSL_VERSION}"
    else:
        known = context.cert_store_stats()["x509_ca"]
    if known == 0:
        raise Broken("No certificate authority was found on this system.")
    return f"{known} authorities, {ssl.OPENSSL_VERSION}"


def _user_data() -> str:
    root = place = default_root().absolute()
    while not place.exists() and place != place.parent:
        place = place.parent
    with tempfile.TemporaryFile(dir=place) as file:
        file.write(b"written to see whether it can be")
    return f"{root} can be written"


def _time_zones() -> str:
    """Every zone of the bundled database, whatever the system has (Windows has none)."""
    database = resources.files("tzdata")
    names = database.joinpath("zones").read_text("utf-8").split()
    for name in names:
        with database.joinpath("zoneinfo", *name.split("/")).open("rb") as file:
            zoneinfo.ZoneInfo.from_file(file, key=name)
    if len(names) < 400:
        raise Broken(f"Only {len(names)} time zones are bundled.")
    return f"{len(names)} bundled"


def _keyring() -> str:
    """The keyring, and what it needs; on Linux a computer may have none."""
    name = keyring_name()
    if sys.platform.startswith("linux"):
        importlib.import_module("secretstorage")
    elif not name:
        raise Broken("The keyring of this system cannot be used.")
    return name or "none on this computer"


# ---- the way to a reply -----------------------------------------------------------------------


async def round_trip() -> str:
    """Send an event to an embedded sandbox of its own and read it back from the history.

    In a workspace that is made for it and removed.  Raises Broken.
    """
    with tempfile.TemporaryDirectory(prefix="pingtree-", ignore_cleanup_errors=True) as folder:
        context = await asyncio.to_thread(lambda: open_context(open_places(Path(folder))))
        try:
            async with asyncio.timeout(_DEADLINE_S):
                return await _send(context)
        finally:
            await asyncio.to_thread(context.close)


async def _send(context: Context) -> str:
    running = await asyncio.to_thread(context.sandbox.ensure)
    fields = {"cid": "demo", "event_id": "quote_view", "transaction_id": str(uuid4())}
    event = Event(fields={name: FieldInput(text=text) for name, text in fields.items()})
    job = Job(event=event, environment=SANDBOX, base_url=running.url)
    sent = await context.sender.send(job)
    if sent.judgement.verdict is not Verdict.FIRED:
        raise Broken(f"The sandbox's answer was {sent.judgement.verdict}: {sent.exchange.message}")
    if sent.unkept:
        raise Broken(sent.unkept)
    kept = await context.archive.get(sent.exchange.id)
    if kept.verdict != Verdict.FIRED or kept.request.body != sent.exchange.request.body:
        raise Broken("The history does not hold what was sent.")
    if not context.places.history_db.read_bytes().startswith(b"SQLite format 3\0"):
        raise PingTreeError(f"{context.places.history_db} is no SQLite file.")
    outcome = sent.exchange.outcome
    took = f" in {outcome.elapsed_ms:.0f} ms" if outcome is not None else ""
    return f"{sent.judgement.verdict} from {running.url}{took}, kept as entry {kept.id}"
