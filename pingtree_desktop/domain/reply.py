"""Reads a reply's body as far as the documentation goes, and never trusts it.

Documented: `{"status": str, "type": str, "message": str, "missingFields": {}, "invalidFields":
{}}`; a sister page shows `status` as a number.  Everything is optional here.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from pingtree_desktop.domain.exchange import Response

PARSE_LIMIT_BYTES = 4_000_000
"""Larger bodies are not parsed in the program's own process (they hold the interpreter)."""

_WORDS_LIMIT = 4_000
_STATUS_NUMBER = re.compile(r"\s*0*([1-9]\d{2})(?:\.0*)?\s*", re.ASCII)
_ERROR_WORDS = {"error", "fail", "failed", "failure"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The documented parts of a reply.  `problem` says why there are none, in plain words."""

    message: str = ""
    missing: tuple[str, ...] = ()
    invalid: tuple[str, ...] = ()
    says_success: bool = False
    says_error: bool = False
    words: str = ""
    problem: str = ""


def read_reply(response: Response) -> Reply:
    """The documented parts of a response's body; never raises."""
    body = response.body
    if not body.strip():
        return Reply(problem="the body is empty")
    if len(body) > PARSE_LIMIT_BYTES:
        return Reply(problem="the body is too large to be the documented reply")
    try:
        data = json.loads(
            body.decode("utf-8-sig", "replace"),
            parse_int=str,
            parse_float=str,
            object_pairs_hook=_without_twins,
        )
    except RecursionError:
        return Reply(problem="the body's JSON is nested too deep to read")
    except _TwinKeys:
        return Reply(problem="the body's JSON names a key twice")
    except ValueError:
        return Reply(problem="the body is not JSON")
    if not isinstance(data, dict):
        return Reply(problem="the body is JSON but not an object")
    return _from_object(data)


class _TwinKeys(Exception):
    """One reader would take the first, another the last: neither can be trusted."""


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwinKeys
    return found


def _from_object(data: dict[str, Any]) -> Reply:
    status, kind, message = data.get("status"), data.get("type"), data.get("message")
    message_text = message if isinstance(message, str) else ""
    named_fields = data.get("missingFields"), data.get("invalidFields")
    missing, invalid = _names(named_fields[0]), _names(named_fields[1])
    is_odd = any(value and not _names(value) for value in named_fields)
    # Not documented, but each says plainly that it was not a success.
    is_odd = is_odd or data.get("success") is False or bool(data.get("error"))
    is_documented = all(isinstance(part, str | None) for part in (status, kind, message))
    status_code = _status_code(status)
    kind_word = kind.strip().lower() if isinstance(kind, str) else ""
    status_word = status.strip().lower() if isinstance(status, str) else ""
    words = " ".join(
        w for w in (message_text, kind_word, status_word, *_texts(data.get("invalidFields"))) if w
    )
    return Reply(
        message=message_text,
        missing=missing,
        invalid=invalid,
        says_error=bool(
            {kind_word, status_word} & _ERROR_WORDS
            or is_odd  # fields are complained about in a shape that cannot be read
            or (status_code is not None and status_code >= 300)
        ),
        says_success=is_documented
        and len(words) <= _WORDS_LIMIT  # a refusal may stand in what is not looked at
        and (
            kind_word == "success"
            or (not kind_word and (status_word == "success" or status_code == 200))
        ),
        words=words[:_WORDS_LIMIT],
    )


def _status_code(status: object) -> int | None:
    """A numeric status, whether sent as a number (read as text here) or as digits in a string."""
    found = _STATUS_NUMBER.fullmatch(status) if isinstance(status, str) else None
    return int(found[1]) if found else None


def _names(value: object) -> tuple[str, ...]:
    """Field names from the documented object, or from a list of names or objects."""
    if isinstance(value, dict):
        return tuple(value)
    if isinstance(value, list):
        named: list[str] = []
        for item in value:
            if isinstance(item, str):
                named.append(item)
            elif isinstance(item, dict):
                stated = [item[k] for k in ("field", "name") if isinstance(item.get(k), str)]
                named.extend(stated or item)
        return tuple(named)
    return (value,) if isinstance(value, str) and value else ()


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [v for v in value.values() if isinstance(v, str)]
    return []
