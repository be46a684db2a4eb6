"""What is offered at the cursor, and that taking an offer gives a search that can be read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pingtree_desktop.domain.query_completion import CHOICES_LIMIT, Completions, complete
from pingtree_desktop.domain.query_text import parse
from pingtree_desktop.domain.query_words import VOCABULARY
from tests.domain.query_strategies import search_texts

KNOWN = {
    "campaign": ["Debt Relief", "Solar", 'The "new" one'],
    "event": [f"event_{n:02d}" for n in range(30)],
}
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def known(name: str) -> list[str]:
    return KNOWN.get(name, [])


def offered(text: str) -> list[str]:
    return [choice.text for choice in complete(text, len(text), known).choices]


def taken(text: str, number: int = 0) -> str:
    found = complete(text, len(text), known)
    return text[: found.start] + found.choices[number].text + text[found.end :]


@pytest.mark.parametrize(
    ("text", "texts"),
    [
        ("", []),
        ("a ", []),
        ("stat", ["status:"]),
        ("STAT", ["status:"]),
        ("a -(stat", ["status:"]),
        ("transac", ["tx:"]),
        ("zzz", []),
        ("zzz:a", []),
        ("lead.first_name:J", []),
        ("verdict:lock", ["locked"]),
        ("verdict:fired,dup", ["duplicate"]),
        ("is:pinned", []),
        ("is:pin", ["pinned"]),
        ("campaign:d", ['"Debt Relief"']),
        ("campaign:=sol", ["=Solar"]),
        ('campaign:"debt re', ['"Debt Relief"']),
        ('(campaign:"debt re', ['"Debt Relief"']),
        ('a campaign:"', ['"Debt Relief"', "Solar", '"The \\"new\\" one"']),
        ("status:4", ["4xx", ">=400"]),
        ("tcpa_consent:", ["1", "0"]),
    ],
)  # fmt: skip
def test_what_is_offered(text, texts):
    assert offered(text) == texts


def test_an_offer_takes_the_place_of_what_was_begun():
    assert taken("a stat") == "a status:"
    assert taken("a campaign:deb") == 'a campaign:"Debt Relief"'
    assert taken("verdict:fired,dup") == "verdict:fired,duplicate"
    found = complete("sta b", 3, known)
    assert (found.start, found.end) == (0, 3)


def test_names_say_what_they_find_and_flags_what_they_mean():
    assert complete("took", 4, known).choices[0].help == "How long it took, as in took:>500ms"
    assert complete("is:pin", 6, known).choices[0].help == "you pinned it"


def test_offers_are_few_and_those_that_begin_so_come_first():
    assert len(offered("event:event")) == CHOICES_LIMIT
    assert offered("event:")[0] == "event_00"
    assert offered("verdict:d")[0] == "duplicate"


@pytest.mark.parametrize("term", VOCABULARY, ids=lambda term: term.name)
def test_every_name_can_be_completed(term):
    assert f"{term.name}:" in offered(term.name)


@given(search_texts, st.data())
@settings(max_examples=500)
def test_any_text_and_place_within_it(text, data):
    cursor = data.draw(st.integers(-5, len(text) + 5))
    found = complete(text, cursor, known)
    assert 0 <= found.start <= found.end <= len(text)


@pytest.mark.parametrize("text", ["a", '"', "(", "-", ":", "\\", "a,", "event:", " "])
def test_a_hundred_kilobytes(text):
    long = text * (100_000 // len(text))
    assert isinstance(complete(long, len(long), known), Completions)


@given(st.text(st.characters(exclude_categories=()), min_size=1).filter(str.strip))
def test_a_taken_value_is_read(name):
    found = complete("campaign:", 9, lambda _: [name])
    assert parse("campaign:" + found.choices[0].text, now=NOW).text == name
