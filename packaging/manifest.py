"""What a frozen program must be able to load, written down at freezing time from the source.

The self-check of the finished program compares itself with it: a module or resource that the
freezer missed is found before a person meets it.
"""

from __future__ import annotations

import ast
import importlib.util
import json
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import payload
import product
import version


def modules(package: Path = product.PACKAGE) -> list[str]:
    """Every module of the program by its dotted name."""
    found = set()
    for file in package.rglob("*.py"):
        parts = file.relative_to(package.parent).with_suffix("").parts
        found.add(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return sorted(found)


def outside_imports(package: Path = product.PACKAGE) -> list[str]:
    """Every module of others that some part of the program imports, now or later.

    Those of another system (winreg and the like) are left out: they are not found here.
    """
    names: set[str] = set()
    for file in package.rglob("*.py"):
        names |= _imports_of(file.read_text("utf-8"))
    foreign = {name for name in names if name.partition(".")[0] != package.name}
    return sorted(name for name in foreign if name != "__future__" and _is_here(name))


@cache
def _imports_of(source: str) -> frozenset[str]:
    """The modules that a source text imports; it is asked for each system."""
    return frozenset(name for node in ast.walk(ast.parse(source)) for name in _imported(node))


def _imported(node: ast.AST) -> Iterable[str]:
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module


def _is_here(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # its package is not here
        return False


def manifest_text() -> str:
    """The manifest as JSON, the same for the same source."""
    content = {
        "version": version.version(),
        "modules": modules(),
        "imports": outside_imports(),
        "resources": payload.resource_digests(),
    }
    return json.dumps(content, indent=1, sort_keys=True) + "\n"
