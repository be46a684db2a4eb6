"""What the spec needs besides PyInstaller: the files made at freezing time, and who may come in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path, PurePosixPath

import components
import lock
import manifest
import notices
import payload
import product

# Modules of the freezer itself that every frozen program has.
_OF_FREEZER = {"pyi_splash", "pyimod01_archive", "pyimod02_importers", "pyimod03_ctypes"}
_OF_FREEZER |= {"pyimod04_pywin32", "struct", "pyi_rth_utils", "_pyi_rth_utils"}


def generated_files(folder: Path, system: str) -> list[tuple[str, str]]:
    """Make manifest, notices and metadata; give all data files as (source, folder inside)."""
    folder.mkdir(parents=True, exist_ok=True)
    found = components.components(system)
    made = {
        payload.MANIFEST: manifest.manifest_text(),
        payload.NOTICES: notices.notices_text(found),
        payload.LICENSE: (product.ROOT / "LICENSE").read_text("utf-8"),
    }
    made |= components.metadata_files(found)
    files = []
    for place, text in made.items():
        file = folder.joinpath(*place.split("/"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8", newline="\n")
        files.append((str(file), str(PurePosixPath(place).parent)))
    for name in payload.files(product.RESOURCES):
        inside = PurePosixPath(payload.RESOURCES, name).parent
        files.append((str(product.RESOURCES / name), str(inside)))
    return files


def foreign_modules() -> list[str]:
    """The top-level modules of what else is installed here, such as test tools.

    Optional helpers of the locked distributions are among them; the program does without.
    """
    allowed = _locked()
    return sorted(
        module
        for module, owners in metadata.packages_distributions().items()
        if not any(lock.canonical(owner) in allowed for owner in owners)
        and module != product.PACKAGE.name
        and module.isidentifier()
    )


def stray_modules(names: Iterable[str]) -> list[str]:
    """The top-level modules that belong to neither the program, Python nor the lock."""
    known = set(sys.stdlib_module_names) | _OF_FREEZER | {product.PACKAGE.name}
    allowed = _locked()
    for module, owners in metadata.packages_distributions().items():
        if any(lock.canonical(owner) in allowed for owner in owners):
            known.add(module)
    tops = {name.partition(".")[0] for name in names}
    return sorted(top for top in tops if top not in known and not top.startswith("_sysconfig"))


def _locked() -> set[str]:
    return {lock.canonical(one.name) for one in components.distributions()}
