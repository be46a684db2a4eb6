"""Writes the bill of materials (CycloneDX 1.6, JSON): what is inside, which version, which terms.

Made from the same list as the third-party notices.  The same build gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import platform
import sys
import time
import uuid
from pathlib import Path
from typing import Any

import lock
import payload
import product
import version
from components import Component, components, metadata_files

_SYSTEM_WORDS = {"linux": "linux", "win32": "win64", "darwin": "macos"}


def file_name(system: str, machine: str = platform.machine()) -> str:
    """The bill's file name: the system and the processor, as two builders may serve one system.

    Windows has one processor, and its bill is also made on others.
    """
    words = _SYSTEM_WORDS[system] if system == "win32" else f"{_SYSTEM_WORDS[system]}-{machine}"
    return f"{product.FOLDER}-{version.version()}-{words}.cdx.json"


def sbom_text(found: tuple[Component, ...], frozen: Path, epoch: int) -> str:
    """The bill of a frozen folder as JSON text."""
    pins = lock.read_lock((lock.REQUIREMENTS / "run.txt").read_text("utf-8"))
    parts = [_component(one) for one in found]
    root = f"{product.LINUX_NAME}@{version.version()}"
    tree = hashlib.sha256()
    for name in payload.files(frozen):
        tree.update(f"{payload.mark(frozen / name)}  {name}\n".encode())
    names = {lock.canonical(one.name): _reference(one) for one in found if one.is_python}
    content: dict[str, Any] = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, tree.hexdigest())}",
        "version": 1,
        "metadata": {
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(epoch)),
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": product.APP,
                "version": version.version(),
                "licenses": [{"license": {"id": "MIT"}}],
                "properties": [
                    {"name": "payload:sha256", "value": tree.hexdigest()},
                    {"name": "payload:bytes", "value": str(payload.size_bytes(frozen))},
                    {"name": "python", "value": platform.python_version()},
                ],
            },
        },
        "components": sorted(parts, key=lambda part: part["bom-ref"]),
        "dependencies": [
            {"ref": root, "dependsOn": sorted(_reference(one) for one in found)},
            *(
                {"ref": _reference(one), "dependsOn": sorted(_needs(one, names))}
                for one in sorted(found, key=_reference)
            ),
        ],
    }
    for one, part in zip(found, parts, strict=True):
        pin = pins.get(lock.canonical(one.name)) if one.is_python else None
        if pin is not None and pin.version != one.version:
            raise ValueError(f"{one.name} {one.version} is not the locked {pin.version}.")
        if pin is not None:
            part["properties"] = [{"name": "lock:file", "value": "packaging/requirements/run.txt"}]
    return json.dumps(content, indent=1, ensure_ascii=True) + "\n"


def _reference(one: Component) -> str:
    if one.is_python:
        return f"pkg:pypi/{lock.canonical(one.name)}@{one.version}"
    return f"native/{one.name}@{one.version or 'bundled'}"


def _component(one: Component) -> dict[str, Any]:
    part: dict[str, Any] = {"type": "library", "bom-ref": _reference(one), "name": one.name}
    if one.version:
        part["version"] = one.version
    is_choice = " " in one.licence  # an SPDX expression of several
    part["licenses"] = [
        {"expression": one.licence} if is_choice else {"license": {"id": one.licence}}
    ]
    if one.is_python:
        part["purl"] = _reference(one)
    return part


def _needs(one: Component, names: dict[str, str]) -> set[str]:
    from packaging.requirements import Requirement  # noqa: PLC0415 - comes with the freezer

    wanted = {lock.canonical(Requirement(text).name) for text in one.requires}
    return {names[name] for name in wanted if name in names}


def write(frozen: Path, out: Path, system: str, epoch: int) -> Path:
    """Write the bill beside the installers."""
    target = out / file_name(system)
    target.write_text(sbom_text(components(system), frozen, epoch), "utf-8", newline="\n")
    return target


def check(frozen: Path, out: Path, system: str) -> list[str]:
    """Whether the bill is there, of this very payload, and names what lock and payload hold."""
    file = out / file_name(system)
    if not file.is_file():
        return [f"{file.name} is missing."]
    wanted = json.loads(sbom_text(components(system), frozen, 0))
    try:
        told = json.loads(file.read_text("utf-8"))
        told["metadata"]["timestamp"] = wanted["metadata"]["timestamp"]  # when it was written
        if told["metadata"]["component"]["version"] != version.version():
            return [f"{file.name} is of another version."]
        if told["serialNumber"] != wanted["serialNumber"]:
            return [f"{file.name} is of another payload."]
    except (ValueError, KeyError, TypeError):
        return [f"{file.name} is damaged: it is no bill of materials."]
    if told != wanted:
        return [f"{file.name} does not name what is inside: {_first_difference(told, wanted)}."]
    return _unlike_the_tree(file.name, frozen, system)


def _first_difference(told: dict[str, Any], wanted: dict[str, Any]) -> str:
    ours = {part["bom-ref"] for part in wanted["components"]}
    theirs = {str(part.get("bom-ref")) for part in told.get("components", ())}
    others = sorted(ours ^ theirs)
    return (
        others[0] if others else next(k for k in {**told, **wanted} if told.get(k) != wanted.get(k))
    )


def _unlike_the_tree(name: str, frozen: Path, system: str) -> list[str]:
    """Distributions that the frozen tree has and the bill lacks, or the other way round.

    A tree of another system was frozen with that system's distributions, which are not here.
    """
    if not sys.platform.startswith(system):
        return []
    wanted = {f"{payload.INSIDE}/{place}" for place in metadata_files(components(system))}
    there = {place for place in payload.files(frozen) if place.endswith(".dist-info/METADATA")}
    return [
        f"{name} and the program differ in {place.split('/')[1].removesuffix('.dist-info')}."
        for place in sorted(wanted ^ there)
    ]
