"""A pasted curl command as the requests that it would send.  Nothing is run, no file is opened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pingtree_desktop.domain.errors import UnreadableInput
from pingtree_desktop.formats.paste.cmd_words import cmd_script
from pingtree_desktop.formats.paste.curl_arguments import read_arguments
from pingtree_desktop.formats.paste.curl_body import Inputs
from pingtree_desktop.formats.paste.curl_request import requests_of
from pingtree_desktop.formats.paste.posix_words import posix_script
from pingtree_desktop.formats.paste.reading import (
    CUT,
    MOST_REQUESTS,
    Reading,
    Source,
    Taken,
    check_length,
    distinct,
)
from pingtree_desktop.formats.paste.words import Command, Script, Shell, Word, guess_shell
from pingtree_desktop.formats.paste.wrapped import curl_of, is_silent, script_of

_MOST_OTHERS = 20
_DEEPEST = 3


def read_curl(text: str, shell: Shell | None = None) -> Reading:
    """The requests of every curl command in a text.

    Raises UnreadableInput when it holds none, or a quote that is never closed.
    """
    check_length(text)
    shell = shell or guess_shell(text)
    if shell is Shell.POWERSHELL:
        from pingtree_desktop.formats.paste.web_request import (  # noqa: PLC0415 - it calls back
            read_powershell,
        )

        return read_powershell(text)
    script = posix_script(text) if shell is Shell.POSIX else cmd_script(text)
    requests, others = _requests(script)
    if not requests:
        raise UnreadableInput(
            "There is no curl command in this text.", "Copy the command from its word curl on."
        )
    notes = [*script.notes, *others]
    if shell is not Shell.POSIX:
        notes.insert(0, "It was read by the rules of Windows' cmd.")
    return Reading(source=Source.CURL, requests=tuple(requests), notes=tuple(notes))


def _requests(script: Script, depth: int = 0) -> tuple[list[Taken], list[str]]:
    requests: list[Taken] = []
    others: list[str] = []
    for command in script.commands:
        inner = script_of(command.words) if depth < _DEEPEST else None
        if inner is not None:
            made, said = _requests(posix_script(inner), depth + 1)
            requests += made
            others += said
            continue
        found = curl_of(command.words)
        if found is None:
            shown = " ".join(word.text for word in command.words)
            if len(others) < _MOST_OTHERS and not is_silent(command.words):
                others.append(f"Not a curl command, so not taken: {shown:.80}")
            continue
        if found.before:
            others.append(f"What stands before curl was not taken: {found.before:.80}")
        requests.extend(curl_requests(found.words, command, script))
        if len(requests) > MOST_REQUESTS:
            others.append(CUT)
            break
    return requests[:MOST_REQUESTS], others


def curl_words(words: Sequence[Word]) -> Sequence[Word] | None:
    """What follows the word curl, or None for another program."""
    found = curl_of(words)
    return None if found is None else found.words


def curl_requests(words: Sequence[Word], command: Command, script: Script) -> list[Taken]:
    """The requests of curl's arguments."""
    arguments = read_arguments(words, script.files)
    inputs = Inputs(files=script.files, stdin=command.stdin, stdin_from=command.stdin_from)
    made: list[Taken] = []
    unknown = distinct(arguments.unknown)
    for group in arguments.groups:
        if len(made) <= MOST_REQUESTS:
            made.extend(requests_of(group, inputs, unknown))
    reads = tuple(f"> {name} (written)" for name in command.outputs if name not in {"nul", "1"})
    return [replace(one, reads=(*one.reads, *reads)) for one in made]
