"""What could stand next in a search that is being written: names, then their values."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pingtree_desktop.domain.completion import Choice, Completions
from pingtree_desktop.domain.query_text import quoted
from pingtree_desktop.domain.query_words import FLAGS, NAMES, VOCABULARY

CHOICES_LIMIT = 12


def complete(text: str, cursor: int, values: Callable[[str], Sequence[str]]) -> Completions:
    """The choices at the cursor; `values` gives the texts known for a term, by its name."""
    start = cursor = max(0, min(cursor, len(text)))
    while start > 0 and not text[start - 1].isspace() and text[start - 1] not in "(":
        start -= 1
    quote = text.rfind('"', 0, cursor)
    if quote >= 0 and text.count('"', 0, cursor) % 2 and quote < start:
        start = text.rfind(" ", 0, quote) + 1
    while start < cursor and text[start] in "(-":
        start += 1
    word = text[start:cursor]
    name, colon, value = word.partition(":")
    if colon:
        return _values(name, value, start + len(name) + 1, cursor, values)
    return Completions(start=start, end=cursor, choices=_names(word))


def _names(word: str) -> tuple[Choice, ...]:
    folded = word.casefold()
    if not folded:
        return ()
    starting = [term for term in VOCABULARY if term.name.casefold().startswith(folded)]
    aliased = [
        term
        for term in VOCABULARY
        if term not in starting and any(a.casefold().startswith(folded) for a in term.aliases)
    ]
    return tuple(
        Choice(text=f"{term.name}:", help=f"{term.help}, as in {term.example}")
        for term in (starting + aliased)[:CHOICES_LIMIT]
    )


def _values(
    name: str, value: str, start: int, cursor: int, values: Callable[[str], Sequence[str]]
) -> Completions:
    term = NAMES.get(name.casefold())
    if term is None:
        return Completions(start=start, end=cursor, choices=())
    part = value.rpartition(",")[2]
    start += len(value) - len(part)
    exact = "=" if part.startswith("=") else ""
    wanted = part.removeprefix("=").removeprefix('"').casefold()
    known = term.choices or tuple(values(term.name))
    found = [text for text in known if wanted in text.casefold() and text.casefold() != wanted]
    found.sort(key=lambda text: not text.casefold().startswith(wanted))
    helps = FLAGS if term.name == "is" else {}
    return Completions(
        start=start,
        end=cursor,
        choices=tuple(
            Choice(text=exact + quoted(text), help=helps.get(text, ""))
            for text in found[:CHOICES_LIMIT]
        ),
    )
