"""What stands around a command where people copy it from: fences, prompts, typographic signs."""

from __future__ import annotations

import re

from pingtree_desktop.formats.paste.curl_table import LETTERS, SWITCHES, WITH_VALUE
from pingtree_desktop.formats.paste.words import Shell

_FENCED = re.compile(r"^[ \t]*(```|~~~)[\w-]*[ \t\r]*\n(.*?)^[ \t]*\1", re.MULTILINE | re.DOTALL)
# One run of white space before each kind of prompt, so that long runs are walked once.
_PROMPT = re.compile(
    r"(?:^[ \t]*(?:PS [^\n>]{0,200}>|[A-Za-z]:\\[^\n>]{0,200}>)"
    r"|^\t*(?:[\w.@:~/\[\]() -]{0,80}[$%>\u276f]|[\w.@:~/\[\]() -]{1,80}#))"
    r"[ \t]*(?=(?:curl(?:\.exe)?|irm|iwr|Invoke-\w+)[ \t])",
    re.MULTILINE | re.IGNORECASE,
)
_CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n(?!\Z)")
_MORE = re.compile(r"([\\^`][ \t]*\r?\n)[ \t]*(?:>{1,2}|More\?)[ \t]*")
_SINGLES = re.compile("[\u2018\u2019]")
_DOUBLES = re.compile("[\u201c\u201d\u201e]")
_DASHED = re.compile("(?<=\\s)[\u2013\u2014]([A-Za-z][\\w-]*)(?=\\s|=)")


def blocks(text: str) -> list[str]:
    """The texts between ``` fences, or the whole text when there are none; none of them empty."""
    fenced = [found[2].strip() for found in _FENCED.finditer(text)]
    return [one for one in fenced if one] or [text.strip("`").strip() or text]


def without_prompts(text: str) -> tuple[str, Shell | None]:
    """A command without the prompts of its terminal, and the shell whose prompts they were."""
    first = _PROMPT.search(text)
    if first is None:
        return text, None
    prompt = first[0].strip()
    shell = Shell.CMD if prompt[1:2] == ":" and prompt.endswith(">") else None
    shell = Shell.POWERSHELL if prompt.startswith("PS ") else shell
    plain = _PROMPT.sub("", text)
    more, prompts = _MORE.subn(r"\1", plain)
    # A line that begins with > may be a redirection; a terminal begins every line so.
    return (more if prompts == len(_CONTINUED.findall(plain)) else plain), shell


def with_plain_signs(text: str) -> tuple[str, tuple[str, ...]]:
    """A command with the quotes and dashes that a word processor has changed, and what was done."""
    plain = _DASHED.sub(_option, text)
    if "'" not in plain and '"' not in plain:
        plain = _DOUBLES.sub('"', _SINGLES.sub("'", plain))
    if plain == text:
        return text, ()
    return plain, ("Typographic quotes or dashes were taken as plain ones.",)


def _option(found: re.Match[str]) -> str:
    name = found[1]
    if name in WITH_VALUE or name in SWITCHES:
        return f"--{name}"
    return f"-{name}" if name in LETTERS else found[0]
