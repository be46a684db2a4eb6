"""A part of a JSON reply by its names: `.data.items[0].id`, each value exactly as it came."""

from __future__ import annotations

import json
import re

from pingtree_desktop.domain.dynamic_time import CannotMake

_STEP = re.compile(r"\.?([^.\[\]]+)|\[(\d+)\]|(.)", re.DOTALL)


class _Number(str):
    """A JSON number in its own digits."""

    __slots__ = ()


def part_of(reply: bytes | None, path: str) -> str:
    """The text of a value inside a reply.  Raises CannotMake, saying what is not there."""
    if reply is None:
        raise CannotMake("no reply has come yet in this environment")
    try:
        value: object = json.loads(reply, parse_int=_Number, parse_float=_Number)
    except (ValueError, RecursionError):
        raise CannotMake("the last reply is no JSON") from None
    walked = ""
    for name, index, odd in _STEP.findall(path):
        if odd:
            raise CannotMake("write it as last.response.name or last.response.list[0].name")
        value = _inside(value, name or index, walked)
        walked += f".{name}" if name else f"[{index}]"
    return _text(value, walked)


def _inside(value: object, name: str, walked: str) -> object:
    where = f"the last reply{f' at {_shown(walked)}' if walked else ''}"
    if isinstance(value, dict):
        if name not in value:
            raise CannotMake(f"{where} has no {name[:40]}")
        return value[name]
    if isinstance(value, list):
        if not name.isdecimal() or len(name) > 9 or int(name) >= len(value):
            raise CannotMake(f"{where} has a list of {len(value)}, and no {name[:40]}")
        return value[int(name)]
    raise CannotMake(f"{where} has a single value, and no {name[:40]} in it")


def _text(value: object, walked: str) -> str:
    match value:
        case str():
            return str(value)
        case None | bool():
            return json.dumps(value)
        case _:
            kind = "a list" if isinstance(value, list) else "an object"
            where = _shown(walked)
            raise CannotMake(f"the last reply has {kind} there ({where}), not a single value")


def _shown(walked: str) -> str:
    return walked.removeprefix(".")
