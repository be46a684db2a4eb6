"""What of others travels inside the program: distributions from the lock, and native parts.

The one list behind the third-party notices and the SBOM.  It describes the environment that it
runs in, so the freezer's own.
"""

from __future__ import annotations

import platform
import sys
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import lock
import product

TEXTS = Path(__file__).resolve().parent / "licences"
_EVERYWHERE = ("linux", "win32", "darwin")


class Incomplete(Exception):
    """Something that is bundled has no licence text, or is not installed; one sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One bundled work of others.  `texts` are licence files; `is_python` means a distribution."""

    name: str
    version: str
    licence: str
    texts: tuple[str, ...]
    is_python: bool = False
    requires: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Native:
    name: str
    licence: str
    texts: tuple[str, ...]
    systems: tuple[str, ...] = _EVERYWHERE
    version: Callable[[], str] = lambda: ""


def _openssl() -> str:
    import ssl  # noqa: PLC0415 - only its version is asked

    return ssl.OPENSSL_VERSION.split()[1]


def _sqlite() -> str:
    import apsw  # noqa: PLC0415 - only its version is asked

    return apsw.sqlite_lib_version()


def _qt() -> str:
    return metadata.version("PySide6-Essentials")


_NATIVE = (
    _Native(name="Qt", licence="LGPL-3.0-only", texts=("LGPL-3.0", "GPL-3.0"), version=_qt),
    _Native(name="CPython", licence="PSF-2.0", texts=("python",), version=platform.python_version),
    _Native(name="OpenSSL", licence="Apache-2.0", texts=("Apache-2.0",), version=_openssl),
    _Native(name="SQLite", licence="blessing", texts=("sqlite",), version=_sqlite),
    _Native(name="Expat", licence="MIT", texts=("expat",)),
    _Native(name="FreeType", licence="FTL", texts=("freetype",)),
    _Native(name="HarfBuzz", licence="MIT-Modern-Variant", texts=("harfbuzz",)),
    _Native(name="ICU", licence="Unicode-3.0", texts=("icu",), systems=("linux",)),
    _Native(name="libffi", licence="MIT", texts=("libffi",)),
    _Native(name="libmpdec", licence="BSD-2-Clause", texts=("mpdecimal",)),
    _Native(name="libpng", licence="libpng-2.0", texts=("libpng",)),
    _Native(name="libxkbcommon", licence="MIT", texts=("xkbcommon",), systems=("linux",)),
    _Native(name="PCRE2", licence="BSD-3-Clause", texts=("pcre2",)),
    _Native(name="xcb-util", licence="X11", texts=("xcb-util",), systems=("linux",)),
    _Native(name="zlib", licence="Zlib", texts=("zlib",)),
)
# Distributions that ship no licence file of their own: under Qt's.
_OF_QT = {"pyside6-essentials": "LGPL-3.0-only", "shiboken6": "LGPL-3.0-only"}
# What old metadata says in words, as SPDX says it.
_SPDX = {
    "MIT": "MIT", "BSD-3-Clause": "BSD-3-Clause", "MPL-2.0": "MPL-2.0", "Apache-2.0": "Apache-2.0",
    "any-OSI": "Zlib", "License :: OSI Approved :: MIT License": "MIT",
}  # fmt: skip


def natives(system: str = sys.platform) -> tuple[Component, ...]:
    """The native parts on a system."""
    return tuple(
        Component(
            name=one.name,
            version=one.version(),
            licence=one.licence,
            texts=tuple((TEXTS / f"{text}.txt").read_text("utf-8") for text in one.texts),
        )
        for one in _NATIVE
        if system in one.systems
    )


def distributions() -> tuple[Component, ...]:
    """The distributions that the program needs, each once, sorted.  Raises Incomplete."""
    from packaging.requirements import Requirement  # noqa: PLC0415 - comes with the freezer

    project = tomllib.loads((product.ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    found: dict[str, Component] = {}
    wanted = [Requirement(text) for text in project["dependencies"]]
    while wanted:
        need = wanted.pop()
        name = lock.canonical(need.name)
        if name in found or (need.marker is not None and not need.marker.evaluate({"extra": ""})):
            continue
        one = _distribution(need.name)
        found[name] = one
        wanted += [Requirement(text) for text in one.requires]
    return tuple(found[name] for name in sorted(found))


def _distribution(name: str) -> Component:
    try:
        found = metadata.distribution(name)
    except metadata.PackageNotFoundError:
        raise Incomplete(f"{name} is not installed here, though the program needs it.") from None
    texts = tuple(_licence_texts(found))
    canonical = lock.canonical(name)
    if not texts and canonical not in _OF_QT:
        raise Incomplete(f"{name} {found.version} comes without a licence text.")
    said = found.metadata.get("License-Expression") or found.metadata.get("License") or ""
    classified = [_SPDX[c] for c in found.metadata.get_all("Classifier", ()) if c in _SPDX]
    licence = _OF_QT.get(canonical) or _SPDX.get(said.strip(), said.strip())
    licence = licence or " AND ".join(classified)
    if not licence:
        raise Incomplete(f"{name} {found.version} does not say its licence.")
    return Component(
        name=found.metadata["Name"],
        version=found.version,
        licence=licence,
        texts=texts,
        is_python=True,
        requires=tuple(found.requires or ()),
    )


def _licence_texts(found: metadata.Distribution) -> Iterable[str]:
    for file in sorted(found.files or (), key=str):
        in_metadata = file.parts[0].endswith(".dist-info")
        name = file.name.upper()
        if in_metadata and name.startswith(("LICENSE", "LICENCE", "COPYING", "NOTICE")):
            yield Path(str(file.locate())).read_text("utf-8")


def metadata_files(found: Iterable[Component]) -> dict[str, str]:
    """What the program carries of each distribution's metadata, by its place inside."""
    return {
        f"{one.name.replace('-', '_').lower()}-{one.version}.dist-info/METADATA": (
            f"Metadata-Version: 2.1\nName: {one.name}\nVersion: {one.version}\n"
        )
        for one in found
        if one.is_python
    }


def components(system: str = sys.platform) -> tuple[Component, ...]:
    """Everything of others inside the program on a system."""
    return (*natives(system), *distributions())
