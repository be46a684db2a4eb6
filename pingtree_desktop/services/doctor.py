"""Looks whether the program can do its work on this computer, and says what to do if not.

Every finding stands by itself: one that fails does not stop the others.  Everything here blocks.
"""

from __future__ import annotations

import platform
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from pingtree_desktop import __version__
from pingtree_desktop.domain.environment import Environment
from pingtree_desktop.domain.errors import PingTreeError
from pingtree_desktop.domain.request import parse_base
from pingtree_desktop.net import tls
from pingtree_desktop.net.proxy import NO_PROXY, SYSTEM_PROXY, choose_proxy, parse_proxy
from pingtree_desktop.sandbox.server import Options, SandboxServer
from pingtree_desktop.storage.integrity import quick_check, sqlite_version
from pingtree_desktop.storage.places import Places, default_root, open_places
from pingtree_desktop.storage.workspace import Loaded, Workspace

_TIMEOUT_S = 5.0
_OLDEST_PYTHON = (3, 11)
_REPORT = "Please report it with this line."


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at.  `remedy` says what to do when it is not good."""

    name: str
    is_good: bool
    text: str
    remedy: str = ""


def examine(root: Path | None = None) -> tuple[Finding, ...]:
    """Look at versions, folders, history, files, proxies, trust and the sandbox."""
    return tuple(_examine(root))


def _examine(root: Path | None) -> Iterator[Finding]:
    yield from _versions()
    places, finding = _workspace(root)
    yield finding
    loaded: Loaded | None = None
    if places is not None:
        yield from _folders(places)
        yield _history(places)
        loaded = Workspace(places).load()
        yield from _files(loaded)
    yield _trust()
    for environment in loaded.environments if loaded is not None else ():
        if not environment.is_embedded:
            yield _network(environment)
    yield _sandbox()


def _versions() -> Iterator[Finding]:
    yield Finding(name="program", is_good=True, text=f"PingTree Desktop {__version__}")
    yield Finding(
        name="Python",
        is_good=sys.version_info >= _OLDEST_PYTHON,
        text=f"{platform.python_version()} on {platform.platform()}",
        remedy="Use Python 3.11 or newer.",
    )
    yield Finding(name="SQLite", is_good=True, text=sqlite_version())
    for package in ("httpx", "h11", "apsw", "PySide6-Essentials", "qasync"):
        yield _package(package)


def _package(name: str) -> Finding:
    try:
        return Finding(name=name, is_good=True, text=metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(
            name=name, is_good=False, text="not installed", remedy="Install the program again."
        )


def _workspace(root: Path | None) -> tuple[Places | None, Finding]:
    try:
        places = open_places(root)
    except PingTreeError as error:
        shown = root or default_root()
        return None, Finding(
            name="workspace", is_good=False, text=f"{shown}: {error.problem}", remedy=error.remedy
        )
    return places, Finding(name="workspace", is_good=True, text=f"{places.root} can be written")


def _folders(places: Places) -> Iterator[Finding]:
    for folder in (places.campaigns, places.history, places.state, places.sandbox, places.locks):
        probe = folder / ".pingtree-doctor"
        try:
            probe.write_bytes(b"written to see whether it can be")
            probe.unlink()
        except OSError as error:
            yield Finding(
                name=f"folder {folder.name}",
                is_good=False,
                text=f"{folder} cannot be written: {error.strerror}",
                remedy="Check its permissions, or choose another workspace with --workspace.",
            )
        else:
            yield Finding(name=f"folder {folder.name}", is_good=True, text="can be written")


def _history(places: Places) -> Finding:
    def look() -> str:
        problems = quick_check(places.history_db)
        if problems:
            raise PingTreeError(
                f"{places.history_db} is damaged: {problems[0]}",
                f"Copy the file away first; {places.backups} may hold an older one.",
            )
        return "sound" if places.history_db.exists() else "not made yet"

    return _checked("history", look)


def _files(loaded: Loaded) -> Iterator[Finding]:
    counted = f"{len(loaded.campaigns)} campaigns, {len(loaded.profiles)} profiles read"
    if not loaded.problems:
        yield Finding(name="files", is_good=True, text=counted)
    for problem in loaded.problems:
        yield Finding(name="file", is_good=False, text=problem.problem, remedy=problem.remedy)


def _trust() -> Finding:
    def look() -> str:
        known = tls.context().cert_store_stats()["x509_ca"]
        return "the operating system's" + (f", {known} authorities" if known else "")

    return _checked("TLS trust", look)


def _network(environment: Environment) -> Finding:
    def look() -> str:
        proxy = _proxy_words(environment)
        if not environment.verify_tls:
            return f"{environment.base_url}, {proxy}, any TLS certificate is taken"
        tls.context(ca_file=environment.ca_file)
        own = f" and {environment.ca_file}" if environment.ca_file else ""
        return f"{environment.base_url}, {proxy}, CA: the system's{own}"

    return _checked(f"environment {environment.name}", look)


def _proxy_words(environment: Environment) -> str:
    setting = environment.proxy
    if setting in {"", NO_PROXY}:
        return "no proxy"
    if setting != SYSTEM_PROXY:
        return f"proxy {parse_proxy(setting).label}"
    base = parse_base(environment.base_url)
    chosen = choose_proxy(setting, scheme=base.scheme, host=base.host)
    return f"system proxy {chosen.label}" if chosen else "no proxy (the system names none)"


def _sandbox() -> Finding:
    def look() -> str:
        server = SandboxServer(Options())
        server.start()
        try:
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(f"{server.url}/__sandbox/health", timeout=_TIMEOUT_S) as reply:
                if reply.status != 200:
                    raise PingTreeError(f"It answered {reply.status}.", _REPORT)
            return f"answered on {server.url}"
        finally:
            server.stop()

    return _checked("sandbox", look)


def _checked(name: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(name=name, is_good=True, text=look())
    except PingTreeError as error:
        return Finding(name=name, is_good=False, text=error.problem, remedy=error.remedy)
    except OSError as error:
        said = error.strerror or str(error)
        return Finding(
            name=name,
            is_good=False,
            text=f"failed: {said}",
            remedy="Check whether a firewall or a security program blocks it.",
        )
