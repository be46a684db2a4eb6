"""File names that every operating system takes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pingtree_desktop.domain.errors import UsageError
from pingtree_desktop.storage.slugs import MAX_LENGTH, checked, slug_for
from tests.storage.strategies import any_text


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Quote view", "quote-view"),
        ("  Conversion $42.50 ", "conversion-42-50"),
        ("CON", "con-profile"),
        ("com1", "com1-profile"),
        ("LPT\u00b9", "lpt\u00b9-profile"),
        ("..", "profile"),
        ("\U0001f600", "profile"),
        ("a/b\\c:d*e?", "a-b-c-d-e"),
        ("Ste\u0301phane", "st\u00e9phane"),
        ("x" * 90, "x" * 60),
        ("trailing. ", "trailing"),
        ("\u4f60\u597d", "\u4f60\u597d"),
    ],
)
def test_slugs(name: str, slug: str) -> None:
    assert slug_for(name, [], kind="profile") == slug


def test_a_taken_slug_gets_a_number_within_the_length() -> None:
    assert slug_for("A b", ["A-B"], kind="profile") == "a-b-2"
    assert slug_for("A b", ["a-b", "a-b-2"], kind="profile") == "a-b-3"
    assert slug_for("x" * 90, ["x" * 60], kind="profile") == "x" * 58 + "-2"
    assert slug_for("\u00e9", ["e\u0301"], kind="profile") == "\u00e9-2"


@given(any_text, st.lists(any_text, max_size=3))
def test_every_name_has_a_safe_slug(name: str, taken: list[str]) -> None:
    slug = checked(slug_for(name, taken, kind="profile"))
    assert 0 < len(slug) <= MAX_LENGTH
    assert unicodedata.is_normalized("NFC", slug)
    assert slug.casefold() not in {other.casefold() for other in taken}
    assert slug[-1] not in ". -"
    slug.encode("utf-8")


@pytest.mark.parametrize("slug", ["", ".", "..", "../x", "a/b", "a\\b", "c:x", "a\0b", ".hidden"])
def test_no_slug_leads_out_of_its_folder(slug: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a file"):
        checked(slug)
